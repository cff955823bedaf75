//! Requests by id and orders (docs/contracts/kantata.md#requests-by-id and docs/contracts/kantata.md#orders).

use serde_json::Value;

use super::response::{ids, objects};
use super::session::{REPORTS, Suite, UNKNOWN_ID, WORKSPACES};
use crate::check::{Check, Verdict, ensure_eq, id_of, skip};
use crate::client::Response;
use base::clock::Time;

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads(
        "kantata/only/is-not-paged",
        "only returns all of its ids, whatever page and per_page are",
        |s| {
            let all = s.report_ids(2)?;
            let response = s.reports(&format!("only={},{}&per_page=1&page=2", all[0], all[1]))?;
            ensure_eq("results", ids(&response), &all[..2])
        },
    ),
    Check::reads(
        "kantata/only/page_count",
        "With only, page_size is still per_page, and page_count follows from it",
        |s| {
            let all = s.report_ids(2)?;
            let meta = s.reports(&format!("only={},{}&per_page=1", all[0], all[1]))?.json["meta"].clone();
            ensure_eq("page_size", &meta["page_size"], 1)?;
            ensure_eq("page_count", &meta["page_count"], 2)
        },
    ),
    Check::reads("kantata/only/keeps-the-order", "only does not change the order", |s| {
        let all = s.report_ids(2)?;
        ensure_eq("results", ids(&s.reports(&format!("only={},{}", all[1], all[0]))?), &all[..2])
    }),
    Check::reads("kantata/only/drops-what-is-no-id", "only ignores items that are not all digits", |s| {
        let all = s.report_ids(3)?;
        let query = format!("only=foo,{}x,%20{},{}", all[0], all[1], all[2]);
        ensure_eq("results", ids(&s.reports(&query)?), &all[2..3])
    }),
    Check::reads("kantata/only/collapses-duplicates", "A repeated id in only is one result", |s| {
        let all = s.report_ids(1)?;
        ensure_eq("results", ids(&s.reports(&format!("only={0},{0}", all[0]))?), &all[..1])
    }),
    Check::reads("kantata/only/without-an-id", "only=foo matches nothing", |s| {
        ensure_eq("count", &s.reports("only=foo")?.json["count"], 0)
    }),
    Check::reads("kantata/only/blank", "A blank only is ignored", |s| {
        let all = s.report_ids(1)?;
        ensure_eq("results", ids(&s.reports("only=")?), all)
    }),
    Check::reads("kantata/only/unknown-ids", "only ignores unknown ids", |s| {
        let all = s.report_ids(1)?;
        ensure_eq("results", ids(&s.reports(&format!("only={UNKNOWN_ID},{}", all[0]))?), &all[..1])
    }),
    Check::reads("kantata/only/with-filters", "only and filters apply together", |s| {
        let all = s.report_ids(1)?;
        let response = s.list(&format!("{REPORTS}?workspace_id={UNKNOWN_ID}&only={}", all[0]))?;
        ensure_eq("count", &response.json["count"], 0)
    }),
    Check::reads("kantata/only/as-a-list", "only[] matches nothing", |s| {
        let all = s.report_ids(1)?;
        ensure_eq("count", &s.reports(&format!("only[]={}", all[0]))?.json["count"], 0)
    }),
    Check::reads("kantata/order/reports-by-id", "Status reports are sorted by id, ascending", |s| {
        let actual = ids(&s.reports("")?);
        let mut sorted = actual.clone();
        sorted.sort_by_key(|id| id.parse::<u64>().unwrap_or_default());
        ensure_eq("results", actual, sorted)
    }),
    Check::reads("kantata/order/reports-ignore-order", "order has no effect on status reports", |s| {
        let all = s.report_ids(2)?;
        ensure_eq("results", ids(&s.reports("order=created_at:desc")?), all)
    }),
    Check::reads("kantata/order/changes-newest-first", "Status changes are sorted newest first", |s| {
        ensure_sorted(s, "", true)
    }),
    Check::reads("kantata/order/descending", "order=created_at:desc descends", |s| {
        ensure_sorted(s, "order=created_at:desc", true)
    }),
    Check::reads("kantata/order/ascending", "order=created_at:asc ascends", |s| {
        ensure_sorted(s, "order=created_at:asc", false)
    }),
    Check::reads("kantata/order/no-direction-ascends", "order=created_at ascends", |s| {
        ensure_sorted(s, "order=created_at", false)
    }),
    Check::reads("kantata/order/unknown-direction-ascends", "order=created_at:foo ascends", |s| {
        ensure_sorted(s, "order=created_at:foo", false)
    }),
    Check::reads("kantata/order/upper-case-ascends", "order=created_at:DESC ascends", |s| {
        ensure_sorted(s, "order=created_at:DESC", false)
    }),
    Check::reads(
        "kantata/order/unknown-name",
        "An order by an unknown field is the default order, with its direction",
        |s| ensure_sorted(s, "order=bogus:asc", true),
    ),
    Check::reads("kantata/order/blank", "A blank order is the default", |s| ensure_sorted(s, "order=", true)),
    Check::reads("kantata/order/workspaces", "Workspaces are sorted by updated_at, latest first", |s| {
        let response = s.list(WORKSPACES)?;
        ensure_sorted_by(&response, "updated_at", true)
    }),
    Check::reads("kantata/order/workspaces-by-created_at", "Workspaces can be sorted by created_at", |s| {
        let response = s.list(&format!("{WORKSPACES}?order=created_at:asc"))?;
        ensure_sorted_by(&response, "created_at", false)
    }),
];

fn ensure_sorted(s: &mut Suite, query: &str, descends: bool) -> Verdict {
    let response = s.changes(query)?;
    ensure_sorted_by(&response, "created_at", descends)
}

/// Requires results sorted by a time. The API gives whole seconds, so any order within a second passes.
fn ensure_sorted_by(response: &Response, member: &str, descends: bool) -> Verdict {
    let mut all = objects(response);
    if all.iter().all(|one| one[member] == all[0][member]) {
        return skip(format!("no two objects differ in {member}"));
    }
    let at = |object: &Value| object[member].as_str().and_then(|text| text.parse::<Time>().ok());
    all.sort_by(|one, other| if descends { at(other).cmp(&at(one)) } else { at(one).cmp(&at(other)) });
    let expected: Vec<String> = all.iter().map(|one| id_of(&one["id"])).collect();
    ensure_eq("results", ids(response), expected)
}
