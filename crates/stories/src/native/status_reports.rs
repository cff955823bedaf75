//! Stories of status reports in Statuary's own surface.

use axum::http::{Method, header};
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Answer, Engine, TestApp, lines, report, with};

const REPORT: &str = r#"{"id":907,"workspace_id":53760,"color":"yellow","description":"Vendor slipped one week.",
    "details":[{"category":"Scope","color":"green","description":"No change"},
    {"category":"Schedule","color":"red","description":"One week late"},
    {"category":"Client","color":"yellow","description":null}],
    "author":{"id":2545,"full_name":"Ada Park"},"updater":{"id":2551,"full_name":"Bo Lind"},
    "created_at":"2026-02-09T17:20:41Z","updated_at":"2026-02-10T00:02:10Z","deleted_at":null,"version":1,"comments":0,"acknowledged_by":[]}"#;

async fn write(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.write(token, Method::POST, "/workspaces/53760/status_reports", body, &[]).await
}

async fn ids(app: &TestApp, token: &str, query: &str) -> Vec<i64> {
    let answer = app.own(token, Method::GET, &format!("/status_reports?{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    let list = answer.json();
    list["status_reports"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[both_engines]
async fn a_report_has_its_author_and_its_details(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.own("vera", Method::GET, "/status_reports/907").await.is_exactly(REPORT);
    let list = app.own("vera", Method::GET, "/status_reports?limit=1").await;
    let cursor = list.json()["next_cursor"].clone();
    list.is_exactly(&format!(r#"{{"status_reports":[{REPORT}],"next_cursor":{cursor}}}"#));
}

#[both_engines]
async fn reports_are_filtered(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let more = [
        with(
            report(908),
            &json!({"workspace_id": 53800, "creator_id": 2561, "color": "red",
            "description": "KRÄNE stehen", "created_at": "2026-02-03T00:00:00Z"}),
        ),
        with(report(909), &json!({"workspace_id": 53900, "created_at": "2026-02-03T23:59:59.999999Z"})),
    ];
    app.import(&lines(more)).await.unwrap();
    let cases: [(&str, &str, &[i64]); 20] = [
        ("root", "", &[907, 909, 908, 901]),
        ("root", "order=created_at", &[901, 908, 909, 907]),
        ("root", "order=-created_at", &[907, 909, 908, 901]),
        ("root", "workspace_id=53760", &[907, 901]),
        ("root", "workspace_id=53760,53800", &[907, 908, 901]),
        ("root", "workspace_id=60000", &[]),
        ("root", "author_id=2561", &[908]),
        ("root", "color=red,yellow", &[907, 908]),
        ("root", "from=2026-02-03", &[907, 909, 908]),
        ("root", "to=2026-02-03", &[909, 908, 901]),
        ("root", "from=2026-02-03&to=2026-02-03", &[909, 908]),
        ("root", "from=2026-02-02T17:15:00Z&to=2026-02-03T00:00:00Z", &[908, 901]),
        ("root", "from=2026-02-03T01:00:00%2B01:00&to=2026-02-03T00:00:00Z", &[908]),
        ("root", "search=kräne", &[908]),
        ("root", "search=ONE WEEK", &[907]),
        ("root", "search=week late", &[907]),
        ("max", "", &[907, 908, 901]),
        ("ada", "", &[907, 909, 901]),
        ("cleo", "", &[]),
        ("zoe", "", &[990]),
    ];
    for (token, query, expected) in cases {
        let query = query.replace(' ', "%20").replace('ä', "%C3%A4");
        assert_eq!(ids(&app, token, &query).await, expected, "{token} {query}");
    }
    let known = "workspace_id, author_id, color, from, to, search, include_deleted, order, as_of, known_at, limit, cursor";
    let cases = [
        ("include=author", "include", &*format!("is not known here; known: {known}"), "unknown-parameter"),
        (
            "color=blue",
            "color",
            "must be some of green, yellow, red, with commas between",
            "invalid-parameter",
        ),
        ("from=soon", "from", "must be a time of RFC 3339 or a date", "invalid-parameter"),
        ("from=2026-02-02&to=2026-02-01", "from", "is after `to`", "invalid-parameter"),
        ("order=color", "order", "must be one of -created_at, created_at", "invalid-parameter"),
        ("cursor=abc", "cursor", "is not a cursor of this list", "invalid-cursor"),
    ];
    for (query, parameter, detail, name) in cases {
        let answer = app.own("root", Method::GET, &format!("/status_reports?{query}")).await;
        answer.is_problem(400, name, &json!([{"detail": detail, "parameter": parameter}]));
    }
}

#[both_engines]
async fn reports_are_paged_by_time_and_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    // More than a search reads at a time, all of the same instant; every third has the word.
    let text = |id: i64| if id % 3 == 0 { "Crane" } else { "Quay" };
    let many = (1..=600).map(|id| with(report(id), &json!({"description": text(id)})));
    app.import(&lines(many)).await.unwrap();
    for (query, count) in
        [("", 602), ("search=crane&", 200), ("order=created_at&", 602), ("color=green&", 601)]
    {
        let (mut path, mut seen) = (format!("/status_reports?{query}limit=150"), Vec::new());
        loop {
            let answer = app.own("root", Method::GET, &path).await;
            let page = answer.json();
            let reports = page["status_reports"].as_array().unwrap();
            seen.extend(reports.iter().map(|one| one["id"].as_i64().unwrap()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            assert!(answer.headers[header::LINK].to_str().unwrap().contains(cursor), "{answer}");
            path = format!("/status_reports?{query}limit=150&cursor={cursor}");
        }
        assert_eq!(seen.len(), count, "{query}");
        let own: Vec<i64> = seen.iter().copied().filter(|id| *id <= 600).collect();
        let is_oldest_first = query.contains("order");
        assert!(own.is_sorted_by(|a, b| if is_oldest_first { a < b } else { a > b }), "{query}");
    }
    let first = app.own("root", Method::GET, "/status_reports?limit=1").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let other = format!("/status_reports?order=created_at&cursor={cursor}");
    let errors = json!([{"detail": "is not a cursor of this list", "parameter": "cursor"}]);
    app.own("root", Method::GET, &other).await.is_problem(400, "invalid-cursor", &errors);
}

#[both_engines]
async fn a_report_is_written_once(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"color": "red", "description": "Cranes stopped.",
        "details": [{"category": "Schedule", "color": "red", "description": "Two weeks"},
            {"category": "Budget", "color": "green"}]});
    let key = [("idempotency-key", "one")];
    let path = "/workspaces/53760/status_reports";
    let made = app.write("bo", Method::POST, path, &body, &key).await;
    assert_eq!(made.headers[header::LOCATION], "/api/statuary/v1/status_reports/991");
    made.has_exactly(
        201,
        r#"{"id":991,"workspace_id":53760,"color":"red","description":"Cranes stopped.",
        "details":[{"category":"Schedule","color":"red","description":"Two weeks"},
        {"category":"Budget","color":"green","description":null}],
        "author":{"id":2551,"full_name":"Bo Lind"},"updater":null,
        "created_at":"2026-02-16T16:00:03Z","updated_at":"2026-02-16T16:00:03Z","deleted_at":null,"version":1,"comments":0,"acknowledged_by":[]}"#,
    );
    let again = app.write("bo", Method::POST, path, &body, &key).await;
    assert_eq!((&again.text, &again.headers["idempotent-replayed"]), (&made.text, &"true".parse().unwrap()));
    assert_eq!(ids(&app, "bo", "color=red").await, [991]);
    let vendor = app.get("bo", "/status_reports/991").await.json();
    assert_eq!(vendor["status_reports"]["991"]["description"], "Cranes stopped.");
}

#[both_engines]
async fn a_report_is_changed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let patch = async |token: &str, body: &Value, more: &[(&str, &str)]| {
        app.write(token, Method::PATCH, "/status_reports/901", body, more).await
    };
    let before = app.own("bo", Method::GET, "/status_reports/901").await;
    let tag = before.headers[header::ETAG].to_str().unwrap();
    let changed = patch("bo", &json!({"color": "yellow"}), &[("if-match", tag)]).await;
    changed.is_exactly(
        r#"{"id":901,"workspace_id":53760,"color":"yellow","description":"Kickoff done, team staffed.","details":[],
        "author":{"id":2545,"full_name":"Ada Park"},"updater":{"id":2551,"full_name":"Bo Lind"},
        "created_at":"2026-02-02T17:15:00Z","updated_at":"2026-02-16T16:00:03Z","deleted_at":null,"version":2,"comments":0,"acknowledged_by":[]}"#,
    );
    patch("bo", &json!({"color": "red"}), &[("if-match", tag)]).await.is_problem(
        412,
        "precondition-failed",
        &Value::Null,
    );
    let details = json!({"details": [{"category": "Client", "color": "green"}]});
    let changed = patch("ada", &details, &[]).await.json();
    assert_eq!(changed["details"], json!([{"category": "Client", "color": "green", "description": null}]));
    assert_eq!(patch("ada", &json!({"details": []}), &[]).await.json()["details"], json!([]));
}

#[both_engines]
async fn reports_that_break_rules_are_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let error = |path: &str, detail: &str| json!({"detail": detail, "pointer": path});
    let fine = json!({"color": "green", "description": "Fine."});
    let cases = [
        (json!({}), vec![error("/color", "must not be blank"), error("/description", "must not be blank")]),
        (with(fine.clone(), &json!({"color": "blue"})), vec![error("/color", "is not an allowed value")]),
        (
            json!({"color": 1, "description": null, "details": {}}),
            vec![
                error("/color", "has the wrong type or format"),
                error("/description", "must not be blank"),
                error("/details", "has the wrong type or format"),
            ],
        ),
        (
            with(fine.clone(), &json!({"details": [{"category": "Scope", "color": 1}]})),
            vec![error("/details", "has the wrong type or format")],
        ),
        (
            with(fine.clone(), &json!({"details": [{"category": "Weather"}]})),
            vec![
                error("/details", "category is not an allowed value"),
                error("/details", "color must not be blank"),
            ],
        ),
        (
            with(
                fine.clone(),
                &json!({"details": [{"category": "Scope", "color": "red"},
                {"category": "Scope", "color": "green"}]}),
            ),
            vec![error("/details", "Details can't have the same category twice")],
        ),
    ];
    for (body, errors) in cases {
        write(&app, "ada", &body).await.is_problem(422, "invalid", &errors.into());
    }
    let known = "is not known here; known: category, color, description";
    let unknown =
        with(fine.clone(), &json!({"details": [{"category": "Scope", "color": "red"}, {"a/b": 1}]}));
    let errors = json!([error("/details/1/a~1b", known)]);
    write(&app, "ada", &unknown).await.is_problem(400, "unknown-member", &errors);
    let known = "is not known here; known: color, description, details";
    let unknown = with(fine, &json!({"workspace_id": 53760}));
    let errors = json!([error("/workspace_id", known)]);
    write(&app, "ada", &unknown).await.is_problem(400, "unknown-member", &errors);
    assert_eq!(ids(&app, "ada", "").await, [907, 901], "nothing was written");
}
