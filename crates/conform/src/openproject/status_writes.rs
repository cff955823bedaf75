//! Writing statuses, which the product itself does not offer; skipped on servers without it. See
//! `docs/contracts/openproject.md#writing-statuses`.

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{elements, ensure_error, ensure_not_found, ensure_violation};
use super::session::{STATUSES, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, ensure_eq, ensure_has, ensure_status, id_of, items, skip, unique_name};
use crate::client::Response;

pub const CHECKS: &[Check<Suite>] = &[
    Check::writes("openproject/statuses/post-is-201", "POST of a status returns 201 with the status", |s| {
        s.own_status()?;
        match &s.status {
            Ok(created) => ensure_status(created, 201)
                .and_then(|()| ensure_eq("_type", &created.json["_type"], "Status")),
            Err(reason) => skip(reason),
        }
    }),
    Check::writes("openproject/statuses/new-ones-are-last", "A new status is the last in the list", |s| {
        let path = s.own_status()?;
        let all = elements(&s.get_ok(STATUSES)?);
        let last = all.last().map(|one| format!("{STATUSES}/{}", id_of(&one["id"])));
        ensure_eq("the last status", last, path)
    }),
    Check::writes(
        "openproject/statuses/patch-is-200",
        "PATCH returns 200 and changes the given members",
        |s| {
            let response = patch(s, &json!({ "isClosed": true, "defaultDoneRatio": 40 }))?;
            ensure_status(&response, 200)?;
            ensure_eq(
                "isClosed and defaultDoneRatio",
                json!([response.json["isClosed"], response.json["defaultDoneRatio"]]),
                json!([true, 40]),
            )
        },
    ),
    Check::writes("openproject/statuses/changes-show-at-once", "The list shows a change at once", |s| {
        let title = unique_name();
        let id = patch(s, &json!({ "name": title }))?.json["id"].clone();
        let all = elements(&s.get_ok(STATUSES)?);
        let shown = all.iter().find(|one| one["id"] == id).map(|one| &one["name"]);
        ensure_eq("name", shown, title)
    }),
    Check::writes("openproject/statuses/color", "Colors are returned as #RRGGBB in upper case", |s| {
        ensure_eq("color", &patch(s, &json!({ "color": "#abcdef" }))?.json["color"], "#ABCDEF")
    }),
    Check::writes("openproject/statuses/no-color", "null clears the color", |s| {
        ensure_eq("color", patch(s, &json!({ "color": null }))?.json.get("color"), Value::Null)
    }),
    Check::writes("openproject/statuses/blank-name", "A blank name: 422 for name", |s| {
        let response = patch(s, &json!({ "name": "" }))?;
        ensure_violation(&response, "PropertyConstraintViolation", "name", Some("Name can't be blank."))
    }),
    Check::writes("openproject/statuses/long-name", "A name of 257 characters: 422 for name", |s| {
        let response = patch(s, &json!({ "name": "x".repeat(257) }))?;
        let message = "Name is too long (maximum is 256 characters).";
        ensure_violation(&response, "PropertyConstraintViolation", "name", Some(message))
    }),
    Check::writes("openproject/statuses/name-twice", "A duplicate name, ignoring case: 422 for name", |s| {
        let path = s.own_status()?;
        let own = s.get_ok(&path)?.json["name"].as_str().unwrap_or_default().to_uppercase();
        let response = s.session.write(Method::POST, STATUSES, &json!({ "name": own }))?;
        ensure_violation(
            &response,
            "PropertyConstraintViolation",
            "name",
            Some("Name has already been taken."),
        )
    }),
    Check::writes(
        "openproject/statuses/done-ratio-above-100",
        "A done ratio of 101: 422 for defaultDoneRatio",
        |s| {
            let response = patch(s, &json!({ "defaultDoneRatio": 101 }))?;
            let message = "% Complete must be between 0 and 100.";
            ensure_violation(&response, "PropertyConstraintViolation", "defaultDoneRatio", Some(message))
        },
    ),
    Check::writes(
        "openproject/statuses/several-failures",
        "Several errors: MultipleErrors with each of them",
        |s| {
            let response = patch(s, &json!({ "name": "", "defaultDoneRatio": 101 }))?;
            let message = "Multiple field constraints have been violated.";
            ensure_error(&response, 422, "MultipleErrors", Some(message))?;
            let errors = items(&response.json["_embedded"]["errors"]);
            ensure_eq("errors inside", errors.len(), 2)?;
            ensure_has("an error", &errors[0], &["_type", "errorIdentifier", "message", "_embedded"])
        },
    ),
    Check::writes("openproject/statuses/id-stays", "The id is read-only: 422 PropertyIsReadOnly", |s| {
        let response = patch(s, &json!({ "id": 1_000_000_007 }))?;
        ensure_violation(&response, "PropertyIsReadOnly", "id", None)
    }),
    Check::writes(
        "openproject/statuses/default-stays",
        "The default status cannot be deleted: 422 for base",
        |s| {
            s.own_status()?;
            let Some(id) = default_status(s)? else { return skip("no status is the default") };
            ensure_violation(
                &s.session.delete(&format!("{STATUSES}/{id}"))?,
                "PropertyConstraintViolation",
                "base",
                None,
            )
        },
    ),
    Check::writes(
        "openproject/statuses/default-not-read-only",
        "The default status cannot be read-only: 422 for isReadonly",
        |s| {
            s.own_status()?;
            let Some(id) = default_status(s)? else { return skip("no status is the default") };
            let body = json!({ "isReadonly": true });
            let response = s.session.write(Method::PATCH, &format!("{STATUSES}/{id}"), &body)?;
            ensure_violation(&response, "PropertyConstraintViolation", "isReadonly", None)
        },
    ),
    Check::writes("openproject/statuses/patch-of-nothing", "PATCH of an unknown status: 404", |s| {
        s.own_status()?;
        ensure_not_found(&s.session.write(
            Method::PATCH,
            &format!("{STATUSES}/{UNKNOWN_ID}"),
            &json!({ "name": "x" }),
        )?)
    }),
    Check::writes(
        "openproject/statuses/delete-is-204",
        "DELETE returns 204 without a body, and the status is gone",
        |s| {
            let path = s.own_status()?;
            let response = s.session.delete(&path)?;
            ensure_status(&response, 204)?;
            ensure_eq("length of the body", response.body.len(), 0)?;
            ensure_not_found(&s.get(&path)?)
        },
    ),
];

/// The id of the status of new work packages, if there is one.
fn default_status(s: &mut Suite) -> Verdict<Option<String>> {
    let all = elements(&s.get_ok(STATUSES)?);
    Ok(all.iter().find(|one| one["isDefault"] == true).map(|one| id_of(&one["id"])))
}

fn patch(s: &mut Suite, body: &Value) -> Verdict<Response> {
    let path = s.own_status()?;
    s.session.write(Method::PATCH, &path, body)
}
