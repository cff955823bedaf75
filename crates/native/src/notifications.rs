//! Notifications in the native surface: the inbox, what comes by e-mail, and watching workspaces.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::body::Bodiless;
use super::openapi as doc;
use super::problem::Kind as ProblemKind;
use super::users::{Person, person};
use super::{ApiResult, Body, Error, Request, cursor};
use base::clock::Time;
use domain::error::{Error as Cause, Problem, Violation};
use domain::ids::{UserId, WorkspaceId};
use domain::notifications::store::inbox::{Item, page, read as mark_as_read, unread};
use domain::notifications::{Kind, NotificationSettings, store};
use domain::users;
use domain::watches;
use domain::work;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "notifications";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotificationSettings")]
struct Settings {
    /// Which kinds come by e-mail.
    email: BTreeMap<Kind, bool>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Inbox")]
struct Inbox {
    /// The number of unread items, up to 1000.
    unread: i64,
    items: Vec<ItemObject>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "InboxItem")]
struct ItemObject {
    /// It grows.
    id: i64,
    kind: Kind,
    at: Time,
    read: bool,
    workspace: Workspace,
    report_id: Option<i64>,
    comment_id: Option<i64>,
    by: Option<Person>,
    /// One line.
    text: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "InboxWorkspace")]
struct Workspace {
    id: i64,
    title: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Watch")]
struct Watch {
    watching: bool,
}

fn settings(found: &NotificationSettings) -> Settings {
    Settings { email: Kind::ALL.into_iter().map(|kind| (kind, found.is_mailed(kind))).collect() }
}

fn shown(found: &NotificationSettings) -> Response {
    crate::record(&settings(found), Some(&Validator::of(found)))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "Which kinds of notifications come by e-mail: by default all but `report_published`.",
    answer: Some(schema::of::<Settings>),
    ..Operation::new(TAG, "showNotificationSettings", "Show what comes by e-mail")
};

/// `GET /me/notifications`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let caller = request.caller;
    let found = app.db.read(work!(|conn| Ok(store::of_caller(conn, &caller).await?)));
    Ok(shown(&found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "With `PUT`, an absent kind goes back to its default; with `PATCH`, it keeps its value.",
    body: Some(|_| {
        let kinds = Kind::ALL.map(|kind| (kind.name(), json!({ "type": "boolean" })));
        doc::closed(&["email"], &[("email", doc::closed(&[], &kinds))])
    }),
    answer: Some(schema::of::<Settings>),
    ..Operation::new(TAG, "replaceNotificationSettings", "Choose what comes by e-mail")
};

/// `PUT /me/notifications`
pub async fn update(State(app): State<App>, method: Method, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let members = body.members(&["email"])?;
    let email = match members.value("email") {
        None => Err(Violation::new("email", Problem::Blank)),
        Some(Value::Object(chosen)) => chosen_kinds(chosen)?,
        Some(_) => Err(Violation::new("email", Problem::Malformed)),
    };
    let email = email.map_err(|violation| Cause::Invalid(vec![violation]))?;
    let (caller, keeps) = (body.request.caller.clone(), method == Method::PATCH);
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::of_caller(conn, &caller).await?)?;
            store::set(conn, &caller, &write.change, &email, keeps).await
        }),
        |found| shown(&found),
    );
    Ok(work.await?)
}

/// The kinds of an object; an unknown one is refused.
fn chosen_kinds(chosen: &Map<String, Value>) -> Result<Result<BTreeMap<Kind, bool>, Violation>, Error> {
    let unknown = chosen.keys().filter(|name| Kind::named(name).is_none());
    let error = unknown.fold(Error::new(ProblemKind::UnknownMember), |error, name| {
        let known = Kind::ALL.map(Kind::name).join(", ");
        error.at_path(&["email", name], format!("is not known here; known: {known}"))
    });
    if error.has_locations() {
        return Err(error);
    }
    let pair = |(name, value): (&String, &Value)| Some((Kind::named(name)?, value.as_bool()?));
    let all: Option<BTreeMap<Kind, bool>> = chosen.iter().map(pair).collect();
    Ok(all.ok_or(Violation::new("email", Problem::Malformed)))
}

