//! The members of objects and their types (docs/contracts/kantata.md#values and
//! docs/contracts/kantata.md#status-keys).

use serde_json::Value;

use super::response::{ensure_ids, first_object, ids, objects};
use super::samples::{participations, references};
use super::session::{CHANGES, Suite, WORKSPACES};
use crate::check::{
    Check, Verdict, differs, ensure, ensure_eq, ensure_has, ensure_members, ensure_status, id_of, items, skip,
};
use crate::contract;

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads(
        "kantata/reports/members",
        "A status report has the members of its schema and its id",
        |s| {
            let response = s.reports("")?;
            let expected = [
                "color",
                "description",
                "details",
                "created_at",
                "updated_at",
                "workspace_id",
                "creator_id",
                "updater_id",
                "id",
            ];
            ensure_members("a report", &first_object(&response).1, &expected)
        },
    ),
    Check::reads("kantata/reports/ids-are-texts", "id, workspace_id and creator_id are strings", |s| {
        let response = s.reports("")?;
        let all = objects(&response);
        ensure_ids("an id", all.iter().flat_map(|one| [&one["id"], &one["workspace_id"], &one["creator_id"]]))
    }),
    Check::reads("kantata/reports/updater_id", "updater_id is a string or null", |s| {
        let response = s.reports("")?;
        let all = objects(&response);
        ensure_ids("updater_id", all.iter().map(|one| &one["updater_id"]).filter(|id| !id.is_null()))
    }),
    Check::reads("kantata/reports/times", "Times have whole seconds and an offset", |s| {
        let response = s.reports("")?;
        let all = objects(&response);
        ensure_times(all.iter().flat_map(|one| [&one["created_at"], &one["updated_at"]]))
    }),
    Check::reads("kantata/reports/colors", "The color of a report is green, yellow or red", |s| {
        let response = s.reports("")?;
        ensure_one_of(
            "color",
            objects(&response).iter().map(|report| &report["color"]),
            &["green", "yellow", "red"],
        )
    }),
    Check::reads(
        "kantata/reports/details",
        "details is a list of objects with category, color and description",
        |s| {
            let response = s.reports("per_page=200")?;
            for report in objects(&response) {
                ensure(report["details"].is_array(), "a list details", &report["details"])?;
                for detail in items(&report["details"]) {
                    ensure_members("a detail", detail, &["category", "color", "description"])?;
                    ensure_one_of(
                        "category",
                        [&detail["category"]],
                        &["Scope", "Budget", "Schedule", "Client"],
                    )?;
                    ensure_one_of("color", [&detail["color"]], &["green", "yellow", "red"])?;
                }
            }
            Ok(())
        },
    ),
    Check::reads(
        "kantata/changes/members",
        "A status change has the members of its schema and its id",
        |s| {
            let response = s.changes("")?;
            let expected = [
                "from_status_key",
                "from_message",
                "from_color",
                "to_status_key",
                "to_message",
                "to_color",
                "created_at",
                "updated_at",
                "workspace_id",
                "user_id",
                "id",
            ];
            ensure_members("a change", &first_object(&response).1, &expected)
        },
    ),
    Check::reads("kantata/changes/keys-are-texts", "The status keys of a change are strings", |s| {
        let response = s.changes("")?;
        let all = objects(&response);
        ensure_ids("to_status_key", all.iter().map(|change| &change["to_status_key"]))?;
        let from = all.iter().map(|change| &change["from_status_key"]);
        ensure_ids("from_status_key", from.filter(|key| !key.is_null()))
    }),
    Check::reads(
        "kantata/changes/ids-are-texts",
        "id, workspace_id and user_id of a change are strings",
        |s| {
            let response = s.changes("")?;
            let all = objects(&response);
            ensure_ids(
                "an id",
                all.iter().flat_map(|one| [&one["id"], &one["workspace_id"], &one["user_id"]]),
            )
        },
    ),
    Check::reads("kantata/changes/labels", "A change has the label and the color of its key", |s| {
        let response = s.changes("")?;
        for change in objects(&response) {
            ensure_label(&change["to_status_key"], &change["to_message"], &change["to_color"])?;
        }
        Ok(())
    }),
    Check::reads("kantata/changes/never-change", "updated_at of a change equals its created_at", |s| {
        let response = s.changes("")?;
        let (_, change) = first_object(&response);
        ensure_eq("updated_at", &change["updated_at"], &change["created_at"])
    }),
    Check::reads("kantata/changes/times", "Times of a change have whole seconds and an offset", |s| {
        let response = s.changes("")?;
        ensure_times(objects(&response).iter().map(|change| &change["created_at"]))
    }),
    Check::reads("kantata/changes/alone", "A single change needs no workspace_id", |s| {
        let Some(change) = s.records.changes.first() else { return skip("there is no status change") };
        let id = id_of(&change["id"]);
        let response = s.get(&format!("{CHANGES}/{id}"))?;
        ensure_status(&response, 200)?;
        ensure_eq("results", ids(&response), [id])
    }),
    Check::reads(
        "kantata/workspaces/members",
        "A workspace has at least the members that clients read",
        |s| {
            let expected = [
                "title",
                "account_id",
                "archived",
                "description",
                "start_date",
                "due_date",
                "created_at",
                "updated_at",
                "access_level",
                "creator_id",
                "primary_maven_id",
                "permissions",
                "id",
            ];
            ensure_has("a workspace", &workspace(s)?, &expected)
        },
    ),
    Check::reads("kantata/workspaces/status", "status has a color, a numeric key and a message", |s| {
        let actual = workspace(s)?["status"].clone();
        ensure_members("status", &actual, &["color", "key", "message"])?;
        ensure(actual["key"].is_i64(), "a number as key", &actual["key"])
    }),
    Check::reads("kantata/workspaces/labels", "status has the label and the color of its key", |s| {
        let response = s.list(WORKSPACES)?;
        for actual in
            objects(&response).iter().map(|workspace| &workspace["status"]).filter(|one| one.is_object())
        {
            ensure_label(&actual["key"], &actual["message"], &actual["color"])?;
        }
        Ok(())
    }),
    Check::reads("kantata/workspaces/account_id", "account_id of a workspace is a number", |s| {
        let actual = workspace(s)?["account_id"].clone();
        ensure(actual.is_i64(), "a number", actual)
    }),
    Check::reads("kantata/workspaces/dates", "start_date and due_date are YYYY-MM-DD or null", |s| {
        let response = s.list(WORKSPACES)?;
        for workspace in objects(&response) {
            for date in
                [&workspace["start_date"], &workspace["due_date"]].into_iter().filter(|date| !date.is_null())
            {
                let is_date = date.as_str().is_some_and(|text| text.parse::<base::clock::Date>().is_ok());
                ensure(is_date, "YYYY-MM-DD or null", date)?;
            }
        }
        Ok(())
    }),
    Check::reads("kantata/workspaces/booleans", "archived is a boolean", |s| {
        let actual = workspace(s)?["archived"].clone();
        ensure(actual.is_boolean(), "a boolean", actual)
    }),
    Check::reads("kantata/workspaces/access_level", "access_level is invitation, open or admins", |s| {
        let response = s.list(WORKSPACES)?;
        let all = objects(&response);
        ensure_one_of(
            "access_level",
            all.iter().map(|one| &one["access_level"]),
            &["invitation", "open", "admins"],
        )
    }),
    Check::reads("kantata/users/me", "users/me is a list with only the caller", |s| {
        let response = s.get("/users/me")?;
        ensure_status(&response, 200)?;
        ensure_eq("count", &response.json["count"], 1)?;
        ensure_has(
            "a user",
            &first_object(&response).1,
            &["full_name", "email_address", "headline", "photo_path", "id"],
        )
    }),
    Check::reads("kantata/users/account_id", "account_id of a user is a string", |s| {
        let response = s.get("/users/me")?;
        ensure_ids("account_id", [&first_object(&response).1["account_id"]].into_iter())
    }),
    Check::reads("kantata/users/alone", "A single user is available by id", |s| {
        let id = s.records.me.clone();
        let response = s.get(&format!("/users/{id}"))?;
        ensure_status(&response, 200)?;
        ensure_eq("results", ids(&response), [id])
    }),
    Check::reads(
        "kantata/references/members",
        "An external reference has the members of its schema and its id",
        |s| {
            let expected = [
                "service_name",
                "service_model",
                "service_model_ref",
                "status",
                "external_link",
                "external_message",
                "external_status",
                "locked",
                "last_synced_at",
                "subject_id",
                "subject_type",
                "created_at",
                "updated_at",
                "id",
            ];
            ensure_members("a reference", &first_object(&references(s, "")?).1, &expected)
        },
    ),
    Check::reads("kantata/references/subject_id", "subject_id is a number", |s| {
        let actual = first_object(&references(s, "")?).1["subject_id"].clone();
        ensure(actual.is_i64(), "a number", actual)
    }),
    Check::reads("kantata/references/id-is-a-text", "The id of a reference is a string", |s| {
        let response = references(s, "")?;
        ensure_ids("id", objects(&response).iter().map(|reference| &reference["id"]))
    }),
    Check::reads(
        "kantata/participations/members",
        "A participation has the members of its schema and its id",
        |s| {
            let expected = [
                "role",
                "show_as_read_only",
                "can_invite",
                "created_at",
                "updated_at",
                "user_id",
                "workspace_id",
                "id",
            ];
            ensure_has("a participation", &first_object(&participations(s, "")?).1, &expected)
        },
    ),
    Check::reads("kantata/participations/role", "role is maven or buyer", |s| {
        let response = participations(s, "")?;
        ensure_one_of("role", objects(&response).iter().map(|part| &part["role"]), &["maven", "buyer"])
    }),
];

