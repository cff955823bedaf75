//! Users in the Kantata surface (docs/contracts/kantata.md#users).

use axum::extract::State;
use axum::http::StatusCode;

use super::openapi as doc;
use super::openapi::listed;
use super::{Answer, Envelope, Paging, Request, Tagged, objects};
use domain::error::Error;
use domain::users::store;

use domain::work;
use schemars::SchemaGenerator;
use serde_json::Value;
use service::app::App;
use service::openapi::Operation;

const KEY: &str = "users";

/// What clients are told of [`index`].
pub const INDEX: Operation = Operation {
    description: "The caller, and those who share a workspace with the caller; administrators see all.",
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
            envelope.push(user.id, &objects::user(user));
        }
        Ok(envelope.finish(count, paging))
    }));
    Ok(crate::json(StatusCode::OK, body.await?))
}

/// What clients are told of [`show`].
pub const SHOW: Operation =
    Operation { answer: Some(answer), ..Operation::new(KEY, "showUser", "Show a user") };

/// `GET /users/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    one(&app, request.id(), false, request).await
}

/// What clients are told of [`me`].
pub const ME: Operation =
    Operation { answer: Some(answer), ..Operation::new(KEY, "showMe", "Show who asks") };

/// `GET /users/me`
pub async fn me(State(app): State<App>, request: Request) -> Answer {
    one(&app, Ok(request.caller.user_id), true, request).await
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    doc::envelope(generator, KEY, &[])
}

async fn one(app: &App, id: Result<i64, Error>, as_me: bool, request: Request) -> Answer {
    let (paging, id, caller) = (Paging::read(&request.params)?, id?, request.caller);
    let shown = app.db.read(work!(|conn| {
        let (found, _) = store::seen(conn, &caller, Some(&format!("[{id}]")), 1, 0).await?;
        let user = found.first().ok_or(Error::NotFound)?;
        let mut envelope = Envelope::new(KEY);
        if as_me {
            envelope.push(id, &objects::me(user));
        } else {
            envelope.push(id, &objects::user(user));
        }
        Ok(Tagged::one(envelope.finish(1, paging), None))
    }));
    crate::tagged(shown.await?)
}
