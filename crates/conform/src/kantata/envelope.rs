//! The envelope of successes and the headers of all responses (docs/contracts/kantata.md#envelope).

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{ensure_ids, ids};
use super::session::{REPORTS, Suite, UNKNOWN_ID};
use crate::check::{Check, ensure, ensure_eq, ensure_members, ensure_status, id_of, items, members};

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads(
        "kantata/envelope/members",
        "A list has count, results, the resource and meta, and nothing else",
        |s| {
            let response = s.reports("")?;
            ensure_members("a list", &response.json, &["count", "results", "status_reports", "meta"])
        },
    ),
    Check::reads(
        "kantata/envelope/order-of-members",
        "count, results, the resource and meta come first, then the includes in the requested order",
        |s| {
            let response = s.reports("include=workspace,creator")?;
            let order = ["count", "results", "status_reports", "meta", "workspaces", "users"];
            let known: Vec<_> =
                members(&response.json).into_iter().filter(|member| order.contains(member)).collect();
            ensure_eq("order of the members", known, order)
        },
    ),
    Check::reads(
        "kantata/envelope/meta",
        "meta has count, page_count, page_number and page_size, all numbers",
        |s| {
            let meta = s.reports("")?.json["meta"].clone();
            ensure_members("meta", &meta, &["count", "page_count", "page_number", "page_size"])?;
            let is_number = meta.as_object().is_some_and(|meta| meta.values().all(Value::is_i64));
            ensure(is_number, "numbers in meta", meta)
        },
    ),
    Check::reads(
        "kantata/envelope/count-is-the-total",
        "count is the number of all matches, not of those on the page",
        |s| {
            let total = s.report_ids(2)?.len();
            let count = s.reports("per_page=1")?.json["count"].clone();
            ensure(count.as_i64() >= i64::try_from(total).ok(), format!("count {total} or more"), count)
        },
    ),
    Check::reads("kantata/envelope/counts-agree", "count and meta.count are equal", |s| {
        let response = s.reports("per_page=2")?;
        ensure_eq("meta.count", &response.json["meta"]["count"], &response.json["count"])
    }),
    Check::reads(
        "kantata/envelope/results",
        "A result has the key of its resource and an id, nothing else",
        |s| {
            let response = s.reports("")?;
            for result in items(&response.json["results"]) {
                ensure_members("a result", result, &["key", "id"])?;
                ensure_eq("key", &result["key"], "status_reports")?;
            }
            Ok(())
        },
    ),
    Check::reads("kantata/envelope/results-ids-are-texts", "The ids in results are strings", |s| {
        let response = s.reports("")?;
        ensure_ids("id", items(&response.json["results"]).iter().map(|result| &result["id"]))
    }),
    Check::reads(
        "kantata/envelope/objects-stand-by-id",
        "The resource holds each result once, under its id, in the order of the results",
        |s| {
            let response = s.reports("")?;
            ensure_eq("keys of status_reports", members(&response.json["status_reports"]), ids(&response))
        },
    ),
    Check::reads(
        "kantata/envelope/order-of-a-descending-list",
        "In a descending list, too, objects are in the order of the results",
        |s| {
            let response = s.changes("order=created_at:desc")?;
            ensure_eq(
                "keys of workspace_status_changes",
                members(&response.json["workspace_status_changes"]),
                ids(&response),
            )
        },
    ),
    Check::reads("kantata/envelope/objects-have-ids", "Every object contains its own id", |s| {
        let response = s.reports("")?;
        for (id, object) in response.json["status_reports"].as_object().into_iter().flatten() {
            ensure_eq("id", object.get("id").map(id_of), id)?;
        }
        Ok(())
    }),
    Check::reads(
        "kantata/envelope/one-object",
        "A single object comes in the same envelope: count 1, page 1 of 1, page_size 20",
        |s| {
            let id = s.report_ids(1)?.remove(0);
            let response = s.get(&format!("{REPORTS}/{id}"))?;
            ensure_status(&response, 200)?;
            ensure_eq("count", &response.json["count"], 1)?;
            ensure_eq("results", ids(&response), [id])?;
            let meta = json!({ "count": 1, "page_count": 1, "page_number": 1, "page_size": 20 });
            ensure_eq("meta", &response.json["meta"], meta)
        },
    ),
    Check::reads(
        "kantata/envelope/empty-list",
        "An empty list has count, page_count and page_number 0 and an empty resource",
        |s| {
            let response = s.list(&format!("{REPORTS}?workspace_id={UNKNOWN_ID}"))?;
            let meta = json!({ "count": 0, "page_count": 0, "page_number": 0, "page_size": 20 });
            let empty = json!({ "count": 0, "results": [], "status_reports": {}, "meta": meta });
            ensure_eq("the answer", &response.json, empty)
        },
    ),
    Check::reads("kantata/answers/content-type", "A response is application/json; charset=utf-8", |s| {
        let response = s.reports("")?;
        ensure_eq(
            "content-type",
            response.header("content-type").to_lowercase(),
            "application/json; charset=utf-8",
        )
    }),
    Check::reads("kantata/answers/accept-does-not-matter", "Accept: text/html gets JSON as well", |s| {
        let request = s.session.request(Method::GET, "/users/me").with("accept", "text/html");
        let response = s.send(&request)?;
        ensure_status(&response, 200)?;
        ensure(response.json.is_object(), "JSON", response.header("content-type"))
    }),
    Check::reads("kantata/answers/request-id", "Every response has an x-request-id", |s| {
        let response = s.reports("")?;
        ensure(!response.header("x-request-id").is_empty(), "a header x-request-id", "none")
    }),
    Check::reads("kantata/answers/request-id-of-errors", "An error has an x-request-id as well", |s| {
        let response = s.get(&format!("{REPORTS}/{UNKNOWN_ID}"))?;
        ensure(!response.header("x-request-id").is_empty(), "a header x-request-id", "none")
    }),
    Check::reads("kantata/paths/json-suffix-of-lists", "A list is available with the suffix .json", |s| {
        let plain = s.reports("per_page=3")?;
        let path = format!("{REPORTS}.json?workspace_id={}&per_page=3", s.records.workspace);
        let suffixed = s.get(&path)?;
        ensure_status(&suffixed, 200)?;
        ensure_eq("results", ids(&suffixed), ids(&plain))
    }),
    Check::reads(
        "kantata/paths/json-suffix-of-objects",
        "An object is available with the suffix .json",
        |s| {
            let id = s.report_ids(1)?.remove(0);
            let response = s.get(&format!("{REPORTS}/{id}.json"))?;
            ensure_status(&response, 200)?;
            ensure_eq("results", ids(&response), [id])
        },
    ),
    Check::reads(
        "kantata/requests/get-with-a-content-type",
        "A GET without a body can have a content type",
        |s| {
            let request =
                s.session.request(Method::GET, "/users/me").with("content-type", "application/json");
            ensure_status(&s.send(&request)?, 200)
        },
    ),
    Check::reads("kantata/requests/unknown-parameters", "Unknown parameters are ignored", |s| {
        let plain = s.reports("")?;
        let requested = s.reports("bogus=1&search=nothing&filters=&optional_fields=")?;
        ensure_eq("results", ids(&requested), ids(&plain))
    }),
];
