//! The `OpenAPI` documents of the surfaces. The router, the viewer and `statuary openapi` call this.

use std::sync::OnceLock;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use serde_json::Value;

use openproject::{ApiResult, request};
use service::app::App;
use service::openapi::document as openapi;
use service::openapi::document::publish;
use service::openapi::{About, Routes};
use service::surface;

/// The document of a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the command line")]
pub enum Document {
    Kantata,
    Openproject,
    Native,
}

impl Document {
    /// Every document.
    pub const ALL: [Self; 3] = [Self::Kantata, Self::Openproject, Self::Native];

    /// The name, on the command line and in file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kantata => "kantata",
            Self::Openproject => "openproject",
            Self::Native => "native",
        }
    }

    /// The document with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|document| document.name() == name)
    }

    /// The path of the document, relative to the viewer at `/docs/`, so that it does not depend on the public path.
    pub const fn path_from_viewer(self) -> &'static str {
        match self {
            Self::Kantata => "../api/v1/openapi.json",
            Self::Openproject => "../api/v3/openapi.json",
            Self::Native => "../api/statuary/v1/openapi.json",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Kantata => surface::KANTATA,
            Self::Openproject => surface::OPENPROJECT,
            Self::Native => surface::NATIVE,
        }
    }

    const fn about(self) -> &'static About {
        match self {
            Self::Kantata => &kantata::openapi::ABOUT,
            Self::Openproject => &openproject::openapi::ABOUT,
            Self::Native => &native::openapi::ABOUT,
        }
    }

    fn routes(self, strict: bool) -> Routes {
        match self {
            Self::Kantata => kantata::routes::routes(),
            Self::Openproject => openproject::routes::routes(strict),
            Self::Native => native::routes::routes(false),
        }
    }

    /// Builds the document, for a `--strict` server without the extensions of the vendor surfaces.
    pub fn build(self, strict: bool) -> Value {
        openapi::document(self.about(), self.prefix(), self.routes(strict))
    }

    /// The document as JSON: this is what the service serves, the command line prints and the repository has.
    pub fn json(self, strict: bool, public_path: &str) -> Bytes {
        static WRITTEN: Written = [const { OnceLock::new() }; VARIANTS];
        self.written(&WRITTEN, strict, public_path, |document| {
            let mut text = serde_json::to_string_pretty(&document).expect("a value is JSON");
            text.push('\n');
            text
        })
    }

    /// The document as YAML.
    pub fn yaml(self, strict: bool, public_path: &str) -> Bytes {
        static WRITTEN: Written = [const { OnceLock::new() }; VARIANTS];
        self.written(&WRITTEN, strict, public_path, |document| {
            serde_saphyr::to_string(&document).expect("a value is YAML")
        })
    }

    fn written(self, kept: &Written, strict: bool, public_path: &str, write: fn(Value) -> String) -> Bytes {
        let text = || {
            let mut document = self.build(strict);
            if !public_path.is_empty() {
                publish(&mut document, public_path);
            }
            Bytes::from(write(document))
        };
        let index = 2 * self as usize + usize::from(strict);
        match kept[index].get_or_init(|| (public_path.to_owned(), text())) {
            (path, document) if path == public_path => document.clone(),
            _ => text(),
        }
    }
}

/// Each document, strict and not.
const VARIANTS: usize = 2 * Document::ALL.len();
/// Texts of documents, each with the public path that it was written for: a process has one.
type Written = [OnceLock<(String, Bytes)>; VARIANTS];

/// `GET /api/v1/openapi.json`, without a token, for authors of clients
pub async fn show_kantata(State(app): State<App>) -> Response {
    served(Document::Kantata, &app)
}

/// `GET /api/statuary/v1/openapi.json`, without a token
pub async fn show_native(State(app): State<App>) -> Response {
    served(Document::Native, &app)
}

/// `GET /api/v3/openapi.json` and `/api/v3/spec.json`, for the callers of the surface
pub async fn show_openproject(State(app): State<App>, headers: HeaderMap) -> ApiResult {
    request::authenticate(&app, &headers, &Extensions::new()).await?;
    Ok(served(Document::Openproject, &app))
}

/// `GET /api/v3/spec.yml`
pub async fn show_openproject_yaml(State(app): State<App>, headers: HeaderMap) -> ApiResult {
    request::authenticate(&app, &headers, &Extensions::new()).await?;
    let yaml = Document::Openproject.yaml(app.settings.strict, app.settings.public_path());
    Ok(typed(yaml.into(), HeaderValue::from_static("text/vnd.yaml")))
}

fn served(document: Document, app: &App) -> Response {
    typed(document.json(app.settings.strict, app.settings.public_path()).into(), service::replies::JSON)
}

fn typed(body: Body, content_type: HeaderValue) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
