//! Stories of metrics.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::harbor::harbor;
use super::policy::others;
use super::{Answer, Engine, TestApp};
use db::Scope;
use domain::accounts::Account;
use domain::error::Error;
use domain::events;
use domain::events::{Change, Log};
use domain::ids::AccountId;
use domain::work;
use service::limits::Limits;
use service::surface::Surface;

/// Parses metrics by name and labels. Asserts that every line is valid.
fn parsed(text: &str) -> BTreeMap<String, i64> {
    let mut figures = BTreeMap::new();
    let (mut described, mut typed) = (String::new(), (String::new(), String::new()));
    assert!(text.ends_with('\n'), "{text}");
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect(line);
            assert!(!help.is_empty(), "{line}");
            name.clone_into(&mut described);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect(line);
            assert_eq!(name, described, "{line}");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            typed = (name.to_owned(), kind.to_owned());
        } else {
            let (sample, value) = line.rsplit_once(' ').expect(line);
            let (name, labels) = sample
                .split_once('{')
                .map_or((sample, None), |(name, labels)| (name, Some(labels.strip_suffix('}').expect(line))));
            let suffix = name.strip_prefix(&typed.0).expect(line);
            let is_part = ["_bucket", "_sum", "_count"].contains(&suffix);
            assert!(if typed.1 == "histogram" { is_part } else { suffix.is_empty() }, "{line}");
            assert_eq!(typed.1 == "counter", name.ends_with("_total"), "{line}");
            for label in labels.into_iter().flat_map(|labels| labels.split("\",")) {
                let (name, value) = label.split_once("=\"").expect(line);
                assert!(name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()), "{line}");
                assert!(!value.trim_end_matches('"').contains(['"', '\\']), "{line}");
            }
            assert!(value.parse::<f64>().is_ok(), "{line}");
            if suffix != "_sum" {
                let value = value.parse().expect(line);
                assert_eq!(figures.insert(sample.to_owned(), value), None, "{line}");
            }
        }
    }
    figures
}

async fn figures(app: &TestApp) -> BTreeMap<String, i64> {
    let answer = app.request(Method::GET, "/metrics", &[], "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4");
    parsed(&answer.text)
}

/// The number of events of all accounts.
async fn logged(app: &TestApp) -> i64 {
    let heads =
        app.app.db.read(|conn| Box::pin(events::store::heads(conn, AccountId(0), 100))).await.expect("heads");
    heads.iter().map(|head| head.sequence).sum()
}

fn requests(surface: &str, method: &str, route: &str, status: &str) -> String {
    format!(
        "statuary_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\",surface=\"{surface}\"}}"
    )
}

async fn writes(app: &TestApp, key: &str) -> Answer {
    let body = json!({"status_report": {"workspace_id": 53760, "color": "green", "description": "Fine."}});
    let headers =
        [("authorization", "Bearer ada"), ("content-type", "application/json"), ("idempotency-key", key)];
    app.request(Method::POST, "/api/v1/status_reports", &headers, &body.to_string()).await
}

#[both_engines]
async fn requests_and_events_are_counted(engine: Engine) {
    let app = TestApp::with(engine, &harbor()).await;
    let before = figures(&app).await;
    assert_eq!(before["process_start_time_seconds"], 1_771_257_603);
    for status in [200, 200] {
        assert_eq!(writes(&app, "once").await.status, status);
    }
    app.call("ada", Method::GET, "/status_reports/907", None).await.has(200);
    app.call("ada", Method::GET, "/status_reports/9070", None).await.has(404);
    app.call("nobody", Method::GET, "/status_reports/907", None).await.has(401);
    let after = figures(&app).await;

    let moved = |name: &str| after[name] - before.get(name).copied().unwrap_or_default();
    let one = "/api/v1/status_reports/{id}";
    assert_eq!(moved(&requests("kantata", "GET", one, "2xx")), 1);
    assert_eq!(moved(&requests("kantata", "GET", one, "4xx")), 2);
    assert_eq!(moved(&requests("kantata", "POST", "/api/v1/status_reports", "2xx")), 2);
    assert_eq!(moved(&requests("operators", "GET", "/metrics", "2xx")), 1);
    assert_eq!(moved("statuary_http_request_duration_seconds_count{surface=\"kantata\"}"), 5);
    assert_eq!(moved("statuary_idempotent_replays_total"), 1);
    assert_eq!(moved("statuary_writes_total"), 2);
    assert_eq!(after["statuary_events_appended_total"], logged(&app).await);
    assert!(moved("statuary_events_appended_total") >= 1, "{after:?}");
    // The request for the metrics itself.
    assert_eq!(after["statuary_http_requests_in_flight"], 1);
    let is_embedded = engine == Engine::Sqlite;
    assert_eq!(after.contains_key("statuary_store_bytes{file=\"database\"}"), is_embedded);
    assert_eq!(after["statuary_sqlite_batch_writes_count"] > 0, is_embedded);
    assert_eq!(after["statuary_postgres_batch_writes_count"] > 0, !is_embedded);
    if is_embedded {
        assert!(after["statuary_store_bytes{file=\"wal\"}"] > 0);
    }
}

