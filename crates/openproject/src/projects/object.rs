//! The wire object of a project.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::hal::Link;
use crate::markdown::Formattable;
use crate::project_statuses;
use crate::project_statuses::ProjectStatusObject;
use base::clock::Time;
use domain::participations::Access;
use domain::workspaces::{AccessLevel, VisibleWorkspace, Workspace};

/// The Markdown texts of a project.
#[derive(Clone, Debug)]
pub struct ProjectTexts {
    description: Formattable,
    status_explanation: Formattable,
}

impl ProjectTexts {
    /// The texts of a workspace, rendered on this thread.
    pub fn of(workspace: &Workspace) -> Self {
        Self {
            description: Formattable::markdown(workspace.description.clone()),
            status_explanation: Formattable::markdown(workspace.status_explanation.clone()),
        }
    }

    /// Takes the texts out of a workspace, and renders long ones on another thread.
    pub async fn take(workspace: &mut Workspace) -> Self {
        Self {
            description: Formattable::rendered(workspace.description.take()).await,
            status_explanation: Formattable::rendered(workspace.status_explanation.take()).await,
        }
    }

    /// Renders long texts on another thread and caches the result, so that [`ProjectTexts::of`] finds it.
    pub async fn prepare(description: Option<&str>, status_explanation: Option<&str>) {
        Formattable::prepare(description).await;
        Formattable::prepare(status_explanation).await;
    }

    /// The length of the texts and their renderings, in bytes.
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
    types: Link,
    work_packages: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_work_package: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_work_package_immediately: Option<Link>,
    ancestors: [Link; 0],
    parent: Link,
}

/// UTC with milliseconds, as OpenProject writes it.
pub struct Milliseconds(pub Time);

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

impl<'o> ProjectObject<'o> {
    /// The wire object of a workspace. A caller who may not see its health sees neither status nor explanation; the
    /// status is embedded only if the project is the whole response.
    pub fn of(
        root: &str,
        visible: &'o VisibleWorkspace,
        texts: &'o ProjectTexts,
        may_write: bool,
        is_single: bool,
    ) -> Self {
        let (workspace, is_healthy) = (&visible.workspace, visible.access.sees_health());
        let path = format!("/projects/{}", workspace.id);
        let status = workspace.project_status;
        let may_add = visible.access >= Access::Edit && !workspace.archived;
        let embedded = status.filter(|_| is_single && is_healthy);
        Self {
            kind: "Project",
            id: workspace.id.0,
            identifier: workspace.shown_identifier(),
            name: &workspace.title,
            active: !workspace.archived,
            public: workspace.access_level == AccessLevel::Open,
            description: &texts.description,
            status_explanation: is_healthy.then_some(&texts.status_explanation),
            created_at: Milliseconds(workspace.created_at),
            updated_at: Milliseconds(workspace.updated_at),
            embedded: embedded.map(|status| EmbeddedStatus { status: ProjectStatusObject::of(root, status) }),
            links: ProjectLinks {
                itself: Link::to(root, &path).titled(&workspace.title),
                status: is_healthy
                    .then(|| status.map_or(Link::nothing(), |status| project_statuses::link(root, status))),
                update_immediately: may_write.then(|| Link::to(root, &path).with_method("patch")),
                schema: Link::to(root, "/projects/schema"),
                types: Link::to(root, format!("{path}/types")),
                work_packages: Link::to(root, format!("{path}/work_packages")),
                create_work_package: may_add
                    .then(|| Link::to(root, format!("{path}/work_packages/form")).with_method("post")),
                create_work_package_immediately: may_add
                    .then(|| Link::to(root, format!("{path}/work_packages")).with_method("post")),
                ancestors: [],
                parent: Link::nothing(),
            },
        }
    }
}
