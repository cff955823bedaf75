//! Status changes in the native surface.

use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::body::check;
use super::openapi as doc;
use super::status_keys::{Status, status_of};
use super::users::{Person, person};
use super::{ApiResult, Body, Request, cursor};
use base::clock::Time;
use db::Conn;
use domain::error::Result;
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::participations::Access;
use domain::status_changes::store::Place;
use domain::status_changes::{Draft, StatusChange, store};
use domain::users;
use domain::users::User;
use domain::workspaces::Workspace;
use domain::workspaces::store::{change_status, past, require_health};

use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};

const TAG: &str = "status_changes";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusChanges")]
struct List {
    status_changes: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusChange")]
struct Object {
    id: Option<i64>,
    workspace_id: i64,
    from_status: Option<Status>,
    to_status: Option<Status>,
    reason: Option<String>,
    user: Option<Person>,
    created_at: Time,
}

fn object(change: StatusChange, people: &[User]) -> Object {
    Object {
        id: Some(change.id),
        workspace_id: change.workspace_id.0,
        from_status: change.from_status_key.and_then(status_of),
        to_status: status_of(change.to_status_key),
        reason: change.reason,
        user: person(people, change.user_id),
        created_at: change.created_at,
    }
}

async fn objects(conn: &mut Conn, account_id: AccountId, changes: Vec<StatusChange>) -> Result<Vec<Object>> {
    let people: Vec<UserId> = changes.iter().map(|change| change.user_id).collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    Ok(changes.into_iter().map(|change| object(change, &people)).collect())
}

/// The status that a workspace was created with, which no change led to.
fn first(workspace: &Workspace) -> Object {
    Object {
        id: None,
        workspace_id: workspace.id.0,
        from_status: None,
        to_status: status_of(workspace.status_key),
        reason: None,
        user: None,
        created_at: workspace.created_at,
    }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The latest first. `from_status` is null where an imported history does not say it.",
    parameters: &[doc::AS_OF, doc::KNOWN_AT, doc::LIMIT, doc::CURSOR],
    answer: Some(doc::seen::<List>),
    ..Operation::new(TAG, "listStatusChanges", "List the status changes of a workspace")
};

/// `GET /workspaces/{id}/status_changes`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["as_of", "known_at", "limit", "cursor"])?;
    let (page, past) = (query.page::<Place>()?, query.past(app.clock.now())?);
    let (id, caller) = (WorkspaceId(request.id()?), request.caller.clone());
    let (after, limit) = (page.after, page.limit);
    let list = app.db.read(work!(|conn| {
        require_health(conn, &caller, id, Access::View).await?;
        past::require(conn, &caller, id, past).await?;
        let mut found = store::latest(conn, caller.account_id, id, past, after, limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&Place::from(last)));
        Ok(List { status_changes: objects(conn, caller.account_id, found).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::seen(&list, past);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires write access to the workspace. A move to the present status changes nothing: the answer is 200 \
        with the last change; `id` and `user` are null if the workspace was created with the status.",
    body: Some(|_| {
        doc::closed(
            &["to_status_key"],
            &[("to_status_key", doc::status_key()), ("reason", doc::nullable_text())],
        )
    }),
    status: 201,
    also: &[200],
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createStatusChange", "Move a workspace to another status")
};

/// `POST /workspaces/{id}/status_changes`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(&["to_status_key", "reason"])?;
    let draft = Draft {
        workspace_id: Some(id),
        to_status_key: members.number("to_status_key"),
        reason: members.nullable_text("reason").flatten(),
    };
    let types = members.violations;
    let caller = body.request.caller.clone();
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let workspace = require_health(conn, &caller, id, Access::Edit).await?.workspace;
            check(types, draft.violations())?;
            let account_id = caller.account_id;
            if draft.to_status_key == Some(workspace.status_key) {
                let last = store::latest(conn, account_id, id, None, None, 1).await?;
                let last = objects(conn, account_id, last).await?.pop();
                return Ok((StatusCode::OK, last.unwrap_or_else(|| first(&workspace))));
            }
            let change = change_status(conn, &caller, &write.change, draft).await?;
            let people = users::store::of_account(conn, account_id, &[change.user_id].into()).await?;
            Ok((StatusCode::CREATED, object(change, &people)))
        }),
        |(status, object)| {
            let mut response = crate::json(&object);
            *response.status_mut() = status;
            response
        },
    );
    Ok(work.await?)
}
