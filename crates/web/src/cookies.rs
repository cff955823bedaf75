//! Cookies: reads those of a request, and writes `Set-Cookie`. All cookies have the same attributes, so this takes two small
//! functions; the crate `cookie` would add seven more crates.

use axum::http::{HeaderMap, HeaderValue, header};

use service::settings::Settings;

/// The value of a cookie of the request.
pub fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// `Set-Cookie` for a cookie that scripts cannot read, and that the browser keeps for `max_age` seconds. The value must be
/// printable ASCII without `;`.
pub fn set(settings: &Settings, name: &str, value: &str, max_age: i64) -> HeaderValue {
    let (path, secure) = (settings.cookie_path(), if settings.is_https() { "; Secure" } else { "" });
    let text = format!("{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    let mut header = HeaderValue::from_str(&text).expect("a printable value");
    header.set_sensitive(true);
    header
}

/// `Set-Cookie` that makes the browser delete a cookie.
pub fn delete(settings: &Settings, name: &str) -> HeaderValue {
    set(settings, name, "", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cookie_of_a_name_is_found() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; zone=Europe/Berlin;x"));
        headers.append(header::COOKIE, HeaderValue::from_static("theme=light; empty="));
        for (name, value) in [
            ("theme", Some("dark")),
            ("zone", Some("Europe/Berlin")),
            ("empty", Some("")),
            ("x", None),
            ("hem", None),
        ] {
            assert_eq!(find(&headers, name), value, "{name}");
        }
    }
}
