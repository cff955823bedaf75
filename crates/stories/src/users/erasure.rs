//! Stories of people who are erased, and of the export of what is known of them, on both engines.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::harbor::{activity, package};
use crate::whole::verified;
use crate::{Answer, Engine, TestApp, lines};
use domain::erasures::store::tables::TABLES;

/// What the erased person has asked for.
const WORDS: [&str; 2] = ["sprained ankle", "Zanzibar"];
/// What must be nowhere after the erasure, in lower case.
const GONE: [&str; 6] =
    ["ada park", "ada+park", "ada miller", "ada@example.com", "sprained ankle", "zanzibar"];
/// Columns without words of people: names from lists of this program, digests, secrets, days and numbers in JSON.
const CODES: &[(&str, &str)] = &[
    ("accounts", "event_hash progress_mode mail_key"),
    ("users", "full_name email_address email_key photo_path password_hash language time_zone"),
    ("tokens", "sha256 scopes"),
    ("statuses", "color"),
    ("workspaces", "start_date due_date access_level project_status identifier first_due_date"),
    ("participations", "side permission"),
    ("report_drafts", "color state"),
    ("status_reports", "color"),
    ("external_references", "subject_type status"),
    ("events", "previous_hash surface kind subject_type before after content_sha256"),
    ("applications", "client_id secret_sha256 scopes"),
    ("grants", "scopes code_sha256 code_challenge code_challenge_method"),
    ("refresh_tokens", "sha256"),
    // The rows of an erased person are deleted.
    ("sessions", "sha256 agent provider_session id_token awaits challenge"),
    ("identities", "issuer subject"),
    ("factors", "kind secret credential"),
    ("recovery_codes", "digests"),
    // The address and the digests of another system.
    ("source_records", "source kind digest"),
    ("source_positions", "source"),
    ("idempotency_keys", "name request_sha256 headers body"),
    ("invitations", "sha256"),
    ("milestones", "due_date done_date earlier"),
    ("notes", "due_date done_date"),
    ("versions", "subject_type kind color"),
    ("deleted_status_reports", "color"),
    ("status_report_versions", "change surface"),
    ("work_packages", "start_date due_date"),
    ("calendars", "time_zone working_days opens closes holidays"),
    ("work_package_recalculations", "surface"),
    ("webhook_endpoints", "types workspace_ids format disabled_reason secret old_secret"),
    ("webhook_deliveries", "message_id type state"),
    ("work_package_states", "start_date due_date"),
    ("cadences", "terms"),
    ("comments", "mentions"),
    ("share_links", "workspace_ids parts password_hash sha256"),
    ("notification_settings", "email"),
    ("inbox_items", "kind"),
    ("mails", "kind secret"),
    ("password_requests", "email_key"),
    ("fields", "kind"),
    ("programmes", "rule members"),
    ("view_pins", "views"),
    ("event_traces", "traceparent"),
    ("directory_entries", "user_name user_name_key external_id given_name family_name"),
    ("directory_groups", "external_id"),
    ("erasures", "seal"),
    ("erased_events", "before_sha256 after_sha256"),
    ("schema_migrations", "sha256"),
];

async fn own(app: &TestApp, token: &str, method: Method, path: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", &*authorization),
        ("content-type", "application/json"),
        ("user-agent", "Zanzibar browser"),
    ];
    app.request(method, &format!("/api/statuary/v1{path}"), &headers, &body.to_string()).await
}

async fn writes(app: &TestApp, token: &str, path: &str, body: &Value) -> Value {
    let answer = own(app, token, Method::POST, path, body).await;
    assert!(answer.status.is_success(), "{path}: {answer:?}");
    serde_json::from_str(&answer.text).unwrap_or_default()
}

