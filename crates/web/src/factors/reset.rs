//! An administrator removes the factors of a person who lost them.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::confirm::Confirm;
use crate::error_page::PageResult;
use crate::form::id;
use crate::people::person::require_administrator;
use crate::response::see_other;
use crate::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::{Error, Result};
use domain::factors::store;
use domain::ids::UserId;
use domain::users;
use domain::users::User;
use domain::work;
use service::app::App;

/// The person, who is another one: administrators remove their own factors on their own page, which asks for the password.
async fn other(app: &App, signed_in: &SignedIn, text: &str) -> Result<User> {
    require_administrator(signed_in)?;
    let (account_id, id) = (signed_in.account.id, id::<UserId>(text)?);
    if id == signed_in.user.id {
        return Err(Error::Forbidden);
    }
    app.db.read(work!(|conn| users::store::find(conn, account_id, id).await)).await
}

/// `GET /people/{id}/factors/reset`
pub async fn ask(State(app): State<App>, Path(text): Path<String>, signed_in: SignedIn) -> PageResult {
    let user = other(&app, &signed_in, &text).await?;
    let layout = signed_in.layout();
    let confirm = Confirm {
        title: layout.say("factors-reset-title", "name", user.full_name.as_str()),
        text: layout.t("factors-reset-help").into_owned(),
        action: Some(format!("/people/{}/factors/reset", user.id)),
        button: "factors-reset",
        back: &format!("/people/{}", user.id),
        layout,
    };
    Ok(confirm.page(StatusCode::OK))
}

/// `POST /people/{id}/factors/reset`
pub async fn reset(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let id = other(&app, &submitted.signed_in, &text).await?.id;
    let change = submitted.signed_in.change(&app);
    let work = app
        .db
        .write(Scope::Account(change.account_id.0), work!(|conn| store::reset(conn, &change, id).await));
    work.await?;
    Ok(see_other(&format!("/people/{id}")))
}
