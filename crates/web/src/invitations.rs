//! The page behind the link of an invitation.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::error_page::PageResult;
use super::form::Form;
use super::layout::Layout;
use super::reader::Reader;
use super::response::{page, see_other};
use super::signed_in::{check_encrypted, sign_in};
use db::Scope;
use domain::error::Error;
use domain::events::{Change, Source};
use domain::invitations::store;
use domain::sessions::Beginning;
use domain::users::access;
use domain::users::access::Tokens;
use domain::users::{User, hash_queue as queue, password};
use service::app::App;

use domain::work;

#[derive(Template)]
#[template(path = "invitations/form.html")]
struct Choose {
    layout: Layout,
    user: User,
    is_wrong: bool,
    ends_tokens: bool,
    shortest: usize,
    /// The name of the provider with which people sign in where passwords are switched off.
    provider: Option<String>,
}

/// `GET /invitations/{secret}`
pub async fn show(State(app): State<App>, reader: Reader, Path(secret): Path<String>) -> PageResult {
    let Some(user) = find(&app, secret).await? else { return Ok(over()) };
    Ok(form(&app, reader, user, StatusCode::OK, false))
}

/// `POST /invitations/{secret}`: sets the password and signs the person in.
pub async fn accept(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Form(params): Form,
) -> PageResult {
    check_encrypted(&app, &headers, true)?;
    if !app.settings.password_login {
        return Err(Error::Forbidden.into());
    }
    let Some(user) = find(&app, secret.clone()).await? else { return Ok(over()) };
    let ends_tokens = params.has("end_tokens");
    let tokens = if ends_tokens { Tokens::End } else { Tokens::Keep };
    let password = params.text("password").unwrap_or_default().into_owned();
    if !password::is_acceptable(&password) {
        return Ok(form(&app, reader, user, StatusCode::UNPROCESSABLE_ENTITY, ends_tokens));
    }
    let turn = app.passwords.turn(queue::Client { is_known: true, address: None }).await?;
    let hash = password::hash_in_turn(password, turn).await?;
    let who = (user.account_id, user.id);
    let change = Change {
        account_id: who.0,
        actor_id: Some(who.1),
        token_id: None,
        surface: Source::Pages,
        at: app.clock.now(),
    };
    let work = app.db.write(
        Scope::Account(who.0.0),
        work!(|conn| {
            let user = store::person(conn, &secret, change.at).await?;
            access::set_password(conn, &change, &user, &hash, tokens).await
        }),
    );
    match work.await {
        Ok(()) => Ok(sign_in(&app, who, Beginning::default(), &headers, see_other("/")).await?),
        // The link was used in the meantime.
        Err(Error::NotFound) => Ok(over()),
        Err(error) => Err(error.into()),
    }
}

/// The person of a valid invitation.
async fn find(app: &App, secret: String) -> Result<Option<User>, Error> {
    let now = app.clock.now();
    match app.db.read(work!(|conn| store::person(conn, &secret, now).await)).await {
        Ok(user) => Ok(Some(user)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn form(app: &App, reader: Reader, user: User, status: StatusCode, ends_tokens: bool) -> Response {
    let (layout, is_wrong) = (Layout::plain(reader), status != StatusCode::OK);
    let provider = app.settings.openid.as_ref().filter(|_| !app.settings.password_login);
    let provider = provider.map(|openid| openid.name.clone());
    let shortest = password::SHORTEST;
    page(status, &Choose { layout, user, is_wrong, ends_tokens, shortest, provider })
}

fn over() -> Response {
    crate::error_page::message(StatusCode::NOT_FOUND, "used-link-title", "invitation-over-text")
}
