//! The link of a mail that ends mails of its kind, without a login. Programs that show mails send the `POST` (RFC 8058), and may
//! look at the link before with `GET`, which changes nothing.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::error_page::{PageResult, message};
use super::inbox::label;
use super::layout::Layout;
use super::reader::Reader;
use super::response::page;
use db::Scope;
use domain::error::Error;
use domain::events::{Change, Source};
use domain::mails::store;
use domain::mails::unsubscribe::Subscription;
use domain::work;
use service::app::App;

#[derive(Template)]
#[template(path = "notifications/unsubscribe.html")]
struct Show {
    layout: Layout,
    /// The message of the kind.
    kind: &'static str,
    path: String,
}

/// `GET /unsubscribe/{link}`
pub async fn show(State(app): State<App>, reader: Reader, Path(link): Path<String>) -> PageResult {
    let signed = link.clone();
    match app.db.read(work!(|conn| store::subscription(conn, &signed).await)).await {
        Ok(Subscription { kind, .. }) => {
            let path = format!("/unsubscribe/{link}");
            Ok(page(StatusCode::OK, &Show { layout: Layout::plain(reader), kind: label(kind), path }))
        }
        Err(Error::NotFound) => Ok(over()),
        Err(error) => Err(error.into()),
    }
}

/// `POST /unsubscribe/{link}`: whatever the body is, and whichever page or program sends it.
pub async fn create(State(app): State<App>, Path(link): Path<String>) -> PageResult {
    let Some(Subscription { account_id, user_id, .. }) = Subscription::read(&link) else { return Ok(over()) };
    let change = Change {
        account_id,
        actor_id: Some(user_id),
        token_id: None,
        surface: Source::Pages,
        at: app.clock.now(),
    };
    let work = app
        .db
        .write(Scope::Account(account_id.0), work!(|conn| store::unsubscribe(conn, &change, &link).await));
    match work.await {
        Ok(()) => Ok(message(StatusCode::OK, "unsubscribe-done-title", "unsubscribe-done-text")),
        Err(Error::NotFound) => Ok(over()),
        Err(error) => Err(error.into()),
    }
}

fn over() -> Response {
    message(StatusCode::NOT_FOUND, "unsubscribe-over-title", "unsubscribe-over-text")
}
