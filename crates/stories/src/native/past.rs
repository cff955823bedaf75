//! Stories of reads in the past, on Statuary's own surface.

use axum::http::{Method, header};
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp, lines, report, with};

async fn read(app: &TestApp, path: &str) -> Value {
    let answer = app.own("root", Method::GET, path).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(
        answer.headers.contains_key(header::ETAG),
        !path.contains("as_of") && !path.contains("known_at")
    );
    answer.json()
}

#[both_engines]
async fn a_report_is_read_as_it_was(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(3600);
    let red = json!({"color": "red"});
    app.write("bo", Method::PATCH, "/status_reports/907", &red, &[]).await;
    app.app.clock.advance(3600);
    assert_eq!(app.own("bo", Method::DELETE, "/status_reports/907").await.status, 204);
    app.app.clock.advance(3600);
    let before = read(&app, "/status_reports/907?as_of=2026-02-16T16:30:00Z").await;
    assert_eq!((&before["color"], &before["version"]), (&json!("yellow"), &json!(1)));
    assert_eq!(
        (&before["as_of"], &before["known_at"]),
        (&json!("2026-02-16T16:30:00Z"), &json!("2026-02-16T19:00:03Z"))
    );
    let changed = read(&app, "/status_reports/907?as_of=2026-02-16T17:30:00Z").await;
    assert_eq!((&changed["color"], &changed["version"]), (&json!("red"), &json!(2)));
    for (path, status) in [
        ("/status_reports/907?as_of=2026-02-16T18:00:03Z", 404),
        ("/status_reports/907?as_of=2026-02-16", 404),
        ("/status_reports/907?as_of=2026-02-16&include_deleted=true", 200),
        // It came by an import: there from its own time on, known from the import on.
        ("/status_reports/907?as_of=2026-02-09T17:20:41Z", 200),
        ("/status_reports/907?as_of=2026-02-09T17:20:40Z", 404),
        ("/status_reports/907?known_at=2026-02-16T16:00:02Z", 404),
        ("/status_reports/907?known_at=2026-02-16T16:00:03Z", 200),
        ("/workspaces/53760?as_of=2026-01-05", 200),
        ("/workspaces/53760?as_of=2026-01-04", 404),
        ("/workspaces/53760/status_changes?as_of=2026-01-04", 404),
        ("/workspaces/53760/timeline?as_of=2026-01-04", 404),
    ] {
        assert_eq!(app.own("root", Method::GET, path).await.status, status, "{path}");
    }
    for token in ["cleo", "zoe"] {
        let path = "/status_reports/907?as_of=2026-02-16T16:30:00Z";
        assert_eq!(app.own(token, Method::GET, path).await.status, 404, "{token}");
    }
    let versions = read(&app, "/status_reports/907/versions?as_of=2026-02-16T17:30:00Z").await;
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
}

#[both_engines]
async fn a_late_report_is_there_and_was_not_known(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(86_400);
    let late = json!({"id": 950, "color": "red", "created_at": "2026-02-12T00:00:00Z", "updated_at": "2026-02-12T00:00:00Z"});
    app.import(&lines([with(report(950), &late)])).await.unwrap();
    let health = async |query: &str| {
        read(&app, &format!("/workspaces/53760?{query}")).await["health"]["report_id"].clone()
    };
    assert_eq!(health("as_of=2026-02-12").await, 950);
    assert_eq!(health("as_of=2026-02-11").await, 907);
    assert_eq!(health("as_of=2026-02-12&known_at=2026-02-16").await, 907);
    assert_eq!(health("known_at=2026-02-16").await, 907);
    let cell = async |query: &str| {
        let path = format!("/portfolio?weeks=1&search=harbor&{query}");
        read(&app, &path).await["workspaces"][0]["cells"][0].clone()
    };
    assert_eq!(cell("as_of=2026-02-13").await["color"], "red");
    assert_eq!(cell("as_of=2026-02-13&known_at=2026-02-16").await["color"], "yellow");
    assert_eq!(
        read(&app, "/portfolio?as_of=2026-02-13&weeks=2").await["weeks"],
        json!(["2026-02-02", "2026-02-09"])
    );
    let timeline = read(&app, "/workspaces/53760/timeline?as_of=2026-01-10").await;
    assert_eq!(timeline["health"], json!([]));
    assert_eq!(timeline["lifecycle"][0]["status"]["key"], 100);
    assert_eq!(timeline["workspace"]["status"]["key"], 100);
    assert_eq!(timeline["lifecycle"][0]["to"], Value::Null);
}

