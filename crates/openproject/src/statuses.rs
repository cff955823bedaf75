//! Statuses in the OpenProject surface: `docs/contracts/openproject.md#statuses`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::error::Property;
use super::hal::{Collection, Link, SelfLink};
use super::openapi as doc;
use super::{ApiResult, Body, Error, Request, hal};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error as Cause, Result};
use domain::statuses::{Draft, Status, store};
use domain::work;
use domain::work_packages::store::of_status;
use domain::workspaces;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::json;
use service::app::App;
use service::openapi::{Operation, schema};
use service::recalculation;
use service::response_cache::cacheable;
use service::tag::Validator;
use service::write::Write;

const TAG: &str = "Statuses";

/// A state that a work package can be in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Status")]
pub struct StatusObject<'o> {
    _type: &'static str,
    id: i64,
    name: &'o str,
    #[serde(rename = "isClosed")]
    is_closed: bool,
    color: Option<&'o str>,
    #[serde(rename = "isDefault")]
    is_default: bool,
    #[serde(rename = "isReadonly")]
    is_readonly: bool,
    #[serde(rename = "excludedFromTotals")]
    excluded_from_totals: bool,
    #[serde(rename = "defaultDoneRatio")]
    default_done_ratio: i64,
    position: i64,
    _links: SelfLink,
}

impl<'o> StatusObject<'o> {
    /// The wire object of a status.
    pub fn of(root: &str, status: &'o Status) -> Self {
        Self {
            _type: "Status",
            id: status.id,
            name: &status.name,
            is_closed: status.is_closed,
            color: status.color.as_deref(),
            is_default: status.is_default,
            is_readonly: status.is_readonly,
            excluded_from_totals: status.excluded_from_totals,
            default_done_ratio: status.default_done_ratio,
            position: status.position,
            _links: SelfLink {
                itself: Link::to(root, format!("/statuses/{}", status.id)).titled(&status.name),
            },
        }
    }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "All statuses, sorted by position; there are no pages.",
    answer: Some(schema::of::<Collection<StatusObject<'_>>>),
    ..Operation::new(TAG, "listStatuses", "List statuses")
};

/// `GET /api/v3/statuses`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let Request { caller, root, .. } = request;
    let statuses = app.db.read(work!(|conn| -> Error {
        require_view(conn, &caller, "You are not allowed to see the statuses.").await?;
        Ok(store::list(conn, caller.account_id).await?)
    }));
    let statuses = statuses.await?;
    let elements = statuses.iter().map(|one| StatusObject::of(&root, one)).collect();
    let collection = Collection::new(Link::to(&root, "/statuses"), elements);
    Ok(cacheable(hal::answer(StatusCode::OK, &collection)))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation =
    Operation { answer: Some(answer), ..Operation::new(TAG, "showStatus", "Show a status") };

/// `GET /api/v3/statuses/{id}`. The permission is checked before the existence.
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let id = request.id()?;
    let Request { caller, root, .. } = request;
    let status = app.db.read(work!(|conn| -> Error {
        require_view(conn, &caller, "You are not allowed to see this status.").await?;
        let id = id.ok_or(Cause::NotFound)?;
        Ok(store::find(conn, caller.account_id, id).await?.ok_or(Cause::NotFound)?)
    }));
    Ok(cacheable(single(&root, StatusCode::OK, &status.await?)))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators. An extension of Statuary, absent with `--strict`.",
    body: Some(|_| {
        let mut body = schema::object(&["name"], &writable());
        let yes = json!({ "const": true });
        body["not"] =
            schema::object(&["isDefault", "isReadonly"], &[("isDefault", yes.clone()), ("isReadonly", yes)]);
        body
    }),
    status: 201,
    answer: Some(answer),
    ..Operation::new(TAG, "createStatus", "Create a status")
};

/// `POST /api/v3/statuses`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    let request = body.request;
    request.caller.require_administrator()?;
    let draft = draft(&body.members, None)?;
    let (write, root) = (request.write(&app), request.root);
    let work = write.run(
        &app,
        work!(|conn, write| store::create(conn, &write.change, &draft).await),
        move |created| single(&root, StatusCode::CREATED, &created),
    );
    Ok(work.await?)
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. An extension of Statuary, absent with `--strict`.",
    body: Some(|_| schema::object(&[], &writable())),
    answer: Some(answer),
    ..Operation::new(TAG, "updateStatus", "Update a status")
};

