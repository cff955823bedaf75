//! Signing in and out.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::cookies;
use super::desk::mine;
use super::error_page::{Failure, PageResult};
use super::factors;
use super::form::{Form, QueryParams};
use super::layout::Layout;
use super::openid;
use super::reader::Reader;
use super::response::{page, see_other};
use super::signed_in::{MaybeSignedIn, check_encrypted, sign_in, without_cookie};
use base::clock::Time;
use db::Scope;
use domain::auth;
use domain::auth::digest;
use domain::error::Error;
use domain::ids::{AccountId, UserId};
use domain::sessions::{Beginning, device, local, store};
use domain::users;
use domain::users::{hash_queue as queue, password};
use service::RequestId;
use service::app::App;
use service::client::Client;

use domain::work;

#[derive(Template)]
#[template(path = "sessions/login.html")]
struct Login<'l> {
    layout: Layout,
    return_to: Option<&'l str>,
    email: &'l str,
    failed: bool,
    /// Whether people sign in with passwords and tokens.
    by_password: bool,
    /// Whether the service sends mails, and so a link to people who forgot their password.
    sends_mail: bool,
    /// The name of the provider with which people sign in.
    provider: Option<&'l str>,
}

impl<'l> Login<'l> {
    fn new(app: &'l App, reader: Reader, return_to: Option<&'l str>) -> Self {
        Self {
            layout: Layout::plain(reader),
            return_to,
            email: "",
            failed: false,
            by_password: app.settings.password_login,
            sends_mail: app.settings.mail.is_some(),
            provider: app.settings.openid.as_ref().map(|openid| openid.name.as_str()),
        }
    }

    /// The query of the link to the provider.
    fn query(&self) -> String {
        let path = self.return_to.map(|path| utf8_percent_encode(path, NON_ALPHANUMERIC));
        path.map_or_else(String::new, |path| format!("?return_to={path}"))
    }
}

/// The form behind a one-time link, so that link previews do not use it up.
#[derive(Template)]
#[template(path = "sessions/link.html")]
struct Link {
    layout: Layout,
}

/// `GET /login`
pub async fn show(
    State(app): State<App>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    reader: Reader,
    headers: HeaderMap,
    QueryParams(query): QueryParams,
) -> PageResult {
    check_encrypted(&app, &headers, false)?;
    let return_to = query.text("return_to");
    let return_to = local(return_to.as_deref());
    if signed_in.is_some() {
        return Ok(see_other(return_to.unwrap_or("/")));
    }
    Ok(page(StatusCode::OK, &Login::new(&app, reader, return_to)))
}

/// `POST /login`: with e-mail address and password, or with a personal token.
pub async fn create(
    State(app): State<App>,
    id: Option<Extension<RequestId>>,
    reader: Reader,
    headers: HeaderMap,
    Form(form): Form,
) -> PageResult {
    check_encrypted(&app, &headers, true)?;
    if !app.settings.password_login {
        return Err(Error::Forbidden.into());
    }
    let client = id.map(|Extension(id)| id.client).unwrap_or_default();
    let (return_to, email) = (form.text("return_to"), form.text("email").unwrap_or_default());
    let return_to = local(return_to.as_deref());
    let found = if let Some(token) = form.filled("token") {
        by_token(&app, token.trim()).await?
    } else {
        let password = form.text("password").unwrap_or_default();
        let device = cookies::find(&headers, device::COOKIE).unwrap_or_default();
        by_password(&app, client, device, &email, password.into_owned()).await?.map(|who| (who, None))
    };
    if let Some((who, until)) = found {
        let to = match return_to {
            Some(path) => path.into(),
            None => mine::landing(&app, who, &headers).await,
        };
        let beginning = Beginning { until, ..Beginning::default() };
        return Ok(sign_in(&app, who, beginning, &headers, see_other(&to)).await?);
    }
    let login = Login { email: &email, failed: true, ..Login::new(&app, reader, return_to) };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &login))
}

