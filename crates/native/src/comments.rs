//! Comments on status reports in the native surface, and acknowledgements.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::body::{Bodiless, Members, check};
use super::openapi as doc;
use super::users::{Person, person};
use super::{ApiResult, Body, Request, cursor};
use base::clock::Time;
use db::Conn;
use domain::comments::{Comment, TEXT_LIMIT, store, violations};
use domain::error::{Error, Result};
use domain::ids::{AccountId, ReportId, UserId};
use domain::participations::Access;
use domain::work;
use domain::{acknowledgements, status_reports, users};
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "comments";
const WRITABLE: &[&str] = &["text"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Comments")]
struct List {
    comments: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Comment")]
struct Object {
    id: i64,
    status_report_id: i64,
    text: String,
    author: Option<Person>,
    /// The people whom the text mentions.
    mentions: Vec<Person>,
    created_at: Time,
    edited_at: Option<Time>,
    version: i64,
}

/// A comment with the state that a condition compares.
struct Shown {
    object: Object,
    state: Validator,
}

async fn objects(
    conn: &mut Conn,
    account_id: AccountId,
    comments: Vec<(Comment, i64)>,
) -> Result<Vec<Object>> {
    let of = |(comment, _): &(Comment, i64)| {
        [comment.author_id].into_iter().chain(comment.mentions.iter().copied()).collect::<Vec<_>>()
    };
    let people: Vec<UserId> = comments.iter().flat_map(of).collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let object = |(comment, version): (Comment, i64)| Object {
        id: comment.id,
        status_report_id: comment.status_report_id.0,
        text: comment.text,
        author: person(&people, comment.author_id),
        mentions: comment.mentions.iter().filter_map(|id| person(&people, *id)).collect(),
        created_at: comment.created_at,
        edited_at: comment.edited_at,
        version,
    };
    Ok(comments.into_iter().map(object).collect())
}

async fn shown(conn: &mut Conn, comment: Comment, version: i64) -> Result<Shown> {
    let (account_id, state) = (comment.account_id, Validator::of(&comment));
    let object = objects(conn, account_id, vec![(comment, version)]).await?.pop();
    Ok(Shown { object: object.ok_or(Error::NotFound)?, state })
}

fn respond(Shown { object, state }: Shown) -> Response {
    crate::record(&object, Some(&state))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The oldest first.",
    parameters: &[doc::LIMIT, doc::CURSOR],
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listComments", "List the comments on a status report")
};

/// `GET /status_reports/{id}/comments`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let page = request.query(&["limit", "cursor"])?.page::<i64>()?;
    let (id, caller) = (ReportId(request.id()?), request.caller.clone());
    let (after, limit) = (page.after.unwrap_or(0), page.limit);
    let list = app.db.read(work!(|conn| {
        status_reports::store::require(conn, &caller, id, Access::View).await?;
        let mut found = store::page(conn, caller.account_id, id, after, limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, limit, |(last, _)| cursor::write(&last.id));
        Ok(List { comments: objects(conn, caller.account_id, found).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::json(&list);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

fn writable() -> Vec<(&'static str, Value)> {
    vec![("text", doc::filled_within(TEXT_LIMIT))]
}

fn text(members: &mut Members<'_>) -> Option<String> {
    members.text("text")
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires that the caller sees the health of the workspace. `@` with an e-mail address or a full name \
        mentions a person who sees it, too.",
    body: Some(|_| doc::closed(&["text"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "createComment", "Comment on a status report")
};

/// `POST /status_reports/{id}/comments`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (ReportId(body.request.id()?), body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let (text, list) = (text(&mut members), Request::address("/comments"));
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            status_reports::store::require(conn, &caller, id, Access::View).await?;
            check(types, violations(text.as_deref(), true))?;
            let comment = store::create(conn, &caller, &write.change, id, text.as_deref()).await?;
            shown(conn, comment, 1).await
        }),
        move |comment: Shown| {
            let id = comment.object.id;
            crate::created(respond(comment), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation =
    Operation { answer: Some(schema::of::<Object>), ..Operation::new(TAG, "showComment", "Show a comment") };

/// `GET /comments/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| {
        let found = store::require(conn, &caller, id).await?;
        shown(conn, found.comment, found.version).await
    }));
    Ok(respond(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires that the caller wrote it.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateComment", "Change a comment")
};

/// `PATCH /comments/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let text = text(&mut members);
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require_author(conn, &caller, id).await?.comment)?;
            check(types, violations(text.as_deref(), false))?;
            let found = store::update(conn, &caller, &write.change, id, text.as_deref()).await?;
            shown(conn, found.comment, found.version).await
        }),
        respond,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "Requires that the caller wrote it, or administers the account.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteComment", "Delete a comment")
};

/// `DELETE /comments/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require_deletable(conn, &caller, id).await?.comment)?;
            store::delete(conn, &caller, &write.change, id).await.map(drop)
        }),
        no_content,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`acknowledge`].
pub const ACKNOWLEDGE: Operation = Operation {
    description: "Says that the caller has read the report. Saying it again changes nothing.",
    status: 204,
    errors: &[408, 413, 415],
    is_tagged: false,
    ..Operation::new(TAG, "acknowledgeStatusReport", "Acknowledge a status report")
};

/// `PUT /status_reports/{id}/acknowledgement`
pub async fn acknowledge(State(app): State<App>, Bodiless(request): Bodiless) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (ReportId(request.id()?), request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| acknowledgements::store::put(conn, &caller, &write.change, id).await),
        no_content,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`withdraw`].
pub const WITHDRAW: Operation = Operation {
    description: "Takes the acknowledgement of the caller back, if there is one.",
    status: 204,
    is_tagged: false,
    ..Operation::new(TAG, "withdrawAcknowledgement", "Take back the acknowledgement of a status report")
};

/// `DELETE /status_reports/{id}/acknowledgement`
pub async fn withdraw(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (ReportId(request.id()?), request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| acknowledgements::store::delete(conn, &caller, &write.change, id).await),
        no_content,
    );
    Ok(work.await?)
}
