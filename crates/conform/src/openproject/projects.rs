//! Projects and their pages: `docs/contracts/openproject.md#projects`, `docs/contracts/openproject.md#collections` and
//! `docs/contracts/openproject.md#filters-and-sorting`.

use serde_json::{Value, json};

use super::response::{elements, ensure_error, ensure_not_found};
use super::session::{PROJECTS, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, ensure, ensure_eq, ensure_members, id_of, items, skip};
use crate::contract;

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads(
        "openproject/projects/members-of-the-list",
        "A list of projects is paged: it has pageSize and offset",
        |s| {
            let expected = ["_type", "total", "count", "pageSize", "offset", "_embedded", "_links"];
            ensure_members("the list", &s.get_ok(PROJECTS)?.json, &expected)
        },
    ),
    Check::reads("openproject/projects/page", "pageSize and offset are those of the request", |s| {
        let list = s.get_ok(&format!("{PROJECTS}?pageSize=3&offset=2"))?.json;
        ensure_eq("pageSize and offset", [&list["pageSize"], &list["offset"]], [3, 2])
    }),
    Check::reads("openproject/projects/first-page", "Without offset, the list is page 1", |s| {
        ensure_eq("offset", &s.get_ok(PROJECTS)?.json["offset"], 1)
    }),
    Check::reads("openproject/projects/count", "count is the number of elements", |s| {
        let response = s.get_ok(&format!("{PROJECTS}?pageSize=1"))?;
        ensure_eq("count", &response.json["count"], elements(&response).len())
    }),
    Check::reads("openproject/projects/total", "total counts all pages", |s| {
        let total = s.records.total;
        ensure_eq("total", &s.get_ok(&format!("{PROJECTS}?pageSize=1"))?.json["total"], total)
    }),
    Check::reads(
        "openproject/projects/second-page",
        "offset is the number of a page, not of an element",
        |s| {
            let all = several(s)?;
            let response = s.get_ok(&format!("{PROJECTS}?pageSize=1&offset=2"))?;
            ensure_eq(
                "ids",
                elements(&response).iter().map(|one| id_of(&one["id"])).collect::<Vec<_>>(),
                &all[1..2],
            )
        },
    ),
    Check::reads("openproject/projects/jumpTo", "jumpTo is a template with {offset}", |s| {
        template(s, "jumpTo", "{offset}")
    }),
    Check::reads("openproject/projects/changeSize", "changeSize is a template with {size}", |s| {
        template(s, "changeSize", "{size}")
    }),
    Check::reads("openproject/projects/next", "nextByOffset links to the next page, if there is one", |s| {
        several(s)?;
        let link = s.get_ok(&format!("{PROJECTS}?pageSize=1"))?.json["_links"]["nextByOffset"].clone();
        let href = link["href"].as_str().unwrap_or_default().to_owned();
        ensure(href.contains("offset=2"), "a link nextByOffset to offset=2", link)
    }),
    Check::reads("openproject/projects/no-next", "The last page has no nextByOffset", |s| {
        let links =
            s.get_ok(&format!("{PROJECTS}?pageSize=1&offset={}", s.records.total.max(1)))?.json["_links"]
                .clone();
        ensure(links.get("nextByOffset").is_none(), "no nextByOffset", links)
    }),
    Check::reads("openproject/projects/previous", "previousByOffset links to the previous page", |s| {
        several(s)?;
        let link =
            s.get_ok(&format!("{PROJECTS}?pageSize=1&offset=2"))?.json["_links"]["previousByOffset"].clone();
        let href = link["href"].as_str().unwrap_or_default().to_owned();
        ensure(href.contains("offset=1"), "a link previousByOffset to offset=1", link)
    }),
    Check::reads("openproject/projects/no-previous", "The first page has no previousByOffset", |s| {
        let links = s.get_ok(&format!("{PROJECTS}?pageSize=1"))?.json["_links"].clone();
        ensure(links.get("previousByOffset").is_none(), "no previousByOffset", links)
    }),
    Check::reads("openproject/projects/whole", "pageSize=-1 means the largest page", |s| {
        let size = s.get_ok(&format!("{PROJECTS}?pageSize=-1"))?.json["pageSize"].clone();
        ensure(size.as_i64().is_some_and(|size| size > 1), "the largest page size", size)
    }),
    Check::reads("openproject/projects/filters", "An unknown filter: 400 InvalidQuery", |s| {
        let filter =
            "%5B%7B%22bogus%22%3A%7B%22operator%22%3A%22%3D%22%2C%22values%22%3A%5B%221%22%5D%7D%7D%5D";
        ensure_error(&s.get(&format!("{PROJECTS}?filters={filter}"))?, 400, "InvalidQuery", None)
    }),
    Check::reads("openproject/projects/sortBy", "An unknown sort: 400 InvalidQuery", |s| {
        let sort = "%5B%5B%22bogus%22%2C%22asc%22%5D%5D";
        ensure_error(&s.get(&format!("{PROJECTS}?sortBy={sort}"))?, 400, "InvalidQuery", None)
    }),
    Check::reads("openproject/projects/select", "select limits the members to those named", |s| {
        ensure_members("the list", &s.get_ok(&format!("{PROJECTS}?select=total"))?.json, &["total"])
    }),
    Check::reads("openproject/projects/unknown-select", "An unknown select: 400 InvalidSignal", |s| {
        ensure_error(&s.get(&format!("{PROJECTS}?select=bogus"))?, 400, "InvalidSignal", None)
    }),
    Check::reads("openproject/projects/unknown", "An unknown project: 404 NotFound", |s| {
        ensure_not_found(&s.get(&format!("{PROJECTS}/{UNKNOWN_ID}"))?)
    }),
    Check::reads(
        "openproject/projects/types",
        "id is a number, name and identifier are strings, active and public are booleans",
        |s| {
            let project = single_project(s)?;
            let holds = project["id"].is_i64()
                && project["name"].is_string()
                && project["identifier"].is_string()
                && project["active"].is_boolean()
                && project["public"].is_boolean();
            ensure(holds, "those types", &project)
        },
    ),
    Check::reads("openproject/projects/self", "A project links to itself, with its name as title", |s| {
        let project = single_project(s)?;
        let href = s.href(&format!("{PROJECTS}/{}", id_of(&project["id"])));
        ensure_eq("self", &project["_links"]["self"], json!({ "href": href, "title": project["name"] }))
    }),
    Check::reads("openproject/projects/identifier", "A project is available by its identifier, too", |s| {
        let project = s.first_project()?;
        let identifier = project["identifier"].as_str().unwrap_or_default().to_owned();
        ensure_eq("id", &s.get_ok(&format!("{PROJECTS}/{identifier}"))?.json["id"], &project["id"])
    }),
    Check::reads(
        "openproject/projects/status-link",
        "_links.status links to a project status, or has a null href",
        |s| {
            let base = s.href("/project_statuses/");
            for project in s.records.projects.clone() {
                let link = project["_links"]["status"].clone();
                let code = link["href"].as_str().and_then(|href| href.strip_prefix(&base));
                let holds = match code.and_then(contract::project_status) {
                    Some(name) => link["title"] == name,
                    None => link == json!({ "href": null }),
                };
                ensure(holds, "a link to a project status with its name, or to null", link)?;
            }
            Ok(())
        },
    ),
    Check::reads("openproject/projects/embedded-status", "A single project embeds its status", |s| {
        let has_status = |project: &&Value| project["_links"]["status"]["href"].is_string();
        let Some(id) = s.records.projects.iter().find(has_status).map(|project| id_of(&project["id"])) else {
            return skip("no project has a status");
        };
        let project = s.get_ok(&format!("{PROJECTS}/{id}"))?.json;
        let embedded = &project["_embedded"]["status"];
        ensure_eq("_type", &embedded["_type"], "ProjectStatus")?;
        ensure_eq("self", &embedded["_links"]["self"], &project["_links"]["status"])
    }),
    Check::reads(
        "openproject/projects/texts",
        "description and statusExplanation have format, raw and html",
        |s| {
            let project = single_project(s)?;
            for name in ["description", "statusExplanation"] {
                ensure_members(name, &project[name], &["format", "raw", "html"])?;
            }
            Ok(())
        },
    ),
    Check::reads(
        "openproject/projects/parent",
        "A project without a parent still has the link, with a null href",
        |s| {
            let parent = single_project(s)?["_links"]["parent"].clone();
            ensure(parent.get("href").is_some(), "a link parent", parent)
        },
    ),
    Check::reads("openproject/projects/times", "createdAt and updatedAt are times", |s| {
        let project = single_project(s)?;
        for name in ["createdAt", "updatedAt"] {
            let time = project[name].as_str().map(str::parse::<base::clock::Time>);
            ensure(matches!(time, Some(Ok(_))), format!("a time as {name}"), &project[name])?;
        }
        Ok(())
    }),
    Check::reads("openproject/schema/type", "The schema of projects is a Schema", |s| {
        ensure_eq("_type", &s.get_ok("/projects/schema")?.json["_type"], "Schema")
    }),
    Check::reads("openproject/schema/allowed-values", "The schema allows the six project statuses", |s| {
        let schema = s.get_ok("/projects/schema")?.json;
        let base = s.href("/project_statuses/");
        let mut expected: Vec<Value> = contract::PROJECT_STATUSES
            .iter()
            .map(|(code, name)| json!({ "href": format!("{base}{code}"), "title": name }))
            .collect();
        let mut actual = items(&schema["status"]["_links"]["allowedValues"]).to_vec();
        // The contract fixes no order.
        expected.sort_by_key(Value::to_string);
        actual.sort_by_key(Value::to_string);
        ensure_eq("allowedValues", actual, expected)
    }),
];

/// The ids of the first projects; skips the check if there are fewer than two.
fn several(s: &Suite) -> Verdict<Vec<String>> {
    let all: Vec<String> = s.records.projects.iter().map(|project| id_of(&project["id"])).collect();
    if all.len() < 2 { skip("there are fewer than two projects") } else { Ok(all) }
}

fn single_project(s: &mut Suite) -> Verdict<Value> {
    let path = s.first_project_path()?;
    Ok(s.get_ok(&path)?.json)
}

fn template(s: &mut Suite, name: &str, placeholder: &str) -> Verdict {
    let link = s.get_ok(PROJECTS)?.json["_links"][name].clone();
    let holds =
        link["templated"] == true && link["href"].as_str().is_some_and(|href| href.contains(placeholder));
    ensure(holds, format!("a template with {placeholder}"), link)
}
