//! Responses of handlers: pages and redirects.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::security_headers::content_policy;
use service::body_buffer::BodyBuffer;

/// A page, with its Content-Security-Policy.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    page_to(status, template, None)
}

/// A page whose form may submit, or be redirected, to one more target.
pub fn page_to(status: StatusCode, template: &impl Template, form_target: Option<&str>) -> Response {
    page_of(status, template.render(), form_target)
}

/// The page with what a template has rendered. It is compiled once, not for each template.
fn page_of(status: StatusCode, rendered: askama::Result<String>, form_target: Option<&str>) -> Response {
    let html = match rendered {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            return (StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown.\n").into_response();
        }
    };
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (status, headers, BodyBuffer::from(html.into_bytes()).into_response()).into_response();
    let policy = content_policy(form_target);
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A redirect with GET to a path of the router; [`service::address`] adds the public path.
pub fn see_other(path: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, path)
}

/// A redirect.
pub fn redirect(status: StatusCode, location: &str) -> Response {
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    (status, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
}
