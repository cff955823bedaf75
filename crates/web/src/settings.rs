//! The page of the settings of an account, for its administrators.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::error_page::PageResult;
use super::layout::Layout;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::accounts;
use domain::work;
use service::app::App;

#[derive(Template)]
#[template(path = "web/settings.html")]
struct Settings {
    layout: Layout,
    blocks_hints: bool,
    requires_factor: bool,
}

/// `GET /settings`
pub async fn show(signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let settings = Settings {
        layout: signed_in.layout(),
        blocks_hints: signed_in.account.blocks_hints,
        requires_factor: signed_in.account.requires_factor,
    };
    Ok(page(StatusCode::OK, &settings))
}

/// `POST /settings`
pub async fn update(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let changes = accounts::store::Changes {
        blocks_hints: Some(form.has("blocks_hints")),
        requires_factor: Some(form.has("requires_factor")),
    };
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| accounts::store::set(conn, &caller, &change, changes).await),
    );
    work.await?;
    Ok(see_other("/settings"))
}
