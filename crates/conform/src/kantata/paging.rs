//! Pages (docs/contracts/kantata.md#paging).

use serde_json::json;

use super::response::ids;
use super::session::{REPORTS, Suite};
use crate::check::{Check, Verdict, ensure_eq, ensure_status};

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads("kantata/paging/size-is-20", "Without per_page, a page has 20 objects", |s| {
        ensure_meta(s, "", "page_size", 20)
    }),
    Check::reads(
        "kantata/paging/per_page-is-clamped",
        "A per_page above 200 counts as 200, without an error",
        |s| ensure_meta(s, "per_page=500", "page_size", 200),
    ),
    Check::reads("kantata/paging/per_page-zero", "per_page=0 is 20", |s| {
        ensure_meta(s, "per_page=0", "page_size", 20)
    }),
    Check::reads("kantata/paging/per_page-negative", "per_page=-3 is 20", |s| {
        ensure_meta(s, "per_page=-3", "page_size", 20)
    }),
    Check::reads("kantata/paging/per_page-text", "per_page=abc is 20", |s| {
        ensure_meta(s, "per_page=abc", "page_size", 20)
    }),
    Check::reads("kantata/paging/per_page-blank", "A blank per_page is 20", |s| {
        ensure_meta(s, "per_page=", "page_size", 20)
    }),
    Check::reads(
        "kantata/paging/ruby-integers",
        "Numbers are parsed as in Ruby: per_page=12abc is 12",
        |s| ensure_meta(s, "per_page=12abc", "page_size", 12),
    ),
    Check::reads("kantata/paging/number-is-1", "Without page, page_number is 1", |s| {
        ensure_meta(s, "", "page_number", 1)
    }),
    Check::reads(
        "kantata/paging/number-zero-is-raw",
        "page=0 has the data of page 1 and page_number 0",
        |s| ensure_raw_number(s, "page=0", 0),
    ),
    Check::reads(
        "kantata/paging/number-negative-is-raw",
        "page=-2 has the data of page 1 and page_number -2",
        |s| ensure_raw_number(s, "page=-2", -2),
    ),
    Check::reads("kantata/paging/number-text", "page=abc has the data of page 1 and page_number 0", |s| {
        ensure_raw_number(s, "page=abc", 0)
    }),
    Check::reads(
        "kantata/paging/beyond-the-end",
        "A page beyond the end is empty, with the total as count and the requested page_number",
        |s| {
            let total = s.total()?;
            let response = s.reports("page=9999")?;
            ensure_eq("results", &response.json["results"], json!([]))?;
            ensure_eq("count", &response.json["count"], total)?;
            ensure_eq("page_number", &response.json["meta"]["page_number"], 9999)
        },
    ),
    Check::reads("kantata/paging/page_count", "page_count is count divided by page_size, rounded up", |s| {
        let total = s.total()?;
        ensure_meta(s, "per_page=2", "page_count", (total + 1) / 2)
    }),
    Check::reads("kantata/paging/second-page", "The second page follows the first", |s| {
        let all = s.report_ids(2)?;
        ensure_eq("results", ids(&s.reports("per_page=1&page=2")?), &all[1..2])
    }),
    Check::reads(
        "kantata/paging/limit-and-offset",
        "limit and offset together override page and per_page",
        |s| {
            let all = s.report_ids(3)?;
            ensure_eq("results", ids(&s.reports("limit=2&offset=1&page=7&per_page=9")?), &all[1..3])
        },
    ),
    Check::reads(
        "kantata/paging/meta-with-limit-and-offset",
        "With limit and offset, page_size is still per_page and page_number is 1",
        |s| {
            s.report_ids(2)?;
            ensure_meta(s, "limit=1&offset=1", "page_size", 20)?;
            ensure_meta(s, "limit=1&offset=1", "page_number", 1)
        },
    ),
    Check::reads("kantata/paging/limit-alone", "limit without offset is ignored", |s| {
        let all = s.report_ids(2)?;
        ensure_eq("results", ids(&s.reports("limit=1")?), all)
    }),
    Check::reads("kantata/paging/offset-alone", "offset without limit is ignored", |s| {
        let all = s.report_ids(2)?;
        ensure_eq("results", ids(&s.reports("offset=1")?), all)
    }),
    Check::reads("kantata/paging/limit-zero", "limit=0 counts as 1", |s| {
        let all = s.report_ids(2)?;
        ensure_eq("results", ids(&s.reports("limit=0&offset=0")?), &all[..1])
    }),
    Check::reads("kantata/paging/offset-negative", "offset=-1 counts as 0", |s| {
        let all = s.report_ids(2)?;
        ensure_eq("results", ids(&s.reports("limit=1&offset=-1")?), &all[..1])
    }),
    Check::reads("kantata/paging/page-as-a-list", "A page that is a list is 400", |s| {
        let path = format!("{REPORTS}?page[]=1");
        let response = s.get(&path)?;
        ensure_status(&response, 400)
    }),
];

fn ensure_meta(s: &mut Suite, query: &str, member: &str, expected: i64) -> Verdict {
    let response = s.reports(query)?;
    ensure_eq(&format!("meta.{member}"), &response.json["meta"][member], expected)
}

fn ensure_raw_number(s: &mut Suite, query: &str, number: i64) -> Verdict {
    let all = s.report_ids(1)?;
    let response = s.reports(query)?;
    ensure_eq("results", ids(&response), all)?;
    ensure_eq("meta.page_number", &response.json["meta"]["page_number"], number)
}