#[both_engines]
async fn a_rolled_back_write_counts_no_event(engine: Engine) {
    let app = TestApp::with(engine, &harbor()).await;
    let before = figures(&app).await["statuary_events_appended_total"];
    assert!(before > 0);
    let at = app.app.clock.now();
    let change = Change {
        account_id: AccountId(415),
        actor_id: None,
        token_id: None,
        surface: events::Source::CommandLine,
        at,
    };
    let work = app.app.db.write(
        Scope::Account(415),
        work!(|conn| {
            let mut log = Log::new(&change);
            log.deleted(&Account {
                id: AccountId(2500),
                name: String::new(),
                blocks_hints: false,
                requires_factor: false,
            });
            events::store::append(conn, log).await?;
            Err::<(), _>(Error::NotFound)
        }),
    );
    assert!(matches!(work.await, Err(Error::NotFound)));
    assert_eq!(figures(&app).await["statuary_events_appended_total"], before);
    assert_eq!(writes(&app, "next").await.status, 200);
    assert_eq!(figures(&app).await["statuary_events_appended_total"], logged(&app).await);
}

#[both_engines]
async fn unknown_paths_share_one_label(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let odd = Method::from_bytes(b"BREW").expect("a method");
    for number in 0..40 {
        for surface in ["", "/api/v1", "/api/v3", "/api/statuary/v1", "/oauth", "/docs", "/assets"] {
            let path = format!("{surface}/nothing-{number}");
            app.request(Method::GET, &path, &[("authorization", "Bearer ada")], "").await;
            let odd = Method::from_bytes(format!("BREW{number}").as_bytes()).expect("a method");
            app.request(odd, &path, &[("authorization", "Bearer ada")], "").await;
        }
    }
    for path in ["/api/v1/users", "/api/v3/statuses", "/api/statuary/v1/me", "/healthz", "/login"] {
        app.request(odd.clone(), path, &[("authorization", "Bearer ada")], "").await;
    }
    let figures = figures(&app).await;
    for surface in ["kantata", "openproject", "native", "oauth", "pages"] {
        assert!(figures[&requests(surface, "GET", "none", "4xx")] >= 40, "{surface}: {figures:?}");
    }
    let below = |prefix: &'static str, routes: service::openapi::Routes| {
        routes.listed().map(|(_, route)| format!("{prefix}{route}")).collect::<Vec<_>>()
    };
    let known: BTreeSet<String> = below("/api/v1", kantata::routes::routes())
        .into_iter()
        .chain(below("/api/v3", openproject::routes::routes(false)))
        .chain(below("/api/statuary/v1", native::routes::routes(true)))
        .chain(others().iter().map(|other| other.route.to_owned()))
        .chain(["none".to_owned()])
        .collect();
    let label = |sample: &str, name: &str| {
        let value = sample.split_once(&format!("{name}=\""))?.1;
        Some(value.split('"').next().unwrap_or_default().to_owned())
    };
    let seen: BTreeSet<_> = figures.keys().filter_map(|sample| label(sample, "route")).collect();
    let unknown: Vec<_> = seen.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let methods: BTreeSet<_> = figures.keys().filter_map(|sample| label(sample, "method")).collect();
    assert_eq!(methods.iter().map(String::as_str).collect::<Vec<_>>(), ["GET", "other"]);
    assert!(seen.len() < 12, "{seen:?}");
}

