//! Errors and their bodies (docs/contracts/kantata.md#errors).

use axum::http::Method;

use super::response::ensure_error;
use super::session::{CHANGES, PARTICIPATIONS, REFERENCES, REPORTS, Suite, UNKNOWN_ID, WORKSPACES};
use crate::check::{Check, Verdict, ensure_eq, ensure_members};
use crate::client::Response;

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads(
        "kantata/errors/no-token",
        "Without a token: 401, type oauth, Invalid OAuth 2 Request",
        |s| {
            let request = s.session.anonymous(Method::GET, REPORTS);
            unauthenticated(&s.send(&request)?)
        },
    ),
    Check::reads("kantata/errors/wrong-token", "A wrong token: the same error as no token", |s| {
        let request = s.session.anonymous(Method::GET, REPORTS).with("authorization", "Bearer wrong");
        unauthenticated(&s.send(&request)?)
    }),
    Check::reads(
        "kantata/errors/other-scheme",
        "A scheme other than Bearer: the same error as no token",
        |s| {
            let request = s.session.anonymous(Method::GET, REPORTS).with("authorization", "Basic eDp5");
            unauthenticated(&s.send(&request)?)
        },
    ),
    Check::reads("kantata/errors/token-before-route", "Without a token, an unknown path is 401", |s| {
        let request = s.session.anonymous(Method::GET, "/no_such_path");
        unauthenticated(&s.send(&request)?)
    }),
    Check::reads("kantata/errors/content-type", "An error, too, is application/json; charset=utf-8", |s| {
        let request = s.session.anonymous(Method::GET, REPORTS);
        let response = s.send(&request)?;
        ensure_eq(
            "content-type",
            response.header("content-type").to_lowercase(),
            "application/json; charset=utf-8",
        )
    }),
    Check::reads("kantata/errors/members", "An error has errors and nothing else", |s| {
        let response = s.get(&format!("{REPORTS}/{UNKNOWN_ID}"))?;
        ensure_members("an error", &response.json, &["errors"])
    }),
    Check::reads("kantata/errors/unknown-report", "An unknown report: 404, Record not found", |s| {
        record(s, &format!("{REPORTS}/{UNKNOWN_ID}"))
    }),
    Check::reads("kantata/errors/unknown-change", "An unknown change: 404, Record not found", |s| {
        record(s, &format!("{CHANGES}/{UNKNOWN_ID}"))
    }),
    Check::reads("kantata/errors/unknown-workspace", "An unknown workspace: 404, Record not found", |s| {
        record(s, &format!("{WORKSPACES}/{UNKNOWN_ID}"))
    }),
    Check::reads("kantata/errors/unknown-user", "An unknown user: 404, Record not found", |s| {
        record(s, &format!("/users/{UNKNOWN_ID}"))
    }),
    Check::reads("kantata/errors/text-for-an-id", "An id that is not a number: 404, Record not found", |s| {
        record(s, &format!("{REPORTS}/bogus"))
    }),
    Check::reads("kantata/errors/unknown-path", "An unknown path: 404, Page not found", |s| {
        page(s, Method::GET, "/no_such_path")
    }),
    Check::reads(
        "kantata/errors/no-list-of-statuses",
        "There is no list of statuses: 404, Page not found",
        |s| page(s, Method::GET, "/workspace_statuses"),
    ),
    Check::reads("kantata/errors/wrong-method", "An unsupported method: 404, Page not found", |s| {
        page(s, Method::PUT, REPORTS)
    }),
    Check::reads("kantata/errors/changes-are-not-changed", "PUT of a change: 404, Page not found", |s| {
        page(s, Method::PUT, &format!("{CHANGES}/{UNKNOWN_ID}"))
    }),
    Check::reads("kantata/errors/changes-are-not-deleted", "DELETE of a change: 404, Page not found", |s| {
        page(s, Method::DELETE, &format!("{CHANGES}/{UNKNOWN_ID}"))
    }),
    Check::reads(
        "kantata/errors/changes-need-a-workspace",
        "Changes without workspace_id: 422, workspace_id is required",
        |s| required(s, CHANGES, "workspace_id"),
    ),
    Check::reads("kantata/errors/blank-workspace", "A blank workspace_id counts as missing", |s| {
        required(s, &format!("{CHANGES}?workspace_id="), "workspace_id")
    }),
    Check::reads("kantata/errors/only-needs-a-workspace", "only does not replace workspace_id", |s| {
        required(s, &format!("{CHANGES}?only=1"), "workspace_id")
    }),
    Check::reads(
        "kantata/errors/participations-need-a-workspace",
        "Participations without workspace_id: 422",
        |s| required(s, PARTICIPATIONS, "workspace_id"),
    ),
    Check::reads("kantata/errors/references-need-a-type", "References without subject_type: 422", |s| {
        required(s, REFERENCES, "subject_type")
    }),
];

fn unauthenticated(response: &Response) -> Verdict {
    ensure_error(response, 401, "oauth", None, Some("Invalid OAuth 2 Request"))
}

fn record(s: &mut Suite, path: &str) -> Verdict {
    ensure_error(&s.get(path)?, 404, "system", None, Some("Record not found"))
}

fn page(s: &mut Suite, method: Method, path: &str) -> Verdict {
    let request = s.session.request(method, path);
    ensure_error(&s.send(&request)?, 404, "system", None, Some("Page not found"))
}

fn required(s: &mut Suite, path: &str, parameter: &str) -> Verdict {
    ensure_error(&s.get(path)?, 422, "system", None, Some(&format!("{parameter} is required")))
}
