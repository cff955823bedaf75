//! Identities in the native surface: how a provider of `OpenID` Connect knows a person.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ApiResult, Request};
use base::clock::Time;
use domain::identities::{Identity, store};
use domain::ids::UserId;
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;

const TAG: &str = "users";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Identities")]
struct List {
    identities: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Identity")]
struct Object {
    id: i64,
    /// The issuer of the provider.
    issuer: String,
    /// The name of the person at the provider.
    subject: String,
    created_at: Time,
}

fn object(identity: Identity) -> Object {
    let Identity { id, issuer, subject, created_at, .. } = identity;
    Object { id, issuer, subject, created_at }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "With which providers of OpenID Connect a person signs in. For the person, and for administrators. A \
        person has one at each provider, so that there is no next page.",
    answer: Some(schema::of::<List>),
    errors: &[403],
    ..Operation::new(TAG, "listIdentities", "List the identities of a person")
};

/// `GET /users/{id}/identities`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (UserId(request.id()?), request.caller);
    let found = app.db.read(work!(|conn| store::seen(conn, &caller, id).await));
    let identities = found.await?.into_iter().map(object).collect();
    Ok(crate::json(&List { identities, next_cursor: None }))
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "Ends the sessions that began with it, too. People connect anew on the page Account, or by their verified \
        e-mail address. They cannot delete the only way in which they sign in.",
    status: 204,
    errors: &[403, 422],
    ..Operation::new(TAG, "deleteIdentity", "Disconnect a person from a provider")
};

/// `DELETE /users/{id}/identities/{identity}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (of, caller) = ((UserId(request.id()?), request.second_id()?), request.caller.clone());
    let by_password = app.settings.password_login;
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| store::disconnect(conn, &caller, &write.change, of, by_password).await),
        no_content,
    );
    Ok(work.await?)
}
