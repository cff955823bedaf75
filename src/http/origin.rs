//! Where this service is, and where a request comes from.

use axum::http::{HeaderMap, header};

use crate::config::Settings;

/// The address under which clients reach the service, without a slash at the end: the operator's; or else the host that
/// was asked, where it is a name of the listener, which a client cannot make up; or else the listener's.
pub fn base_url(settings: &Settings, headers: &HeaderMap) -> String {
    if let Some(url) = &settings.public_url {
        return url.clone();
    }
    match host(headers).filter(|host| settings.listen.is_named_by(host)) {
        Some(host) => format!("{}://{host}", if settings.is_https() { "https" } else { "http" }),
        None => settings.local_url(),
    }
}

/// Whether a browser says that the request was made by a page of another origin.
pub fn is_foreign(settings: &Settings, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("null"));
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    let is_public = settings.public_origin().is_some_and(|public| origin.eq_ignore_ascii_case(public));
    !is_public && !origin_host.zip(host(headers)).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    type Given<'g> = &'g [(&'static str, &'g str)];

    fn headers(given: Given<'_>) -> HeaderMap {
        given
            .iter()
            .map(|&(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn pages_of_other_origins_are_told() {
        let here = Settings::default();
        let public = Settings { public_url: Some("https://status.example".into()), ..Settings::default() };
        let host = ("host", "127.0.0.1:8080");
        let cases: [(&Settings, Given<'_>, bool); 9] = [
            (&here, &[host], false),
            (&here, &[host, ("origin", "http://127.0.0.1:8080")], false),
            (&here, &[host, ("origin", "http://127.0.0.1:8081")], true),
            (&here, &[host, ("origin", "null")], true),
            (&here, &[host, ("sec-fetch-site", "same-origin"), ("origin", "null")], false),
            (&here, &[host, ("sec-fetch-site", "same-site")], true),
            (&here, &[host, ("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")], true),
            (&public, &[host, ("origin", "https://status.example")], false),
            (&public, &[host, ("origin", "https://evil.example")], true),
        ];
        for (settings, given, is_foreign_page) in cases {
            assert_eq!(is_foreign(settings, &headers(given)), is_foreign_page, "{given:?}");
        }
    }
}
