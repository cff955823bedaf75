//! The wire object of a work package: `docs/contracts/openproject-work-packages.md#members`.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::loaded::Loaded;
use crate::hal::{Collection, Link};
use crate::markdown::Formattable;
use crate::projects::object::{Milliseconds, ProjectObject, ProjectTexts};
use crate::statuses::StatusObject;
use crate::types::{PriorityObject, TypeObject, priority_link, type_link};
use crate::users::{UserObject, link as user_link};
use domain::ids::UserId;
use domain::participations::Access;
use domain::work_packages::WorkPackage;
use domain::work_packages::constants::{priority_of, type_of};
use domain::work_packages::hours::Hours;
use domain::work_packages::store::tree::{Derived, Named};

/// A work package.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackage")]
#[serde(rename_all = "camelCase")]
pub struct WorkPackageObject<'o> {
    #[serde(rename = "_type")]
    kind: &'static str,
    id: i64,
    lock_version: i64,
    subject: &'o str,
    description: Formattable,
    schedule_manually: bool,
    #[serde(flatten)]
    dates: Dates<'o>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Option<String>>,
    ignore_non_working_days: bool,
    estimated_time: Option<String>,
    derived_estimated_time: Option<String>,
    remaining_time: Option<String>,
    derived_remaining_time: Option<String>,
    percentage_done: Option<i64>,
    derived_percentage_done: Option<i64>,
    readonly: bool,
    created_at: Milliseconds,
    updated_at: Milliseconds,
    #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
    embedded: Option<Value>,
    #[serde(rename = "_links")]
    links: Links<'o>,
}

/// The dates: a milestone has one.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Dates<'o> {
    #[serde(rename_all = "camelCase")]
    Milestone { date: Option<String> },
    #[serde(rename_all = "camelCase")]
    Span {
        start_date: Option<String>,
        due_date: Option<String>,
        derived_start_date: Option<&'o str>,
        derived_due_date: Option<&'o str>,
    },
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Links<'o> {
    #[serde(rename = "self")]
    itself: Link,
    schema: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    update: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_immediately: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delete: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    add_child: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_parent: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    add_comment: Option<Link>,
    activities: Link,
    attachments: Link,
    relations: Link,
    #[serde(rename = "type")]
    kind: Link,
    priority: Link,
    project: Link,
    status: Link,
    author: Link,
    assignee: Link,
    responsible: Link,
    category: Link,
    version: Link,
    parent: Link,
    ancestors: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Link>,
    custom_actions: [&'o str; 0],
}

/// A link to a work package.
pub fn named(root: &str, one: &Named) -> Link {
    Link::to(root, format!("/work_packages/{}", one.id)).titled(&one.subject)
}

impl<'o> WorkPackageObject<'o> {
    /// The wire object of a work package in a list, or of one that another embeds. Its description was prepared.
    pub fn of(root: &str, package: &'o WorkPackage, loaded: &'o Loaded) -> Self {
        const UNRELATED: &Derived =
            &Derived { start_date: None, due_date: None, work: None, remaining: None };
        let derived = loaded.trees.derived.get(&package.id).unwrap_or(UNRELATED);
        let (text, hours) = (
            |day: base::clock::Date| day.to_string(),
            |hours: Option<Hours>| hours.map(|one| one.to_string()),
        );
        let is_milestone = package.is_milestone();
        let dates = if is_milestone {
            Dates::Milestone { date: package.due_date.map(text) }
        } else {
            Dates::Span {
                start_date: package.start_date.map(text),
                due_date: package.due_date.map(text),
                derived_start_date: derived.start_date.as_deref(),
                derived_due_date: derived.due_date.as_deref(),
            }
        };
        Self {
            kind: "WorkPackage",
            id: package.id.0,
            lock_version: package.lock_version,
            subject: &package.subject,
            description: Formattable::markdown(package.description.clone()),
            schedule_manually: true,
            dates,
            duration: (!is_milestone).then(|| package.duration().map(|days| format!("P{days}D"))),
            ignore_non_working_days: true,
            estimated_time: hours(package.work),
            derived_estimated_time: hours(derived.work),
            remaining_time: hours(package.remaining),
            derived_remaining_time: hours(derived.remaining),
            percentage_done: package.percent,
            derived_percentage_done: derived.percent(),
            readonly: loaded.status(package).is_some_and(|status| status.is_readonly),
            created_at: Milliseconds(package.created_at),
            updated_at: Milliseconds(package.updated_at),
            embedded: None,
            links: Links::of(root, package, loaded),
        }
    }

