//! Tests of visibility: no caller sees records without the right to (docs/contracts/kantata.md#who-may-do-what). Rights
//! are in `policy`.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::policy::{Row, kantata};
use crate::{Engine, TestApp};
use domain::auth;

async fn send(app: &TestApp, token: &str, (method, path, body, _): &Row) -> crate::Answer {
    let body = body.to_string();
    let content = (*method != Method::GET).then_some(("application/json", body.as_str()));
    app.call(token, method.clone(), path, content).await
}

#[both_engines]
async fn unauthenticated_callers_get_401_everywhere(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let token = |id: i64, text: &str, expires_at: &str| {
        let sha256 = hex::encode(auth::digest(text));
        json!({"kind": "token", "id": id, "user_id": 2500, "name": text, "sha256": sha256, "expires_at": expires_at})
    };
    let tokens = [token(21, "ended", "2026-02-16T16:00:03Z"), token(22, "ending", "2026-02-16T16:00:04Z")];
    app.import(&format!("{}\n{}", tokens[0], tokens[1])).await.expect("an archive");
    assert_eq!(app.get("ending", "/users/me").await.ids(), [2500]);
    app.app.clock.advance(1);
    let unauthenticated = json!([{"type": "oauth", "message": "Invalid OAuth 2 Request"}]);
    let unreadable = ("/workspaces/53760?page[]=1", "/nowhere");
    for caller in ["", " ", "nobody", "ended", "ending", "root x"] {
        for row in kantata::rows() {
            send(&app, caller, &row).await.is_error(401, &unauthenticated);
        }
        app.get(caller, unreadable.0).await.is_error(401, &unauthenticated);
        app.get(caller, unreadable.1).await.is_error(401, &unauthenticated);
        app.delete(caller, "/status_reports/907").await.is_error(401, &unauthenticated);
        let broken = Some(("application/json", "{"));
        app.call(caller, Method::POST, "/workspaces", broken).await.is_error(401, &unauthenticated);
    }
    for (name, value) in [("x-nothing", "x"), ("authorization", "root"), ("authorization", "Basic root")] {
        let request = axum::http::Request::get("/api/v1/users/me").header(name, value);
        let answer = app.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        answer.is_error(401, &unauthenticated);
    }
}

/// Texts that must not be in any response to each caller.
const SECRETS: [(&str, &[&str]); 7] = [
    ("root", ELSEWHERE),
    ("ada", &["Quay", "53800", "Olaf", "root@example.com"]),
    ("bo", &["Quay", "Old pier", "53900", "Olaf"]),
    ("max", &["Old pier", "53900", "Olaf"]),
    (
        "cleo",
        &["Quay", "Old pier", "Kickoff", "Vendor", "In Progress", "HARB-12", "4077", "\"907\"", "Backlog"],
    ),
    ("olaf", &["Harbor", "Quay", "Old pier", "Ada", "Max", "Kickoff", "HARB", "4077", "53760"]),
    ("zoe", &["Harbor", "Quay", "Old pier", "Ada", "Root", "Kickoff", "HARB", "4077", "53760", "415"]),
];
const ELSEWHERE: &[&str] =
    &["Elsewhere", "60000", "\"990\"", "Not yours", "Zoe", "TOP-1", "\"91\"", "\"92\"", "zoe@"];

/// References in the other account that look like those of the harbor, and one of the harbor itself.
const REFERENCES: &str = r#"
{"kind":"external_reference","id":91,"subject_type":"StatusReport","subject_id":990,"service_name":"jira","service_model":"Issue","service_model_ref":"TOP-1","status":"successful","external_status":"open","locked":false,"created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-12T00:00:00Z"}
{"kind":"external_reference","id":92,"subject_type":"Workspace","subject_id":60000,"service_name":"jira","service_model":"Issue","service_model_ref":"TOP-1","locked":false,"created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-12T00:00:00Z"}
{"kind":"participation","id":31,"workspace_id":60000,"user_id":3000,"side":"provider","permission":"admin"}
{"kind":"workspace_status_change","id":4090,"workspace_id":60000,"user_id":3000,"from_status_key":605,"to_status_key":100,"created_at":"2026-01-12T16:00:00Z"}"#;

