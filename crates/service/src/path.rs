//! Normalizes paths: doubled and trailing slashes, unnecessary escapes, and the `.json` of the vendors. `front::service`
//! calls this for each request.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

use super::address;
use super::surface::Surface;

/// A request extension: the path ended in `.json`.
#[derive(Clone, Copy, Debug)]
pub struct AsksForJson;

/// The viewer of the OpenAPI documents, whose path ends with a slash.
const VIEWER: &str = "/docs/";

/// Normalizes the path of a request to the form of the router.
pub fn normalise(mut request: Request, public_path: &str) -> Request {
    if let Some(path) = address::inner(public_path, request.uri().path()) {
        set_path(&mut request, &path);
    }
    if let Some((path, had_suffix)) = normal(request.uri().path()) {
        if had_suffix {
            request.extensions_mut().insert(AsksForJson);
        }
        set_path(&mut request, &path);
    }
    request
}

fn set_path(request: &mut Request, path: &str) {
    let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
    let Ok(path_and_query) = PathAndQuery::try_from(format!("{path}{query}")) else { return };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(path_and_query);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// The normal form if it differs, and whether the path had the suffix.
fn normal(path: &str) -> Option<(String, bool)> {
    let plain = with_plain_letters(path);
    match spelled(plain.as_deref().unwrap_or(path)) {
        None => plain.map(|path| (path, false)),
        found => found,
    }
}

/// The path without escapes of characters that need none (RFC 3986, section 6.2.2.2); `None` if there are none. Escaped
/// slashes and other reserved characters stay as they are.
fn with_plain_letters(path: &str) -> Option<String> {
    let mut plain = String::new();
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let letter = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let letter = letter.filter(|letter| letter.is_ascii_alphanumeric() || b"-._~".contains(letter));
        plain.push_str(&rest[..at]);
        plain.push(letter.map_or('%', char::from));
        rest = &rest[at + if letter.is_some() { 3 } else { 1 }..];
    }
    plain.push_str(rest);
    (plain.len() < path.len()).then_some(plain)
}

fn spelled(path: &str) -> Option<(String, bool)> {
    #[expect(clippy::case_sensitive_file_extension_comparisons, reason = "the suffix is part of the route")]
    let is_normal = path == "/"
        || path.starts_with(VIEWER)
        || !(path.contains("//") || path.ends_with('/') || path.ends_with(".json"));
    if is_normal {
        return None;
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let joined = format!("/{}", segments.join("/"));
    Some(match joined.strip_suffix(".json") {
        Some(stem) if matches!(Surface::of(&joined), Surface::Kantata | Surface::OpenProject) => {
            (stem.to_owned(), true)
        }
        _ => (joined, false),
    })
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn every_spelling_has_one_normal_form() {
        let cases = [
            ("/", None),
            ("/api/v1/users/7", None),
            ("/api/v1/users/7.json", Some("/api/v1/users/7")),
            ("//api//v1/users.json/", Some("/api/v1/users")),
            ("/api/v3/statuses/", Some("/api/v3/statuses")),
            ("/api/v3/statuses.json", Some("/api/v3/statuses")),
            ("/setup.json", Some("/setup.json")),
            ("//", Some("/")),
            ("/docs/", None),
            ("/api/v1/status%5Freports%2Ejson", Some("/api/v1/status_reports")),
            ("/%61pi/v1/users/%37", Some("/api/v1/users/7")),
            ("/api/v1%2Fusers", None),
            ("/api/v1/users/%2e%2e%2Fx", Some("/api/v1/users/..%2Fx")),
            ("/a%2", None),
            ("/a%zz%C3%A9", None),
        ];
        for (path, expected) in cases {
            assert_eq!(normal(path).map(|(path, _)| path).as_deref(), expected, "{path}");
        }
    }
}
