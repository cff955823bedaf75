//! Status changes in the Kantata surface (docs/contracts/kantata.md#workspace-status-changes).

use axum::extract::State;
use axum::http::StatusCode;

use super::includes::Wanted;
use super::openapi as doc;
use super::openapi::listed;
use super::{Answer, Envelope, Paging, Params, Request, Tagged, includes, objects};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::status_changes::store::Filter;
use domain::status_changes::{Draft, StatusChange, store};
use domain::workspaces;

use domain::work;
use schemars::SchemaGenerator;
use serde_json::Value;
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::openapi::{Operation, Parameter, schema};
use service::response_cache::cacheable;

const KEY: &str = "workspace_status_changes";
const ROOT: &str = "workspace_status_change";
const INCLUDES: &[&str] = &["user", "workspace"];

const INCLUDE: Parameter = doc::include("Of `user`, `workspace`.");

/// What clients are told of [`index`].
pub const INDEX: Operation = Operation {
    parameters: listed![
        Parameter::query("workspace_id", doc::filled_text, "The workspace; without it there is no list.")
            .required(),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        doc::texts("order", "`created_at:desc`, which is the default, or `created_at:asc`."),
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
    // A change never changes, so it was updated when it was created.
    let (created, updated) = (params.range("created")?, params.range("updated")?);
    let created = (created.0.max(updated.0), created.1.min(updated.1));
    let view = View::read(params)?;
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

/// What clients are told of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE],
    answer: Some(answer),
    ..Operation::new(KEY, "showWorkspaceStatusChange", "Show a status change")
};

/// `GET /workspace_status_changes/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let (view, id, caller) = (View::read(&request.params)?, request.id()?, request.caller);
    let shown = app.db.read(work!(|conn| {
        let change = store::find(conn, &caller, id).await?.ok_or(Error::NotFound)?;
        view.one(conn, &caller, change).await
    }));
    crate::tagged(shown.await?).map(cacheable)
}

/// What clients are told of [`create`].
pub const CREATE: Operation = Operation {
    description: "Moving a workspace to where it is already is an error of the field `base`.",
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
    let (view, caller) = (View::read(&request.params)?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let recorded = workspaces::store::change_status(conn, &caller, &write.change, draft).await?;
            view.one(conn, &caller, recorded).await
        }),
        crate::tagged,
    );
    work.await
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    doc::envelope(generator, KEY, &["users", "workspaces"])
}

/// What of the answer the parameters choose.
struct View {
    includes: Vec<&'static str>,
    paging: Paging,
}

impl View {
    fn read(params: &Params) -> Result<Self> {
        Ok(Self { includes: params.includes(INCLUDES), paging: Paging::read(params)? })
    }

    /// Nobody writes a change again, so that its state is of no use.
    async fn one(&self, conn: &mut Conn, caller: &Caller, change: StatusChange) -> Result<Tagged> {
        Ok(Tagged::one(self.present(conn, caller, &[change], 1).await?, None))
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
            envelope.push(change.id, &objects::status_change(change));
        }
        let wants = |include| self.includes.contains(&include);
        let wanted = Wanted {
            users: wants("user").then(|| includes::list(page.iter().map(|change| change.user_id))),
            workspaces: wants("workspace")
                .then(|| includes::list(page.iter().map(|change| change.workspace_id))),
            referring: None,
        };
        let found = wanted.find(conn, caller).await?;
        for include in &self.includes {
            match *include {
                "user" => found.add_users(&mut envelope, |_| true),
                _ => found.add_workspaces(&mut envelope, caller),
            }
        }
        Ok(envelope.finish(count, self.paging))
    }
}