/// Lists with every filter that could reveal a record.
fn lists() -> Vec<String> {
    let all_ids = "53760,53800,53900,60000,901,907,990,4077,4090,77,91,92,1,2,3,4,5,6,7,31,2500,2545,2551,2560,\
        2561,2570,2580,3000";
    let rooms = [
        ("status_reports", "creator,updater,workspace,external_references"),
        (
            "workspaces",
            "creator,primary_maven,primary_counterpart,participants,participations,\
            current_user_participation,status_reports,current_status_report,external_references",
        ),
        ("users", ""),
        ("workspace_status_changes?workspace_id=53760", "user,workspace"),
        ("workspace_status_changes?workspace_id=53800", "user,workspace"),
        ("workspace_status_changes?workspace_id=53900", "user,workspace"),
        ("workspace_status_changes?workspace_id=60000", "user,workspace"),
        ("workspace_status_changes?workspace_id[]=53760&workspace_id[]=60000", "user,workspace"),
        ("participations?workspace_id=53760", "user,workspace,external_references"),
        ("participations?workspace_id=53800", "user,workspace,external_references"),
        ("participations?workspace_id=53900", "user,workspace,external_references"),
        ("participations?workspace_id=60000", "user,workspace,external_references"),
        ("external_references?subject_type=StatusReport", "subject"),
        ("external_references?subject_type=Workspace", "subject"),
        ("external_references?subject_type[]=Workspace&subject_type[]=StatusReport", "subject"),
    ];
    let filters = [
        String::new(),
        format!("&only={all_ids}"),
        "&include_archived=true".into(),
        "&archived=only".into(),
        "&apply_default_filters=false".into(),
        "&search=e&include_archived=true".into(),
        "&matching=e&include_archived=true".into(),
        "&workspace_id[]=53760&workspace_id[]=53800&workspace_id[]=53900&workspace_id[]=60000".into(),
        "&subject_id[]=907&subject_id[]=990&subject_id[]=60000&subject_id[]=53760".into(),
        "&by_user[]=2545&by_user[]=3000".into(),
        "&service_name=jira&service_model=Issue".into(),
        "&external_reference_service_name=jira&external_reference_status=successful".into(),
        "&has_external_references=true".into(),
        "&has_external_references=false".into(),
        "&without_external_reference_service_name=github".into(),
    ];
    let mut lists = Vec::new();
    for (room, includes) in rooms {
        // Each parameter has one type.
        for filter in filters
            .iter()
            .filter(|filter| !(room.contains("workspace_id") && filter.contains("workspace_id")))
        {
            let first = if room.contains('?') { '&' } else { '?' };
            lists
                .push(format!("/{room}{first}optional_fields=stage,access_level&include={includes}{filter}"));
        }
    }
    lists
}

#[both_engines]
async fn lists_and_counts_leave_out_invisible_records(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(REFERENCES).await.expect("an archive");
    for (token, secrets) in SECRETS {
        let elsewhere = if token == "zoe" { &[] } else { ELSEWHERE };
        for list in lists() {
            let answer = app.get(token, &list).await;
            let results = answer.ids().len();
            for secret in secrets.iter().chain(elsewhere) {
                assert!(!answer.text.contains(secret), "{token} reads {secret} in {list}: {}", answer.text);
            }
            assert_eq!(answer.json()["count"], results, "{token} {list}");
        }
    }
}

#[both_engines]
async fn the_same_lists_show_the_records_to_authorised_callers(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(REFERENCES).await.expect("an archive");
    let mut read = String::new();
    for token in ["root", "zoe"] {
        for list in lists() {
            read += &app.get(token, &list).await.text;
        }
    }
    for secret in SECRETS.iter().flat_map(|(_, secrets)| *secrets) {
        assert!(read.contains(secret), "{secret}");
    }
}
