//! Writing statuses, which goes beyond the product: checked only on servers that offer it. See
//! `docs/contracts/openproject.md#writing-statuses`.

use super::{
    Answer, Check, Method, NOWHERE, STATUSES, Subject, Value, Verdict, elements, id_of, items, json, name,
    not_found, refused, skips, violation,
};
use crate::{has_all, same, status};

pub const CHECKS: &[Check<Subject>] = &[
    Check::writes("openproject/statuses/post-is-201", "POST of a status answers 201 with the status", |s| {
        s.own_status()?;
        match &s.status {
            Ok(made) => status(made, 201).and_then(|()| same("_type", &made.json["_type"], "Status")),
            Err(reason) => skips(reason),
        }
    }),
    Check::writes("openproject/statuses/new-ones-are-last", "A new status is the last", |s| {
        let path = s.own_status()?;
        let all = elements(&s.got(STATUSES)?);
        let last = all.last().map(|one| format!("{STATUSES}/{}", id_of(&one["id"])));
        same("the last status", last, path)
    }),
    Check::writes("openproject/statuses/patch-is-200", "PATCH answers 200 and changes what it names", |s| {
        let answer = patch(s, &json!({ "isClosed": true, "defaultDoneRatio": 40 }))?;
        status(&answer, 200)?;
        same(
            "isClosed and defaultDoneRatio",
            json!([answer.json["isClosed"], answer.json["defaultDoneRatio"]]),
            json!([true, 40]),
        )
    }),
    Check::writes("openproject/statuses/changes-show-at-once", "The list shows a change at once", |s| {
        let title = name();
        let id = patch(s, &json!({ "name": title }))?.json["id"].clone();
        let all = elements(&s.got(STATUSES)?);
        let shown = all.iter().find(|one| one["id"] == id).map(|one| &one["name"]);
        same("name", shown, title)
    }),
    Check::writes("openproject/statuses/color", "Colors are shown as #RRGGBB in upper case", |s| {
        same("color", &patch(s, &json!({ "color": "#abcdef" }))?.json["color"], "#ABCDEF")
    }),
    Check::writes("openproject/statuses/no-color", "A color of null is none", |s| {
        same("color", patch(s, &json!({ "color": null }))?.json.get("color"), Value::Null)
    }),
    Check::writes("openproject/statuses/blank-name", "A blank name: 422 in name", |s| {
        let answer = patch(s, &json!({ "name": "" }))?;
        violation(&answer, "PropertyConstraintViolation", "name", Some("Name can't be blank."))
    }),
    Check::writes("openproject/statuses/long-name", "A name of 257 characters: 422 in name", |s| {
        let answer = patch(s, &json!({ "name": "x".repeat(257) }))?;
        let message = "Name is too long (maximum is 256 characters).";
        violation(&answer, "PropertyConstraintViolation", "name", Some(message))
    }),
    Check::writes(
        "openproject/statuses/name-twice",
        "A name that another has, in whatever case: 422 in name",
        |s| {
            let path = s.own_status()?;
            let own = s.got(&path)?.json["name"].as_str().unwrap_or_default().to_uppercase();
            let answer = s.session.write(Method::POST, STATUSES, &json!({ "name": own }))?;
            violation(&answer, "PropertyConstraintViolation", "name", Some("Name has already been taken."))
        },
    ),
    Check::writes(
        "openproject/statuses/done-ratio-above-100",
        "A done ratio of 101: 422 in defaultDoneRatio",
        |s| {
            let answer = patch(s, &json!({ "defaultDoneRatio": 101 }))?;
            let message = "% Complete must be between 0 and 100.";
            violation(&answer, "PropertyConstraintViolation", "defaultDoneRatio", Some(message))
        },
    ),
    Check::writes(
        "openproject/statuses/several-failures",
        "Several failures: MultipleErrors with each inside",
        |s| {
            let answer = patch(s, &json!({ "name": "", "defaultDoneRatio": 101 }))?;
            let message = "Multiple field constraints have been violated.";
            refused(&answer, 422, "MultipleErrors", Some(message))?;
            let errors = items(&answer.json["_embedded"]["errors"]);
            same("errors inside", errors.len(), 2)?;
            has_all("an error", &errors[0], &["_type", "errorIdentifier", "message", "_embedded"])
        },
    ),
    Check::writes("openproject/statuses/id-stays", "The id cannot be written: 422 PropertyIsReadOnly", |s| {
        let answer = patch(s, &json!({ "id": 1_000_000_007 }))?;
        violation(&answer, "PropertyIsReadOnly", "id", None)
    }),
    Check::writes(
        "openproject/statuses/default-stays",
        "The default status cannot be deleted: 422 in base",
        |s| {
            s.own_status()?;
            let Some(id) = default_status(s)? else { return skips("no status is the default") };
            violation(
                &s.session.delete(&format!("{STATUSES}/{id}"))?,
                "PropertyConstraintViolation",
                "base",
                None,
            )
        },
    ),
    Check::writes(
        "openproject/statuses/default-not-read-only",
        "The default cannot be read-only: 422 in isReadonly",
        |s| {
            s.own_status()?;
            let Some(id) = default_status(s)? else { return skips("no status is the default") };
            let body = json!({ "isReadonly": true });
            let answer = s.session.write(Method::PATCH, &format!("{STATUSES}/{id}"), &body)?;
            violation(&answer, "PropertyConstraintViolation", "isReadonly", None)
        },
    ),
    Check::writes("openproject/statuses/patch-of-nothing", "PATCH of a status that is not there: 404", |s| {
        s.own_status()?;
        not_found(&s.session.write(
            Method::PATCH,
            &format!("{STATUSES}/{NOWHERE}"),
            &json!({ "name": "x" }),
        )?)
    }),
    Check::writes(
        "openproject/statuses/delete-is-204",
        "DELETE answers 204 without a body, and it is gone",
        |s| {
            let path = s.own_status()?;
            let answer = s.session.delete(&path)?;
            status(&answer, 204)?;
            same("length of the body", answer.body.len(), 0)?;
            not_found(&s.get(&path)?)
        },
    ),
];

/// The status that new work packages get, where there is one.
fn default_status(s: &mut Subject) -> Verdict<Option<String>> {
    let all = elements(&s.got(STATUSES)?);
    Ok(all.iter().find(|one| one["isDefault"] == true).map(|one| id_of(&one["id"])))
}

fn patch(s: &mut Subject, body: &Value) -> Verdict<Answer> {
    let path = s.own_status()?;
    s.session.write(Method::PATCH, &path, body)
}
