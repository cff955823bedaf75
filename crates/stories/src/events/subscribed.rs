//! The log as Kantata's subscribed events (docs/contracts/kantata.md#subscribed-events).

use std::num::NonZeroU16;

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Answer, Engine, TestApp};
use service::settings::Settings;

/// The harbor ten days after its import, so that the events of the import are no longer listed; then these, a minute
/// apart: Max moves "Quay extension" (2 events), Ada creates and deletes a report of "Harbor rollout", Root adds Olaf
/// and removes him again, Ada renames "Harbor rollout" twice.
async fn with_events(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    app.wait_until("2026-02-26T16:00:00Z");
    let minute = || app.app.clock.advance(60);
    minute();
    let change = json!({"workspace_status_change": {"workspace_id": 53800, "to_status_key": 403}});
    app.post("max", "/workspace_status_changes", &change).await.object();
    minute();
    let report = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Flood."}});
    let report = app.post("ada", "/status_reports", &report).await.object()["id"].clone();
    minute();
    app.delete("ada", &format!("/status_reports/{}", report.as_str().unwrap())).await.is_no_content();
    minute();
    let part = json!({"participation": {"workspace_id": 53800, "user_id": 2580, "role": "maven"}});
    let part = app.post("root", "/participations", &part).await.object()["id"].clone();
    minute();
    app.delete("root", &format!("/participations/{}", part.as_str().unwrap())).await.is_no_content();
    for title in ["Harbor", "Harbour"] {
        minute();
        app.put("ada", "/workspaces/53760", &json!({"workspace": {"title": title}})).await.object();
    }
    app
}

/// The events' types in the order of the results.
fn types(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let name =
        |id: &i64| body["subscribed_events"][id.to_string()]["event_type"].as_str().unwrap().to_owned();
    answer.ids().iter().map(name).collect()
}

/// The id of the first of these events.
async fn first(app: &TestApp) -> i64 {
    app.get("root", "/subscribed_events?order=created_at:asc").await.ids()[0]
}

#[both_engines]
async fn the_list_has_the_vendors_format_newest_first(engine: Engine) {
    let app = with_events(engine).await;
    let list = app.get("root", "/subscribed_events.json").await;
    assert_eq!(
        types(&list),
        [
            "workspace:updated",
            "workspace:updated",
            "participation:deleted",
            "participation:created",
            "status_report:deleted",
            "status_report:created",
            "workspace_status_change:created",
            "workspace:updated",
        ]
    );
    assert_eq!(list.meta(), (8, 1, 1, 20));
    let first = first(&app).await;
    let oldest = app.get("root", "/subscribed_events?order=created_at:asc&per_page=1").await;
    oldest.is_exactly(&format!(
        r#"{{"count":8,"results":[{{"key":"subscribed_events","id":"{first}"}}],
        "subscribed_events":{{"{first}":{{"event_type":"workspace_status_change:created","account_id":415,
        "user_id":2561,"subject_type":"WorkspaceStatusChange","subject_id":4078,
        "subject_changed_at":"2026-02-26T16:01:00Z","created_at":"2026-02-26T16:01:00Z","id":"{first}"}}}},
        "meta":{{"count":8,"page_count":8,"page_number":1,"page_size":1}}}}"#
    ));
}

#[both_engines]
async fn payloads_have_the_previous_and_current_values_and_the_differences(engine: Engine) {
    let app = with_events(engine).await;
    let ask = async |filter: &str, fields: &str| -> Value {
        let path = format!("/subscribed_events?{filter}&per_page=1&optional_fields={fields}");
        app.get("root", &path).await.object()
    };
    let all = "previous_payload,%20current_payload,payload_changes,bogus";
    let moved = ask("subject_type=Workspace&subject_id=53800", all).await;
    let payload = |key: i64, updated: &str| {
        json!({"title": "Quay extension", "account_id": 415, "archived": false, "description": "",
            "start_date": "2026-01-12", "due_date": null, "created_at": "2026-01-05T18:00:00Z",
            "updated_at": updated, "access_level": "invitation", "status_key": key, "creator_id": "2561",
            "id": "53800"})
    };
    assert_eq!(moved["previous_payload"], payload(100, "2026-02-01T00:00:00Z"));
    assert_eq!(moved["current_payload"], payload(403, "2026-02-26T16:01:00Z"));
    assert_eq!(
        moved["payload_changes"],
        json!({"updated_at": {"from": "2026-02-01T00:00:00Z", "to": "2026-02-26T16:01:00Z"},
            "status_key": {"from": 100, "to": 403}})
    );
    let joined = ask("event_types=participation:created", "previous_payload,payload_changes").await;
    assert_eq!(joined["previous_payload"], json!({}));
    assert_eq!(joined["payload_changes"]["role"], json!({"from": null, "to": "maven"}));
    assert!(joined.get("current_payload").is_none());
    let gone = ask("event_types=status_report:deleted", "current_payload,previous_payload").await;
    assert_eq!(gone["current_payload"], json!({}));
    assert_eq!(gone["previous_payload"]["description"], "Flood.");
    let change = ask("event_types=workspace_status_change:created", "current_payload").await;
    assert_eq!(change["current_payload"]["to_status_key"], "403");
    let plain = ask("", "payload").await;
    assert!(plain.get("previous_payload").is_none() && plain.get("payload_changes").is_none());
}

