//! Random requests to `/api/v1`, valid and invalid, about the records of the harbor and those created later.

use std::fmt::Write;

use axum::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::bodies::{Fields, USERS, WORKSPACES, change, participation, reference, report, rooted, workspace};
use super::{Answer, TestApp};

/// A request that can be sent to several stores.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The seconds that pass before it.
    pub later: i64,
    pub token: &'static str,
    pub method: Method,
    pub path: String,
    pub content: Option<(&'static str, String)>,
}

impl Sent {
    pub async fn to(&self, app: &TestApp) -> Answer {
        app.app.clock.advance(self.later);
        let content = self.content.as_ref().map(|(kind, body)| (*kind, body.as_str()));
        app.call(self.token, self.method.clone(), &self.path, content).await
    }
}

const PEOPLE: &[&str] = &[
    "root", "root", "root", "root", "root", "ada", "ada", "ada", "bo", "vera", "max", "max", "max", "cleo",
    "olaf", "zoe", "nobody",
];
const REPORTS: &[i64] = &[901, 907, 990, 991, 992, 993, 994, 7];
const CHANGES: &[i64] = &[4077, 4078, 4079, 4080, 7];
const REFERENCES: &[i64] = &[77, 78, 79, 80, 7];
const PARTICIPATIONS: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99];

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The value of a query parameter.
fn parameter_value(name: &'static str) -> BoxedStrategy<String> {
    let texts = |good: &'static [&'static str]| select(good).prop_map(str::to_owned).boxed();
    let ids = |good: &'static [i64]| select(good).prop_map(|id| id.to_string()).boxed();
    let good = match name {
        "include" => {
            let all = vec![
                "creator",
                "updater",
                "user",
                "workspace",
                "workspaces",
                "external_references",
                "subject",
                "primary_maven",
                "primary_counterpart",
                "participants",
                "participations",
                "current_user_participation",
                "status_reports",
                "current_status_report",
                "workspace_groups",
                "custom_field_values",
                "bogus",
            ];
            subsequence(all, 0..6).prop_shuffle().prop_map(|names| names.join(",")).boxed()
        }
        "only" => {
            vec(select([WORKSPACES, REPORTS, CHANGES, REFERENCES, PARTICIPATIONS, USERS].concat()), 0..5)
                .prop_map(|ids| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
                .boxed()
        }
        "order" => texts(&[
            "created_at:desc",
            "created_at",
            "updated_at:asc",
            "updated_at:desc",
            "title:asc",
            "title:desc",
            "status:asc",
            "status:desc",
            "user_name:asc",
            "user_name:desc",
            "last_synced_at:asc",
            "last_synced_at:desc",
            "bogus:asc",
        ]),
        "optional_fields" => texts(&[
            "stage",
            "access_level, stage",
            "previous_payload,current_payload",
            "payload_changes",
            "bogus",
        ]),
        "event_types" => texts(&["workspace:updated", "status_report:created,participation:created", "a"]),
        "user_ids" => texts(&["2545", "2545,2500,2561", "7x"]),
        "page" | "per_page" | "limit" | "offset" => texts(&["1", "2", "3", "0", "-1", "abc", "500", "2x"]),
        "workspace_id" => ids(WORKSPACES),
        "by_user" => ids(USERS),
        "subject_id" => ids(&[53760, 53800, 60000, 901, 907, 990, 991]),
        "subject_type" => texts(&["StatusReport", "Workspace", "Story"]),
        "search" | "matching" => texts(&["harbor", "QUAY", "100%", "_", "é", "!", "er"]),
        "archived" => texts(&["only", "include", "exclude", "bogus"]),
        "by_user_full_name" => texts(&["Ada Park", "Max Prime", "ada park"]),
        name if name.ends_with("service_name") => texts(&["jira", "github", "Jira"]),
        name if name.ends_with("service_model") => texts(&["Issue", "Epic"]),
        name if name.contains("service_model_ref") => texts(&["HARB-12", "HARB-12,HARB-13", "7"]),
        name if name.ends_with("external_status") => texts(&["open", "done"]),
        name if name.ends_with("status") => texts(&["successful", "pending", "failed"]),
        name if name.ends_with("_after") || name.ends_with("_before") => texts(&[
            "2026-02-16",
            "2026-02-09T17:20:41Z",
            "2026-02-16T08:00:10-08:00",
            "2026-02-16T16:00:03.5Z",
            "soon",
        ]),
        _ => texts(&["true", "false", "TRUE", "1", "0"]),
    };
    prop_oneof![12 => good, 1 => texts(&["", " ", "abc", "É%_", "99999999999999999999", "2026-02-16"])]
        .boxed()
}

