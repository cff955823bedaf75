//! The account of the caller in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::openapi as doc;
use super::{ApiResult, Body, Request};
use domain::accounts::{Account, store};
use domain::error::Error;
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::tag::Validator;

const TAG: &str = "account";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountSettings")]
struct Object {
    id: i64,
    name: String,
    /// Whether reports with hints are refused on the pages and here.
    blocks_hints: bool,
    /// Whether people who sign in with a password need a second factor.
    requires_factor: bool,
}

fn shown(account: Account) -> axum::response::Response {
    let state = Validator::of(&account);
    let object = Object {
        id: account.id.0,
        name: account.name,
        blocks_hints: account.blocks_hints,
        requires_factor: account.requires_factor,
    };
    crate::record(&object, Some(&state))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showAccount", "Show the account and its settings")
};

/// `GET /account`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let id = request.caller.account_id;
    let found = app.db.read(work!(|conn| store::find(conn, id).await?.ok_or(Error::NotFound)));
    Ok(shown(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators.",
    body: Some(|_| {
        doc::closed(
            &[],
            &[
                ("blocks_hints", json!({ "type": "boolean" })),
                ("requires_factor", json!({ "type": "boolean" })),
            ],
        )
    }),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateAccount", "Change the settings of the account")
};

/// `PATCH /account`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(&["blocks_hints", "requires_factor"])?;
    let changes = store::Changes {
        blocks_hints: members.flag("blocks_hints"),
        requires_factor: members.flag("requires_factor"),
    };
    members.check()?;
    let caller = body.request.caller.clone();
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let before = store::find(conn, caller.account_id).await?.ok_or(Error::NotFound)?;
            write.check(&before)?;
            store::set(conn, &caller, &write.change, changes).await
        }),
        shown,
    );
    Ok(work.await?)
}
