//! Status changes in the Kantata surface (docs/contracts/kantata.md#workspace-status-changes).

use super::envelope::Object;
use super::includes::SideLoad;
use super::openapi as doc;
use super::openapi::listed;
use super::resource::{Presentation, Resource, list_operation, operation};
use super::users::UserObject;
use super::values::{Id, Seconds};
use super::workspaces::object::WorkspaceObject;
use super::{ApiResult, Paging, Request, includes};
use domain::error::{Error, Result};
use domain::ids::WorkspaceId;
use domain::order::CreatedAt;
use domain::order::Order;
use domain::status_changes::store::Filter;
use domain::status_changes::{Draft, StatusChange, store};
use domain::status_keys;
use domain::status_keys::StatusKey;
use domain::workspaces;

use domain::work;
use schemars::JsonSchema;
use serde::Serialize;
use service::openapi::{Operation, Parameter, schema};

const KEY: &str = "workspace_status_changes";
const ROOT: &str = "workspace_status_change";

/// A move of a workspace from one status key to another.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceStatusChange")]
pub struct StatusChangeObject {
    from_status_key: Option<Id>,
    from_message: Option<&'static str>,
    from_color: Option<&'static str>,
    to_status_key: Id,
    to_message: Option<&'static str>,
    to_color: Option<&'static str>,
    created_at: Seconds,
    updated_at: Seconds,
    workspace_id: Id,
    user_id: Id,
    id: Id,
}

impl Object for StatusChangeObject {
    const KEY: &'static str = KEY;
}

impl StatusChangeObject {
    /// The wire object of a status change; its keys are strings here (docs/contracts/kantata.md#status-keys-in-two-types).
    pub fn of(change: &StatusChange) -> Self {
        let from = change.from_status_key.and_then(status_keys::find);
        let to = status_keys::find(change.to_status_key);
        let color = |row: Option<StatusKey>| row.map(|row| row.color.name());
        Self {
            from_status_key: change.from_status_key.map(Id),
            from_message: from.map(|row| row.message),
            from_color: color(from),
            to_status_key: Id(change.to_status_key),
            to_message: to.map(|row| row.message),
            to_color: color(to),
            created_at: Seconds(change.created_at),
            updated_at: Seconds(change.created_at),
            workspace_id: Id::of(change.workspace_id),
            user_id: Id::of(change.user_id),
            id: Id(change.id),
        }
    }
}

const INCLUDE: Parameter = doc::include("Any of `user`, `workspace`, separated by commas.");

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: listed![
        Parameter::query("workspace_id", doc::filled_text, "The workspace; required.").required(),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        doc::texts("order", "`created_at:desc` (the default) or `created_at:asc`."),
        INCLUDE,
    ],
    ..list_operation::<StatusChange>("listWorkspaceStatusChanges", "List the status changes of a workspace")
};

/// `GET /workspace_status_changes`
pub async fn index(request: Request) -> ApiResult {
    let params = &request.params;
    let workspaces = params.ids("workspace_id")?;
    // A status change never changes, so `updated_at` is `created_at`.
    let created = params.range("created")?.overlap(params.range("updated")?);
    Paging::read(params)?;
    let Some(workspaces) = workspaces else {
        return Ok(crate::error::required("workspace_id"));
    };
    let filter = Filter { workspaces, created, only: params.only()? };
    let order = params.order(&[("created_at", CreatedAt)], Order::descending(CreatedAt));
    request
        .list(work!(|conn, caller, view| {
            let (limit, offset) = (view.paging.limit, view.paging.offset);
            Ok(store::list(conn, caller, &filter, order, limit, offset).await?)
        }))
        .await
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE],
    ..operation::<StatusChange>("showWorkspaceStatusChange", "Show a status change")
};

/// `GET /workspace_status_changes/{id}`
pub async fn show(request: Request) -> ApiResult {
    request.show(work!(|conn, caller, id| store::find(conn, caller, id).await?.ok_or(Error::NotFound))).await
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "A change to the current status is an error of the field `base`.",
    parameters: &[INCLUDE],
    body: Some(|_| {
        let members = [("workspace_id", doc::reference()), ("to_status_key", doc::status_key())];
        doc::root(ROOT, schema::object(&["workspace_id", "to_status_key"], &members))
    }),
    ..operation::<StatusChange>("createWorkspaceStatusChange", "Move a workspace to another status")
};

/// `POST /workspace_status_changes`
pub async fn create(request: Request) -> ApiResult {
    let root = request.params.root(ROOT)?;
    let draft = Draft {
        workspace_id: root.number("workspace_id").map(WorkspaceId),
        to_status_key: root.number("to_status_key"),
        reason: None,
    };
    request
        .create(work!(|conn, caller, write| {
            let change = workspaces::store::change_status(conn, caller, &write.change, draft).await?;
            Ok(vec![change])
        }))
        .await
}

impl Resource for StatusChange {
    const KEY: &'static str = KEY;
    const MEMBERS: &'static [doc::Member] =
        &[doc::by_id::<StatusChangeObject>, doc::by_id::<UserObject<'_>>, doc::by_id::<WorkspaceObject<'_>>];
    const IS_CACHEABLE: bool = true;
    const INCLUDES: &'static [&'static str] = &["user", "workspace"];

    async fn present(page: &[Self], out: &mut Presentation<'_>) -> Result<()> {
        for change in page {
            out.envelope.push(change.id, &StatusChangeObject::of(change));
        }
        let side_load = |include: &'static str| match include {
            "user" => SideLoad::Users(page.iter().map(|change| change.user_id).collect()),
            _ => SideLoad::Workspaces(page.iter().map(|change| change.workspace_id).collect()),
        };
        let found = includes::find_all(out, side_load).await?;
        found.add_to(out);
        Ok(())
    }
}
