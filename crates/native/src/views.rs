//! Saved views of the portfolio in the native surface.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::Members;
use super::openapi as doc;
use super::users::{Person, person};
use super::{ApiResult, Bodiless, Body, Request};
use base::clock::Time;
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::{Error as Cause, Result};
use domain::ids::UserId;
use domain::users;
use domain::view_pins;
use domain::views::query::LIMIT;
use domain::views::{Draft, NAME_LIMIT, View, store};
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "views";
const WRITABLE: &[&str] = &["name", "query", "shared", "is_default"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SavedViews")]
struct Views {
    views: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SavedView")]
struct Object {
    id: i64,
    name: String,
    /// The query of the portfolio's page, in its normal form.
    query: String,
    /// The path of the page.
    path: String,
    shared: bool,
    /// Whether it is the start page of the caller.
    is_default: bool,
    /// Whether the caller pinned it to the portfolio.
    pinned: bool,
    owner: Option<Person>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

/// A view with its version as an answer.
struct Shown {
    object: Object,
    state: Validator,
}

async fn shown(conn: &mut Conn, caller: &Caller, found: Vec<(View, i64)>) -> Result<Vec<Shown>> {
    let owners: List<UserId> = found.iter().map(|(view, _)| view.user_id).collect();
    let owners = users::store::of_account(conn, caller.account_id, &owners).await?;
    let pins = view_pins::store::of_caller(conn, caller).await?;
    let shown = |(view, version): (View, i64)| Shown {
        state: Validator::of(&view),
        object: Object {
            id: view.id,
            path: view.path(),
            is_default: view.is_default && view.user_id == caller.user_id,
            pinned: pins.contains(&view.id),
            owner: person(&owners, view.user_id),
            name: view.name,
            query: view.query,
            shared: view.shared,
            created_at: view.created_at,
            updated_at: view.updated_at,
            version,
        },
    };
    Ok(found.into_iter().map(shown).collect())
}

async fn one(conn: &mut Conn, caller: &Caller, found: (View, i64)) -> Result<Shown> {
    shown(conn, caller, vec![found]).await?.pop().ok_or(Cause::NotFound)
}

fn answer(shown: &Shown) -> Response {
    crate::record(&shown.object, Some(&shown.state))
}

fn writable() -> Vec<(&'static str, Value)> {
    let flag = || json!({ "type": "boolean" });
    vec![
        ("name", doc::filled_within(NAME_LIMIT)),
        ("query", json!({ "type": "string", "pattern": "^[^\\u0000]*$", "maxLength": LIMIT })),
        ("shared", flag()),
        ("is_default", flag()),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    Draft {
        name: members.text("name"),
        query: members.text("query"),
        shared: members.flag("shared"),
        is_default: members.flag("is_default"),
    }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The caller's own views, then those that others share, each by name. There is no next page. People who see \
        the health of no workspace see none.",
    answer: Some(schema::of::<Views>),
    ..Operation::new(TAG, "listViews", "List the saved views")
};

/// `GET /views`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let caller = request.caller;
    let found = app.db.read(work!(|conn| {
        let found = store::list(conn, &caller).await?;
        shown(conn, &caller, found).await
    }));
    let views = found.await?.into_iter().map(|shown| shown.object).collect();
    Ok(crate::json(&Views { views, next_cursor: None }))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For people who see the health of a workspace. `query` is what follows the question mark in the address of \
        the portfolio's page: `group`, `fold`, `order`, `health`, `status`, `lead`, `tag`, `field_ID`, `q`, `view` and \
        `weeks`; `as_of`, `page` and `rows` are left out. `is_default` makes it the start page of the caller in place of \
        another one.",
    body: Some(|_| doc::closed(&["name"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createView", "Save a view")
};

/// `POST /views`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let types = members.violations;
    let (caller, list) = (body.request.caller.clone(), Request::address("/views"));
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            // Who may not save views learns nothing of what is wrong with them.
            let created = match Cause::check(types) {
                Ok(()) => store::create(conn, &caller, &write.change, &draft).await?,
                Err(error) => {
                    store::check_saves(conn, &caller).await?;
                    return Err(error);
                }
            };
            one(conn, &caller, (created, 1)).await
        }),
        move |shown: Shown| {
            let id = shown.object.id;
            crate::created(answer(&shown), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation =
    Operation { answer: Some(schema::of::<Object>), ..Operation::new(TAG, "showView", "Show a saved view") };

/// `GET /views/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| {
        let found = store::require(conn, &caller, id).await?;
        one(conn, &caller, found).await
    }));
    Ok(answer(&found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For the owner; administrators change shared views, too, but for `is_default`.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateView", "Change a saved view")
};

/// `PATCH /views/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let (before, _) = store::require(conn, &caller, id).await?;
            store::check_access(&caller, &before)?;
            write.check(&before)?;
            Cause::check(types)?;
            let changed = store::update(conn, &caller, &write.change, id, &draft).await?;
            one(conn, &caller, changed).await
        }),
        |shown: Shown| answer(&shown),
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For the owner; administrators delete shared views, too.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteView", "Delete a saved view")
};

/// `DELETE /views/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            let (before, _) = store::require(conn, &caller, id).await?;
            store::check_access(&caller, &before)?;
            write.check(&before)?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        no_content,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`pin`].
pub const PIN: Operation = Operation {
    description: "The portfolio's page shows the views that the caller pinned, at most 8, in the order in which they were \
        pinned. A view of the caller or one that others share can be pinned.",
    status: 204,
    errors: &[408, 413, 415, 422],
    is_tagged: false,
    ..Operation::new(TAG, "pinView", "Pin a saved view")
};

/// `PUT /views/{id}/pin`
pub async fn pin(State(app): State<App>, Bodiless(request): Bodiless) -> ApiResult {
    set_pin(app, request, true).await
}

/// OpenAPI description of [`unpin`].
pub const UNPIN: Operation = Operation {
    status: 204,
    is_tagged: false,
    ..Operation::new(TAG, "unpinView", "Take the pin from a saved view")
};

/// `DELETE /views/{id}/pin`
pub async fn unpin(State(app): State<App>, request: Request) -> ApiResult {
    set_pin(app, request, false).await
}

async fn set_pin(app: App, request: Request, is_pinned: bool) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| view_pins::store::set(conn, &caller, &write.change, id, is_pinned).await),
        no_content,
    );
    Ok(work.await?)
}
