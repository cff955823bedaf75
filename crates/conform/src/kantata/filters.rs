//! Filters (docs/contracts/kantata.md#filters, and the lists of each resource).

use super::{
    CHANGES, Check, NOWHERE, REPORTS, Subject, Verdict, WORKSPACES, differs, id_of, ids, json, objects,
    refused, skips,
};
use crate::{same, status};
use base::clock::Time;

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads(
        "kantata/filters/workspace_id",
        "workspace_id narrows status reports to that workspace",
        |s| {
            let answer = s.reports("")?;
            let own = s.ground.workspace.clone();
            match objects(&answer).iter().find(|report| id_of(&report["workspace_id"]) != own) {
                Some(other) => differs(format!("reports of workspace {own}"), &other["workspace_id"]),
                None => Ok(()),
            }
        },
    ),
    Check::reads(
        "kantata/filters/unknown-workspace",
        "A workspace that is not there has no reports: 200",
        |s| {
            let answer = s.get(&format!("{REPORTS}?workspace_id={NOWHERE}"))?;
            status(&answer, 200)?;
            same("results", &answer.json["results"], json!([]))
        },
    ),
    Check::reads(
        "kantata/filters/changes-of-an-unknown-workspace",
        "Nor has it any status changes: 200",
        |s| {
            let answer = s.get(&format!("{CHANGES}?workspace_id={NOWHERE}"))?;
            status(&answer, 200)?;
            same("results", &answer.json["results"], json!([]))
        },
    ),
    Check::reads(
        "kantata/filters/ruby-integers",
        "Ids in filters are read the Ruby way: workspace_id=7x is 7",
        |s| {
            let all = s.at_least(1)?;
            let path = format!("{REPORTS}?workspace_id={}x", s.ground.workspace);
            same("results", ids(&s.list(&path)?), all)
        },
    ),
    Check::reads("kantata/filters/text-for-an-id", "workspace_id=abc matches nothing", |s| {
        same("count", &s.list(&format!("{REPORTS}?workspace_id=abc"))?.json["count"], 0)
    }),
    Check::reads("kantata/filters/blank", "A blank filter is not applied", |s| {
        let all = s.list(REPORTS)?.json["count"].clone();
        same("count", &s.list(&format!("{REPORTS}?workspace_id=&created_after="))?.json["count"], all)
    }),
    Check::reads(
        "kantata/filters/created_after-is-strict",
        "created_after leaves out the instant itself",
        |s| strict(s, "created_at", "created_after"),
    ),
    Check::reads(
        "kantata/filters/created_before-is-strict",
        "created_before leaves out the instant itself",
        |s| strict(s, "created_at", "created_before"),
    ),
    Check::reads(
        "kantata/filters/updated_after-is-strict",
        "updated_after leaves out the instant itself",
        |s| strict(s, "updated_at", "updated_after"),
    ),
    Check::reads(
        "kantata/filters/updated_before-is-strict",
        "updated_before leaves out the instant itself",
        |s| strict(s, "updated_at", "updated_before"),
    ),
    Check::reads("kantata/filters/dates-alone", "A bare date is its first second, UTC", |s| {
        let all = s.total()?;
        same("count", &s.reports("created_after=1990-01-01")?.json["count"], all)?;
        same("count", &s.reports("created_before=1990-01-01")?.json["count"], 0)
    }),
    Check::reads("kantata/filters/unreadable-date", "A date that cannot be read is 400", |s| {
        let answer = s.get(&format!("{REPORTS}?created_after=soon"))?;
        refused(&answer, 400, "system", None, None)
    }),
    Check::reads(
        "kantata/filters/has_external_references",
        "Those with references and those without are all",
        |s| {
            let all = s.total()?;
            let with = s.reports("has_external_references=true")?.json["count"].as_i64().unwrap_or(-1);
            let without = s.reports("has_external_references=false")?.json["count"].as_i64().unwrap_or(-1);
            same("both counts together", with + without, all)
        },
    ),
    Check::reads(
        "kantata/filters/booleans",
        "TRUE and FALSE are booleans; any other text, 0 among them, is true",
        |s| {
            let with = s.reports("has_external_references=true")?.json["count"].clone();
            let without = s.reports("has_external_references=false")?.json["count"].clone();
            for (text, expected) in [("TRUE", &with), ("0", &with), ("False", &with), ("FALSE", &without)] {
                let answer = s.reports(&format!("has_external_references={text}"))?;
                same(&format!("count with {text}"), &answer.json["count"], expected)?;
            }
            Ok(())
        },
    ),
    Check::reads("kantata/filters/service_name", "A service that nobody uses matches nothing", |s| {
        same("count", &s.reports("external_reference_service_name=bogus")?.json["count"], 0)
    }),
    Check::reads("kantata/filters/without-service_name", "And nobody is without it in vain", |s| {
        let all = s.total()?;
        let answer = s.reports("without_external_reference_service_name=bogus")?;
        same("count", &answer.json["count"], all)
    }),
    Check::reads("kantata/archived/not-in-lists", "Archived workspaces are not in the list", |s| {
        let id = archived(s)?;
        same("count", &s.list(&format!("{WORKSPACES}?only={id}"))?.json["count"], 0)
    }),
    Check::reads("kantata/archived/include_archived", "include_archived=true shows them", |s| {
        let id = archived(s)?;
        let answer = s.list(&format!("{WORKSPACES}?include_archived=true&only={id}"))?;
        same("results", ids(&answer), [id])
    }),
    Check::reads("kantata/archived/only", "archived=only shows them alone", |s| {
        archived(s)?;
        let answer = s.list(&format!("{WORKSPACES}?archived=only"))?;
        let active = objects(&answer).iter().filter(|one| one["archived"] != true).count();
        same("workspaces that are not archived", active, 0)
    }),
    Check::reads("kantata/archived/not-shown", "An archived workspace alone is 404", |s| {
        let id = archived(s)?;
        let answer = s.get(&format!("{WORKSPACES}/{id}"))?;
        refused(&answer, 404, "system", None, Some("Record not found"))
    }),
    Check::reads("kantata/archived/shown-when-asked", "With include_archived=true it is shown", |s| {
        let id = archived(s)?;
        status(&s.get(&format!("{WORKSPACES}/{id}?include_archived=true"))?, 200)
    }),
    Check::reads("kantata/archived/default-filters", "apply_default_filters=false shows them", |s| {
        let id = archived(s)?;
        let answer = s.list(&format!("{WORKSPACES}?apply_default_filters=false&only={id}"))?;
        same("results", ids(&answer), [id])
    }),
];

fn archived(s: &mut Subject) -> Verdict<String> {
    match &s.ground.archived {
        Some(id) => Ok(id.clone()),
        None => skips("there is no archived workspace to look at"),
    }
}

/// The bound itself is out, and a second to the right side is in.
fn strict(s: &mut Subject, member: &str, filter: &str) -> Verdict {
    let (id, report) = (s.at_least(1)?.remove(0), s.ground.reports[0].clone());
    let Some(at) = report[member].as_str().and_then(|text| text.parse::<Time>().ok()) else {
        return skips(format!("{member} is no time"));
    };
    let at = at.second();
    let near = Time(at.0 + if filter.ends_with("after") { -1_000_000 } else { 1_000_000 });
    for (bound, expected) in [(at, 0), (near, 1)] {
        let answer = s.reports(&format!("only={id}&{filter}={bound}"))?;
        same(&format!("count with {filter}={bound}"), &answer.json["count"], expected)?;
    }
    Ok(())
}
