//! Writing status reports (docs/contracts/kantata.md#writing-status-reports).

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{ensure_error, first_object};
use super::samples::reference_body;
use super::session::{REFERENCES, REPORTS, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, ensure_eq, ensure_status, id_of, items};
use crate::client::Response;

pub const CHECKS: &[Check<Suite>] = &[
    Check::writes("kantata/reports/post-is-200", "POST returns 200, not 201", |s| {
        let body = s.report_body(&json!({}))?;
        let response = s.session.write(Method::POST, REPORTS, &body)?;
        ensure_status(&response, 200)
    }),
    Check::writes(
        "kantata/reports/post-shows-it",
        "POST returns the report in an envelope with one result",
        |s| {
            let body = s.report_body(&json!({ "color": "yellow", "description": "Late" }))?;
            let (id, report, response) = s.save(Method::POST, REPORTS, &body)?;
            ensure_eq("count", &response.json["count"], 1)?;
            ensure_eq(
                "color and description",
                [&report["color"], &report["description"]],
                ["yellow", "Late"],
            )?;
            let (_, again) = first_object(&s.get(&format!("{REPORTS}/{id}"))?);
            ensure_eq("the report read again", again, report)
        },
    ),
    Check::writes(
        "kantata/reports/creator",
        "The creator is the caller, whatever creator_id the body has",
        |s| {
            let (_, report) = s.create_report(&json!({ "creator_id": UNKNOWN_ID }))?;
            ensure_eq("creator_id", id_of(&report["creator_id"]), &s.records.me)
        },
    ),
    Check::writes("kantata/reports/no-updater-at-first", "A new report has no updater", |s| {
        let (_, report) = s.create_report(&json!({}))?;
        ensure_eq("updater_id", report["updater_id"].as_str(), Value::Null)
    }),
    Check::writes(
        "kantata/reports/times-of-a-new-one",
        "updated_at of a new report equals its created_at",
        |s| {
            let (_, report) = s.create_report(&json!({}))?;
            ensure_eq("updated_at", &report["updated_at"], &report["created_at"])
        },
    ),
    Check::writes("kantata/reports/workspace-as-a-number", "workspace_id can be a number", |s| {
        let number: Value = s.own_workspace()?.parse::<i64>().map_or(Value::Null, Into::into);
        s.create_report(&json!({ "workspace_id": number })).map(drop)
    }),
    Check::writes("kantata/reports/unknown-members", "Unknown members are ignored", |s| {
        s.create_report(&json!({ "bogus": 1, "workspace": {} })).map(drop)
    }),
    Check::writes("kantata/reports/no-workspace", "Without workspace_id: 422 for that field", |s| {
        ensure_invalid(s, &json!({ "workspace_id": "" }), "workspace_id")
    }),
    Check::writes(
        "kantata/reports/unknown-workspace",
        "In an unknown workspace: 404, Record not found",
        |s| {
            let body = s.report_body(&json!({ "workspace_id": UNKNOWN_ID }))?;
            let response = s.session.write(Method::POST, REPORTS, &body)?;
            ensure_error(&response, 404, "system", None, Some("Record not found"))
        },
    ),
    Check::writes("kantata/reports/no-color", "Without a color: 422 for that field", |s| {
        ensure_invalid(s, &json!({ "color": null }), "color")
    }),
    Check::writes("kantata/reports/unknown-color", "An unknown color: 422 for that field", |s| {
        ensure_invalid(s, &json!({ "color": "blue" }), "color")
    }),
    Check::writes("kantata/reports/colors-are-lower-case", "Colors are lower case: Green is 422", |s| {
        ensure_invalid(s, &json!({ "color": "Green" }), "color")
    }),
    Check::writes("kantata/reports/blank-description", "A blank description: 422 for that field", |s| {
        ensure_invalid(s, &json!({ "description": " " }), "description")
    }),
    Check::writes(
        "kantata/reports/all-failures",
        "Several errors are returned at once, one entry each, in order",
        |s| {
            let body = s.report_body(&json!({ "color": "", "description": "" }))?;
            let response = s.session.write(Method::POST, REPORTS, &body)?;
            ensure_status(&response, 422)?;
            let fields: Vec<&Value> =
                items(&response.json["errors"]).iter().map(|entry| &entry["field"]).collect();
            ensure_eq("fields", fields, ["color", "description"])
        },
    ),
    Check::writes(
        "kantata/reports/messages",
        "A message is a full sentence that starts with the field",
        |s| {
            let body = s.report_body(&json!({ "description": "" }))?;
            let response = s.session.write(Method::POST, REPORTS, &body)?;
            ensure_eq("message", &response.json["errors"][0]["message"], "Description can't be blank")
        },
    ),
    Check::writes("kantata/details/order", "Details keep their order; a missing description is null", |s| {
        let given =
            json!([{ "category": "Schedule", "color": "red" }, { "category": "Budget", "color": "green" }]);
        let (_, report) = s.create_report(&json!({ "details": given }))?;
        let expected = json!([
            { "category": "Schedule", "color": "red", "description": null },
            { "category": "Budget", "color": "green", "description": null },
        ]);
        ensure_eq("details", &report["details"], expected)
    }),
    Check::writes("kantata/details/none", "Without details the list is empty", |s| {
        ensure_eq("details", &s.create_report(&json!({}))?.1["details"], json!([]))
    }),
    Check::writes("kantata/details/unknown-category", "An unknown category: 422, field details", |s| {
        ensure_invalid(s, &json!({ "details": [{ "category": "scope", "color": "red" }] }), "details")
    }),
    Check::writes("kantata/details/category-twice", "A duplicate category: 422, field details", |s| {
        let detail = json!({ "category": "Scope", "color": "red" });
        ensure_invalid(s, &json!({ "details": [detail, detail] }), "details")
    }),
    Check::writes("kantata/details/kept-by-put", "PUT without details keeps them", |s| {
        ensure_eq("details", put_details(s, &json!({ "color": "red" }))?.as_array().map(Vec::len), 1)
    }),
    Check::writes("kantata/details/cleared-by-put", "PUT with an empty list clears them", |s| {
        ensure_eq("details", put_details(s, &json!({ "details": [] }))?, json!([]))
    }),
    Check::writes("kantata/details/replaced-by-put", "PUT with details replaces the whole set", |s| {
        let client = json!([{ "category": "Client", "color": "green", "description": null }]);
        ensure_eq("details", put_details(s, &json!({ "details": client }))?, &client)
    }),
    Check::writes("kantata/reports/put-is-200", "PUT returns 200 with the report", |s| {
        let (id, _) = s.create_report(&json!({}))?;
        let body = json!({ "status_report": { "color": "red" } });
        let response = s.session.write(Method::PUT, &format!("{REPORTS}/{id}"), &body)?;
        ensure_status(&response, 200)?;
        ensure_eq("color", &first_object(&response).1["color"], "red")
    }),
    Check::writes("kantata/reports/patch", "PATCH does the same as PUT", |s| {
        let (id, _) = s.create_report(&json!({}))?;
        let body = json!({ "status_report": { "color": "red" } });
        let response = s.session.write(Method::PATCH, &format!("{REPORTS}/{id}"), &body)?;
        ensure_status(&response, 200)
    }),
    Check::writes(
        "kantata/reports/updater",
        "PUT sets the updater and keeps the creator and created_at",
        |s| {
            let (id, before) = s.create_report(&json!({}))?;
            let (_, after, _) = put(s, &id, &json!({ "color": "red" }))?;
            ensure_eq("updater_id", id_of(&after["updater_id"]), &s.records.me)?;
            ensure_eq("creator_id", &after["creator_id"], &before["creator_id"])?;
            ensure_eq("created_at", &after["created_at"], &before["created_at"])
        },
    ),
    Check::writes("kantata/reports/workspace-stays", "PUT ignores workspace_id", |s| {
        let (id, _) = s.create_report(&json!({}))?;
        let (_, after, _) = put(s, &id, &json!({ "workspace_id": UNKNOWN_ID }))?;
        ensure_eq("workspace_id", id_of(&after["workspace_id"]), s.own_workspace()?)
    }),
    Check::writes("kantata/reports/put-checks-color", "PUT of an unknown color: 422", |s| {
        let (id, _) = s.create_report(&json!({}))?;
        let body = json!({ "status_report": { "color": "blue" } });
        let response = s.session.write(Method::PUT, &format!("{REPORTS}/{id}"), &body)?;
        ensure_error(&response, 422, "validation", Some("color"), None)
    }),
    Check::writes("kantata/reports/put-of-nothing", "PUT of an unknown report: 404", |s| {
        s.own_workspace()?;
        let body = json!({ "status_report": { "color": "red" } });
        let response = s.session.write(Method::PUT, &format!("{REPORTS}/{UNKNOWN_ID}"), &body)?;
        ensure_error(&response, 404, "system", None, Some("Record not found"))
    }),
    Check::writes("kantata/reports/delete-is-204", "DELETE returns 204 without a body", |s| {
        let (id, _) = s.create_report(&json!({}))?;
        let response = s.session.delete(&format!("{REPORTS}/{id}"))?;
        ensure_status(&response, 204)?;
        ensure_eq("length of the body", response.body.len(), 0)
    }),
    Check::writes("kantata/reports/delete-twice", "A second DELETE: 404", |s| {
        let (id, _) = s.create_report(&json!({}))?;
        s.session.delete(&format!("{REPORTS}/{id}"))?;
        let response = s.session.delete(&format!("{REPORTS}/{id}"))?;
        ensure_error(&response, 404, "system", None, Some("Record not found"))
    }),
    Check::writes(
        "kantata/reports/references-go-along",
        "Deleting a report deletes its external references",
        |s| {
            let (id, _) = s.create_report(&json!({ "external_reference": reference_body("C-9") }))?;
            s.session.delete(&format!("{REPORTS}/{id}"))?;
            let path = format!("{REFERENCES}?subject_type=StatusReport&subject_id={id}");
            ensure_eq("count", &s.list(&path)?.json["count"], 0)
        },
    ),
    Check::writes("kantata/reports/reference", "A report can be created with a reference", |s| {
        let (id, _) = s.create_report(&json!({ "external_reference": reference_body("C-2") }))?;
        let response = s.get(&format!("{REPORTS}/{id}?include=external_references"))?;
        let references = response.json["external_references"].as_object();
        let refs: Vec<_> =
            references.into_iter().flatten().map(|(_, one)| &one["service_model_ref"]).collect();
        ensure_eq("references", refs, ["C-2"])
    }),
    Check::writes(
        "kantata/reports/reference-upsert",
        "PUT with a reference of the same service updates that reference",
        |s| {
            let (id, _) = s.create_report(&json!({ "external_reference": reference_body("C-2") }))?;
            put(s, &id, &json!({ "external_reference": reference_body("C-3") }))?;
            let response = s.get(&format!("{REPORTS}/{id}?include=external_references"))?;
            let references = response.json["external_references"].as_object();
            let refs: Vec<_> =
                references.into_iter().flatten().map(|(_, one)| &one["service_model_ref"]).collect();
            ensure_eq("references", refs, ["C-3"])
        },
    ),
    Check::writes("kantata/reports/half-a-reference", "A reference without service_model_ref: 422", |s| {
        let half = json!({ "service_name": "conform", "service_model": "Issue" });
        let body = s.report_body(&json!({ "external_reference": half }))?;
        let response = s.session.write(Method::POST, REPORTS, &body)?;
        ensure_status(&response, 422)
    }),
];

fn ensure_invalid(s: &mut Suite, further: &Value, field: &str) -> Verdict {
    let body = s.report_body(further)?;
    let response = s.session.write(Method::POST, REPORTS, &body)?;
    ensure_error(&response, 422, "validation", Some(field), None)
}

fn put(s: &mut Suite, id: &str, members: &Value) -> Verdict<(String, Value, Response)> {
    s.save(Method::PUT, &format!("{REPORTS}/{id}"), &json!({ "status_report": members }))
}

/// The details of a report that had one detail, after a PUT.
fn put_details(s: &mut Suite, members: &Value) -> Verdict<Value> {
    let (id, _) = s.create_report(&json!({ "details": [{ "category": "Scope", "color": "red" }] }))?;
    put(s, &id, members).map(|(_, report, _)| report["details"].clone())
}
