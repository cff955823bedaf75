//! The objects as OpenProject spells them: `docs/contracts/openproject.md#status-fields`,
//! `docs/contracts/openproject.md#project-statuses`, `docs/contracts/openproject.md#users` and
//! `docs/contracts/openproject.md#projects`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::hal::Link;
use super::markdown::Formattable;
use base::clock::Time;
use domain::statuses::Status;
use domain::users::User;
use domain::workspaces::{AccessLevel, ProjectStatus, VisibleWorkspace, Workspace};

/// A state that a work package can be in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Status")]
pub struct StatusObject<'o> {
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

#[derive(Serialize, JsonSchema)]
struct SelfLink {
    #[serde(rename = "self")]
    itself: Link,
}

/// A status.
pub fn status<'o>(root: &str, status: &'o Status) -> StatusObject<'o> {
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
        _links: SelfLink { itself: Link::to(root, format!("/statuses/{}", status.id)).titled(&status.name) },
    }
}

/// All of something, on one page.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Collection")]
pub struct CollectionObject<T> {
    _type: &'static str,
    total: usize,
    count: usize,
    _embedded: Elements<T>,
    _links: SelfLink,
}

/// The members of a collection, each as it is when it stands alone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Elements")]
pub struct Elements<T> {
    /// In the order of the collection.
    pub elements: Vec<T>,
}

/// All statuses; the collection is never paginated and says nothing of pages.
pub fn statuses<'o>(root: &str, all: &'o [Status]) -> CollectionObject<StatusObject<'o>> {
    let elements: Vec<_> = all.iter().map(|one| status(root, one)).collect();
    CollectionObject {
        _type: "Collection",
        total: elements.len(),
        count: elements.len(),
        _embedded: Elements { elements },
        _links: SelfLink { itself: Link::to(root, "/statuses") },
    }
}

/// One of the six states that a project can be in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProjectStatus")]
pub struct ProjectStatusObject {
    _type: &'static str,
    id: &'static str,
    name: &'static str,
    _links: SelfLink,
}

/// A project status.
pub fn project_status(root: &str, status: ProjectStatus) -> ProjectStatusObject {
    ProjectStatusObject {
        _type: "ProjectStatus",
        id: status.code(),
        name: status.name(),
        _links: SelfLink { itself: project_status_link(root, status) },
    }
}

/// A link to a project status.
pub fn project_status_link(root: &str, status: ProjectStatus) -> Link {
    Link::to(root, format!("/project_statuses/{}", status.code())).titled(status.name())
}

/// A person.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
#[serde(rename_all = "camelCase")]
pub struct UserObject<'o> {
    #[serde(rename = "_type")]
    kind: &'static str,
    id: i64,
    name: &'o str,
    login: &'o str,
    first_name: &'o str,
    last_name: &'o str,
    email: Option<&'o str>,
    admin: bool,
    avatar: Option<&'o str>,
    status: &'static str,
    language: &'static str,
    #[serde(rename = "_links")]
    links: SelfLink,
}

/// A user; `login` is the e-mail address.
pub fn user<'o>(root: &str, user: &'o User) -> UserObject<'o> {
    let (first_name, last_name) = user.full_name.rsplit_once(' ').unwrap_or((&user.full_name, ""));
    UserObject {
        kind: "User",
        id: user.id,
        name: &user.full_name,
        login: &user.email_address,
        first_name,
        last_name,
        email: Some(&user.email_address),
        admin: user.administrator,
        avatar: user.photo_path.as_deref(),
        status: if user.active { "active" } else { "locked" },
        language: "en",
        links: SelfLink { itself: user_link(root, user) },
    }
}

/// A link to a user.
pub fn user_link(root: &str, user: &User) -> Link {
    Link::to(root, format!("/users/{}", user.id)).titled(&user.full_name)
}

