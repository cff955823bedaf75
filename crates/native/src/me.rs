//! The caller in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ApiResult, Request};
use base::clock::Time;
use domain::auth;
use domain::error::Error;
use domain::participations::Parts;
use domain::table;
use domain::{accounts, participations, users};

use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};

#[derive(Serialize, JsonSchema)]
struct Me {
    user: Myself,
    account: Account,
    administrator: bool,
    token: Token,
    permissions: Permissions,
    participations: Parts,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
struct Myself {
    id: i64,
    full_name: String,
    email_address: String,
    headline: Option<String>,
    photo_path: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Account {
    id: i64,
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct Token {
    name: String,
    scopes: Vec<String>,
    expires_at: Option<Time>,
}

/// The permissions of the caller outside workspaces.
#[derive(Serialize, JsonSchema)]
struct Permissions {
    administer_account: bool,
    create_workspaces: bool,
}

/// OpenAPI description of [`me`].
pub const ME: Operation = Operation {
    answer: Some(schema::of::<Me>),
    ..Operation::new("me", "showMe", "Show the caller and their permissions")
};

/// `GET /me`
pub async fn me(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let caller = request.caller;
    let me = app.db.read(work!(|conn| {
        let token: Option<auth::Token> = table::find(conn, caller.account_id, caller.token_id).await?;
        let user = users::store::find(conn, caller.account_id, caller.user_id).await?;
        let account = accounts::store::find(conn, caller.account_id).await?.ok_or(Error::NotFound)?;
        Ok(Me {
            user: Myself {
                id: user.id.0,
                full_name: user.full_name,
                email_address: user.email_address,
                headline: user.headline,
                photo_path: user.photo_path,
            },
            account: Account { id: account.id.0, name: account.name },
            administrator: caller.administrator,
            token: token.map_or(Err(Error::Unauthenticated), |token| {
                let scopes = token.scopes.unwrap_or_default();
                Ok(Token { name: token.name, scopes, expires_at: token.expires_at })
            })?,
            permissions: Permissions {
                administer_account: caller.administrator,
                create_workspaces: participations::store::may_make_workspaces(conn, &caller).await?,
            },
            participations: participations::store::of_caller(conn, &caller).await?,
        })
    }));
    Ok(crate::json(&me.await?))
}
