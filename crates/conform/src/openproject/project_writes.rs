//! Writing the status of a project: `docs/contracts/openproject.md#writing-projects`.

use super::{
    Answer, Check, Method, NOWHERE, PROJECTS, Subject, Value, Verdict, holds, json, not_found, refused,
    skips, violation,
};
use crate::{same, status};

pub const CHECKS: &[Check<Subject>] = &[
    Check::writes(
        "openproject/projects/post-is-201",
        "POST of a project answers 201 with the project",
        |s| {
            s.own_project()?;
            match &s.project {
                Ok(made) => status(made, 201).and_then(|()| same("_type", &made.json["_type"], "Project")),
                Err(reason) => skips(reason),
            }
        },
    ),
    Check::writes(
        "openproject/projects/unset-status",
        "A new project has no status: the link leads to null",
        |s| {
            s.own_project()?;
            match &s.project {
                Ok(made) => same("_links.status", &made.json["_links"]["status"], json!({ "href": null })),
                Err(reason) => skips(reason),
            }
        },
    ),
    Check::writes("openproject/projects/unset-explanation", "An explanation that is not set is empty", |s| {
        s.own_project()?;
        match &s.project {
            Ok(made) => {
                let empty = json!({ "format": "markdown", "raw": "", "html": "" });
                same("statusExplanation", &made.json["statusExplanation"], empty)
            }
            Err(reason) => skips(reason),
        }
    }),
    Check::writes("openproject/projects/patch-is-200", "PATCH answers 200 with the project", |s| {
        let answer = patch(s, &linking("on_track"))?;
        status(&answer, 200)?;
        same("_type", &answer.json["_type"], "Project")
    }),
    Check::writes("openproject/projects/set-status", "PATCH with a link sets the status", |s| {
        let link = json!({ "href": s.href("/project_statuses/off_track"), "title": "Off track" });
        let answer = patch(s, &linking("off_track"))?;
        same("_links.status", &answer.json["_links"]["status"], &link)?;
        let path = s.own_project()?;
        same("_links.status read again", &s.got(&path)?.json["_links"]["status"], &link)
    }),
    Check::writes("openproject/projects/embeds-it", "The answer embeds the new status", |s| {
        let answer = patch(s, &linking("finished"))?;
        same("id", &answer.json["_embedded"]["status"]["id"], "finished")
    }),
    Check::writes("openproject/projects/clear-status", "PATCH with a link to null clears it", |s| {
        patch(s, &linking("at_risk"))?;
        let answer = patch(s, &json!({ "_links": { "status": { "href": null } } }))?;
        same("_links.status", &answer.json["_links"]["status"], json!({ "href": null }))
    }),
    Check::writes("openproject/projects/explanation", "Markdown in raw is rendered to html", |s| {
        let answer = patch(s, &json!({ "statusExplanation": { "raw": "**Late**" } }))?;
        let text = &answer.json["statusExplanation"];
        same("raw", &text["raw"], "**Late**")?;
        let html = text["html"].as_str().unwrap_or_default();
        holds(html.contains("<strong>Late</strong>"), "<strong>Late</strong>", html)
    }),
    Check::writes("openproject/projects/only-raw", "format and html of a text are ignored", |s| {
        let given = json!({ "raw": "plain", "html": "<p>other</p>", "format": "custom" });
        let answer = patch(s, &json!({ "statusExplanation": given }))?;
        let text = &answer.json["statusExplanation"];
        same("raw and format", [&text["raw"], &text["format"]], ["plain", "markdown"])?;
        let html = text["html"].as_str().unwrap_or_default();
        holds(!html.contains("other"), "html of raw", html)
    }),
    Check::writes("openproject/projects/both", "Status and explanation may come in one PATCH", |s| {
        let mut both = linking("at_risk");
        both["statusExplanation"] = json!({ "raw": "Vendor" });
        let answer = patch(s, &both)?;
        same("status", &answer.json["_embedded"]["status"]["id"], "at_risk")?;
        same("raw", &answer.json["statusExplanation"]["raw"], "Vendor")
    }),
    Check::writes(
        "openproject/projects/other-member-stays",
        "PATCH of the explanation keeps the status",
        |s| {
            patch(s, &linking("at_risk"))?;
            let answer = patch(s, &json!({ "statusExplanation": { "raw": "Still" } }))?;
            same("status", &answer.json["_embedded"]["status"]["id"], "at_risk")
        },
    ),
    Check::writes("openproject/projects/unknown-code", "A code that is not known: 422 in status", |s| {
        let message = "Status is not set to one of the allowed values.";
        let answer = patch(s, &linking("on_fire"))?;
        violation(&answer, "PropertyConstraintViolation", "status", Some(message))
    }),
    Check::writes(
        "openproject/projects/other-link",
        "A link to something else: 422 ResourceTypeMismatch",
        |s| {
            let answer = patch(s, &json!({ "_links": { "status": { "href": "/api/v3/statuses/1" } } }))?;
            let message = "For property 'status' a link like '/api/v3/project_statuses/:id' is expected, but got \
                       '/api/v3/statuses/1'.";
            refused(&answer, 422, "ResourceTypeMismatch", Some(message))
        },
    ),
    Check::writes("openproject/projects/blank-name", "A blank name: 422 in name", |s| {
        let answer = patch(s, &json!({ "name": "" }))?;
        violation(&answer, "PropertyConstraintViolation", "name", Some("Name can't be blank."))
    }),
    Check::writes("openproject/projects/refused-whole", "A refused PATCH changes nothing", |s| {
        patch(s, &linking("at_risk"))?;
        let mut wrong = linking("on_track");
        wrong["name"] = "".into();
        patch(s, &wrong)?;
        let path = s.own_project()?;
        let link = s.got(&path)?.json["_links"]["status"]["href"].clone();
        same("href", link, s.href("/project_statuses/at_risk"))
    }),
    Check::writes(
        "openproject/projects/patch-of-nothing",
        "PATCH of a project that is not there: 404",
        |s| {
            s.own_project()?;
            not_found(&s.session.write(
                Method::PATCH,
                &format!("{PROJECTS}/{NOWHERE}"),
                &linking("on_track"),
            )?)
        },
    ),
    Check::writes("openproject/bodies/hal", "A body may be application/hal+json", |s| {
        let path = s.own_project()?;
        let ask = s.asking(Method::PATCH, &path).carrying("application/hal+json", "{}");
        status(&s.ask(&ask)?, 200)
    }),
    Check::writes("openproject/bodies/not-json", "A body that is not JSON: 400 InvalidRequestBody", |s| {
        let path = s.own_project()?;
        let ask = s.asking(Method::PATCH, &path).carrying("application/json", "{\"name\":");
        let answer = s.ask(&ask)?;
        refused(&answer, 400, "InvalidRequestBody", Some("The request could not be parsed as JSON."))
    }),
    Check::writes("openproject/bodies/parse-error", "And what the parser says is in its details", |s| {
        let path = s.own_project()?;
        let ask = s.asking(Method::PATCH, &path).carrying("application/json", "{\"name\":");
        let seen = s.ask(&ask)?.json["_embedded"]["details"]["parseError"].clone();
        holds(seen.is_string(), "a text parseError", seen)
    }),
    Check::writes("openproject/bodies/none-of-a-patch", "PATCH without a content type: 406", |s| {
        let path = s.own_project()?;
        let ask = s.asking(Method::PATCH, &path);
        status(&s.ask(&ask)?, 406)
    }),
    Check::writes(
        "openproject/access/before-bodies",
        "Without credentials a body that is not JSON is 401",
        |s| {
            let path = s.own_project()?;
            let ask = s.session.anonymous(Method::PATCH, &path).carrying("application/json", "{");
            status(&s.ask(&ask)?, 401)
        },
    ),
];

fn linking(code: &str) -> Value {
    json!({ "_links": { "status": { "href": format!("/api/v3/project_statuses/{code}") } } })
}

fn patch(s: &mut Subject, body: &Value) -> Verdict<Answer> {
    let path = s.own_project()?;
    s.session.write(Method::PATCH, &path, body)
}
