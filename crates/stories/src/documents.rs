//! The OpenAPI documents: responses match them.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use macros::both_engines;
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::{Answer, Engine, NOW, TestApp, activity, lines, package, report_draft, with};
use front::documents::Document;

/// The variable that makes the tests write the documents and the responses of their examples, after an intended change.
const WRITE: &str = "STATUARY_WRITE_OPENAPI";

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().expect("methods").clone();
        methods.into_iter().map(|(method, operation)| (method, path.clone(), operation)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn the_openapi_documents_in_the_repository_are_current() {
    for surface in Document::ALL {
        let path = format!("{}/../../docs/openapi/{}.json", env!("CARGO_MANIFEST_DIR"), surface.name());
        let made = String::from_utf8(surface.json(false, "").to_vec()).expect("UTF-8");
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(&path, &made).expect("a file");
        }
        let kept = std::fs::read_to_string(&path).expect("a document");
        assert!(
            kept == made,
            "{path} is not what the code says: run the tests with {WRITE}=1 and look at it"
        );
    }
}

#[test]
fn references_resolve_and_operation_ids_are_unique() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    for surface in Document::ALL {
        for strict in [false, true] {
            let document = surface.build(strict);
            let mut found = BTreeSet::new();
            references(&document, &mut found);
            for reference in found {
                let pointer = reference.strip_prefix('#').expect("a local reference");
                assert!(document.pointer(pointer).is_some(), "{}: {reference}", surface.name());
            }
            let mut ids = BTreeSet::new();
            for (method, path, operation) in operations(&document) {
                let id = operation["operationId"].as_str().expect("an id").to_owned();
                assert!(ids.insert(id.clone()), "{id}: {method} {path}");
                for status in ["401", "429", "503"] {
                    assert!(operation["responses"][status].is_object(), "{id} {status}");
                }
            }
        }
    }
}

#[both_engines]
async fn examples_match_the_actual_responses(engine: Engine) {
    let reading = sample(engine).await;
    for surface in Document::ALL {
        let path = format!("{}/../{}/src/examples.json", env!("CARGO_MANIFEST_DIR"), surface.name());
        let text = std::fs::read_to_string(&path).expect("examples");
        let mut examples: Map<String, Value> = serde_json::from_str(&text).expect("JSON");
        for (method, path, operation) in operations(&surface.build(false)) {
            let id = operation["operationId"].as_str().expect("an id");
            // An alias.
            if id.starts_with("patch") {
                continue;
            }
            let example = examples.get_mut(id).unwrap_or_else(|| panic!("{id} has no example"));
            // Each write has its own store, because examples do not know of each other.
            let own = if method == "get" { None } else { Some(sample(engine).await) };
            let app = own.as_ref().unwrap_or(&reading);
            if id == "restoreStatusReport" {
                app.own("root", Method::DELETE, "/status_reports/907").await;
            }
            let answer = app.send(request(&method, &path, &operation, example)).await;
            let expected = operation["responses"].as_object().and_then(|all| all.keys().next()).cloned();
            assert_eq!(Some(answer.status.as_str().to_owned()), expected, "{id}: {}", answer.text);
            let described = &operation["responses"][answer.status.as_str()]["headers"]["ETag"];
            assert_eq!(answer.headers.contains_key(header::ETAG), described.is_object(), "{id}: ETag");
            let is_file = answer.headers.contains_key(header::CONTENT_DISPOSITION);
            if answer.status != StatusCode::NO_CONTENT && !is_file {
                if std::env::var_os(WRITE).is_some() {
                    example["answer"] = shown(&answer);
                }
                assert_eq!(shown(&answer), example["answer"], "{id}");
            }
        }
        if std::env::var_os(WRITE).is_some() {
            let text = serde_json::to_string_pretty(&examples).expect("JSON");
            std::fs::write(&path, text + "\n").expect("a file");
        }
    }
}

