//! The spellings of one path: doubled and trailing slashes, and Kantata's `.json`.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// Brings the path into the form that the router knows.
pub fn normalise(mut request: Request) -> Request {
    if let Some(path) = normal(request.uri().path()) {
        let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
        if let Ok(path_and_query) = PathAndQuery::try_from(format!("{path}{query}")) {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(path_and_query);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request
}

/// The normal form, where it is another one.
fn normal(path: &str) -> Option<String> {
    #[expect(clippy::case_sensitive_file_extension_comparisons, reason = "the suffix is part of the route")]
    let is_normal = path == "/" || !(path.contains("//") || path.ends_with('/') || path.ends_with(".json"));
    if is_normal {
        return None;
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let joined = format!("/{}", segments.join("/"));
    Some(match joined.strip_suffix(".json") {
        Some(stem) if joined.starts_with("/api/v1/") => stem.to_owned(),
        _ => joined,
    })
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn every_spelling_leads_to_one_path() {
        let cases = [
            ("/", None),
            ("/api/v1/users/7", None),
            ("/api/v1/users/7.json", Some("/api/v1/users/7")),
            ("//api//v1/users.json/", Some("/api/v1/users")),
            ("/api/v3/statuses/", Some("/api/v3/statuses")),
            ("/api/v3/openapi.json", Some("/api/v3/openapi.json")),
            ("//", Some("/")),
        ];
        for (path, expected) in cases {
            assert_eq!(normal(path).as_deref(), expected, "{path}");
        }
    }
}
