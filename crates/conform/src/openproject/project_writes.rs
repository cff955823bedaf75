//! Writing the status of a project: `docs/contracts/openproject.md#writing-projects`.

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{ensure_error, ensure_not_found, ensure_violation};
use super::session::{PROJECTS, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, ensure, ensure_eq, ensure_status, skip};
use crate::client::Response;

pub const CHECKS: &[Check<Suite>] = &[
    Check::writes(
        "openproject/projects/post-is-201",
        "POST of a project returns 201 with the project",
        |s| {
            s.own_project()?;
            match &s.project {
                Ok(created) => ensure_status(created, 201)
                    .and_then(|()| ensure_eq("_type", &created.json["_type"], "Project")),
                Err(reason) => skip(reason),
            }
        },
    ),
    Check::writes(
        "openproject/projects/unset-status",
        "A new project has no status: the href of the link is null",
        |s| {
            s.own_project()?;
            match &s.project {
                Ok(created) => {
                    ensure_eq("_links.status", &created.json["_links"]["status"], json!({ "href": null }))
                }
                Err(reason) => skip(reason),
            }
        },
    ),
    Check::writes("openproject/projects/unset-explanation", "A missing explanation is empty", |s| {
        s.own_project()?;
        match &s.project {
            Ok(created) => {
                let empty = json!({ "format": "markdown", "raw": "", "html": "" });
                ensure_eq("statusExplanation", &created.json["statusExplanation"], empty)
            }
            Err(reason) => skip(reason),
        }
    }),
    Check::writes("openproject/projects/patch-is-200", "PATCH returns 200 with the project", |s| {
        let response = patch(s, &linking("on_track"))?;
        ensure_status(&response, 200)?;
        ensure_eq("_type", &response.json["_type"], "Project")
    }),
    Check::writes("openproject/projects/set-status", "PATCH with a link sets the status", |s| {
        let link = json!({ "href": s.href("/project_statuses/off_track"), "title": "Off track" });
        let response = patch(s, &linking("off_track"))?;
        ensure_eq("_links.status", &response.json["_links"]["status"], &link)?;
        let path = s.own_project()?;
        ensure_eq("_links.status read again", &s.get_ok(&path)?.json["_links"]["status"], &link)
    }),
    Check::writes("openproject/projects/embeds-it", "The response embeds the new status", |s| {
        let response = patch(s, &linking("finished"))?;
        ensure_eq("id", &response.json["_embedded"]["status"]["id"], "finished")
    }),
    Check::writes("openproject/projects/clear-status", "PATCH with a null href clears the status", |s| {
        patch(s, &linking("at_risk"))?;
        let response = patch(s, &json!({ "_links": { "status": { "href": null } } }))?;
        ensure_eq("_links.status", &response.json["_links"]["status"], json!({ "href": null }))
    }),
    Check::writes("openproject/projects/explanation", "Markdown in raw is rendered to html", |s| {
        let response = patch(s, &json!({ "statusExplanation": { "raw": "**Late**" } }))?;
        let text = &response.json["statusExplanation"];
        ensure_eq("raw", &text["raw"], "**Late**")?;
        let html = text["html"].as_str().unwrap_or_default();
        ensure(html.contains("<strong>Late</strong>"), "<strong>Late</strong>", html)
    }),
    Check::writes("openproject/projects/only-raw", "format and html of a text are ignored", |s| {
        let given = json!({ "raw": "plain", "html": "<p>other</p>", "format": "custom" });
        let response = patch(s, &json!({ "statusExplanation": given }))?;
        let text = &response.json["statusExplanation"];
        ensure_eq("raw and format", [&text["raw"], &text["format"]], ["plain", "markdown"])?;
        let html = text["html"].as_str().unwrap_or_default();
        ensure(!html.contains("other"), "html of raw", html)
    }),
    Check::writes("openproject/projects/both", "One PATCH can set status and explanation", |s| {
        let mut both = linking("at_risk");
        both["statusExplanation"] = json!({ "raw": "Vendor" });
        let response = patch(s, &both)?;
        ensure_eq("status", &response.json["_embedded"]["status"]["id"], "at_risk")?;
        ensure_eq("raw", &response.json["statusExplanation"]["raw"], "Vendor")
    }),
    Check::writes(
        "openproject/projects/other-member-stays",
        "PATCH of the explanation keeps the status",
        |s| {
            patch(s, &linking("at_risk"))?;
            let response = patch(s, &json!({ "statusExplanation": { "raw": "Still" } }))?;
            ensure_eq("status", &response.json["_embedded"]["status"]["id"], "at_risk")
        },
    ),
    Check::writes("openproject/projects/unknown-code", "An unknown code: 422 for status", |s| {
        let message = "Status is not set to one of the allowed values.";
        let response = patch(s, &linking("on_fire"))?;
        ensure_violation(&response, "PropertyConstraintViolation", "status", Some(message))
    }),
    Check::writes(
        "openproject/projects/other-link",
        "A link to something else: 422 ResourceTypeMismatch",
        |s| {
            let response = patch(s, &json!({ "_links": { "status": { "href": "/api/v3/statuses/1" } } }))?;
            let message = "For property 'status' a link like '/api/v3/project_statuses/:id' is expected, but got \
                       '/api/v3/statuses/1'.";
            ensure_error(&response, 422, "ResourceTypeMismatch", Some(message))
        },
    ),
    Check::writes("openproject/projects/blank-name", "A blank name: 422 for name", |s| {
        let response = patch(s, &json!({ "name": "" }))?;
        ensure_violation(&response, "PropertyConstraintViolation", "name", Some("Name can't be blank."))
    }),
    Check::writes("openproject/projects/refused-whole", "A refused PATCH changes nothing", |s| {
        patch(s, &linking("at_risk"))?;
        let mut wrong = linking("on_track");
        wrong["name"] = "".into();
        patch(s, &wrong)?;
        let path = s.own_project()?;
        let link = s.get_ok(&path)?.json["_links"]["status"]["href"].clone();
        ensure_eq("href", link, s.href("/project_statuses/at_risk"))
    }),
    Check::writes("openproject/projects/patch-of-nothing", "PATCH of an unknown project: 404", |s| {
        s.own_project()?;
        ensure_not_found(&s.session.write(
            Method::PATCH,
            &format!("{PROJECTS}/{UNKNOWN_ID}"),
            &linking("on_track"),
        )?)
    }),
    Check::writes("openproject/bodies/hal", "A body can be application/hal+json", |s| {
        let path = s.own_project()?;
        let request = s.request(Method::PATCH, &path).with_body("application/hal+json", "{}");
        ensure_status(&s.send(&request)?, 200)
    }),
    Check::writes("openproject/bodies/not-json", "A body that is not JSON: 400 InvalidRequestBody", |s| {
        let path = s.own_project()?;
        let request = s.request(Method::PATCH, &path).with_body("application/json", "{\"name\":");
        let response = s.send(&request)?;
        ensure_error(&response, 400, "InvalidRequestBody", Some("The request could not be parsed as JSON."))
    }),
    Check::writes(
        "openproject/bodies/parse-error",
        "A body that is not JSON: the details have the error of the parser",
        |s| {
            let path = s.own_project()?;
            let request = s.request(Method::PATCH, &path).with_body("application/json", "{\"name\":");
            let actual = s.send(&request)?.json["_embedded"]["details"]["parseError"].clone();
            ensure(actual.is_string(), "a string parseError", actual)
        },
    ),
    Check::writes("openproject/bodies/none-of-a-patch", "PATCH without a content type: 406", |s| {
        let path = s.own_project()?;
        let request = s.request(Method::PATCH, &path);
        ensure_status(&s.send(&request)?, 406)
    }),
    Check::writes(
        "openproject/access/before-bodies",
        "Without credentials, a body that is not JSON is 401",
        |s| {
            let path = s.own_project()?;
            let request = s.session.anonymous(Method::PATCH, &path).with_body("application/json", "{");
            ensure_status(&s.send(&request)?, 401)
        },
    ),
];

fn linking(code: &str) -> Value {
    json!({ "_links": { "status": { "href": format!("/api/v3/project_statuses/{code}") } } })
}

fn patch(s: &mut Suite, body: &Value) -> Verdict<Response> {
    let path = s.own_project()?;
    s.session.write(Method::PATCH, &path, body)
}
