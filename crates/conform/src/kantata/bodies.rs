//! Bodies: JSON and nested forms, merged with the query (docs/contracts/kantata.md#requests).

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{ensure_error, first_object, merge};
use super::session::{CHANGES, REPORTS, Suite};
use crate::check::{Check, Verdict, ensure_eq, ensure_has, ensure_success, items};

const FORM: &str = "application/x-www-form-urlencoded";

pub const CHECKS: &[Check<Suite>] = &[
    Check::writes("kantata/bodies/include-in-json", "include can be in the JSON body", |s| {
        let mut body = s.report_body(&json!({}))?;
        body["include"] = "creator".into();
        let (_, _, response) = s.save(Method::POST, REPORTS, &body)?;
        ensure_has("an answer", &response.json, &["users"])
    }),
    Check::writes("kantata/bodies/include-in-the-query", "include can be in the query of a POST", |s| {
        let body = s.report_body(&json!({}))?;
        let (_, _, response) = s.save(Method::POST, &format!("{REPORTS}?include=creator"), &body)?;
        ensure_has("an answer", &response.json, &["users"])
    }),
    Check::writes(
        "kantata/bodies/blank-extras",
        "Blank filters, include and optional_fields are ignored",
        |s| {
            let mut body = s.report_body(&json!({}))?;
            merge(&mut body, &json!({ "filters": "", "include": "", "optional_fields": "" }));
            s.save(Method::POST, REPORTS, &body).map(drop)
        },
    ),
    Check::writes("kantata/bodies/forms", "A body can be a form with nested names", |s| {
        let (_, report) = form(s, "status_report[color]=red&status_report[description]=By+form")?;
        ensure_eq("color and description", [&report["color"], &report["description"]], ["red", "By form"])
    }),
    Check::writes(
        "kantata/bodies/lists-in-forms",
        "A name that the last object already has starts the next object",
        |s| {
            let (_, report) = form(
                s,
                "status_report[color]=red&status_report[description]=x&status_report[details][][category]=Scope&\
             status_report[details][][color]=green&status_report[details][][category]=Budget&\
             status_report[details][][color]=red",
            )?;
            let actual: Vec<_> =
                items(&report["details"]).iter().map(|one| [&one["category"], &one["color"]]).collect();
            ensure_eq("details", actual, [["Scope", "green"], ["Budget", "red"]])
        },
    ),
    Check::writes("kantata/bodies/empty-lists-in-forms", "details[] without a value is an empty list", |s| {
        let (id, _) = s.create_report(&json!({ "details": [{ "category": "Scope", "color": "red" }] }))?;
        let request = s.session.request(Method::PUT, &format!("{REPORTS}/{id}"));
        let response = s.send(&request.with_body(FORM, "status_report[details][]"))?;
        ensure_success(&response)?;
        ensure_eq("details", &first_object(&response).1["details"], json!([]))
    }),
    Check::writes(
        "kantata/bodies/escapes-in-forms",
        "Names and values of a form can be percent-encoded",
        |s| {
            let (_, report) =
                form(s, "status_report%5Bcolor%5D=red&status_report%5Bdescription%5D=100%25%20%C3%A9")?;
            ensure_eq("description", &report["description"], "100% é")
        },
    ),
    Check::writes(
        "kantata/bodies/conflicting-forms",
        "A name used as both a value and an object is 400",
        |s| {
            s.own_workspace()?;
            let request = s.session.request(Method::POST, REPORTS);
            let response = s.send(&request.with_body(FORM, "status_report=1&status_report[color]=red"))?;
            ensure_error(&response, 400, "system", None, None)
        },
    ),
    Check::writes("kantata/bodies/not-json", "A body that is not JSON is 400", |s| {
        s.own_workspace()?;
        let request = s.session.request(Method::POST, REPORTS);
        let response = s.send(&request.with_body("application/json", "{\"status_report\":"))?;
        ensure_error(&response, 400, "system", None, None)
    }),
    Check::writes("kantata/bodies/no-root", "A body without status_report is 400", |s| {
        s.own_workspace()?;
        let response = s.session.write(Method::POST, REPORTS, &json!({ "color": "green" }))?;
        ensure_error(&response, 400, "system", None, None)
    }),
    Check::writes("kantata/bodies/root-is-no-object", "A status_report that is not an object is 400", |s| {
        s.own_workspace()?;
        let response = s.session.write(Method::POST, REPORTS, &json!({ "status_report": "x" }))?;
        ensure_error(&response, 400, "system", None, None)
    }),
    Check::writes(
        "kantata/bodies/plural-root",
        "A plural root, status_reports, counts as a missing root: 400",
        |s| {
            s.own_workspace()?;
            let response = s.session.write(Method::POST, REPORTS, &json!({ "status_reports": [] }))?;
            ensure_error(&response, 400, "system", None, None)
        },
    ),
    Check::writes("kantata/bodies/no-root-of-a-change", "A change without its root is 400", |s| {
        let body = json!({ "workspace_id": s.own_workspace()?, "to_status_key": 605 });
        let response = s.session.write(Method::POST, CHANGES, &body)?;
        ensure_error(&response, 400, "system", None, None)
    }),
    Check::writes(
        "kantata/bodies/token-before-body",
        "Without a token, a body that is not JSON is 401",
        |s| {
            s.own_workspace()?;
            let request = s.session.anonymous(Method::POST, REPORTS).with_body("application/json", "{");
            ensure_error(&s.send(&request)?, 401, "oauth", None, Some("Invalid OAuth 2 Request"))
        },
    ),
];

/// Creates a report from a form.
fn form(s: &mut Suite, fields: &str) -> Verdict<(String, Value)> {
    let fields = format!("{fields}&status_report[workspace_id]={}", s.own_workspace()?);
    let request = s.session.request(Method::POST, REPORTS).with_body(FORM, fields);
    let response = s.send(&request)?;
    ensure_success(&response)?;
    Ok(first_object(&response))
}
