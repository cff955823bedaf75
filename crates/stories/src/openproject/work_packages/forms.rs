//! Forms and schemas.

use macros::both_engines;
use serde_json::{Value, json};

use super::super::{error, violation};
use super::{Packages, filters, link};
use crate::Engine;

#[both_engines]
async fn a_form_checks_a_new_work_package(engine: Engine) {
    let all = Packages::new(engine).await;
    let form = all
        .app
        .v3(
            "POST".parse().expect("a method"),
            "/work_packages/form",
            &[("authorization", &super::super::basic("ada"))],
            "",
        )
        .await;
    let form = form.json();
    let errors = form["_embedded"]["validationErrors"].as_object().expect("errors");
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["subject", "type", "project"]);
    assert_eq!(form["_links"].get("commit"), None);
    let payload = &form["_embedded"]["payload"];
    assert_eq!(payload["_links"]["status"]["title"], "New");
    assert_eq!(payload["_links"]["priority"]["title"], "Normal");
    let form =
        all.app.v3_post("ada", "/projects/53760/work_packages/form", &json!({"subject": "x"})).await.json();
    assert_eq!(form["_embedded"]["validationErrors"], json!({}));
    assert_eq!(
        form["_links"]["commit"],
        json!({"href": "/api/v3/projects/53760/work_packages", "method": "post"})
    );
    let payload = form["_embedded"]["payload"].clone();
    assert_eq!(payload["_links"]["type"]["title"], "Task");
    assert_eq!(all.app.v3_post("ada", "/projects/53760/work_packages", &payload).await.status, 201);
    all.app.v3_post("vera", "/work_packages/form", &json!({})).await.is_not_authorized();
}

#[both_engines]
async fn a_form_checks_a_change(engine: Engine) {
    let all = Packages::new(engine).await;
    let id =
        all.made(json!({"startDate": "2026-03-02", "dueDate": "2026-03-06", "estimatedTime": "PT10H"})).await;
    let path = format!("/work_packages/{id}/form");
    let body = json!({"lockVersion": 0, "percentageDone": 40, "dueDate": "2026-03-01"});
    let form = all.app.v3_post("ada", &path, &body).await.json();
    let payload = &form["_embedded"]["payload"];
    let shown = ["startDate", "dueDate", "estimatedTime", "remainingTime", "percentageDone"]
        .map(|name| payload[name].clone());
    assert_eq!(json!(shown), json!(["2026-03-02", "2026-03-01", "PT10H", "PT6H", 40]));
    let early = violation("dueDate", "Finish date must be greater than or equal to the start date.");
    assert_eq!(form["_embedded"]["validationErrors"], json!({"dueDate": early}));
    let itself = json!({"href": format!("/api/v3{path}"), "method": "post"});
    assert_eq!(form["_links"], json!({"self": itself, "validate": itself}));
    let status = &form["_embedded"]["schema"]["status"];
    assert_eq!((&status["writable"], &status["location"]), (&json!(true), &json!("_links")));
    assert_eq!(status["_embedded"]["allowedValues"][0]["_type"], "Status");
    let stale = all.app.v3_post("ada", &path, &json!({"lockVersion": 4})).await;
    stale.is_refusal(
        409,
        "UpdateConflict",
        "Could not update the resource because of conflicting modifications.",
    );
    let empty = all.app.v3_write("POST".parse().expect("a method"), "ada", &path, "").await;
    assert_eq!(
        empty.json()["_links"]["commit"],
        json!({"href": format!("/api/v3/work_packages/{id}"), "method": "patch"})
    );
    all.app.v3_post("vera", &path, &json!({})).await.is_not_authorized();
    let wrong = all.app.v3_post("ada", &path, &json!({"lockVersion": 0, "startDate": "soon"})).await;
    let message = "Invalid format for property 'startDate': Expected format like 'YYYY-MM-DD (ISO 8601 date only)', but got 'soon'.";
    wrong.is_hal_error(422, &error("PropertyFormatError", message, Some(&json!({"attribute": "startDate"}))));
    let people =
        form["_embedded"]["schema"]["assignee"]["_links"]["allowedValues"]["href"].as_str().expect("a link");
    let people = all.app.v3_get("ada", people.strip_prefix("/api/v3").expect("a path")).await;
    assert_eq!(people.element_ids(), [2545, 2551, 2561]);
}

#[both_engines]
async fn in_a_read_only_status_only_the_status_is_writable(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(link("status", "statuses", all.rejected)).await;
    let form = all.app.v3_post("ada", &format!("/work_packages/{id}/form"), &json!({})).await.json();
    let schema = form["_embedded"]["schema"].as_object().expect("a schema").clone();
    let writable: Vec<&String> =
        schema.iter().filter(|(_, member)| member["writable"] == true).map(|(name, _)| name).collect();
    assert_eq!(writable, ["status"]);
    assert_eq!(schema["status"]["_embedded"]["allowedValues"].as_array().map(Vec::len), Some(5));
}

#[both_engines]
async fn schemas_are_of_a_project_and_a_type(engine: Engine) {
    let all = Packages::new(engine).await;
    let shown = all.app.v3_get("ada", "/work_packages/schemas/53760-1").await.json();
    assert_eq!(shown["_type"], "Schema");
    assert_eq!(shown["type"].get("_links"), None);
    assert_eq!((&shown["subject"]["maxLength"], &shown["subject"]["required"]), (&json!(255), &json!(true)));
    for path in ["53760-99", "12", "8-1-1", "53800-1"] {
        all.app.v3_get("ada", &format!("/work_packages/schemas/{path}")).await.is_not_found();
    }
    let pairs = |values: Value| filters(&json!([{"id": {"operator": "=", "values": values}}]));
    let two = all
        .app
        .v3_get("ada", &format!("/work_packages/schemas?{}", pairs(json!(["53760-1", "53760-2", "53800-1"]))))
        .await;
    assert_eq!(two.elements().len(), 2);
    let message = "The query parameter 'filters' is missing or malformed.";
    all.app.v3_get("ada", "/work_packages/schemas").await.is_refusal(400, "InvalidQuery", message);
    let milestone = all.app.v3_get("vera", "/work_packages/schemas/53760-2").await.json();
    assert_eq!((milestone.get("startDate"), &milestone["date"]["writable"]), (None, &json!(false)));
}

#[both_engines]
async fn projects_for_new_work_packages_are_those_that_the_caller_edits(engine: Engine) {
    let all = Packages::new(engine).await;
    assert_eq!(
        all.app.v3_get("max", "/work_packages/available_projects").await.element_ids(),
        [53760, 53800]
    );
    all.app.v3_get("vera", "/work_packages/available_projects").await.is_not_authorized();
}
