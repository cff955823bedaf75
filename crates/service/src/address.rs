//! Paths inside and outside of the service: inside, a path is one of the router; outside, it begins with the path of the
//! public URL (`/statuary` of `https://example.org/statuary`). A proxy may strip that path from requests or leave it.
//! `front::service` calls this for each request and answer.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// The prefix of the metadata of issuers and resources with a path (RFC 8414, section 3.1; RFC 9728, section 3.1).
const WELL_KNOWN: &str = "/.well-known/";

/// The first segments of served paths. A public path that begins with one of them cannot be distinguished from a served
/// path, so a proxy has to strip it.
pub const SERVED: &[&str] = &[
    ".well-known",
    "account",
    "api",
    "applications",
    "assets",
    "badge",
    "cadence",
    "calendar",
    "changes",
    "comments",
    "desk",
    "docs",
    "fields",
    "forgotten",
    "healthz",
    "inbox",
    "invitations",
    "login",
    "logout",
    "mcp",
    "meeting",
    "metrics",
    "milestones",
    "mine",
    "notes",
    "notifications",
    "oauth",
    "openid",
    "palette",
    "people",
    "portfolio",
    "portfolio.csv",
    "portfolio.xlsx",
    "preferences",
    "problems",
    "programmes",
    "readyz",
    "report_templates",
    "robots.txt",
    "s",
    "scim",
    "sessions",
    "settings",
    "setup",
    "share_links",
    "sheets",
    "start",
    "status_reports",
    "statuses",
    "tokens",
    "unsubscribe",
    "views",
    "webhooks",
    "work_packages",
    "workspaces",
];

/// Removes the public path, with which the path of a request may begin; below `.well-known` it may follow the name of the
/// document. Returns `None` if nothing has to be removed.
pub fn inner(public_path: &str, path: &str) -> Option<String> {
    if public_path.is_empty() {
        return None;
    }
    if let Some(rest) = path.strip_prefix(WELL_KNOWN) {
        let (name, of) = rest.split_at(rest.find('/')?);
        let below = below(public_path, of)?;
        return Some(format!("{WELL_KNOWN}{name}{}", below.trim_end_matches('/')));
    }
    let first = public_path.split('/').nth(1).unwrap_or_default();
    if SERVED.contains(&first) {
        return None;
    }
    let rest = below(public_path, path)?;
    Some(if rest.is_empty() { "/".to_owned() } else { rest.to_owned() })
}

/// The rest of a path after the public path.
fn below<'p>(public_path: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(public_path).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Adds the public path to the paths in the headers of an answer.
pub fn publish(response: &mut Response, public_path: &str) {
    if public_path.is_empty() {
        return;
    }
    rewrite(response, header::LOCATION, |location| {
        let is_path = location.starts_with('/') && !location.starts_with("//");
        is_path.then(|| format!("{public_path}{location}"))
    });
    rewrite(response, header::LINK, |links| Some(links.replace("</", &format!("<{public_path}/"))));
}

fn rewrite(response: &mut Response, name: HeaderName, change: impl FnOnce(&str) -> Option<String>) {
    let Some(value) = response.headers().get(&name).and_then(|value| value.to_str().ok()) else { return };
    if let Some(value) = change(value).and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_with_the_public_path_and_without_it() {
        let cases = [
            ("/statuary", "/statuary", Some("/")),
            ("/statuary", "/statuary/", Some("/")),
            ("/statuary", "/statuary/api/v1/users", Some("/api/v1/users")),
            ("/statuary", "/api/v1/users", None),
            ("/statuary", "/statuaryish", None),
            ("/a/b", "/a/b/login", Some("/login")),
            ("/a/b", "/a/login", None),
            ("", "/login", None),
            ("/api", "/api/v1/users", None),
            ("/people/of/ours", "/people/of/ours/login", None),
            ("/statuary", "/.well-known/oauth-authorization-server", None),
            (
                "/statuary",
                "/.well-known/oauth-authorization-server/statuary",
                Some("/.well-known/oauth-authorization-server"),
            ),
            (
                "/statuary",
                "/.well-known/oauth-protected-resource/statuary/api/v3",
                Some("/.well-known/oauth-protected-resource/api/v3"),
            ),
            (
                "/statuary",
                "/statuary/.well-known/openid-configuration",
                Some("/.well-known/openid-configuration"),
            ),
        ];
        for (public_path, path, expected) in cases {
            assert_eq!(inner(public_path, path).as_deref(), expected, "{public_path} {path}");
        }
    }
}
