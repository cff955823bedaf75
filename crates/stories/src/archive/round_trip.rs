//! An archive that is imported and exported again is the same.

use macros::both_engines;
use serde_json::json;

use super::{events, exported};
use crate::{Engine, TestApp, harbor};
use domain::archive::import::Counts;

/// A record of every kind with all fields, and one with the required fields only, as an export writes them.
const EVERYTHING: &str = r##"{"kind":"account","id":3,"name":"Häfen & Söhne ⚓"}
{"kind":"account","id":9,"name":"\"Quoted\\\" \u0001\t"}
{"kind":"user","id":5,"account_id":3,"full_name":"Zoë Ö","email_address":"Zoë@Example.com","headline":"Lotse","photo_path":"https://files.example/zoë.png","administrator":true,"created_at":"2026-01-01T00:00:00.123456Z","password_hash":"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
{"kind":"user","id":6,"account_id":9,"full_name":"𝔅𝔬","email_address":"zoë@example.com","headline":null,"photo_path":null,"administrator":false,"created_at":null}
{"kind":"application","id":4,"account_id":3,"name":"Tafel ✓","client_id":"a","secret_sha256":"00000000000000000000000000000000000000000000000000000000000000aa","redirect_uris":["https://a.example/cb?b","com.example.a:/cb"],"scopes":["api_v3"],"creator_id":5,"created_at":"2026-01-01T00:00:00.5Z"}
{"kind":"application","id":6,"account_id":9,"name":"b","client_id":"b","secret_sha256":null,"redirect_uris":[],"scopes":null,"creator_id":6,"created_at":"2026-01-01T00:00:00Z"}
{"kind":"token","id":2,"user_id":5,"name":"a","sha256":"00000000000000000000000000000000000000000000000000000000000000ff","scopes":["read","api_v3"],"expires_at":"2027-01-01T00:00:00.5Z"}
{"kind":"token","id":4,"user_id":6,"name":"","sha256":"00000000000000000000000000000000000000000000000000000000000000fe","scopes":null,"expires_at":null}
{"kind":"token","id":7,"user_id":6,"name":"b","sha256":"00000000000000000000000000000000000000000000000000000000000000fd","scopes":[],"expires_at":null,"application_id":6}
{"kind":"status","id":1,"account_id":3,"name":"Neu ✓","is_closed":false,"color":"#10A8AD","is_default":true,"is_readonly":false,"excluded_from_totals":false,"default_done_ratio":0,"position":1}
{"kind":"status","id":2,"account_id":9,"name":"neu ✓","is_closed":true,"color":null,"is_default":false,"is_readonly":true,"excluded_from_totals":true,"default_done_ratio":100,"position":7}
{"kind":"workspace","id":11,"account_id":3,"title":"Größe","description":"a\nb","start_date":"0001-01-01","due_date":"9999-12-31","archived":true,"status_key":605,"access_level":"admins","project_status":"off_track","status_explanation":"*why*","lead_id":5,"creator_id":5,"created_at":"1969-12-31T23:59:59.999999Z","updated_at":"2026-02-01T00:00:00.000001Z"}
{"kind":"workspace","id":12,"account_id":9,"title":"x","description":null,"start_date":null,"due_date":null,"archived":false,"status_key":100,"access_level":"invitation","project_status":null,"status_explanation":null,"creator_id":6,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}
{"kind":"webhook_endpoint","id":3,"account_id":3,"url":"https://hooks.example/a?b=c","description":"Kanal ✓","types":["status_report.*"],"workspace_ids":[11],"format":"google_chat","enabled":false,"disabled_reason":"gone","created_at":"2026-01-01T00:00:00.5Z","updated_at":"2026-01-02T00:00:00Z"}
{"kind":"webhook_endpoint","id":4,"account_id":9,"url":"http://hooks.example","description":null,"types":null,"workspace_ids":null,"format":"standard","enabled":true,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}
{"kind":"participation","id":1,"workspace_id":11,"user_id":5,"side":"client","permission":"view"}
{"kind":"participation","id":8,"workspace_id":12,"user_id":6,"side":"provider","permission":"admin"}
{"kind":"status_report","id":21,"workspace_id":11,"color":"red","description":"Sturm 🌊","details":[{"category":"Client","color":"yellow","description":null},{"category":"Budget","color":"green","description":"Ü"}],"creator_id":5,"updater_id":5,"created_at":"2026-01-02T00:00:00.1Z","updated_at":"2026-01-02T00:00:00.12Z"}
{"kind":"status_report","id":22,"workspace_id":12,"color":"green","description":"ok","details":[],"creator_id":6,"updater_id":null,"created_at":"2026-01-02T00:00:00Z","updated_at":"2026-01-02T00:00:00Z"}
{"kind":"deleted_status_report","id":23,"workspace_id":12,"color":"red","description":"weg","details":[{"category":"Scope","color":"red","description":"Ü"}],"creator_id":6,"updater_id":null,"created_at":"2026-01-02T00:00:00Z","updated_at":"2026-01-02T00:00:00Z","deleted_at":"2026-01-05T00:00:00.5Z"}
{"kind":"status_report_version","id":3,"status_report_id":22,"version":1,"change":"created","at":"2026-01-02T00:00:00Z","user_id":6,"surface":"native","report":{"id":22,"workspace_id":12,"color":"red","description":"ko","details":[],"creator_id":6,"updater_id":null,"created_at":"2026-01-02T00:00:00Z","updated_at":"2026-01-02T00:00:00Z"}}
{"kind":"status_report_version","id":8,"status_report_id":22,"version":2,"change":"updated","at":"2026-01-02T00:00:00.25Z","user_id":null,"surface":"command_line","report":{"id":22,"workspace_id":12,"color":"green","description":"ok","details":[],"creator_id":6,"updater_id":null,"created_at":"2026-01-02T00:00:00Z","updated_at":"2026-01-02T00:00:00Z"}}
{"kind":"workspace_status_change","id":31,"workspace_id":11,"user_id":5,"from_status_key":100,"to_status_key":605,"reason":"Fertig ✓","created_at":"2026-01-03T00:00:00.000001Z"}
{"kind":"workspace_status_change","id":32,"workspace_id":12,"user_id":6,"from_status_key":null,"to_status_key":100,"created_at":"2026-01-03T00:00:00Z"}
{"kind":"external_reference","id":41,"subject_type":"StatusReport","subject_id":21,"service_name":"jira","service_model":"Issue","service_model_ref":"Ä-1","status":"failed","external_link":"https://jira.example/Ä","external_message":"nein","external_status":"offen","locked":true,"last_synced_at":"2026-01-04T00:00:00.25Z","created_at":"2026-01-04T00:00:00.5Z","updated_at":"2026-01-04T00:00:00.75Z"}
{"kind":"external_reference","id":42,"subject_type":"Workspace","subject_id":12,"service_name":"jira","service_model":"Project","service_model_ref":"X","status":null,"external_link":null,"external_message":null,"external_status":null,"locked":false,"last_synced_at":null,"created_at":"2026-01-04T00:00:00Z","updated_at":"2026-01-04T00:00:00Z"}
"##;

#[tokio::test]
async fn an_archive_is_byte_identical_after_a_round_trip_between_engines() {
    for archive in [EVERYTHING.to_owned(), exported(&TestApp::harbor(Engine::Postgres).await).await] {
        let mut carried = archive.clone();
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::Sqlite] {
            carried = exported(&TestApp::with(engine, &carried).await).await;
            assert_eq!(carried, archive, "{engine:?}");
        }
    }
}

