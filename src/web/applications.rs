//! The applications that act for somebody.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::{Answer, Layout, page};
use crate::app::App;
use crate::oauth;
use crate::sessions::visitor::Visitor;

#[derive(Template)]
#[template(path = "web/applications.html")]
struct List {
    layout: Layout,
    visitor: Visitor,
    applications: Vec<oauth::Application>,
}

/// `GET /applications`
pub async fn show(State(app): State<App>, visitor: Visitor) -> Answer {
    let (account_id, user_id) = (visitor.account.id, visitor.user.id);
    let work = app.db.read(move |conn| Box::pin(oauth::store::of_person(conn, account_id, user_id)));
    let applications = work.await?;
    Ok(page(StatusCode::OK, &List { layout: visitor.layout(), visitor, applications }))
}
