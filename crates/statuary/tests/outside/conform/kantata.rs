//! Faults of a server of Kantata's surface.

use conform::Vendor;
use serde_json::{Value, json};

use super::wrong::{Answered, Fault, RecordedRequest};

pub const REPORTS: &str = "/status_reports";
pub const CHANGES: &str = "/workspace_status_changes";

#[test]
fn every_fault_in_reading_is_found_by_its_check() {
    super::planted::faults_are_found(Vendor::Kantata, READING);
}

/// The list of a workspace's reports without any further parameter.
fn plain(requested: &RecordedRequest) -> bool {
    reports(requested, "") && requested.query.ends_with('&')
}

/// The list of a workspace's reports with a parameter.
fn reports(requested: &RecordedRequest, parameter: &str) -> bool {
    requested.is("GET", REPORTS)
        && requested.query.contains(parameter)
        && !requested.query.contains("999999999999")
}

fn changes(requested: &RecordedRequest) -> bool {
    requested.is("GET", CHANGES) && requested.query.contains("workspace_id=")
}

/// Every object under a key.
pub fn edit_each(answered: &mut Answered, key: &str, edit: impl Fn(&mut Value)) {
    answered.json(|json| {
        let all = json.get_mut(key).and_then(Value::as_object_mut);
        all.into_iter().flatten().for_each(|(_, one)| edit(one));
    });
}

fn reverse(answered: &mut Answered) {
    answered.json(|json| {
        if let Some(results) = json.get_mut("results").and_then(Value::as_array_mut) {
            results.reverse();
        }
    });
}

fn number(value: &mut Value) {
    *value = value.as_str().and_then(|text| text.parse::<i64>().ok()).into();
}

pub fn remove(value: &mut Value, member: &str) {
    value.as_object_mut().expect("an object").shift_remove(member);
}

