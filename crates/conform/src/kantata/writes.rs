//! Writing workspaces, references and participations: docs/contracts/kantata.md#writing-workspaces,
//! docs/contracts/kantata.md#external-references and docs/contracts/kantata.md#participations.

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{ensure_error, first_object, ids, merge, objects};
use super::samples::reference_body;
use super::session::{CHANGES, PARTICIPATIONS, REFERENCES, Suite, UNKNOWN_ID, WORKSPACES};
use crate::check::{Check, Verdict, ensure, ensure_eq, ensure_status, id_of, items, skip, unique_name};
use crate::client::Response;

pub const CHECKS: &[Check<Suite>] = &[
    Check::writes("kantata/workspaces/post-is-200", "POST of a workspace returns 200, not 201", |s| {
        s.own_workspace()?;
        match &s.created {
            Ok(created) => ensure_status(&created.response, 200),
            Err(reason) => skip(reason),
        }
    }),
    Check::writes("kantata/workspaces/first-status", "A new workspace has status 100, Backlog, grey", |s| {
        s.own_workspace()?;
        let created = s.created.as_ref().map(|created| first_object(&created.response).1);
        let backlog = json!({ "color": "grey", "key": 100, "message": "Backlog" });
        ensure_eq("status", &created.unwrap_or_default()["status"], backlog)
    }),
    Check::writes(
        "kantata/workspaces/no-change-at-first",
        "Creating a workspace records no status change",
        |s| {
            let path = format!("{CHANGES}?workspace_id={}&order=created_at:asc", s.own_workspace()?);
            let response = s.list(&path)?;
            let wrong = objects(&response).into_iter().find(|change| {
                id_of(&change["to_status_key"]) == "100" && id_of(&change["from_status_key"]) != "310"
            });
            ensure_eq("a change to the first status", wrong, Value::Null)
        },
    ),
    Check::writes("kantata/workspaces/no-title", "Without a title: 422 for that field", |s| {
        s.own_workspace()?;
        let response = s.session.write(Method::POST, WORKSPACES, &json!({ "workspace": { "title": "" } }))?;
        ensure_error(&response, 422, "validation", Some("title"), None)
    }),
    Check::writes("kantata/workspaces/put", "PUT changes the given members and keeps the others", |s| {
        let (title, start) = (unique_name(), json!("2026-01-12"));
        let (_, workspace) = put(s, &json!({ "title": title, "due_date": "2026-12-31" }))?;
        ensure_eq("title", &workspace["title"], title)?;
        ensure_eq("dates", [&workspace["start_date"], &workspace["due_date"]], [&start, &json!("2026-12-31")])
    }),
    Check::writes("kantata/workspaces/unset-date", "null clears a date", |s| {
        let (_, workspace) = put(s, &json!({ "due_date": null }))?;
        ensure_eq("due_date", workspace.get("due_date"), Value::Null)
    }),
    Check::writes("kantata/workspaces/admins", "access_level admin counts as admins", |s| {
        let (_, workspace) = put(s, &json!({ "access_level": "admin" }))?;
        ensure_eq("access_level", &workspace["access_level"], "admins")?;
        put(s, &json!({ "access_level": "invitation" })).map(drop)
    }),
    Check::writes("kantata/workspaces/unknown-key", "PUT of a status_key outside the table: 422", |s| {
        let path = format!("{WORKSPACES}/{}", s.own_workspace()?);
        let response = s.session.write(Method::PUT, &path, &json!({ "workspace": { "status_key": 999 } }))?;
        ensure_error(&response, 422, "validation", Some("status_key"), None)
    }),
    Check::writes(
        "kantata/workspaces/current-report",
        "current_status_report is the latest report of today",
        |s| {
            let (id, report) = s.create_report(&json!({}))?;
            let path = format!("{WORKSPACES}/{}?include=current_status_report", s.own_workspace()?);
            let (_, workspace) = first_object(&s.get(&path)?);
            let today = base::clock::Clock::System.now().to_string();
            if report["created_at"].as_str().and_then(|at| at.get(..10)) != today.get(..10) {
                return skip("the server's day is not ours");
            }
            ensure_eq("current_status_report_id", id_of(&workspace["current_status_report_id"]), id)
        },
    ),
    Check::writes(
        "kantata/workspaces/reports",
        "The include status_reports has the reports of a workspace",
        |s| {
            let (id, _) = s.create_report(&json!({}))?;
            let path = format!("{WORKSPACES}/{}?include=status_reports", s.own_workspace()?);
            let response = s.get(&path)?;
            let known =
                items(&first_object(&response).1["status_report_ids"]).iter().any(|one| id_of(one) == id);
            ensure(
                known && response.json["status_reports"][&id].is_object(),
                format!("report {id}"),
                "it is not there",
            )
        },
    ),
    Check::writes("kantata/references/create-is-200", "create_or_update returns 200", |s| {
        let body = subject(s, "erp", "P-1")?;
        ensure_status(&s.session.write(Method::POST, &format!("{REFERENCES}/create_or_update"), &body)?, 200)
    }),
    Check::writes("kantata/references/create-or-update", "A subject has one reference per service", |s| {
        let path = format!("{REFERENCES}/create_or_update");
        let (first, second) = (subject(s, "twice", "P-1")?, subject(s, "twice", "P-2")?);
        let (one, ..) = s.save(Method::POST, &path, &first)?;
        let (other, changed, _) = s.save(Method::POST, &path, &second)?;
        ensure_eq("id", other, one)?;
        ensure_eq("service_model_ref", &changed["service_model_ref"], "P-2")
    }),
    Check::writes(
        "kantata/references/what-is-required",
        "A reference without service_model: 422 for that field",
        |s| {
            let mut body = subject(s, "erp", "P-1")?;
            body["external_reference"]["service_model"] = "".into();
            let response = s.session.write(Method::POST, &format!("{REFERENCES}/create_or_update"), &body)?;
            ensure_error(&response, 422, "validation", Some("service_model"), None)
        },
    ),
    Check::writes("kantata/references/delete-is-204", "DELETE of a reference returns 204", |s| {
        let body = subject(s, "gone", "P-1")?;
        let (id, ..) = s.save(Method::POST, &format!("{REFERENCES}/create_or_update"), &body)?;
        ensure_status(&s.session.delete(&format!("{REFERENCES}/{id}"))?, 204)
    }),
    Check::writes(
        "kantata/references/none-alone",
        "A single reference has no path: 404, Page not found",
        |s| {
            s.own_workspace()?;
            let response = s.get(&format!("{REFERENCES}/{UNKNOWN_ID}"))?;
            ensure_error(&response, 404, "system", None, Some("Page not found"))
        },
    ),
    Check::writes("kantata/participations/post-is-200", "POST of a participation returns 200", |s| {
        let user = other_user(s)?;
        let response = join(s, &json!({ "user_id": user, "role": "buyer" }))?;
        let id = first_object(&response).0;
        s.session.delete(&format!("{PARTICIPATIONS}/{id}"))?;
        ensure_status(&response, 200)
    }),
    Check::writes(
        "kantata/participations/access_level",
        "access_level can be set, and read as an optional field",
        |s| {
            let user = other_user(s)?;
            let response =
                join(s, &json!({ "user_id": user, "role": "maven", "access_level": "view_tasks" }))?;
            let id = first_object(&response).0;
            let shown = s.get(&format!("{PARTICIPATIONS}/{id}?optional_fields=access_level"))?;
            s.session.delete(&format!("{PARTICIPATIONS}/{id}"))?;
            ensure_eq("access_level", &first_object(&shown).1["access_level"], "view_tasks")
        },
    ),
    Check::writes("kantata/participations/delete-is-204", "DELETE of a participation returns 204", |s| {
        let user = other_user(s)?;
        let id = first_object(&join(s, &json!({ "user_id": user, "role": "buyer" }))?).0;
        ensure_status(&s.session.delete(&format!("{PARTICIPATIONS}/{id}"))?, 204)
    }),
    Check::writes(
        "kantata/participations/no-user",
        "A participation without user_id: 422 for that field",
        |s| {
            let response = join(s, &json!({ "role": "buyer" }))?;
            ensure_error(&response, 422, "validation", Some("user_id"), None)
        },
    ),
    Check::writes("kantata/participations/unknown-role", "An unknown role: 422 for that field", |s| {
        let user = other_user(s)?;
        let response = join(s, &json!({ "user_id": user, "role": "captain" }))?;
        ensure_error(&response, 422, "validation", Some("role"), None)
    }),
];

fn put(s: &mut Suite, members: &Value) -> Verdict<(String, Value)> {
    let path = format!("{WORKSPACES}/{}", s.own_workspace()?);
    s.save(Method::PUT, &path, &json!({ "workspace": members })).map(|(id, workspace, _)| (id, workspace))
}

/// The body of a reference of the suite's workspace.
fn subject(s: &Suite, service: &str, to: &str) -> Verdict<Value> {
    let mut body = reference_body(to);
    merge(
        &mut body,
        &json!({ "subject_type": "Workspace", "subject_id": s.own_workspace()?, "service_name": service }),
    );
    Ok(json!({ "external_reference": body }))
}

fn join(s: &mut Suite, members: &Value) -> Verdict<Response> {
    let mut part = json!({ "workspace_id": s.own_workspace()? });
    merge(&mut part, members);
    s.session.write(Method::POST, PARTICIPATIONS, &json!({ "participation": part }))
}

/// A user other than the caller.
fn other_user(s: &mut Suite) -> Verdict<String> {
    s.own_workspace()?;
    let me = s.records.me.clone();
    let other = ids(&s.list("/users")?).into_iter().find(|id| *id != me);
    other.map_or_else(|| skip("the caller sees no other user"), Ok)
}
