//! The discovery documents of RFC 8414, RFC 9728 and `OpenID` Connect, as the vendors publish them, with the host of this
//! service. There are no signing keys, because ID tokens are not issued.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use domain::auth::DRAFT;
use domain::oauth::scopes;
use service::app::App;
use service::origin::base_url;

/// `GET /.well-known/openid-configuration`
pub async fn openid_configuration(State(app): State<App>, headers: HeaderMap) -> Response {
    let url = base_url(&app.settings, &headers);
    document(&json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/oauth/authorize"),
        "token_endpoint": format!("{url}/oauth/token"),
        "revocation_endpoint": format!("{url}/oauth/revoke"),
        "introspection_endpoint": format!("{url}/oauth/introspect"),
        "userinfo_endpoint": format!("{url}/openid/userinfo"),
        "jwks_uri": format!("{url}/openid/discovery/keys"),
        "scopes_supported": scopes::KANTATA,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "subject_types_supported": ["public"],
        // ID tokens are not issued; clients read /openid/userinfo.
        "id_token_signing_alg_values_supported": [],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", "email", "name", "given_name", "family_name", "preferred_username",
            "account_id", "account_name"],
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["plain", "S256"],
    }))
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414)
pub async fn authorization_server(State(app): State<App>, headers: HeaderMap) -> Response {
    let url = base_url(&app.settings, &headers);
    let mut own = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/oauth/authorize"),
        "token_endpoint": format!("{url}/oauth/token"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["mcp"],
        "authorization_response_iss_parameter_supported": true,
    });
    if !app.settings.strict {
        // What clients of `/mcp` need beside what the vendor publishes.
        own["registration_endpoint"] = format!("{url}/oauth/register").into();
        own["revocation_endpoint"] = format!("{url}/oauth/revoke").into();
        own["grant_types_supported"] = json!(["authorization_code", "refresh_token"]);
        own["token_endpoint_auth_methods_supported"] =
            json!(["none", "client_secret_basic", "client_secret_post"]);
        own["scopes_supported"] = json!(["mcp", DRAFT]);
    }
    document(&own)
}

/// `GET /.well-known/oauth-protected-resource` (RFC 9728)
pub async fn protected_resource(State(app): State<App>, headers: HeaderMap) -> Response {
    let url = base_url(&app.settings, &headers);
    document(&json!({
        "resource": url,
        "authorization_servers": [url],
        "bearer_methods_supported": ["header"],
    }))
}

/// `GET /.well-known/oauth-protected-resource/api/v3`: the OpenProject surface (RFC 9728, 3.1).
pub async fn openproject_resource(State(app): State<App>, headers: HeaderMap) -> Response {
    let url = base_url(&app.settings, &headers);
    document(&json!({
        "resource": format!("{url}/api/v3"),
        "authorization_servers": [url],
        "scopes_supported": [scopes::OPENPROJECT],
        "bearer_methods_supported": ["header"],
    }))
}

/// `GET /.well-known/oauth-protected-resource/mcp`: the endpoint for agents (RFC 9728, 3.1).
pub async fn agents_resource(State(app): State<App>, headers: HeaderMap) -> Response {
    let url = base_url(&app.settings, &headers);
    document(&json!({
        "resource": format!("{url}/mcp"),
        "resource_name": "Statuary",
        "authorization_servers": [url],
        "scopes_supported": [DRAFT],
        "bearer_methods_supported": ["header"],
    }))
}

fn document(body: &Value) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string())
        .into_response()
}
