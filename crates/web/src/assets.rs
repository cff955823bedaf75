//! The files that pages load: built in, and named by their content so that browsers may keep them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::refusal::not_found;

struct Asset {
    name: &'static str,
    path: String,
    content_type: &'static str,
    text: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// By its purpose in files of its own, loaded as one.
const STYLESHEET: &str = concat!(
    include_str!("../assets/statuary.css"),
    include_str!("../assets/health.css"),
    include_str!("../assets/portfolio.css"),
    include_str!("../assets/lists.css"),
    include_str!("../assets/workspace.css"),
    include_str!("../assets/report.css"),
    include_str!("../assets/forced_colors.css"),
    include_str!("../assets/print.css"),
);

static ASSETS: LazyLock<[Asset; 8]> = LazyLock::new(|| {
    [
        Asset::named("statuary.css", CSS, STYLESHEET),
        Asset::named("icon.svg", SVG, include_str!("../assets/icon.svg")),
        Asset::named("send_form.js", SCRIPT, include_str!("../assets/send_form.js")),
        Asset::named("htmx.js", SCRIPT, include_str!("../assets/htmx-2.0.11.min.js")),
        Asset::named("keys.js", SCRIPT, include_str!("../assets/keys.js")),
        Asset::named("arrange.js", SCRIPT, include_str!("../assets/arrange.js")),
        Asset::named("report.js", SCRIPT, include_str!("../assets/report.js")),
        Asset::named("grid.js", SCRIPT, include_str!("../assets/grid.js")),
    ]
});

impl Asset {
    fn named(name: &'static str, content_type: &'static str, text: &'static str) -> Self {
        let hash = hex::encode(&Sha256::digest(text)[..8]);
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        Self { name, path: format!("/assets/{stem}-{hash}.{extension}"), content_type, text }
    }
}

/// Where the file of a name is.
pub fn path(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| &asset.path)
}

/// `GET /robots.txt`: nothing here is for search engines.
pub async fn robots() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n").into_response()
}

/// `GET /assets/{name}`
pub async fn show(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let Some(asset) = ASSETS.iter().find(|asset| asset.path == path) else { return not_found() };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    (headers, asset.text).into_response()
}
