//! Users in the OpenProject surface: `docs/contracts/openproject.md#users`.

use axum::extract::State;
use axum::http::StatusCode;

use super::{Answer, Request, hal, objects};
use domain::error::Error;
use domain::users::store;
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};

const TAG: &str = "Users";

/// What clients are told of [`me`].
pub const ME: Operation = Operation {
    answer: Some(schema::of::<objects::UserObject<'_>>),
    ..Operation::new(TAG, "showMe", "Show who asks")
};

/// `GET /api/v3/users/me`
pub async fn me(State(app): State<App>, request: Request) -> Answer {
    if request.caller.is_anonymous() {
        return Ok(hal::answer(StatusCode::OK, &objects::anonymous(&request.root)));
    }
    let id = request.caller.user_id;
    one(&app, request, id).await
}

/// What clients are told of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<objects::UserObject<'_>>),
    ..Operation::new(TAG, "showUser", "Show a user")
};

/// `GET /api/v3/users/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let id = request.id()?.ok_or(Error::NotFound)?;
    one(&app, request, id).await
}

async fn one(app: &App, request: Request, id: i64) -> Answer {
    let Request { caller, root, .. } = request;
    let found = app.db.read(work!(|conn| {
        let (found, _) = store::seen(conn, &caller, Some(&format!("[{id}]")), 1, 0).await?;
        found.into_iter().next().ok_or(Error::NotFound)
    }));
    Ok(hal::answer(StatusCode::OK, &objects::user(&root, &found.await?)))
}
