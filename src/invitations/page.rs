//! The page behind an invitation's link.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::{Invitation, store};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::events::{Change, Surface};
use crate::sessions::visitor::sign_in;
use crate::users::{self, User, password};
use crate::web::reader::Reader;
use crate::web::{self, Answer, Form, Layout, page, see_other};

#[derive(Template)]
#[template(path = "invitations/form.html")]
struct Choose {
    layout: Layout,
    user: User,
    is_wrong: bool,
    shortest: usize,
}

/// `GET /invitations/{secret}`
pub async fn show(State(app): State<App>, reader: Reader, Path(secret): Path<String>) -> Answer {
    let Some((_, user)) = find(&app, secret).await? else { return Ok(over()) };
    Ok(form(reader, user, StatusCode::OK))
}

/// `POST /invitations/{secret}`: the password is theirs from then on, and they are signed in.
pub async fn accept(
    State(app): State<App>,
    reader: Reader,
    Path(secret): Path<String>,
    Form(params): Form,
) -> Answer {
    let Some((invitation, user)) = find(&app, secret.clone()).await? else { return Ok(over()) };
    let password = params.text("password").unwrap_or_default().into_owned();
    if !password::is_acceptable(&password) {
        return Ok(form(reader, user, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let hash = password::hash(password).await?;
    let who = (invitation.account_id, invitation.user_id);
    let change = Change {
        account_id: who.0,
        actor_id: Some(who.1),
        token_id: None,
        surface: Surface::Pages,
        at: app.clock.now(),
    };
    let work = app.db.write(Scope::Account(who.0), move |conn| {
        Box::pin(async move { store::accept(conn, &change, &secret, &hash).await })
    });
    match work.await {
        Ok(()) => Ok(sign_in(&app, who, None, see_other("/")).await?),
        // Somebody was quicker.
        Err(Error::NotFound) => Ok(over()),
        Err(error) => Err(error.into()),
    }
}

/// The invitation, while it works, and its person.
async fn find(app: &App, secret: String) -> Result<Option<(Invitation, User)>, Error> {
    let now = app.clock.now();
    let work = app.db.read(move |conn| {
        Box::pin(async move {
            let Some(invitation) = store::with_secret(conn, &secret, now).await? else { return Ok(None) };
            let id = format!("[{}]", invitation.user_id);
            let user = users::store::of_account(conn, invitation.account_id, &id).await?.pop();
            Ok(user.map(|user| (invitation, user)))
        })
    });
    work.await
}

fn form(reader: Reader, user: User, status: StatusCode) -> Response {
    let is_wrong = status != StatusCode::OK;
    page(status, &Choose { layout: Layout::plain(reader), user, is_wrong, shortest: password::SHORTEST })
}

fn over() -> Response {
    web::message(StatusCode::NOT_FOUND, "used-link-title", "invitation-over-text")
}
