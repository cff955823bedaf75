//! One work package, types and priorities.

use macros::both_engines;
use serde_json::{Value, json};

use super::{NO_PACKAGE, Packages, link};
use crate::{Engine, TestApp};

#[both_engines]
async fn types_and_priorities_are_constant(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let types = app.v3_get("ada", "/types").await;
    let names: Vec<Value> = types.elements().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(
        json!(names),
        json!(["Task", "Milestone", "Summary task", "Feature", "Epic", "User story", "Bug"])
    );
    let milestones: Vec<_> = types.elements().into_iter().filter(|one| one["isMilestone"] == true).collect();
    assert_eq!((milestones.len(), &milestones[0]["id"]), (1, &json!(2)));
    assert_eq!(types.json().get("pageSize"), None);
    assert_eq!(app.v3_get("ada", "/priorities").await.element_ids(), [7, 8, 9, 10]);
    let normal = app.v3_get("ada", "/priorities/8").await.json();
    assert_eq!((&normal["name"], &normal["isDefault"]), (&json!("Normal"), &json!(true)));
    for path in ["/types/99", "/priorities/1", "/types/bogus"] {
        app.v3_get("ada", path).await.is_not_found();
    }
    app.v3_post("root", "/types", &json!({"name": "Idea"})).await.is_not_found();
    app.v3_get("olaf", "/types").await.is_not_authorized();
    assert_eq!(app.v3_get("cleo", "/projects/53760/types").await.elements().len(), 7);
    app.v3_get("olaf", "/projects/53760/types").await.is_not_found();
    let links = app.v3_get("ada", "/projects/53760").await.json()["_links"].clone();
    assert_eq!(links["workPackages"], json!({"href": "/api/v3/projects/53760/work_packages"}));
    assert_eq!(links["types"], json!({"href": "/api/v3/projects/53760/types"}));
    let form = json!({"href": "/api/v3/projects/53760/work_packages/form", "method": "post"});
    assert_eq!(links["createWorkPackage"], form);
    let create = json!({"href": "/api/v3/projects/53760/work_packages", "method": "post"});
    assert_eq!(links["createWorkPackageImmediately"], create);
    let links = app.v3_get("vera", "/projects/53760").await.json()["_links"].clone();
    assert_eq!((links.get("createWorkPackage"), links.get("createWorkPackageImmediately")), (None, None));
    assert_eq!(links["types"]["href"], "/api/v3/projects/53760/types");
}

#[both_engines]
async fn a_new_work_package_is_shown_whole(engine: Engine) {
    let all = Packages::new(engine).await;
    let parent = all.made(json!({"subject": "Crane"})).await;
    let body = json!({
        "subject": "Berth plan", "description": {"raw": "All **twelve**"}, "startDate": "2026-03-02",
        "dueDate": "2026-03-06", "estimatedTime": "PT10H",
        "_links": {"project": {"href": "/api/v3/projects/53760"},
            "parent": {"href": format!("/api/v3/work_packages/{parent}")}, "assignee": {"href": "/api/v3/users/2545"}},
    });
    let made = all.app.v3_post("ada", "/work_packages", &body).await;
    assert_eq!(made.status, 201, "{made}");
    let mut shown = made.json();
    let id = shown["id"].as_i64().expect("an id");
    assert_eq!(all.get(id).await, shown);
    let embedded = shown["_embedded"].take();
    let names: Vec<&String> = embedded.as_object().expect("objects").keys().collect();
    assert_eq!(
        json!(names),
        json!([
            "type",
            "priority",
            "project",
            "status",
            "author",
            "assignee",
            "parent",
            "attachments",
            "relations",
            "customActions"
        ])
    );
    assert_eq!(embedded["parent"]["subject"], "Crane");
    assert_eq!(embedded["parent"].get("_embedded"), None);
    let own = format!("/api/v3/work_packages/{id}");
    let above = json!({"href": format!("/api/v3/work_packages/{parent}"), "title": "Crane"});
    let ada = json!({"href": "/api/v3/users/2545", "title": "Ada Park"});
    let below = |name: &str| json!({"href": format!("{own}/{name}")});
    let links = json!({
        "self": {"href": own, "title": "Berth plan"},
        "schema": {"href": "/api/v3/work_packages/schemas/53760-1"},
        "update": {"href": format!("{own}/form"), "method": "post"},
        "updateImmediately": {"href": own, "method": "patch"},
        "addChild": {"href": "/api/v3/projects/harbor-rollout-53760/work_packages", "title": "Add child of Berth plan",
            "method": "post"},
        "changeParent": {"href": own, "title": "Change parent of Berth plan", "method": "patch"},
        "addComment": {"href": format!("{own}/activities"), "title": "Add comment", "method": "post"},
        "activities": below("activities"), "attachments": below("attachments"), "relations": below("relations"),
        "type": {"href": "/api/v3/types/1", "title": "Task"},
        "priority": {"href": "/api/v3/priorities/8", "title": "Normal"},
        "project": {"href": "/api/v3/projects/53760", "title": "Harbor rollout"},
        "status": {"href": format!("/api/v3/statuses/{}", all.new), "title": "New"},
        "author": ada, "assignee": ada, "responsible": {"href": null}, "category": {"href": null},
        "version": {"href": null}, "parent": above, "ancestors": [above], "customActions": [],
    });
    let expected = json!({
        "_type": "WorkPackage", "id": id, "lockVersion": 0, "subject": "Berth plan",
        "description": {"format": "markdown", "raw": "All **twelve**", "html": "<p>All <strong>twelve</strong></p>"},
        "scheduleManually": true, "startDate": "2026-03-02", "dueDate": "2026-03-06", "derivedStartDate": null,
        "derivedDueDate": null, "duration": "P5D", "ignoreNonWorkingDays": true, "estimatedTime": "PT10H",
        "derivedEstimatedTime": null, "remainingTime": "PT10H", "derivedRemainingTime": null, "percentageDone": 0,
        "derivedPercentageDone": null, "readonly": false, "createdAt": "2026-02-16T16:00:03.000Z",
        "updatedAt": "2026-02-16T16:00:03.000Z", "_embedded": null,
        "_links": links,
    });
    assert_eq!(shown, expected);
}

