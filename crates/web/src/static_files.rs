//! Handlers of the files that pages load.

use axum::extract::Path;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use super::assets;
use super::error_page::not_found;

/// `GET /robots.txt`: keeps search engines out.
pub async fn robots() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n").into_response()
}

/// `GET /assets/{name}`
pub async fn show(Path(name): Path<String>) -> Response {
    let Some(asset) = assets::at(&format!("/assets/{name}")) else { return not_found() };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    (headers, asset.text).into_response()
}
