//! The second step of a sign-in with a password: a code or a passkey, or, where the account requires a factor and the person has none,
//! setting one up. Until then the session opens no other page.

use std::borrow::Cow;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::added::Added;
use super::proof::Proof;
use super::questions::{carried, carried_secret, creation, request};
use super::site::OwnSite;
use super::{NewFactor, show_codes};
use crate::cookies;
use crate::error_page::{Failure, PageResult};
use crate::form::{Form, QueryParams};
use crate::form_errors::FormErrors;
use crate::layout::Layout;
use crate::reader::Reader;
use crate::response::{page, see_other};
use crate::signed_in::{COOKIE, check_encrypted, sign_in};
use db::Scope;
use domain::error::{Error, Problem, Result};
use domain::events::{Change, Source};
use domain::factors::store::Answer;
use domain::factors::{Kind, Typed, store};
use domain::sessions;
use domain::sessions::{Awaited, Beginning, Session, local};
use domain::users;
use domain::users::User;
use domain::work;
use service::RequestId;
use service::app::App;
use service::params::Params;

#[derive(Template)]
#[template(path = "factors/ask.html")]
struct Ask<'a> {
    layout: Layout,
    return_to: Option<&'a str>,
    /// What the passkeys of the person are asked; none without passkeys.
    question: Option<String>,
    failed: bool,
}

#[derive(Template)]
#[template(path = "factors/setup.html")]
struct Setup<'a> {
    layout: Layout,
    return_to: Option<&'a str>,
    new: NewFactor,
    name: String,
    form_errors: FormErrors,
}

/// A person whose password was right, and the session that still waits.
struct Waiting {
    session: Session,
    user: User,
    awaits: Awaited,
}

/// What was wrong with a form, and what it had.
#[derive(Default)]
struct Refused {
    is_wrong: bool,
    secret: Option<Vec<u8>>,
    name: String,
    form_errors: FormErrors,
}

/// The session of the request, if it waits.
async fn waiting(app: &App, headers: &HeaderMap) -> Result<Option<Waiting>> {
    let Some(secret) = cookies::find(headers, COOKIE).map(str::to_owned) else { return Ok(None) };
    let now = app.clock.now();
    let found = app.db.read(work!(|conn| {
        let Some(session) = sessions::store::with_secret(conn, &secret, now).await? else { return Ok(None) };
        let Some(awaits) = session.awaits else { return Ok(None) };
        let user = users::store::find(conn, session.account_id, session.user_id).await?;
        Ok(user.active.then_some(Waiting { session, user, awaits }))
    }));
    found.await
}

fn change(app: &App, waiting: &Waiting) -> Change {
    Change {
        account_id: waiting.user.account_id,
        actor_id: Some(waiting.user.id),
        token_id: None,
        surface: Source::Pages,
        at: app.clock.now(),
    }
}

/// `GET /login/factor`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    QueryParams(query): QueryParams,
) -> PageResult {
    check_encrypted(&app, &headers, false)?;
    let Some(waiting) = waiting(&app, &headers).await? else { return Ok(see_other("/login")) };
    let return_to = query.text("return_to");
    shown(&app, &headers, reader, &waiting, (local(return_to.as_deref()), Refused::default())).await
}

async fn shown(
    app: &App,
    headers: &HeaderMap,
    reader: Reader,
    waiting: &Waiting,
    (return_to, failed): (Option<&str>, Refused),
) -> PageResult {
    let site = OwnSite::of(app, headers);
    let (session, has_site, now) = (waiting.session.clone(), site.is_some(), app.clock.now());
    let is_setup = waiting.awaits == Awaited::NewFactor;
    let work = app.db.write(
        Scope::Account(session.account_id.0),
        work!(|conn| {
            let own = store::of_user(conn, session.account_id, session.user_id).await?;
            let asks = has_site && (is_setup || own.iter().any(|factor| factor.kind == Kind::Passkey));
            let asked = if asks { Some(sessions::store::ask(conn, &session, now).await?) } else { None };
            Ok((own, asked))
        }),
    );
    let (own, asked) = work.await?;
    let layout = Layout::plain(reader);
    let status = if failed.is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let site = site.zip(asked);
    Ok(if is_setup {
        let question = site.map(|(site, asked)| creation(&site, &asked, &waiting.user, &own));
        let new = NewFactor::new(&waiting.user, failed.secret.as_deref(), question);
        let Refused { name, form_errors, .. } = failed;
        page(status, &Setup { layout, return_to, new, name, form_errors })
    } else {
        let question = site.map(|(site, asked)| request(&site, &asked, &own));
        page(status, &Ask { layout, return_to, question, failed: failed.is_wrong })
    })
}

