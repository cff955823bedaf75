//! The page behind the link.

use axum::extract::{Path, RawForm, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::Setup;
use crate::app::{App, random_bytes};
use crate::auth;
use crate::db::{Conn, Result, Scope};
use crate::error::{Error, Problem};
use crate::events::{Change, Surface};
use crate::http::form;
use crate::http::params::Params;
use crate::users::{self, NewUser};
use crate::{accounts, clock::Time};

const PAGE: &str = include_str!("page.html");

/// `GET /setup/{secret}`
pub async fn show(State(app): State<App>, Path(secret): Path<String>) -> Response {
    if app.setup.is_open_to(&secret) { render(StatusCode::OK, FORM) } else { used() }
}

/// `POST /setup/{secret}`: makes the account, its administrator, and the administrator's token, shown once.
pub async fn create(State(app): State<App>, Path(secret): Path<String>, RawForm(body): RawForm) -> Response {
    if !app.setup.is_open_to(&secret) {
        return used();
    }
    let params = form::decode(&body).and_then(Params::new).unwrap_or_default();
    let (name, email) = (params.text("name").unwrap_or_default(), params.text("email").unwrap_or_default());
    let (name, email) = (name.trim().to_owned(), email.trim().to_owned());
    if name.is_empty() || !users::is_email_address(&email) {
        return render(StatusCode::UNPROCESSABLE_ENTITY, &format!("<p role=\"alert\">{WRONG}</p>{FORM}"));
    }
    let token = auth::token_text(random_bytes());
    let (digest, at) = (auth::digest(&token), app.clock.now());
    let made = app.db.write(Scope::Store, move |conn| {
        Box::pin(async move { first_administrator(conn, &name, &email, &digest, at).await })
    });
    match made.await {
        Ok(()) => {
            app.setup.close();
            render(StatusCode::OK, &format!("<p>{DONE}</p><p><code>{token}</code></p>"))
        }
        Err(Error::Invalid(_)) => used(),
        Err(error) => {
            tracing::error!(%error, "the first administrator could not be made");
            render(StatusCode::SERVICE_UNAVAILABLE, "<p>The store is not reachable. Please try again.</p>")
        }
    }
}

const FORM: &str = "<form method=\"post\"><p><label>Your name <input name=\"name\" required autofocus></label></p>\
    <p><label>Your e-mail address <input name=\"email\" type=\"email\" required></label></p>\
    <p><button>Make me the administrator</button></p></form>";
const WRONG: &str = "A name and an e-mail address are needed.";
const DONE: &str = "You are the administrator. This is your token; it is shown this once:";

fn used() -> Response {
    render(StatusCode::NOT_FOUND, "<p>This link was used, or belongs to an earlier start.</p>")
}

fn render(status: StatusCode, main: &str) -> Response {
    let mut response = (status, Html(PAGE.replace("{main}", main))).into_response();
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// # Errors
/// [`Error::Invalid`] when the store has users by now.
async fn first_administrator(
    conn: &mut Conn,
    name: &str,
    email: &str,
    digest: &[u8; 32],
    at: Time,
) -> Result<()> {
    if users::store::any(conn).await? {
        return Err(Error::invalid("base", Problem::Taken));
    }
    let surface = Surface::Setup;
    let account_id = accounts::store::oldest_or_default(conn, surface, at).await?;
    let change = Change { account_id, actor_id: None, surface, at };
    let new = NewUser { full_name: name, email_address: email, headline: None, administrator: true };
    let user = users::store::create(conn, &change, &new).await?;
    auth::store::create(conn, &change, &user, "first administrator", digest, None, None).await?;
    Ok(())
}

impl Setup {
    /// The path of a link with this secret.
    pub fn path(secret: &str) -> String {
        format!("/setup/{secret}")
    }
}
