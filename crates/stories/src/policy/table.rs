//! The tables are correct and complete.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::records::{
    comment, endpoint, field, link, milestone, note, part, programme, saved_view, status, template, user,
};
use super::{Group, Other, PEOPLE, Row, groups, others};
use base::clock::Clock;
use domain::ids::AccountId;

use crate::browser::Browser;
use crate::{Answer, Engine, NOW, TestApp, activity, lines, package, reference, report, report_draft};
use domain::auth;
use domain::events::{Change, Source};
use domain::work;
use service::surface::KANTATA;

/// The first id of the objects that callers delete, one for each caller.
const OWN: i64 = 7000;

/// A caller and its credentials.
struct Caller {
    name: String,
    header: Option<(&'static str, String)>,
    is: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Without valid credentials.
    Nobody,
    /// One of [`PEOPLE`], by index.
    Person(usize),
    /// An administrator with a token that is limited to a scope.
    Limited(&'static str),
}

impl Caller {
    fn new(name: &str, header: Option<(&'static str, String)>, is: Kind) -> Self {
        Self { name: name.to_owned(), header, is }
    }

    fn bearer(token: &str, is: Kind) -> Self {
        Self::new(token, Some(("authorization", format!("Bearer {token}"))), is)
    }

    fn expected(&self, group: &Group, row: &Row) -> u16 {
        match self.is {
            Kind::Nobody => 401,
            Kind::Person(place) => row.3[place],
            Kind::Limited("draft") if !Self::may_send_as_draft(group, row) => 403,
            Kind::Limited("draft") => row.3[0],
            Kind::Limited(scope) if group.scopes.is_empty() || group.scopes.contains(&scope) => {
                // The clock requires a token without scopes.
                if row.1 == "/clock" { 403 } else { row.3[0] }
            }
            Kind::Limited(_) => 403,
        }
    }

    /// Whether a token that is limited to drafts may send the request of a row.
    fn may_send_as_draft(group: &Group, row: &Row) -> bool {
        let is_draft = row.0 == Method::POST && row.1 == "/workspaces/53760/report_drafts";
        row.1 != "/clock"
            && group.prefix != "/scim/v2"
            && (row.0 == Method::GET || group.prefix == ::native::ROOT && is_draft)
    }

    /// Whether no request of the caller may change anything.
    fn is_outside(&self) -> bool {
        self.is == Kind::Nobody || self.name == "zoe"
    }

    async fn send(&self, app: &TestApp, method: &Method, path: &str, body: &Value) -> Answer {
        let mut headers = Vec::new();
        if let Some((name, value)) = &self.header {
            headers.push((*name, value.as_str()));
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if !matches!(*method, Method::GET | Method::DELETE) {
            headers.push(("content-type", "application/json"));
        }
        app.request(method.clone(), path, &headers, &body).await
    }
}

/// The harbor with applications, a virtual clock, and objects that each caller can delete.
async fn harbor(engine: Engine) -> (TestApp, Vec<Caller>) {
    let clock = NOW.parse().expect("a time");
    let mut app = crate::oauth::harbor(engine).await.set(|settings| settings.clock = Some(clock));
    app.rebuild(|app| app.clock(Clock::manual_at(clock)));
    let limited = |id: i64, name: &str, scopes: Value, ends: Value| {
        let sha256 = hex::encode(auth::digest(name));
        json!({"kind": "token", "id": id, "user_id": 2500, "name": name, "sha256": sha256, "scopes": scopes,
            "expires_at": ends})
    };
    let tokens = lines([
        limited(21, "expired", Value::Null, NOW.into()),
        limited(22, "revoked", Value::Null, Value::Null),
        limited(23, "api_v3", json!(["api_v3"]), Value::Null),
        limited(24, "api_only", json!(["api_only"]), Value::Null),
        limited(25, "statuary", json!(["statuary"]), Value::Null),
        // No other scope widens it.
        limited(26, "draft", json!(["openid", "draft", "api_v3", "statuary", "scim"]), Value::Null),
    ]);
    app.import(&tokens).await.expect("tokens");
    revoke(&app, "revoked").await;
    let cookie = Browser::of(&app, "root").await.cookie;
    let given = app.tokens("ada", "board", "").await;
    let given = given["access_token"].as_str().expect("a token");
    let mut callers = vec![
        Caller::new("nobody", None, Kind::Nobody),
        Caller::bearer("wrong", Kind::Nobody),
        Caller::bearer("expired", Kind::Nobody),
        Caller::bearer("revoked", Kind::Nobody),
        Caller::new("a session", Some(("cookie", cookie)), Kind::Nobody),
    ];
    callers.extend((0..).zip(PEOPLE).map(|(place, token)| Caller::bearer(token, Kind::Person(place))));
    callers.extend(
        ["api_v3", "api_only", "statuary", "draft"].map(|scope| Caller::bearer(scope, Kind::Limited(scope))),
    );
    callers.push(Caller { name: "an application of ada".into(), ..Caller::bearer(given, Kind::Person(1)) });
    let ids: Vec<i64> = (OWN..).take(callers.len()).collect();
    let (users, statuses) =
        (ids.iter().map(|id| user(*id)), ids.iter().flat_map(|id| [status(*id), status(10_000 + id)]));
    let parts = ids.iter().map(|id| part(*id));
    let reports = ids.iter().flat_map(|id| [report(*id), report(10_000 + id)]);
    let references = ids.iter().map(|id| reference(*id, 907, &format!("service {id}"), "OWN-1"));
    let milestones = ids.iter().map(|id| milestone(*id));
    let own = users.chain(statuses).chain(parts).chain(reports).chain(milestones).chain(references);
    let own = own.chain(ids.iter().map(|id| note(*id))).chain(ids.iter().map(|id| comment(*id, 2545)));
    let own = own.chain([comment(7900, 2500), link(7900)]).chain(ids.iter().map(|id| link(*id)));
    let packages =
        ids.iter().flat_map(|id| [package(*id), package(10_000 + id)]).chain([package(7900), activity(7900)]);
    let own = own.chain(packages);
    let own = own.chain(ids.iter().flat_map(|id| [report_draft(*id), report_draft(10_000 + id)]));
    let own = own.chain(ids.iter().map(|id| template(*id))).chain(ids.iter().map(|id| endpoint(*id)));
    let own = own.chain(ids.iter().flat_map(|id| [field(*id), saved_view(*id), programme(*id)]));
    app.import(&lines(own)).await.expect("what is to be deleted");
    (app, callers)
}

async fn revoke(app: &TestApp, token: &str) {
    let sha256 = auth::digest(token);
    let at = app.app.clock.now();
    let change = Change {
        account_id: AccountId(415),
        actor_id: None,
        token_id: None,
        surface: Source::CommandLine,
        at,
    };
    let work = app.app.db.write(
        db::Scope::Account(415),
        work!(|conn| {
            let token = auth::store::with_digest(conn, &sha256, at).await?.expect("a token");
            auth::store::revoke(conn, &change, &token).await
        }),
    );
    work.await.expect("an end");
}

#[both_engines]
async fn every_caller_gets_the_status_of_the_policy_on_every_route(engine: Engine) {
    let (app, callers) = harbor(engine).await;
    let before = app.export().await;
    let (outside, inside): (Vec<_>, Vec<_>) =
        (OWN..).zip(&callers).partition(|(_, caller)| caller.is_outside());
    let mut wrong = Vec::new();
    for (own, caller) in outside.iter().chain(&inside) {
        for group in groups() {
            for row in &group.rows {
                let path = format!("{}{}", group.prefix, row.1.replace("{own}", &own.to_string()));
                let seen = caller.send(&app, &row.0, &path, &row.2).await.status.as_u16();
                let expected = caller.expected(&group, row);
                if seen != expected {
                    wrong.push(format!("{} {path} by {}: {seen}, not {expected}", row.0, caller.name));
                }
            }
        }
        if caller.is_outside() {
            assert!(app.export().await == before, "{} left something behind", caller.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[both_engines]
async fn a_token_opens_no_page_and_a_session_no_api(engine: Engine) {
    let (app, callers) = harbor(engine).await;
    let before = app.export().await;
    let mut wrong = Vec::new();
    for row in others() {
        for caller in &callers {
            let place = match caller.is {
                Kind::Nobody if caller.name == "a session" => 1,
                Kind::Nobody => 0,
                // The documents of a surface require its scope.
                Kind::Limited(scope) if row.path.starts_with("/api/v3/") && scope != "api_v3" => continue,
                // Agents need the scope of their tools.
                Kind::Limited("api_v3" | "api_only") if row.path == "/mcp" => continue,
                Kind::Person(_) | Kind::Limited(_) => 2,
            };
            let seen = caller.send(&app, &row.method, row.path, &Value::Null).await.status.as_u16();
            if seen != row.statuses[place] {
                let expected = row.statuses[place];
                wrong.push(format!("{} {} by {}: {seen}, not {expected}", row.method, row.path, caller.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(app.export().await, before);
}

/// Whether a path belongs to a route.
fn is_of(route: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len()
        && route.iter().zip(&path).all(|(one, other)| one.starts_with('{') || one == other)
}

#[test]
fn every_operation_of_every_surface_has_a_row() {
    let routes =
        [kantata::routes::routes(), openproject::routes::routes(false), native::routes::routes(true)];
    for (group, routes) in groups().iter().zip(routes) {
        let operations: Vec<_> = routes.listed().collect();
        let mut covered = BTreeSet::new();
        for (method, path, ..) in &group.rows {
            let of = operations.iter().filter(|(own, route)| own == method && is_of(route, path));
            // `/users/me` matches `/users/{id}` as well; the router prefers the literal path.
            let found = of.min_by_key(|(_, route)| route.matches('{').count());
            let (_, route) = found.unwrap_or_else(|| panic!("{method} {}{path} is not served", group.prefix));
            covered.insert((method.to_string(), *route));
        }
        for (method, route) in operations {
            let is_covered = covered.contains(&(method.to_string(), route));
            assert!(is_covered, "{method} {}{route} has no row in policy", group.prefix);
        }
    }
}

#[test]
fn every_other_route_has_a_row_and_is_in_the_router() {
    let rows = others();
    let has_row = |route: &str| groups()[3].rows.iter().any(|row| is_of(route, row.1));
    assert!(super::scim::ROUTES.into_iter().all(has_row));
    let listed: BTreeSet<&str> = rows.iter().map(|row| row.route).chain(super::scim::ROUTES).collect();
    let mut found = BTreeSet::new();
    for (path, text) in sources("crates") {
        let routes = text.split(concat!(".", "route(")).skip(1);
        if path.ends_with("router.rs")
            || (path.ends_with("routes.rs") && !path.ends_with("openapi/routes.rs"))
        {
            let literal = |rest: &str| {
                let rest = rest.trim_start();
                let text = rest.strip_prefix("&format!(").unwrap_or(rest).strip_prefix('"')?;
                text.split('"').next().map(|path| path.replace("{}", KANTATA))
            };
            found.extend(routes.map(|rest| literal(rest).expect("a route that is written out")));
        } else if !path.ends_with("openapi/routes.rs") {
            assert_eq!(routes.count(), 0, "{} has a route, which belongs into routes.rs", path.display());
        }
    }
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), listed);
}

#[both_engines]
async fn no_other_method_is_served(engine: Engine) {
    let (app, callers) = harbor(engine).await;
    let root = callers.iter().find(|caller| caller.name == "root").expect("root");
    let of_groups = groups().into_iter().flat_map(|Group { prefix, rows, .. }| {
        rows.into_iter().map(move |(method, path, ..)| (method, format!("{prefix}{path}")))
    });
    let of_others = others().into_iter().map(|Other { method, path, .. }| (method, path.to_owned()));
    let served: Vec<(Method, String)> = of_groups.chain(of_others).collect();
    let paths: BTreeSet<&String> = served.iter().map(|(_, path)| path).collect();
    for path in paths {
        let bare = |path: &str| path.split('?').next().unwrap_or_default().to_owned();
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let is_served = served.iter().any(|(own, other)| {
                *own == method && (bare(other) == bare(path) || is_sibling(&bare(other), &bare(path)))
            });
            if is_served {
                continue;
            }
            let path = path.replace("{own}", &OWN.to_string());
            let answer = root.send(&app, &method, &path, &json!({})).await;
            assert!(matches!(answer.status.as_u16(), 404 | 405), "{method} {path}: {}", answer.status);
        }
    }
}

/// Whether two paths differ in their last segment alone, where that is an id.
fn is_sibling(one: &str, other: &str) -> bool {
    let is_id = |text: &str| text.replace("{own}", "7").bytes().all(|byte| byte.is_ascii_digit());
    let halves = one.rsplit_once('/').zip(other.rsplit_once('/'));
    halves.is_some_and(|(one, other)| one.0 == other.0 && is_id(one.1) && is_id(other.1))
}

/// The texts of all Rust files below a folder of the repository.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a text");
                found.push((path, text));
            }
        }
    }
    found
}

#[test]
fn every_test_cited_in_the_threat_model_exists() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/explanation/threat-model.md");
    let text = std::fs::read_to_string(path).expect("a document");
    let all: String =
        ["crates", "tests"].iter().flat_map(|folder| sources(folder)).map(|(_, text)| text).collect();
    let risks = text.lines().filter(|line| line.starts_with("| API"));
    let mut named = 0;
    for risk in risks.clone() {
        let tests = risk.trim_end_matches(" |").rsplit("| ").next().expect("a column");
        for name in tests.split(", ").map(|name| name.trim_matches('`')) {
            assert!(
                all.contains(&format!("fn {name}(")),
                "{name}, which docs/explanation/threat-model.md names, is not there"
            );
            named += 1;
        }
    }
    assert_eq!(risks.count(), 10);
    assert!(named >= 20, "{named}");
    // Names of tests elsewhere in the document.
    let words = text.split('`').skip(1).step_by(2).filter(|word| word.matches('_').count() >= 3);
    for name in words.filter(|word| word.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase())) {
        assert!(
            all.contains(&format!("fn {name}(")),
            "{name}, which docs/explanation/threat-model.md names, is not there"
        );
    }
}
