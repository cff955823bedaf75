//! Request bodies, well-formed and not (docs/contracts/kantata.md#requests).

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const NO_ROOT: &str = "param is missing or the value is empty: status_report";

#[both_engines]
async fn a_malformed_body_is_a_bad_request_and_changes_nothing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let deep_json = format!(r#"{{"status_report":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
    let deep_form = format!("status_report{}=1", "[a]".repeat(40));
    let cases: [(&str, &[u8], &str); 20] = [
        (JSON, b"{", "the body is not JSON: EOF while parsing an object at line 1 column 1"),
        (JSON, b"{} x", "the body is not JSON: trailing characters at line 1 column 4"),
        (JSON, b"status_report", "the body is not JSON: expected value at line 1 column 1"),
        (JSON, b" ", "the body is not JSON: EOF while parsing a value at line 1 column 1"),
        (JSON, b"{\"a\":\"\xff\"}", "the body is not JSON: invalid unicode code point at line 1 column 7"),
        (
            JSON,
            br#"{"a":"\ud800"}"#,
            "the body is not JSON: unexpected end of hex escape at line 1 column 13",
        ),
        (JSON, br#"{"a":1e999}"#, "the body is not JSON: number out of range at line 1 column 10"),
        (JSON, br#"{"a":NaN}"#, "the body is not JSON: expected value at line 1 column 6"),
        (JSON, deep_json.as_bytes(), "the body is not JSON: recursion limit exceeded at line 1 column 144"),
        (JSON, br#"{"status_report":{"description":"a\u0000b"}}"#, "a text contains a null byte"),
        (JSON, br#"{"status_report":{"details":[{"a\u0000":1}]}}"#, "a text contains a null byte"),
        (JSON, br#"{"bogus":"\u0000","status_report":{"color":"red"}}"#, "a text contains a null byte"),
        (FORM, b"status_report[color]=red&a=%zz", "invalid %-encoding"),
        (FORM, b"status_report[color]=red&a=%4", "invalid %-encoding"),
        (FORM, b"status_report[color]=%FF", "invalid UTF-8"),
        (FORM, b"status_report[color]=\xff", "invalid UTF-8"),
        (FORM, b"status_report[description]=a%00b", "a text contains a null byte"),
        (FORM, b"status_report[a%00]=b", "a text contains a null byte"),
        (
            FORM,
            b"status_report=1&status_report[color]=red",
            "conflicting shapes for parameter `status_report`",
        ),
        (FORM, deep_form.as_bytes(), "parameters are nested too deep"),
    ];
    for (content_type, body, message) in cases {
        for (method, path) in [(Method::POST, "/status_reports"), (Method::PUT, "/status_reports/907")] {
            let answer = app.bytes("ada", method.clone(), path, Some(content_type), body).await;
            answer.is_bad_request(message);
            app.bytes("nobody", method, path, Some(content_type), body).await.has(401);
        }
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn conflicting_parameter_types_are_a_bad_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (body, name) in [
        ("status_report[details][]=1&status_report[details][a]=2", "details"),
        ("status_report[details][a]=1&status_report[details][]=2", "details"),
        ("status_report[color]=red&status_report[color][]=green", "color"),
        ("status_report[]=1&status_report[color]=green", "status_report"),
    ] {
        let answer = app.form("ada", Method::PUT, "/status_reports/907", body).await;
        answer.is_bad_request(&format!("conflicting shapes for parameter `{name}`"));
    }
}

#[both_engines]
async fn a_malformed_query_is_a_bad_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases = [
        ("a=%", "invalid %-encoding"),
        ("%zz=1", "invalid %-encoding"),
        ("include=%ff", "invalid UTF-8"),
        ("only=%00", "a text contains a null byte"),
        ("external_reference_service_name=jira%00", "a text contains a null byte"),
        ("%00=1", "a text contains a null byte"),
        ("a=1&a[b]=2", "conflicting shapes for parameter `a`"),
    ];
    for path in [
        "/status_reports",
        "/status_reports/901",
        "/workspace_status_changes",
        "/workspace_status_changes/4077",
    ] {
        for (query, message) in cases {
            app.get("ada", &format!("{path}?{query}")).await.is_bad_request(message);
            app.get("nobody", &format!("{path}?{query}")).await.has(401);
        }
    }
}

#[both_engines]
async fn a_body_of_a_megabyte_is_too_large(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let body = json!({"status_report": {"color": "red", "description": "x".repeat(1024 * 1024)}});
    let answer = app.put("ada", "/status_reports/907", &body).await;
    answer.is_system_error(413, "The request is larger than 524288 bytes");
    app.put("nobody", "/status_reports/907", &body).await.has(401);
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn a_body_of_unknown_type_is_ignored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = br#"{"status_report":{"color":"red"}}"#;
    for content_type in [None, Some("text/plain"), Some("application/octet-stream"), Some(";")] {
        let answer = app.bytes("ada", Method::PUT, "/status_reports/907", content_type, body).await;
        answer.is_bad_request(NO_ROOT);
    }
    for content_type in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x"] {
        let answer = app.bytes("ada", Method::PUT, "/status_reports/907", Some(content_type), body).await;
        assert_eq!(answer.object()["color"], "red", "{content_type}");
    }
    let form = b"status_report%5Bcolor%5D=green";
    let charset = "application/x-www-form-urlencoded; charset=UTF-8";
    let answer = app.bytes("ada", Method::PUT, "/status_reports/907", Some(charset), form).await;
    assert_eq!(answer.object()["color"], "green");
}

#[both_engines]
async fn a_content_type_without_a_body_is_harmless(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for content_type in [JSON, FORM, "multipart/form-data", "nonsense"] {
        app.call("ada", Method::GET, "/status_reports/901", Some((content_type, ""))).await.has(200);
        let answer = app.call("ada", Method::PUT, "/status_reports/901", Some((content_type, ""))).await;
        answer.is_bad_request(NO_ROOT);
    }
    app.call("ada", Method::DELETE, "/status_reports/901", Some((JSON, ""))).await.has(204);
}

#[both_engines]
async fn unknown_names_are_ignored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let deep: Value = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let body = json!({"filters": "", "optional_fields": "", "include": "", "bogus": deep,
        "status_report": {"color": "red", "bogus": {"a": [1]}, "🚢": null}});
    let answer = app.put("ada", "/status_reports/907", &body).await;
    assert_eq!(answer.members(), ["count", "results", "status_reports", "meta"]);
    assert_eq!(answer.object()["color"], "red");
}

#[both_engines]
async fn response_parameters_can_be_sent_in_the_body(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"status_report": {"color": "red"}, "include": "creator,updater", "only": "907"});
    let answer = app.put("bo", "/status_reports/907", &body).await;
    assert_eq!((answer.ids(), answer.meta()), (vec![907], (1, 1, 1, 20)));
    assert_eq!(answer.members()[4..], ["users"]);
    let body = "status_report[color]=red&include=workspace";
    let answer = app.form("bo", Method::PUT, "/status_reports/907", body).await;
    assert_eq!(answer.members()[4..], ["workspaces"]);
}

#[both_engines]
async fn path_overrides_query_and_query_overrides_body(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"id": 901, "include": "", "filters": "", "optional_fields": "",
        "status_report": {"id": "901", "color": "red"}});
    let answer = app.put("ada", "/status_reports/907?id=901&include=creator", &body).await;
    assert_eq!(answer.ids(), [907]);
    assert_eq!(answer.members()[4..], ["users"]);
    let path = "/status_reports/907?status_report[color]=yellow&include=";
    let body = json!({"include": "creator", "status_report": {"color": "red", "description": "x"}});
    let answer = app.put("ada", path, &body).await;
    assert_eq!(answer.object()["color"], "yellow");
    assert_eq!(answer.object()["description"], "Vendor slipped one week.");
    assert_eq!(answer.members().len(), 4);
}