#[both_engines]
async fn a_second_import_changes_nothing(engine: Engine) {
    let app = TestApp::with(engine, EVERYTHING).await;
    let (before, logged) = (exported(&app).await, events(&app).await);
    app.app.clock.advance(60);
    let counts = app.import(EVERYTHING).await.expect("the same archive");
    let lines = EVERYTHING.lines().count() as u64;
    assert_eq!(counts, Counts { unchanged: lines, ..Counts::default() });
    assert_eq!((exported(&app).await, events(&app).await), (before, logged));
}

#[both_engines]
async fn each_kind_is_counted(engine: Engine) {
    let counts = TestApp::empty(engine).await.import(&harbor()).await.expect("an archive");
    let added = [
        ("account", 2),
        ("external_reference", 1),
        ("participation", 7),
        ("status", 28),
        ("status_report", 3),
        ("token", 8),
        ("user", 8),
        ("workspace", 4),
        ("workspace_status_change", 1),
    ];
    assert_eq!(counts, Counts { added: added.into(), unchanged: 0 });
}

#[both_engines]
async fn values_are_normalised_on_import(engine: Engine) {
    let archive = r##"{"name":"A","id":1,"kind":"account"}
{"kind":"user","id":1,"account_id":1,"full_name":"A","email_address":"a@b","created_at":"2026-01-01T01:00:00.10+01:00"}
{"kind":"token","id":1,"user_id":1,"name":"a","sha256":"00000000000000000000000000000000000000000000000000000000000000FF"}
{"kind":"status","id":1,"account_id":1,"name":"New","is_closed":false,"color":"#a5d8ff","is_default":false,"is_readonly":false,"excluded_from_totals":false,"default_done_ratio":0,"position":1}
{"kind":"workspace","id":1,"account_id":1,"title":"A","archived":false,"status_key":100,"access_level":null,"creator_id":1,"created_at":"2026-01-01t00:00:00z","updated_at":"2026-01-01T00:00:00.0000009Z"}"##;
    let app = TestApp::with(engine, archive).await;
    assert_eq!(
        exported(&app).await,
        r##"{"kind":"account","id":1,"name":"A"}
{"kind":"user","id":1,"account_id":1,"full_name":"A","email_address":"a@b","headline":null,"photo_path":null,"administrator":false,"created_at":"2026-01-01T00:00:00.1Z"}
{"kind":"token","id":1,"user_id":1,"name":"a","sha256":"00000000000000000000000000000000000000000000000000000000000000ff","scopes":null,"expires_at":null}
{"kind":"status","id":1,"account_id":1,"name":"New","is_closed":false,"color":"#A5D8FF","is_default":false,"is_readonly":false,"excluded_from_totals":false,"default_done_ratio":0,"position":1}
{"kind":"workspace","id":1,"account_id":1,"title":"A","description":null,"start_date":null,"due_date":null,"archived":false,"status_key":100,"access_level":"invitation","project_status":null,"status_explanation":null,"creator_id":1,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}
"##
    );
    let counts = app.import(archive).await.expect("the same archive");
    assert_eq!(counts.unchanged, 5);
}

