//! Milestones in the native surface.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{Members, check};
use super::openapi as doc;
use super::{ApiResult, Body, Request};
use base::clock::{Date, Time};
use domain::ids::WorkspaceId;
use domain::milestones::{Draft, Earlier, Milestone, NAME_LIMIT, Slip, store};
use domain::participations::Access;
use domain::work;
use domain::workspaces::store::require_health;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "milestones";
const WRITABLE: &[&str] = &["name", "due_date", "done_date"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Milestones")]
struct List {
    milestones: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Milestone")]
struct Object {
    id: i64,
    workspace_id: i64,
    name: String,
    due_date: Date,
    done_date: Option<Date>,
    /// By how much it moved since it was added; null if it is due on the first day.
    slip: Option<Slip>,
    /// The due dates before, oldest first.
    earlier_due_dates: Vec<Earlier>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

fn object((milestone, version): (Milestone, i64)) -> Object {
    Object {
        id: milestone.id,
        workspace_id: milestone.workspace_id.0,
        slip: milestone.slip(),
        name: milestone.name,
        due_date: milestone.due_date,
        done_date: milestone.done_date,
        earlier_due_dates: milestone.earlier,
        created_at: milestone.created_at,
        updated_at: milestone.updated_at,
        version,
    }
}

fn shown(found: (Milestone, i64)) -> Response {
    let state = Validator::of(&found.0);
    crate::record(&object(found), Some(&state))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "By due date. A workspace has at most 100, so that there is no next page.",
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listMilestones", "List the milestones of a workspace")
};

/// `GET /workspaces/{id}/milestones`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (WorkspaceId(request.id()?), request.caller);
    let found = app.db.read(work!(|conn| {
        require_health(conn, &caller, id, Access::View).await?;
        Ok(store::list(conn, caller.account_id, id).await?)
    }));
    let milestones = found.await?.into_iter().map(object).collect();
    Ok(crate::json(&List { milestones, next_cursor: None }))
}

fn writable() -> Vec<(&'static str, Value)> {
    vec![
        ("name", doc::filled_within(NAME_LIMIT)),
        ("due_date", json!({ "type": "string", "format": "date" })),
        ("done_date", doc::nullable_date()),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    Draft {
        name: members.text("name"),
        due_date: members.nullable_date("due_date"),
        done_date: members.nullable_date("done_date"),
    }
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires write access to the workspace.",
    body: Some(|_| doc::closed(&["name", "due_date"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createMilestone", "Add a milestone")
};

/// `POST /workspaces/{id}/milestones`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let (types, caller) = (members.violations, body.request.caller.clone());
    let list = Request::address("/milestones");
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            require_health(conn, &caller, id, Access::Edit).await?;
            check(types, draft.violations(true))?;
            store::create(conn, &caller, &write.change, id, &draft).await
        }),
        move |created: Milestone| {
            let id = created.id;
            crate::created(shown((created, 1)), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showMilestone", "Show a milestone")
};

/// `GET /milestones/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| store::require(conn, &caller, id, Access::View).await));
    Ok(shown(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires write access to the workspace. The due date that another one replaces is kept.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateMilestone", "Change a milestone")
};

/// `PATCH /milestones/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, &caller, id, Access::Edit).await?.0)?;
            check(types, draft.violations(false))?;
            store::update(conn, &caller, &write.change, id, &draft).await
        }),
        shown,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "Requires write access to the workspace.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteMilestone", "Delete a milestone")
};

/// `DELETE /milestones/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, &caller, id, Access::Edit).await?.0)?;
            store::delete(conn, &caller, &write.change, id).await.map(drop)
        }),
        no_content,
    );
    Ok(work.await?)
}
