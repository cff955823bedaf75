//! Status changes in the Kantata surface (docs/contracts/kantata.md#workspace-status-changes).

use axum::extract::State;
use axum::http::StatusCode;

use super::envelope::Object;
use super::includes::SideLoad;
use super::openapi as doc;
use super::openapi::listed;
use super::users::UserObject;
use super::values::{Id, Seconds};
use super::view::View;
use super::workspaces::object::WorkspaceObject;
use super::{Answer, Envelope, Paging, Params, Request, includes};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::status_changes::store::Filter;
use domain::status_changes::{Draft, StatusChange, store};
use domain::status_keys;
use domain::status_keys::StatusKey;
use domain::workspaces;

use domain::work;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::openapi::{Operation, Parameter, schema};
use service::response_cache::cacheable;
use service::tag::Validator;

const KEY: &str = "workspace_status_changes";
const ROOT: &str = "workspace_status_change";
const INCLUDES: &[&str] = &["user", "workspace"];

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
            workspace_id: Id(change.workspace_id),
            user_id: Id(change.user_id),
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
    answer: Some(answer),
    is_tagged: false,
    ..Operation::new(KEY, "listWorkspaceStatusChanges", "List the status changes of a workspace")
};

/// `GET /workspace_status_changes`
pub async fn index(State(app): State<App>, request: Request) -> Answer {
    let params = &request.params;
    let workspaces = params.ids("workspace_id")?;
    // A status change never changes, so `updated_at` is `created_at`.
    let created = params.range("created")?.overlap(params.range("updated")?);
    let view = Shown::read(params)?;
    let Some(workspaces) = workspaces else {
        return Ok(crate::error::required("workspace_id"));
    };
    let filter = Filter { workspaces, created, only: params.only()? };
    let ((), newest_first) = params.order(&[("created_at", ())], ((), true));
    let caller = request.caller;
    let body = app.db.read(work!(|conn| {
        let (limit, offset) = (view.paging.limit, view.paging.offset);
        let (page, count) = store::list(conn, &caller, &filter, newest_first, limit, offset).await?;
        view.present(conn, &caller, &page, count).await
    }));
    Ok(cacheable(crate::json(StatusCode::OK, body.await?)))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE],
    answer: Some(answer),
    ..Operation::new(KEY, "showWorkspaceStatusChange", "Show a status change")
};

/// `GET /workspace_status_changes/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let (view, id, caller) = (Shown::read(&request.params)?, request.id()?, request.caller);
    let shown = app.db.read(work!(|conn| {
        let change = store::find(conn, &caller, id).await?.ok_or(Error::NotFound)?;
        view.show(conn, &caller, &[change]).await
    }));
    Ok(cacheable(crate::tagged(shown.await?)))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "A change to the current status is an error of the field `base`.",
    parameters: &[INCLUDE],
    body: Some(|_| {
        let members = [("workspace_id", doc::reference()), ("to_status_key", doc::status_key())];
        doc::root(ROOT, schema::object(&["workspace_id", "to_status_key"], &members))
    }),
    answer: Some(answer),
    ..Operation::new(KEY, "createWorkspaceStatusChange", "Move a workspace to another status")
};

/// `POST /workspace_status_changes`
pub async fn create(State(app): State<App>, request: Request) -> Answer {
    let root = request.params.root(ROOT)?;
    let draft =
        Draft { workspace_id: root.number("workspace_id"), to_status_key: root.number("to_status_key") };
    let write = request.write(&app);
    let (view, caller) = (Shown::read(&request.params)?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let recorded = workspaces::store::change_status(conn, &caller, &write.change, draft).await?;
            view.show(conn, &caller, &[recorded]).await
        }),
        crate::tagged,
    );
    Ok(work.await?)
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    doc::envelope(
        generator,
        doc::by_id::<StatusChangeObject>,
        &[doc::by_id::<UserObject<'_>>, doc::by_id::<WorkspaceObject<'_>>],
    )
}

/// The parts of a response that the parameters choose.
struct Shown {
    includes: Vec<&'static str>,
    paging: Paging,
}

impl Shown {
    fn read(params: &Params) -> Result<Self> {
        Ok(Self { includes: params.includes(INCLUDES), paging: Paging::read(params)? })
    }
}

impl View for Shown {
    type Record = StatusChange;

    /// A status change never changes, so no write depends on its state.
    fn state(_: &StatusChange) -> Option<Validator> {
        None
    }

    async fn present(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[StatusChange],
        count: i64,
    ) -> Result<BodyBuffer> {
        let mut envelope = Envelope::new(KEY);
        for change in page {
            envelope.push(change.id, &StatusChangeObject::of(change));
        }
        let side_load = |include: &&str| match *include {
            "user" => SideLoad::Users(page.iter().map(|change| change.user_id).collect()),
            _ => SideLoad::Workspaces(page.iter().map(|change| change.workspace_id).collect()),
        };
        let side_loads = self.includes.iter().map(side_load).collect();
        includes::find(conn, caller, side_loads).await?.add_to(&mut envelope, caller);
        Ok(envelope.finish(count, self.paging))
    }
}
