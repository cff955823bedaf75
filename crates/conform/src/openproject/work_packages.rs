//! Work packages and their types, read only: `docs/contracts/openproject-work-packages.md`.

use serde_json::{Value, json};

use super::response::{elements, ensure_error};
use super::session::{Suite, UNKNOWN_ID, WORK_PACKAGES};
use crate::check::{Check, Verdict, ensure, ensure_eq, ensure_has, ensure_status, skip};
use crate::client::Response;

/// `filters` with the open statuses, percent-encoded.
const OPEN: &str =
    "filters=%5B%7B%22status%22%3A%7B%22operator%22%3A%22o%22%2C%22values%22%3A%5B%5D%7D%7D%5D";
/// `filters` with a filter that is not there.
const BOGUS: &str =
    "filters=%5B%7B%22bogus%22%3A%7B%22operator%22%3A%22%3D%22%2C%22values%22%3A%5B%221%22%5D%7D%7D%5D";

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads("openproject/work_packages/collection", "The list is a paged WorkPackageCollection", |s| {
        let list = list(s, "pageSize=2")?.json;
        ensure_eq("_type", &list["_type"], "WorkPackageCollection")?;
        ensure_has("the list", &list, &["total", "count", "pageSize", "offset", "_embedded", "_links"])
    }),
    Check::reads("openproject/work_packages/no-embedded", "Elements of the list embed nothing", |s| {
        ensure_every(&list(s, "pageSize=3")?, "no _embedded", |one| one.get("_embedded").is_none())
    }),
    Check::reads(
        "openproject/work_packages/links",
        "An element has links to its parent, assignee and ancestors, also if there are none",
        |s| {
            ensure_every(&list(s, "pageSize=4")?, "parent, assignee and ancestors", |one| {
                let links = &one["_links"];
                let is_link = |name: &str| links[name].get("href").is_some();
                is_link("parent") && is_link("assignee") && links["ancestors"].is_array()
            })
        },
    ),
    Check::reads("openproject/work_packages/open", "Without filters the list has the open ones", |s| {
        let open = list(s, &format!("{OPEN}&pageSize=0"))?.json["total"].clone();
        ensure_eq("total", &list(s, "pageSize=0")?.json["total"], open)
    }),
    Check::reads(
        "openproject/work_packages/unknown-filter",
        "An unknown filter is a 400 that names it",
        |s| {
            let response = s.get(&format!("{WORK_PACKAGES}?{BOGUS}"))?;
            if response.status == 403 {
                return skip("the list cannot be read");
            }
            ensure_error(&response, 400, "InvalidQuery", Some("bogus filter does not exist."))
        },
    ),
    Check::reads("openproject/work_packages/unknown", "An unknown id is a 404 with a text of its own", |s| {
        let response = s.get(&format!("{WORK_PACKAGES}/{UNKNOWN_ID}"))?;
        let text = "The work package you are looking for cannot be found or has been deleted.";
        ensure_error(&response, 404, "NotFound", Some(text))
    }),
    Check::reads("openproject/work_packages/text", "A text as id is a 400, unlike that of a status", |s| {
        let response = s.get(&format!("{WORK_PACKAGES}/bogus"))?;
        ensure_error(&response, 400, "BadRequest", Some("Bad request: id is invalid"))
    }),
    Check::reads("openproject/types/list", "The types are a Collection that is not paged", |s| {
        let response = s.get("/types")?;
        if response.status == 403 {
            return skip("the types cannot be read");
        }
        ensure_status(&response, 200)?;
        let all = elements(&response);
        let head = json!({ "_type": "Collection", "total": all.len(), "count": all.len() });
        let list = &response.json;
        ensure_eq(
            "the list",
            json!({ "_type": list["_type"], "total": list["total"], "count": list["count"] }),
            head,
        )?;
        ensure_every(&response, "isMilestone and isDefault", |one| {
            one["isMilestone"].is_boolean() && one["isDefault"].is_boolean()
        })
    }),
];

/// The list, for a caller who sees work packages.
fn list(s: &mut Suite, query: &str) -> Verdict<Response> {
    let response = s.get(&format!("{WORK_PACKAGES}?{query}"))?;
    if response.status == 403 {
        return skip("the list cannot be read");
    }
    ensure_status(&response, 200)?;
    Ok(response)
}

fn ensure_every(response: &Response, expected: &str, holds: impl Fn(&Value) -> bool) -> Verdict {
    let all = elements(response);
    let wrong = all.iter().find(|one| !holds(one));
    wrong.map_or(Ok(()), |one| ensure(false, expected, one))
}
