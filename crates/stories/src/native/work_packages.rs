//! Stories of work packages in Statuary's own surface.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::openproject::work_packages::{Packages, link};
use crate::{Answer, Engine, TestApp};

const IN_HARBOR: &str = "/workspaces/53760/work_packages";

async fn add(app: &TestApp, body: &Value) -> Value {
    let made = app.write("ada", Method::POST, IN_HARBOR, body, &[]).await;
    assert_eq!(made.status, 201, "{made}");
    assert!(made.header("location").ends_with(&format!("/work_packages/{}", made.json()["id"])));
    made.json()
}

async fn patch(app: &TestApp, id: &Value, body: &Value) -> Answer {
    app.write("ada", Method::PATCH, &format!("/work_packages/{id}"), body, &[]).await
}

/// The subjects of a list.
async fn subjects(app: &TestApp, token: &str, query: &str) -> Vec<String> {
    let answer = app.own(token, Method::GET, &format!("/work_packages?{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    let all = answer.json()["work_packages"].as_array().expect("a list").clone();
    all.iter().map(|one| one["subject"].as_str().expect("a subject").to_owned()).collect()
}

#[both_engines]
async fn a_work_package_is_the_same_on_both_surfaces(engine: Engine) {
    let all = Packages::new(engine).await;
    let body = json!({"subject": " Crane ", "description": "By *ship*", "assignee_id": 2551, "start_date": "2026-03-02",
        "due_date": "2026-03-06", "work_hours": 10, "percent_done": 25, "priority_id": 9});
    let made = add(&all.app, &body).await;
    let id = &made["id"];
    assert_eq!(
        made,
        json!({"id": id, "workspace_id": 53760, "type": {"id": 1, "name": "Task"},
            "status": {"id": all.new, "name": "New", "is_closed": false, "is_readonly": false},
            "priority": {"id": 9, "name": "High"}, "subject": "Crane", "description": "By *ship*",
            "author": {"id": 2545, "full_name": "Ada Park"}, "assignee": {"id": 2551, "full_name": "Bo Lind"},
            "responsible": null, "parent_id": null, "start_date": "2026-03-02", "due_date": "2026-03-06",
            "work_hours": 10.0, "remaining_hours": 7.5, "percent_done": 25, "totals": null,
            "created_at": made["created_at"], "updated_at": made["created_at"], "version": 1})
    );
    let seen = all.get(id.as_i64().expect("an id")).await;
    assert_eq!((&seen["remainingTime"], &seen["lockVersion"]), (&json!("PT7H30M"), &json!(0)));

    // A change on the vendor's surface is a version here.
    let answer = all.patch(seen["id"].as_i64().expect("an id"), json!({"subject": "Crane 2"})).await;
    assert_eq!(answer.status, 200, "{answer}");
    let moved = patch(&all.app, id, &json!({"status_id": all.progress, "remaining_hours": 2})).await;
    assert_eq!(moved.status, 200, "{moved}");
    assert_eq!((&moved.json()["percent_done"], &moved.json()["version"]), (&json!(80), &json!(3)));
    let same = patch(&all.app, id, &json!({"subject": "Crane 2"})).await;
    assert_eq!(same.json(), moved.json());
    let child = all.made(link("parent", "work_packages", seen["id"].as_i64().expect("an id"))).await;
    let answer = patch(&all.app, &json!(child), &json!({"work_hours": 10, "due_date": "2026-04-01"})).await;
    assert_eq!(answer.json()["parent_id"], *id, "{answer}");
    let whole = all.app.own("cleo", Method::GET, &format!("/work_packages/{id}")).await;
    assert_eq!(
        whole.json()["totals"],
        json!({"start_date": "2026-04-01", "due_date": "2026-04-01", "work_hours": 20.0, "remaining_hours": 12.0,
            "percent_done": 40})
    );

    let versions = all.app.own("vera", Method::GET, &format!("/work_packages/{id}/versions")).await.json();
    let versions = versions["versions"].as_array().expect("a list");
    let told: Vec<_> =
        versions.iter().map(|one| json!([one["version"], one["kind"], one["changed"]])).collect();
    assert_eq!(
        json!(told),
        json!([
            [3, "updated", ["status", "remaining_hours", "percent_done"]],
            [2, "updated", ["subject"]],
            [1, "created", []]
        ])
    );
    assert_eq!(
        (&versions[1]["surface"], &versions[1]["by"]["full_name"], &versions[2]["work_package"]["subject"]),
        (&json!("openproject"), &json!("Ada Park"), &json!("Crane"))
    );
    let first =
        all.app.own("vera", Method::GET, &format!("/work_packages/{id}/versions?limit=2")).await.json();
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest = format!("/work_packages/{id}/versions?limit=2&cursor={cursor}");
    let rest = all.app.own("vera", Method::GET, &rest).await.json();
    assert_eq!((&rest["versions"][0], &rest["next_cursor"]), (&versions[2], &Value::Null));

    // The feed has it, with the workspace, and its comments.
    let comment = json!({"comment": {"raw": "Why?"}});
    let path = format!("/work_packages/{id}/activities");
    assert_eq!(all.app.v3_post("ada", &path, &comment).await.status, 201);
    let events = all
        .app
        .own("vera", Method::GET, "/events?types=work_package_activity.created&limit=200")
        .await
        .json();
    let last = events["events"].as_array().and_then(|all| all.last()).expect("an event");
    assert_eq!((&last["workspace_id"], &last["after"]["comment"]), (&json!(53760), &json!("Why?")));

    let own = format!("/work_packages/{id}");
    assert_eq!(patch(&all.app, id, &json!({"priority_id": 8})).await.status, 200);
    let stale = [("if-match", moved.header("etag"))];
    let late = all.app.write("ada", Method::PATCH, &own, &json!({"subject": "x"}), &stale).await;
    assert_eq!(late.status, 412, "{late}");
    assert_eq!(all.app.write("ada", Method::DELETE, &own, &Value::Null, &[]).await.status, 403);
    assert_eq!(all.app.write("max", Method::DELETE, &own, &Value::Null, &[]).await.status, 204);
    for path in [own.clone(), format!("{own}/versions"), format!("/work_packages/{child}")] {
        assert_eq!(all.app.own("ada", Method::GET, &path).await.status, 404, "{path}");
    }
    assert_eq!(all.app.last_writer("work_package").await, (Some(2561), "native".into()));
}

#[both_engines]
async fn work_packages_are_listed_by_filters_in_pages(engine: Engine) {
    let all = Packages::new(engine).await;
    let app = &all.app;
    let parent = add(app, &json!({"subject": "Quay", "due_date": "2026-03-03"})).await;
    for body in [
        json!({"subject": "Berth plan", "status_id": all.closed, "due_date": "2026-03-01"}),
        json!({"subject": "Crane", "parent_id": parent["id"], "assignee_id": 2551}),
        json!({"subject": "Bollards", "description": "For the berth", "type_id": 7, "due_date": "2026-03-02"}),
    ] {
        add(app, &body).await;
    }
    let bug = json!({"subject": "Not here", "type_id": 7});
    let elsewhere = app.write("max", Method::POST, "/workspaces/53800/work_packages", &bug, &[]).await;
    assert_eq!(elsewhere.status, 201, "{elsewhere}");
    for (query, expected) in [
        ("order=created_at".to_owned(), &["Quay", "Berth plan", "Crane", "Bollards"][..]),
        (String::new(), &["Bollards", "Crane", "Berth plan", "Quay"]),
        ("order=due_date".to_owned(), &["Berth plan", "Bollards", "Quay", "Crane"]),
        ("order=due_date&open=true&due_to=2026-03-02".to_owned(), &["Bollards"]),
        ("order=due_date&due_from=2026-03-02".to_owned(), &["Bollards", "Quay"]),
        ("open=false".to_owned(), &["Berth plan"]),
        (format!("status_id={},{}", all.closed, all.frozen), &["Berth plan"]),
        ("search=BERTH".to_owned(), &["Bollards", "Berth plan"]),
        ("search=berth%20plan".to_owned(), &["Berth plan"]),
        ("type_id=7,2".to_owned(), &["Bollards"]),
        ("assignee_id=2551&priority_id=8".to_owned(), &["Crane"]),
        (format!("parent_id={}", parent["id"]), &["Crane"]),
        ("workspace_id=53800,53900,1".to_owned(), &[]),
    ] {
        assert_eq!(subjects(app, "ada", &query).await, expected, "{query}");
    }
    assert_eq!(subjects(app, "cleo", "open=false").await, ["Berth plan"]);
    assert_eq!(subjects(app, "max", "type_id=7").await, ["Not here", "Bollards"]);
    for token in ["olaf", "zoe"] {
        assert!(subjects(app, token, "").await.is_empty(), "{token}");
    }
    for order in ["-created_at", "created_at", "-updated_at", "due_date"] {
        let whole = subjects(app, "root", &format!("order={order}")).await;
        let (mut found, mut next) = (Vec::new(), format!("/work_packages?order={order}&limit=2"));
        loop {
            let page = app.own("root", Method::GET, &next).await.json();
            found.extend(
                page["work_packages"].as_array().expect("a list").iter().map(|one| one["subject"].clone()),
            );
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("/work_packages?order={order}&limit=2&cursor={cursor}");
        }
        assert_eq!(json!(found), json!(whole), "{order}");
    }
    let page = app.own("ada", Method::GET, "/work_packages?limit=1").await.json();
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    for (query, name) in [
        (format!("order=due_date&cursor={cursor}"), "cursor"),
        ("open=yes".to_owned(), "open"),
        ("open=".to_owned(), "open"),
        ("due_to=soon".to_owned(), "due_to"),
        ("due_from=2026-03-02&due_to=2026-03-01".to_owned(), "due_from"),
        ("status_id=x".to_owned(), "status_id"),
        ("bogus=1".to_owned(), "bogus"),
    ] {
        let answer = app.own("ada", Method::GET, &format!("/work_packages?{query}")).await;
        assert!(answer.status == 400 && answer.text.contains(name), "{query}: {answer}");
    }
}

#[both_engines]
async fn refusals_name_the_member(engine: Engine) {
    let all = Packages::new(engine).await;
    let app = &all.app;
    for (body, member) in [
        (json!({}), "/subject"),
        (json!({"subject": " "}), "/subject"),
        (json!({"subject": null}), "/subject"),
        (json!({"subject": "x".repeat(256)}), "/subject"),
        (json!({"subject": "x", "type_id": 99}), "/type_id"),
        (json!({"subject": "x", "type_id": null}), "/type_id"),
        (json!({"subject": "x", "status_id": 999_999}), "/status_id"),
        (json!({"subject": "x", "priority_id": "9"}), "/priority_id"),
        (json!({"subject": "x", "assignee_id": 2560}), "/assignee_id"),
        (json!({"subject": "x", "responsible_id": 2570}), "/responsible_id"),
        (json!({"subject": "x", "parent_id": 999_999}), "/parent_id"),
        (json!({"subject": "x", "due_date": "soon"}), "/due_date"),
        (json!({"subject": "x", "start_date": "2026-03-02", "due_date": "2026-03-01"}), "/due_date"),
        (json!({"subject": "x", "work_hours": -1}), "/work_hours"),
        (json!({"subject": "x", "work_hours": 1e300}), "/work_hours"),
        (json!({"subject": "x", "remaining_hours": "PT1H"}), "/remaining_hours"),
        (json!({"subject": "x", "percent_done": 101}), "/percent_done"),
    ] {
        let answer = app.write("ada", Method::POST, IN_HARBOR, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("\"{member}\"")), "{body}: {answer}");
    }
    let unknown = app.write("ada", Method::POST, IN_HARBOR, &json!({"subject": "x", "status": 1}), &[]).await;
    assert_eq!(unknown.status, 400, "{unknown}");
    for (path, statuses) in
        [(IN_HARBOR, [403, 403, 404, 404]), ("/workspaces/53900/work_packages", [404, 404, 404, 404])]
    {
        for (token, status) in ["vera", "cleo", "olaf", "zoe"].into_iter().zip(statuses) {
            let answer = app.write(token, Method::POST, path, &json!({"subject": "x"}), &[]).await;
            assert_eq!(answer.status, status, "{path} by {token}: {answer}");
        }
    }
    let archived = "/workspaces/53900/work_packages";
    let refused = app.write("ada", Method::POST, archived, &json!({"subject": "x"}), &[]).await;
    assert_eq!(refused.status, 403);

    // A milestone has one date, and a read-only status is only left by another status.
    let made = add(app, &json!({"subject": "Handover", "type_id": 2, "due_date": "2026-05-01"})).await;
    assert_eq!((&made["start_date"], &made["due_date"]), (&json!("2026-05-01"), &json!("2026-05-01")));
    let moved = patch(app, &made["id"], &json!({"due_date": "2026-05-08"})).await;
    assert_eq!(moved.json()["start_date"], "2026-05-08", "{moved}");
    let frozen = patch(app, &made["id"], &json!({"status_id": all.frozen})).await;
    assert_eq!(frozen.json()["status"]["is_readonly"], true, "{frozen}");
    let refused = patch(app, &made["id"], &json!({"subject": "x"})).await;
    assert!(refused.status == 422 && refused.text.contains("readonly status"), "{refused}");
    let left = patch(app, &made["id"], &json!({"subject": "x", "status_id": all.new})).await;
    assert_eq!(left.json()["subject"], "x", "{left}");
}
