//! Creating, changing and deleting work packages.

use macros::both_engines;
use serde_json::{Value, json};

use super::super::{error, violation, wrong_format};
use super::{NO_PACKAGE, Packages, link, read_only};
use crate::{Answer, Engine};

const CONFLICT: &str = "Could not update the resource because of conflicting modifications.";

#[both_engines]
async fn a_new_work_package_needs_a_subject_and_a_project(engine: Engine) {
    let all = Packages::new(engine).await;
    let blank = |attribute: &str, label: &str| violation(attribute, &format!("{label} can't be blank."));
    let answer = all.app.v3_post("ada", "/work_packages", &json!({})).await;
    answer.is_multiple_errors(
        422,
        &[blank("subject", "Subject"), blank("type", "Type"), blank("project", "Project")],
    );
    let project = json!({"project": {"href": "/api/v3/projects/53760"}});
    let post = async |body: Value| all.app.v3_post("ada", "/work_packages", &body).await;
    post(json!({"_links": project})).await.violates("subject", "Subject can't be blank.");
    post(json!({"subject": "  ", "_links": project})).await.violates("subject", "Subject can't be blank.");
    let long = "Subject is too long (maximum is 255 characters).";
    post(json!({"subject": "x".repeat(256), "_links": project})).await.violates("subject", long);
    assert_eq!(post(json!({"subject": "x".repeat(255), "_links": project})).await.status, 201);
    for more in [json!({}), json!({"lockVersion": 7})] {
        let mut body = json!({"subject": "Crane", "_links": project});
        if let Some(version) = more.get("lockVersion") {
            body["lockVersion"] = version.clone();
        }
        let made = post(body).await.json();
        let links = &made["_links"];
        assert_eq!((&links["type"]["title"], &links["status"]["title"]), (&json!("Task"), &json!("New")));
        assert_eq!((&links["priority"]["title"], &made["lockVersion"]), (&json!("Normal"), &json!(0)));
        assert_eq!(links["author"]["title"], "Ada Park");
    }
    let mut answers = Vec::new();
    for project in ["53800", "999999", "53900"] {
        let mut body = link("project", "projects", project.parse().expect("a number"));
        body["subject"] = json!("Crane");
        body["_links"]["type"] = json!({"href": "/api/v3/types/1"});
        let answer = post(body).await;
        answer.violates("project", "Project can't be blank.");
        answers.push(answer.text);
    }
    assert!(answers.iter().all(|text| *text == answers[0]));
}

#[both_engines]
async fn only_the_provider_side_writes(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let mut body = link("project", "projects", 53760);
    body["subject"] = json!("Crane");
    for token in ["vera", "cleo", "olaf"] {
        all.app.v3_post(token, "/work_packages", &body).await.is_not_authorized();
    }
    let subject = json!({"subject": "Crane"});
    assert_eq!(all.app.v3_post("ada", "/projects/53760/work_packages", &subject).await.status, 201);
    all.app.v3_post("ada", "/projects/53800/work_packages", &subject).await.is_not_found();
    all.app.v3_post("root", "/projects/53900/work_packages", &subject).await.is_not_authorized();
    let path = format!("/work_packages/{id}");
    all.app.v3_patch("vera", &path, &json!({"lockVersion": 9})).await.is_not_authorized();
    all.app.v3_delete("ada", &path).await.is_not_authorized();
    let child = all.made(link("parent", "work_packages", id)).await;
    assert_eq!(all.app.v3_delete("max", &path).await.status, 204);
    all.app.v3_get("ada", &format!("/work_packages/{child}")).await.is_refusal(404, "NotFound", NO_PACKAGE);
    all.app.v3_delete("max", &path).await.is_refusal(404, "NotFound", NO_PACKAGE);
    all.app.v3_patch("ada", &path, &json!({"lockVersion": 0})).await.is_refusal(404, "NotFound", NO_PACKAGE);
}

