//! Users in the OpenProject surface: `docs/contracts/openproject.md#users`.

use axum::extract::State;
use axum::http::StatusCode;

use super::hal::{Link, SelfLink};
use super::{ApiResult, Request, hal};
use domain::error::Error;
use domain::ids::UserId;
use domain::users::{User, store};
use domain::work;
use schemars::JsonSchema;
use serde::Serialize;
use service::app::App;
use service::openapi::{Operation, schema};

const TAG: &str = "Users";

/// A user.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
#[serde(rename_all = "camelCase")]
pub struct UserObject<'o> {
    #[serde(rename = "_type")]
    kind: &'static str,
    id: i64,
    name: &'o str,
    login: &'o str,
    first_name: &'o str,
    last_name: &'o str,
    email: Option<&'o str>,
    admin: bool,
    avatar: Option<&'o str>,
    status: &'static str,
    language: &'static str,
    #[serde(rename = "_links")]
    links: SelfLink,
}

impl<'o> UserObject<'o> {
    /// The wire object of a user; `login` is the e-mail address.
    pub fn of(root: &str, user: &'o User) -> Self {
        let (first_name, last_name) = user.full_name.rsplit_once(' ').unwrap_or((&user.full_name, ""));
        Self {
            kind: "User",
            id: user.id.0,
            name: &user.full_name,
            login: &user.email_address,
            first_name,
            last_name,
            email: Some(&user.email_address),
            admin: user.administrator,
            avatar: user.photo_path.as_deref(),
            status: if user.active { "active" } else { "locked" },
            language: "en",
            links: SelfLink { itself: link(root, user) },
        }
    }

    /// The user object of callers without credentials on an open instance.
    fn anonymous(root: &str) -> Self {
        Self {
            kind: "User",
            id: 0,
            name: "Anonymous",
            login: "",
            first_name: "",
            last_name: "Anonymous",
            email: None,
            admin: false,
            avatar: None,
            status: "active",
            language: "en",
            links: SelfLink { itself: Link::to(root, "/users/0").titled("Anonymous") },
        }
    }
}

/// A link to a user.
pub fn link(root: &str, user: &User) -> Link {
    Link::to(root, format!("/users/{}", user.id)).titled(&user.full_name)
}

/// OpenAPI description of [`me`].
pub const ME: Operation = Operation {
    answer: Some(schema::of::<UserObject<'_>>),
    ..Operation::new(TAG, "showMe", "Show the caller")
};

/// `GET /api/v3/users/me`
pub async fn me(State(app): State<App>, request: Request) -> ApiResult {
    if request.caller.is_anonymous() {
        return Ok(hal::answer(StatusCode::OK, &UserObject::anonymous(&request.root)));
    }
    let id = request.caller.user_id;
    one(&app, request, id).await
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<UserObject<'_>>),
    ..Operation::new(TAG, "showUser", "Show a user")
};

/// `GET /api/v3/users/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let id = request.id()?.ok_or(Error::NotFound)?;
    one(&app, request, UserId(id)).await
}

async fn one(app: &App, request: Request, id: UserId) -> ApiResult {
    let Request { caller, root, .. } = request;
    let found = app.db.read(work!(|conn| {
        let (found, _) = store::seen(conn, &caller, Some(&[id].into()), 1, 0).await?;
        found.into_iter().next().ok_or(Error::NotFound)
    }));
    Ok(hal::answer(StatusCode::OK, &UserObject::of(&root, &found.await?)))
}
