//! The page behind the link that `statuary serve` prints on an empty store.

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
use base::clock::Time;
use base::rng::random_bytes;
use db::{Conn, Scope};
use domain::accounts;
use domain::auth;
use domain::auth::NewToken;
use domain::error::{Error, Problem, Result};
use domain::events::{Change, Source};
use domain::ids::{AccountId, UserId};
use domain::sessions::Beginning;
use domain::users;
use domain::users::{NewUser, hash_queue as queue, password};
use service::app::App;

use domain::work;

#[derive(Template)]
#[template(path = "setup/form.html")]
struct Empty<'e> {
    layout: Layout,
    name: &'e str,
    email: &'e str,
    wrong: Option<&'e str>,
    shortest: usize,
}

#[derive(Template)]
#[template(path = "setup/done.html")]
struct Done<'d> {
    layout: Layout,
    token: &'d str,
}

fn form<'e>(reader: Reader, name: &'e str, email: &'e str, wrong: Option<&'e str>) -> Empty<'e> {
    Empty { layout: Layout::plain(reader), name, email, wrong, shortest: password::SHORTEST }
}

/// `GET /setup/{secret}`
pub async fn show(State(app): State<App>, reader: Reader, Path(secret): Path<String>) -> Response {
    if app.setup.is_open_to(&secret) { page(StatusCode::OK, &form(reader, "", "", None)) } else { used() }
}

/// `POST /setup/{secret}`: creates the account and its administrator, signs them in, and leads to the first steps. The form
/// requires a password; a program that sends none gets a page with a token, which is shown once.
pub async fn create(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Form(params): Form,
) -> PageResult {
    check_encrypted(&app, &headers, true)?;
    if !app.setup.is_open_to(&secret) {
        return Ok(used());
    }
    let text = |name: &str| params.text(name).unwrap_or_default().trim().to_owned();
    let (name, email) = (text("name"), text("email"));
    let password = params.text("password").filter(|password| !password.is_empty());
    let wrong = if name.is_empty() || !users::is_email_address(&email) {
        Some("setup-needed")
    } else if password.as_deref().is_some_and(|password| !password::is_acceptable(password)) {
        Some("setup-short")
    } else {
        None
    };
    if wrong.is_some() {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &form(reader, &name, &email, wrong)));
    }
    let password_hash = match password {
        Some(password) => {
            let turn = app.passwords.turn(queue::Client { is_known: true, address: None }).await?;
            Some(password::hash_in_turn(password.into_owned(), turn).await?)
        }
        None => None,
    };
    let token = password_hash.is_none().then(|| auth::token_text(random_bytes()));
    let (sha256, at) = (token.as_deref().map(auth::digest), app.clock.now());
    let created = app.db.write(
        Scope::Store,
        work!(|conn| {
            let new = NewUser {
                full_name: &name,
                email_address: &email,
                headline: None,
                administrator: true,
                password_hash,
            };
            first_administrator(conn, &new, sha256, at).await
        }),
    );
    match created.await {
        Ok(who) => {
            app.setup.close();
            let done = match &token {
                Some(token) => page(StatusCode::OK, &Done { layout: Layout::plain(reader), token }),
                None => see_other("/start"),
            };
            Ok(sign_in(&app, who, Beginning::default(), &headers, done).await?)
        }
        Err(Error::Invalid(_)) => Ok(used()),
        Err(error) => Err(error.into()),
    }
}

fn used() -> Response {
    crate::error_page::message(StatusCode::NOT_FOUND, "used-link-title", "used-link-text")
}

/// The ids of the account and the user.
///
/// # Errors
/// [`Error::Invalid`] if the store has users by now.
async fn first_administrator(
    conn: &mut Conn,
    new: &NewUser<'_>,
    sha256: Option<[u8; 32]>,
    at: Time,
) -> Result<(AccountId, UserId)> {
    if users::store::any(conn).await? {
        return Err(Error::invalid("base", Problem::Taken));
    }
    let surface = Source::Setup;
    let account_id = accounts::store::oldest_or_default(conn, surface, at).await?;
    let change = Change { account_id, actor_id: None, token_id: None, surface, at };
    let user = users::store::create(conn, &change, new).await?;
    if let Some(sha256) = sha256 {
        let token = NewToken { user_id: user.id, name: "first administrator", sha256, ..NewToken::default() };
        auth::store::create(conn, &change, token).await?;
    }
    Ok((account_id, user.id))
}

/// The path of the link with a secret.
pub fn path(secret: &str) -> String {
    format!("/setup/{secret}")
}
