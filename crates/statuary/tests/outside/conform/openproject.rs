//! Faults of a server of OpenProject's surface.

use conform::Vendor;
use serde_json::{Value, json};

use super::wrong::{Answered, Fault, RecordedRequest};

pub const STATUSES: &str = "/statuses";
pub const PROJECTS: &str = "/projects";

#[test]
fn every_fault_in_reading_is_found_by_its_check() {
    super::planted::faults_are_found(Vendor::OpenProject, READING);
}

/// The list of statuses with any query, and a single status.
fn statuses(requested: &RecordedRequest) -> bool {
    requested.method == "GET" && requested.path.starts_with(STATUSES)
}

/// The list of statuses as most checks request it.
fn plain(requested: &RecordedRequest) -> bool {
    requested.is("GET", STATUSES)
        && requested.query.is_empty()
        && !["accept", "accept-encoding", "if-none-match"].iter().any(|name| requested.has(name))
        && requested.has("authorization")
}

fn projects(requested: &RecordedRequest, query: &str) -> bool {
    requested.is("GET", PROJECTS) && requested.query == query
}

/// Each status of a response, in a list or alone.
fn edit_each(answered: &mut Answered, edit: impl Fn(&mut Value)) {
    answered.json(|json| {
        if json.get("_type").is_some_and(|kind| kind == "Status") {
            edit(json);
        }
        for one in json.pointer_mut("/_embedded/elements").and_then(Value::as_array_mut).into_iter().flatten()
        {
            edit(one);
        }
    });
}

pub fn remove(value: &mut Value, member: &str) {
    value.as_object_mut().expect("an object").shift_remove(member);
}

