//! Own fields in the native surface.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::Members;
use super::openapi as doc;
use super::{ApiResult, Body, Request};
use base::clock::Time;
use domain::error::Error as Cause;
use domain::fields::{Draft, Field, Kind, LAST_POSITION, MOST_CHOICES, NAME_LIMIT, store};
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "labels";
const WRITABLE: &[&str] = &["name", "type", "choices", "position"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fields")]
struct List {
    fields: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Field")]
struct Object {
    id: i64,
    name: String,
    /// `text` for any line of text, `choice` for one of `choices`.
    #[serde(rename = "type")]
    kind: &'static str,
    choices: Vec<String>,
    position: i64,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

fn object((field, version): (Field, i64)) -> Object {
    Object {
        id: field.id,
        name: field.name,
        kind: field.kind.name(),
        choices: field.choices,
        position: field.position,
        created_at: field.created_at,
        updated_at: field.updated_at,
        version,
    }
}

fn shown(found: (Field, i64)) -> Response {
    let state = Validator::of(&found.0);
    crate::record(&object(found), Some(&state))
}

fn writable() -> Vec<(&'static str, Value)> {
    let choices = json!({ "type": "array", "items": doc::filled_within(NAME_LIMIT), "maxItems": MOST_CHOICES, "uniqueItems": true });
    vec![
        ("name", doc::filled_within(NAME_LIMIT)),
        ("type", json!({ "type": "string", "enum": Kind::ALL.map(Kind::name), "default": "text" })),
        ("choices", choices),
        ("position", json!({ "type": "integer", "minimum": 0, "maximum": LAST_POSITION })),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    Draft {
        name: members.text("name"),
        kind: members.text("type"),
        choices: members.texts("choices"),
        position: members.number("position"),
    }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "By `position`. An account has at most 20, so that there is no next page; people who see the health of no \
        workspace see none.",
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listFields", "List the own fields")
};

/// `GET /fields`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let caller = request.caller;
    let found = app.db.read(work!(|conn| Ok(store::seen(conn, &caller).await?))).await?;
    let fields = found.into_iter().map(object).collect();
    Ok(crate::json(&List { fields, next_cursor: None }))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators. A field of type `choice` has 1 to 50 `choices`. Without `position` it is the last one.",
    body: Some(|_| doc::closed(&["name"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createField", "Add an own field")
};

/// `POST /fields`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    Cause::check(members.violations)?;
    let (caller, list) = (body.request.caller.clone(), Request::address("/fields"));
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| store::create(conn, &caller, &write.change, &draft).await),
        move |created: Field| {
            let id = created.id;
            crate::created(shown((created, 1)), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation =
    Operation { answer: Some(schema::of::<Object>), ..Operation::new(TAG, "showField", "Show an own field") };

/// `GET /fields/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| store::require(conn, &caller, id).await));
    Ok(shown(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. `choices` replaces all of them; values that workspaces have stay.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateField", "Change an own field")
};

/// `PATCH /fields/{id}`
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
            caller.require_administrator()?;
            write.check(&before)?;
            Cause::check(types)?;
            store::update(conn, &caller, &write.change, id, &draft).await
        }),
        shown,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For administrators. The values that workspaces have are no longer shown.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteField", "Delete an own field")
};

/// `DELETE /fields/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            let (before, _) = store::require(conn, &caller, id).await?;
            caller.require_administrator()?;
            write.check(&before)?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        no_content,
    );
    Ok(work.await?)
}