#[both_engines]
async fn a_fresh_work_package_has_every_member(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let shown = all.get(id).await;
    assert_eq!(shown["description"], json!({"format": "markdown", "raw": "", "html": ""}));
    for name in ["startDate", "dueDate", "duration", "estimatedTime", "remainingTime", "percentageDone"] {
        assert_eq!(shown.get(name), Some(&Value::Null), "{name}");
    }
    for name in ["assignee", "responsible", "parent"] {
        assert_eq!(shown["_links"][name], json!({"href": null}), "{name}");
    }
    assert_eq!((&shown["lockVersion"], &shown["_links"]["ancestors"]), (&json!(0), &json!([])));
    assert_eq!(shown["_links"].get("children"), None);
}

#[both_engines]
async fn ids_that_are_none_and_work_packages_of_others_are_refused(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let foreign = all.made_by("zoe", 60000, json!({})).await;
    let bad = "Bad request: id is invalid";
    all.app.v3_get("", "/work_packages/eeek").await.is_refusal(400, "BadRequest", bad);
    for path in [format!("/work_packages//{id}"), format!("/work_packages/{id}/")] {
        assert_eq!(all.app.v3_get("ada", &path).await.status, 200, "{path}");
    }
    for (token, path) in [
        ("ada", "/work_packages/999999999".to_owned()),
        ("ada", "/work_packages/0".to_owned()),
        ("ada", "/work_packages/-7".to_owned()),
        ("ada", "/work_packages/99999999999999999999".to_owned()),
        ("ada", format!("/work_packages/{foreign}")),
        ("olaf", format!("/work_packages/{id}")),
        ("root", format!("/work_packages/{foreign}")),
    ] {
        all.app.v3_get(token, &path).await.is_refusal(404, "NotFound", NO_PACKAGE);
    }
}

#[both_engines]
async fn the_links_of_actions_follow_the_access(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let every = ["addChild", "addComment", "changeParent", "delete", "update", "updateImmediately"];
    let edits = ["addChild", "addComment", "changeParent", "update", "updateImmediately"];
    for (token, expected) in
        [("cleo", &[][..]), ("vera", &[]), ("ada", &edits), ("max", &every), ("root", &every)]
    {
        let shown = all.app.v3_get(token, &format!("/work_packages/{id}")).await.json();
        let links = shown["_links"].as_object().expect("links");
        let mut found: Vec<&str> =
            links.keys().map(String::as_str).filter(|name| every.contains(name)).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{token}");
    }
}

#[both_engines]
async fn a_hierarchy_is_linked_both_ways(engine: Engine) {
    let all = Packages::new(engine).await;
    let top = all.made(json!({"subject": "Top"})).await;
    let first = all.made(link("parent", "work_packages", top)).await;
    let second = all.made(link("parent", "work_packages", top)).await;
    let leaf = all.made(link("parent", "work_packages", first)).await;
    let ids = |links: &Value| {
        let links = links.as_array().expect("links").iter();
        links
            .map(|one| one["href"].as_str().and_then(|href| href.rsplit('/').next()?.parse::<i64>().ok()))
            .collect::<Vec<_>>()
    };
    let shown = all.get(top).await["_links"].clone();
    assert_eq!(ids(&shown["children"]), [Some(first), Some(second)]);
    assert_eq!((&shown["ancestors"], &shown["parent"]), (&json!([]), &json!({"href": null})));
    let shown = all.get(leaf).await["_links"].clone();
    assert_eq!((ids(&shown["ancestors"]), shown.get("children")), (vec![Some(top), Some(first)], None));
}

#[both_engines]
async fn a_milestone_has_one_date(engine: Engine) {
    let all = Packages::new(engine).await;
    let mut body = link("type", "types", 2);
    body["date"] = json!("2026-03-09");
    let shown = all.get(all.made(body).await).await;
    assert_eq!(shown["date"], "2026-03-09");
    for name in ["startDate", "dueDate", "derivedStartDate", "derivedDueDate", "duration"] {
        assert_eq!(shown.get(name), None, "{name}");
    }
    assert_eq!(shown["_links"].get("addChild"), None);
}

#[both_engines]
async fn collections_of_what_is_left_out_are_empty(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    for name in ["attachments", "relations", "watchers"] {
        let path = format!("/work_packages/{id}/{name}");
        let empty = all.app.v3_get("ada", &path).await.json();
        let expected = json!({"_type": "Collection", "total": 0, "count": 0, "_embedded": {"elements": []},
            "_links": {"self": {"href": format!("/api/v3{path}")}}});
        assert_eq!(empty, expected);
        all.app.v3_get("olaf", &path).await.is_refusal(404, "NotFound", NO_PACKAGE);
        all.app.v3_post("ada", &path, &json!({})).await.is_not_found();
    }
    for path in ["/time_entries", "/queries/1", "/projects/53760/sprints"] {
        all.app.v3_get("ada", path).await.is_not_found();
    }
    assert!(all.app.v3_get("ada", "/projects/53760/categories").await.elements().is_empty());
    let put = all.app.v3_write(axum::http::Method::PUT, "ada", &format!("/work_packages/{id}"), "{}").await;
    put.is_not_found();
}
