//! The endpoints that applications call, at the paths of OpenProject and of the RFCs.

use axum::Router;
use axum::routing::{get, post};

use super::{discovery, inspection, openid, registration, token};
use service::app::App;
use service::endpoint::endpoint;

/// All routes for applications. The consent page belongs to `web`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/oauth/token", post(endpoint(token::create)))
        .route("/oauth/register", post(endpoint(registration::create)))
        .route("/oauth/revoke", post(endpoint(inspection::revoke)))
        .route("/oauth/introspect", post(endpoint(inspection::introspect)))
        .route("/openid/userinfo", get(endpoint(openid::userinfo)).post(endpoint(openid::userinfo)))
        .route("/openid/discovery/keys", get(openid::keys))
        .route("/.well-known/openid-configuration", get(endpoint(discovery::openid_configuration)))
        .route("/.well-known/oauth-authorization-server", get(endpoint(discovery::authorization_server)))
        .route("/.well-known/oauth-protected-resource", get(endpoint(discovery::protected_resource)))
        .route("/.well-known/oauth-protected-resource/api/v3", get(endpoint(discovery::openproject_resource)))
        .route("/.well-known/oauth-protected-resource/mcp", get(endpoint(discovery::agents_resource)))
}
