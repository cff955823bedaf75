//! The members of the objects and their types (docs/contracts/kantata.md#values and
//! docs/contracts/kantata.md#status-keys).

use super::envelope::texts;
use super::includes::{participations, references};
use super::{
    CHANGES, Check, Subject, Value, Verdict, WORKSPACES, differs, holds, id_of, ids, items, single, skips,
};
use crate::kantata::objects;
use crate::{has_all, has_just, same, status};
use domain::status_keys;

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads(
        "kantata/reports/members",
        "A status report has the members of its schema and its id",
        |s| {
            let answer = s.reports("")?;
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
            has_just("a report", &single(&answer).1, &expected)
        },
    ),
    Check::reads("kantata/reports/ids-are-texts", "id, workspace_id and creator_id are texts", |s| {
        let answer = s.reports("")?;
        let all = objects(&answer);
        texts("an id", all.iter().flat_map(|one| [&one["id"], &one["workspace_id"], &one["creator_id"]]))
    }),
    Check::reads("kantata/reports/updater_id", "updater_id is a text, or null", |s| {
        let answer = s.reports("")?;
        let all = objects(&answer);
        texts("updater_id", all.iter().map(|one| &one["updater_id"]).filter(|id| !id.is_null()))
    }),
    Check::reads("kantata/reports/times", "Times have whole seconds and an offset", |s| {
        let answer = s.reports("")?;
        let all = objects(&answer);
        times(all.iter().flat_map(|one| [&one["created_at"], &one["updated_at"]]))
    }),
    Check::reads("kantata/reports/colors", "The color of a report is green, yellow or red", |s| {
        let answer = s.reports("")?;
        among("color", objects(&answer).iter().map(|report| &report["color"]), &["green", "yellow", "red"])
    }),
    Check::reads("kantata/reports/details", "details is a list of category, color and description", |s| {
        let answer = s.reports("per_page=200")?;
        for report in objects(&answer) {
            holds(report["details"].is_array(), "a list details", &report["details"])?;
            for detail in items(&report["details"]) {
                has_just("a detail", detail, &["category", "color", "description"])?;
                among("category", [&detail["category"]], &["Scope", "Budget", "Schedule", "Client"])?;
                among("color", [&detail["color"]], &["green", "yellow", "red"])?;
            }
        }
        Ok(())
    }),
    Check::reads(
        "kantata/changes/members",
        "A status change has the members of its schema and its id",
        |s| {
            let answer = s.changes("")?;
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
            has_just("a change", &single(&answer).1, &expected)
        },
    ),
    Check::reads("kantata/changes/keys-are-texts", "The status keys of a change are texts", |s| {
        let answer = s.changes("")?;
        let all = objects(&answer);
        texts("to_status_key", all.iter().map(|change| &change["to_status_key"]))?;
        let from = all.iter().map(|change| &change["from_status_key"]);
        texts("from_status_key", from.filter(|key| !key.is_null()))
    }),
    Check::reads(
        "kantata/changes/ids-are-texts",
        "id, workspace_id and user_id of a change are texts",
        |s| {
            let answer = s.changes("")?;
            let all = objects(&answer);
            texts("an id", all.iter().flat_map(|one| [&one["id"], &one["workspace_id"], &one["user_id"]]))
        },
    ),
    Check::reads("kantata/changes/labels", "A change names the label and the color of its key", |s| {
        let answer = s.changes("")?;
        for change in objects(&answer) {
            labelled(&change["to_status_key"], &change["to_message"], &change["to_color"])?;
        }
        Ok(())
    }),
    Check::reads("kantata/changes/never-change", "updated_at of a change is its created_at", |s| {
        let answer = s.changes("")?;
        let (_, change) = single(&answer);
        same("updated_at", &change["updated_at"], &change["created_at"])
    }),
    Check::reads("kantata/changes/times", "Times of a change have whole seconds and an offset", |s| {
        let answer = s.changes("")?;
        times(objects(&answer).iter().map(|change| &change["created_at"]))
    }),
    Check::reads("kantata/changes/alone", "A single change needs no workspace_id", |s| {
        let Some(change) = s.ground.changes.first() else { return skips("there is no status change") };
        let id = id_of(&change["id"]);
        let answer = s.get(&format!("{CHANGES}/{id}"))?;
        status(&answer, 200)?;
        same("results", ids(&answer), [id])
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
            has_all("a workspace", &workspace(s)?, &expected)
        },
    ),
    Check::reads(
        "kantata/workspaces/status",
        "status has a color, a key that is a number, and a message",
        |s| {
            let seen = workspace(s)?["status"].clone();
            has_just("status", &seen, &["color", "key", "message"])?;
            holds(seen["key"].is_i64(), "a number as key", &seen["key"])
        },
    ),
    Check::reads("kantata/workspaces/labels", "status names the label and the color of its key", |s| {
        let answer = s.list(WORKSPACES)?;
        for seen in
            objects(&answer).iter().map(|workspace| &workspace["status"]).filter(|one| one.is_object())
        {
            labelled(&seen["key"], &seen["message"], &seen["color"])?;
        }
        Ok(())
    }),
    Check::reads("kantata/workspaces/account_id", "account_id of a workspace is a number", |s| {
        let seen = workspace(s)?["account_id"].clone();
        holds(seen.is_i64(), "a number", seen)
    }),
    Check::reads("kantata/workspaces/dates", "start_date and due_date are YYYY-MM-DD, or null", |s| {
        let answer = s.list(WORKSPACES)?;
        for workspace in objects(&answer) {
            for date in
                [&workspace["start_date"], &workspace["due_date"]].into_iter().filter(|date| !date.is_null())
            {
                let is_date = date.as_str().is_some_and(|text| text.parse::<base::clock::Date>().is_ok());
                holds(is_date, "YYYY-MM-DD or null", date)?;
            }
        }
        Ok(())
    }),
    Check::reads("kantata/workspaces/booleans", "archived is a boolean", |s| {
        let seen = workspace(s)?["archived"].clone();
        holds(seen.is_boolean(), "a boolean", seen)
    }),
    Check::reads("kantata/workspaces/access_level", "access_level is invitation, open or admins", |s| {
        let answer = s.list(WORKSPACES)?;
        let all = objects(&answer);
        among("access_level", all.iter().map(|one| &one["access_level"]), &["invitation", "open", "admins"])
    }),
    Check::reads("kantata/users/me", "users/me is a list of the caller alone", |s| {
        let answer = s.get("/users/me")?;
        status(&answer, 200)?;
        same("count", &answer.json["count"], 1)?;
        has_all("a user", &single(&answer).1, &["full_name", "email_address", "headline", "photo_path", "id"])
    }),
    Check::reads("kantata/users/account_id", "account_id of a user is a text", |s| {
        let answer = s.get("/users/me")?;
        texts("account_id", [&single(&answer).1["account_id"]].into_iter())
    }),
    Check::reads("kantata/users/alone", "A user can be asked for alone", |s| {
        let id = s.ground.me.clone();
        let answer = s.get(&format!("/users/{id}"))?;
        status(&answer, 200)?;
        same("results", ids(&answer), [id])
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
            has_just("a reference", &single(&references(s, "")?).1, &expected)
        },
    ),
    Check::reads("kantata/references/subject_id", "subject_id is a number", |s| {
        let seen = single(&references(s, "")?).1["subject_id"].clone();
        holds(seen.is_i64(), "a number", seen)
    }),
    Check::reads("kantata/references/id-is-a-text", "The id of a reference is a text", |s| {
        let answer = references(s, "")?;
        texts("id", objects(&answer).iter().map(|reference| &reference["id"]))
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
            has_all("a participation", &single(&participations(s, "")?).1, &expected)
        },
    ),
    Check::reads("kantata/participations/role", "role is maven or buyer", |s| {
        let answer = participations(s, "")?;
        among("role", objects(&answer).iter().map(|part| &part["role"]), &["maven", "buyer"])
    }),
];

fn workspace(s: &mut Subject) -> Verdict<Value> {
    let Some(workspace) = s.ground.workspaces.first() else {
        return skips("there is no workspace to look at");
    };
    let path = format!("{WORKSPACES}/{}", id_of(&workspace["id"]));
    Ok(single(&s.get(&path)?).1)
}

fn among<'v>(what: &str, values: impl IntoIterator<Item = &'v Value>, known: &[&str]) -> Verdict {
    match values.into_iter().find(|value| !value.as_str().is_some_and(|text| known.contains(&text))) {
        Some(other) => differs(format!("{what} among {}", known.join(", ")), other),
        None => Ok(()),
    }
}

/// Whether label and color are those of the key in the table.
fn labelled(key: &Value, message: &Value, color: &Value) -> Verdict {
    let row = id_of(key).parse().ok().and_then(status_keys::find);
    let Some(row) = row else { return differs("a status key of the table", key) };
    same(&format!("label and color of {}", row.key), [message, color], [row.message, row.color.name()])
}

/// `2026-01-30T11:42:13` and `Z` or an offset.
fn times<'v>(mut values: impl Iterator<Item = &'v Value>) -> Verdict {
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
