//! Security headers of all responses, against scripts, framing and content sniffing. The layers of `statuary` add them.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The policy of a page without one of its own.
const CONTENT_POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The policy of the dashboard: files of this service, requests to this service, nothing inline, and forms that submit to
/// this service or to one more target.
pub fn content_policy(form_target: Option<&str>) -> String {
    let (blank, target) = form_target.map_or(("", ""), |target| (" ", target));
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'{blank}{target}; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// Swagger UI needs inline styles and images, and sends requests to this server only.
const VIEWER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; \
    base-uri 'none'";

/// The other headers of all pages.
const OF_PAGES: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    // With `no-referrer`, browsers would also hide that a form comes from this site.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (RESOURCE_POLICY, "same-origin"),
];

/// Adds the headers to a response; `is_https` is whether the public URL is encrypted.
pub fn guarded(mut response: Response, is_https: bool) -> Response {
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(is_html);
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if is_page {
        for (name, value) in OF_PAGES {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
    }
    response
}

/// Adds the headers to the files of the OpenAPI viewer.
pub async fn viewer(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(VIEWER_POLICY));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn is_html(content_type: &HeaderValue) -> bool {
    content_type.as_bytes().starts_with(b"text/html")
}
