//! Programs of agents that register themselves.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{CALLBACK, CHALLENGE, VERIFIER, consent_url, harbor};
use crate::browser::{Browser, FORM, encoded};
use crate::{Answer, Engine, NOW, TestApp, lines};
use domain::auth::digest;

const JSON: (&str, &str) = ("content-type", "application/json");

/// A store with one account, in which Ada is the administrator.
async fn one_account(engine: Engine) -> TestApp {
    let user = json!({"kind": "user", "id": 1, "account_id": 1, "full_name": "Ada Park", "email_address": "ada@example.com",
        "administrator": true});
    let token =
        json!({"kind": "token", "id": 1, "user_id": 1, "name": "ada", "sha256": hex::encode(digest("ada"))});
    let workspace = json!({"kind": "workspace", "id": 7, "account_id": 1, "title": "Pier", "description": "",
        "start_date": null, "due_date": null, "archived": false, "status_key": 310, "creator_id": 1, "created_at": NOW,
        "updated_at": NOW});
    TestApp::with(
        engine,
        &lines([json!({"kind": "account", "id": 1, "name": "Harbor"}), user, token, workspace]),
    )
    .await
}

async fn register(app: &TestApp, body: &Value) -> Answer {
    app.request(Method::POST, "/oauth/register", &[JSON], &body.to_string()).await
}

#[both_engines]
async fn a_program_registers_itself_and_gets_drafts_alone(engine: Engine) {
    let app = one_account(engine).await;
    // What a client finds out before it registers.
    let resource =
        app.request(Method::GET, "/.well-known/oauth-protected-resource/mcp", &[], "").await.json();
    assert_eq!(resource["scopes_supported"], json!(["draft"]));
    let server = app.request(Method::GET, "/.well-known/oauth-authorization-server", &[], "").await.json();
    assert_eq!(resource["authorization_servers"], json!([server["issuer"]]));
    assert!(server["registration_endpoint"].as_str().expect("a URL").ends_with("/oauth/register"));
    let asked = json!({"client_name": "Scribe", "redirect_uris": [CALLBACK], "scope": "statuary",
        "token_endpoint_auth_method": "client_secret_post", "application_type": "native"});
    let made = register(&app, &asked).await;
    made.is_not_cached();
    let client_id = made.json()["client_id"].as_str().expect("an id").to_owned();
    assert_eq!(
        (made.status.as_u16(), made.json()),
        (
            201,
            json!({"client_id": client_id, "client_id_issued_at": made.json()["client_id_issued_at"],
            "client_name": "Scribe", "redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"], "token_endpoint_auth_method": "none", "scope": "draft offline_access"})
        )
    );
    // More than drafts is refused; the person sees what it is.
    let challenge = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let mut browser = Browser::of(&app, "ada").await;
    let wide =
        browser.get(&consent_url(&client_id, &[&challenge[..], &[("scope", "statuary")]].concat())).await;
    assert_eq!(wide.member("error").as_deref(), Some("invalid_scope"));
    let page = browser
        .get(&consent_url(&client_id, &[&challenge[..], &[("scope", "draft"), ("resource", "x")]].concat()))
        .await;
    assert!(page.text.contains("registered itself") && page.text.contains("publishes nothing"), "{page}");
    let code = browser.send(&page.form_with("decision", "allow")).await.member("code").expect("a code");
    let exchange = async |fields: &[(&str, &str)]| {
        let fields = [&[("client_id", client_id.as_str())][..], fields].concat();
        let answer = app.request(Method::POST, "/oauth/token", &[FORM], &encoded(&fields)).await;
        assert_eq!(answer.status, 200, "{answer}");
        answer.json()
    };
    let tokens = exchange(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ])
    .await;
    assert_eq!((&tokens["scope"], &tokens["expires_in"]), (&json!("draft"), &json!(7200)));
    // A refresh cannot leave the limit out.
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let tokens =
        exchange(&[("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", "draft")]).await;
    let token = tokens["access_token"].as_str().expect("a token");
    let sources = json!([{"type": "workspace", "id": 7}]);
    let draft = json!({"color": "red", "sentences": [{"text": "So.", "sources": sources}]});
    let drafted = app.write(token, Method::POST, "/workspaces/7/report_drafts", &draft, &[]).await;
    assert_eq!((drafted.status.as_u16(), &drafted.json()["agent"]), (201, &json!("Scribe")));
    let report = json!({"color": "red", "description": "So."});
    assert_eq!(
        app.write(token, Method::POST, "/workspaces/7/status_reports", &report, &[]).await.status,
        403
    );
    // The archive keeps that nobody checked it.
    assert!(app.export().await.contains("\"self_registered\":true"));
}

#[both_engines]
async fn registrations_are_checked_and_bounded(engine: Engine) {
    let app = one_account(engine).await;
    for (body, error) in [
        (json!({}), "invalid_redirect_uri"),
        (json!({"redirect_uris": "https://a.example/"}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["http://a.example/cb"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": [CALLBACK], "client_name": 7}), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
    ] {
        let answer = register(&app, &body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &json!(error)), "{answer}");
    }
    let good = json!({"redirect_uris": [CALLBACK], "client_name": "<b>Bank</b>"});
    for _ in 0..20 {
        assert_eq!(register(&app, &good).await.status, 201);
    }
    let more = register(&app, &good).await;
    assert_eq!((more.status.as_u16(), more.header("retry-after")), (429, "3600"));
    app.wait_until("2026-02-16T17:00:04Z");
    assert_eq!(register(&app, &good).await.status, 201);
    // A program cannot say which of several accounts it means.
    let several = harbor(engine).await;
    assert_eq!(register(&several, &good).await.json()["error"], "invalid_client_metadata");
    let strict = one_account(engine).await.set(|settings| settings.strict = true);
    assert_eq!(register(&strict, &good).await.status, 400);
}