#[both_engines]
async fn metrics_contain_no_names_or_tokens(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    writes(&app, "my-own-key").await;
    app.call("ada", Method::GET, "/status_reports?search=secret-words", None).await;
    app.request(Method::GET, "/setup/secret-link", &[], "").await;
    app.request(Method::GET, "/login/secret-link", &[], "").await;
    let text = app.request(Method::GET, "/metrics", &[], "").await.text;
    for secret in
        ["ada", "harbor", "Harbor", "53760", "415", "my-own-key", "secret-", "statuary.db", "story_"]
    {
        // Whole words, because "ada" is a part of "metadata".
        let words = text.split(|letter: char| !(letter.is_alphanumeric() || "-_.".contains(letter)));
        assert!(
            words.clone().all(|word| word != secret && !(secret.len() > 3 && word.contains(secret))),
            "{secret}"
        );
    }
}

#[both_engines]
async fn rate_limited_requests_are_counted_and_metrics_requests_are_not(engine: Engine) {
    let mut app = TestApp::harbor(engine).await.set(|settings| settings.rate_limit = 2.try_into().ok());
    let limits = Limits::new(&app.app.settings, &app.app.clock);
    app.rebuild(|app| app.limits(limits));
    let status = async || {
        app.request(Method::GET, "/api/v1/users", &[("authorization", "Bearer ada")], "").await.status
    };
    assert_eq!(
        [status().await, status().await, status().await].map(|status| status.as_u16()),
        [200, 200, 429]
    );
    for _ in 0..4 {
        let figures = figures(&app).await;
        assert_eq!(figures["statuary_http_limited_requests_total{policy=\"token\"}"], 1);
        assert_eq!(figures["statuary_http_limited_requests_total{policy=\"login\"}"], 0);
    }
}

#[both_engines]
async fn metrics_with_their_own_address_are_served_only_there(engine: Engine) {
    let app =
        TestApp::harbor(engine).await.set(|settings| settings.metrics_listen = "127.0.0.1:9".parse().ok());
    assert_eq!(app.request(Method::GET, "/metrics", &[], "").await.status, 404);
}

#[test]
fn surfaces_are_numbered_in_order() {
    for (place, surface) in Surface::ALL.into_iter().enumerate() {
        assert_eq!(surface as usize, place, "{place:?} {surface:?}");
    }
    assert_eq!(Surface::of("/oauth/authorize"), Surface::Pages);
    assert_eq!(Surface::of("/api/v10"), Surface::Native);
}

#[both_engines]
async fn the_figures_of_projects_and_queues_are_those_of_the_store(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let healths = |figures: &BTreeMap<String, i64>| -> BTreeMap<String, i64> {
        let own = figures.iter().filter_map(|(name, value)| {
            let health = name.strip_prefix("statuary_workspaces{health=\"")?.strip_suffix("\"}")?;
            Some((health.to_owned(), *value))
        });
        own.collect()
    };
    let before = figures(&app).await;
    let names = ["green", "red", "resting", "silent", "unreported", "yellow"];
    assert_eq!(healths(&before).into_keys().collect::<Vec<_>>(), names);
    assert_eq!(before["statuary_mails_waiting"], 0);
    assert!(!before.contains_key("statuary_backup_age_seconds"), "none was made");
    // A red report: the figures follow when they are fifteen seconds old, and not before.
    let sum = |figures: &BTreeMap<String, i64>| healths(figures).values().sum::<i64>();
    let body = json!({"color": "red", "description": "It burns."});
    app.write("ada", Method::POST, "/workspaces/53760/status_reports", &body, &[]).await.has(201);
    assert_eq!(healths(&figures(&app).await), healths(&before));
    app.app.clock.advance(15);
    let after = figures(&app).await;
    assert_eq!(healths(&after)["red"], healths(&before)["red"] + 1);
    assert_eq!(sum(&after), sum(&before));
    // Without reports for weeks, nothing is red, yellow or green.
    app.app.clock.advance(30 * 86_400);
    let later = figures(&app).await;
    let current: i64 = ["red", "yellow", "green"].iter().map(|health| healths(&later)[*health]).sum();
    assert_eq!((current, sum(&later)), (0, sum(&before)));
    assert!(healths(&later)["silent"] > 0, "{later:?}");
    // A cadence makes the silent ones overdue.
    let cadence = json!({"every": "week", "on": "friday", "at": "16:00", "time_zone": "UTC"});
    let answer = app.write("root", Method::PUT, "/cadence", &cadence, &[]).await;
    assert!(answer.status.is_success(), "{answer}");
    app.app.clock.advance(30 * 86_400);
    assert!(figures(&app).await["statuary_overdue_workspaces"] > 0);
}
