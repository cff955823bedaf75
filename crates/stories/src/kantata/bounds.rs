//! Requests that would read too much are refused with a message.

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};
use kantata::includes;

/// A parameter with a number of values.
type Values<'v> = &'v dyn Fn(&str, usize) -> String;

fn system(message: &str) -> Value {
    json!([{ "type": "system", "message": message }])
}

#[both_engines]
async fn a_filter_has_up_to_two_hundred_values(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let items = |name: &str, count: usize| vec![format!("{name}[]=1"); count].join("&");
    let commas = |name: &str, count: usize| format!("{name}={}", vec!["1"; count].join(","));
    let cases: [(&str, &str, Values<'_>); 8] = [
        ("/status_reports?", "workspace_id", &items),
        ("/status_reports?", "external_reference_service_name", &items),
        ("/status_reports?", "external_reference_service_model_refs", &commas),
        ("/workspace_status_changes?", "workspace_id", &items),
        ("/participations?workspace_id=53760&", "by_user", &items),
        ("/external_references?subject_type=Workspace&", "subject_id", &items),
        ("/subscribed_events?", "event_types", &commas),
        ("/subscribed_events?", "user_ids", &commas),
    ];
    for (list, name, values) in cases {
        app.get("root", &format!("{list}{}", values(name, 200))).await.has(200);
        let message = format!("{name} has more than 200 values: send them in several requests");
        app.get("root", &format!("{list}{}", values(name, 201))).await.is_error(422, &system(&message));
    }
}

#[both_engines]
async fn search_text_has_a_maximum_length(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for name in ["search", "matching"] {
        let path = |length: usize| format!("/workspaces?{name}={}", "%C3%B6".repeat(length));
        app.get("root", &path(255)).await.has(200);
        let message = "the text to search for is longer than 255 characters";
        app.get("root", &path(256)).await.is_error(422, &system(message));
    }
}

#[both_engines]
async fn an_include_with_too_many_records_is_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.get("root", "/workspaces/53760?include=external_references").await;
    let before = before.object()["external_reference_ids"].as_array().map_or(0, Vec::len);
    let more = includes::MAX_RECORDS - i64::try_from(before).expect("a few");
    let add = async |from: i64, to: i64| {
        app.by_hand(&format!(
            "insert into external_references (account_id, workspace_id, subject_type, subject_id, service_name,
                service_model, service_model_ref, locked, created_at, updated_at)
            with recursive numbers(n) as (select {from} union all select n + 1 from numbers where n < {to})
            select 415, 53760, 'Workspace', 53760, 'service ' || n, 'Issue', 'X', false, 0, 0 from numbers"
        ))
        .await;
    };
    add(1, more).await;
    let most = app.get("root", "/workspaces?include=external_references").await;
    most.has(200);
    assert_eq!(
        most.json()["external_references"].as_object().map(serde_json::Map::len),
        usize::try_from(includes::MAX_RECORDS).ok()
    );
    add(more + 1, more + 1).await;
    let message = "include=external_references would return more than 20000 records: ask for fewer objects with \
        per_page, or leave it out";
    for path in ["/workspaces", "/workspaces/53760"] {
        let refused = app.get("root", &format!("{path}?include=creator,external_references")).await;
        refused.is_error(422, &system(message));
        app.get("root", &format!("{path}?include=creator")).await.has(200);
    }
}
