//! The endpoints that applications call, at the paths of OpenProject and of the RFCs.

use axum::Router;
use axum::routing::{get, post};

use super::{discovery, inspection, openid, registration, token};
use service::app::App;

/// All routes for applications. The consent page belongs to `web`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/oauth/token", post(token::create))
        .route("/oauth/register", post(registration::create))
        .route("/oauth/revoke", post(inspection::revoke))
        .route("/oauth/introspect", post(inspection::introspect))
        .route("/openid/userinfo", get(openid::userinfo).post(openid::userinfo))
        .route("/openid/discovery/keys", get(openid::keys))
        .route("/.well-known/openid-configuration", get(discovery::openid_configuration))
        .route("/.well-known/oauth-authorization-server", get(discovery::authorization_server))
        .route("/.well-known/oauth-protected-resource", get(discovery::protected_resource))
        .route("/.well-known/oauth-protected-resource/api/v3", get(discovery::openproject_resource))
        .route("/.well-known/oauth-protected-resource/mcp", get(discovery::agents_resource))
}