/// OpenAPI description of [`inbox`].
pub const INBOX: Operation = Operation {
    description: "What the caller was told, the newest first. Items about what the caller may not see any more are left out.",
    parameters: &[Parameter::query("unread", doc::flag, "Only unread items."), doc::LIMIT, doc::CURSOR],
    answer: Some(schema::of::<Inbox>),
    ..Operation::new(TAG, "showInbox", "List the inbox")
};

/// `GET /me/inbox`
pub async fn inbox(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["unread", "limit", "cursor"])?;
    let (only_unread, own) = (query.flag("unread")?, query.page::<i64>()?);
    let (caller, limit, before) = (request.caller.clone(), own.limit, own.after.unwrap_or(i64::MAX));
    let list = app.db.read(work!(|conn| {
        let unread = unread(conn, &caller).await?;
        let mut found = page(conn, &caller, only_unread, before, limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&last.id));
        let people: Vec<UserId> = found.iter().filter_map(|item| item.by_id).collect();
        let people = users::store::of_account(conn, caller.account_id, &people.into()).await?;
        let object = |item: Item| ItemObject {
            id: item.id,
            kind: item.kind,
            at: item.at,
            read: item.is_read,
            workspace: Workspace { id: item.workspace_id.0, title: item.title },
            report_id: item.report_id.map(|id| id.0),
            comment_id: item.comment_id,
            by: item.by_id.and_then(|id| person(&people, id)),
            text: item.text,
        };
        Ok(Inbox { unread, items: found.into_iter().map(object).collect(), next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::json(&list);
    own.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

/// OpenAPI description of [`read`].
pub const READ: Operation = Operation {
    description: "Marks the items of the inbox as read, up to and including an id.",
    body: Some(|_| doc::closed(&["until"], &[("until", json!({ "type": "integer", "minimum": 0 }))])),
    status: 204,
    ..Operation::new(TAG, "readInbox", "Mark the inbox as read")
};

/// `POST /me/inbox/read`
pub async fn read(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let mut members = body.members(&["until"])?;
    let until = members.number("until");
    let mut violations = members.violations;
    if until.is_none() && violations.is_empty() {
        violations.push(Violation::new("until", Problem::Blank));
    } else if until.is_some_and(|until| until < 0) {
        violations.push(Violation::new("until", Problem::OutOfRange(0, i64::MAX)));
    }
    Cause::check(violations)?;
    let (caller, until) = (body.request.caller.clone(), until.unwrap_or_default());
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let _ = write;
            Ok(mark_as_read(conn, &caller, until).await?)
        }),
        no_content,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`watch`].
pub const WATCH: Operation = Operation {
    description: "People who watch a workspace are told of its reports and comments. Participants on the provider side watch it by \
        default; others who see its health can start to watch it.",
    status: 204,
    errors: &[408, 413, 415],
    is_tagged: false,
    ..Operation::new(TAG, "watchWorkspace", "Watch a workspace")
};

/// `PUT /workspaces/{id}/watch`
pub async fn watch(State(app): State<App>, Bodiless(request): Bodiless) -> ApiResult {
    set_watch(app, request, true).await
}

/// OpenAPI description of [`unwatch`].
pub const UNWATCH: Operation = Operation {
    status: 204,
    is_tagged: false,
    ..Operation::new(TAG, "unwatchWorkspace", "Stop watching a workspace")
};

/// `DELETE /workspaces/{id}/watch`
pub async fn unwatch(State(app): State<App>, request: Request) -> ApiResult {
    set_watch(app, request, false).await
}

async fn set_watch(app: App, request: Request, is_watching: bool) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (WorkspaceId(request.id()?), request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| watches::store::set(conn, &caller, &write.change, id, is_watching).await),
        no_content,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`is_watching`].
pub const IS_WATCHING: Operation = Operation {
    answer: Some(schema::of::<Watch>),
    ..Operation::new(TAG, "showWatch", "Show whether the caller watches a workspace")
};

/// `GET /workspaces/{id}/watch`
pub async fn is_watching(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (WorkspaceId(request.id()?), request.caller);
    let found = app.db.read(work!(|conn| watches::store::is_watching(conn, &caller, id).await));
    Ok(crate::json(&Watch { watching: found.await? }))
}
