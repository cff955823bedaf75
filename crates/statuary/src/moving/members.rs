//! Memberships of OpenProject: people with roles in projects.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::read::{linked, member, text};
use domain::participations::Permission;

/// The members of projects by their ids, each with the most that a role of theirs allows, and with their link.
pub type Members = HashMap<i64, BTreeMap<i64, (Permission, Value)>>;

/// The roles that OpenProject has from the start, in English and in German, of those who manage a project or write in it. The
/// API does not say what other roles allow; people who have only such ones may read.
const ROLES: [(&str, Permission); 5] = [
    ("project admin", Permission::Admin),
    ("projektadministrator", Permission::Admin),
    ("projekt-administrator", Permission::Admin),
    ("member", Permission::Edit),
    ("mitglied", Permission::Edit),
];

/// What a role allows.
fn permission(role: &Value) -> Permission {
    let title = text(role, "title").unwrap_or_default().trim().to_lowercase();
    ROLES.iter().find(|(name, _)| *name == title).map_or(Permission::View, |(_, permission)| *permission)
}

/// Adds a membership, unless it is of a group or of no project.
pub fn add(members: &mut Members, membership: &Value) {
    let (project, _) = linked(membership, "project");
    let (user, link) = linked(membership, "principal");
    let is_person = text(&link, "href").is_some_and(|href| href.contains("/users/"));
    if project <= 0 || user <= 0 || !is_person {
        return;
    }
    let roles = member(member(membership, "_links"), "roles").as_array().map(Vec::as_slice);
    let rank = |permission: &Permission| match permission {
        Permission::View => 0,
        Permission::Edit => 1,
        Permission::Admin => 2,
    };
    let most = roles.unwrap_or_default().iter().map(permission).max_by_key(rank).unwrap_or(Permission::View);
    let of_project = members.entry(project).or_default();
    let before = of_project.get(&user).map(|(permission, _)| *permission);
    let most = before.into_iter().chain([most]).max_by_key(rank).unwrap_or(most);
    of_project.insert(user, (most, link));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_may_do_what_the_strongest_role_allows() {
        let membership = |project: Value, principal: &str, roles: &[&str]| {
            let roles: Vec<Value> =
                roles.iter().map(|title| json!({"href": "/api/v3/roles/5", "title": title})).collect();
            json!({"_type": "Membership", "id": 4, "_links": {
                "project": {"href": project}, "roles": roles,
                "principal": {"href": format!("/api/v3/{principal}"), "title": "Ada Park"}}})
        };
        let mut members = Members::new();
        let of_project = || json!("/api/v3/projects/3");
        for one in [
            membership(of_project(), "users/5", &["Reader", "Project admin", "Member"]),
            membership(of_project(), "users/5", &["Member"]),
            membership(of_project(), "users/6", &["Mitglied"]),
            membership(of_project(), "users/7", &["Auditor"]),
            membership(of_project(), "groups/8", &["Member"]),
            membership(of_project(), "placeholder_users/9", &["Member"]),
            membership(Value::Null, "users/5", &["Staff and projects manager"]),
        ] {
            add(&mut members, &one);
        }
        let read: Vec<_> = members[&3].iter().map(|(id, (permission, _))| (*id, *permission)).collect();
        assert_eq!(read, [(5, Permission::Admin), (6, Permission::Edit), (7, Permission::View)]);
        assert_eq!(members.len(), 1);
    }
}
