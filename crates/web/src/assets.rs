//! The files that pages load. They are part of the binary, and the hash in their names lets browsers cache them indefinitely.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file.
pub struct Asset {
    name: &'static str,
    path: String,
    pub content_type: &'static str,
    pub text: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// One stylesheet, from a file for each purpose.
const STYLESHEET: &str = concat!(
    include_str!("../assets/statuary.css"),
    include_str!("../assets/health.css"),
    include_str!("../assets/portfolio.css"),
    include_str!("../assets/lists.css"),
    include_str!("../assets/workspace.css"),
    include_str!("../assets/report.css"),
    include_str!("../assets/desk.css"),
    include_str!("../assets/forced_colors.css"),
    include_str!("../assets/print.css"),
);

static ASSETS: LazyLock<[Asset; 11]> = LazyLock::new(|| {
    [
        Asset::named("statuary.css", CSS, STYLESHEET),
        Asset::named("icon.svg", SVG, include_str!("../assets/icon.svg")),
        Asset::named("send_form.js", SCRIPT, include_str!("../assets/send_form.js")),
        Asset::named("htmx.js", SCRIPT, include_str!("../assets/htmx-2.0.11.min.js")),
        Asset::named("keys.js", SCRIPT, include_str!("../assets/keys.js")),
        Asset::named("arrange.js", SCRIPT, include_str!("../assets/arrange.js")),
        Asset::named("passkey.js", SCRIPT, include_str!("../assets/passkey.js")),
        Asset::named("report.js", SCRIPT, include_str!("../assets/report.js")),
        Asset::named("meeting.js", SCRIPT, include_str!("../assets/meeting.js")),
        Asset::named("grid.js", SCRIPT, include_str!("../assets/grid.js")),
        Asset::named("narrow.js", SCRIPT, include_str!("../assets/narrow.js")),
    ]
});

impl Asset {
    fn named(name: &'static str, content_type: &'static str, text: &'static str) -> Self {
        let hash = hex::encode(&Sha256::digest(text)[..8]);
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        Self { name, path: format!("/assets/{stem}-{hash}.{extension}"), content_type, text }
    }
}

/// The path of the file with a name.
pub fn path(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| &asset.path)
}

/// The file at a path.
pub fn at(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}