#[both_engines]
async fn links_lead_to_records_of_their_kind(engine: Engine) {
    let all = Packages::new(engine).await;
    for (name, kind, label) in [
        ("status", "statuses", "Status"),
        ("type", "types", "Type"),
        ("priority", "priorities", "Priority"),
        ("parent", "work_packages", "Parent"),
    ] {
        let mut body = link(name, kind, 999_999);
        body["subject"] = json!("Crane");
        let answer = all.app.v3_post("ada", "/projects/53760/work_packages", &body).await;
        answer.violates(name, &format!("{label} does not exist."));
    }
    let rejected = all.made(link("status", "statuses", all.rejected)).await;
    assert_eq!(all.get(rejected).await["readonly"], true);
    let wrong = link("status", "types", 1);
    let message =
        "For property 'status' a link like '/api/v3/statuses/:id' is expected, but got '/api/v3/types/1'.";
    let id = all.made(json!({})).await;
    all.patch(id, wrong)
        .await
        .is_hal_error(422, &error("ResourceTypeMismatch", message, Some(&json!({"attribute": "status"}))));
    let format = |name: &str, format: &str, got: &str| {
        let message = format!(
            "Invalid format for property '{name}': Expected format like '{format}', but got '{got}'."
        );
        error("PropertyFormatError", &message, Some(&json!({"attribute": name})))
    };
    let day = format("startDate", "YYYY-MM-DD (ISO 8601 date only)", "not a date");
    all.patch(id, json!({"startDate": "not a date"})).await.is_hal_error(422, &day);
    let hours = format("estimatedTime", "ISO 8601 duration", "5");
    all.patch(id, json!({"estimatedTime": "5"})).await.is_hal_error(422, &hours);
    all.patch(id, json!({"percentageDone": "half"}))
        .await
        .is_hal_error(422, &wrong_format("percentageDone", "an integer"));
    all.patch(id, json!({"_links": 5})).await.is_refusal(
        400,
        "BadRequest",
        "Bad request: _links must be a JSON object.",
    );
    let bad = "Bad request: The link under key 'status' is not valid.";
    all.patch(id, json!({"_links": {"status": 5}})).await.is_refusal(400, "BadRequest", bad);
    all.patch(id, json!({"_links": {"status": {"href": null}}}))
        .await
        .violates("status", "Status can't be blank.");
    let category = "Category The specified category does not exist.";
    all.patch(id, link("category", "categories", 1)).await.violates("category", category);
    assert_eq!(all.patch(id, json!({"_links": {"category": {"href": null}}})).await.status, 200);
}

#[both_engines]
async fn a_parent_is_of_the_same_project_and_above(engine: Engine) {
    let all = Packages::new(engine).await;
    let top = all.made(json!({})).await;
    let middle = all.made(link("parent", "work_packages", top)).await;
    let leaf = all.made(link("parent", "work_packages", middle)).await;
    let milestone = all.made(link("type", "types", 2)).await;
    let foreign = all.made_by("max", 53800, json!({})).await;
    all.patch(top, link("parent", "work_packages", 999_999)).await.is_multiple_errors(
        422,
        &[violation("parent", "Parent does not exist."), violation("parent", "Parent may not be accessed.")],
    );
    let own = "Parent cannot be assigned to itself.";
    all.patch(top, link("parent", "work_packages", top)).await.violates("parent", own);
    let below = "Parent A work package cannot be linked to one of its subtasks.";
    all.patch(top, link("parent", "work_packages", leaf)).await.violates("parent", below);
    let one = "Parent cannot be a milestone.";
    all.patch(top, link("parent", "work_packages", milestone)).await.violates("parent", one);
    let mut body = link("parent", "work_packages", foreign);
    body["lockVersion"] = json!(0);
    let answer = all.app.v3_patch("max", &format!("/work_packages/{top}"), &body).await;
    answer.violates("parent", "Parent cannot be in another project.");
    for removal in [
        json!({"parent": null}),
        json!({"_links": {"parent": {"href": null}}}),
        json!({"_links": {"parent": null}}),
    ] {
        all.patch(leaf, link("parent", "work_packages", middle)).await;
        assert_eq!(
            all.patch(leaf, removal.clone()).await.json()["_links"]["parent"],
            json!({"href": null}),
            "{removal}"
        );
    }
    all.patch(leaf, link("parent", "work_packages", middle)).await;
    let kept = all.patch(leaf, json!({"_links": {"parent": {}}})).await.json();
    assert_eq!(kept["_links"]["parent"]["href"], format!("/api/v3/work_packages/{middle}"));
}

#[both_engines]
async fn assignees_are_of_the_provider_side(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let text = "The chosen user is not allowed to be 'Assignee' for this work package.";
    for user in [2560, 2570, 2580, 999_999] {
        all.patch(id, link("assignee", "users", user)).await.violates("assignee", text);
    }
    let text = "Accountable The chosen user is not allowed to be 'Accountable' for this work package.";
    all.patch(id, link("responsible", "users", 2560)).await.violates("responsible", text);
    assert_eq!(all.patch(id, link("assignee", "users", 2551)).await.status, 200);
    let people = all.app.v3_get("ada", &format!("/work_packages/{id}/available_assignees")).await;
    assert_eq!(people.element_ids(), [2545, 2551, 2561]);
    all.app.v3_get("vera", "/projects/53760/available_responsibles").await.is_not_authorized();
}

