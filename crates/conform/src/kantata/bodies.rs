//! Bodies: JSON and nested forms, read together with the query (docs/contracts/kantata.md#requests).

use super::{CHANGES, Check, Method, REPORTS, Subject, Value, Verdict, items, json, merge, refused, single};
use crate::{has_all, same, success};

const FORM: &str = "application/x-www-form-urlencoded";

pub const CHECKS: &[Check<Subject>] = &[
    Check::writes("kantata/bodies/include-in-json", "include may stand in the JSON body", |s| {
        let mut body = s.draft(&json!({}))?;
        body["include"] = "creator".into();
        let (_, _, answer) = s.done(Method::POST, REPORTS, &body)?;
        has_all("an answer", &answer.json, &["users"])
    }),
    Check::writes("kantata/bodies/include-in-the-query", "include may stand in the query of a POST", |s| {
        let body = s.draft(&json!({}))?;
        let (_, _, answer) = s.done(Method::POST, &format!("{REPORTS}?include=creator"), &body)?;
        has_all("an answer", &answer.json, &["users"])
    }),
    Check::writes(
        "kantata/bodies/blank-extras",
        "Blank filters, include and optional_fields are ignored",
        |s| {
            let mut body = s.draft(&json!({}))?;
            merge(&mut body, &json!({ "filters": "", "include": "", "optional_fields": "" }));
            s.done(Method::POST, REPORTS, &body).map(drop)
        },
    ),
    Check::writes("kantata/bodies/forms", "A body may be a form with nested names", |s| {
        let (_, report) = form(s, "status_report[color]=red&status_report[description]=By+form")?;
        same("color and description", [&report["color"], &report["description"]], ["red", "By form"])
    }),
    Check::writes("kantata/bodies/lists-in-forms", "A name that the last object has begins the next", |s| {
        let (_, report) = form(
            s,
            "status_report[color]=red&status_report[description]=x&status_report[details][][category]=Scope&\
             status_report[details][][color]=green&status_report[details][][category]=Budget&\
             status_report[details][][color]=red",
        )?;
        let seen: Vec<_> =
            items(&report["details"]).iter().map(|one| [&one["category"], &one["color"]]).collect();
        same("details", seen, [["Scope", "green"], ["Budget", "red"]])
    }),
    Check::writes("kantata/bodies/empty-lists-in-forms", "details[] without a value is an empty list", |s| {
        let (id, _) = s.report(&json!({ "details": [{ "category": "Scope", "color": "red" }] }))?;
        let ask = s.session.asking(Method::PUT, &format!("{REPORTS}/{id}"));
        let answer = s.ask(&ask.carrying(FORM, "status_report[details][]"))?;
        success(&answer)?;
        same("details", &single(&answer).1["details"], json!([]))
    }),
    Check::writes("kantata/bodies/escapes-in-forms", "Names and values of a form may be escaped", |s| {
        let (_, report) =
            form(s, "status_report%5Bcolor%5D=red&status_report%5Bdescription%5D=100%25%20%C3%A9")?;
        same("description", &report["description"], "100% é")
    }),
    Check::writes("kantata/bodies/conflicting-forms", "A name of two shapes is 400", |s| {
        s.own()?;
        let ask = s.session.asking(Method::POST, REPORTS);
        let answer = s.ask(&ask.carrying(FORM, "status_report=1&status_report[color]=red"))?;
        refused(&answer, 400, "system", None, None)
    }),
    Check::writes("kantata/bodies/not-json", "A body that is not JSON is 400", |s| {
        s.own()?;
        let ask = s.session.asking(Method::POST, REPORTS);
        let answer = s.ask(&ask.carrying("application/json", "{\"status_report\":"))?;
        refused(&answer, 400, "system", None, None)
    }),
    Check::writes("kantata/bodies/no-root", "A body without status_report is 400", |s| {
        s.own()?;
        let answer = s.session.write(Method::POST, REPORTS, &json!({ "color": "green" }))?;
        refused(&answer, 400, "system", None, None)
    }),
    Check::writes("kantata/bodies/root-is-no-object", "A status_report that is no object is 400", |s| {
        s.own()?;
        let answer = s.session.write(Method::POST, REPORTS, &json!({ "status_report": "x" }))?;
        refused(&answer, 400, "system", None, None)
    }),
    Check::writes("kantata/bodies/plural-root", "status_reports in the plural is a missing root: 400", |s| {
        s.own()?;
        let answer = s.session.write(Method::POST, REPORTS, &json!({ "status_reports": [] }))?;
        refused(&answer, 400, "system", None, None)
    }),
    Check::writes("kantata/bodies/no-root-of-a-change", "A change without its root is 400", |s| {
        let body = json!({ "workspace_id": s.own()?, "to_status_key": 605 });
        let answer = s.session.write(Method::POST, CHANGES, &body)?;
        refused(&answer, 400, "system", None, None)
    }),
    Check::writes(
        "kantata/bodies/token-before-body",
        "Without a token a body that is not JSON is 401",
        |s| {
            s.own()?;
            let ask = s.session.anonymous(Method::POST, REPORTS).carrying("application/json", "{");
            refused(&s.ask(&ask)?, 401, "oauth", None, Some("Invalid OAuth 2 Request"))
        },
    ),
];

/// Makes a report by a form.
fn form(s: &mut Subject, fields: &str) -> Verdict<(String, Value)> {
    let fields = format!("{fields}&status_report[workspace_id]={}", s.own()?);
    let ask = s.session.asking(Method::POST, REPORTS).carrying(FORM, fields);
    let answer = s.ask(&ask)?;
    success(&answer)?;
    Ok(single(&answer))
}
