//! Requests for reports: one at a time for a workspace, until its next report.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{at, report, row};
use crate::{Answer, Engine, TestApp};

const HARBOR: i64 = 53760;
const PATH: &str = "/workspaces/53760/report_requests";

async fn ask(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.write(token, Method::POST, PATH, body, &[]).await
}

#[both_engines]
async fn the_next_report_closes_a_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let asked = ask(&app, "bo", &json!({"message": " For the steering committee. "})).await;
    assert_eq!(asked.status, 201, "{asked}");
    let (by, message) = (json!({"id": 2551, "full_name": "Bo Lind"}), "For the steering committee.");
    let at_once = "2026-02-16T16:00:03Z";
    let id = asked.json()["id"].clone();
    assert_eq!(
        asked.json(),
        json!({"id": id, "workspace_id": HARBOR, "by": by, "at": at_once, "message": message})
    );
    assert_eq!(row(&app, HARBOR).await["request"], json!({"by": by, "at": at_once, "message": message}));
    for token in ["bo", "root", "max"] {
        ask(&app, token, &json!({})).await.is_problem(409, "already-requested", &Value::Null);
    }
    assert_eq!(app.last_writer("report_request").await, (Some(2551), "native".into()));
    // A report at the same instant is the next one.
    report(&app, HARBOR).await;
    assert_eq!(row(&app, HARBOR).await["request"], Value::Null);
    // So is the request after it. The body may be empty.
    let headers = [("authorization", "Bearer root")];
    let empty = app.request(Method::POST, &format!("/api/statuary/v1{PATH}"), &headers, "").await;
    assert_eq!((empty.status.as_u16(), &empty.json()["message"]), (201, &Value::Null), "{empty}");
    assert_eq!(row(&app, HARBOR).await["request"]["by"]["id"], 2500);

    let archive = app.export().await;
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(row(&copy, HARBOR).await, row(&app, HARBOR).await);
    // A report that is deleted answers nothing.
    at(&app, "2026-02-17T09:00:00Z");
    report(&app, HARBOR).await;
    assert_eq!(row(&app, HARBOR).await["request"], Value::Null);
    let newest =
        app.own("root", Method::GET, "/status_reports?limit=1").await.json()["status_reports"][0]["id"]
            .clone();
    let path = format!("/status_reports/{newest}");
    assert_eq!(app.own("root", Method::DELETE, &path).await.status, 204);
    assert_eq!(row(&app, HARBOR).await["request"]["by"]["id"], 2500);
    let events = app.own("vera", Method::GET, "/events?types=report_request.*").await.json();
    assert_eq!(events["events"].as_array().map(Vec::len), Some(2));
    let client = app.own("cleo", Method::GET, "/events?types=report_request.*").await.json();
    assert_eq!(client["events"], json!([]));
}

#[both_engines]
async fn who_may_edit_asks(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    ask(&app, "vera", &json!({})).await.is_problem(403, "forbidden", &Value::Null);
    for token in ["cleo", "olaf", "zoe"] {
        ask(&app, token, &json!({})).await.is_problem(404, "not-found", &Value::Null);
    }
    for message in [json!(1), json!("é".repeat(1001)), json!(["a"])] {
        let answer = ask(&app, "ada", &json!({"message": message})).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"][0]["pointer"]),
            (422, &json!("/message"))
        );
    }
    assert_eq!(ask(&app, "ada", &json!({"text": "a"})).await.status, 400);
    let long = "é".repeat(1000);
    assert_eq!(ask(&app, "ada", &json!({"message": long})).await.json()["message"], long);
    for wrong in [
        r#"{"kind":"report_request","id":9,"workspace_id":60000,"user_id":2545,"message":null,"last_report_id":null,"created_at":"2026-02-16T16:00:03Z"}"#,
        r#"{"kind":"report_request","id":9,"workspace_id":1,"user_id":2545,"message":null,"last_report_id":null,"created_at":"2026-02-16T16:00:03Z"}"#,
    ] {
        assert!(app.import(wrong).await.is_err(), "{wrong}");
    }
}

#[both_engines]
async fn a_key_repeats_a_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let key = [("idempotency-key", "once")];
    let body = json!({"message": "Please."});
    let first = app.write("ada", Method::POST, PATH, &body, &key).await;
    let again = app.write("ada", Method::POST, PATH, &body, &key).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16(), first.text == again.text), (201, 201, true));
}