#[both_engines]
async fn ids_of_any_size_that_do_not_exist_are_not_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let ids = [
        "0",
        "-1",
        "-53760",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "99999999999999999999999999",
        "1e300",
        "0.5",
        "true",
        "\"abc\"",
        "\"99999999999999999999\"",
    ];
    for id in ids {
        let report =
            format!(r#"{{"status_report":{{"workspace_id":{id},"color":"red","description":"x"}}}}"#);
        app.call("ada", Method::POST, "/status_reports", Some((JSON, &report))).await.has(404);
        let change = format!(r#"{{"workspace_status_change":{{"workspace_id":{id},"to_status_key":605}}}}"#);
        app.call("ada", Method::POST, "/workspace_status_changes", Some((JSON, &change))).await.has(404);
    }
    assert_eq!(app.export().await, before);
}

/// Unusual values.
fn odd_values() -> [Value; 9] {
    let nested = json!({"a": {"b": [1]}});
    [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("🚢"),
        json!([[null]]),
        json!({}),
        nested,
    ]
}

/// Sends the body with every unusual value in every place below `root`. Asserts that a refused request changes nothing.
async fn send_oddities(app: &TestApp, method: Method, path: &str, good: &Value, root: &str) {
    let mut pointers = Vec::new();
    places(&good[root], format!("/{root}"), &mut pointers);
    assert!(!pointers.is_empty());
    let mut before = app.export().await;
    for pointer in &pointers {
        for value in odd_values() {
            let mut body = good.clone();
            *body.pointer_mut(pointer).expect("a place") = value;
            let answer = app.call("ada", method.clone(), path, Some((JSON, &body.to_string()))).await;
            app.app.clock.advance(1);
            let after = app.export().await;
            assert_eq!(after == before, answer.status != 200, "{method} {path} {body} {answer:?}");
            before = after;
        }
    }
}

/// Pointers to everything inside a value, and to itself.
fn places(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| places(member, format!("{pointer}/{name}"), found));
        }
        Value::Array(items) => places(&items[0], format!("{pointer}/0"), found),
        _ => {}
    }
    found.push(pointer);
}

