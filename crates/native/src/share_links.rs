//! Share links in the native surface.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{Members, check};
use super::openapi as doc;
use super::users::{Person, person};
use super::{ApiResult, Body, Request, cursor};
use base::clock::Time;
use base::rng::random_bytes;
use db::Conn;
use domain::error::{Error, Problem, Result, Violation};
use domain::ids::{UserId, WorkspaceId};
use domain::share_links::store::Found;
use domain::share_links::{
    Draft, MOST_WEEKS, MOST_WORKSPACES, PASSWORD_LIMIT, Part, WEEKS, badge, path, secret, store,
};
use domain::users;
use domain::users::{hash_queue as queue, password};
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::origin::base_url;
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "share_links";
const WRITABLE: &[&str] = &["workspace_ids", "weeks", "with", "expires_at", "password"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShareLinks")]
struct List {
    share_links: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShareLink")]
struct Object {
    id: i64,
    workspace_ids: Vec<i64>,
    weeks: i64,
    with: Vec<Part>,
    expires_at: Option<Time>,
    has_password: bool,
    author: Option<Person>,
    created_at: Time,
    /// How often the page and the sheet were read.
    views: i64,
    last_viewed_at: Option<Time>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShareLinkWithUrl")]
struct WithUrl {
    #[serde(flatten)]
    object: Object,
    /// The address of the page, shown here and never again. The sheet is at the same address with `.csv`.
    url: String,
    /// The address of the badge of the first workspace.
    badge_url: String,
}

async fn objects(conn: &mut Conn, found: Vec<Found>) -> Result<Vec<Object>> {
    let Some(account_id) = found.first().map(|one| one.link.account_id) else { return Ok(Vec::new()) };
    let people: Vec<UserId> = found.iter().map(|one| one.link.creator_id).collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let object = |Found { link, views, last_viewed_at }: Found| Object {
        id: link.id,
        workspace_ids: link.workspace_ids.iter().map(|id| id.0).collect(),
        weeks: link.weeks,
        with: link.parts,
        expires_at: link.expires_at,
        has_password: link.password_hash.is_some(),
        author: person(&people, link.creator_id),
        created_at: link.created_at,
        views,
        last_viewed_at,
    };
    Ok(found.into_iter().map(object).collect())
}

async fn single(conn: &mut Conn, found: Found) -> Result<(Object, Validator)> {
    let state = Validator::of(&found.link);
    let object = objects(conn, vec![found]).await?.pop();
    Ok((object.ok_or(Error::NotFound)?, state))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The links whose workspaces the caller administers; administrators of the account see all of them. The newest \
        first.",
    parameters: &[doc::LIMIT, doc::CURSOR],
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listShareLinks", "List the share links")
};

/// `GET /share_links`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let page = request.query(&["limit", "cursor"])?.page::<i64>()?;
    let (caller, limit) = (request.caller.clone(), page.limit);
    let before = page.after.unwrap_or(i64::MAX);
    let list = app.db.read(work!(|conn| {
        let mut found = store::page(conn, &caller, before, limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&last.link.id));
        Ok(List { share_links: objects(conn, found).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::json(&list);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

fn writable() -> Vec<(&'static str, Value)> {
    let mut password = doc::nullable_text();
    password["maxLength"] = PASSWORD_LIMIT.into();
    let workspaces = json!({
        "type": "array", "items": { "type": "integer" }, "minItems": 1, "maxItems": MOST_WORKSPACES,
        "uniqueItems": true,
    });
    let parts = json!({
        "type": "array", "items": { "type": "string", "enum": Part::ALL.map(Part::name) }, "default": ["health"],
    });
    vec![
        ("workspace_ids", workspaces),
        ("weeks", json!({ "type": "integer", "minimum": 1, "maximum": MOST_WEEKS, "default": WEEKS })),
        ("with", parts),
        ("expires_at", json!({ "type": ["string", "null"], "format": "date-time" })),
        ("password", password),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    let ids = |list: &Vec<Value>| list.iter().map(|id| id.as_i64().map(WorkspaceId)).collect();
    let workspace_ids = match members.value("workspace_ids").map(|list| list.as_array().and_then(ids)) {
        Some(None) => {
            members.violations.push(Violation::new("workspace_ids", Problem::Malformed));
            None
        }
        ids => ids.flatten(),
    };
    let expires_at = members.nullable_text("expires_at").flatten().and_then(|text| {
        let time = text.parse().ok();
        if time.is_none() {
            members.violations.push(Violation::new("expires_at", Problem::Malformed));
        }
        time
    });
    Draft {
        workspace_ids,
        weeks: members.number("weeks"),
        parts: members.texts("with"),
        expires_at,
        password: members.nullable_text("password").flatten(),
    }
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires that the caller administers every one of the workspaces, or the account. `url` is shown here and never \
        again. People without a login read there the titles of the workspaces and what `with` names, and no names of people.",
    body: Some(|_| doc::closed(&["workspace_ids"], &writable())),
    status: 201,
    answer: Some(schema::of::<WithUrl>),
    errors: &[403],
    ..Operation::new(TAG, "createShareLink", "Make a share link")
};

/// `POST /share_links`
pub async fn create(State(app): State<App>, headers: HeaderMap, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let (types, caller) = (members.violations, body.request.caller.clone());
    let write = body.request.write(&app);
    let allowed = {
        let (caller, draft) = (caller.clone(), draft.clone());
        app.db.read(work!(|conn| store::check(conn, &caller, &draft).await))
    };
    match allowed.await {
        Err(Error::Invalid(_)) | Ok(()) => {}
        Err(error) => return Err(error.into()),
    }
    check(types, draft.violations(write.change.at))?;
    let hash = match draft.password.clone() {
        None => None,
        Some(password) => {
            let turn = app.passwords.turn(queue::Client { is_known: true, address: None });
            let turn = turn.await.map_err(|_| super::Error::new(super::problem::Kind::Unavailable))?;
            Some(password::hash_in_turn(password, turn).await?)
        }
    };
    let (list, secret, base) =
        (Request::address("/share_links"), secret(random_bytes()), base_url(&app.settings, &headers));
    let own = secret.clone();
    let work = write.run(
        &app,
        work!(|conn, write| {
            let found = store::create(conn, &caller, &write.change, &draft, (&own, hash)).await?;
            single(conn, found).await
        }),
        move |(object, state): (Object, Validator)| {
            let id = object.id;
            let (url, badge_url) = (format!("{base}{}", path(&secret)), format!("{base}{}", badge(&secret)));
            crate::created(crate::record(&WithUrl { object, url, badge_url }, Some(&state)), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showShareLink", "Show a share link")
};

/// `GET /share_links/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| {
        let found = store::require(conn, &caller, id).await?;
        single(conn, found).await
    }));
    let (object, state) = found.await?;
    Ok(respond(&object, &state))
}

fn respond(object: &Object, state: &Validator) -> Response {
    crate::record(object, Some(state))
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "Ends the link at once.",
    status: 204,
    ..Operation::new(TAG, "deleteShareLink", "End a share link")
};

/// `DELETE /share_links/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, &caller, id).await?.link)?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        no_content,
    );
    Ok(work.await?)
}
