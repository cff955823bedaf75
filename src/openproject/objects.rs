//! The objects as OpenProject spells them (contract, sections a, c and d).

use serde::Serialize;
use serde_json::{Value, json};

use super::hal::{Formattable, Link};
use crate::clock::Time;
use crate::statuses::Status;
use crate::users::User;
use crate::workspaces::{AccessLevel, ProjectStatus, Seen};

#[derive(Serialize)]
struct StatusObject<'o> {
    _type: &'static str,
    id: i64,
    name: &'o str,
    #[serde(rename = "isClosed")]
    is_closed: bool,
    color: Option<&'o str>,
    #[serde(rename = "isDefault")]
    is_default: bool,
    #[serde(rename = "isReadonly")]
    is_readonly: bool,
    #[serde(rename = "excludedFromTotals")]
    excluded_from_totals: bool,
    #[serde(rename = "defaultDoneRatio")]
    default_done_ratio: i64,
    position: i64,
    _links: SelfLink,
}

#[derive(Serialize)]
struct SelfLink {
    #[serde(rename = "self")]
    itself: Link,
}

/// A status.
pub fn status(status: &Status) -> impl Serialize {
    StatusObject {
        _type: "Status",
        id: status.id,
        name: &status.name,
        is_closed: status.is_closed,
        color: status.color.as_deref(),
        is_default: status.is_default,
        is_readonly: status.is_readonly,
        excluded_from_totals: status.excluded_from_totals,
        default_done_ratio: status.default_done_ratio,
        position: status.position,
        _links: SelfLink { itself: Link::to(format!("/statuses/{}", status.id)).titled(&status.name) },
    }
}

#[derive(Serialize)]
struct CollectionObject<T> {
    _type: &'static str,
    total: usize,
    count: usize,
    _embedded: Elements<T>,
    _links: SelfLink,
}

#[derive(Serialize)]
struct Elements<T> {
    elements: Vec<T>,
}

/// All statuses; the collection is never paginated and says nothing of pages.
pub fn statuses(all: &[Status]) -> impl Serialize {
    let elements: Vec<_> = all.iter().map(status).collect();
    CollectionObject {
        _type: "Collection",
        total: elements.len(),
        count: elements.len(),
        _embedded: Elements { elements },
        _links: SelfLink { itself: Link::to("/statuses") },
    }
}

#[derive(Serialize)]
struct ProjectStatusObject {
    _type: &'static str,
    id: &'static str,
    name: &'static str,
    _links: SelfLink,
}

/// A project status.
pub fn project_status(status: ProjectStatus) -> impl Serialize {
    ProjectStatusObject {
        _type: "ProjectStatus",
        id: status.code(),
        name: status.name(),
        _links: SelfLink { itself: project_status_link(status) },
    }
}

/// A link to a project status.
pub fn project_status_link(status: ProjectStatus) -> Link {
    Link::to(format!("/project_statuses/{}", status.code())).titled(status.name())
}

/// A user; `login` is the e-mail address.
pub fn user(user: &User) -> Value {
    let (first, last) = user.full_name.rsplit_once(' ').unwrap_or((&user.full_name, ""));
    json!({
        "_type": "User",
        "id": user.id,
        "name": user.full_name,
        "login": user.email_address,
        "firstName": first,
        "lastName": last,
        "email": user.email_address,
        "admin": user.administrator,
        "avatar": user.photo_path,
        "status": "active",
        "language": "en",
        "_links": { "self": user_link(user) },
    })
}

/// A link to a user.
pub fn user_link(user: &User) -> Link {
    Link::to(format!("/users/{}", user.id)).titled(&user.full_name)
}

/// Who asks without credentials on an open instance.
pub fn anonymous() -> Value {
    json!({
        "_type": "User",
        "id": 0,
        "name": "Anonymous",
        "login": "",
        "firstName": "",
        "lastName": "Anonymous",
        "email": null,
        "admin": false,
        "avatar": null,
        "status": "active",
        "language": "en",
        "_links": { "self": Link::to("/users/0").titled("Anonymous") },
    })
}

/// The name in addresses: the title in plain letters, and the id, which makes it unique.
pub fn identifier(seen: &Seen) -> String {
    let title = seen.workspace.title.to_lowercase();
    let words: Vec<&str> =
        title.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut name = words.join("-");
    name.truncate(80);
    if name.is_empty() {
        format!("project-{}", seen.workspace.id)
    } else {
        format!("{name}-{}", seen.workspace.id)
    }
}

/// A workspace as a project. Those who may not see its health see neither status nor explanation; the status is
/// embedded in single views alone.
pub fn project(seen: &Seen, may_write: bool, is_single: bool) -> Value {
    let workspace = &seen.workspace;
    let path = format!("/projects/{}", workspace.id);
    let mut project = json!({
        "_type": "Project",
        "id": workspace.id,
        "identifier": identifier(seen),
        "name": workspace.title,
        "active": !workspace.archived,
        "public": workspace.access_level == AccessLevel::Open,
        "description": Formattable::markdown(workspace.description.as_deref()),
    });
    if seen.right.sees_health() {
        let explanation = Formattable::markdown(workspace.status_explanation.as_deref());
        project["statusExplanation"] = json!(explanation);
    }
    project["createdAt"] = json!(milliseconds(workspace.created_at));
    project["updatedAt"] = json!(milliseconds(workspace.updated_at));
    if is_single
        && seen.right.sees_health()
        && let Some(status) = workspace.project_status
    {
        project["_embedded"] = json!({ "status": project_status(status) });
    }
    let mut links = json!({ "self": Link::to(&path).titled(&workspace.title) });
    if seen.right.sees_health() {
        links["status"] = json!(workspace.project_status.map_or(Link::nothing(), project_status_link));
    }
    if may_write {
        links["updateImmediately"] = json!(Link::to(&path).with_method("patch"));
    }
    links["schema"] = json!(Link::to("/projects/schema"));
    links["ancestors"] = json!([]);
    links["parent"] = json!(Link::nothing());
    project["_links"] = links;
    project
}

/// UTC with three digits of the second, as the product writes it.
fn milliseconds(time: Time) -> String {
    let millis = time.0.rem_euclid(1_000_000) / 1000;
    format!("{}.{millis:03}Z", time.second().to_string().trim_end_matches('Z'))
}