/// `PATCH /api/v3/statuses/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    let request = body.request;
    let id = id_to_write(&request)?;
    let draft = draft(&body.members, Some(id));
    let (write, root) = (request.write(&app), request.root);
    let account_id = request.caller.account_id;
    let mode = app.settings.openproject_progress;
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            expect(conn, write, id).await?;
            Ok(of_status::update(conn, &write.change, id, &draft?, mode).await?)
        }),
        move |changed| single(&root, StatusCode::OK, &changed),
    );
    let answer = work.await?;
    recalculation::finish(&app, account_id).await;
    Ok(answer)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For administrators. An extension of Statuary, absent with `--strict`.",
    status: 204,
    errors: &[422],
    ..Operation::new(TAG, "deleteStatus", "Delete a status")
};

/// `DELETE /api/v3/statuses/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    let (id, mode) = (id_to_write(&request)?, app.settings.openproject_progress);
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            expect(conn, write, id).await?;
            of_status::delete(conn, &write.change, id, None, mode).await
        }),
        service::replies::no_content,
    );
    Ok(work.await?)
}

/// Returns `Ok` if the status exists and has the state that the request expects.
async fn expect(conn: &mut Conn, write: &Write, id: i64) -> Result<()> {
    let status = store::find(conn, write.change.account_id, id).await?.ok_or(Cause::NotFound)?;
    write.check(&status)
}

fn single(root: &str, code: StatusCode, status: &Status) -> Response {
    hal::record(code, &StatusObject::of(root, status), Some(&Validator::of(status)))
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    schema::of::<StatusObject<'_>>(generator)
}

fn writable() -> Vec<(&'static str, Value)> {
    let flag = || json!({ "type": "boolean" });
    let mut name = schema::described(doc::filled(), "Unique, ignoring case.");
    name["maxLength"] = 256.into();
    vec![
        ("name", name),
        ("isClosed", flag()),
        ("color", json!({ "type": ["string", "null"], "pattern": "^#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$" })),
        ("isDefault", schema::described(flag(), "The previous default loses the mark.")),
        ("isReadonly", schema::described(flag(), "Excludes `isDefault`.")),
        ("excludedFromTotals", flag()),
        ("defaultDoneRatio", json!({ "type": "integer", "minimum": 0, "maximum": 100 })),
        ("position", json!({ "type": "integer", "minimum": 1 })),
    ]
}

/// Returns `Ok` if the caller may see statuses, and an error with the message otherwise.
async fn require_view(conn: &mut Conn, caller: &Caller, message: &'static str) -> Result<(), Error> {
    if workspaces::store::may_view_work_packages(conn, caller).await? {
        return Ok(());
    }
    Err(Error::StatusesHidden(message))
}

/// The id of the status to write. The permission is checked before the existence, as in [`show`].
fn id_to_write(request: &Request) -> Result<i64, Error> {
    let id = request.id()?;
    request.caller.require_administrator()?;
    Ok(id.ok_or(Cause::NotFound)?)
}

/// Reads the members; unknown ones are ignored. `id` and `_type` may be sent back unchanged.
fn draft(members: &Map<String, Value>, id: Option<i64>) -> Result<Draft, Error> {
    let mut wrong = Vec::new();
    if members.get("id").is_some_and(|value| id.is_none() || value.as_i64() != id) {
        wrong.push(Property::read_only("id"));
    }
    if members.get("_type").is_some_and(|value| value != "Status") {
        wrong.push(Property::read_only("_type"));
    }
    let mut read = Reader { members, wrong };
    let draft = Draft {
        name: read.member("name", "a text", |value| match value {
            Value::Null => Some(String::new()),
            other => other.as_str().map(str::to_owned),
        }),
        is_closed: read.member("isClosed", "a boolean", Value::as_bool),
        color: read.member("color", "a text", |value| match value {
            Value::Null => Some(None),
            other => other.as_str().map(|text| Some(text.to_owned())),
        }),
        is_default: read.member("isDefault", "a boolean", Value::as_bool),
        is_readonly: read.member("isReadonly", "a boolean", Value::as_bool),
        excluded_from_totals: read.member("excludedFromTotals", "a boolean", Value::as_bool),
        default_done_ratio: read.member("defaultDoneRatio", "an integer", integer),
        position: read.member("position", "an integer", integer),
    };
    if read.wrong.is_empty() { Ok(draft) } else { Err(Error::Properties(read.wrong)) }
}

struct Reader<'m> {
    members: &'m Map<String, Value>,
    wrong: Vec<Property>,
}

impl Reader<'_> {
    fn member<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.members.get(name)?;
        let found = read(value);
        if found.is_none() {
            self.wrong.push(Property::format(name, expected));
        }
        found
    }
}

/// Reads an integer; `36.0` is the integer 36, as in JSON Schema.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
        format!("{number:.0}").parse().ok()
    })
}
