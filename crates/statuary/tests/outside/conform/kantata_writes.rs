//! Faults in the writes of a server of Kantata's surface.

use conform::Vendor;
use serde_json::{Value, json};

use super::kantata::{CHANGES, REPORTS, edit_each, remove};
use super::wrong::Fault;

#[test]
fn every_fault_in_writing_is_found_by_its_check() {
    super::planted::faults_are_found(Vendor::Kantata, WRITING);
}

const WRITING: &[Fault] = &[
    Fault::writing(
        "201 for a report",
        |a| a.is("POST", REPORTS),
        |a| {
            if a.status == 200 {
                a.status = 201;
            }
        },
        &["kantata/reports/post-is-200"],
    ),
    Fault::writing(
        "201 for a workspace",
        |a| a.is("POST", "/workspaces"),
        |a| {
            if a.status == 200 {
                a.status = 201;
            }
        },
        &["kantata/workspaces/post-is-200"],
    ),
    Fault::writing(
        "200 for a deletion",
        |a| a.method == "DELETE" && a.path.starts_with(REPORTS),
        |a| {
            if a.status == 204 {
                a.answer(200, "{}");
            }
        },
        &["kantata/reports/delete-is-204"],
    ),
    Fault::writing(
        "no field in an error",
        |a| a.is("POST", REPORTS) && a.body.contains("\"blue\""),
        |a| a.json(|j| remove(&mut j["errors"][0], "field")),
        &["kantata/reports/unknown-color"],
    ),
    Fault::writing(
        "the first failure alone",
        |a| a.is("POST", REPORTS),
        |a| {
            if a.status == 422 {
                a.json(|j| j["errors"].as_array_mut().expect("errors").truncate(1));
            }
        },
        &["kantata/reports/all-failures"],
    ),
    Fault::writing(
        "422 without a root",
        |a| a.is("POST", REPORTS) && a.body == "{\"color\":\"green\"}",
        |a| a.status = 422,
        &["kantata/bodies/no-root"],
    ),
    Fault::writing(
        "include in a body is not read",
        |a| a.is("POST", REPORTS) && a.body.contains("\"include\":\"creator\""),
        |a| a.json(|j| remove(j, "users")),
        &["kantata/bodies/include-in-json"],
    ),
    Fault::writing(
        "no forms",
        |a| a.body.contains("By+form"),
        |a| a.answer(415, "{}"),
        &["kantata/bodies/forms"],
    ),
    Fault::writing(
        "details are sorted",
        |a| a.is("POST", REPORTS) && a.body.contains("Schedule"),
        |a| {
            edit_each(a, "status_reports", |one| one["details"].as_array_mut().expect("details").reverse());
        },
        &["kantata/details/order"],
    ),
    Fault::writing(
        "PUT forgets details",
        |a| a.method == "PUT" && a.path.starts_with(REPORTS) && !a.body.contains("details"),
        |a| {
            if a.status == 200 {
                edit_each(a, "status_reports", |one| one["details"] = json!([]));
            }
        },
        &["kantata/details/kept-by-put"],
    ),
    Fault::writing(
        "no updater",
        |a| a.method == "PUT" && a.path.starts_with(REPORTS),
        |a| {
            if a.status == 200 {
                edit_each(a, "status_reports", |one| one["updater_id"] = Value::Null);
            }
        },
        &["kantata/reports/updater"],
    ),
    Fault::writing(
        "another message for the same status",
        |a| a.is("POST", CHANGES),
        |a| {
            if a.status == 422 {
                a.json(|j| {
                    if j["errors"][0]["field"] == "base" {
                        j["errors"][0]["message"] = "Nothing changed".into();
                    }
                });
            }
        },
        &["kantata/changes/same-status"],
    ),
    Fault::writing(
        "no texts as keys",
        |a| a.is("POST", CHANGES) && a.body.contains("\"to_status_key\":\""),
        |a| a.answer(422, "{}"),
        &["kantata/changes/keys-as-texts"],
    ),
    Fault::writing(
        "the same status by PUT is an error",
        |a| a.method == "PUT" && a.path.starts_with("/workspaces/") && a.body.contains("\"status_key\":"),
        |a| a.status = 422,
        &["kantata/changes/same-status-by-put"],
    ),
    Fault::writing(
        "new workspaces are active",
        |a| a.is("POST", "/workspaces"),
        |a| {
            edit_each(a, "workspaces", |one| {
                one["status"] = json!({"color": "green", "key": 300, "message": "Active"});
            });
        },
        &["kantata/workspaces/first-status"],
    ),
    Fault::writing(
        "a second reference of the service",
        |a| a.is("POST", "/external_references/create_or_update") && a.body.contains("P-2"),
        |a| {
            a.json(|j| {
                let id = j["results"][0]["id"].as_str().expect("an id").to_owned();
                let object = j["external_references"][&id].clone();
                j["results"][0]["id"] = "7777777".into();
                j["external_references"] = json!({ "7777777": object });
            });
        },
        &["kantata/references/create-or-update"],
    ),
    Fault::writing(
        "access_level under another name",
        |a| a.method == "GET" && a.path.starts_with("/participations/"),
        |a| edit_each(a, "participations", |one| one["access_level"] = "view".into()),
        &["kantata/participations/access_level"],
    ),
    Fault::writing(
        "a report of yesterday is current",
        |a| a.query == "include=current_status_report",
        |a| edit_each(a, "workspaces", |one| one["current_status_report_id"] = Value::Null),
        &["kantata/workspaces/current-report"],
    ),
];
