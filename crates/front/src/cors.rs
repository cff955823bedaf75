//! Cross-origin requests. `front::service` applies the layer.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::{faults, limits, request_id};
use service::settings::Settings;
use service::settings::addresses::ANY_ORIGIN;
use service::write::{KEY, REPLAYED};

/// Time for which a browser keeps the answer to a preflight request.
const PREFLIGHT_AGE: Duration = Duration::from_hours(1);

/// The header with the session of a client of the Model Context Protocol: this server has none, but clients look for it.
const SESSION: &str = "mcp-session-id";
/// The headers that such clients send.
const MCP: [&str; 4] = [SESSION, "mcp-protocol-version", "mcp-method", "mcp-name"];

/// The layer for cross-origin requests from the origins in the settings; `None` without any.
pub fn layer(settings: &Settings) -> Option<CorsLayer> {
    let origins: Vec<_> =
        settings.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    if origins.is_empty() {
        return None;
    }
    // Without credentials in both cases: scripts send a token and no cookies.
    let allowed = if origins.iter().any(|origin| origin == ANY_ORIGIN) {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins)
    };
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .max_age(PREFLIGHT_AGE)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(
            [
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                HeaderName::from_static("x-requested-with"),
                KEY,
                header::IF_MATCH,
                header::IF_NONE_MATCH,
                native::events::LAST_EVENT_ID,
                faults::HEADER,
            ]
            .into_iter()
            .chain(MCP.map(HeaderName::from_static))
            .collect::<Vec<_>>(),
        )
        .expose_headers(
            limits::HEADERS
                .into_iter()
                .chain([header::ETAG, header::LINK, header::RETRY_AFTER, REPLAYED, request_id::HEADER])
                .chain([HeaderName::from_static(SESSION)])
                .collect::<Vec<_>>(),
        );
    Some(layer)
}