/// The harbor, in which words of Ada are in texts of every kind.
async fn with_words(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let text = "Ada Park has a sprained ankle since Zanzibar.";
    let mut berths = package(7900);
    (berths["subject"], berths["description"]) = (text.into(), text.into());
    let mut berth = activity(7900);
    berth["comment"] = text.into();
    berth["details"] = json!([{"label": "Subject", "from": "Zanzibar", "to": text}]);
    // A provider may know people by their addresses.
    let identity = json!({"kind": "identity", "id": 700, "user_id": 2545, "issuer": "https://login.example.org",
        "subject": "ada@example.com", "created_at": "2026-02-16T16:00:03Z"});
    app.import(&lines([berths, berth, identity])).await.expect("an archive");

    // Ada had another name before.
    let named = own(&app, "root", Method::PATCH, "/users/2545", &json!({"full_name": "Ada Miller"})).await;
    assert_eq!(named.status, 200, "{named:?}");
    own(&app, "root", Method::PATCH, "/users/2545", &json!({"full_name": "Ada Park"})).await;
    let report = json!({"color": "green", "description": text,
        "details": [{"category": "Scope", "color": "green", "description": "ADA  PARK"}]});
    let first = writes(&app, "ada", "/workspaces/53760/status_reports", &report).await;
    let second = writes(&app, "ada", "/workspaces/53760/status_reports", &report).await;
    let path = |report: &Value| format!("/status_reports/{}", report["id"]);
    own(&app, "ada", Method::PATCH, &path(&first), &json!({"description": "Zanzibar, by Ada Miller"})).await;
    own(&app, "ada", Method::DELETE, &path(&second), &json!({})).await;
    let said = json!({"text": "@ada@example.com: how is the Sprained\nAnkle, Ada Park?"});
    writes(&app, "max", &format!("{}/comments", path(&first)), &said).await;
    writes(&app, "max", "/workspaces/53760/status_changes", &json!({"to_status_key": 403, "reason": text}))
        .await;
    writes(&app, "root", "/workspaces", &json!({"title": "Farewell of Ada Park", "description": text})).await;
    let sentence = json!({"text": text, "sources": [{"type": "workspace", "id": 53760}]});
    let draft = json!({"color": "red", "sentences": [sentence]});
    writes(&app, "ada", "/workspaces/53760/report_drafts", &draft).await;
    writes(&app, "ada", "/workspaces/53760/notes", &json!({"kind": "decision", "text": text})).await;
    let milestone = json!({"name": "Zanzibar", "due_date": "2026-05-01"});
    writes(&app, "ada", "/workspaces/53760/milestones", &milestone).await;
    writes(&app, "ada", "/views", &json!({"name": "Ada Park", "query": "q=Zanzibar+by+Ada+Park"})).await;
    let hook = json!({"url": "http://hooks.example/zanzibar", "description": text});
    writes(&app, "root", "/webhook_endpoints", &hook).await;
    let message = json!({"external_reference": {"subject_type": "Workspace", "subject_id": 53760,
        "service_name": "jira", "service_model": "Project", "service_model_ref": "Ada Park"}});
    drop(app.post("ada", "/external_references", &message).await);
    let headers = [
        ("authorization", "Bearer max"),
        ("content-type", "application/json"),
        ("idempotency-key", "\"one\""),
    ];
    let kept = json!({"color": "red", "description": text}).to_string();
    let path = "/api/statuary/v1/workspaces/53760/status_reports";
    assert_eq!(app.request(Method::POST, path, &headers, &kept).await.status, 201);
    app
}

#[both_engines]
async fn an_erased_person_is_nowhere_and_the_log_is_whole(engine: Engine) {
    let app = with_words(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    let before = app.dump().await.to_lowercase();
    for gone in GONE {
        assert!(before.contains(gone), "{gone}");
    }
    let erased = own(&app, "root", Method::POST, "/users/2545/erase", &json!({"words": WORDS})).await;
    erased.is_exactly(
        r#"{"id":2545,"full_name":"Erased person 2545","email_address":"erased-2545@erased.invalid",
        "headline":null,"photo_path":null,"administrator":false,"active":false,"created_at":null}"#,
    );
    let after = app.dump().await.to_lowercase();
    for gone in GONE {
        let around = after.find(gone).map(|at| {
            let [from, to] = [at.saturating_sub(80), at + 60];
            String::from_utf8_lossy(&after.as_bytes()[from..to.min(after.len())]).into_owned()
        });
        assert_eq!(around, None, "{gone}");
    }
    // PostgreSQL has bytes as hexadecimal digits.
    for gone in ["Ada Park", "Ada Miller", "ada@example.com", WORDS[0], WORDS[1]] {
        assert!(!after.contains(&hex::encode(gone)), "{gone}");
    }
    assert_eq!(own(&app, "ada", Method::GET, "/me", &json!({})).await.status, 401);
    assert_eq!(browser.get("/").await.status, 303);
    let (summary, found) = verified(&app.app.db).await;
    assert_eq!(found, Vec::<String>::new());
    assert!(summary.erased > 10, "{summary:?}");

    // A second erasure of the same events, of a word that the first has left.
    let erased = own(&app, "root", Method::POST, "/users/2545/erase", &json!({"words": ["farewell"]})).await;
    assert_eq!(erased.status, 200, "{erased:?}");
    assert_eq!(verified(&app.app.db).await.1, Vec::<String>::new());
    let titles = own(&app, "root", Method::GET, "/workspaces?search=erased", &json!({})).await;
    assert!(titles.text.contains("[erased] of Erased person 2545"), "{titles:?}");

    // The archive has no trace, and what it makes is whole.
    let archive = app.export().await;
    assert!(GONE.iter().all(|gone| !archive.to_lowercase().contains(gone)));
    let copy = TestApp::empty(engine).await;
    let (_, lines) = archive.split_once('\n').expect("a header");
    copy.import(lines).await.expect("an archive");
    assert_eq!(verified(&copy.app.db).await.1, Vec::<String>::new());
}

