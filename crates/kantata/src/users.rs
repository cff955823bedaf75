//! Users in the Kantata surface (docs/contracts/kantata.md#users).

use axum::extract::State;
use axum::http::StatusCode;

use super::envelope::Object;
use super::openapi as doc;
use super::openapi::listed;
use super::values::Id;
use super::{Answer, Envelope, Paging, Request, Tagged};
use domain::error::Error;
use domain::users::User;
use domain::users::store;

use domain::work;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;
use service::app::App;
use service::openapi::Operation;

const KEY: &str = "users";

/// A person of the account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub struct UserObject<'o> {
    full_name: &'o str,
    photo_path: Option<&'o str>,
    email_address: &'o str,
    headline: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    own: Option<Own>,
    account_id: Id,
    id: Id,
}

/// The members that only the caller's own user has; Statuary has no plans.
#[derive(Serialize, JsonSchema)]
struct Own {
    account_permission: &'static str,
    plan_type: Option<&'static str>,
}

impl Object for UserObject<'_> {
    const KEY: &'static str = KEY;
}

impl<'o> UserObject<'o> {
    /// The wire object of a user.
    pub fn of(user: &'o User) -> Self {
        Self {
            full_name: &user.full_name,
            photo_path: user.photo_path.as_deref(),
            email_address: &user.email_address,
            headline: user.headline.as_deref(),
            own: None,
            account_id: Id(user.account_id),
            id: Id(user.id),
        }
    }

    /// The wire object of the caller, with the permission in the account (docs/contracts/kantata.md#users).
    fn of_caller(user: &'o User) -> Self {
        let permission = if user.administrator { "Account Administrator" } else { "Collaborator" };
        Self { own: Some(Own { account_permission: permission, plan_type: None }), ..Self::of(user) }
    }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The caller and the users who share a workspace with the caller; administrators see all users.",
    parameters: listed![],
    answer: Some(answer),
    is_tagged: false,
    ..Operation::new(KEY, "listUsers", "List users")
};

/// `GET /users`
pub async fn index(State(app): State<App>, request: Request) -> Answer {
    let paging = Paging::read(&request.params)?;
    let (only, caller) = (request.params.only()?, request.caller);
    let body = app.db.read(work!(|conn| {
        let (page, count) = store::seen(conn, &caller, only.as_deref(), paging.limit, paging.offset).await?;
        let mut envelope = Envelope::new(KEY);
        for user in &page {
            envelope.push(user.id, &UserObject::of(user));
        }
        Ok(envelope.finish(count, paging))
    }));
    Ok(crate::json(StatusCode::OK, body.await?))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation =
    Operation { answer: Some(answer), ..Operation::new(KEY, "showUser", "Show a user") };

/// `GET /users/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    one(&app, request.id(), false, request).await
}

/// OpenAPI description of [`me`].
pub const ME: Operation =
    Operation { answer: Some(answer), ..Operation::new(KEY, "showMe", "Show the caller") };

/// `GET /users/me`
pub async fn me(State(app): State<App>, request: Request) -> Answer {
    one(&app, Ok(request.caller.user_id), true, request).await
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    doc::envelope(generator, doc::by_id::<UserObject<'_>>, &[])
}

async fn one(app: &App, id: Result<i64, Error>, as_me: bool, request: Request) -> Answer {
    let (paging, id, caller) = (Paging::read(&request.params)?, id?, request.caller);
    let shown = app.db.read(work!(|conn| {
        let (found, _) = store::seen(conn, &caller, Some(&format!("[{id}]")), 1, 0).await?;
        let user = found.first().ok_or(Error::NotFound)?;
        let mut envelope = Envelope::new(KEY);
        if as_me {
            envelope.push(id, &UserObject::of_caller(user));
        } else {
            envelope.push(id, &UserObject::of(user));
        }
        Ok(Tagged::one(envelope.finish(1, paging), None))
    }));
    Ok(crate::tagged(shown.await?))
}