#[both_engines]
async fn any_value_in_a_report_is_accepted_or_refused_without_side_effects(
    engine: Engine,
    #[values(Method::POST, Method::PUT)] method: Method,
) {
    let app = TestApp::harbor(engine).await;
    let good = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "x",
        "details": [{"category": "Scope", "color": "red", "description": "x"}],
        "external_reference": {"service_name": "a", "service_model": "b", "service_model_ref": "c",
            "external_message": "d", "external_link": "e", "external_status": "f", "locked": true}}});
    let path = if method == Method::POST { "/status_reports" } else { "/status_reports/907" };
    send_oddities(&app, method, path, &good, "status_report").await;
}

#[both_engines]
async fn any_value_in_a_change_is_accepted_or_refused_without_side_effects(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let good = json!({"workspace_status_change": {"workspace_id": 53760, "to_status_key": 605}});
    let path = "/workspace_status_changes";
    send_oddities(&app, Method::POST, path, &good, "workspace_status_change").await;
}

#[both_engines]
async fn any_value_beside_a_report_is_accepted_or_refused_without_side_effects(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for name in ["include", "only", "page", "per_page", "limit", "order", "optional_fields", "filters"] {
        let good = json!({"status_report": {"color": "red"}, name: "1", "offset": 1});
        send_oddities(&app, Method::PUT, "/status_reports/907", &good, name).await;
    }
}

#[both_engines]
async fn any_parameter_value_gets_a_response(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let names = [
        "workspace_id",
        "created_after",
        "created_before",
        "updated_after",
        "updated_before",
        "external_reference_service_name",
        "external_reference_service_model",
        "external_reference_service_model_ref",
        "external_reference_service_model_refs",
        "external_reference_external_status",
        "external_reference_external_message",
        "external_reference_status",
        "has_external_references",
        "without_external_reference_service_name",
        "include",
        "only",
        "page",
        "per_page",
        "limit",
        "offset",
        "order",
        "search",
        "filters",
        "optional_fields",
        "apply_default_filters",
    ];
    let ends = [
        "",
        "=",
        "=-1",
        "=%F0%9F%9A%A2",
        "=%27%25_",
        "=99999999999999999999",
        "=true",
        "[]",
        "[]=",
        "[]=1",
        "[a]=1",
        "[a][][b]=1",
        "[",
        "[]]=",
    ];
    for list in ["/status_reports", "/workspace_status_changes"] {
        for name in names {
            for end in ends {
                let answer = app.get("ada", &format!("{list}?workspace_id=53760&{name}{end}")).await;
                let is_empty_or_named = matches!(answer.status.as_u16(), 200 | 400)
                    || (answer.status == 422 && name == "workspace_id");
                assert!(is_empty_or_named, "{list} {name}{end} {answer:?}");
            }
        }
    }
}