/// The harbor with cadences, a milestone, a note, a comment with an acknowledgement, a report template, own fields, labels,
/// a saved view, a programme, an identity, a work package, and a webhook endpoint with a test.
async fn sample(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let own =
        json!({"id": 700, "workspace_id": 53760, "creator_id": 2545, "created_at": NOW, "updated_at": NOW});
    let milestone = json!({"kind": "milestone", "name": "Steel delivered", "due_date": "2026-04-01"});
    let note = json!({"kind": "note", "is_action": true, "text": "Call the yard."});
    let template = json!({"kind": "report_template", "id": 700, "account_id": 415, "name": "Weekly report",
        "sections": [{"heading": "Done", "hint": "What was finished."}, {"heading": "Next"}], "created_at": NOW,
        "updated_at": NOW});
    let terms = json!([{"every": "week", "on": "friday", "at": "16:00", "time_zone": "Europe/Berlin", "grace_hours": 24,
        "paused_until": null, "starting": null, "since": "2026-02-04T10:00:00Z"}]);
    let cadence = |id: i64, workspace: Value| {
        json!({"kind": "cadence", "id": id, "account_id": 415, "workspace_id": workspace, "owner_id": null, "terms": terms,
            "created_at": NOW, "updated_at": NOW})
    };
    let comment = json!({"kind": "comment", "id": 700, "status_report_id": 907, "text": "Which week, @Ada Park?",
        "author_id": 2500, "mentions": [2545], "created_at": NOW, "edited_at": null});
    let acknowledgement = json!({"kind": "acknowledgement", "id": 700, "status_report_id": 907, "user_id": 2551,
        "created_at": NOW});
    let field = json!({"kind": "field", "id": 700, "account_id": 415, "name": "Client", "type": "choice",
        "choices": ["Acme", "Umbrella"], "position": 1, "created_at": NOW, "updated_at": NOW});
    let view = json!({"kind": "view", "id": 700, "account_id": 415, "user_id": 2500, "name": "Reds",
        "query": "health=red", "shared": true, "created_at": NOW, "updated_at": NOW});
    let labels = json!({"kind": "workspace_labels", "id": 700, "account_id": 415, "workspace_id": 53760,
        "tags": ["Key account"], "fields": [{"field_id": 700, "value": "Acme"}], "created_at": NOW, "updated_at": NOW});
    let programme = json!({"kind": "programme", "id": 700, "account_id": 415, "name": "Port",
        "rule": {"kind": "weighted", "red_below": 40, "yellow_below": 75}, "members": [{"workspace_id": 53760, "weight": 2}],
        "created_at": NOW, "updated_at": NOW});
    let identity = json!({"kind": "identity", "id": 700, "user_id": 2545, "issuer": "https://login.example.org",
        "subject": "f3a1c2", "created_at": NOW});
    app.import(&lines([
        field,
        view,
        labels,
        programme,
        cadence(700, Value::Null),
        cadence(701, json!(53760)),
        with(own.clone(), &milestone),
        with(own, &note),
        comment,
        report_draft(700),
        acknowledgement,
        template,
        package(7900),
        activity(7900),
        identity,
    ]))
    .await
    .expect("an archive");
    let link = json!({"workspace_ids": [53760], "with": ["health", "status"]});
    let shared = app.write("root", Method::POST, "/share_links", &link, &[]).await;
    assert_eq!(shared.json()["id"], 1, "{shared}");
    let told = json!({"text": "@root@example.com, next week."});
    let told = app.write("ada", Method::POST, "/status_reports/907/comments", &told, &[]).await;
    assert_eq!(told.status, 201, "{told}");
    let endpoint = json!({"url": "https://hooks.example/statuary"});
    let added = app.write("root", Method::POST, "/webhook_endpoints", &endpoint, &[]).await;
    assert_eq!(added.json()["id"], 1, "{added}");
    let tested = app.write("root", Method::POST, "/webhook_endpoints/1/test", &json!({}), &[]).await;
    assert_eq!(tested.json(), json!({"delivery_id": 1}));
    app
}