    /// The wire object of a work package that is the whole response; `parent` is the one above it.
    pub fn single(
        root: &str,
        package: &'o WorkPackage,
        parent: Option<&'o WorkPackage>,
        loaded: &'o Loaded,
    ) -> Self {
        let user = |id: Option<UserId>| {
            let user = loaded.users.get(&id?)?;
            Some(json!(UserObject::of(root, user)))
        };
        let project = loaded.workspaces.get(&package.workspace_id).map(|visible| {
            let texts = ProjectTexts::of(&visible.workspace);
            json!(ProjectObject::of(root, visible, &texts, visible.access >= Access::Edit, false))
        });
        let empty = |name: &str| {
            let link = Link::to(root, format!("/work_packages/{}/{name}", package.id));
            json!(Collection::<Value>::new(link, Vec::new()))
        };
        let mut embedded = json!({
            "type": type_of(package.type_id).map(|one| TypeObject::of(root, one)),
            "priority": priority_of(package.priority_id).map(|one| PriorityObject::of(root, one)),
            "project": project,
            "status": loaded.status(package).map(|status| StatusObject::of(root, status)),
            "author": user(Some(package.author_id)),
        });
        let optional = [
            ("assignee", user(package.assignee_id)),
            ("responsible", user(package.responsible_id)),
            ("parent", parent.map(|parent| json!(Self::of(root, parent, loaded)))),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                embedded[name] = value;
            }
        }
        embedded["attachments"] = empty("attachments");
        embedded["relations"] = empty("relations");
        embedded["customActions"] = json!([]);
        Self { embedded: Some(embedded), ..Self::of(root, package, loaded) }
    }
}

impl Links<'_> {
    fn of(root: &str, package: &WorkPackage, loaded: &Loaded) -> Self {
        let path = format!("/work_packages/{}", package.id);
        let subject = &package.subject;
        let below = |name: &str| Link::to(root, format!("{path}/{name}"));
        let visible = loaded.workspaces.get(&package.workspace_id);
        let access = visible.map_or(Access::None, |visible| visible.access);
        let (edits, deletes) = (access >= Access::Edit, access >= Access::Admin);
        let person = |id: Option<UserId>| {
            id.and_then(|id| loaded.users.get(&id)).map_or(Link::nothing(), |user| user_link(root, user))
        };
        let identifier = visible.map_or(Cow::Borrowed(""), |one| one.workspace.shown_identifier());
        let title = visible.map_or("", |visible| visible.workspace.title.as_str());
        let ancestors = loaded.trees.ancestors.get(&package.id).map_or(&[][..], Vec::as_slice);
        let children = loaded.trees.children.get(&package.id).map_or(&[][..], Vec::as_slice);
        Self {
            itself: Link::to(root, &path).titled(subject),
            schema: Link::to(
                root,
                format!("/work_packages/schemas/{}-{}", package.workspace_id, package.type_id),
            ),
            update: edits.then(|| below("form").with_method("post")),
            update_immediately: edits.then(|| Link::to(root, &path).with_method("patch")),
            delete: deletes.then(|| Link::to(root, &path).with_method("delete")),
            add_child: (edits && !package.is_milestone()).then(|| {
                let link =
                    Link::to(root, format!("/projects/{identifier}/work_packages")).with_method("post");
                link.titled(format!("Add child of {subject}"))
            }),
            change_parent: edits.then(|| {
                Link::to(root, &path).with_method("patch").titled(format!("Change parent of {subject}"))
            }),
            add_comment: edits.then(|| below("activities").with_method("post").titled("Add comment")),
            activities: below("activities"),
            attachments: below("attachments"),
            relations: below("relations"),
            kind: type_of(package.type_id).map_or(Link::nothing(), |one| type_link(root, one)),
            priority: priority_of(package.priority_id)
                .map_or(Link::nothing(), |one| priority_link(root, one)),
            project: Link::to(root, format!("/projects/{}", package.workspace_id)).titled(title),
            status: loaded.status(package).map_or(Link::nothing(), |status| {
                Link::to(root, format!("/statuses/{}", status.id)).titled(&status.name)
            }),
            author: person(Some(package.author_id)),
            assignee: person(package.assignee_id),
            responsible: person(package.responsible_id),
            category: Link::nothing(),
            version: Link::nothing(),
            parent: ancestors.last().map_or(Link::nothing(), |parent| named(root, parent)),
            ancestors: ancestors.iter().map(|one| named(root, one)).collect(),
            children: children.iter().map(|one| named(root, one)).collect(),
            custom_actions: [],
        }
    }
}
