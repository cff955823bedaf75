//! The archive lines of what the callers of the tables read and delete.

use serde_json::{Value, json};

use crate::{NOW, with};
use domain::auth;

pub fn user(id: i64) -> Value {
    json!({"kind": "user", "id": id, "account_id": 415, "full_name": "Some One",
        "email_address": format!("{id}@example.com")})
}

pub fn part(id: i64) -> Value {
    json!({"kind": "participation", "id": id, "workspace_id": 53760, "user_id": id, "side": "provider",
        "permission": "view"})
}

pub fn status(id: i64) -> Value {
    let status = json!({"kind": "status", "id": id, "account_id": 415, "name": id.to_string(), "is_closed": false,
        "is_default": false, "is_readonly": false, "excluded_from_totals": false, "default_done_ratio": 0});
    with(status, &json!({"position": id}))
}

pub fn milestone(id: i64) -> Value {
    json!({"kind": "milestone", "id": id, "workspace_id": 53760, "name": "Launch", "due_date": "2026-12-05",
        "done_date": null, "creator_id": 2545, "created_at": NOW, "updated_at": NOW})
}

pub fn template(id: i64) -> Value {
    json!({"kind": "report_template", "id": id, "account_id": 415, "name": format!("Weekly {id}"),
        "sections": [{"heading": "Done"}], "created_at": NOW, "updated_at": NOW})
}

pub fn field(id: i64) -> Value {
    json!({"kind": "field", "id": id, "account_id": 415, "name": format!("Client {id}"), "type": "text",
        "position": 1, "created_at": NOW, "updated_at": NOW})
}

pub fn saved_view(id: i64) -> Value {
    json!({"kind": "view", "id": id, "account_id": 415, "user_id": 2500, "name": format!("Reds {id}"),
        "query": "health=red", "shared": true, "created_at": NOW, "updated_at": NOW})
}

pub fn programme(id: i64) -> Value {
    json!({"kind": "programme", "id": id, "account_id": 415, "name": format!("Port {id}"), "rule": {"kind": "worst"},
        "members": [{"workspace_id": 53760, "weight": 1}], "created_at": NOW, "updated_at": NOW})
}

pub fn endpoint(id: i64) -> Value {
    json!({"kind": "webhook_endpoint", "id": id, "account_id": 415, "url": "https://hooks.example/a", "enabled": true,
        "created_at": NOW, "updated_at": NOW})
}

pub fn note(id: i64) -> Value {
    json!({"kind": "note", "id": id, "workspace_id": 53760, "is_action": true, "text": "Ask the vendor.",
        "owner_id": 2551, "due_date": null, "done_date": null, "creator_id": 2545, "created_at": NOW, "updated_at": NOW})
}

pub fn comment(id: i64, author_id: i64) -> Value {
    json!({"kind": "comment", "id": id, "status_report_id": 907, "text": "Which week?", "author_id": author_id,
        "created_at": NOW, "edited_at": null})
}

pub fn link(id: i64) -> Value {
    json!({"kind": "share_link", "id": id, "account_id": 415, "workspace_ids": [53760], "weeks": 4, "with": ["health"],
        "sha256": hex::encode(auth::digest(&format!("link {id}"))), "creator_id": 2561, "created_at": NOW})
}
