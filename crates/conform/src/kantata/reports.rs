//! Writing status reports (docs/contracts/kantata.md#writing-status-reports).

use super::{
    Answer, Check, Method, NOWHERE, REFERENCES, REPORTS, Subject, Value, Verdict, id_of, items, json,
    refused, single,
};
use crate::{same, status};

pub const CHECKS: &[Check<Subject>] = &[
    Check::writes("kantata/reports/post-is-200", "POST answers 200, not 201", |s| {
        let body = s.draft(&json!({}))?;
        let answer = s.session.write(Method::POST, REPORTS, &body)?;
        status(&answer, 200)
    }),
    Check::writes("kantata/reports/post-shows-it", "POST answers the report in an envelope of one", |s| {
        let body = s.draft(&json!({ "color": "yellow", "description": "Late" }))?;
        let (id, report, answer) = s.done(Method::POST, REPORTS, &body)?;
        same("count", &answer.json["count"], 1)?;
        same("color and description", [&report["color"], &report["description"]], ["yellow", "Late"])?;
        let (_, again) = single(&s.get(&format!("{REPORTS}/{id}"))?);
        same("the report read again", again, report)
    }),
    Check::writes("kantata/reports/creator", "The creator is the caller, whoever is named", |s| {
        let (_, report) = s.report(&json!({ "creator_id": NOWHERE }))?;
        same("creator_id", id_of(&report["creator_id"]), &s.ground.me)
    }),
    Check::writes("kantata/reports/no-updater-at-first", "A new report has no updater", |s| {
        let (_, report) = s.report(&json!({}))?;
        same("updater_id", report["updater_id"].as_str(), Value::Null)
    }),
    Check::writes(
        "kantata/reports/times-of-a-new-one",
        "A new report was updated when it was created",
        |s| {
            let (_, report) = s.report(&json!({}))?;
            same("updated_at", &report["updated_at"], &report["created_at"])
        },
    ),
    Check::writes("kantata/reports/workspace-as-a-number", "workspace_id may be a number", |s| {
        let number: Value = s.own()?.parse::<i64>().map_or(Value::Null, Into::into);
        s.report(&json!({ "workspace_id": number })).map(drop)
    }),
    Check::writes("kantata/reports/unknown-members", "Members that are not known are ignored", |s| {
        s.report(&json!({ "bogus": 1, "workspace": {} })).map(drop)
    }),
    Check::writes("kantata/reports/no-workspace", "Without workspace_id: 422 in that field", |s| {
        invalid(s, &json!({ "workspace_id": "" }), "workspace_id")
    }),
    Check::writes(
        "kantata/reports/unknown-workspace",
        "In an unknown workspace: 404, Record not found",
        |s| {
            let body = s.draft(&json!({ "workspace_id": NOWHERE }))?;
            let answer = s.session.write(Method::POST, REPORTS, &body)?;
            refused(&answer, 404, "system", None, Some("Record not found"))
        },
    ),
    Check::writes("kantata/reports/no-color", "Without a color: 422 in that field", |s| {
        invalid(s, &json!({ "color": null }), "color")
    }),
    Check::writes("kantata/reports/unknown-color", "A color that is not known: 422 in that field", |s| {
        invalid(s, &json!({ "color": "blue" }), "color")
    }),
    Check::writes("kantata/reports/colors-are-lower-case", "Colors are lower case: Green is 422", |s| {
        invalid(s, &json!({ "color": "Green" }), "color")
    }),
    Check::writes("kantata/reports/blank-description", "A blank description: 422 in that field", |s| {
        invalid(s, &json!({ "description": " " }), "description")
    }),
    Check::writes(
        "kantata/reports/all-failures",
        "Several failures come at once, one entry each, in order",
        |s| {
            let body = s.draft(&json!({ "color": "", "description": "" }))?;
            let answer = s.session.write(Method::POST, REPORTS, &body)?;
            status(&answer, 422)?;
            let fields: Vec<&Value> =
                items(&answer.json["errors"]).iter().map(|entry| &entry["field"]).collect();
            same("fields", fields, ["color", "description"])
        },
    ),
    Check::writes(
        "kantata/reports/messages",
        "A message is a whole sentence that starts with the field",
        |s| {
            let body = s.draft(&json!({ "description": "" }))?;
            let answer = s.session.write(Method::POST, REPORTS, &body)?;
            same("message", &answer.json["errors"][0]["message"], "Description can't be blank")
        },
    ),
    Check::writes("kantata/details/order", "Details stay in the order given; no description is null", |s| {
        let given =
            json!([{ "category": "Schedule", "color": "red" }, { "category": "Budget", "color": "green" }]);
        let (_, report) = s.report(&json!({ "details": given }))?;
        let expected = json!([
            { "category": "Schedule", "color": "red", "description": null },
            { "category": "Budget", "color": "green", "description": null },
        ]);
        same("details", &report["details"], expected)
    }),
    Check::writes("kantata/details/none", "Without details the list is empty", |s| {
        same("details", &s.report(&json!({}))?.1["details"], json!([]))
    }),
    Check::writes(
        "kantata/details/unknown-category",
        "A category that is not known: 422, field details",
        |s| invalid(s, &json!({ "details": [{ "category": "scope", "color": "red" }] }), "details"),
    ),
    Check::writes("kantata/details/category-twice", "A category twice: 422, field details", |s| {
        let detail = json!({ "category": "Scope", "color": "red" });
        invalid(s, &json!({ "details": [detail, detail] }), "details")
    }),
    Check::writes("kantata/details/kept-by-put", "PUT without details keeps them", |s| {
        same("details", put_details(s, &json!({ "color": "red" }))?.as_array().map(Vec::len), 1)
    }),
    Check::writes("kantata/details/cleared-by-put", "PUT with an empty list clears them", |s| {
        same("details", put_details(s, &json!({ "details": [] }))?, json!([]))
    }),
    Check::writes("kantata/details/replaced-by-put", "PUT with details replaces the whole set", |s| {
        let client = json!([{ "category": "Client", "color": "green", "description": null }]);
        same("details", put_details(s, &json!({ "details": client }))?, &client)
    }),
    Check::writes("kantata/reports/put-is-200", "PUT answers 200 with the report", |s| {
        let (id, _) = s.report(&json!({}))?;
        let body = json!({ "status_report": { "color": "red" } });
        let answer = s.session.write(Method::PUT, &format!("{REPORTS}/{id}"), &body)?;
        status(&answer, 200)?;
        same("color", &single(&answer).1["color"], "red")
    }),
    Check::writes("kantata/reports/patch", "PATCH is PUT", |s| {
        let (id, _) = s.report(&json!({}))?;
        let body = json!({ "status_report": { "color": "red" } });
        let answer = s.session.write(Method::PATCH, &format!("{REPORTS}/{id}"), &body)?;
        status(&answer, 200)
    }),
    Check::writes("kantata/reports/updater", "PUT names the updater and keeps creator and created_at", |s| {
        let (id, before) = s.report(&json!({}))?;
        let (_, after, _) = put(s, &id, &json!({ "color": "red" }))?;
        same("updater_id", id_of(&after["updater_id"]), &s.ground.me)?;
        same("creator_id", &after["creator_id"], &before["creator_id"])?;
        same("created_at", &after["created_at"], &before["created_at"])
    }),
    Check::writes("kantata/reports/workspace-stays", "PUT ignores workspace_id", |s| {
        let (id, _) = s.report(&json!({}))?;
        let (_, after, _) = put(s, &id, &json!({ "workspace_id": NOWHERE }))?;
        same("workspace_id", id_of(&after["workspace_id"]), s.own()?)
    }),
    Check::writes("kantata/reports/put-checks-color", "PUT of a color that is not known: 422", |s| {
        let (id, _) = s.report(&json!({}))?;
        let body = json!({ "status_report": { "color": "blue" } });
        let answer = s.session.write(Method::PUT, &format!("{REPORTS}/{id}"), &body)?;
        refused(&answer, 422, "validation", Some("color"), None)
    }),
    Check::writes("kantata/reports/put-of-nothing", "PUT of a report that is not there: 404", |s| {
        s.own()?;
        let body = json!({ "status_report": { "color": "red" } });
        let answer = s.session.write(Method::PUT, &format!("{REPORTS}/{NOWHERE}"), &body)?;
        refused(&answer, 404, "system", None, Some("Record not found"))
    }),
    Check::writes("kantata/reports/delete-is-204", "DELETE answers 204 without a body", |s| {
        let (id, _) = s.report(&json!({}))?;
        let answer = s.session.delete(&format!("{REPORTS}/{id}"))?;
        status(&answer, 204)?;
        same("length of the body", answer.body.len(), 0)
    }),
    Check::writes("kantata/reports/delete-twice", "A second DELETE: 404", |s| {
        let (id, _) = s.report(&json!({}))?;
        s.session.delete(&format!("{REPORTS}/{id}"))?;
        let answer = s.session.delete(&format!("{REPORTS}/{id}"))?;
        refused(&answer, 404, "system", None, Some("Record not found"))
    }),
    Check::writes("kantata/reports/references-go-along", "With a report go its external references", |s| {
        let (id, _) = s.report(&json!({ "external_reference": reference("C-9") }))?;
        s.session.delete(&format!("{REPORTS}/{id}"))?;
        let path = format!("{REFERENCES}?subject_type=StatusReport&subject_id={id}");
        same("count", &s.list(&path)?.json["count"], 0)
    }),
    Check::writes("kantata/reports/reference", "A report can be made with a reference", |s| {
        let (id, _) = s.report(&json!({ "external_reference": reference("C-2") }))?;
        let answer = s.get(&format!("{REPORTS}/{id}?include=external_references"))?;
        let references = answer.json["external_references"].as_object();
        let refs: Vec<_> =
            references.into_iter().flatten().map(|(_, one)| &one["service_model_ref"]).collect();
        same("references", refs, ["C-2"])
    }),
    Check::writes(
        "kantata/reports/reference-upsert",
        "PUT of a reference of the same service changes that",
        |s| {
            let (id, _) = s.report(&json!({ "external_reference": reference("C-2") }))?;
            put(s, &id, &json!({ "external_reference": reference("C-3") }))?;
            let answer = s.get(&format!("{REPORTS}/{id}?include=external_references"))?;
            let references = answer.json["external_references"].as_object();
            let refs: Vec<_> =
                references.into_iter().flatten().map(|(_, one)| &one["service_model_ref"]).collect();
            same("references", refs, ["C-3"])
        },
    ),
    Check::writes("kantata/reports/half-a-reference", "A reference without service_model_ref: 422", |s| {
        let half = json!({ "service_name": "conform", "service_model": "Issue" });
        let body = s.draft(&json!({ "external_reference": half }))?;
        let answer = s.session.write(Method::POST, REPORTS, &body)?;
        status(&answer, 422)
    }),
];

/// A reference of the suite's own service.
pub fn reference(to: &str) -> Value {
    json!({ "service_name": "conform", "service_model": "Issue", "service_model_ref": to })
}

fn invalid(s: &mut Subject, further: &Value, field: &str) -> Verdict {
    let body = s.draft(further)?;
    let answer = s.session.write(Method::POST, REPORTS, &body)?;
    refused(&answer, 422, "validation", Some(field), None)
}

fn put(s: &mut Subject, id: &str, members: &Value) -> Verdict<(String, Value, Answer)> {
    s.done(Method::PUT, &format!("{REPORTS}/{id}"), &json!({ "status_report": members }))
}

/// The details of a report with one, after a PUT.
fn put_details(s: &mut Subject, members: &Value) -> Verdict<Value> {
    let (id, _) = s.report(&json!({ "details": [{ "category": "Scope", "color": "red" }] }))?;
    put(s, &id, members).map(|(_, report, _)| report["details"].clone())
}
