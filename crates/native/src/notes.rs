//! Notes, the decisions and actions of a workspace, in the native surface.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{Members, check};
use super::openapi as doc;
use super::users::{Person, person};
use super::{ApiResult, Body, Request, cursor};
use base::clock::{Date, Time};
use db::Conn;
use domain::error::Result;
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::notes::{Draft, KINDS, Note, TEXT_LIMIT, store};
use domain::participations::Access;
use domain::users;
use domain::work;
use domain::workspaces::store::require_health;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "notes";
const WRITABLE: &[&str] = &["kind", "text", "owner_id", "due_date", "done_date"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Notes")]
struct List {
    notes: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Note")]
struct Object {
    id: i64,
    workspace_id: i64,
    /// `decision` or `action`.
    kind: &'static str,
    text: String,
    owner: Option<Person>,
    due_date: Option<Date>,
    done_date: Option<Date>,
    author: Option<Person>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

/// A note with the state that a condition compares.
struct Shown {
    object: Object,
    state: Validator,
}

async fn objects(conn: &mut Conn, account_id: AccountId, notes: Vec<(Note, i64)>) -> Result<Vec<Object>> {
    let of = |(note, _): &(Note, i64)| [Some(note.creator_id), note.owner_id];
    let people: Vec<UserId> = notes.iter().flat_map(of).flatten().collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let object = |(note, version): (Note, i64)| Object {
        id: note.id,
        workspace_id: note.workspace_id.0,
        kind: note.kind(),
        text: note.text,
        owner: note.owner_id.and_then(|id| person(&people, id)),
        due_date: note.due_date,
        done_date: note.done_date,
        author: person(&people, note.creator_id),
        created_at: note.created_at,
        updated_at: note.updated_at,
        version,
    };
    Ok(notes.into_iter().map(object).collect())
}

async fn shown(conn: &mut Conn, note: (Note, i64)) -> Result<Shown> {
    let (account_id, state) = (note.0.account_id, Validator::of(&note.0));
    let object = objects(conn, account_id, vec![note]).await?.pop();
    Ok(Shown { object: object.ok_or(domain::error::Error::NotFound)?, state })
}

fn respond(Shown { object, state }: Shown) -> Response {
    crate::record(&object, Some(&state))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The latest first.",
    parameters: &[doc::LIMIT, doc::CURSOR],
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listNotes", "List the decisions and actions of a workspace")
};

/// `GET /workspaces/{id}/notes`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let page = request.query(&["limit", "cursor"])?.page::<i64>()?;
    let (id, caller) = (WorkspaceId(request.id()?), request.caller.clone());
    let (after, limit) = (page.after.unwrap_or(i64::MAX), page.limit);
    let list = app.db.read(work!(|conn| {
        require_health(conn, &caller, id, Access::View).await?;
        let mut found = store::page(conn, caller.account_id, id, after, limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, limit, |(last, _)| cursor::write(&last.id));
        Ok(List { notes: objects(conn, caller.account_id, found).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::json(&list);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

fn writable() -> Vec<(&'static str, Value)> {
    vec![
        ("kind", json!({ "type": "string", "enum": KINDS })),
        ("text", doc::filled_within(TEXT_LIMIT)),
        ("owner_id", json!({ "type": ["integer", "null"] })),
        ("due_date", doc::nullable_date()),
        ("done_date", doc::nullable_date()),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    Draft {
        kind: members.text("kind"),
        text: members.text("text"),
        owner_id: members.nullable_number("owner_id").map(|id| id.map(UserId)),
        due_date: members.nullable_date("due_date"),
        done_date: members.nullable_date("done_date"),
    }
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires write access to the workspace. `owner_id` is an active person of the account.",
    body: Some(|_| doc::closed(&["kind", "text"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createNote", "Add a decision or an action")
};

/// `POST /workspaces/{id}/notes`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let (types, caller) = (members.violations, body.request.caller.clone());
    let list = Request::address("/notes");
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            require_health(conn, &caller, id, Access::Edit).await?;
            check(types, draft.violations(true))?;
            let note = store::create(conn, &caller, &write.change, id, &draft).await?;
            shown(conn, (note, 1)).await
        }),
        move |note: Shown| {
            let id = note.object.id;
            crate::created(respond(note), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showNote", "Show a decision or an action")
};

/// `GET /notes/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| {
        let found = store::require(conn, &caller, id, Access::View).await?;
        shown(conn, found).await
    }));
    Ok(respond(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires write access to the workspace.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateNote", "Change a decision or an action")
};

/// `PATCH /notes/{id}`
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
            let found = store::update(conn, &caller, &write.change, id, &draft).await?;
            shown(conn, found).await
        }),
        respond,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "Requires write access to the workspace.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteNote", "Delete a decision or an action")
};

/// `DELETE /notes/{id}`
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