#[both_engines]
#[case::after_its_erasure(
    "update events set after = replace(after, 'Erased person', 'Somebody')
        where subject_type = 'user' and subject_id = 2545 and kind = 'created'",
    "it was changed after its erasure"
)]
#[case::as_if_it_were_erased(
    "update events set content_sha256 = previous_hash, after = replace(after, 'Bo Lind', 'Nobody')
        where subject_type = 'user' and subject_id = 2551",
    "it was changed, and no erasure says so"
)]
#[case::without_a_note(
    "update events set after = replace(after, 'Bo Lind', 'Nobody') where subject_type = 'user' and subject_id = 2551",
    "it was changed"
)]
#[case::in_the_note("update erased_events set after_sha256 = before_sha256", "whose events were changed")]
#[case::in_what_binds_it("delete from erased_events", "it was changed, and no erasure says so")]
async fn a_change_that_is_no_erasure_is_still_found(
    engine: Engine,
    #[case] sql: &str,
    #[case] finding: &str,
) {
    let app = TestApp::harbor(engine).await;
    let erased = own(&app, "root", Method::POST, "/users/2545/erase", &json!({})).await;
    assert_eq!(erased.status, 200, "{erased:?}");
    app.by_hand(sql).await;
    let found = verified(&app.app.db).await.1;
    assert!(found.iter().any(|own| own.ends_with(finding)), "{found:?}");
}

#[both_engines]
async fn the_last_active_administrator_and_too_short_words_are_not_erased(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    for (path, body) in [("/users/2500/erase", json!({})), ("/users/2545/erase", json!({"words": ["a"]}))] {
        let refused = own(&app, "root", Method::POST, path, &body).await;
        assert_eq!(refused.status, 422, "{refused:?}");
    }
    let mut browser = Browser::of(&app, "root").await;
    for (confirm, words) in [("bo@example.com", ""), ("ada@example.com", "x")] {
        let fields = [("confirm", confirm), ("words", words)];
        assert_eq!(browser.submit("/people/2545/erase", &fields).await.status, 422);
    }
    assert_eq!(app.export().await, before);
    let fields = [("confirm", "ADA@example.com"), ("words", "Delivery lead\n\n")];
    let erased = browser.submit("/people/2545/erase", &fields).await;
    assert_eq!((erased.status.as_u16(), erased.header("location")), (303, "/people/2545"), "{erased:?}");
    assert!(browser.get("/people/2545").await.text.contains("Erased person 2545"));
}

#[both_engines]
async fn all_that_is_known_of_a_person_is_one_file(engine: Engine) {
    let app = with_words(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    for (token, path, status) in [
        ("bo", "/users/2545/export", 403),
        ("olaf", "/users/2545/export", 404),
        ("root", "/users/3000/export", 404),
        ("root", "/users/2545/export?x=1", 400),
    ] {
        assert_eq!(own(&app, token, Method::GET, path, &json!({})).await.status, status, "{token} {path}");
    }
    let file = own(&app, "ada", Method::GET, "/users/2545/export", &json!({})).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"statuary-person-2545.json\"");
    let known: Value = serde_json::from_str(&file.text).expect("JSON");
    let number = |kind: &str| known[kind].as_array().map_or(0, Vec::len);
    assert_eq!((&known["kind"], &known["person_id"]), (&json!("statuary_person"), &json!(2545)));
    assert_eq!(known["user"][0]["email_address"], "ada@example.com");
    assert_eq!((number("token"), number("session"), number("deleted_status_report")), (1, 1, 1));
    assert_eq!((number("identity"), number("report_draft")), (1, 1));
    assert_eq!((number("note"), number("milestone"), number("view"), number("work_package")), (1, 1, 1, 1));
    assert!(number("event") > 5 && number("inbox_item") > 0 && number("status_report") > 2, "{known:#}");
    assert!(!file.text.contains("sha256") && !file.text.contains("\"secret\""), "{known:#}");
    // The page has the same.
    let page = browser.get("/people/2545/export").await;
    assert_eq!(page.status, 200, "{page:?}");
    let same: Value = serde_json::from_str(&page.text).expect("JSON");
    assert_eq!(same["status_report"], known["status_report"]);
    assert_eq!(browser.get("/people/2551/export").await.status, 403);
}

/// A new column that may have words of people must be in the list of the erasure, or here.
#[tokio::test]
async fn every_column_is_erased_or_has_no_words_of_people() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let is_code = |table: &str, column: &str| {
        CODES.iter().any(|(own, columns)| *own == table && columns.split(' ').any(|one| one == column))
    };
    let is_erased = |table: &str, column: &str| {
        TABLES.iter().any(|own| own.name == table && own.columns.iter().any(|(one, _)| *one == column))
    };
    let missing: Vec<_> = app
        .text_columns()
        .into_iter()
        .filter(|(table, column)| is_code(table, column) == is_erased(table, column))
        .collect();
    assert_eq!(missing, []);
}