const READING: &[Fault] = &[
    Fault::reading(
        "hal without JSON's name",
        |a| plain(a) || a.is("HEAD", STATUSES),
        |a| a.set("content-type", "application/hal; charset=utf-8"),
        &["openproject/content-type/of-lists"],
    ),
    Fault::reading(
        "plain JSON for who asks for it",
        |a| a.headers.get("accept").is_some_and(|accept| accept == "application/json"),
        |a| a.set("content-type", "application/json; charset=utf-8"),
        &["openproject/content-type/accept-json"],
    ),
    Fault::reading(
        "errors in HTML",
        |a| a.is("GET", "/statuses/999999999999"),
        |a| a.set("content-type", "text/html"),
        &["openproject/content-type/of-errors"],
    ),
    Fault::reading("no Link", plain, |a| drop(a.headers.remove("link")), &["openproject/link/of-answers"]),
    Fault::reading(
        "no Link on a 401",
        |a| a.is("GET", "") && a.has("authorization"),
        |a| {
            if a.status == 401 {
                a.headers.remove("link");
            }
        },
        &["openproject/link/of-401"],
    ),
    Fault::reading(
        "a strong ETag",
        plain,
        |a| a.set("etag", "\"strong\""),
        &["openproject/etag/weak", "openproject/etag/not-modified"],
    ),
    Fault::reading(
        "If-None-Match is not read",
        |a| a.has("if-none-match"),
        |a| a.answer(200, "{}"),
        &["openproject/etag/not-modified"],
    ),
    Fault::reading(
        "no-store",
        plain,
        |a| a.set("cache-control", "no-store"),
        &["openproject/headers/cache-control"],
    ),
    Fault::reading("no Vary", plain, |a| drop(a.headers.remove("vary")), &["openproject/headers/vary"]),
    Fault::reading(
        "no compression",
        |a| a.has("accept-encoding"),
        |a| drop(a.headers.remove("content-encoding")),
        &["openproject/headers/gzip"],
    ),
    Fault::reading(
        "hal+json for .json",
        |a| a.path == "/statuses.json",
        |a| a.set("content-type", "application/hal+json; charset=utf-8"),
        &["openproject/formats/json-suffix"],
    ),
    Fault::reading(
        "XML after all",
        |a| a.query == "format=xml",
        |a| a.status = 200,
        &["openproject/formats/xml"],
    ),
    Fault::reading(
        "eprops are not read",
        |a| a.path == PROJECTS && a.query.contains("eprops"),
        |a| a.json(|j| j["pageSize"] = 20.into()),
        &["openproject/eprops/parameters"],
    ),
    Fault::reading("no HEAD", |a| a.method == "HEAD", |a| a.status = 404, &["openproject/methods/head"]),
    Fault::reading(
        "OPTIONS needs credentials",
        |a| a.method == "OPTIONS",
        |a| a.status = 401,
        &["openproject/methods/options"],
    ),
    Fault::reading("405", |a| a.method == "DELETE", |a| a.status = 405, &["openproject/methods/wrong"]),
    Fault::reading(
        "400 without a content type",
        |a| a.method == "POST" && !a.has("content-type"),
        |a| a.status = 400,
        &["openproject/bodies/no-content-type"],
    ),
    Fault::reading(
        "406 for another content type",
        |a| a.headers.get("content-type").is_some_and(|kind| kind == "text/plain"),
        |a| a.status = 406,
        &["openproject/bodies/other-content-type"],
    ),
    Fault::reading(
        "no challenge",
        |a| a.is("GET", STATUSES) && !a.has("authorization") && !a.has("x-authentication-scheme"),
        |a| drop(a.headers.remove("www-authenticate")),
        &["openproject/access/challenge"],
    ),
    Fault::reading(
        "another sentence without credentials",
        |a| a.is("GET", STATUSES) && !a.has("authorization"),
        |a| a.json(|j| j["message"] = "unauthorized".into()),
        &["openproject/access/none"],
    ),
    Fault::reading(
        "404 before 401",
        |a| a.is("GET", "/no_such_path") && !a.has("authorization"),
        |a| a.status = 404,
        &["openproject/access/unknown-path"],
    ),
    Fault::reading(
        "no invalid_token",
        |a| a.headers.get("authorization").is_some_and(|given| given == "Bearer wrong"),
        |a| a.set("www-authenticate", "Bearer realm=\"OpenProject API\""),
        &["openproject/access/invalid_token"],
    ),
    Fault::reading(
        "any user name will do",
        |a| {
            a.headers
                .get("authorization")
                .is_some_and(|given| given.to_str().is_ok_and(|text| text.starts_with("Basic YWRtaW46")))
        },
        |a| a.answer(200, "{}"),
        &["openproject/access/user-name"],
    ),
    Fault::reading(
        "pageSize in the list of statuses",
        statuses,
        |a| {
            a.json(|j| {
                if j["_type"] == "Collection" {
                    j["pageSize"] = 20.into();
                }
            });
        },
        &["openproject/statuses/members-of-the-list"],
    ),
    Fault::reading(
        "a next page of statuses",
        statuses,
        |a| {
            a.json(|j| {
                if j["_type"] == "Collection" {
                    j["_links"]["nextByOffset"] = json!({ "href": "/api/v3/statuses?offset=2" });
                }
            });
        },
        &["openproject/statuses/links-of-the-list"],
    ),
    Fault::reading(
        "another total",
        statuses,
        |a| {
            a.json(|j| {
                if j["_type"] == "Collection" {
                    j["total"] = 100.into();
                }
            });
        },
        &["openproject/statuses/total"],
    ),
    Fault::reading(
        "statuses are paged",
        |a| a.is("GET", STATUSES) && a.query.contains("pageSize=1"),
        |a| a.json(|j| j["_embedded"]["elements"].as_array_mut().expect("elements").truncate(1)),
        &["openproject/statuses/parameters"],
    ),
    Fault::reading(
        "statuses backwards",
        statuses,
        |a| {
            a.json(|j| {
                if let Some(all) = j.pointer_mut("/_embedded/elements").and_then(Value::as_array_mut) {
                    all.reverse();
                }
            });
        },
        &["openproject/statuses/order"],
    ),
    Fault::reading(
        "ids are texts",
        statuses,
        |a| edit_each(a, |one| one["id"] = one["id"].to_string().into()),
        &["openproject/statuses/ids-are-numbers"],
    ),
    Fault::reading(
        "self without a title",
        statuses,
        |a| edit_each(a, |one| remove(&mut one["_links"]["self"], "title")),
        &["openproject/statuses/self-title"],
    ),
    Fault::reading(
        "absolute links",
        statuses,
        |a| {
            edit_each(a, |one| {
                let href = one["_links"]["self"]["href"].as_str().expect("a link").to_owned();
                one["_links"]["self"]["href"] = format!("https://example.org{href}").into();
            });
        },
        &["openproject/statuses/self-href"],
    ),
    Fault::reading(
        "colors in lower case",
        statuses,
        |a| edit_each(a, |one| one["color"] = "#abcdef".into()),
        &["openproject/statuses/colors"],
    ),
    Fault::reading(
        "booleans as numbers",
        statuses,
        |a| edit_each(a, |one| one["isClosed"] = 0.into()),
        &["openproject/statuses/booleans"],
    ),
    Fault::reading(
        "a ratio of null",
        statuses,
        |a| edit_each(a, |one| one["defaultDoneRatio"] = Value::Null),
        &["openproject/statuses/done-ratio"],
    ),
    Fault::reading(
        "a further member of a status",
        statuses,
        |a| edit_each(a, |one| one["createdAt"] = "2026-01-01T00:00:00Z".into()),
        &["openproject/statuses/members"],
    ),
    Fault::reading(
        "400 for a text as id",
        |a| a.is("GET", "/statuses/bogus"),
        |a| a.status = 400,
        &["openproject/statuses/text"],
    ),
    Fault::reading(
        "a server error beyond 64 bits",
        |a| a.path == "/statuses/99999999999999999999",
        |a| a.status = 500,
        &["openproject/statuses/beyond-64-bits"],
    ),
    Fault::reading(
        "another name of a code",
        |a| a.is("GET", "/project_statuses/at_risk"),
        |a| a.json(|j| j["name"] = "At Risk".into()),
        &["openproject/project_statuses/at_risk"],
    ),
    Fault::reading(
        "a list of project statuses",
        |a| a.is("GET", "/project_statuses"),
        |a| a.answer(200, "{}"),
        &["openproject/project_statuses/no-list"],
    ),
    Fault::reading(
        "an instance without a name",
        |a| a.is("GET", "") && a.has("authorization"),
        |a| a.json(|j| j["instanceName"] = "".into()),
        &["openproject/root/type"],
    ),
    Fault::reading(
        "a user's id as a text",
        |a| a.is("GET", "/users/me"),
        |a| a.json(|j| j["id"] = j["id"].to_string().into()),
        &["openproject/users/id"],
    ),
    Fault::reading(
        "offset counts elements",
        |a| projects(a, "pageSize=1&offset=2"),
        |a| a.json(|j| j["_embedded"]["elements"][0]["id"] = 3.into()),
        &["openproject/projects/second-page"],
    ),
    Fault::reading(
        "jumpTo is no template",
        |a| projects(a, ""),
        |a| a.json(|j| remove(&mut j["_links"]["jumpTo"], "templated")),
        &["openproject/projects/jumpTo"],
    ),
    Fault::reading(
        "no next page",
        |a| projects(a, "pageSize=1"),
        |a| a.json(|j| remove(&mut j["_links"], "nextByOffset")),
        &["openproject/projects/next"],
    ),
    Fault::reading(
        "a page after the last",
        |a| projects(a, "pageSize=1&offset=10"),
        |a| a.json(|j| j["_links"]["nextByOffset"] = json!({ "href": "/api/v3/projects?offset=11" })),
        &["openproject/projects/no-next"],
    ),
    Fault::reading(
        "a filter that is not known is ignored",
        |a| a.path == PROJECTS && a.query.starts_with("filters="),
        |a| a.answer(200, "{}"),
        &["openproject/projects/filters"],
    ),
    Fault::reading(
        "a link to a status without a title",
        |a| projects(a, ""),
        |a| {
            a.json(|j| {
                for one in j["_embedded"]["elements"].as_array_mut().expect("elements") {
                    remove(&mut one["_links"]["status"], "title");
                }
            });
        },
        &["openproject/projects/status-link"],
    ),
    Fault::reading(
        "no embedded status",
        |a| a.method == "GET" && a.path.starts_with("/projects/"),
        |a| a.json(|j| remove(j, "_embedded")),
        &["openproject/projects/embedded-status"],
    ),
    Fault::reading(
        "five project statuses",
        |a| a.is("GET", "/projects/schema"),
        |a| a.json(|j| drop(j["status"]["_links"]["allowedValues"].as_array_mut().expect("values").pop())),
        &["openproject/schema/allowed-values"],
    ),
];
