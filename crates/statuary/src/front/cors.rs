//! Cross-origin requests. `front::service` applies the layer.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{faults, limits, request_id};
use service::settings::Settings;
use service::settings::addresses::ANY_ORIGIN;
use service::write::{KEY, REPLAYED};

/// Time for which a browser keeps the answer to a preflight request.
const PREFLIGHT_AGE: Duration = Duration::from_hours(1);

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
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("x-requested-with"),
            KEY,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            native::events::LAST_EVENT_ID,
            faults::HEADER,
        ])
        .expose_headers(
            limits::HEADERS
                .into_iter()
                .chain([header::ETAG, header::LINK, header::RETRY_AFTER, REPLAYED, request_id::HEADER])
                .collect::<Vec<_>>(),
        );
    Some(layer)
}
