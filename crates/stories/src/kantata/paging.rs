//! Pages and the order of rows (docs/contracts/kantata.md#paging and docs/contracts/kantata.md#orders).

use std::ops::RangeInclusive;

use macros::both_engines;

use super::{LISTS, long_lists};
use crate::Engine;

const NONE: RangeInclusive<i64> = RangeInclusive::new(1, 0);

#[both_engines]
async fn pages_work_as_in_the_framework(engine: Engine) {
    let app = long_lists(engine).await;
    let cases = [
        ("", 1..=20, (11, 1, 20)),
        ("page=2", 21..=40, (11, 2, 20)),
        ("page=11", 201..=205, (11, 11, 20)),
        ("page=12", NONE, (11, 12, 20)),
        ("page=99999999999999999999", NONE, (11, i64::MAX, 20)),
        ("page=0", 1..=20, (11, 0, 20)),
        ("page=-2", 1..=20, (11, -2, 20)),
        ("page=abc", 1..=20, (11, 0, 20)),
        ("page=", 1..=20, (11, 0, 20)),
        ("page=%20%2B2x", 21..=40, (11, 2, 20)),
        ("per_page=10&page=2", 11..=20, (21, 2, 10)),
        ("per_page=12abc", 1..=12, (18, 1, 12)),
        ("per_page=200", 1..=200, (2, 1, 200)),
        ("per_page=500&page=2", 201..=205, (2, 2, 200)),
        ("per_page=1000", 1..=200, (2, 1, 200)),
        ("per_page=0", 1..=20, (11, 1, 20)),
        ("per_page=-3", 1..=20, (11, 1, 20)),
        ("per_page=abc", 1..=20, (11, 1, 20)),
        ("per_page=", 1..=20, (11, 1, 20)),
        ("per_page[]=5", 1..=20, (11, 1, 20)),
        ("limit=5&offset=7", 8..=12, (11, 1, 20)),
        ("limit=5&offset=7&page=3&per_page=10", 8..=12, (21, 3, 10)),
        ("limit=5", 1..=20, (11, 1, 20)),
        ("offset=7", 1..=20, (11, 1, 20)),
        ("limit=5&offset=", 1..=20, (11, 1, 20)),
        ("limit=%20&offset=7", 1..=20, (11, 1, 20)),
        ("limit=0&offset=0", 1..=1, (11, 1, 20)),
        ("limit=-1&offset=3", 4..=4, (11, 1, 20)),
        ("limit=abc&offset=3", 4..=4, (11, 1, 20)),
        ("limit=5000&offset=0", 1..=200, (11, 1, 20)),
        ("limit=5000&offset=150", 151..=205, (11, 1, 20)),
        ("limit=5&offset=-1", 1..=5, (11, 1, 20)),
        ("limit=5&offset=abc", 1..=5, (11, 1, 20)),
        ("limit=5&offset=500", NONE, (11, 1, 20)),
        ("limit=5&offset=99999999999999999999", NONE, (11, 1, 20)),
    ];
    for list in LISTS {
        for (query, ids, (page_count, page_number, page_size)) in &cases {
            let answer = app.get("max", &format!("{list}&{query}")).await;
            assert_eq!(answer.ids(), ids.clone().collect::<Vec<i64>>(), "{list} {query}");
            assert_eq!(answer.meta(), (205, *page_count, *page_number, *page_size), "{list} {query}");
        }
    }
}

#[both_engines]
async fn a_page_beyond_the_end_is_empty_and_has_the_full_count(engine: Engine) {
    let app = long_lists(engine).await;
    app.get("max", &format!("{}&page=99", LISTS[0])).await.has_body(
        r#"{"count": 205, "results": [], "status_reports": {},
            "meta": {"count": 205, "page_count": 11, "page_number": 99, "page_size": 20}}"#,
    );
    app.get("max", &format!("{}&page=99", LISTS[1])).await.has_body(
        r#"{"count": 205, "results": [], "workspace_status_changes": {},
            "meta": {"count": 205, "page_count": 11, "page_number": 99, "page_size": 20}}"#,
    );
}

#[both_engines]
async fn an_empty_list_has_no_pages(engine: Engine) {
    let app = long_lists(engine).await;
    for list in LISTS {
        let answer = app.get("cleo", &format!("{list}&page=7&per_page=5")).await;
        assert_eq!((answer.ids(), answer.meta()), (vec![], (0, 0, 0, 5)), "{list}");
    }
}

#[both_engines]
async fn a_page_that_is_not_a_scalar_is_a_bad_request(engine: Engine) {
    let app = long_lists(engine).await;
    for list in LISTS {
        for page in ["page[]=1", "page[a]=1"] {
            app.get("max", &format!("{list}&{page}")).await.is_bad_request("page is not a number");
        }
    }
}

#[both_engines]
async fn lists_without_a_filter_are_paged_too(engine: Engine) {
    let app = long_lists(engine).await;
    for token in ["root", "max"] {
        let answer = app.get(token, "/status_reports?page=11").await;
        assert_eq!(answer.ids(), [201, 202, 203, 204, 205, 901, 907], "{token}");
        assert_eq!(answer.meta(), (207, 11, 11, 20), "{token}");
    }
}
