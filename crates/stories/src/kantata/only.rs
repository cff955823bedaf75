//! Requests by id (docs/contracts/kantata.md#requests-by-id).

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::{LISTS, long_lists};
use crate::Engine;

fn comma(ids: impl IntoIterator<Item = i64>) -> String {
    ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>().join(",")
}

#[both_engines]
async fn ids_are_returned_once_in_list_order(engine: Engine) {
    let app = long_lists(engine).await;
    let cases: [(&str, &[i64]); 14] = [
        ("7,5,6", &[5, 6, 7]),
        ("5,5,5", &[5]),
        ("5,999,206", &[5]),
        ("5,901,4077", &[5]),
        ("5,foo,6x,%207,8%20,-9,%2B3,1.0", &[5]),
        ("5,,6,", &[5, 6]),
        ("005", &[5]),
        ("5,99999999999999999999", &[5]),
        ("foo", &[]),
        (",", &[]),
        ("99999999999999999999", &[]),
        ("5;6", &[]),
        ("[5]", &[]),
        ("%F0%9F%9A%A2", &[]),
    ];
    for list in LISTS {
        for (only, ids) in cases {
            let answer = app.get("max", &format!("{list}&only={only}")).await;
            assert_eq!(answer.ids(), ids, "{list} {only}");
            assert_eq!(answer.meta().0, i64::try_from(ids.len()).unwrap(), "{list} {only}");
        }
    }
}

#[both_engines]
async fn ids_in_brackets_match_nothing_and_a_blank_list_matches_everything(engine: Engine) {
    let app = long_lists(engine).await;
    for list in LISTS {
        for nothing in ["only[]=5", "only[a]=5"] {
            let answer = app.get("max", &format!("{list}&{nothing}")).await;
            assert_eq!((answer.ids(), answer.meta()), (vec![], (0, 0, 0, 20)), "{list} {nothing}");
        }
        for everything in ["only=", "only=%20", "only"] {
            let answer = app.get("max", &format!("{list}&{everything}")).await;
            assert_eq!(answer.meta(), (205, 11, 1, 20), "{list} {everything}");
        }
    }
}

#[both_engines]
async fn a_request_by_id_is_not_paged(engine: Engine) {
    let app = long_lists(engine).await;
    let cases = [
        ("", (25, 2, 1, 20)),
        ("page=3", (25, 2, 3, 20)),
        ("page=0", (25, 2, 0, 20)),
        ("per_page=10", (25, 3, 1, 10)),
        ("limit=1&offset=20", (25, 2, 1, 20)),
    ];
    for list in LISTS {
        for (query, meta) in cases {
            let answer = app.get("max", &format!("{list}&only={}&{query}", comma(1..=25))).await;
            assert_eq!(answer.ids(), (1..=25).collect::<Vec<_>>(), "{list} {query}");
            assert_eq!(answer.meta(), meta, "{list} {query}");
        }
    }
}

#[both_engines]
async fn two_hundred_ids_are_accepted_and_more_are_refused(engine: Engine) {
    let app = long_lists(engine).await;
    let refusal = json!([{
        "type": "system",
        "message": "only has more than 200 values: send them in several requests",
    }]);
    for list in LISTS {
        let twice = comma((1..=200).chain(1..=200));
        let answer = app.get("max", &format!("{list}&only={twice}")).await;
        assert_eq!(answer.ids(), (1..=200).collect::<Vec<_>>(), "{list}");
        assert_eq!(answer.meta(), (200, 10, 1, 20), "{list}");
        app.get("max", &format!("{list}&only={}", comma(1..=201))).await.is_error(422, &refusal);
        // The largest possible body, which a GET can have.
        let body = format!("only={}", comma(1..=70_000));
        app.form("max", Method::GET, list, &body).await.is_error(422, &refusal);
    }
    for list in ["/workspaces", "/users", "/participations?workspace_id=53760", "/subscribed_events"] {
        let mark = if list.contains('?') { '&' } else { '?' };
        app.get("root", &format!("{list}{mark}only={}", comma(1..=200))).await.has(200);
        app.get("root", &format!("{list}{mark}only={}", comma(1..=201))).await.is_error(422, &refusal);
    }
}

#[both_engines]
async fn default_filters_and_search_are_ignored(engine: Engine) {
    let app = long_lists(engine).await;
    for list in LISTS {
        for query in ["apply_default_filters=false", "apply_default_filters=0", "search=foo"] {
            let answer = app.get("max", &format!("{list}&only=5,6&{query}")).await;
            assert_eq!(answer.ids(), [5, 6], "{list} {query}");
        }
    }
}