#[both_engines]
async fn new_ids_continue_after_the_highest_imported_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let lower = r#"{"kind":"workspace","id":40,"account_id":415,"title":"Early","archived":false,"status_key":100,"creator_id":2500,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}
{"kind":"status_report","id":40,"workspace_id":40,"color":"red","description":"Early","details":[],"creator_id":2500,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"#;
    app.import(lower).await.expect("an archive");
    let report = json!({"status_report": {"workspace_id": 53800, "color": "red", "description": "Storm",
        "external_reference": {"service_name": "a", "service_model": "b", "service_model_ref": "c"}}});
    let answer = app.post("root", "/status_reports?include=external_references", &report).await;
    assert_eq!((answer.ids(), &answer.object()["external_reference_ids"]), (vec![991], &json!(["78"])));
    let change = json!({"workspace_status_change": {"workspace_id": 53800, "to_status_key": 310}});
    assert_eq!(app.post("root", "/workspace_status_changes", &change).await.ids(), [4078]);
    let workspace = json!({"workspace": {"title": "Lock"}});
    let made = app.post("root", "/workspaces?include=participations", &workspace).await;
    assert_eq!((made.ids(), &made.object()["participation_ids"]), (vec![60001], &json!(["8"])));
    app.delete("root", "/status_reports/991").await.is_no_content();
    assert_eq!(app.post("root", "/status_reports", &report).await.ids(), [992]);
}

