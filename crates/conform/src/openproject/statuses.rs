//! Statuses and project statuses: `docs/contracts/openproject.md#statuses` and
//! `docs/contracts/openproject.md#project-statuses`.

use serde_json::{Value, json};

use super::response::{elements, ensure_not_found};
use super::session::{STATUSES, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, differs, ensure, ensure_eq, ensure_members, id_of, skip};

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads(
        "openproject/statuses/members-of-the-list",
        "The list is not paged: _type, total, count, _embedded, _links",
        |s| {
            ensure_members(
                "the list",
                &s.get_ok(STATUSES)?.json,
                &["_type", "total", "count", "_embedded", "_links"],
            )
        },
    ),
    Check::reads("openproject/statuses/collection", "The list is a Collection", |s| {
        ensure_eq("_type", &s.get_ok(STATUSES)?.json["_type"], "Collection")
    }),
    Check::reads("openproject/statuses/total", "total is the number of elements", |s| {
        let response = s.get_ok(STATUSES)?;
        ensure_eq("total", &response.json["total"], elements(&response).len())
    }),
    Check::reads("openproject/statuses/count", "count is the number of elements", |s| {
        let response = s.get_ok(STATUSES)?;
        ensure_eq("count", &response.json["count"], elements(&response).len())
    }),
    Check::reads(
        "openproject/statuses/links-of-the-list",
        "The list links only to itself, without a title",
        |s| {
            let href = s.href(STATUSES);
            ensure_eq("_links", &s.get_ok(STATUSES)?.json["_links"], json!({ "self": { "href": href } }))
        },
    ),
    Check::reads("openproject/statuses/parameters", "Parameters neither filter nor page the list", |s| {
        let plain = s.get_ok(STATUSES)?.json;
        let requested =
            s.get_ok(&format!("{STATUSES}?pageSize=1&offset=2&select=total&filters=%5B%5D&sortBy=x"))?;
        ensure_eq("the list", requested.json, plain)
    }),
    Check::reads("openproject/statuses/order", "Statuses are sorted by position, ascending", |s| {
        let all = elements(&s.get_ok(STATUSES)?);
        let actual: Vec<_> = all.iter().map(|one| one["position"].as_i64()).collect();
        let mut sorted = actual.clone();
        sorted.sort_unstable();
        ensure_eq("positions", actual, sorted)
    }),
    Check::reads("openproject/statuses/members", "A status has the members of its schema", |s| {
        let expected = [
            "_type",
            "id",
            "name",
            "isClosed",
            "color",
            "isDefault",
            "isReadonly",
            "excludedFromTotals",
            "defaultDoneRatio",
            "position",
            "_links",
        ];
        let all = elements(&s.get_ok(STATUSES)?);
        all.first().map_or_else(
            || skip("there is no status to look at"),
            |one| ensure_members("a status", one, &expected),
        )
    }),
    Check::reads("openproject/statuses/type", "The _type of a status is Status", |s| {
        ensure_every(s, "_type Status", |one| one["_type"] == "Status")
    }),
    Check::reads("openproject/statuses/ids-are-numbers", "The id of a status is a number above 0", |s| {
        ensure_every(s, "a number above 0 as id", |one| one["id"].as_i64().is_some_and(|id| id > 0))
    }),
    Check::reads("openproject/statuses/names", "A status has a name", |s| {
        ensure_every(s, "a string as name", |one| one["name"].as_str().is_some_and(|name| !name.is_empty()))
    }),
    Check::reads(
        "openproject/statuses/booleans",
        "isClosed, isDefault, isReadonly and excludedFromTotals are booleans",
        |s| {
            let names = ["isClosed", "isDefault", "isReadonly", "excludedFromTotals"];
            ensure_every(s, "booleans", |one| names.iter().all(|name| one[*name].is_boolean()))
        },
    ),
    Check::reads("openproject/statuses/colors", "color is #RRGGBB in upper case or null", |s| {
        ensure_every(s, "#RRGGBB or null", |one| {
            let digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
            let hex = one["color"].as_str().and_then(|color| color.strip_prefix('#'));
            one["color"].is_null() || hex.is_some_and(|hex| hex.len() == 6 && hex.bytes().all(digit))
        })
    }),
    Check::reads("openproject/statuses/done-ratio", "defaultDoneRatio is a number from 0 to 100", |s| {
        ensure_every(s, "0 to 100", |one| {
            one["defaultDoneRatio"].as_i64().is_some_and(|ratio| (0..=100).contains(&ratio))
        })
    }),
    Check::reads("openproject/statuses/positions", "position is a number of at least 1", |s| {
        ensure_every(s, "1 or more", |one| one["position"].as_i64().is_some_and(|position| position > 0))
    }),
    Check::reads("openproject/statuses/one-default", "At most one status is the default", |s| {
        let all = elements(&s.get_ok(STATUSES)?);
        let defaults = all.iter().filter(|one| one["isDefault"] == true).count();
        ensure(defaults <= 1, "one default at the most", defaults)
    }),
    Check::reads("openproject/statuses/self-href", "An element links to itself", |s| {
        let base = s.href(STATUSES);
        ensure_every(s, &format!("{base}/ID"), |one| {
            one["_links"]["self"]["href"] == format!("{base}/{}", id_of(&one["id"]))
        })
    }),
    Check::reads("openproject/statuses/self-title", "The title of an element's link is its name", |s| {
        ensure_every(s, "the name as title", |one| one["_links"]["self"]["title"] == one["name"])
    }),
    Check::reads("openproject/statuses/alone", "A single status equals its element in the list", |s| {
        let (expected, path) = (s.first_status()?, s.first_status_path()?);
        ensure_eq("the status", &s.get_ok(&path)?.json, expected)
    }),
    Check::reads("openproject/statuses/unknown", "An unknown status: 404 NotFound", |s| {
        ensure_unknown(s, UNKNOWN_ID)
    }),
    Check::reads("openproject/statuses/zero", "Status 0: 404 NotFound", |s| ensure_unknown(s, "0")),
    Check::reads("openproject/statuses/beyond-64-bits", "An id beyond 64 bits: 404 NotFound", |s| {
        ensure_unknown(s, "99999999999999999999")
    }),
    Check::reads("openproject/statuses/text", "An id that is not a number: 404 NotFound, not 400", |s| {
        ensure_unknown(s, "bogus")
    }),
    Check::reads("openproject/statuses/negative", "A negative id: 404 NotFound", |s| ensure_unknown(s, "-1")),
    Check::reads("openproject/statuses/fraction", "An id with a fraction: 404 NotFound", |s| {
        ensure_unknown(s, "1.5")
    }),
    Check::reads("openproject/project_statuses/on_track", "on_track is On track", |s| {
        code(s, "on_track", "On track")
    }),
    Check::reads("openproject/project_statuses/at_risk", "at_risk is At risk", |s| {
        code(s, "at_risk", "At risk")
    }),
    Check::reads("openproject/project_statuses/off_track", "off_track is Off track", |s| {
        code(s, "off_track", "Off track")
    }),
    Check::reads("openproject/project_statuses/not_started", "not_started is Not started", |s| {
        code(s, "not_started", "Not started")
    }),
    Check::reads("openproject/project_statuses/finished", "finished is Finished", |s| {
        code(s, "finished", "Finished")
    }),
    Check::reads("openproject/project_statuses/discontinued", "discontinued is Discontinued", |s| {
        code(s, "discontinued", "Discontinued")
    }),
    Check::reads("openproject/project_statuses/upper-case", "Codes are lower case: On_Track is 404", |s| {
        ensure_not_found(&s.get("/project_statuses/On_Track")?)
    }),
    Check::reads("openproject/project_statuses/number", "A number is not a code: 404", |s| {
        ensure_not_found(&s.get("/project_statuses/5")?)
    }),
    Check::reads("openproject/project_statuses/no-list", "There is no list of project statuses: 404", |s| {
        ensure_not_found(&s.get("/project_statuses")?)
    }),
];

/// Requires a condition of every status in the list.
fn ensure_every(s: &mut Suite, expected: &str, is: impl Fn(&Value) -> bool) -> Verdict {
    let all = elements(&s.get_ok(STATUSES)?);
    if all.is_empty() {
        return skip("there is no status to look at");
    }
    all.iter().find(|one| !is(one)).map_or(Ok(()), |other| differs(expected, other))
}

fn ensure_unknown(s: &mut Suite, id: &str) -> Verdict {
    ensure_not_found(&s.get(&format!("{STATUSES}/{id}"))?)
}

fn code(s: &mut Suite, code: &str, name: &str) -> Verdict {
    let path = format!("/project_statuses/{code}");
    let link = json!({ "self": { "href": s.href(&path), "title": name } });
    let expected = json!({ "_type": "ProjectStatus", "id": code, "name": name, "_links": link });
    ensure_eq("the project status", &s.get_ok(&path)?.json, expected)
}
