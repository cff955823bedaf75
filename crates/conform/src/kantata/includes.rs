//! Includes and side-loaded objects (docs/contracts/kantata.md#includes).

use super::envelope::texts;
use super::{
    Answer, Check, NOWHERE, PARTICIPATIONS, REFERENCES, REPORTS, Subject, Verdict, holds, id_of, ids, items,
    json, objects, single, skips,
};
use crate::{has_all, members, same};

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads("kantata/includes/not-unless-asked", "What is not included is not there", |s| {
        let answer = s.reports("")?;
        holds(answer.json.get("users").is_none(), "no users", members(&answer.json).join(" "))
    }),
    Check::reads(
        "kantata/includes/pointers-lead-somewhere",
        "Every creator_id leads to an included user",
        |s| {
            let answer = s.reports("include=creator")?;
            leads(&answer, "creator_id", "users")
        },
    ),
    Check::reads("kantata/includes/workspace", "Every workspace_id leads to an included workspace", |s| {
        let answer = s.reports("include=workspace")?;
        leads(&answer, "workspace_id", "workspaces")
    }),
    Check::reads(
        "kantata/includes/user-of-changes",
        "Every user_id of a change leads to an included user",
        |s| {
            let answer = s.changes("include=user")?;
            leads(&answer, "user_id", "users")
        },
    ),
    Check::reads("kantata/includes/ids-are-texts", "The ids of side-loaded objects are texts", |s| {
        let answer = s.reports("include=creator,workspace")?;
        let all = ["users", "workspaces"].into_iter().filter_map(|key| answer.json[key].as_object());
        texts("id", all.flat_map(serde_json::Map::values).map(|object| &object["id"]))
    }),
    Check::reads("kantata/includes/unknown", "Includes that are not known are ignored", |s| {
        only_with(s, "include=creator,bogus", &["users"], "bogus")
    }),
    Check::reads(
        "kantata/includes/blanks-are-not-trimmed",
        "After a comma and a blank, a name is not known",
        |s| only_with(s, "include=creator,%20workspace", &["users"], "workspaces"),
    ),
    Check::reads("kantata/includes/two-of-one-type", "Two includes of one type share one object", |s| {
        let answer = s.reports("include=creator,updater")?;
        let text = String::from_utf8_lossy(&answer.body);
        same("members named users", text.matches("\"users\":").count(), 1)
    }),
    Check::reads("kantata/includes/empty", "An include without related rows is an empty object", |s| {
        let path = format!("{REPORTS}?workspace_id={NOWHERE}&include=creator,external_references");
        let answer = s.list(&path)?;
        same("users", answer.json.get("users"), json!({}))?;
        same("external_references", answer.json.get("external_references"), json!({}))
    }),
    Check::reads("kantata/includes/as-a-list", "include[] includes nothing", |s| {
        only_with(s, "include[]=creator", &[], "users")
    }),
    Check::reads(
        "kantata/includes/own-ids-are-always-there",
        "workspace_id, creator_id and updater_id are always there",
        |s| {
            let answer = s.reports("")?;
            has_all("a report", &single(&answer).1, &["workspace_id", "creator_id", "updater_id"])
        },
    ),
    Check::reads(
        "kantata/includes/ids-of-many-only-when-included",
        "external_reference_ids is there only with its include, and then a list",
        |s| {
            let plain = single(&s.reports("")?).1;
            holds(plain.get("external_reference_ids").is_none(), "no external_reference_ids", &plain)?;
            let included = single(&s.reports("include=external_references")?).1;
            holds(included["external_reference_ids"].is_array(), "a list external_reference_ids", &included)
        },
    ),
    Check::reads("kantata/includes/references", "Every id in external_reference_ids leads somewhere", |s| {
        let answer = s.reports("include=external_references")?;
        for report in objects(&answer) {
            for id in items(&report["external_reference_ids"]).iter().map(id_of) {
                has_all("external_references", &answer.json["external_references"], &[&id])?;
            }
        }
        Ok(())
    }),
    Check::reads("kantata/includes/in-single-views", "A single object can have includes, too", |s| {
        let id = s.at_least(1)?.remove(0);
        let answer = s.get(&format!("{REPORTS}/{id}?include=creator"))?;
        leads(&answer, "creator_id", "users")
    }),
    Check::reads(
        "kantata/includes/side-loads-are-plain",
        "Side-loaded objects have no ids of includes of their own",
        |s| {
            let answer = s.reports("include=workspace")?;
            let id = s.ground.workspace.clone();
            let workspace = answer.json["workspaces"][&id].clone();
            holds(workspace.get("participant_ids").is_none(), "no participant_ids", workspace)
        },
    ),
    Check::reads(
        "kantata/includes/polymorphic",
        "subject_ref names resource and id of an included subject",
        |s| {
            let answer = references(s, "&include=subject")?;
            let (_, reference) = single(&answer);
            let id = id_of(&reference["subject_id"]);
            same("subject_ref", &reference["subject_ref"], json!({ "key": "status_reports", "id": id }))?;
            has_all("status_reports", &answer.json["status_reports"], &[&id])
        },
    ),
    Check::reads(
        "kantata/includes/polymorphic-not-asked",
        "Without the include there is no subject_ref",
        |s| {
            let (_, reference) = single(&references(s, "")?);
            holds(reference.get("subject_ref").is_none(), "no subject_ref", reference)
        },
    ),
    Check::reads(
        "kantata/optional_fields/only-when-asked",
        "access_level of a participation has to be asked for",
        |s| {
            let (_, plain) = single(&participations(s, "")?);
            holds(plain.get("access_level").is_none(), "no access_level", plain)
        },
    ),
    Check::reads(
        "kantata/optional_fields/are-trimmed",
        "optional_fields may have blanks, and unknown names",
        |s| {
            let (_, asked) = single(&participations(s, "&optional_fields=bogus,%20access_level")?);
            has_all("a participation", &asked, &["access_level"])
        },
    ),
];

/// Whether a list has some includes, and lacks another.
fn only_with(s: &mut Subject, query: &str, present: &[&str], absent: &str) -> Verdict {
    let answer = s.reports(query)?;
    has_all("a list", &answer.json, present)?;
    holds(answer.json.get(absent).is_none(), format!("no {absent}"), members(&answer.json).join(" "))
}

fn leads(answer: &Answer, member: &str, key: &str) -> Verdict {
    for object in objects(answer) {
        let id = id_of(&object[member]);
        holds(
            answer.json[key][&id].is_object(),
            format!("{key} with {id}"),
            members(&answer.json[key]).join(" "),
        )?;
    }
    Ok(())
}

/// References of status reports, at least one.
pub fn references(s: &mut Subject, query: &str) -> Verdict<Answer> {
    let answer = s.list(&format!("{REFERENCES}?subject_type=StatusReport{query}"))?;
    if ids(&answer).is_empty() {
        skips("there is no external reference of a status report")
    } else {
        Ok(answer)
    }
}

/// Participations of a workspace, at least one.
pub fn participations(s: &mut Subject, query: &str) -> Verdict<Answer> {
    if s.ground.workspaces.is_empty() {
        return skips("there is no workspace to look at");
    }
    for workspace in s.ground.workspaces.iter().map(|one| id_of(&one["id"])).collect::<Vec<_>>() {
        let answer = s.list(&format!("{PARTICIPATIONS}?workspace_id={workspace}{query}"))?;
        if !ids(&answer).is_empty() {
            return Ok(answer);
        }
    }
    skips("there is no participation to look at")
}