#[both_engines]
async fn accounts_without_a_status_get_the_fourteen_default_statuses(engine: Engine) {
    let statuses = async |app: &TestApp| {
        let archive = exported(app).await;
        let lines =
            archive.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line"));
        let statuses = lines.filter(|line| line["kind"] == "status");
        let number = |line: &serde_json::Value, name: &str| line[name].as_i64().expect("a number");
        statuses.map(|line| (number(&line, "id"), number(&line, "account_id"))).collect::<Vec<_>>()
    };
    let app = TestApp::with(engine, r#"{"kind":"account","id":8,"name":"A"}"#).await;
    assert_eq!(statuses(&app).await, (1..=14).map(|id| (id, 8)).collect::<Vec<_>>());
    app.import(r#"{"kind":"account","id":3,"name":"B"}"#).await.expect("an archive");
    let expected: Vec<_> = (1..=14).map(|id| (id, 8)).chain((15..=28).map(|id| (id, 3))).collect();
    assert_eq!(statuses(&app).await, expected);
    let own = r#"{"kind":"account","id":1,"name":"Own"}
{"kind":"account","id":2,"name":"None"}
{"kind":"status","id":50,"account_id":1,"name":"Mine","is_closed":false,"is_default":false,"is_readonly":false,"excluded_from_totals":false,"default_done_ratio":0,"position":1}"#;
    let app = TestApp::with(engine, own).await;
    assert_eq!(
        statuses(&app).await,
        [(50, 1)].into_iter().chain((51..=64).map(|id| (id, 2))).collect::<Vec<_>>()
    );
}

#[both_engines]
async fn list_counts_are_correct_after_an_import(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let count = async |token: &str, path: &str| app.get(token, path).await.json()["count"].clone();
    assert_eq!(count("root", "/status_reports").await, 2);
    assert_eq!(count("zoe", "/status_reports").await, 1);
    assert_eq!(count("root", "/status_reports?workspace_id=53760").await, 2);
    assert_eq!(count("root", "/status_reports?workspace_id=53800").await, 0);
    assert_eq!(count("root", "/workspace_status_changes?workspace_id=53760").await, 1);
    let more = r#"{"kind":"status_report","id":908,"workspace_id":53800,"color":"red","description":"Late","details":[],"creator_id":2500,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"#;
    for _ in 0..2 {
        app.import(more).await.expect("an archive");
        assert_eq!(count("root", "/status_reports").await, 3);
        assert_eq!(count("root", "/status_reports?workspace_id=53800").await, 1);
    }
    app.delete("root", "/status_reports/908").await.is_no_content();
    assert_eq!(count("root", "/status_reports").await, 2);
    assert_eq!(count("root", "/status_reports?workspace_id=53800").await, 0);
}

#[both_engines]
async fn an_import_larger_than_a_batch_is_complete(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let report = |id: i64| {
        json!({"kind": "status_report", "id": id, "workspace_id": 53800, "color": "red", "description": "Late",
            "details": [], "creator_id": 2500, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z"})
        .to_string()
    };
    let lines: Vec<_> = (10_000..12_500).map(report).collect();
    app.import(&lines.join("\n")).await.expect("an archive");
    let answer = app.get("root", "/status_reports?workspace_id=53800&per_page=200&page=13").await;
    assert_eq!((answer.ids(), &answer.json()["count"]), ((12_400..12_500).collect(), &json!(2500)));
    let again = [report(20_000), report(12_499), report(20_000)].join("\n");
    let error = app.import(&again).await.expect_err("twice");
    assert_eq!(error.to_string(), "line 4: status_report 20000 stands in line 2 already");
}