#[both_engines]
async fn events_can_be_filtered(engine: Engine) {
    let app = with_events(engine).await;
    let first = first(&app).await;
    let cases: [(&str, &[i64]); 24] = [
        ("created_after=2026-02-26T16:05:00Z", &[7, 6]),
        ("created_before=2026-02-26T16:02:00Z", &[0, 1]),
        ("event_types=workspace:updated", &[7, 6, 1]),
        ("event_types=workspace:updated,participation:deleted", &[7, 6, 5, 1]),
        ("event_types=workspace", &[]),
        ("event_types=external_reference:created", &[]),
        ("event_types=", &[7, 6, 5, 4, 3, 2, 0, 1]),
        ("subject_type=Workspace", &[7, 6, 1]),
        ("subject_type=workspace", &[]),
        ("subject_type=Story", &[]),
        ("subject_type=Workspace&subject_id=53760", &[7, 6]),
        ("subject_type=Workspace&subject_id=53760,53800", &[7, 6, 1]),
        ("subject_type=Workspace&subject_id[]=53800&subject_id[]=7", &[1]),
        ("subject_type=StatusReport&subject_id=991", &[3, 2]),
        ("user_ids=2561", &[0, 1]),
        ("user_ids=2561,2500x", &[5, 4, 0, 1]),
        ("user_ids=abc", &[]),
        ("most_recent=true", &[7, 5, 3, 0, 1]),
        ("most_recent=false", &[7, 6, 5, 4, 3, 2, 0, 1]),
        ("most_recent_by_event_type=true", &[7, 5, 4, 3, 2, 0, 1]),
        ("most_recent=true&most_recent_by_event_type=false&user_ids=2545", &[7, 3]),
        ("most_recent=true&event_types=participation:created", &[4]),
        ("order=created_at&subject_type=Workspace", &[1, 6, 7]),
        ("order=bogus:asc&per_page=2&page=2", &[5, 4]),
    ];
    for (filter, expected) in cases {
        let answer = app.get("root", &format!("/subscribed_events?{filter}")).await;
        let ids: Vec<i64> = answer.ids().iter().map(|id| id - first).collect();
        if filter == "order=bogus:asc&per_page=2&page=2" {
            assert_eq!(answer.meta(), (8, 4, 2, 2), "{filter:?}");
        } else {
            assert_eq!(answer.meta().0, i64::try_from(expected.len()).unwrap(), "{filter}");
        }
        assert_eq!(ids, expected, "{filter}");
    }
    let only = format!("/subscribed_events?only={},{},1,foo", first + 3, first);
    assert_eq!(app.get("root", &only).await.ids(), [first + 3, first]);
}

#[both_engines]
async fn subjects_are_side_loaded_and_deleted_ones_are_null(engine: Engine) {
    let app = with_events(engine).await;
    let answer = app.get("root", "/subscribed_events?include=subject,bogus").await;
    let (body, ids) = (answer.json(), answer.ids());
    let references: Vec<_> =
        ids.iter().map(|id| body["subscribed_events"][id.to_string()]["subject_ref"].clone()).collect();
    let workspace = |id: &str| json!({"key": "workspaces", "id": id});
    assert_eq!(
        references,
        [
            workspace("53760"),
            workspace("53760"),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            json!({"key": "workspace_status_changes", "id": "4078"}),
            workspace("53800"),
        ]
    );
    assert_eq!(body["workspaces"]["53760"]["title"], "Harbour");
    assert_eq!(body["workspace_status_changes"]["4078"]["to_message"], "At Risk");
    let members = ["count", "results", "subscribed_events", "meta", "workspaces", "workspace_status_changes"];
    assert_eq!(answer.members(), members);
    let none = app.get("root", "/subscribed_events?include=subject&subject_type=Participation").await;
    assert_eq!(none.members(), ["count", "results", "subscribed_events", "meta"]);
}

