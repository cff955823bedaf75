//! Projects and their pages: `docs/contracts/openproject.md#projects`, `docs/contracts/openproject.md#collections` and
//! `docs/contracts/openproject.md#filters-and-sorting`.

use super::{
    Check, NOWHERE, PROJECTS, Subject, Value, Verdict, elements, holds, id_of, items, json, not_found,
    refused, skips,
};
use crate::{has_just, same};
use domain::workspaces::ProjectStatus;

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads(
        "openproject/projects/members-of-the-list",
        "A list of projects has a page: pageSize and offset, too",
        |s| {
            let expected = ["_type", "total", "count", "pageSize", "offset", "_embedded", "_links"];
            has_just("the list", &s.got(PROJECTS)?.json, &expected)
        },
    ),
    Check::reads("openproject/projects/page", "pageSize and offset are those asked for", |s| {
        let list = s.got(&format!("{PROJECTS}?pageSize=3&offset=2"))?.json;
        same("pageSize and offset", [&list["pageSize"], &list["offset"]], [3, 2])
    }),
    Check::reads("openproject/projects/first-page", "Without offset it is page 1", |s| {
        same("offset", &s.got(PROJECTS)?.json["offset"], 1)
    }),
    Check::reads("openproject/projects/count", "count is the number of elements", |s| {
        let answer = s.got(&format!("{PROJECTS}?pageSize=1"))?;
        same("count", &answer.json["count"], elements(&answer).len())
    }),
    Check::reads("openproject/projects/total", "total counts all pages", |s| {
        let total = s.ground.total;
        same("total", &s.got(&format!("{PROJECTS}?pageSize=1"))?.json["total"], total)
    }),
    Check::reads(
        "openproject/projects/second-page",
        "offset is the number of a page, not of an element",
        |s| {
            let all = several(s)?;
            let answer = s.got(&format!("{PROJECTS}?pageSize=1&offset=2"))?;
            same("ids", elements(&answer).iter().map(|one| id_of(&one["id"])).collect::<Vec<_>>(), &all[1..2])
        },
    ),
    Check::reads("openproject/projects/jumpTo", "jumpTo is a template with {offset}", |s| {
        template(s, "jumpTo", "{offset}")
    }),
    Check::reads("openproject/projects/changeSize", "changeSize is a template with {size}", |s| {
        template(s, "changeSize", "{size}")
    }),
    Check::reads(
        "openproject/projects/next",
        "nextByOffset leads to the next page, where there is one",
        |s| {
            several(s)?;
            let link = s.got(&format!("{PROJECTS}?pageSize=1"))?.json["_links"]["nextByOffset"].clone();
            let href = link["href"].as_str().unwrap_or_default().to_owned();
            holds(href.contains("offset=2"), "a link nextByOffset to offset=2", link)
        },
    ),
    Check::reads("openproject/projects/no-next", "The last page has no nextByOffset", |s| {
        let links =
            s.got(&format!("{PROJECTS}?pageSize=1&offset={}", s.ground.total.max(1)))?.json["_links"].clone();
        holds(links.get("nextByOffset").is_none(), "no nextByOffset", links)
    }),
    Check::reads("openproject/projects/previous", "previousByOffset leads to the page before", |s| {
        several(s)?;
        let link =
            s.got(&format!("{PROJECTS}?pageSize=1&offset=2"))?.json["_links"]["previousByOffset"].clone();
        let href = link["href"].as_str().unwrap_or_default().to_owned();
        holds(href.contains("offset=1"), "a link previousByOffset to offset=1", link)
    }),
    Check::reads("openproject/projects/no-previous", "The first page has no previousByOffset", |s| {
        let links = s.got(&format!("{PROJECTS}?pageSize=1"))?.json["_links"].clone();
        holds(links.get("previousByOffset").is_none(), "no previousByOffset", links)
    }),
    Check::reads("openproject/projects/whole", "pageSize=-1 asks for the largest page", |s| {
        let size = s.got(&format!("{PROJECTS}?pageSize=-1"))?.json["pageSize"].clone();
        holds(size.as_i64().is_some_and(|size| size > 1), "the largest page size", size)
    }),
    Check::reads("openproject/projects/filters", "A filter that is not known: 400 InvalidQuery", |s| {
        let filter =
            "%5B%7B%22bogus%22%3A%7B%22operator%22%3A%22%3D%22%2C%22values%22%3A%5B%221%22%5D%7D%7D%5D";
        refused(&s.get(&format!("{PROJECTS}?filters={filter}"))?, 400, "InvalidQuery", None)
    }),
    Check::reads("openproject/projects/sortBy", "A sort that is not known: 400 InvalidQuery", |s| {
        let sort = "%5B%5B%22bogus%22%2C%22asc%22%5D%5D";
        refused(&s.get(&format!("{PROJECTS}?sortBy={sort}"))?, 400, "InvalidQuery", None)
    }),
    Check::reads("openproject/projects/select", "select shows what it names", |s| {
        has_just("the list", &s.got(&format!("{PROJECTS}?select=total"))?.json, &["total"])
    }),
    Check::reads(
        "openproject/projects/unknown-select",
        "A select that is not known: 400 InvalidSignal",
        |s| refused(&s.get(&format!("{PROJECTS}?select=bogus"))?, 400, "InvalidSignal", None),
    ),
    Check::reads("openproject/projects/unknown", "A project that is not there: 404 NotFound", |s| {
        not_found(&s.get(&format!("{PROJECTS}/{NOWHERE}"))?)
    }),
    Check::reads(
        "openproject/projects/types",
        "id is a number, name and identifier texts, active and public booleans",
        |s| {
            let project = alone(s)?;
            let does = project["id"].is_i64()
                && project["name"].is_string()
                && project["identifier"].is_string()
                && project["active"].is_boolean()
                && project["public"].is_boolean();
            holds(does, "those types", &project)
        },
    ),
    Check::reads("openproject/projects/self", "A project links to itself, titled with its name", |s| {
        let project = alone(s)?;
        let href = s.href(&format!("{PROJECTS}/{}", id_of(&project["id"])));
        same("self", &project["_links"]["self"], json!({ "href": href, "title": project["name"] }))
    }),
    Check::reads("openproject/projects/identifier", "A project is found by its identifier, too", |s| {
        let project = s.project()?;
        let identifier = project["identifier"].as_str().unwrap_or_default().to_owned();
        same("id", &s.got(&format!("{PROJECTS}/{identifier}"))?.json["id"], &project["id"])
    }),
    Check::reads(
        "openproject/projects/status-link",
        "_links.status leads to a project status, or to null",
        |s| {
            let base = s.href("/project_statuses/");
            for project in s.ground.projects.clone() {
                let link = project["_links"]["status"].clone();
                let code = link["href"].as_str().and_then(|href| href.strip_prefix(&base));
                let does = match code.and_then(ProjectStatus::of_code) {
                    Some(status) => link["title"] == status.name(),
                    None => link == json!({ "href": null }),
                };
                holds(does, "a link to a project status with its name, or to null", link)?;
            }
            Ok(())
        },
    ),
    Check::reads("openproject/projects/embedded-status", "A project alone embeds its status", |s| {
        let has_status = |project: &&Value| project["_links"]["status"]["href"].is_string();
        let Some(id) = s.ground.projects.iter().find(has_status).map(|project| id_of(&project["id"])) else {
            return skips("no project has a status");
        };
        let project = s.got(&format!("{PROJECTS}/{id}"))?.json;
        let embedded = &project["_embedded"]["status"];
        same("_type", &embedded["_type"], "ProjectStatus")?;
        same("self", &embedded["_links"]["self"], &project["_links"]["status"])
    }),
    Check::reads(
        "openproject/projects/texts",
        "description and statusExplanation have format, raw and html",
        |s| {
            let project = alone(s)?;
            for name in ["description", "statusExplanation"] {
                has_just(name, &project[name], &["format", "raw", "html"])?;
            }
            Ok(())
        },
    ),
    Check::reads("openproject/projects/parent", "Without a parent the link stays, and leads to null", |s| {
        let parent = alone(s)?["_links"]["parent"].clone();
        holds(parent.get("href").is_some(), "a link parent", parent)
    }),
    Check::reads("openproject/projects/times", "createdAt and updatedAt are times", |s| {
        let project = alone(s)?;
        for name in ["createdAt", "updatedAt"] {
            let time = project[name].as_str().map(str::parse::<base::clock::Time>);
            holds(matches!(time, Some(Ok(_))), format!("a time as {name}"), &project[name])?;
        }
        Ok(())
    }),
    Check::reads("openproject/schema/type", "The schema of projects is a Schema", |s| {
        same("_type", &s.got("/projects/schema")?.json["_type"], "Schema")
    }),
    Check::reads("openproject/schema/allowed-values", "It allows the six project statuses", |s| {
        let schema = s.got("/projects/schema")?.json;
        let base = s.href("/project_statuses/");
        let mut expected: Vec<Value> = ProjectStatus::LISTED
            .iter()
            .map(|status| json!({ "href": format!("{base}{}", status.code()), "title": status.name() }))
            .collect();
        let mut seen = items(&schema["status"]["_links"]["allowedValues"]).to_vec();
        // In which order is the server's own.
        expected.sort_by_key(Value::to_string);
        seen.sort_by_key(Value::to_string);
        same("allowedValues", seen, expected)
    }),
];

/// The ids of the first projects, at least two.
fn several(s: &Subject) -> Verdict<Vec<String>> {
    let all: Vec<String> = s.ground.projects.iter().map(|project| id_of(&project["id"])).collect();
    if all.len() < 2 { skips("there are fewer than two projects") } else { Ok(all) }
}

fn alone(s: &mut Subject) -> Verdict<Value> {
    let path = s.project_path()?;
    Ok(s.got(&path)?.json)
}

fn template(s: &mut Subject, name: &str, placeholder: &str) -> Verdict {
    let link = s.got(PROJECTS)?.json["_links"][name].clone();
    let does =
        link["templated"] == true && link["href"].as_str().is_some_and(|href| href.contains(placeholder));
    holds(does, format!("a template with {placeholder}"), link)
}
