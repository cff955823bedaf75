//! Redirect URIs, to which codes are sent.

use url::Url;

/// Returns `Ok` if a text can be a redirect URI: an absolute URI without a fragment, with `http`, `https` or a private-use
/// scheme.
pub fn check(text: &str) -> Result<(), String> {
    let wrong = |reason: &str| Err(format!("`{text}` cannot be a redirect URI: {reason}"));
    let Ok(url) = Url::parse(text) else { return wrong("it is not an absolute URI") };
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return wrong("it has characters that must be escaped");
    }
    if text.contains('#') {
        return wrong("it has a fragment");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("it names a user");
    }
    match url.scheme() {
        "http" | "https" => Ok(()),
        // A private-use scheme is a reversed domain name (RFC 8252, 7.1).
        scheme if scheme.contains('.') => Ok(()),
        scheme => wrong(&format!("the scheme `{scheme}` leads to no program")),
    }
}

/// Whether a requested URI matches a registered one: exactly, except for the port of a loopback address, which a native
/// application gets from the operating system (RFC 8252, 7.3). `localhost` counts as one, because most such applications
/// register it.
pub fn matches(registered: &str, asked: &str) -> bool {
    registered == asked
        || loopback(registered).is_some_and(|one| loopback(asked).is_some_and(|other| one == other))
}

/// Whether a URI is one of the machine of the person.
pub fn is_loopback(uri: &str) -> bool {
    loopback(uri).is_some()
}

/// Host and path of a loopback address, without its port.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| rest.starts_with(host))?;
    let rest = &rest[host.len()..];
    let path = match rest.strip_prefix(':') {
        Some(port) => {
            let end = port.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(port.len());
            port[..end].parse::<u16>().ok().filter(|port| *port > 0)?;
            &port[end..]
        }
        None => rest,
    };
    (path.is_empty() || path.starts_with(['/', '?'])).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn only_the_port_of_a_loopback_address_may_differ() {
        for (registered, asked, expected) in [
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback", true),
            ("http://127.0.0.1:8765/cb?a=1", "http://127.0.0.1/cb?a=1", true),
            ("http://[::1]/callback", "http://[::1]:1/callback", true),
            ("http://localhost:3000", "http://localhost:65535", true),
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152/other", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback/", false),
            ("http://127.0.0.1/callback", "http://[::1]:49152/callback", false),
            ("http://127.0.0.1/callback", "http://localhost:49152/callback", false),
            ("http://127.0.0.1/callback", "https://127.0.0.1:49152/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:0/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:65536/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:1@evil.example/callback", false),
            ("http://127.0.0.1", "http://127.0.0.1.evil.example", false),
            ("http://127.0.0.1", "http://127.0.0.1:80.evil.example", false),
            ("http://localhost", "http://localhost.evil.example", false),
            ("https://app.example/cb", "https://app.example:8443/cb", false),
            ("http://app.example/cb", "http://app.example:81/cb", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback#f", false),
        ] {
            assert_eq!(matches(registered, asked), expected, "{registered} {asked}");
        }
    }
}