/// Who asks without credentials on an open instance.
pub fn anonymous(root: &str) -> UserObject<'static> {
    UserObject {
        kind: "User",
        id: 0,
        name: "Anonymous",
        login: "",
        first_name: "",
        last_name: "Anonymous",
        email: None,
        admin: false,
        avatar: None,
        status: "active",
        language: "en",
        links: SelfLink { itself: Link::to(root, "/users/0").titled("Anonymous") },
    }
}

/// The texts of a project that are in markdown.
#[derive(Clone, Debug)]
pub struct ProjectTexts {
    description: Formattable,
    status_explanation: Formattable,
}

impl ProjectTexts {
    /// Those of a workspace, rendered here.
    pub fn of(workspace: &Workspace) -> Self {
        Self {
            description: Formattable::markdown(workspace.description.clone()),
            status_explanation: Formattable::markdown(workspace.status_explanation.clone()),
        }
    }

    /// Those of a workspace, which loses them; long ones are rendered on another thread.
    pub async fn take(workspace: &mut Workspace) -> Self {
        Self {
            description: Formattable::rendered(workspace.description.take()).await,
            status_explanation: Formattable::rendered(workspace.status_explanation.take()).await,
        }
    }

    /// How long they are with their renderings, in bytes.
    pub fn size(&self) -> usize {
        self.description.size() + self.status_explanation.size()
    }
}

/// A project.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Project")]
#[serde(rename_all = "camelCase")]
pub struct ProjectObject<'o> {
    #[serde(rename = "_type")]
    kind: &'static str,
    id: i64,
    identifier: Cow<'o, str>,
    name: &'o str,
    active: bool,
    public: bool,
    description: &'o Formattable,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_explanation: Option<&'o Formattable>,
    created_at: Milliseconds,
    updated_at: Milliseconds,
    #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
    embedded: Option<EmbeddedStatus>,
    #[serde(rename = "_links")]
    links: ProjectLinks,
}

#[derive(Serialize, JsonSchema)]
struct EmbeddedStatus {
    status: ProjectStatusObject,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProjectLinks {
    #[serde(rename = "self")]
    itself: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_immediately: Option<Link>,
    schema: Link,
    ancestors: [Link; 0],
    parent: Link,
}

/// UTC with three digits of the second, as the product writes it.
struct Milliseconds(Time);

impl Serialize for Milliseconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = self.0.0.rem_euclid(1_000_000) / 1000;
        let second = self.0.second().to_string();
        serializer.collect_str(&format_args!("{}.{millis:03}Z", second.trim_end_matches('Z')))
    }
}

impl JsonSchema for Milliseconds {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "description": "UTC, with milliseconds." })
    }
}

/// A workspace as a project. Those who may not see its health see neither status nor explanation; the status is
/// embedded in single views alone.
pub fn project<'o>(
    root: &str,
    seen: &'o VisibleWorkspace,
    texts: &'o ProjectTexts,
    may_write: bool,
    is_single: bool,
) -> ProjectObject<'o> {
    let (workspace, is_healthy) = (&seen.workspace, seen.access.sees_health());
    let path = format!("/projects/{}", workspace.id);
    let status = workspace.project_status;
    let embedded = status.filter(|_| is_single && is_healthy);
    ProjectObject {
        kind: "Project",
        id: workspace.id,
        identifier: workspace.shown_identifier(),
        name: &workspace.title,
        active: !workspace.archived,
        public: workspace.access_level == AccessLevel::Open,
        description: &texts.description,
        status_explanation: is_healthy.then_some(&texts.status_explanation),
        created_at: Milliseconds(workspace.created_at),
        updated_at: Milliseconds(workspace.updated_at),
        embedded: embedded.map(|status| EmbeddedStatus { status: project_status(root, status) }),
        links: ProjectLinks {
            itself: Link::to(root, &path).titled(&workspace.title),
            status: is_healthy
                .then(|| status.map_or(Link::nothing(), |status| project_status_link(root, status))),
            update_immediately: may_write.then(|| Link::to(root, &path).with_method("patch")),
            schema: Link::to(root, "/projects/schema"),
            ancestors: [],
            parent: Link::nothing(),
        },
    }
}
