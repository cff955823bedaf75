//! Errors and their bodies (docs/contracts/kantata.md#errors).

use super::{
    Answer, CHANGES, Check, Method, NOWHERE, PARTICIPATIONS, REFERENCES, REPORTS, Subject, Verdict,
    WORKSPACES, refused,
};
use crate::same;

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads(
        "kantata/errors/no-token",
        "Without a token: 401, type oauth, Invalid OAuth 2 Request",
        |s| {
            let ask = s.session.anonymous(Method::GET, REPORTS);
            unauthenticated(&s.ask(&ask)?)
        },
    ),
    Check::reads("kantata/errors/wrong-token", "With a wrong token the same", |s| {
        let ask = s.session.anonymous(Method::GET, REPORTS).with("authorization", "Bearer wrong");
        unauthenticated(&s.ask(&ask)?)
    }),
    Check::reads("kantata/errors/other-scheme", "With another scheme than Bearer the same", |s| {
        let ask = s.session.anonymous(Method::GET, REPORTS).with("authorization", "Basic eDp5");
        unauthenticated(&s.ask(&ask)?)
    }),
    Check::reads(
        "kantata/errors/token-before-route",
        "Without a token a path that is not there is 401",
        |s| {
            let ask = s.session.anonymous(Method::GET, "/no_such_path");
            unauthenticated(&s.ask(&ask)?)
        },
    ),
    Check::reads("kantata/errors/content-type", "An error is application/json, too", |s| {
        let ask = s.session.anonymous(Method::GET, REPORTS);
        let answer = s.ask(&ask)?;
        same("content-type", answer.header("content-type").to_lowercase(), "application/json; charset=utf-8")
    }),
    Check::reads("kantata/errors/members", "An error has errors and nothing else", |s| {
        let answer = s.get(&format!("{REPORTS}/{NOWHERE}"))?;
        crate::has_just("an error", &answer.json, &["errors"])
    }),
    Check::reads("kantata/errors/unknown-report", "A report that is not there: 404, Record not found", |s| {
        record(s, &format!("{REPORTS}/{NOWHERE}"))
    }),
    Check::reads("kantata/errors/unknown-change", "A change that is not there: 404, Record not found", |s| {
        record(s, &format!("{CHANGES}/{NOWHERE}"))
    }),
    Check::reads(
        "kantata/errors/unknown-workspace",
        "A workspace that is not there: 404, Record not found",
        |s| record(s, &format!("{WORKSPACES}/{NOWHERE}")),
    ),
    Check::reads("kantata/errors/unknown-user", "A user that is not there: 404, Record not found", |s| {
        record(s, &format!("/users/{NOWHERE}"))
    }),
    Check::reads("kantata/errors/text-for-an-id", "An id that is no number: 404, Record not found", |s| {
        record(s, &format!("{REPORTS}/bogus"))
    }),
    Check::reads("kantata/errors/unknown-path", "A path that is not there: 404, Page not found", |s| {
        page(s, Method::GET, "/no_such_path")
    }),
    Check::reads(
        "kantata/errors/no-list-of-statuses",
        "There is no list of statuses: 404, Page not found",
        |s| page(s, Method::GET, "/workspace_statuses"),
    ),
    Check::reads("kantata/errors/wrong-method", "A method that is not served: 404, Page not found", |s| {
        page(s, Method::PUT, REPORTS)
    }),
    Check::reads("kantata/errors/changes-are-not-changed", "PUT of a change: 404, Page not found", |s| {
        page(s, Method::PUT, &format!("{CHANGES}/{NOWHERE}"))
    }),
    Check::reads("kantata/errors/changes-are-not-deleted", "DELETE of a change: 404, Page not found", |s| {
        page(s, Method::DELETE, &format!("{CHANGES}/{NOWHERE}"))
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

fn unauthenticated(answer: &Answer) -> Verdict {
    refused(answer, 401, "oauth", None, Some("Invalid OAuth 2 Request"))
}

fn record(s: &mut Subject, path: &str) -> Verdict {
    refused(&s.get(path)?, 404, "system", None, Some("Record not found"))
}

fn page(s: &mut Subject, method: Method, path: &str) -> Verdict {
    let ask = s.session.asking(method, path);
    refused(&s.ask(&ask)?, 404, "system", None, Some("Page not found"))
}

fn required(s: &mut Subject, path: &str, parameter: &str) -> Verdict {
    refused(&s.get(path)?, 422, "system", None, Some(&format!("{parameter} is required")))
}
