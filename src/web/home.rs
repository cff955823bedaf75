//! The start page.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::{Answer, Layout, page, see_other};
use crate::app::App;
use crate::oauth;
use crate::sessions::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    layout: Layout,
    visitor: Visitor,
    applications: Vec<oauth::Application>,
}

/// `GET /`
pub async fn show(State(app): State<App>, Visit(visitor): Visit) -> Answer {
    let Some(visitor) = visitor else { return Ok(see_other("/login")) };
    let (account_id, user_id) = (visitor.account.id, visitor.user.id);
    let work = app.db.read(move |conn| Box::pin(oauth::store::of_person(conn, account_id, user_id)));
    let applications = work.await?;
    Ok(page(StatusCode::OK, &Home { layout: visitor.layout(), visitor, applications }))
}
