//! Writing workspaces, references and participations: docs/contracts/kantata.md#writing-workspaces,
//! docs/contracts/kantata.md#external-references and docs/contracts/kantata.md#participations.

use super::reports::reference;
use super::{
    Answer, CHANGES, Check, Method, NOWHERE, PARTICIPATIONS, REFERENCES, Subject, Value, Verdict, WORKSPACES,
    holds, id_of, ids, items, json, merge, name, objects, refused, single, skips,
};
use crate::{same, status};

pub const CHECKS: &[Check<Subject>] = &[
    Check::writes("kantata/workspaces/post-is-200", "POST of a workspace answers 200, not 201", |s| {
        s.own()?;
        match &s.made {
            Ok(made) => status(&made.answer, 200),
            Err(reason) => skips(reason),
        }
    }),
    Check::writes("kantata/workspaces/first-status", "A new workspace has status 100, Backlog, grey", |s| {
        s.own()?;
        let made = s.made.as_ref().map(|made| single(&made.answer).1);
        let backlog = json!({ "color": "grey", "key": 100, "message": "Backlog" });
        same("status", &made.unwrap_or_default()["status"], backlog)
    }),
    Check::writes(
        "kantata/workspaces/no-change-at-first",
        "Making a workspace writes no status change",
        |s| {
            let path = format!("{CHANGES}?workspace_id={}&order=created_at:asc", s.own()?);
            let answer = s.list(&path)?;
            let wrong = objects(&answer).into_iter().find(|change| {
                id_of(&change["to_status_key"]) == "100" && id_of(&change["from_status_key"]) != "310"
            });
            same("a change to the first status", wrong, Value::Null)
        },
    ),
    Check::writes("kantata/workspaces/no-title", "Without a title: 422 in that field", |s| {
        s.own()?;
        let answer = s.session.write(Method::POST, WORKSPACES, &json!({ "workspace": { "title": "" } }))?;
        refused(&answer, 422, "validation", Some("title"), None)
    }),
    Check::writes("kantata/workspaces/put", "PUT changes what it names and keeps the rest", |s| {
        let (title, start) = (name(), json!("2026-01-12"));
        let (_, workspace) = put(s, &json!({ "title": title, "due_date": "2026-12-31" }))?;
        same("title", &workspace["title"], title)?;
        same("dates", [&workspace["start_date"], &workspace["due_date"]], [&start, &json!("2026-12-31")])
    }),
    Check::writes("kantata/workspaces/unset-date", "A date is unset with null, and then null", |s| {
        let (_, workspace) = put(s, &json!({ "due_date": null }))?;
        same("due_date", workspace.get("due_date"), Value::Null)
    }),
    Check::writes("kantata/workspaces/admins", "access_level admin is taken for admins", |s| {
        let (_, workspace) = put(s, &json!({ "access_level": "admin" }))?;
        same("access_level", &workspace["access_level"], "admins")?;
        put(s, &json!({ "access_level": "invitation" })).map(drop)
    }),
    Check::writes(
        "kantata/workspaces/unknown-key",
        "PUT of a status_key that is not in the table: 422",
        |s| {
            let path = format!("{WORKSPACES}/{}", s.own()?);
            let answer =
                s.session.write(Method::PUT, &path, &json!({ "workspace": { "status_key": 999 } }))?;
            refused(&answer, 422, "validation", Some("status_key"), None)
        },
    ),
    Check::writes("kantata/workspaces/current-report", "current_status_report is the latest of today", |s| {
        let (id, report) = s.report(&json!({}))?;
        let path = format!("{WORKSPACES}/{}?include=current_status_report", s.own()?);
        let (_, workspace) = single(&s.get(&path)?);
        let today = base::clock::Clock::System.now().to_string();
        if report["created_at"].as_str().and_then(|at| at.get(..10)) != today.get(..10) {
            return skips("the server's day is not ours");
        }
        same("current_status_report_id", id_of(&workspace["current_status_report_id"]), id)
    }),
    Check::writes("kantata/workspaces/reports", "status_reports includes the reports of a workspace", |s| {
        let (id, _) = s.report(&json!({}))?;
        let path = format!("{WORKSPACES}/{}?include=status_reports", s.own()?);
        let answer = s.get(&path)?;
        let known = items(&single(&answer).1["status_report_ids"]).iter().any(|one| id_of(one) == id);
        holds(
            known && answer.json["status_reports"][&id].is_object(),
            format!("report {id}"),
            "it is not there",
        )
    }),
    Check::writes("kantata/references/create-is-200", "create_or_update answers 200", |s| {
        let body = subject(s, "erp", "P-1")?;
        status(&s.session.write(Method::POST, &format!("{REFERENCES}/create_or_update"), &body)?, 200)
    }),
    Check::writes(
        "kantata/references/create-or-update",
        "The same service for the same subject is one reference",
        |s| {
            let path = format!("{REFERENCES}/create_or_update");
            let (first, second) = (subject(s, "twice", "P-1")?, subject(s, "twice", "P-2")?);
            let (one, ..) = s.done(Method::POST, &path, &first)?;
            let (other, changed, _) = s.done(Method::POST, &path, &second)?;
            same("id", other, one)?;
            same("service_model_ref", &changed["service_model_ref"], "P-2")
        },
    ),
    Check::writes(
        "kantata/references/what-is-required",
        "A reference without service_model: 422 in that field",
        |s| {
            let mut body = subject(s, "erp", "P-1")?;
            body["external_reference"]["service_model"] = "".into();
            let answer = s.session.write(Method::POST, &format!("{REFERENCES}/create_or_update"), &body)?;
            refused(&answer, 422, "validation", Some("service_model"), None)
        },
    ),
    Check::writes("kantata/references/delete-is-204", "DELETE of a reference answers 204", |s| {
        let body = subject(s, "gone", "P-1")?;
        let (id, ..) = s.done(Method::POST, &format!("{REFERENCES}/create_or_update"), &body)?;
        status(&s.session.delete(&format!("{REFERENCES}/{id}"))?, 204)
    }),
    Check::writes(
        "kantata/references/none-alone",
        "A reference cannot be asked for alone: 404, Page not found",
        |s| {
            s.own()?;
            let answer = s.get(&format!("{REFERENCES}/{NOWHERE}"))?;
            refused(&answer, 404, "system", None, Some("Page not found"))
        },
    ),
    Check::writes("kantata/participations/post-is-200", "POST of a participation answers 200", |s| {
        let user = somebody(s)?;
        let answer = join(s, &json!({ "user_id": user, "role": "buyer" }))?;
        let id = single(&answer).0;
        s.session.delete(&format!("{PARTICIPATIONS}/{id}"))?;
        status(&answer, 200)
    }),
    Check::writes("kantata/participations/access_level", "access_level can be given, and asked for", |s| {
        let user = somebody(s)?;
        let answer = join(s, &json!({ "user_id": user, "role": "maven", "access_level": "view_tasks" }))?;
        let id = single(&answer).0;
        let shown = s.get(&format!("{PARTICIPATIONS}/{id}?optional_fields=access_level"))?;
        s.session.delete(&format!("{PARTICIPATIONS}/{id}"))?;
        same("access_level", &single(&shown).1["access_level"], "view_tasks")
    }),
    Check::writes("kantata/participations/delete-is-204", "DELETE of a participation answers 204", |s| {
        let user = somebody(s)?;
        let id = single(&join(s, &json!({ "user_id": user, "role": "buyer" }))?).0;
        status(&s.session.delete(&format!("{PARTICIPATIONS}/{id}"))?, 204)
    }),
    Check::writes(
        "kantata/participations/no-user",
        "A participation without user_id: 422 in that field",
        |s| {
            let answer = join(s, &json!({ "role": "buyer" }))?;
            refused(&answer, 422, "validation", Some("user_id"), None)
        },
    ),
    Check::writes(
        "kantata/participations/unknown-role",
        "A role that is not known: 422 in that field",
        |s| {
            let user = somebody(s)?;
            let answer = join(s, &json!({ "user_id": user, "role": "captain" }))?;
            refused(&answer, 422, "validation", Some("role"), None)
        },
    ),
];

fn put(s: &mut Subject, members: &Value) -> Verdict<(String, Value)> {
    let path = format!("{WORKSPACES}/{}", s.own()?);
    s.done(Method::PUT, &path, &json!({ "workspace": members })).map(|(id, workspace, _)| (id, workspace))
}

/// A reference of the suite's own workspace.
fn subject(s: &Subject, service: &str, to: &str) -> Verdict<Value> {
    let mut body = reference(to);
    merge(
        &mut body,
        &json!({ "subject_type": "Workspace", "subject_id": s.own()?, "service_name": service }),
    );
    Ok(json!({ "external_reference": body }))
}

fn join(s: &mut Subject, members: &Value) -> Verdict<Answer> {
    let mut part = json!({ "workspace_id": s.own()? });
    merge(&mut part, members);
    s.session.write(Method::POST, PARTICIPATIONS, &json!({ "participation": part }))
}

/// Anybody but the caller.
fn somebody(s: &mut Subject) -> Verdict<String> {
    s.own()?;
    let me = s.ground.me.clone();
    let other = ids(&s.list("/users")?).into_iter().find(|id| *id != me);
    other.map_or_else(|| skips("the caller sees nobody else"), Ok)
}
