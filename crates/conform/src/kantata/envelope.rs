//! The envelope of every success and the headers of every answer (docs/contracts/kantata.md#envelope).

use super::{
    Check, Method, NOWHERE, REPORTS, Subject, Value, Verdict, differs, holds, id_of, ids, items, json,
};
use crate::{has_just, members, same, status};

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads(
        "kantata/envelope/members",
        "A list has count, results, the resource and meta, and nothing else",
        |s| {
            let answer = s.reports("")?;
            has_just("a list", &answer.json, &["count", "results", "status_reports", "meta"])
        },
    ),
    Check::reads(
        "kantata/envelope/order-of-members",
        "count, results, the resource and meta come first, then the includes in the order asked",
        |s| {
            let answer = s.reports("include=workspace,creator")?;
            let order = ["count", "results", "status_reports", "meta", "workspaces", "users"];
            let known: Vec<_> =
                members(&answer.json).into_iter().filter(|member| order.contains(member)).collect();
            same("order of the members", known, order)
        },
    ),
    Check::reads(
        "kantata/envelope/meta",
        "meta has count, page_count, page_number and page_size, all numbers",
        |s| {
            let meta = s.reports("")?.json["meta"].clone();
            has_just("meta", &meta, &["count", "page_count", "page_number", "page_size"])?;
            let is_number = meta.as_object().is_some_and(|meta| meta.values().all(Value::is_i64));
            holds(is_number, "numbers in meta", meta)
        },
    ),
    Check::reads(
        "kantata/envelope/count-is-the-total",
        "count is the number of all that match, not of the page",
        |s| {
            let total = s.at_least(2)?.len();
            let count = s.reports("per_page=1")?.json["count"].clone();
            holds(count.as_i64() >= i64::try_from(total).ok(), format!("count {total} or more"), count)
        },
    ),
    Check::reads("kantata/envelope/counts-agree", "count and meta.count are the same", |s| {
        let answer = s.reports("per_page=2")?;
        same("meta.count", &answer.json["meta"]["count"], &answer.json["count"])
    }),
    Check::reads("kantata/envelope/results", "A result is the key of its resource and an id, no more", |s| {
        let answer = s.reports("")?;
        for result in items(&answer.json["results"]) {
            has_just("a result", result, &["key", "id"])?;
            same("key", &result["key"], "status_reports")?;
        }
        Ok(())
    }),
    Check::reads("kantata/envelope/results-ids-are-texts", "The ids in results are texts", |s| {
        let answer = s.reports("")?;
        texts("id", items(&answer.json["results"]).iter().map(|result| &result["id"]))
    }),
    Check::reads(
        "kantata/envelope/objects-stand-by-id",
        "The resource holds each result once, under its id, in the order of the results",
        |s| {
            let answer = s.reports("")?;
            same("keys of status_reports", members(&answer.json["status_reports"]), ids(&answer))
        },
    ),
    Check::reads(
        "kantata/envelope/order-of-a-descending-list",
        "Objects stand in the order of the results in a list that descends, too",
        |s| {
            let answer = s.changes("order=created_at:desc")?;
            same(
                "keys of workspace_status_changes",
                members(&answer.json["workspace_status_changes"]),
                ids(&answer),
            )
        },
    ),
    Check::reads("kantata/envelope/objects-have-ids", "Every object has its own id inside", |s| {
        let answer = s.reports("")?;
        for (id, object) in answer.json["status_reports"].as_object().into_iter().flatten() {
            same("id", object.get("id").map(id_of), id)?;
        }
        Ok(())
    }),
    Check::reads(
        "kantata/envelope/one-object",
        "A single object comes in the same envelope: count 1, page 1 of 1, page_size 20",
        |s| {
            let id = s.at_least(1)?.remove(0);
            let answer = s.get(&format!("{REPORTS}/{id}"))?;
            status(&answer, 200)?;
            same("count", &answer.json["count"], 1)?;
            same("results", ids(&answer), [id])?;
            let meta = json!({ "count": 1, "page_count": 1, "page_number": 1, "page_size": 20 });
            same("meta", &answer.json["meta"], meta)
        },
    ),
    Check::reads(
        "kantata/envelope/empty-list",
        "An empty list has count, page_count and page_number 0 and an empty resource",
        |s| {
            let answer = s.list(&format!("{REPORTS}?workspace_id={NOWHERE}"))?;
            let meta = json!({ "count": 0, "page_count": 0, "page_number": 0, "page_size": 20 });
            let empty = json!({ "count": 0, "results": [], "status_reports": {}, "meta": meta });
            same("the answer", &answer.json, empty)
        },
    ),
    Check::reads("kantata/answers/content-type", "An answer is application/json; charset=utf-8", |s| {
        let answer = s.reports("")?;
        same("content-type", answer.header("content-type").to_lowercase(), "application/json; charset=utf-8")
    }),
    Check::reads("kantata/answers/accept-does-not-matter", "Accept: text/html gets JSON too", |s| {
        let ask = s.session.asking(Method::GET, "/users/me").with("accept", "text/html");
        let answer = s.ask(&ask)?;
        status(&answer, 200)?;
        holds(answer.json.is_object(), "JSON", answer.header("content-type"))
    }),
    Check::reads("kantata/answers/request-id", "Every answer has an x-request-id", |s| {
        let answer = s.reports("")?;
        holds(!answer.header("x-request-id").is_empty(), "a header x-request-id", "none")
    }),
    Check::reads("kantata/answers/request-id-of-errors", "An error has an x-request-id too", |s| {
        let answer = s.get(&format!("{REPORTS}/{NOWHERE}"))?;
        holds(!answer.header("x-request-id").is_empty(), "a header x-request-id", "none")
    }),
    Check::reads("kantata/paths/json-suffix-of-lists", "A list is found with .json too", |s| {
        let plain = s.reports("per_page=3")?;
        let path = format!("{REPORTS}.json?workspace_id={}&per_page=3", s.ground.workspace);
        let suffixed = s.get(&path)?;
        status(&suffixed, 200)?;
        same("results", ids(&suffixed), ids(&plain))
    }),
    Check::reads("kantata/paths/json-suffix-of-objects", "An object is found with .json too", |s| {
        let id = s.at_least(1)?.remove(0);
        let answer = s.get(&format!("{REPORTS}/{id}.json"))?;
        status(&answer, 200)?;
        same("results", ids(&answer), [id])
    }),
    Check::reads(
        "kantata/requests/get-with-a-content-type",
        "A GET without a body may name a content type",
        |s| {
            let ask = s.session.asking(Method::GET, "/users/me").with("content-type", "application/json");
            status(&s.ask(&ask)?, 200)
        },
    ),
    Check::reads("kantata/requests/unknown-parameters", "Parameters that are not known are ignored", |s| {
        let plain = s.reports("")?;
        let asked = s.reports("bogus=1&search=nothing&filters=&optional_fields=")?;
        same("results", ids(&asked), ids(&plain))
    }),
];

/// Whether all of some ids are texts of digits.
pub fn texts<'v>(what: &str, mut values: impl Iterator<Item = &'v Value>) -> Verdict {
    let is_id = |value: &Value| {
        value.as_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match values.find(|value| !is_id(value)) {
        Some(other) => differs(format!("{what} as a text of digits"), other),
        None => Ok(()),
    }
}
