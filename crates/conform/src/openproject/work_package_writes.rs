//! Writing work packages: `docs/contracts/openproject-work-packages.md`. The suite has a work package in its own project.

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{ensure_error, ensure_violation};
use super::session::{Suite, WORK_PACKAGES};
use crate::check::{Check, Verdict, ensure_eq, ensure_status, id_of, items, skip};
use crate::client::Response;

const CONFLICT: &str = "Could not update the resource because of conflicting modifications.";
const GONE: &str = "The work package you are looking for cannot be found or has been deleted.";
const FROZEN: &str = "The work package is in a readonly status so its attributes cannot be changed.";

pub const CHECKS: &[Check<Suite>] = &[
    Check::writes(
        "openproject/work_packages/post-is-201",
        "POST in a project returns 201 with the work package, in version 0",
        |s| {
            s.own_package()?;
            match &s.package {
                Ok(created) => ensure_status(created, 201).and_then(|()| {
                    let shown = json!([created.json["_type"], created.json["lockVersion"]]);
                    ensure_eq("_type and lockVersion", shown, json!(["WorkPackage", 0]))
                }),
                Err(reason) => skip(reason),
            }
        },
    ),
    Check::writes("openproject/work_packages/no-version", "PATCH without lockVersion: 409", |s| {
        let path = s.own_package()?;
        let response = s.session.write(Method::PATCH, &path, &json!({ "subject": "Without a version" }))?;
        ensure_error(&response, 409, "UpdateConflict", Some(CONFLICT))
    }),
    Check::writes("openproject/work_packages/other-version", "PATCH with another lockVersion: 409", |s| {
        let path = s.own_package()?;
        let body = json!({ "subject": "Another version", "lockVersion": 1_000_000_007 });
        let response = s.session.write(Method::PATCH, &path, &body)?;
        ensure_error(&response, 409, "UpdateConflict", Some(CONFLICT))
    }),
    Check::writes(
        "openproject/work_packages/patch-is-200",
        "PATCH returns 200, changes the given members, and counts the version up",
        |s| {
            let before = own(s)?["lockVersion"].as_i64().unwrap_or_default();
            let response = patch(s, json!({ "subject": "Changed", "dueDate": "2030-01-02" }))?;
            ensure_status(&response, 200)?;
            let shown = &response.json;
            ensure_eq(
                "subject, dueDate and lockVersion",
                json!([shown["subject"], shown["dueDate"], shown["lockVersion"]]),
                json!(["Changed", "2030-01-02", before + 1]),
            )
        },
    ),
    Check::writes("openproject/work_packages/no-change", "PATCH of nothing leaves the version", |s| {
        let before = own(s)?["lockVersion"].clone();
        let response = patch(s, json!({ "bogusMember": true }))?;
        ensure_status(&response, 200)?;
        ensure_eq("lockVersion", &response.json["lockVersion"], before)
    }),
    Check::writes("openproject/work_packages/blank-subject", "A blank subject: 422 for subject", |s| {
        let response = patch(s, json!({ "subject": "" }))?;
        ensure_violation(&response, "PropertyConstraintViolation", "subject", Some("Subject can't be blank."))
    }),
    Check::writes("openproject/work_packages/wrong-link", "A link of another kind: 422", |s| {
        let link = format!("{}/1", s.href("/types"));
        let response = patch(s, json!({ "_links": { "status": { "href": link } } }))?;
        ensure_error(&response, 422, "ResourceTypeMismatch", None)
    }),
    Check::writes(
        "openproject/work_packages/read-only-status",
        "In a read-only status a change is refused for the member and for base, unless it changes the status",
        |s| {
            let path = s.own_status()?;
            let back = own(s)?["_links"]["status"]["href"].clone();
            s.session.write(Method::PATCH, &path, &json!({ "isReadonly": true }))?;
            let status = s.href(&path);
            let moved = patch(s, json!({ "_links": { "status": { "href": status } } }))?;
            let refused = patch(s, json!({ "subject": "Frozen" }))?;
            // It does not stay there, whatever the answers were: the status is deleted later.
            let freed = patch(s, json!({ "subject": "Freed", "_links": { "status": { "href": back } } }))?;
            ensure_status(&moved, 200)?;
            ensure_error(&refused, 422, "MultipleErrors", None)?;
            let errors = items(&refused.json["_embedded"]["errors"]);
            let told: Vec<Value> = errors
                .iter()
                .map(|one| json!([one["_embedded"]["details"]["attribute"], one["message"]]))
                .collect();
            let subject = "Subject was attempted to be written but is not writable.";
            ensure_eq("the errors", json!(told), json!([["subject", subject], ["base", FROZEN]]))?;
            ensure_status(&freed, 200)?;
            ensure_eq("subject", &freed.json["subject"], "Freed")
        },
    ),
    Check::writes(
        "openproject/work_packages/total-work",
        "A parent has the total work of its children",
        |s| {
            let parent = s.href(&s.own_package()?);
            let list = format!("{}{WORK_PACKAGES}", s.own_project()?);
            let body = json!({ "subject": "Child", "estimatedTime": "PT4H", "_links": { "parent": { "href": parent } } });
            ensure_status(&s.session.write(Method::POST, &list, &body)?, 201)?;
            let shown = own(s)?;
            ensure_eq("derivedEstimatedTime", &shown["derivedEstimatedTime"], "PT4H")?;
            ensure_eq("children", items(&shown["_links"]["children"]).len(), 1)
        },
    ),
    Check::writes(
        "openproject/work_packages/comment",
        "A comment is a 201 with an Activity::Comment, and leaves the version",
        |s| {
            let before = own(s)?["lockVersion"].clone();
            let list = format!("{}/activities", s.own_package()?);
            let made =
                s.session.write(Method::POST, &list, &json!({ "comment": { "raw": "A *comment*" } }))?;
            ensure_status(&made, 201)?;
            ensure_eq("_type", &made.json["_type"], "Activity::Comment")?;
            ensure_eq("lockVersion", &own(s)?["lockVersion"], before)
        },
    ),
    Check::writes(
        "openproject/work_packages/delete-is-204",
        "DELETE returns 204 without a body, and takes everything below with it",
        |s| {
            let path = s.own_package()?;
            let child = items(&own(s)?["_links"]["children"]).first().map(|one| one["href"].clone());
            let response = s.session.delete(&path)?;
            ensure_status(&response, 204)?;
            ensure_eq("length of the body", response.body.len(), 0)?;
            ensure_error(&s.get(&path)?, 404, "NotFound", Some(GONE))?;
            let Some(child) = child else { return Ok(()) };
            let id = id_of(&child).rsplit('/').next().unwrap_or_default().to_owned();
            ensure_error(&s.get(&format!("{WORK_PACKAGES}/{id}"))?, 404, "NotFound", Some(GONE))
        },
    ),
];

/// The suite's work package.
fn own(s: &mut Suite) -> Verdict<Value> {
    let path = s.own_package()?;
    Ok(s.get_ok(&path)?.json)
}

/// A change with the current version.
fn patch(s: &mut Suite, mut body: Value) -> Verdict<Response> {
    body["lockVersion"] = own(s)?["lockVersion"].clone();
    let path = s.own_package()?;
    s.session.write(Method::PATCH, &path, &body)
}