#[both_engines]
async fn statuses_are_listed_and_read_as_they_were(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let now = read(&app, "/statuses?limit=1").await;
    assert_eq!(now["statuses"].as_array().unwrap().len(), 1);
    let status = json!({"id": now["statuses"][0]["id"], "name": "New", "is_closed": false, "color": "#1098AD",
        "is_default": true, "is_readonly": false, "excluded_from_totals": false, "default_done_ratio": 0, "position": 1});
    let beside =
        |packages: Value, running: Value| json!({"work_packages": packages, "recalculating": running});
    assert_eq!(now["statuses"][0], with(status.clone(), &beside(json!(0), json!(false))));
    let next = format!("/statuses?limit=1&cursor={}", now["next_cursor"].as_str().unwrap());
    assert_eq!(read(&app, &next).await["statuses"][0]["position"], 2);
    app.app.clock.advance(3600);
    let headers = [("authorization", "Bearer root"), ("content-type", "application/json")];
    let path = format!("/api/v3/statuses/{}", status["id"]);
    app.request(Method::PATCH, &path, &headers, r#"{"name": "Fresh"}"#).await;
    let last = read(&app, "/statuses").await["statuses"].as_array().unwrap().last().unwrap()["id"].clone();
    app.request(Method::DELETE, &format!("/api/v3/statuses/{last}"), &headers, "").await;
    assert_eq!(read(&app, "/statuses").await["statuses"][0]["name"], "Fresh");
    let then = read(&app, "/statuses?as_of=2026-02-16T16:30:00Z").await;
    let status = with(status, &beside(Value::Null, Value::Null));
    assert_eq!((&then["statuses"][0], then["statuses"].as_array().unwrap().len()), (&status, 14));
    assert_eq!(read(&app, "/statuses?known_at=2026-02-01").await["statuses"], json!([]));
    assert_eq!(app.own("olaf", Method::GET, "/statuses").await.status, 403);
}

#[both_engines]
async fn the_past_has_the_rights_of_today(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(86_400);
    let workspace = app.own("cleo", Method::GET, "/workspaces/53760?as_of=2026-02-16").await.json();
    assert_eq!([&workspace["status"], &workspace["health"], &workspace["lead"]], [&Value::Null; 3]);
    app.by_hand("delete from participations where user_id = 2551").await;
    assert_eq!(app.own("bo", Method::GET, "/workspaces/53760?as_of=2026-02-16").await.status, 404);
    assert_eq!(app.own("bo", Method::GET, "/status_reports/907?as_of=2026-02-16").await.status, 404);
}

#[both_engines]
async fn instants_of_the_past_are_checked(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let paths = [
        "/workspaces",
        "/workspaces/53760",
        "/status_reports",
        "/status_reports/907",
        "/status_reports/907/versions",
        "/workspaces/53760/status_changes",
        "/workspaces/53760/timeline",
        "/portfolio",
        "/statuses",
    ];
    for path in paths {
        for (name, value, detail) in [
            ("as_of", "2026-02-17", "is in the future"),
            ("known_at", "2026-02-16T16:00:04Z", "is in the future"),
            ("as_of", "9999-12-31", "is in the future"),
            ("known_at", "2026-02-30", "must be a time of RFC 3339 or a date"),
            ("as_of", "soon", "must be a time of RFC 3339 or a date"),
        ] {
            let answer = app.own("root", Method::GET, &format!("{path}?{name}={value}")).await;
            answer.is_problem(400, "invalid-parameter", &json!([{"detail": detail, "parameter": name}]));
        }
        let answer = read(&app, &format!("{path}?as_of=2026-02-16")).await;
        assert_eq!(answer["as_of"], "2026-02-16T16:00:03Z", "{path}");
    }
}
