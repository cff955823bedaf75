//! The address of the service, and the web origin of a request. Pages and answers with absolute URLs call this.

use axum::http::{HeaderMap, header};

use super::settings::Settings;

/// The URL of the service for the client of a request, without a slash at the end: the public URL; without one, the host of
/// the request if it is a name of the listener, which a client cannot invent; otherwise the address of the listener.
pub fn base_url(settings: &Settings, headers: &HeaderMap) -> String {
    if let Some(url) = &settings.public_url {
        return url.clone();
    }
    match host(headers).filter(|host| settings.listen.is_named_by(host)) {
        Some(host) => format!("{}://{host}", if settings.is_https() { "https" } else { "http" }),
        None => settings.local_url(),
    }
}

/// Whether a page of another origin made the request, according to the browser.
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

/// Whether a request came unencrypted although the public URL is `https`, so that the browser would not keep a `Secure`
/// cookie. A form shows it by its `Origin`, or, if no header has the scheme, by a `Host` other than the public one. A page
/// view has no `Origin`, and some proxies change its `Host`, so only `X-Forwarded-Proto` shows it.
pub fn is_unencrypted(settings: &Settings, headers: &HeaderMap, is_form: bool) -> bool {
    let Some(public) = settings.public_url.as_deref().and_then(|url| url.strip_prefix("https://")) else {
        return false;
    };
    if settings.tls.is_some() {
        return false;
    }
    if let Some(scheme) = scheme(headers) {
        return scheme.eq_ignore_ascii_case("http");
    }
    let without_port = |host: &str| host.trim_end_matches(":443").to_ascii_lowercase();
    let public = public.split('/').next().unwrap_or_default();
    is_form && host(headers).is_some_and(|host| without_port(host) != without_port(public))
}

/// The scheme according to the browser or a proxy.
fn scheme(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let by_origin = text("origin").and_then(|origin| origin.split_once("://")).map(|(scheme, _)| scheme);
    let first = |list: &'static str| text(list).map(|list| list.split(',').next().unwrap_or_default().trim());
    let by_forwarded = || {
        let mut pairs = first("forwarded")?.split(';').filter_map(|pair| pair.trim().split_once('='));
        let (_, scheme) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("proto"))?;
        Some(scheme.trim_matches('"'))
    };
    by_origin.or_else(|| first("x-forwarded-proto")).or_else(by_forwarded)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    type Headers<'g> = &'g [(&'static str, &'g str)];

    fn headers(sent: Headers<'_>) -> HeaderMap {
        sent.iter()
            .map(|&(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn an_unencrypted_request_of_an_encrypted_service_is_noticed() {
        let public = Settings { public_url: Some("https://status.example".into()), ..Settings::default() };
        let (here, there) = (("host", "127.0.0.1:8080"), ("host", "Status.example:443"));
        let cases: [(Headers<'_>, bool, bool); 10] = [
            // As a form, and as a look at a page.
            (&[here, ("origin", "http://127.0.0.1:8080")], true, true),
            (&[there, ("origin", "http://status.example")], true, true),
            (&[here, ("origin", "https://status.example")], false, false),
            (&[here], true, false),
            (&[there], false, false),
            (&[here, ("x-forwarded-proto", "https")], false, false),
            (&[there, ("x-forwarded-proto", "http, https")], true, true),
            (&[there, ("forwarded", "for=1.2.3.4;Proto=http, for=5.6.7.8;proto=https")], true, true),
            (&[here, ("forwarded", "proto=\"https\"")], false, false),
            (&[], false, false),
        ];
        for (sent, of_form, of_page) in cases {
            let actual = [true, false].map(|is_form| is_unencrypted(&public, &headers(sent), is_form));
            assert_eq!(actual, [of_form, of_page], "{sent:?}");
        }
        for url in [None, Some("http://status.example".to_owned())] {
            let settings = Settings { public_url: url, ..Settings::default() };
            assert!(!is_unencrypted(&settings, &headers(&[here]), true));
        }
    }

    #[test]
    fn pages_of_other_origins_are_recognized() {
        let here = Settings::default();
        let public = Settings { public_url: Some("https://status.example".into()), ..Settings::default() };
        let host = ("host", "127.0.0.1:8080");
        let cases: [(&Settings, Headers<'_>, bool); 9] = [
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
        for (settings, sent, is_foreign_page) in cases {
            assert_eq!(is_foreign(settings, &headers(sent)), is_foreign_page, "{sent:?}");
        }
    }
}
