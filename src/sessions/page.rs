//! Signing in and out.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;

use super::visitor::{Visit, sign_in, without_cookie};
use super::{local, store};
use crate::app::App;
use crate::auth::{self, digest};
use crate::clock::Time;
use crate::db::Scope;
use crate::error::Error;
use crate::http::form;
use crate::http::params::Params;
use crate::users::{self, password};
use crate::web::reader::Reader;
use crate::web::{self, Answer, Form, Layout, page, see_other};

#[derive(Template)]
#[template(path = "sessions/login.html")]
struct Login<'l> {
    layout: Layout,
    return_to: Option<&'l str>,
    email: &'l str,
    failed: bool,
}

/// `GET /login`
pub async fn show(Visit(visitor): Visit, reader: Reader, RawQuery(query): RawQuery) -> Answer {
    let query = Params::new(form::decode(query.unwrap_or_default().as_bytes())?)?;
    let return_to = query.text("return_to");
    let return_to = local(return_to.as_deref());
    if visitor.is_some() {
        return Ok(see_other(return_to.unwrap_or("/")));
    }
    Ok(page(StatusCode::OK, &Login { layout: Layout::plain(reader), return_to, email: "", failed: false }))
}

/// `POST /login`: with an e-mail address and a password, or with a token of one's own.
pub async fn create(State(app): State<App>, reader: Reader, Form(form): Form) -> Answer {
    let (return_to, email) = (form.text("return_to"), form.text("email").unwrap_or_default());
    let return_to = local(return_to.as_deref());
    let found = if let Some(token) = form.filled("token") {
        by_token(&app, token.trim()).await?
    } else {
        let password = form.text("password").unwrap_or_default();
        by_password(&app, &email, password.into_owned()).await?.map(|who| (who, None))
    };
    if let Some((who, until)) = found {
        return Ok(sign_in(&app, who, until, see_other(return_to.unwrap_or("/"))).await?);
    }
    let login = Login { layout: Layout::plain(reader), return_to, email: &email, failed: true };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &login))
}

/// Account and user. It takes as long for an address that nobody has.
async fn by_password(app: &App, email: &str, password: String) -> Result<Option<(i64, i64)>, Error> {
    let email = email.to_owned();
    let work =
        app.db.read(move |conn| Box::pin(async move { users::store::by_email(conn, &email, None).await }));
    let (people, hashes): (Vec<_>, Vec<_>) = work
        .await?
        .into_iter()
        .filter(|user| user.active)
        .filter_map(|user| user.password_hash.map(|hash| ((user.account_id, user.id), hash)))
        .unzip();
    Ok(password::matching(password, hashes).await?.map(|place| people[place]))
}

/// Account, user, and when the token ends. One that was given to an application, or is limited, opens nothing here.
async fn by_token(app: &App, token: &str) -> Result<Option<((i64, i64), Option<Time>)>, Error> {
    let (sha256, now) = (digest(token), app.clock.now());
    let work = app.db.read(move |conn| {
        Box::pin(async move {
            let Some(token) = auth::store::with_digest(conn, &sha256, now).await? else { return Ok(None) };
            let user = users::store::find(conn, token.account_id, token.user_id).await?;
            Ok(user.active.then_some(token))
        })
    });
    let own = work
        .await?
        .filter(|token| token.application_id.is_none() && token.scopes.as_ref().is_none_or(Vec::is_empty));
    if let Some(token) = &own {
        app.uses.record((token.account_id, token.id), now);
    }
    Ok(own.map(|token| ((token.account_id, token.user_id), token.expires_at)))
}

/// `GET /login/{secret}`: a link that works once. A look at its headers alone does not use it up.
pub async fn by_link(State(app): State<App>, method: Method, Path(secret): Path<String>) -> Answer {
    if method == Method::HEAD {
        return Ok(see_other("/"));
    }
    match app.login.take(&secret) {
        Some(who) => Ok(sign_in(&app, who, None, see_other("/")).await?),
        None => Ok(used()),
    }
}

fn used() -> Response {
    web::message(StatusCode::NOT_FOUND, "used-link-title", "used-link-text")
}

/// `POST /logout`
pub async fn delete(State(app): State<App>, Visit(visitor): Visit, Form(form): Form) -> Answer {
    if let Some(visitor) = visitor {
        visitor.check_form(&form)?;
        let change = visitor.change(&app);
        let work = app.db.write(Scope::Account(visitor.account.id), move |conn| {
            Box::pin(async move { store::end(conn, &change, &visitor.session).await })
        });
        work.await?;
    }
    Ok(without_cookie(&app, see_other("/login")))
}
