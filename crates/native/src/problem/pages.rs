//! The pages that describe the problem types, at the addresses that problem documents name.

use std::fmt::Write;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::kind::{Described, Kind};
use service::app::App;

/// `GET /problems`
pub async fn index(State(app): State<App>) -> Response {
    page(app.settings.public_path(), "Problems", Kind::ALL.iter().map(|kind| kind.described()))
}

/// `GET /problems/{name}`
pub async fn show(State(app): State<App>, Path(name): Path<String>) -> Response {
    let kinds = Kind::ALL.iter().map(|kind| kind.described());
    let Some(kind) = kinds.into_iter().find(|kind| kind.name == name) else {
        return (StatusCode::NOT_FOUND, "Not found\n").into_response();
    };
    page(app.settings.public_path(), kind.title, std::iter::once(kind))
}

/// Renders the page. The texts of the table contain no characters that HTML reserves.
fn page(root: &str, title: &str, kinds: impl Iterator<Item = Described>) -> Response {
    let root = root.replace('&', "&#38;").replace('<', "&#60;").replace('"', "&#34;").replace('\'', "&#39;");
    let mut body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title} - Statuary</title>\n\
        <h1>{title}</h1>\n<dl>\n"
    );
    for Described { name, status, title, about } in kinds {
        let _ = writeln!(
            body,
            "<dt><a href=\"{root}/problems/{name}\"><code>{name}</code></a>: {title} ({})</dt>\n<dd>{about}</dd>",
            status.as_u16()
        );
    }
    let _ = write!(body, "</dl>\n<p><a href=\"{root}/problems\">All problems</a></p>\n</html>\n");
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}
