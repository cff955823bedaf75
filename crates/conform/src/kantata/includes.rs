//! Includes and side-loaded objects (docs/contracts/kantata.md#includes).

use serde_json::json;

use super::response::{ensure_ids, first_object, objects};
use super::samples::{participations, references};
use super::session::{REPORTS, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, ensure, ensure_eq, ensure_has, id_of, items, members};
use crate::client::Response;

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads("kantata/includes/not-unless-asked", "Without include, there are no related objects", |s| {
        let response = s.reports("")?;
        ensure(response.json.get("users").is_none(), "no users", members(&response.json).join(" "))
    }),
    Check::reads(
        "kantata/includes/pointers-lead-somewhere",
        "Every creator_id refers to an included user",
        |s| {
            let response = s.reports("include=creator")?;
            ensure_included(&response, "creator_id", "users")
        },
    ),
    Check::reads("kantata/includes/workspace", "Every workspace_id refers to an included workspace", |s| {
        let response = s.reports("include=workspace")?;
        ensure_included(&response, "workspace_id", "workspaces")
    }),
    Check::reads(
        "kantata/includes/user-of-changes",
        "Every user_id of a change refers to an included user",
        |s| {
            let response = s.changes("include=user")?;
            ensure_included(&response, "user_id", "users")
        },
    ),
    Check::reads("kantata/includes/ids-are-texts", "The ids of included objects are strings", |s| {
        let response = s.reports("include=creator,workspace")?;
        let all = ["users", "workspaces"].into_iter().filter_map(|key| response.json[key].as_object());
        ensure_ids("id", all.flat_map(serde_json::Map::values).map(|object| &object["id"]))
    }),
    Check::reads("kantata/includes/unknown", "Unknown includes are ignored", |s| {
        only_with(s, "include=creator,bogus", &["users"], "bogus")
    }),
    Check::reads(
        "kantata/includes/blanks-are-not-trimmed",
        "A name after a comma and a space is unknown",
        |s| only_with(s, "include=creator,%20workspace", &["users"], "workspaces"),
    ),
    Check::reads("kantata/includes/two-of-one-type", "Two includes of one type share one member", |s| {
        let response = s.reports("include=creator,updater")?;
        let text = String::from_utf8_lossy(&response.body);
        ensure_eq("members named users", text.matches("\"users\":").count(), 1)
    }),
    Check::reads("kantata/includes/empty", "An include without related rows is an empty object", |s| {
        let path = format!("{REPORTS}?workspace_id={UNKNOWN_ID}&include=creator,external_references");
        let response = s.list(&path)?;
        ensure_eq("users", response.json.get("users"), json!({}))?;
        ensure_eq("external_references", response.json.get("external_references"), json!({}))
    }),
    Check::reads("kantata/includes/as-a-list", "include[] includes nothing", |s| {
        only_with(s, "include[]=creator", &[], "users")
    }),
    Check::reads(
        "kantata/includes/own-ids-are-always-there",
        "workspace_id, creator_id and updater_id are always present",
        |s| {
            let response = s.reports("")?;
            ensure_has("a report", &first_object(&response).1, &["workspace_id", "creator_id", "updater_id"])
        },
    ),
    Check::reads(
        "kantata/includes/ids-of-many-only-when-included",
        "external_reference_ids is present only with its include, and is a list",
        |s| {
            let plain = first_object(&s.reports("")?).1;
            ensure(plain.get("external_reference_ids").is_none(), "no external_reference_ids", &plain)?;
            let included = first_object(&s.reports("include=external_references")?).1;
            ensure(included["external_reference_ids"].is_array(), "a list external_reference_ids", &included)
        },
    ),
    Check::reads(
        "kantata/includes/references",
        "Every id in external_reference_ids refers to an included reference",
        |s| {
            let response = s.reports("include=external_references")?;
            for report in objects(&response) {
                for id in items(&report["external_reference_ids"]).iter().map(id_of) {
                    ensure_has("external_references", &response.json["external_references"], &[&id])?;
                }
            }
            Ok(())
        },
    ),
    Check::reads("kantata/includes/in-single-views", "A single object can have includes", |s| {
        let id = s.report_ids(1)?.remove(0);
        let response = s.get(&format!("{REPORTS}/{id}?include=creator"))?;
        ensure_included(&response, "creator_id", "users")
    }),
    Check::reads(
        "kantata/includes/side-loads-are-plain",
        "Included objects have no ids of includes of their own",
        |s| {
            let response = s.reports("include=workspace")?;
            let id = s.records.workspace.clone();
            let workspace = response.json["workspaces"][&id].clone();
            ensure(workspace.get("participant_ids").is_none(), "no participant_ids", workspace)
        },
    ),
    Check::reads(
        "kantata/includes/polymorphic",
        "subject_ref has the resource and the id of an included subject",
        |s| {
            let response = references(s, "&include=subject")?;
            let (_, reference) = first_object(&response);
            let id = id_of(&reference["subject_id"]);
            ensure_eq(
                "subject_ref",
                &reference["subject_ref"],
                json!({ "key": "status_reports", "id": id }),
            )?;
            ensure_has("status_reports", &response.json["status_reports"], &[&id])
        },
    ),
    Check::reads(
        "kantata/includes/polymorphic-not-asked",
        "Without the include there is no subject_ref",
        |s| {
            let (_, reference) = first_object(&references(s, "")?);
            ensure(reference.get("subject_ref").is_none(), "no subject_ref", reference)
        },
    ),
    Check::reads(
        "kantata/optional_fields/only-when-asked",
        "access_level of a participation is an optional field",
        |s| {
            let (_, plain) = first_object(&participations(s, "")?);
            ensure(plain.get("access_level").is_none(), "no access_level", plain)
        },
    ),
    Check::reads(
        "kantata/optional_fields/are-trimmed",
        "optional_fields can contain spaces and unknown names",
        |s| {
            let (_, requested) = first_object(&participations(s, "&optional_fields=bogus,%20access_level")?);
            ensure_has("a participation", &requested, &["access_level"])
        },
    ),
];

/// Requires some includes of a list, and the absence of another.
fn only_with(s: &mut Suite, query: &str, present: &[&str], absent: &str) -> Verdict {
    let response = s.reports(query)?;
    ensure_has("a list", &response.json, present)?;
    ensure(response.json.get(absent).is_none(), format!("no {absent}"), members(&response.json).join(" "))
}

fn ensure_included(response: &Response, member: &str, key: &str) -> Verdict {
    for object in objects(response) {
        let id = id_of(&object[member]);
        ensure(
            response.json[key][&id].is_object(),
            format!("{key} with {id}"),
            members(&response.json[key]).join(" "),
        )?;
    }
    Ok(())
}
