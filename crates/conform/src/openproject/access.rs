//! Authentication: `docs/contracts/openproject.md#authentication`.

use axum::http::Method;

use super::response::{basic, ensure_error};
use super::session::{STATUSES, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, ensure, ensure_eq, ensure_members, ensure_status, skip};
use crate::client::Response;

const NEEDED: &str = "You need to be authenticated to access this resource.";
const WRONG: &str = "You did not provide the correct credentials.";

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads("openproject/access/none", "Without credentials: 401 Unauthenticated", |s| {
        let response = anonymous(s, STATUSES)?;
        ensure_error(&response, 401, "Unauthenticated", Some(NEEDED))
    }),
    Check::reads(
        "openproject/access/challenge",
        "Without credentials: WWW-Authenticate asks for Basic credentials",
        |s| {
            let response = anonymous(s, STATUSES)?;
            ensure_eq(
                "www-authenticate",
                response.header("www-authenticate"),
                "Basic realm=\"OpenProject API\"",
            )
        },
    ),
    Check::reads(
        "openproject/access/members-of-an-error",
        "An error has _type, errorIdentifier and message",
        |s| {
            let response = s.get(&format!("{STATUSES}/{UNKNOWN_ID}"))?;
            ensure_members("an error", &response.json, &["_type", "errorIdentifier", "message"])
        },
    ),
    Check::reads("openproject/access/root", "The root requires credentials, too", |s| {
        let response = anonymous(s, "")?;
        ensure_error(&response, 401, "Unauthenticated", Some(NEEDED))
    }),
    Check::reads("openproject/access/unknown-path", "Without credentials, an unknown path is 401", |s| {
        let response = anonymous(s, "/no_such_path")?;
        ensure_error(&response, 401, "Unauthenticated", Some(NEEDED))
    }),
    Check::reads(
        "openproject/access/session-scheme",
        "X-Authentication-Scheme: Session changes the scheme in WWW-Authenticate",
        |s| {
            closed(s)?;
            let request =
                s.session.anonymous(Method::GET, STATUSES).with("x-authentication-scheme", "Session");
            let response = s.send(&request)?;
            ensure_eq(
                "www-authenticate",
                response.header("www-authenticate"),
                "Session realm=\"OpenProject API\"",
            )
        },
    ),
    Check::reads(
        "openproject/access/wrong-key",
        "A wrong API key: 401, You did not provide the correct credentials",
        |s| ensure_error(&with(s, &basic("apikey", "wrong"))?, 401, "Unauthenticated", Some(WRONG)),
    ),
    Check::reads("openproject/access/user-name", "A key with a user name other than apikey: 401", |s| {
        let token = s.session.token.clone();
        ensure_error(&with(s, &basic("admin", &token))?, 401, "Unauthenticated", Some(WRONG))
    }),
    Check::reads(
        "openproject/access/wrong-bearer",
        "A wrong bearer token: 401, You did not provide the correct credentials",
        |s| ensure_error(&with(s, "Bearer wrong")?, 401, "Unauthenticated", Some(WRONG)),
    ),
    Check::reads(
        "openproject/access/invalid_token",
        "A wrong bearer token: WWW-Authenticate says invalid_token",
        |s| {
            let response = with(s, "Bearer wrong")?;
            let challenge = response.header("www-authenticate");
            let holds = challenge.starts_with("Bearer realm=\"OpenProject API\"")
                && challenge.contains("error=\"invalid_token\"");
            ensure(holds, "Bearer realm=\"OpenProject API\" error=\"invalid_token\"", challenge)
        },
    ),
    Check::reads("openproject/access/bearer", "The token is accepted as a bearer token", |s| {
        let bearer = s.session.bearer.clone();
        ensure_status(&with(s, &bearer)?, 200)
    }),
    Check::reads("openproject/access/basic", "The token is accepted as the password of apikey", |s| {
        let token = s.session.token.clone();
        ensure_status(&with(s, &basic("apikey", &token))?, 200)
    }),
];

/// A request without credentials; skips the check if the server answers such requests.
fn anonymous(s: &mut Suite, path: &str) -> Verdict<Response> {
    closed(s)?;
    let request = s.session.anonymous(Method::GET, path);
    s.send(&request)
}

fn closed(s: &Suite) -> Verdict {
    if s.records.login_required { Ok(()) } else { skip("the server answers requests without credentials") }
}

fn with(s: &mut Suite, authorization: &str) -> Verdict<Response> {
    let request = s.session.anonymous(Method::GET, STATUSES).with("authorization", authorization);
    s.send(&request)
}
