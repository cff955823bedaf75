//! Faults in the writes of a server of OpenProject's surface.

use conform::Vendor;
use serde_json::{Value, json};

use super::openproject::{PROJECTS, STATUSES, remove};
use super::wrong::{Fault, RecordedRequest};

#[test]
fn every_fault_in_writing_is_found_by_its_check() {
    super::planted::faults_are_found(Vendor::OpenProject, WRITING);
}

/// A change of a project.
fn patches(requested: &RecordedRequest, part: &str) -> bool {
    requested.method == "PATCH" && requested.path.starts_with("/projects/") && requested.body.contains(part)
}

/// A change of a status.
fn changes(requested: &RecordedRequest, part: &str) -> bool {
    requested.method == "PATCH" && requested.path.starts_with("/statuses/") && requested.body.contains(part)
}

const WRITING: &[Fault] = &[
    Fault::writing(
        "200 for a new project",
        |a| a.is("POST", PROJECTS),
        |a| a.status = 200,
        &["openproject/projects/post-is-201"],
    ),
    Fault::writing(
        "no link without a status",
        |a| a.is("POST", PROJECTS),
        |a| a.json(|j| remove(&mut j["_links"], "status")),
        &["openproject/projects/unset-status"],
    ),
    Fault::writing(
        "null for no explanation",
        |a| a.is("POST", PROJECTS),
        |a| a.json(|j| j["statusExplanation"]["raw"] = Value::Null),
        &["openproject/projects/unset-explanation"],
    ),
    Fault::writing(
        "the status is not taken",
        |a| patches(a, "off_track"),
        |a| a.json(|j| j["_links"]["status"] = json!({ "href": null })),
        &["openproject/projects/set-status"],
    ),
    Fault::writing(
        "null does not clear",
        |a| patches(a, "\"href\":null"),
        |a| {
            a.json(|j| {
                j["_links"]["status"] =
                    json!({ "href": "/api/v3/project_statuses/at_risk", "title": "At risk" });
            });
        },
        &["openproject/projects/clear-status"],
    ),
    Fault::writing(
        "markdown is not rendered",
        |a| patches(a, "**Late**"),
        |a| a.json(|j| j["statusExplanation"]["html"] = "<p>**Late**</p>".into()),
        &["openproject/projects/explanation"],
    ),
    Fault::writing(
        "html is taken",
        |a| patches(a, "<p>other</p>"),
        |a| a.json(|j| j["statusExplanation"]["html"] = "<p>other</p>".into()),
        &["openproject/projects/only-raw"],
    ),
    Fault::writing(
        "400 for a code that is not known",
        |a| patches(a, "on_fire"),
        |a| a.status = 400,
        &["openproject/projects/unknown-code"],
    ),
    Fault::writing(
        "another kind for another link",
        |a| patches(a, "/api/v3/statuses/1"),
        |a| {
            a.json(|j| {
                j["errorIdentifier"] = "urn:openproject-org:api:v3:errors:PropertyConstraintViolation".into();
            });
        },
        &["openproject/projects/other-link"],
    ),
    Fault::writing(
        "no attribute of a violation",
        |a| a.method == "PATCH" && a.path.starts_with("/projects/") && a.body == "{\"name\":\"\"}",
        |a| a.json(|j| remove(j, "_embedded")),
        &["openproject/projects/blank-name"],
    ),
    Fault::writing(
        "a server error for what is no JSON",
        |a| a.body == "{\"name\":",
        |a| a.status = 500,
        &["openproject/bodies/not-json"],
    ),
    Fault::writing(
        "no parseError",
        |a| a.body == "{\"name\":",
        |a| a.json(|j| remove(j, "_embedded")),
        &["openproject/bodies/parse-error"],
    ),
    Fault::writing(
        "no hal+json in bodies",
        |a| {
            patches(a, "{}")
                && a.headers.get("content-type").is_some_and(|kind| kind == "application/hal+json")
        },
        |a| a.status = 415,
        &["openproject/bodies/hal"],
    ),
    Fault::writing(
        "200 for a new status",
        |a| a.is("POST", STATUSES),
        |a| {
            if a.status == 201 {
                a.status = 200;
            }
        },
        &["openproject/statuses/post-is-201"],
    ),
    Fault::writing(
        "409 for a name that is taken",
        |a| a.is("POST", STATUSES),
        |a| {
            if a.status == 422 {
                a.status = 409;
            }
        },
        &["openproject/statuses/name-twice"],
    ),
    Fault::writing(
        "the first failure alone",
        |a| changes(a, "\"name\":\"\",\"defaultDoneRatio\""),
        |a| a.json(|j| *j = j["_embedded"]["errors"][0].clone()),
        &["openproject/statuses/several-failures"],
    ),
    Fault::writing(
        "colors as they were given",
        |a| changes(a, "#abcdef"),
        |a| a.json(|j| j["color"] = "#abcdef".into()),
        &["openproject/statuses/color"],
    ),
    Fault::writing(
        "200 for a deletion",
        |a| a.method == "DELETE" && a.path.starts_with("/statuses/"),
        |a| {
            if a.status == 204 {
                a.answer(200, "{}");
            }
        },
        &["openproject/statuses/delete-is-204"],
    ),
];