const READING: &[Fault] = &[
    Fault::reading(
        "pages of 50",
        |a| reports(a, "") && !a.query.contains("per_page") && !a.query.contains("limit"),
        |a| a.json(|j| j["meta"]["page_size"] = 50.into()),
        &["kantata/paging/size-is-20"],
    ),
    Fault::reading(
        "per_page is not clamped",
        |a| reports(a, "per_page=500"),
        |a| a.json(|j| j["meta"]["page_size"] = 500.into()),
        &["kantata/paging/per_page-is-clamped"],
    ),
    Fault::reading(
        "numbers are read strictly",
        |a| reports(a, "per_page=12abc"),
        |a| a.json(|j| j["meta"]["page_size"] = 20.into()),
        &["kantata/paging/ruby-integers"],
    ),
    Fault::reading(
        "ids in results are numbers",
        plain,
        |a| {
            a.json(|j| {
                j["results"]
                    .as_array_mut()
                    .expect("results")
                    .iter_mut()
                    .for_each(|one| number(&mut one["id"]));
            });
        },
        &["kantata/envelope/results-ids-are-texts"],
    ),
    Fault::reading(
        "ids of objects are numbers",
        plain,
        |a| edit_each(a, "status_reports", |one| number(&mut one["id"])),
        &["kantata/reports/ids-are-texts"],
    ),
    Fault::reading(
        "workspace_id is a number",
        plain,
        |a| edit_each(a, "status_reports", |one| number(&mut one["workspace_id"])),
        &["kantata/reports/ids-are-texts"],
    ),
    Fault::reading(
        "objects have no ids",
        plain,
        |a| edit_each(a, "status_reports", |one| remove(one, "id")),
        &["kantata/envelope/objects-have-ids", "kantata/reports/members", "kantata/reports/ids-are-texts"],
    ),
    Fault::reading(
        "seconds have fractions",
        |a| a.is("GET", REPORTS),
        |a| {
            edit_each(a, "status_reports", |one| {
                one["created_at"] = one["created_at"].as_str().expect("a time").replace('Z', ".250Z").into();
            });
        },
        &["kantata/reports/times"],
    ),
    Fault::reading(
        "a further top-level member",
        plain,
        |a| a.json(|j| j["links"] = json!({})),
        &["kantata/envelope/members"],
    ),
    Fault::reading(
        "a further member of meta",
        plain,
        |a| a.json(|j| j["meta"]["next"] = 2.into()),
        &["kantata/envelope/meta"],
    ),
    Fault::reading(
        "count counts the page",
        |a| reports(a, "per_page=1") && !a.query.contains("only"),
        |a| {
            a.json(|j| {
                j["count"] = j["results"].as_array().expect("results").len().into();
                j["meta"]["count"] = j["count"].clone();
            });
        },
        &["kantata/envelope/count-is-the-total"],
    ),
    Fault::reading(
        "meta.count is another",
        |a| reports(a, "per_page=2"),
        |a| a.json(|j| j["meta"]["count"] = 2.into()),
        &["kantata/envelope/counts-agree"],
    ),
    Fault::reading(
        "meta before the resource",
        |a| reports(a, "include=workspace,creator"),
        |a| {
            a.json(|j| {
                let resource = j["status_reports"].take();
                remove(j, "status_reports");
                j["status_reports"] = resource;
            });
        },
        &["kantata/envelope/order-of-members"],
    ),
    Fault::reading(
        "no content type of JSON",
        plain,
        |a| a.set("content-type", "application/vnd.api+json"),
        &["kantata/answers/content-type"],
    ),
    Fault::reading(
        "Accept decides",
        |a| a.headers.get("accept").is_some_and(|accept| accept == "text/html"),
        |a| a.answer(406, ""),
        &["kantata/answers/accept-does-not-matter"],
    ),
    Fault::reading(
        "no x-request-id",
        plain,
        |a| drop(a.headers.remove("x-request-id")),
        &["kantata/answers/request-id"],
    ),
    Fault::reading(
        "no .json",
        |a| a.path == "/status_reports.json",
        |a| a.answer(404, "{}"),
        &["kantata/paths/json-suffix-of-lists"],
    ),
    Fault::reading(
        "page 0 is page 1",
        |a| reports(a, "page=0") && !a.query.contains("per_page"),
        |a| a.json(|j| j["meta"]["page_number"] = 1.into()),
        &["kantata/paging/number-zero-is-raw"],
    ),
    Fault::reading(
        "no page beyond the end",
        |a| reports(a, "page=9999"),
        |a| a.answer(404, "{}"),
        &["kantata/paging/beyond-the-end"],
    ),
    Fault::reading(
        "page_count rounds down",
        |a| reports(a, "per_page=2"),
        |a| {
            a.json(|j| {
                let count = j["meta"]["page_count"].as_i64().expect("a number");
                j["meta"]["page_count"] = (count - 1).into();
            });
        },
        &["kantata/paging/page_count"],
    ),
    Fault::reading(
        "limit alone applies",
        |a| reports(a, "limit=1") && !a.query.contains("offset"),
        |a| a.json(|j| j["results"].as_array_mut().expect("results").truncate(1)),
        &["kantata/paging/limit-alone"],
    ),
    Fault::reading(
        "only is paged",
        |a| reports(a, "only=") && a.query.contains("page=2"),
        |a| a.json(|j| j["results"].as_array_mut().expect("results").truncate(1)),
        &["kantata/only/is-not-paged"],
    ),
    Fault::reading(
        "only gives the order",
        |a| {
            let only = a.query.split_once("only=").map(|(_, only)| only);
            let pair = only.and_then(|only| only.split_once(','));
            let numbers =
                pair.and_then(|(one, other)| one.parse::<u64>().ok().zip(other.parse::<u64>().ok()));
            reports(a, "only=") && numbers.is_some_and(|(one, other)| one > other)
        },
        reverse,
        &["kantata/only/keeps-the-order"],
    ),
    Fault::reading(
        "an unknown id in only is an error",
        |a| a.query.contains("only=999999999999"),
        |a| a.answer(404, "{}"),
        &["kantata/only/unknown-ids"],
    ),
    Fault::reading(
        "reports are ordered",
        |a| reports(a, "order="),
        reverse,
        &["kantata/order/reports-ignore-order"],
    ),
    Fault::reading(
        "changes come oldest first",
        |a| changes(a) && !a.query.contains("order"),
        reverse,
        &["kantata/order/changes-newest-first"],
    ),
    Fault::reading(
        "DESC descends",
        |a| changes(a) && a.query.contains("DESC"),
        reverse,
        &["kantata/order/upper-case-ascends"],
    ),
    Fault::reading(
        "an unknown order is an error",
        |a| changes(a) && a.query.contains("bogus"),
        |a| a.answer(400, "{}"),
        &["kantata/order/unknown-name"],
    ),
    Fault::reading(
        "an unknown include is an error",
        |a| reports(a, "include=creator,bogus"),
        |a| a.answer(400, "{}"),
        &["kantata/includes/unknown"],
    ),
    Fault::reading(
        "includes that nobody asked for",
        plain,
        |a| a.json(|j| j["users"] = json!({})),
        &["kantata/envelope/members", "kantata/includes/not-unless-asked"],
    ),
    Fault::reading(
        "an empty include is left out",
        |a| a.query.contains("999999999999&include"),
        |a| a.json(|j| remove(j, "users")),
        &["kantata/includes/empty"],
    ),
    Fault::reading(
        "a pointer to nothing",
        |a| reports(a, "include=creator") && a.query.ends_with("creator"),
        |a| a.json(|j| j["users"] = json!({})),
        &["kantata/includes/pointers-lead-somewhere"],
    ),
    Fault::reading(
        "an own id only when included",
        plain,
        |a| edit_each(a, "status_reports", |one| remove(one, "updater_id")),
        &["kantata/includes/own-ids-are-always-there", "kantata/reports/members"],
    ),
    Fault::reading(
        "created_after with its own instant",
        |a| reports(a, "created_after=2"),
        |a| a.json(|j| j["count"] = 1.into()),
        &["kantata/filters/created_after-is-strict"],
    ),
    Fault::reading(
        "a date that cannot be read is a server error",
        |a| a.query == "created_after=soon",
        |a| a.status = 500,
        &["kantata/filters/unreadable-date"],
    ),
    Fault::reading(
        "status.key is a text",
        |a| a.method == "GET" && a.path.starts_with("/workspaces/"),
        |a| edit_each(a, "workspaces", |one| one["status"]["key"] = one["status"]["key"].to_string().into()),
        &["kantata/workspaces/status"],
    ),
    Fault::reading(
        "labels of another table",
        |a| a.is("GET", "/workspaces") && a.query.is_empty(),
        |a| edit_each(a, "workspaces", |one| one["status"]["message"] = "Canceled".into()),
        &["kantata/workspaces/labels"],
    ),
    Fault::reading(
        "keys of a change are numbers",
        |a| changes(a) && a.query.ends_with('&'),
        |a| edit_each(a, "workspace_status_changes", |one| number(&mut one["to_status_key"])),
        &["kantata/changes/keys-are-texts"],
    ),
    Fault::reading(
        "details are null",
        |a| reports(a, "per_page=200"),
        |a| edit_each(a, "status_reports", |one| one["details"] = Value::Null),
        &["kantata/reports/details"],
    ),
    Fault::reading(
        "subject_id is a text",
        |a| a.is("GET", "/external_references") && a.query == "subject_type=StatusReport",
        |a| {
            edit_each(a, "external_references", |one| {
                one["subject_id"] = one["subject_id"].to_string().into();
            });
        },
        &["kantata/references/subject_id"],
    ),
    Fault::reading(
        "an error in HTML",
        |a| a.is("GET", REPORTS) && !a.has("authorization"),
        |a| a.set("content-type", "text/html"),
        &["kantata/errors/content-type"],
    ),
    Fault::reading(
        "another message without a token",
        |a| a.is("GET", REPORTS) && !a.has("authorization"),
        |a| a.json(|j| j["errors"][0]["message"] = "Unauthorized".into()),
        &["kantata/errors/no-token"],
    ),
    Fault::reading(
        "a message in lower case",
        |a| a.is("GET", "/workspace_status_changes/999999999999"),
        |a| a.json(|j| j["errors"][0]["message"] = "record not found".into()),
        &["kantata/errors/unknown-change"],
    ),
    Fault::reading(
        "405 for a wrong method",
        |a| a.is("PUT", REPORTS),
        |a| a.answer(405, ""),
        &["kantata/errors/wrong-method"],
    ),
    Fault::reading(
        "400 for a parameter that is missing",
        |a| a.is("GET", CHANGES) && a.query.is_empty(),
        |a| a.status = 400,
        &["kantata/errors/changes-need-a-workspace"],
    ),
];