#[both_engines]
async fn a_change_names_the_current_version(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let path = format!("/work_packages/{id}");
    let conflicts = |answer: &Answer| answer.is_refusal(409, "UpdateConflict", CONFLICT);
    for version in [json!(null), json!(7), json!("x")] {
        conflicts(&all.app.v3_patch("ada", &path, &json!({"subject": "New", "lockVersion": version})).await);
    }
    conflicts(&all.app.v3_patch("ada", &path, &json!({"subject": "New"})).await);
    conflicts(&all.app.v3_patch("ada", &path, &json!({"subject": " ", "lockVersion": 3})).await);
    let done = all.app.v3_patch("ada", &path, &json!({"subject": "New", "lockVersion": "0"})).await.json();
    assert_eq!((&done["lockVersion"], &done["subject"]), (&json!(1), &json!("New")));
    // A change of nothing leaves no trace.
    all.app.wait_until("2026-02-16T17:00:00Z");
    let same = all.app.v3_patch("ada", &path, &json!({"subject": "New", "lockVersion": 1})).await.json();
    assert_eq!(same, done);
    let mut whole = done.clone();
    whole["subject"] = json!("Newer");
    let after = all.app.v3_patch("ada", &format!("{path}?notify=False"), &whole).await.json();
    assert_eq!((&after["lockVersion"], &after["subject"]), (&json!(2), &json!("Newer")));
    let activities = all.app.v3_get("ada", &format!("{path}/activities")).await.elements();
    assert_eq!(activities.len(), 3);
}

#[both_engines]
async fn members_that_no_request_writes_are_refused_if_they_differ(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({"startDate": "2026-03-02", "dueDate": "2026-03-06"})).await;
    let created = read_only("createdAt", "Created on");
    all.patch(id, json!({"createdAt": "2026-01-01T00:00:00Z"})).await.is_hal_error(422, &created);
    let answer = all.patch(id, json!({"createdAt": "2026-01-01T00:00:00Z", "id": 999})).await;
    answer.is_multiple_errors(422, &[read_only("id", "ID"), created]);
    all.patch(id, link("author", "users", 2551)).await.is_hal_error(422, &read_only("author", "Author"));
    all.patch(id, json!({"duration": "P9D"})).await.is_hal_error(422, &read_only("duration", "Duration"));
    let longer = all.patch(id, json!({"dueDate": "2026-03-10", "duration": "P9D"})).await.json();
    assert_eq!(longer["duration"], "P9D");
    let mut body = link("project", "projects", 53800);
    body["lockVersion"] = json!(1);
    let path = format!("/work_packages/{id}");
    all.app.v3_patch("max", &path, &body).await.is_hal_error(422, &read_only("project", "Project"));
    assert_eq!(all.patch(id, link("project", "projects", 53760)).await.status, 200);
    let early = "Finish date must be greater than or equal to the start date.";
    all.patch(id, json!({"dueDate": "2026-03-01"})).await.violates("dueDate", early);
    let manual = "Manual scheduling cannot be set to false (automatically scheduled) as it has no predecessors or children.";
    all.patch(id, json!({"scheduleManually": false})).await.violates("scheduleManually", manual);
    assert_eq!(all.patch(id, json!({"scheduleManually": true})).await.status, 200);
    let ignored = json!({"customField1": 5, "bogus": true, "_links": {"bogus": {"href": "/x"}}});
    assert_eq!(all.patch(id, ignored).await.status, 200);
}

#[both_engines]
async fn a_work_package_with_children_is_no_milestone(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({"startDate": "2026-03-02", "dueDate": "2026-03-06"})).await;
    let child = all.made(link("parent", "work_packages", id)).await;
    let text = "Type cannot be a milestone because this work package has children.";
    all.patch(id, link("type", "types", 2)).await.violates("type", text);
    assert_eq!(all.app.v3_delete("max", &format!("/work_packages/{child}")).await.status, 204);
    assert_eq!(all.patch(id, link("type", "types", 2)).await.json()["date"], "2026-03-06");
}

#[both_engines]
async fn of_two_changes_of_one_version_one_is_made(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let path = format!("/work_packages/{id}");
    let (one, other) = (json!({"lockVersion": 0, "subject": "A"}), json!({"lockVersion": 0, "subject": "B"}));
    let (one, other) =
        tokio::join!(all.app.v3_patch("ada", &path, &one), all.app.v3_patch("bo", &path, &other));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}
