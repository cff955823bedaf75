//! The files that pages load: built in, and named by their content so that browsers may keep them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

struct Asset {
    path: String,
    content_type: &'static str,
    text: &'static str,
}

static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    Asset::named("statuary", "css", "text/css; charset=utf-8", include_str!("../../assets/statuary.css"))
});
static SEND_FORM: LazyLock<Asset> = LazyLock::new(|| {
    Asset::named(
        "send_form",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/send_form.js"),
    )
});

impl Asset {
    fn named(stem: &str, extension: &str, content_type: &'static str, text: &'static str) -> Self {
        let hash = hex::encode(&Sha256::digest(text)[..8]);
        Self { path: format!("/assets/{stem}-{hash}.{extension}"), content_type, text }
    }
}

/// Where the stylesheet of all pages is.
pub fn stylesheet() -> &'static str {
    &STYLESHEET.path
}

/// Where the script is that sends a page's only form.
pub fn send_form() -> &'static str {
    &SEND_FORM.path
}

/// `GET /assets/{name}`
pub async fn show(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let Some(asset) = [&*STYLESHEET, &*SEND_FORM].into_iter().find(|asset| asset.path == path) else {
        return (StatusCode::NOT_FOUND, "Not found\n").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    (headers, asset.text).into_response()
}
