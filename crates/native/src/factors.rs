//! Second factors in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ApiResult, Request};
use base::clock::Time;
use domain::factors::{Factor, store};
use domain::ids::UserId;
use domain::{users, work};
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;

const TAG: &str = "users";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Factors")]
struct List {
    factors: Vec<Object>,
    /// The number of recovery codes that were not used.
    recovery_codes: i64,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Factor")]
struct Object {
    id: i64,
    /// `app` or `passkey`.
    kind: &'static str,
    name: String,
    created_at: Time,
    used_at: Option<Time>,
}

fn object(factor: Factor) -> Object {
    let Factor { id, kind, name, created_at, used_at, .. } = factor;
    Object { id, kind: kind.name(), name, created_at, used_at }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "For the person, and for administrators. Factors are added and removed on the pages. A person has at most 10, so that there \
        is no next page.",
    answer: Some(schema::of::<List>),
    errors: &[403],
    ..Operation::new(TAG, "listFactors", "List the second factors of a person")
};

/// `GET /users/{id}/factors`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (UserId(request.id()?), request.caller);
    let (factors, recovery_codes) = app.db.read(work!(|conn| store::seen(conn, &caller, id).await)).await?;
    let factors = factors.into_iter().map(object).collect();
    Ok(crate::json(&List { factors, recovery_codes, next_cursor: None }))
}

/// OpenAPI description of [`reset`].
pub const RESET: Operation = Operation {
    description: "For administrators: deletes all factors and recovery codes of a person who lost them, and ends the person's \
        sessions.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteFactors", "Reset the second factors of a person")
};

/// `DELETE /users/{id}/factors`
pub async fn reset(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (UserId(request.id()?), request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            users::access::require_self_or_administrator(conn, &caller, id).await?;
            caller.require_administrator()?;
            store::reset(conn, &write.change, id).await
        }),
        no_content,
    );
    Ok(work.await?)
}
