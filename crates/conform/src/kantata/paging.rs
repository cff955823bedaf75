//! Pages (docs/contracts/kantata.md#paging).

use super::{Check, REPORTS, Subject, Verdict, ids, json};
use crate::{same, status};

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads("kantata/paging/size-is-20", "Without per_page a page has 20 objects", |s| {
        meta(s, "", "page_size", 20)
    }),
    Check::reads(
        "kantata/paging/per_page-is-clamped",
        "A per_page above 200 is 200, without an error",
        |s| meta(s, "per_page=500", "page_size", 200),
    ),
    Check::reads("kantata/paging/per_page-zero", "per_page=0 is 20", |s| {
        meta(s, "per_page=0", "page_size", 20)
    }),
    Check::reads("kantata/paging/per_page-negative", "per_page=-3 is 20", |s| {
        meta(s, "per_page=-3", "page_size", 20)
    }),
    Check::reads("kantata/paging/per_page-text", "per_page=abc is 20", |s| {
        meta(s, "per_page=abc", "page_size", 20)
    }),
    Check::reads("kantata/paging/per_page-blank", "A blank per_page is 20", |s| {
        meta(s, "per_page=", "page_size", 20)
    }),
    Check::reads(
        "kantata/paging/ruby-integers",
        "Numbers are read the Ruby way: per_page=12abc is 12",
        |s| meta(s, "per_page=12abc", "page_size", 12),
    ),
    Check::reads("kantata/paging/number-is-1", "Without page, page_number is 1", |s| {
        meta(s, "", "page_number", 1)
    }),
    Check::reads(
        "kantata/paging/number-zero-is-raw",
        "page=0 has the data of page 1 and page_number 0",
        |s| raw(s, "page=0", 0),
    ),
    Check::reads(
        "kantata/paging/number-negative-is-raw",
        "page=-2 has the data of page 1 and page_number -2",
        |s| raw(s, "page=-2", -2),
    ),
    Check::reads("kantata/paging/number-text", "page=abc has the data of page 1 and page_number 0", |s| {
        raw(s, "page=abc", 0)
    }),
    Check::reads(
        "kantata/paging/beyond-the-end",
        "A page beyond the end is empty, with the total as count and the page_number that was asked",
        |s| {
            let total = s.total()?;
            let answer = s.reports("page=9999")?;
            same("results", &answer.json["results"], json!([]))?;
            same("count", &answer.json["count"], total)?;
            same("page_number", &answer.json["meta"]["page_number"], 9999)
        },
    ),
    Check::reads("kantata/paging/page_count", "page_count is count divided by page_size, rounded up", |s| {
        let total = s.total()?;
        meta(s, "per_page=2", "page_count", (total + 1) / 2)
    }),
    Check::reads("kantata/paging/second-page", "The second page follows the first", |s| {
        let all = s.at_least(2)?;
        same("results", ids(&s.reports("per_page=1&page=2")?), &all[1..2])
    }),
    Check::reads(
        "kantata/paging/limit-and-offset",
        "limit and offset together win over page and per_page",
        |s| {
            let all = s.at_least(3)?;
            same("results", ids(&s.reports("limit=2&offset=1&page=7&per_page=9")?), &all[1..3])
        },
    ),
    Check::reads(
        "kantata/paging/meta-with-limit-and-offset",
        "With limit and offset, page_size is still per_page's and page_number 1",
        |s| {
            s.at_least(2)?;
            meta(s, "limit=1&offset=1", "page_size", 20)?;
            meta(s, "limit=1&offset=1", "page_number", 1)
        },
    ),
    Check::reads("kantata/paging/limit-alone", "limit without offset is ignored", |s| {
        let all = s.at_least(2)?;
        same("results", ids(&s.reports("limit=1")?), all)
    }),
    Check::reads("kantata/paging/offset-alone", "offset without limit is ignored", |s| {
        let all = s.at_least(2)?;
        same("results", ids(&s.reports("offset=1")?), all)
    }),
    Check::reads("kantata/paging/limit-zero", "limit=0 is 1", |s| {
        let all = s.at_least(2)?;
        same("results", ids(&s.reports("limit=0&offset=0")?), &all[..1])
    }),
    Check::reads("kantata/paging/offset-negative", "offset=-1 is 0", |s| {
        let all = s.at_least(2)?;
        same("results", ids(&s.reports("limit=1&offset=-1")?), &all[..1])
    }),
    Check::reads("kantata/paging/page-as-a-list", "A page that is a list is 400", |s| {
        let path = format!("{REPORTS}?page[]=1");
        let answer = s.get(&path)?;
        status(&answer, 400)
    }),
];

fn meta(s: &mut Subject, query: &str, member: &str, expected: i64) -> Verdict {
    let answer = s.reports(query)?;
    same(&format!("meta.{member}"), &answer.json["meta"][member], expected)
}

fn raw(s: &mut Subject, query: &str, number: i64) -> Verdict {
    let all = s.at_least(1)?;
    let answer = s.reports(query)?;
    same("results", ids(&answer), all)?;
    same("meta.page_number", &answer.json["meta"]["page_number"], number)
}
