//! Swagger UI for the `OpenAPI` documents, from the archive of its release, so that it loads nothing from other servers. The
//! router calls this.

use std::io::{Cursor, Read};
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED as ARCHIVE;
use zip::ZipArchive;

use crate::documents::Document;

/// The script that starts the viewer: the one of the archive shows an example document.
const INITIALIZER: &str = "swagger-initializer.js";

/// The files that the viewer loads, in the archive's folder `dist`.
static FILES: [File; 9] = [
    File::new("index.html", "text/html"),
    File::new("index.css", "text/css"),
    File::new("swagger-ui.css", "text/css"),
    File::new("swagger-ui-bundle.js", "text/javascript"),
    File::new("swagger-ui-standalone-preset.js", "text/javascript"),
    File::new(INITIALIZER, "text/javascript"),
    File::new("oauth2-redirect.html", "text/html"),
    File::new("favicon-16x16.png", "image/png"),
    File::new("favicon-32x32.png", "image/png"),
];

/// A file of the viewer, unpacked when it is first requested.
struct File {
    name: &'static str,
    content_type: &'static str,
    content: OnceLock<Bytes>,
}

impl File {
    const fn new(name: &'static str, content_type: &'static str) -> Self {
        Self { name, content_type, content: OnceLock::new() }
    }

    fn content(&self) -> Bytes {
        let unpack = || if self.name == INITIALIZER { initializer() } else { unpacked(self.name) };
        self.content.get_or_init(unpack).clone()
    }
}

/// `GET /docs`
pub async fn redirect() -> Redirect {
    Redirect::to("/docs/")
}

/// `GET /docs/`
pub async fn index() -> Response {
    file("index.html")
}

/// `GET /docs/{*file}`
pub async fn show(Path(name): Path<String>) -> Response {
    file(&name)
}

fn file(name: &str) -> Response {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Response::new(Body::from(file.content()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    response
}

fn unpacked(name: &str) -> Bytes {
    let mut archive = ZipArchive::new(Cursor::new(ARCHIVE)).expect("the archive of a release");
    let end = format!("/dist/{name}");
    let index = archive.file_names().position(|path| path.is_ok_and(|path| path.ends_with(&end)));
    let mut file =
        archive.by_index(index.expect("a file of the release")).expect("a file that can be unpacked");
    let mut content = Vec::new();
    file.read_to_end(&mut content).expect("a file that can be unpacked");
    content.into()
}

fn initializer() -> Bytes {
    let urls =
        Document::ALL.map(|document| json!({ "name": document.name(), "url": document.path_from_viewer() }));
    let options = json!({
        "dom_id": "#swagger-ui",
        "urls": urls,
        "deepLinking": true,
        "persistAuthorization": false,
        "layout": "StandaloneLayout",
    });
    let script = format!(
        "window.onload = () => {{
  window.ui = SwaggerUIBundle({{
    ...{options},
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
  }});
}};
"
    );
    script.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_has_every_file() {
        for file in &FILES {
            assert!(!file.content().is_empty(), "{}", file.name);
        }
    }
}