/// `POST /login/factor`: a code, the answer of a passkey, or a new factor.
pub async fn create(
    State(app): State<App>,
    id: Option<Extension<RequestId>>,
    reader: Reader,
    headers: HeaderMap,
    Form(form): Form,
) -> PageResult {
    check_encrypted(&app, &headers, true)?;
    let Some(waiting) = waiting(&app, &headers).await? else { return Ok(see_other("/login")) };
    let return_to = form.text("return_to").map(Cow::into_owned);
    let return_to = local(return_to.as_deref());
    let to = return_to.unwrap_or("/").to_owned();
    if waiting.awaits == Awaited::NewFactor {
        let name = form.text("name").unwrap_or_default().into_owned();
        return match add(&app, &headers, &waiting, &form, name.clone()).await {
            Ok(codes) => {
                let layout = Layout::plain(reader);
                let done =
                    codes.map_or_else(|| see_other(&to), |codes| show_codes(layout, codes, to.clone()));
                finish(&app, &headers, &waiting, done).await
            }
            Err(error) => {
                let form_errors = FormErrors::of(error, Proof::Nothing.labels(), reader.language)?;
                let failed = Refused { is_wrong: true, secret: carried_secret(&form), name, form_errors };
                shown(&app, &headers, reader, &waiting, (return_to, failed)).await
            }
        };
    }
    match answered(&app, &headers, &waiting, &form).await? {
        Typed::Right => finish(&app, &headers, &waiting, see_other(&to)).await,
        Typed::Wrong => {
            let failed = Refused { is_wrong: true, ..Refused::default() };
            shown(&app, &headers, reader, &waiting, (return_to, failed)).await
        }
        Typed::Later(seconds) => {
            app.refused_by_limit("login", id.and_then(|Extension(id)| id.client.address));
            Err(Failure::Later(StatusCode::TOO_MANY_REQUESTS, seconds))
        }
    }
}

/// Whether a code or the answer of a passkey is right. What a passkey was asked counts once.
async fn answered(app: &App, headers: &HeaderMap, waiting: &Waiting, form: &Params) -> Result<Typed> {
    let (change, session, user_id) = (change(app, waiting), waiting.session.clone(), waiting.user.id);
    let answer = form.filled("signature").map(|_| Answer {
        credential: carried(form, "credential"),
        client_data: carried(form, "client_data"),
        authenticator_data: carried(form, "authenticator_data"),
        signature: carried(form, "signature"),
    });
    let (typed, site) = (form.text("code").unwrap_or_default().into_owned(), OwnSite::of(app, headers));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let Some((answer, site)) = answer.zip(site) else {
                return store::use_code(conn, &change, user_id, &typed).await;
            };
            let asked = sessions::store::take_challenge(conn, &session, change.at).await?.unwrap_or_default();
            Ok(match store::use_passkey(conn, &change, user_id, &answer, site.asking(&asked)).await? {
                Ok(()) => Typed::Right,
                Err(reason) => {
                    tracing::warn!(user_id = user_id.0, reason, "a passkey was refused");
                    Typed::Wrong
                }
            })
        }),
    );
    work.await
}

async fn add(
    app: &App,
    headers: &HeaderMap,
    waiting: &Waiting,
    form: &Params,
    name: String,
) -> Result<Option<Vec<String>>> {
    let added = Added::read(app, headers, form)?;
    let (change, session) = (change(app, waiting), waiting.session.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            // Another browser may have set one up meanwhile, which is then asked for.
            if !store::of_user(conn, change.account_id, session.user_id).await?.is_empty() {
                return Err(Error::invalid("base", Problem::Taken));
            }
            added.add(conn, &change, (&session, session.user_id), &name).await
        }),
    );
    work.await
}

/// Ends the session that waited, and begins one that does not.
async fn finish(app: &App, headers: &HeaderMap, waiting: &Waiting, response: Response) -> PageResult {
    end(app, waiting).await?;
    let who = (waiting.user.account_id, waiting.user.id);
    let beginning = Beginning { is_proven: true, ..waiting.session.beginning() };
    Ok(sign_in(app, who, beginning, headers, response).await?)
}

async fn end(app: &App, waiting: &Waiting) -> Result<()> {
    let (change, session) = (change(app, waiting), waiting.session.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| sessions::store::end(conn, &change, &session).await),
    );
    work.await
}

/// Ends the session of a request that waits, if there is one: the person signs out.
pub async fn sign_out(app: &App, headers: &HeaderMap) -> Result<()> {
    match waiting(app, headers).await? {
        Some(waiting) => end(app, &waiting).await,
        None => Ok(()),
    }
}
