//! Moving a workspace from one status to another (docs/contracts/kantata.md#moving-a-workspace and
//! docs/contracts/kantata.md#status-keys-on-put).

use super::{
    Answer, CHANGES, Check, Method, NOWHERE, Subject, Value, Verdict, WORKSPACES, id_of, json, merge,
    refused, single,
};
use crate::{same, status};
use domain::status_keys;

pub const CHECKS: &[Check<Subject>] = &[
    Check::writes("kantata/changes/post-is-200", "POST answers 200, not 201", |s| {
        let key = s.other_key()?;
        status(&post(s, &json!({ "to_status_key": key }))?, 200)
    }),
    Check::writes(
        "kantata/changes/from-and-to",
        "A change leads from the status before to the one asked for",
        |s| {
            let (before, key) = (s.key()?, s.other_key()?);
            let (_, change) = s.moves(key)?;
            let keys = [id_of(&change["from_status_key"]), id_of(&change["to_status_key"])];
            same("from and to", keys, [before.to_string(), key.to_string()])
        },
    ),
    Check::writes("kantata/changes/user", "user_id is the caller", |s| {
        let key = s.other_key()?;
        same("user_id", id_of(&s.moves(key)?.1["user_id"]), &s.ground.me)
    }),
    Check::writes(
        "kantata/changes/moves-the-workspace",
        "The workspace has the new status, label and color",
        |s| {
            let key = s.other_key()?;
            s.moves(key)?;
            let path = format!("{WORKSPACES}/{}", s.own()?);
            let (_, workspace) = single(&s.get(&path)?);
            let row = status_keys::find(key);
            let expected =
                row.map(|row| json!({ "color": row.color.name(), "key": key, "message": row.message }));
            same("status", &workspace["status"], expected)
        },
    ),
    Check::writes("kantata/changes/keys-as-texts", "workspace_id and to_status_key may be texts", |s| {
        let key = s.other_key()?.to_string();
        let answer = post(s, &json!({ "to_status_key": key }))?;
        same("to_status_key", id_of(&single(&answer).1["to_status_key"]), key)
    }),
    Check::writes("kantata/changes/ids-as-numbers", "workspace_id and to_status_key may be numbers", |s| {
        let (id, key) = (s.own()?.parse::<i64>().unwrap_or_default(), s.other_key()?);
        let answer = post(s, &json!({ "workspace_id": id, "to_status_key": key }))?;
        same("to_status_key", id_of(&single(&answer).1["to_status_key"]), key.to_string())
    }),
    Check::writes(
        "kantata/changes/same-status",
        "The status that it has: 422, field base, Project already has specified status",
        |s| {
            let key = s.key()?;
            let answer = post(s, &json!({ "to_status_key": key }))?;
            refused(&answer, 422, "validation", Some("base"), Some("Project already has specified status"))
        },
    ),
    Check::writes(
        "kantata/changes/unknown-key",
        "A key that is not in the table: 422, field to_status_key",
        |s| {
            let answer = post(s, &json!({ "to_status_key": 999 }))?;
            refused(&answer, 422, "validation", Some("to_status_key"), None)
        },
    ),
    Check::writes("kantata/changes/no-key", "No to_status_key: 422 in that field", |s| {
        let answer = post(s, &json!({}))?;
        refused(&answer, 422, "validation", Some("to_status_key"), None)
    }),
    Check::writes("kantata/changes/no-workspace", "No workspace_id: 422 in that field", |s| {
        let answer = post(s, &json!({ "workspace_id": null, "to_status_key": 605 }))?;
        refused(&answer, 422, "validation", Some("workspace_id"), None)
    }),
    Check::writes(
        "kantata/changes/unknown-workspace",
        "A workspace that is not there: 404, Record not found",
        |s| {
            let answer = post(s, &json!({ "workspace_id": NOWHERE, "to_status_key": 605 }))?;
            refused(&answer, 404, "system", None, Some("Record not found"))
        },
    ),
    Check::writes("kantata/changes/failures-leave-nothing", "A refused change leaves no record", |s| {
        let before = count(s)?;
        let key = s.key()?;
        post(s, &json!({ "to_status_key": 999 }))?;
        post(s, &json!({ "to_status_key": key }))?;
        same("count of changes", count(s)?, before)
    }),
    Check::writes(
        "kantata/changes/by-put",
        "PUT of a workspace with another status_key writes a change",
        |s| {
            let (before, key) = (count(s)?, s.other_key()?);
            put_key(s, key)?;
            same("count of changes", count(s)?.as_i64(), before.as_i64().map(|count| count + 1))
        },
    ),
    Check::writes("kantata/changes/same-status-by-put", "PUT of the status that it has is no error", |s| {
        let key = s.key()?;
        status(&put_key(s, key)?, 200)
    }),
    Check::writes("kantata/changes/no-change-by-put", "And it writes no change", |s| {
        let (before, key) = (count(s)?, s.key()?);
        put_key(s, key)?;
        same("count of changes", count(s)?, before)
    }),
];

fn post(s: &mut Subject, members: &Value) -> Verdict<Answer> {
    let mut change = json!({ "workspace_id": s.own()? });
    merge(&mut change, members);
    s.session.write(Method::POST, CHANGES, &json!({ "workspace_status_change": change }))
}

/// How many changes the suite's own workspace has.
fn count(s: &mut Subject) -> Verdict<Value> {
    let path = format!("{CHANGES}?workspace_id={}", s.own()?);
    Ok(s.list(&path)?.json["count"].clone())
}

fn put_key(s: &mut Subject, key: i64) -> Verdict<Answer> {
    let path = format!("{WORKSPACES}/{}", s.own()?);
    s.session.write(Method::PUT, &path, &json!({ "workspace": { "status_key": key } }))
}
