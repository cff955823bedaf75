//! Requests by id and orders (docs/contracts/kantata.md#requests-by-id and docs/contracts/kantata.md#orders).

use super::{
    Answer, Check, NOWHERE, REPORTS, Subject, Value, Verdict, WORKSPACES, id_of, ids, objects, skips,
};
use crate::same;
use base::clock::Time;

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads(
        "kantata/only/is-not-paged",
        "only gets all of its ids, whatever page and per_page say",
        |s| {
            let all = s.at_least(2)?;
            let answer = s.reports(&format!("only={},{}&per_page=1&page=2", all[0], all[1]))?;
            same("results", ids(&answer), &all[..2])
        },
    ),
    Check::reads(
        "kantata/only/page_count",
        "With only, page_size is still per_page's, and page_count follows from it",
        |s| {
            let all = s.at_least(2)?;
            let meta = s.reports(&format!("only={},{}&per_page=1", all[0], all[1]))?.json["meta"].clone();
            same("page_size", &meta["page_size"], 1)?;
            same("page_count", &meta["page_count"], 2)
        },
    ),
    Check::reads("kantata/only/keeps-the-order", "only does not change the order", |s| {
        let all = s.at_least(2)?;
        same("results", ids(&s.reports(&format!("only={},{}", all[1], all[0]))?), &all[..2])
    }),
    Check::reads("kantata/only/drops-what-is-no-id", "In only, what is not all digits is dropped", |s| {
        let all = s.at_least(3)?;
        let query = format!("only=foo,{}x,%20{},{}", all[0], all[1], all[2]);
        same("results", ids(&s.reports(&query)?), &all[2..3])
    }),
    Check::reads("kantata/only/collapses-duplicates", "An id twice in only is one result", |s| {
        let all = s.at_least(1)?;
        same("results", ids(&s.reports(&format!("only={0},{0}", all[0]))?), &all[..1])
    }),
    Check::reads("kantata/only/without-an-id", "only=foo matches nothing", |s| {
        same("count", &s.reports("only=foo")?.json["count"], 0)
    }),
    Check::reads("kantata/only/blank", "A blank only is not applied", |s| {
        let all = s.at_least(1)?;
        same("results", ids(&s.reports("only=")?), all)
    }),
    Check::reads(
        "kantata/only/unknown-ids",
        "only leaves out ids that are not there, without an error",
        |s| {
            let all = s.at_least(1)?;
            same("results", ids(&s.reports(&format!("only={NOWHERE},{}", all[0]))?), &all[..1])
        },
    ),
    Check::reads("kantata/only/with-filters", "only and filters apply together", |s| {
        let all = s.at_least(1)?;
        let answer = s.list(&format!("{REPORTS}?workspace_id={NOWHERE}&only={}", all[0]))?;
        same("count", &answer.json["count"], 0)
    }),
    Check::reads("kantata/only/as-a-list", "only[] holds nothing valid", |s| {
        let all = s.at_least(1)?;
        same("count", &s.reports(&format!("only[]={}", all[0]))?.json["count"], 0)
    }),
    Check::reads("kantata/order/reports-by-id", "Status reports come by id, ascending", |s| {
        let seen = ids(&s.reports("")?);
        let mut sorted = seen.clone();
        sorted.sort_by_key(|id| id.parse::<u64>().unwrap_or_default());
        same("results", seen, sorted)
    }),
    Check::reads("kantata/order/reports-ignore-order", "order has no effect on status reports", |s| {
        let all = s.at_least(2)?;
        same("results", ids(&s.reports("order=created_at:desc")?), all)
    }),
    Check::reads("kantata/order/changes-newest-first", "Status changes come newest first", |s| {
        sorted(s, "", true)
    }),
    Check::reads("kantata/order/descending", "order=created_at:desc descends", |s| {
        sorted(s, "order=created_at:desc", true)
    }),
    Check::reads("kantata/order/ascending", "order=created_at:asc ascends", |s| {
        sorted(s, "order=created_at:asc", false)
    }),
    Check::reads("kantata/order/no-direction-ascends", "order=created_at ascends", |s| {
        sorted(s, "order=created_at", false)
    }),
    Check::reads("kantata/order/unknown-direction-ascends", "order=created_at:foo ascends", |s| {
        sorted(s, "order=created_at:foo", false)
    }),
    Check::reads("kantata/order/upper-case-ascends", "order=created_at:DESC ascends", |s| {
        sorted(s, "order=created_at:DESC", false)
    }),
    Check::reads(
        "kantata/order/unknown-name",
        "An order by what is not known is the default with its direction",
        |s| sorted(s, "order=bogus:asc", true),
    ),
    Check::reads("kantata/order/blank", "A blank order is the default", |s| sorted(s, "order=", true)),
    Check::reads("kantata/order/workspaces", "Workspaces come by updated_at, the last first", |s| {
        let answer = s.list(WORKSPACES)?;
        by(&answer, "updated_at", true)
    }),
    Check::reads("kantata/order/workspaces-by-created_at", "Workspaces can be ordered by created_at", |s| {
        let answer = s.list(&format!("{WORKSPACES}?order=created_at:asc"))?;
        by(&answer, "created_at", false)
    }),
];

fn sorted(s: &mut Subject, query: &str, descends: bool) -> Verdict {
    let answer = s.changes(query)?;
    by(&answer, "created_at", descends)
}

/// Whether results are sorted by a time; shown are seconds, so that within one any order will do.
fn by(answer: &Answer, member: &str, descends: bool) -> Verdict {
    let mut all = objects(answer);
    if all.iter().all(|one| one[member] == all[0][member]) {
        return skips(format!("no two objects differ in {member}"));
    }
    let at = |object: &Value| object[member].as_str().and_then(|text| text.parse::<Time>().ok());
    all.sort_by(|one, other| if descends { at(other).cmp(&at(one)) } else { at(one).cmp(&at(other)) });
    let expected: Vec<String> = all.iter().map(|one| id_of(&one["id"])).collect();
    same("results", ids(answer), expected)
}
