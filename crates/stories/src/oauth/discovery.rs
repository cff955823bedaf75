//! Discovery documents and the userinfo endpoint.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::harbor;
use crate::{Engine, TestApp};

async fn document(app: &TestApp, path: &str) -> serde_json::Value {
    let answer = app.request(Method::GET, path, &[("host", "localhost:81")], "").await;
    assert_eq!(answer.status, 200, "{path}");
    assert!(answer.header("content-type").starts_with("application/json"), "{path}");
    answer.json()
}

#[tokio::test]
async fn discovery_documents_match_the_vendor_and_name_the_requested_host() {
    let app = TestApp::empty(Engine::Sqlite).await.set(|settings| settings.strict = true);
    let host = "http://localhost:81";
    assert_eq!(
        document(&app, "/.well-known/openid-configuration").await,
        json!({
            "issuer": host,
            "authorization_endpoint": format!("{host}/oauth/authorize"),
            "token_endpoint": format!("{host}/oauth/token"),
            "revocation_endpoint": format!("{host}/oauth/revoke"),
            "introspection_endpoint": format!("{host}/oauth/introspect"),
            "userinfo_endpoint": format!("{host}/openid/userinfo"),
            "jwks_uri": format!("{host}/openid/discovery/keys"),
            "scopes_supported": ["api_only", "openid", "email", "profile", "mcp", "offline_access"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [],
            "claim_types_supported": ["normal"],
            "claims_supported": ["sub", "email", "name", "given_name", "family_name", "preferred_username",
                "account_id", "account_name"],
            "authorization_response_iss_parameter_supported": true,
            "code_challenge_methods_supported": ["plain", "S256"],
        })
    );
    assert_eq!(
        document(&app, "/.well-known/oauth-authorization-server").await,
        json!({
            "issuer": host,
            "authorization_endpoint": format!("{host}/oauth/authorize"),
            "token_endpoint": format!("{host}/oauth/token"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["mcp"],
            "authorization_response_iss_parameter_supported": true,
        })
    );
    assert_eq!(
        document(&app, "/.well-known/oauth-protected-resource").await,
        json!({"resource": host, "authorization_servers": [host],
            "bearer_methods_supported": ["header"]})
    );
    assert_eq!(
        document(&app, "/.well-known/oauth-protected-resource/api/v3").await,
        json!({"resource": format!("{host}/api/v3"), "authorization_servers": [host],
            "scopes_supported": ["api_v3"], "bearer_methods_supported": ["header"]})
    );
    assert_eq!(
        document(&app, "/.well-known/oauth-protected-resource/mcp").await,
        json!({"resource": format!("{host}/mcp"), "resource_name": "Statuary", "authorization_servers": [host],
            "scopes_supported": ["draft"], "bearer_methods_supported": ["header"]})
    );
    assert_eq!(document(&app, "/openid/discovery/keys").await, json!({"keys": []}));
    for name in ["security.txt", "api-catalog", "agent-card.json", "ai-plugin.json"] {
        let answer = app.request(Method::GET, &format!("/.well-known/{name}"), &[], "").await;
        assert_eq!(answer.status, 404, "{name}");
    }
}

/// Every URL, claim and algorithm in a discovery document is supported.
#[tokio::test]
async fn advertised_endpoints_claims_and_algorithms_exist() {
    fn addresses(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) if text.contains("://") => found.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| addresses(item, found)),
            serde_json::Value::Object(members) => members.values().for_each(|value| addresses(value, found)),
            _ => {}
        }
    }
    let app = harbor(Engine::Sqlite).await;
    let mut documents = Vec::new();
    for row in crate::policy::others().into_iter().filter(|row| row.path.starts_with("/.well-known/")) {
        documents.push(document(&app, row.path).await);
    }
    assert!(documents.len() >= 4, "{}", documents.len());
    let mut found = Vec::new();
    for document in &documents {
        addresses(document, &mut found);
    }
    assert!(found.len() > 10, "{found:?}");
    for address in found {
        let path = address.strip_prefix("http://localhost:81").expect("this host");
        let mut statuses = Vec::new();
        for method in [Method::GET, Method::POST] {
            let path = if path.is_empty() { "/" } else { path };
            statuses.push(app.request(method, path, &[("host", "localhost:81")], "").await.status.as_u16());
        }
        assert!(statuses.iter().any(|status| ![404, 405].contains(status)), "{address}: {statuses:?}");
    }
    let openid = &documents.iter().find(|document| document["jwks_uri"].is_string()).expect("a document");
    let keys = document(&app, "/openid/discovery/keys").await;
    let algorithms = openid["id_token_signing_alg_values_supported"].as_array().expect("a list");
    assert_eq!(algorithms.is_empty(), keys["keys"].as_array().expect("a list").is_empty());
    let given = app.tokens("ada", "board", "openid").await;
    let bearer = format!("Bearer {}", given["access_token"].as_str().expect("a token"));
    let userinfo =
        app.request(Method::GET, "/openid/userinfo", &[("authorization", &bearer)], "").await.json();
    for claim in openid["claims_supported"].as_array().expect("a list") {
        assert!(userinfo.get(claim.as_str().expect("a name")).is_some(), "{claim}");
    }
}

#[tokio::test]
async fn discovery_documents_name_the_configured_public_url() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let app = app.set(|settings| settings.public_url = Some("https://public.example".into()));
    let issuer = &document(&app, "/.well-known/openid-configuration").await["issuer"];
    assert_eq!(issuer, "https://public.example");
}

#[both_engines]
async fn userinfo_identifies_the_token_owner(engine: Engine) {
    let app = harbor(engine).await;
    let given = app.tokens("ada", "board", "openid").await;
    let bearer = format!("Bearer {}", given["access_token"].as_str().expect("a token"));
    for method in [Method::GET, Method::POST] {
        let answer = app.request(method, "/openid/userinfo", &[("authorization", &bearer)], "").await;
        answer.is_not_cached();
        assert_eq!(
            answer.json(),
            json!({"sub": "2545", "email": "ada@example.com", "name": "Ada Park", "given_name": "Ada",
                "family_name": "Park", "preferred_username": "ada@example.com", "account_id": "415",
                "account_name": "Harbor"}),
            "{answer}"
        );
    }
    for header in ["Bearer nothing", "Basic YTpi", ""] {
        let answer = app.request(Method::GET, "/openid/userinfo", &[("authorization", header)], "").await;
        answer.is_refused(401, "invalid_token", "The access token is invalid");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer realm=\"Doorkeeper\", error=\"invalid_token\""), "{challenge}");
    }
}
