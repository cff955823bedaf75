//! Filters (docs/contracts/kantata.md#filters, and the lists of each resource).

use serde_json::json;

use super::response::{ensure_error, ids, objects};
use super::session::{CHANGES, REPORTS, Suite, UNKNOWN_ID, WORKSPACES};
use crate::check::{Check, Verdict, differs, ensure_eq, ensure_status, id_of, skip};
use base::clock::Time;

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads(
        "kantata/filters/workspace_id",
        "workspace_id restricts status reports to that workspace",
        |s| {
            let response = s.reports("")?;
            let own = s.records.workspace.clone();
            match objects(&response).iter().find(|report| id_of(&report["workspace_id"]) != own) {
                Some(other) => differs(format!("reports of workspace {own}"), &other["workspace_id"]),
                None => Ok(()),
            }
        },
    ),
    Check::reads("kantata/filters/unknown-workspace", "An unknown workspace has no reports: 200", |s| {
        let response = s.get(&format!("{REPORTS}?workspace_id={UNKNOWN_ID}"))?;
        ensure_status(&response, 200)?;
        ensure_eq("results", &response.json["results"], json!([]))
    }),
    Check::reads(
        "kantata/filters/changes-of-an-unknown-workspace",
        "An unknown workspace has no status changes: 200",
        |s| {
            let response = s.get(&format!("{CHANGES}?workspace_id={UNKNOWN_ID}"))?;
            ensure_status(&response, 200)?;
            ensure_eq("results", &response.json["results"], json!([]))
        },
    ),
    Check::reads(
        "kantata/filters/ruby-integers",
        "Ids in filters are parsed as in Ruby: workspace_id=7x is 7",
        |s| {
            let all = s.report_ids(1)?;
            let path = format!("{REPORTS}?workspace_id={}x", s.records.workspace);
            ensure_eq("results", ids(&s.list(&path)?), all)
        },
    ),
    Check::reads("kantata/filters/text-for-an-id", "workspace_id=abc matches nothing", |s| {
        ensure_eq("count", &s.list(&format!("{REPORTS}?workspace_id=abc"))?.json["count"], 0)
    }),
    Check::reads("kantata/filters/blank", "A blank filter is ignored", |s| {
        let all = s.list(REPORTS)?.json["count"].clone();
        ensure_eq("count", &s.list(&format!("{REPORTS}?workspace_id=&created_after="))?.json["count"], all)
    }),
    Check::reads(
        "kantata/filters/created_after-is-strict",
        "created_after excludes the instant itself",
        |s| ensure_strict(s, "created_at", "created_after"),
    ),
    Check::reads(
        "kantata/filters/created_before-is-strict",
        "created_before excludes the instant itself",
        |s| ensure_strict(s, "created_at", "created_before"),
    ),
    Check::reads(
        "kantata/filters/updated_after-is-strict",
        "updated_after excludes the instant itself",
        |s| ensure_strict(s, "updated_at", "updated_after"),
    ),
    Check::reads(
        "kantata/filters/updated_before-is-strict",
        "updated_before excludes the instant itself",
        |s| ensure_strict(s, "updated_at", "updated_before"),
    ),
    Check::reads("kantata/filters/dates-alone", "A date without a time means its first second in UTC", |s| {
        let all = s.total()?;
        ensure_eq("count", &s.reports("created_after=1990-01-01")?.json["count"], all)?;
        ensure_eq("count", &s.reports("created_before=1990-01-01")?.json["count"], 0)
    }),
    Check::reads("kantata/filters/unreadable-date", "An invalid date is 400", |s| {
        let response = s.get(&format!("{REPORTS}?created_after=soon"))?;
        ensure_error(&response, 400, "system", None, None)
    }),
    Check::reads(
        "kantata/filters/has_external_references",
        "Reports with references and reports without add up to all reports",
        |s| {
            let all = s.total()?;
            let with = s.reports("has_external_references=true")?.json["count"].as_i64().unwrap_or(-1);
            let without = s.reports("has_external_references=false")?.json["count"].as_i64().unwrap_or(-1);
            ensure_eq("both counts together", with + without, all)
        },
    ),
    Check::reads(
        "kantata/filters/booleans",
        "TRUE and FALSE are booleans; any other text, even 0, is true",
        |s| {
            let with = s.reports("has_external_references=true")?.json["count"].clone();
            let without = s.reports("has_external_references=false")?.json["count"].clone();
            for (text, expected) in [("TRUE", &with), ("0", &with), ("False", &with), ("FALSE", &without)] {
                let response = s.reports(&format!("has_external_references={text}"))?;
                ensure_eq(&format!("count with {text}"), &response.json["count"], expected)?;
            }
            Ok(())
        },
    ),
    Check::reads("kantata/filters/service_name", "An unused service name matches nothing", |s| {
        ensure_eq("count", &s.reports("external_reference_service_name=bogus")?.json["count"], 0)
    }),
    Check::reads(
        "kantata/filters/without-service_name",
        "Every report is without an unused service name",
        |s| {
            let all = s.total()?;
            let response = s.reports("without_external_reference_service_name=bogus")?;
            ensure_eq("count", &response.json["count"], all)
        },
    ),
    Check::reads("kantata/archived/not-in-lists", "Archived workspaces are not in the list", |s| {
        let id = archived(s)?;
        ensure_eq("count", &s.list(&format!("{WORKSPACES}?only={id}"))?.json["count"], 0)
    }),
    Check::reads(
        "kantata/archived/include_archived",
        "include_archived=true adds archived workspaces to the list",
        |s| {
            let id = archived(s)?;
            let response = s.list(&format!("{WORKSPACES}?include_archived=true&only={id}"))?;
            ensure_eq("results", ids(&response), [id])
        },
    ),
    Check::reads("kantata/archived/only", "archived=only lists archived workspaces only", |s| {
        archived(s)?;
        let response = s.list(&format!("{WORKSPACES}?archived=only"))?;
        let active = objects(&response).iter().filter(|one| one["archived"] != true).count();
        ensure_eq("workspaces that are not archived", active, 0)
    }),
    Check::reads("kantata/archived/not-shown", "A single archived workspace is 404", |s| {
        let id = archived(s)?;
        let response = s.get(&format!("{WORKSPACES}/{id}"))?;
        ensure_error(&response, 404, "system", None, Some("Record not found"))
    }),
    Check::reads(
        "kantata/archived/shown-when-asked",
        "With include_archived=true, a single archived workspace is 200",
        |s| {
            let id = archived(s)?;
            ensure_status(&s.get(&format!("{WORKSPACES}/{id}?include_archived=true"))?, 200)
        },
    ),
    Check::reads(
        "kantata/archived/default-filters",
        "apply_default_filters=false adds archived workspaces to the list",
        |s| {
            let id = archived(s)?;
            let response = s.list(&format!("{WORKSPACES}?apply_default_filters=false&only={id}"))?;
            ensure_eq("results", ids(&response), [id])
        },
    ),
];

fn archived(s: &mut Suite) -> Verdict<String> {
    match &s.records.archived {
        Some(id) => Ok(id.clone()),
        None => skip("there is no archived workspace to look at"),
    }
}

/// Requires that the filter excludes the instant itself, and includes it with a bound one second away.
fn ensure_strict(s: &mut Suite, member: &str, filter: &str) -> Verdict {
    let (id, report) = (s.report_ids(1)?.remove(0), s.records.reports[0].clone());
    let Some(at) = report[member].as_str().and_then(|text| text.parse::<Time>().ok()) else {
        return skip(format!("{member} is not a time"));
    };
    let at = at.second();
    let near = Time(at.0 + if filter.ends_with("after") { -1_000_000 } else { 1_000_000 });
    for (bound, expected) in [(at, 0), (near, 1)] {
        let response = s.reports(&format!("only={id}&{filter}={bound}"))?;
        ensure_eq(&format!("count with {filter}={bound}"), &response.json["count"], expected)?;
    }
    Ok(())
}
