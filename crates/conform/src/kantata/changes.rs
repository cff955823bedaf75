//! Moving a workspace from one status to another (docs/contracts/kantata.md#moving-a-workspace and
//! docs/contracts/kantata.md#status-keys-on-put).

use axum::http::Method;
use serde_json::{Value, json};

use super::response::{ensure_error, first_object, merge};
use super::session::{CHANGES, Suite, UNKNOWN_ID, WORKSPACES};
use crate::check::{Check, Verdict, ensure_eq, ensure_status, id_of};
use crate::client::Response;
use crate::contract;

pub const CHECKS: &[Check<Suite>] = &[
    Check::writes("kantata/changes/post-is-200", "POST returns 200, not 201", |s| {
        let key = s.other_status_key()?;
        ensure_status(&post(s, &json!({ "to_status_key": key }))?, 200)
    }),
    Check::writes(
        "kantata/changes/from-and-to",
        "A change goes from the previous status to the requested one",
        |s| {
            let (before, key) = (s.status_key()?, s.other_status_key()?);
            let (_, change) = s.change_status(key)?;
            let keys = [id_of(&change["from_status_key"]), id_of(&change["to_status_key"])];
            ensure_eq("from and to", keys, [before.to_string(), key.to_string()])
        },
    ),
    Check::writes("kantata/changes/user", "user_id is the caller", |s| {
        let key = s.other_status_key()?;
        ensure_eq("user_id", id_of(&s.change_status(key)?.1["user_id"]), &s.records.me)
    }),
    Check::writes(
        "kantata/changes/moves-the-workspace",
        "The workspace has the new status, label and color",
        |s| {
            let key = s.other_status_key()?;
            s.change_status(key)?;
            let path = format!("{WORKSPACES}/{}", s.own_workspace()?);
            let (_, workspace) = first_object(&s.get(&path)?);
            let row = contract::status_key(key);
            let expected = row.map(|(label, color)| json!({ "color": color, "key": key, "message": label }));
            ensure_eq("status", &workspace["status"], expected)
        },
    ),
    Check::writes("kantata/changes/keys-as-texts", "workspace_id and to_status_key can be strings", |s| {
        let key = s.other_status_key()?.to_string();
        let response = post(s, &json!({ "to_status_key": key }))?;
        ensure_eq("to_status_key", id_of(&first_object(&response).1["to_status_key"]), key)
    }),
    Check::writes("kantata/changes/ids-as-numbers", "workspace_id and to_status_key can be numbers", |s| {
        let (id, key) = (s.own_workspace()?.parse::<i64>().unwrap_or_default(), s.other_status_key()?);
        let response = post(s, &json!({ "workspace_id": id, "to_status_key": key }))?;
        ensure_eq("to_status_key", id_of(&first_object(&response).1["to_status_key"]), key.to_string())
    }),
    Check::writes(
        "kantata/changes/same-status",
        "The current status: 422, field base, Project already has specified status",
        |s| {
            let key = s.status_key()?;
            let response = post(s, &json!({ "to_status_key": key }))?;
            ensure_error(
                &response,
                422,
                "validation",
                Some("base"),
                Some("Project already has specified status"),
            )
        },
    ),
    Check::writes("kantata/changes/unknown-key", "A key outside the table: 422, field to_status_key", |s| {
        let response = post(s, &json!({ "to_status_key": 999 }))?;
        ensure_error(&response, 422, "validation", Some("to_status_key"), None)
    }),
    Check::writes("kantata/changes/no-key", "Without to_status_key: 422 for that field", |s| {
        let response = post(s, &json!({}))?;
        ensure_error(&response, 422, "validation", Some("to_status_key"), None)
    }),
    Check::writes("kantata/changes/no-workspace", "Without workspace_id: 422 for that field", |s| {
        let response = post(s, &json!({ "workspace_id": null, "to_status_key": 605 }))?;
        ensure_error(&response, 422, "validation", Some("workspace_id"), None)
    }),
    Check::writes("kantata/changes/unknown-workspace", "An unknown workspace: 404, Record not found", |s| {
        let response = post(s, &json!({ "workspace_id": UNKNOWN_ID, "to_status_key": 605 }))?;
        ensure_error(&response, 404, "system", None, Some("Record not found"))
    }),
    Check::writes("kantata/changes/failures-leave-nothing", "A refused change leaves no record", |s| {
        let before = count(s)?;
        let key = s.status_key()?;
        post(s, &json!({ "to_status_key": 999 }))?;
        post(s, &json!({ "to_status_key": key }))?;
        ensure_eq("count of changes", count(s)?, before)
    }),
    Check::writes(
        "kantata/changes/by-put",
        "PUT of a workspace with another status_key records a change",
        |s| {
            let (before, key) = (count(s)?, s.other_status_key()?);
            put_key(s, key)?;
            ensure_eq("count of changes", count(s)?.as_i64(), before.as_i64().map(|count| count + 1))
        },
    ),
    Check::writes("kantata/changes/same-status-by-put", "PUT of the current status is not an error", |s| {
        let key = s.status_key()?;
        ensure_status(&put_key(s, key)?, 200)
    }),
    Check::writes("kantata/changes/no-change-by-put", "PUT of the current status records no change", |s| {
        let (before, key) = (count(s)?, s.status_key()?);
        put_key(s, key)?;
        ensure_eq("count of changes", count(s)?, before)
    }),
];

fn post(s: &mut Suite, members: &Value) -> Verdict<Response> {
    let mut change = json!({ "workspace_id": s.own_workspace()? });
    merge(&mut change, members);
    s.session.write(Method::POST, CHANGES, &json!({ "workspace_status_change": change }))
}

/// The number of status changes of the suite's workspace.
fn count(s: &mut Suite) -> Verdict<Value> {
    let path = format!("{CHANGES}?workspace_id={}", s.own_workspace()?);
    Ok(s.list(&path)?.json["count"].clone())
}

fn put_key(s: &mut Suite, key: i64) -> Verdict<Response> {
    let path = format!("{WORKSPACES}/{}", s.own_workspace()?);
    s.session.write(Method::PUT, &path, &json!({ "workspace": { "status_key": key } }))
}
