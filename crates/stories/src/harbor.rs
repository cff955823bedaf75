//! The sample store of most stories, and archive lines to add to it.

use serde_json::{Value, json};

use domain::auth;
use domain::ids::UserId;

/// The time of the stories, until they move their clock.
pub const NOW: &str = "2026-02-16T16:00:03Z";

fn token(id: i64, user_id: UserId, text: &str) -> String {
    let sha256 = hex::encode(auth::digest(text));
    json!({"kind": "token", "id": id, "user_id": user_id, "name": text, "sha256": sha256}).to_string()
}

/// The line of a work package of ada in Harbor rollout.
pub fn package(id: i64) -> Value {
    json!({"kind": "work_package", "id": id, "workspace_id": 53760, "type_id": 1, "status_id": 1, "priority_id": 8,
        "author_id": 2545, "assignee_id": 2545, "responsible_id": null, "parent_id": null, "subject": "Berth plan",
        "description": null, "start_date": null, "due_date": null, "work": "PT10H", "remaining": "PT10H", "percent": 0,
        "lock_version": 0, "created_at": NOW, "updated_at": NOW})
}

/// The line of the first activity of a work package, with the same id.
pub fn activity(id: i64) -> Value {
    json!({"kind": "work_package_activity", "id": id, "workspace_id": 53760, "work_package_id": id, "version": 1, "user_id": 2545,
        "comment": "Twelve berths", "details": [], "created_at": NOW, "updated_at": NOW})
}

/// The store of the examples of docs/contracts/kantata.md, without a header. Account 415 with workspace 53760 ("Harbor
/// rollout"), and in it, each with a token of the name: `ada` (2545, edits), `bo` (2551, edits), `root` (2500, an
/// administrator who takes no part), `vera` (2560, views), `max` (2561, project admin), `cleo` (2570, client), `olaf`
/// (2580, takes no part). Workspace 53800 ("Quay extension") has `max` alone; 53900 ("Old pier") is archived and has
/// `ada`. Account 500 has `zoe` (3000, its administrator), workspace 60000 and report 990.
pub fn harbor() -> String {
    let workspace =
        |id: i64, account: i64, title: &str, archived: bool, key: i64, creator: i64, updated: &str| {
            json!({"kind": "workspace", "id": id, "account_id": account, "title": title, "description": "",
            "start_date": "2026-01-12", "due_date": null, "archived": archived, "status_key": key,
            "creator_id": creator, "created_at": "2026-01-05T18:00:00Z", "updated_at": updated})
            .to_string()
        };
    let user = |id: i64, account: i64, name: &str, email: &str, administrator: bool| {
        json!({"kind": "user", "id": id, "account_id": account, "full_name": name, "email_address": email,
            "headline": null, "photo_path": null, "administrator": administrator})
        .to_string()
    };
    let part = |id: i64, workspace: i64, user: i64, side: &str, permission: &str| {
        json!({"kind": "participation", "id": id, "workspace_id": workspace, "user_id": user, "side": side,
            "permission": permission})
        .to_string()
    };
    let change = |id: i64, from: i64, to: i64, at: &str| {
        json!({"kind": "workspace_status_change", "id": id, "workspace_id": 53760, "user_id": 2545,
            "from_status_key": from, "to_status_key": to, "created_at": at})
        .to_string()
    };
    let lines = [
        json!({"kind": "account", "id": 415, "name": "Harbor"}).to_string(),
        json!({"kind": "account", "id": 500, "name": "Elsewhere"}).to_string(),
        user(2500, 415, "Root Admin", "root@example.com", true),
        json!({"kind": "user", "id": 2545, "account_id": 415, "full_name": "Ada Park",
            "email_address": "ada@example.com", "headline": "Delivery lead",
            "photo_path": "https://files.example/ada.png"})
        .to_string(),
        user(2551, 415, "Bo Lind", "bo@example.com", false),
        user(2560, 415, "Vera View", "vera@example.com", false),
        user(2561, 415, "Max Prime", "max@example.com", false),
        user(2570, 415, "Cleo Client", "cleo@example.com", false),
        user(2580, 415, "Olaf Out", "olaf@example.com", false),
        user(3000, 500, "Zoe Else", "zoe@example.com", true),
        token(1, UserId(2500), "root"),
        token(2, UserId(2545), "ada"),
        token(3, UserId(2551), "bo"),
        token(4, UserId(2560), "vera"),
        token(5, UserId(2561), "max"),
        token(6, UserId(2570), "cleo"),
        token(7, UserId(2580), "olaf"),
        token(8, UserId(3000), "zoe"),
        workspace(53760, 415, "Harbor rollout", false, 310, 2545, "2026-02-10T00:02:10Z"),
        workspace(53800, 415, "Quay extension", false, 100, 2561, "2026-02-01T00:00:00Z"),
        workspace(53900, 415, "Old pier", true, 605, 2545, "2026-01-20T00:00:00Z"),
        workspace(60000, 500, "Elsewhere", false, 100, 3000, "2026-02-01T00:00:00Z"),
        part(1, 53760, 2545, "provider", "edit"),
        part(2, 53760, 2551, "provider", "edit"),
        part(3, 53760, 2560, "provider", "view"),
        part(4, 53760, 2561, "provider", "admin"),
        part(5, 53760, 2570, "client", "edit"),
        part(6, 53800, 2561, "provider", "admin"),
        part(7, 53900, 2545, "provider", "edit"),
        json!({"kind": "status_report", "id": 901, "workspace_id": 53760, "color": "green",
            "description": "Kickoff done, team staffed.", "details": [], "creator_id": 2545,
            "created_at": "2026-02-02T17:15:00Z", "updated_at": "2026-02-02T17:15:00Z"})
        .to_string(),
        json!({"kind": "status_report", "id": 907, "workspace_id": 53760, "color": "yellow",
            "description": "Vendor slipped one week.", "details": [
                {"category": "Scope", "color": "green", "description": "No change"},
                {"category": "Schedule", "color": "red", "description": "One week late"},
                {"category": "Client", "color": "yellow", "description": null}],
            "creator_id": 2545, "updater_id": 2551,
            "created_at": "2026-02-09T17:20:41Z", "updated_at": "2026-02-10T00:02:10Z"})
        .to_string(),
        json!({"kind": "status_report", "id": 990, "workspace_id": 60000, "color": "red",
            "description": "Not yours.", "details": [], "creator_id": 3000,
            "created_at": "2026-02-09T17:20:41Z", "updated_at": "2026-02-09T17:20:41Z"})
        .to_string(),
        change(4077, 100, 310, "2026-01-12T16:00:00Z"),
        json!({"kind": "external_reference", "id": 77, "subject_type": "StatusReport", "subject_id": 907,
            "service_name": "jira", "service_model": "Issue", "service_model_ref": "HARB-12",
            "status": "successful", "external_link": "https://jira.example/HARB-12", "external_status": "open",
            "locked": false, "last_synced_at": "2026-02-10T00:02:10Z",
            "created_at": "2026-02-09T17:20:41Z", "updated_at": "2026-02-10T00:02:10Z"})
        .to_string(),
    ];
    lines.join("\n")
}