const PARAMETERS: &[&str] = &[
    "include",
    "include",
    "include",
    "only",
    "order",
    "order",
    "optional_fields",
    "page",
    "per_page",
    "limit",
    "offset",
    "workspace_id",
    "workspace_id",
    "by_user",
    "subject_id",
    "subject_type",
    "search",
    "matching",
    "archived",
    "include_archived",
    "apply_default_filters",
    "by_user_full_name",
    "mavens_only",
    "created_after",
    "created_before",
    "updated_after",
    "updated_before",
    "last_synced_after",
    "last_synced_before",
    "service_name",
    "service_model",
    "service_model_ref",
    "status",
    "external_status",
    "external_reference_service_name",
    "external_reference_service_model",
    "external_reference_service_model_ref",
    "external_reference_service_model_refs",
    "external_reference_external_status",
    "external_reference_status",
    "has_external_references",
    "without_external_reference_service_name",
    "event_types",
    "user_ids",
    "most_recent",
    "most_recent_by_event_type",
];

/// A query that mostly has the parameters `likely`.
fn query(likely: &'static [&'static str]) -> BoxedStrategy<String> {
    let others = vec(select(PARAMETERS), 0..4);
    let shape = prop_oneof![12 => Just(""), 1 => Just("[]"), 1 => Just("[a]")];
    (option::weighted(0.9, Just(likely)), others)
        .prop_flat_map(move |(likely, others)| {
            let names = likely.unwrap_or_default().iter().chain(&others).copied();
            names.map(|name| (Just(name), shape.clone(), parameter_value(name))).collect::<Vec<_>>()
        })
        .prop_map(|pairs| {
            let pair = |(name, shape, value): &(&str, &str, String)| {
                format!("{name}{shape}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
            };
            pairs.iter().map(pair).collect::<Vec<_>>().join("&")
        })
        .boxed()
}

/// The same object in the nested form of Rack.
fn form(value: &Value, name: &str, out: &mut String) {
    let mut pair = |name: &str, value: &str| {
        let encoded = utf8_percent_encode(value, NON_ALPHANUMERIC);
        let _ = write!(out, "{}{name}={encoded}", if out.is_empty() { "" } else { "&" });
    };
    match value {
        Value::Null => pair(name, ""),
        Value::Bool(flag) => pair(name, &flag.to_string()),
        Value::Number(number) => pair(name, &number.to_string()),
        Value::String(text) => pair(name, text),
        Value::Array(items) => items.iter().for_each(|item| form(item, &format!("{name}[]"), out)),
        Value::Object(members) => {
            for (member, value) in members {
                let inner = if name.is_empty() { member.clone() } else { format!("{name}[{member}]") };
                form(value, &inner, out);
            }
        }
    }
}

/// A body in one of the formats that clients send.
fn content(body: Fields) -> BoxedStrategy<Option<(&'static str, String)>> {
    let written = (body, select(vec![JSON, JSON, FORM])).prop_map(|(body, kind)| {
        if kind == JSON {
            return Some((JSON, body.to_string()));
        }
        let mut text = String::new();
        form(&body, "", &mut text);
        Some((FORM, text))
    });
    let broken = select(vec![
        None,
        Some((JSON, "{\"workspace\":".to_owned())),
        Some((JSON, "[1,2]".to_owned())),
        Some((JSON, "{\"status_report\":{\"color\":\"\\ud800\"}}".to_owned())),
        Some((JSON, "{\"workspace\":{\"title\":\"\\u0000\"}}".to_owned())),
        Some((FORM, "workspace[title]=a&workspace=b".to_owned())),
        Some((FORM, "a=%zz".to_owned())),
        Some(("text/plain", "status_report[color]=red".to_owned())),
    ]);
    prop_oneof![30 => written, 1 => broken].boxed()
}

fn id(good: &'static [i64]) -> BoxedStrategy<String> {
    let odd = select(vec!["abc", "1x", "0", "-1", "99999999999999999999", "me"]).prop_map(str::to_owned);
    prop_oneof![20 => select(good).prop_map(|id| id.to_string()), 1 => odd].boxed()
}

type Target = (Method, String, Option<(&'static str, String)>);

fn target(
    method: Method,
    path: BoxedStrategy<String>,
    query: BoxedStrategy<String>,
    content: BoxedStrategy<Option<(&'static str, String)>>,
) -> BoxedStrategy<Target> {
    let suffix = prop_oneof![5 => Just(""), 1 => Just(".json"), 1 => Just("/")];
    (path, suffix, query, content)
        .prop_map(move |(path, suffix, query, content)| {
            let query = if query.is_empty() { query } else { format!("?{query}") };
            (method.clone(), format!("{path}{suffix}{query}"), content)
        })
        .boxed()
}

fn one(room: &'static str, ids: &'static [i64]) -> BoxedStrategy<String> {
    id(ids).prop_map(move |id| format!("/{room}/{id}")).boxed()
}

fn all(room: &'static str) -> BoxedStrategy<String> {
    Just(format!("/{room}")).boxed()
}

fn reads() -> BoxedStrategy<Target> {
    let none = || Just(None).boxed();
    let list = |room, likely| target(Method::GET, all(room), query(likely), none());
    let show = |room, ids| target(Method::GET, one(room, ids), query(&[]), none());
    prop_oneof![
        list("status_reports", &[]),
        list("workspace_status_changes", &["workspace_id"]),
        list("workspaces", &[]),
        list("workspaces", &["include_archived"]),
        list("users", &[]),
        list("participations", &["workspace_id"]),
        list("external_references", &["subject_type"]),
        list("subscribed_events", &["optional_fields"]),
        list("subscribed_events", &["event_types"]),
        show("status_reports", REPORTS),
        show("workspace_status_changes", CHANGES),
        show("workspaces", WORKSPACES),
        show("users", USERS),
        show("participations", PARTICIPATIONS),
        target(Method::GET, Just("/users/me".to_owned()).boxed(), query(&[]), none()),
    ]
    .boxed()
}

fn writes() -> BoxedStrategy<Target> {
    let none = || Just(None).boxed();
    let reports = || content(rooted("status_report", "status_reports", &report()));
    let changes = || content(rooted("workspace_status_change", "workspace_status_changes", &change()));
    let workspaces = || content(rooted("workspace", "workspaces", &workspace()));
    let parts = || content(rooted("participation", "participations", &participation()));
    let references = || content(rooted("external_reference", "external_references", &reference()));
    let make = |room, content| target(Method::POST, all(room), query(&[]), content);
    let edit = |room, ids, content| target(Method::PUT, one(room, ids), query(&[]), content);
    let end = |room, ids| target(Method::DELETE, one(room, ids), query(&[]), none());
    prop_oneof![
        4 => make("status_reports", reports()),
        2 => edit("status_reports", REPORTS, reports()),
        1 => end("status_reports", REPORTS),
        3 => make("workspace_status_changes", changes()),
        3 => make("workspaces", workspaces()),
        3 => edit("workspaces", WORKSPACES, workspaces()),
        3 => make("participations", parts()),
        2 => edit("participations", PARTICIPATIONS, parts()),
        1 => end("participations", PARTICIPATIONS),
        3 => make("external_references/create_or_update", references()),
        1 => end("external_references", REFERENCES),
    ]
    .boxed()
}

/// Any method on any path.
fn any_target() -> BoxedStrategy<Target> {
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD];
    let paths = [
        "/status_reports",
        "/status_reports/901",
        "/workspace_status_changes",
        "/workspace_status_changes/4077",
        "/workspaces",
        "/workspaces/53760",
        "/users",
        "/users/2545",
        "/users/me",
        "/participations",
        "/participations/1",
        "/external_references",
        "/external_references/77",
        "/external_references/create_or_update",
        "/workspace_statuses",
        "/",
        "",
    ];
    let body = content(
        prop_oneof![report(), workspace()]
            .prop_map(|one| json!({"status_report": one.clone(), "workspace": one}))
            .boxed(),
    );
    (select(methods.to_vec()), select(paths.to_vec()), body)
        .prop_map(|(method, path, content)| (method, path.to_owned(), content))
        .boxed()
}

fn request(target: BoxedStrategy<Target>) -> BoxedStrategy<Sent> {
    let later = prop_oneof![3 => Just(0), 3 => 1..30_i64, 1 => Just(86_400)];
    (later, select(PEOPLE), target)
        .prop_map(|(later, token, (method, path, content))| Sent { later, token, method, path, content })
        .boxed()
}

/// Any request.
pub fn any_request() -> BoxedStrategy<Sent> {
    prop_oneof![10 => request(reads()), 10 => request(writes()), 1 => request(any_target())].boxed()
}

/// A request that writes, or fails to.
pub fn any_write() -> BoxedStrategy<Sent> {
    request(writes())
}

/// The number of cases of a property. It is low, because each case has its own stores; `PROPTEST_CASES` overrides it.
pub fn cases(number: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let requested = std::env::var_os("PROPTEST_CASES").map(|_| default.cases);
    ProptestConfig {
        cases: requested.unwrap_or(number),
        max_shrink_iters: 100,
        failure_persistence: None,
        ..default
    }
}

/// Runs one case of a property to its end.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work)
}