fn workspace(s: &mut Suite) -> Verdict<Value> {
    let Some(workspace) = s.records.workspaces.first() else {
        return skip("there is no workspace to look at");
    };
    let path = format!("{WORKSPACES}/{}", id_of(&workspace["id"]));
    Ok(first_object(&s.get(&path)?).1)
}

fn ensure_one_of<'v>(what: &str, values: impl IntoIterator<Item = &'v Value>, known: &[&str]) -> Verdict {
    match values.into_iter().find(|value| !value.as_str().is_some_and(|text| known.contains(&text))) {
        Some(other) => differs(format!("{what} among {}", known.join(", ")), other),
        None => Ok(()),
    }
}

/// Requires the label and the color that the table has for the key.
fn ensure_label(key: &Value, message: &Value, color: &Value) -> Verdict {
    let row = id_of(key).parse().ok().and_then(contract::status_key);
    let Some((label, expected_color)) = row else { return differs("a status key of the table", key) };
    ensure_eq(&format!("label and color of {}", id_of(key)), [message, color], [label, expected_color])
}

/// `2026-01-30T11:42:13` and `Z` or an offset.
fn ensure_times<'v>(mut values: impl Iterator<Item = &'v Value>) -> Verdict {
    let is_time = |value: &Value| {
        let Some((seconds, offset)) = value.as_str().and_then(|text| text.split_at_checked(19)) else {
            return false;
        };
        let shape = |text: &str| {
            text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).collect::<Vec<_>>()
        };
        shape(seconds) == b"0000-00-00T00:00:00"
            && (offset == "Z" || matches!(&*shape(offset), b"+00:00" | b"-00:00"))
    };
    match values.find(|value| !is_time(value)) {
        Some(other) => differs("whole seconds with Z or an offset", other),
        None => Ok(()),
    }
}
