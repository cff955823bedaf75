//! Which callers are answered: `docs/contracts/openproject.md#authentication`.

use super::{Answer, Check, Method, NOWHERE, STATUSES, Subject, Verdict, basic, holds, refused, skips};
use crate::{same, status};

const NEEDED: &str = "You need to be authenticated to access this resource.";
const WRONG: &str = "You did not provide the correct credentials.";

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads("openproject/access/none", "Without credentials: 401 Unauthenticated", |s| {
        let answer = anonymous(s, STATUSES)?;
        refused(&answer, 401, "Unauthenticated", Some(NEEDED))
    }),
    Check::reads("openproject/access/challenge", "And asked for Basic credentials of OpenProject API", |s| {
        let answer = anonymous(s, STATUSES)?;
        same("www-authenticate", answer.header("www-authenticate"), "Basic realm=\"OpenProject API\"")
    }),
    Check::reads(
        "openproject/access/members-of-an-error",
        "An error has _type, errorIdentifier and message",
        |s| {
            let answer = s.get(&format!("{STATUSES}/{NOWHERE}"))?;
            crate::has_just("an error", &answer.json, &["_type", "errorIdentifier", "message"])
        },
    ),
    Check::reads("openproject/access/root", "The root needs credentials as well", |s| {
        let answer = anonymous(s, "")?;
        refused(&answer, 401, "Unauthenticated", Some(NEEDED))
    }),
    Check::reads(
        "openproject/access/unknown-path",
        "Without credentials a path that is not there is 401",
        |s| {
            let answer = anonymous(s, "/no_such_path")?;
            refused(&answer, 401, "Unauthenticated", Some(NEEDED))
        },
    ),
    Check::reads(
        "openproject/access/session-scheme",
        "X-Authentication-Scheme: Session is asked for a session",
        |s| {
            closed(s)?;
            let ask = s.session.anonymous(Method::GET, STATUSES).with("x-authentication-scheme", "Session");
            let answer = s.ask(&ask)?;
            same("www-authenticate", answer.header("www-authenticate"), "Session realm=\"OpenProject API\"")
        },
    ),
    Check::reads("openproject/access/wrong-key", "A wrong API key: 401, not the correct credentials", |s| {
        refused(&with(s, &basic("apikey", "wrong"))?, 401, "Unauthenticated", Some(WRONG))
    }),
    Check::reads("openproject/access/user-name", "A key under another user name than apikey: 401", |s| {
        let token = s.session.token.clone();
        refused(&with(s, &basic("admin", &token))?, 401, "Unauthenticated", Some(WRONG))
    }),
    Check::reads(
        "openproject/access/wrong-bearer",
        "A wrong bearer token: 401, not the correct credentials",
        |s| refused(&with(s, "Bearer wrong")?, 401, "Unauthenticated", Some(WRONG)),
    ),
    Check::reads("openproject/access/invalid_token", "And told that it is an invalid_token", |s| {
        let answer = with(s, "Bearer wrong")?;
        let challenge = answer.header("www-authenticate");
        let does = challenge.starts_with("Bearer realm=\"OpenProject API\"")
            && challenge.contains("error=\"invalid_token\"");
        holds(does, "Bearer realm=\"OpenProject API\" error=\"invalid_token\"", challenge)
    }),
    Check::reads("openproject/access/bearer", "The token is taken as Bearer", |s| {
        let bearer = s.session.bearer.clone();
        status(&with(s, &bearer)?, 200)
    }),
    Check::reads("openproject/access/basic", "The token is taken as the password of apikey", |s| {
        let token = s.session.token.clone();
        status(&with(s, &basic("apikey", &token))?, 200)
    }),
];

/// What nobody in particular gets, where the server answers only those with credentials.
fn anonymous(s: &mut Subject, path: &str) -> Verdict<Answer> {
    closed(s)?;
    let ask = s.session.anonymous(Method::GET, path);
    s.ask(&ask)
}

fn closed(s: &Subject) -> Verdict {
    if s.ground.login_required { Ok(()) } else { skips("the server answers without credentials, too") }
}

fn with(s: &mut Subject, authorization: &str) -> Verdict<Answer> {
    let ask = s.session.anonymous(Method::GET, STATUSES).with("authorization", authorization);
    s.ask(&ask)
}