/// The archive line of a report of workspace 53760 by Ada, written at [`NOW`].
pub fn report(id: i64) -> Value {
    json!({"kind": "status_report", "id": id, "workspace_id": 53760, "color": "green", "description": "Fine.",
        "details": [], "creator_id": 2545, "created_at": NOW, "updated_at": NOW})
}

/// The archive line of an open draft of a report about workspace 53760, by a program of Ada.
pub fn report_draft(id: i64) -> Value {
    json!({"kind": "report_draft", "id": id, "workspace_id": 53760, "color": "red", "description": "The crane waits. It is late.",
        "details": [], "agent": "Scribe", "creator_id": 2545, "updater_id": null, "state": "open", "closer_id": null,
        "sentences": [{"text": "The crane waits.", "sources": [{"type": "status_report", "id": 907}]},
            {"text": "It is late.", "sources": [{"url": "https://board.example/tasks/7"}]}],
        "closed_at": null, "report_id": null, "created_at": NOW, "updated_at": NOW})
}

/// The archive line of a move of workspace 53760 by Ada, from 310 to 403.
pub fn change(id: i64, at: &str) -> Value {
    json!({"kind": "workspace_status_change", "id": id, "workspace_id": 53760, "user_id": 2545,
        "from_status_key": 310, "to_status_key": 403, "created_at": at})
}

/// The archive line of a reference of a report.
pub fn reference(id: i64, report: i64, service: &str, service_model_ref: &str) -> Value {
    json!({"kind": "external_reference", "id": id, "subject_type": "StatusReport", "subject_id": report,
        "service_name": service, "service_model": "Issue", "service_model_ref": service_model_ref,
        "locked": false, "created_at": NOW, "updated_at": NOW})
}

/// An archive of some lines.
pub fn lines(records: impl IntoIterator<Item = Value>) -> String {
    records.into_iter().map(|record| record.to_string()).collect::<Vec<_>>().join("\n")
}

/// An archive line with some members replaced.
pub fn with(mut record: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().expect("an object") {
        record[name] = value.clone();
    }
    record
}
