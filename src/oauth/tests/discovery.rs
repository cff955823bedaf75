//! How programs find the endpoints, and who a token speaks for.

use axum::http::Method;
use rstest::rstest;
use serde_json::json;

use super::harbor;
use crate::testing::{Engine, TestApp};

async fn document(app: &TestApp, path: &str) -> serde_json::Value {
    let answer = app.request(Method::GET, path, &[("host", "status.example:81")], "").await;
    assert_eq!(answer.status, 200, "{path}");
    assert!(answer.header("content-type").starts_with("application/json"), "{path}");
    answer.json()
}

#[tokio::test]
async fn the_documents_are_the_vendors_with_the_host_that_was_asked() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let host = "http://status.example:81";
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
            "id_token_signing_alg_values_supported": ["RS256"],
            "claim_types_supported": ["normal"],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "email", "name", "given_name", "family_name",
                "preferred_username", "account_id", "account_name"],
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
        })
    );
    assert_eq!(
        document(&app, "/.well-known/oauth-protected-resource").await,
        json!({"resource": format!("{host}/mcp"), "authorization_servers": [host],
            "bearer_methods_supported": ["header"]})
    );
    assert_eq!(
        document(&app, "/.well-known/oauth-protected-resource/api/v3").await,
        json!({"resource": format!("{host}/api/v3"), "authorization_servers": [host],
            "scopes_supported": ["api_v3"], "bearer_methods_supported": ["header"]})
    );
    assert_eq!(document(&app, "/openid/discovery/keys").await, json!({"keys": []}));
    for name in ["security.txt", "api-catalog", "agent-card.json", "ai-plugin.json"] {
        let answer = app.request(Method::GET, &format!("/.well-known/{name}"), &[], "").await;
        assert_eq!(answer.status, 404, "{name}");
    }
}

#[tokio::test]
async fn where_the_operator_says_so_the_documents_name_the_public_address() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let app = app.set(|settings| settings.public_url = Some("https://public.example".into()));
    let issuer = &document(&app, "/.well-known/openid-configuration").await["issuer"];
    assert_eq!(issuer, "https://public.example");
}

#[rstest]
#[tokio::test]
async fn a_token_tells_for_whom_it_speaks(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = harbor(engine).await;
    let given = app.tokens("ada", "board", "openid").await;
    let bearer = format!("Bearer {}", given["access_token"].as_str().expect("a token"));
    for method in [Method::GET, Method::POST] {
        let answer = app.request(method, "/openid/userinfo", &[("authorization", &bearer)], "").await;
        answer.is_for_nobody_else();
        assert_eq!(
            answer.json(),
            json!({"sub": "2545", "email": "ada@example.com", "name": "Ada Park", "given_name": "Ada",
                "family_name": "Park", "preferred_username": "ada@example.com", "account_id": "415",
                "account_name": "Harbor"})
        );
    }
    for header in ["Bearer nothing", "Basic YTpi", ""] {
        let answer = app.request(Method::GET, "/openid/userinfo", &[("authorization", header)], "").await;
        answer.is_refused(401, "invalid_token", "The access token is invalid");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer realm=\"Doorkeeper\", error=\"invalid_token\""), "{challenge}");
    }
}