/// The body of an answer, in which the example of a secret stands for the one that is.
fn shown(answer: &Answer) -> Value {
    let mut body = answer.json();
    if let Some(secret) = body.get_mut("secret") {
        *secret = json!("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    }
    for (name, example) in [
        ("url", "/s/1d4c8f0a7b2e49d3a6c15e8f90b7d324"),
        ("badge_url", "/badge/1d4c8f0a7b2e49d3a6c15e8f90b7d324.svg"),
    ] {
        let is_secret =
            |url: &Value| url.as_str().is_some_and(|url| url.contains("/s/") || url.contains("/badge/"));
        if let Some(url) = body.get_mut(name).filter(|url| is_secret(url)) {
            *url = format!("https://status.example{example}").into();
        }
    }
    body
}

fn request(method: &str, path: &str, operation: &Value, example: &Value) -> Request<Body> {
    let given = example["parameters"].as_object().cloned().unwrap_or_default();
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for (name, value) in given {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let place = operation["parameters"].as_array().into_iter().flatten().find(|one| one["name"] == name);
        match place.expect("a parameter of the operation")["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &text),
            _ => query.push(format!("{name}={text}")),
        }
    }
    assert!(!path.contains('{'), "{path}");
    let request = Request::builder()
        .method(method.to_uppercase().as_str())
        .uri(format!("{path}?{}", query.join("&")))
        .header(header::HOST, "statuary.example")
        .header(header::AUTHORIZATION, "Bearer root");
    let body = &example["body"];
    if body.is_null() {
        return request.body(Body::empty()).expect("a request");
    }
    // A body that may be absent is not described.
    let described = operation["requestBody"]["content"].as_object();
    let media_type = described.and_then(|all| all.keys().next()).map_or("application/json", String::as_str);
    // A file is its text in the example.
    let text = if media_type == "application/json" { None } else { body.as_str().map(str::to_owned) };
    let request = request.header(header::CONTENT_TYPE, media_type);
    request.body(Body::from(text.unwrap_or_else(|| body.to_string()))).expect("a request")
}

#[both_engines]
async fn the_openapi_documents_are_served(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let get = |path: &str, token: &str| {
        let request = Request::get(path).header(header::AUTHORIZATION, token);
        request.body(Body::empty()).expect("a request")
    };
    let served = [
        (Document::Kantata, "/api/v1/openapi.json", "", "application/json; charset=utf-8"),
        (Document::Native, "/api/statuary/v1/openapi.json", "", "application/json; charset=utf-8"),
        (Document::Openproject, "/api/v3/openapi.json", "Bearer ada", "application/json; charset=utf-8"),
        (Document::Openproject, "/api/v3/spec.json", "Bearer ada", "application/json; charset=utf-8"),
    ];
    for (surface, path, token, content_type) in served {
        let answer = app.send(get(path, token)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], content_type, "{path}");
        assert_eq!(answer.text.as_bytes(), &surface.json(false, "")[..], "{path}");
    }
    let answer = app.send(get("/api/v3/spec.yml", "Bearer ada")).await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/vnd.yaml");
    let read: Value = serde_saphyr::from_str(&answer.text).expect("YAML");
    assert_eq!(read, Document::Openproject.build(false));
    for path in ["/api/v3/openapi.json", "/api/v3/spec.json", "/api/v3/spec.yml"] {
        let answer = app.send(get(path, "")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[test]
fn strict_mode_documents_only_what_the_vendor_has() {
    let has = |strict: bool| {
        let document = Document::Openproject.build(strict);
        operations(&document)
            .iter()
            .any(|(_, _, operation)| operation["operationId"] == json!("createStatus"))
    };
    assert_eq!((has(false), has(true)), (true, false));
}

#[rstest]
#[tokio::test]
async fn the_viewer_loads_nothing_from_other_hosts() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let get = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    let page = app.send(get("/docs/")).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in page.text.split(['"', '\'']).filter(|text| text.starts_with("./") && !text.contains(".png")) {
        let asset = app.send(get(&format!("/docs/{}", &part[2..]))).await;
        assert_eq!(asset.status, StatusCode::OK, "{part}");
    }
    assert!(!page.text.contains("https://"), "{}", page.text);
}