#[both_engines]
async fn an_event_is_listed_for_the_configured_number_of_days(engine: Engine) {
    let mut app = TestApp::harbor(engine).await;
    let count = async |app: &TestApp| app.get("root", "/subscribed_events").await.meta().0;
    // 7 users, 3 workspaces, 7 participations, 2 reports, 1 change; not the account, tokens, references, statuses.
    assert_eq!(count(&app).await, 20);
    app.wait_until("2026-02-25T16:00:03Z");
    assert_eq!(count(&app).await, 20);
    app.app.clock.advance(1);
    assert_eq!(count(&app).await, 0);
    assert_eq!(app.get("root", "/subscribed_events?created_after=2026-01-01&only=9").await.ids(), [0_i64; 0]);
    let event_retention_days = NonZeroU16::new(10).unwrap();
    app.rebuild(|app| app.settings(Settings { event_retention_days, ..Settings::default() }));
    assert_eq!(count(&app).await, 20);
}

#[both_engines]
async fn a_strict_server_lists_only_the_vendors_event_types(engine: Engine) {
    let mut app = with_events(engine).await;
    app.rebuild(|app| app.settings(Settings { strict: true, ..Settings::default() }));
    for list in ["", "subject_type=StatusReport", "event_types=status_report:created", "include=subject"] {
        let answer = app.get("root", &format!("/subscribed_events?{list}")).await;
        assert!(!answer.text.contains("status_report") && !answer.text.contains("StatusReport"), "{list}");
        assert!(!answer.text.contains("status_change"), "{list}");
    }
    let known = app.get("root", "/subscribed_events/event_types").await.json();
    assert_eq!(
        known["subscribed_event_types"],
        json!([
            "participation:created",
            "participation:deleted",
            "participation:updated",
            "user:created",
            "user:deleted",
            "user:updated",
            "workspace:created",
            "workspace:deleted",
            "workspace:updated"
        ])
    );
}

#[both_engines]
async fn invalid_parameters_are_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let both = "/subscribed_events?most_recent=true&most_recent_by_event_type=1";
    let exclusive = "most_recent and most_recent_by_event_type exclude each other";
    app.get("root", both).await.is_system_error(422, exclusive);
    let lone = "/subscribed_events?subject_id=7";
    app.get("root", lone).await.is_system_error(422, "subject_type is required");
    app.get("root", "/subscribed_events?created_after=soon")
        .await
        .is_bad_request("created_after is not a date");
    app.get("ada", "/subscribed_events?created_after=soon")
        .await
        .is_bad_request("created_after is not a date");
    for path in [both, lone, "/subscribed_events", "/subscribed_events/event_types.json"] {
        app.get("ada", path).await.has(403);
        app.get("nobody", path).await.has(401);
    }
    app.get("root", "/subscribed_events/7").await.is_page_not_found();
    app.post("root", "/subscribed_events", &json!({})).await.is_page_not_found();
}

#[both_engines]
async fn every_payload_has_the_fields_of_its_event_type(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let known = app.get("root", "/subscribed_events/event_types.json").await;
    assert_eq!(known.members(), ["subscribed_event_types", "subscribed_event_type_schemas"]);
    let known = known.json();
    let names: Vec<_> = known["subscribed_event_types"].as_array().unwrap().iter().collect();
    assert!(names.is_sorted_by_key(|name| name.as_str()) && names.len() == 13);
    let schemas = known["subscribed_event_type_schemas"].as_object().unwrap();
    assert!(names.into_iter().eq(schemas.keys()));
    let workspace = &schemas["workspace:updated"];
    assert_eq!(
        (&workspace["name"], &workspace["description"], &workspace["fields"]["status_key"]),
        (
            &json!("workspace:updated"),
            &json!("A project was updated."),
            &json!({"name": "status_key", "type": "integer", "description": "The number of its project status"})
        )
    );
    let list =
        app.get("root", "/subscribed_events?per_page=200&optional_fields=current_payload").await.json();
    let mut seen = std::collections::BTreeSet::new();
    for event in list["subscribed_events"].as_object().unwrap().values() {
        let name = event["event_type"].as_str().unwrap();
        let fields = schemas[name]["fields"].as_object().unwrap();
        assert!(fields.keys().eq(event["current_payload"].as_object().unwrap().keys()), "{event}");
        seen.insert(name);
    }
    assert_eq!(seen.len(), 5);
}