/// The account and the user. Unknown addresses take equally long. Failed logins count per e-mail address, wherever they
/// come from, except for browsers in which the person signed in before.
///
/// # Errors
/// [`Failure::Later`]
async fn by_password(
    app: &App,
    client: Client,
    device: &str,
    email: &str,
    password: String,
) -> Result<Option<(AccountId, UserId)>, Failure> {
    let requested = email.to_owned();
    let work = app.db.read(work!(|conn| Ok(users::store::by_email(conn, &requested, None).await?)));
    let mut people = work.await?;
    people.retain(|user| user.active && user.password_hash.is_some());
    let is_known = people.iter().any(|user| device::is_known(device, user));
    if !is_known && let Err(seconds) = app.limits.take_login(email) {
        app.refused_by_limit("login", client.address);
        return Err(Failure::Later(StatusCode::TOO_MANY_REQUESTS, seconds));
    }
    let forgive = || {
        if !is_known {
            app.limits.forgive_login(email);
        }
    };
    let asking = queue::Client { is_known, address: client.network() };
    let turn = app.passwords.turn(asking).await.inspect_err(|_| forgive())?;
    let hashes = people.iter().filter_map(|user| user.password_hash.clone()).collect();
    let found = password::matching(password, hashes, turn).await?;
    found.inspect(|_| forgive());
    Ok(found.map(|place| (people[place].account_id, people[place].id)))
}

/// Account, user, and expiry of the token. Tokens of applications and tokens with scopes are refused.
async fn by_token(app: &App, token: &str) -> Result<Option<((AccountId, UserId), Option<Time>)>, Error> {
    let (sha256, now) = (digest(token), app.clock.now());
    let work = app.db.read(work!(|conn| {
        let Some(token) = auth::store::with_digest(conn, &sha256, now).await? else { return Ok(None) };
        let user = users::store::find(conn, token.account_id, token.user_id).await?;
        Ok(user.active.then_some(token))
    }));
    let own = work
        .await?
        .filter(|token| token.application_id.is_none() && token.scopes.as_ref().is_none_or(Vec::is_empty));
    if let Some(token) = &own {
        app.uses.record((token.account_id, token.id), now);
    }
    Ok(own.map(|token| ((token.account_id, token.user_id), token.expires_at)))
}

/// `GET /login/{secret}`: shows a form, because programs that preview links send `GET`, too.
pub async fn show_link(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> PageResult {
    check_encrypted(&app, &headers, false)?;
    if !app.login.is_open_to(&secret) {
        return Ok(used());
    }
    Ok(page(StatusCode::OK, &Link { layout: Layout::plain(reader) }))
}

/// `POST /login/{secret}`: a link that works once.
pub async fn by_link(
    State(app): State<App>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Form(_): Form,
) -> PageResult {
    check_encrypted(&app, &headers, true)?;
    match app.login.take(&secret) {
        Some(who) => {
            let to = mine::landing(&app, who, &headers).await;
            Ok(sign_in(&app, who, Beginning::default(), &headers, see_other(&to)).await?)
        }
        None => Ok(used()),
    }
}

fn used() -> Response {
    crate::error_page::message(StatusCode::NOT_FOUND, "used-link-title", "used-link-text")
}

/// `POST /logout`
pub async fn delete(
    State(app): State<App>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    reader: Reader,
    headers: HeaderMap,
    Form(form): Form,
) -> PageResult {
    let mut response = see_other("/login");
    if let Some(signed_in) = signed_in {
        signed_in.check_form(&form)?;
        let (change, ended) = (signed_in.change(&app), signed_in.session.clone());
        let work = app.db.write(
            Scope::Account(signed_in.account.id.0),
            work!(|conn| store::end(conn, &change, &signed_in.session).await),
        );
        work.await?;
        response = openid::logout::after(&app, reader, &headers, &ended).await;
    } else {
        factors::sign_in::sign_out(&app, &headers).await?;
    }
    Ok(without_cookie(&app, response))
}
