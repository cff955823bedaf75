//! The session of a request, and who is signed in.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;

use super::cookies;
use super::error_page::Failure;
use super::form::Form;
use super::layout::{CurrentUser, Layout};
use super::reader::Reader;
use super::response::see_other;
use base::rng::random_bytes;
use db::Scope;
use domain::accounts;
use domain::accounts::Account;
use domain::auth::Caller;
use domain::error::Error;
use domain::events::{Change, Source};
use domain::factors;
use domain::idempotency::Key;
use domain::ids::{AccountId, UserId};
use domain::notifications::store::inbox;
use domain::participations;
use domain::sessions::{
    Beginning, SECONDS, Session, WAITING_SECONDS, agent, csrf, device, masked, store, unmasked,
};
use domain::table;
use domain::users;
use domain::users::User;
use domain::webhooks;
use domain::work;
use domain::workspaces;
use service::app::App;
use service::body;
use service::multipart::Files;
use service::origin::is_unencrypted;
use service::params::Params;
use service::sheet::read::OF_REQUESTS;
use service::write::Write;

/// The name of the session cookie.
pub const COOKIE: &str = "statuary_session";

/// A person who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// The account of the person.
    pub account: Account,
    /// The session of the request.
    pub session: Session,
    /// The CSRF token of the session.
    csrf: String,
    /// Whether the person may see statuses of work packages.
    pub sees_statuses: bool,
    /// Whether the person may create workspaces.
    pub creates_workspaces: bool,
    /// Whether the person sees the health of any workspace.
    pub sees_health: bool,
    /// The number of unread items of their inbox.
    pub unread: i64,
    /// The number of webhooks that the service disabled, for administrators.
    pub disabled_webhooks: i64,
    /// Their display preferences.
    pub reader: Reader,
}

/// The person who is signed in, if there is a session.
pub struct MaybeSignedIn(pub Option<SignedIn>);

impl SignedIn {
    /// The layout of their pages.
    pub fn layout(&self) -> Layout {
        let signed_in = CurrentUser {
            name: self.user.full_name.clone(),
            csrf: masked(&self.csrf, random_bytes()),
            administrator: self.user.administrator,
            sees_statuses: self.sees_statuses,
            creates_workspaces: self.creates_workspaces,
            sees_health: self.sees_health,
            unread: self.unread,
            disabled_webhooks: self.disabled_webhooks,
        };
        Layout { reader: self.reader.clone(), signed_in: Some(signed_in) }
    }

    /// The caller for rules of the domain.
    pub fn caller(&self) -> Caller {
        Caller::with_session(&self.user)
    }

    /// Returns `Ok` if the form has the CSRF token of the session.
    ///
    /// # Errors
    /// [`Failure::Foreign`]
    pub fn check_form(&self, form: &Params) -> Result<(), Failure> {
        let token = unmasked(&form.text("csrf").unwrap_or_default()).unwrap_or_default();
        let is_own = token.ct_eq(self.csrf.as_bytes()).into();
        if is_own { Ok(()) } else { Err(Failure::Foreign) }
    }

    /// The log entry of a write of theirs.
    pub fn change(&self, app: &App) -> Change {
        Change {
            account_id: self.account.id,
            actor_id: Some(self.user.id),
            token_id: None,
            surface: Source::Pages,
            at: app.clock.now(),
        }
    }

    /// A write of theirs that happens once for each key of a form; `digest` is that of the input.
    ///
    /// # Errors
    /// [`Error::Unreadable`]
    pub fn write_once(&self, app: &App, key: &str, digest: [u8; 32]) -> Result<Write, Error> {
        // Sessions have no token that could scope the key, so it contains the person.
        let name = format!("page {} {key}", self.user.id);
        let key = Key::new(self.caller().token_id, name.as_bytes(), digest)?;
        Ok(Write { change: self.change(app), expected: None, key: Some(key) })
    }
}

impl FromRequestParts<App> for MaybeSignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Ok(Self::of(app, &parts.headers, &parts.uri).await?)
    }
}

impl MaybeSignedIn {
    /// Who is signed in, by the headers of a request.
    pub async fn of(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Self, Error> {
        let Some(secret) = cookies::find(headers, COOKIE) else { return Ok(Self(None)) };
        let secret = secret.to_owned();
        let (csrf, now) = (csrf(&secret), app.clock.now());
        let work = app.db.read(work!(|conn| {
            let Some(session) = store::with_secret(conn, &secret, now).await? else { return Ok(None) };
            let user: Option<User> = table::find(conn, session.account_id, session.user_id).await?;
            let account = accounts::store::find(conn, session.account_id).await?;
            let Some((user, account)) = user.filter(|user| user.active).zip(account) else { return Ok(None) };
            // A session that waits opens the page of the second step alone.
            if !session.is_open(account.requires_factor) {
                return Ok(None);
            }
            let caller = Caller::with_session(&user);
            let sees_statuses = workspaces::store::may_view_work_packages(conn, &caller).await?;
            let creates_workspaces = participations::store::may_make_workspaces(conn, &caller).await?;
            let sees_health = participations::store::sees_health(conn, &caller).await?;
            let unread = inbox::unread(conn, &caller).await?;
            let disabled_webhooks =
                if user.administrator { webhooks::store::disabled(conn, user.account_id).await? } else { 0 };
            let menu = (sees_statuses, creates_workspaces, sees_health, unread, disabled_webhooks);
            Ok(Some((user, account, session, menu)))
        }));
        let found: Option<_> = work.await?;
        let reader = Reader::of(&app.settings, headers, uri, now);
        if let Some((_, _, session, ..)) = found.as_ref().filter(|(_, _, session, ..)| session.is_due(now)) {
            let session = session.clone();
            let scope = Scope::Account(session.account_id.0);
            let work = app.db.write(scope, work!(|conn| Ok(store::used(conn, &session, now).await?)));
            if let Err(error) = work.await {
                tracing::warn!(%error, "when a session was last used cannot be written");
            }
        }
        Ok(Self(found.map(
            |(
                user,
                account,
                session,
                (sees_statuses, creates_workspaces, sees_health, unread, disabled_webhooks),
            )| {
                SignedIn {
                    reader: reader.for_person(&user),
                    user,
                    account,
                    session,
                    csrf,
                    sees_statuses,
                    creates_workspaces,
                    sees_health,
                    unread,
                    disabled_webhooks,
                }
            },
        )))
    }
}

/// For pages that require a session; without one, the response is a redirect to the login page.
impl FromRequestParts<App> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let MaybeSignedIn(signed_in) = MaybeSignedIn::from_request_parts(parts, app).await?;
        signed_in.ok_or_else(|| {
            let path = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
            Failure::SignedOut(path.map_or("/", |path| path.as_str()).to_owned())
        })
    }
}

/// A form of a page that requires a session.
pub struct SubmittedForm {
    /// The person who sent it.
    pub signed_in: SignedIn,
    /// Its fields.
    pub form: Params,
}

impl FromRequest<App> for SubmittedForm {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        submitted(request, app, body::LIMIT, Files::Read).await
    }
}

/// A form with a large file, whose bytes are in Base64. Only those of administrators are read.
pub struct SubmittedFile(pub SubmittedForm);

impl SubmittedFile {
    /// The longest form: a sheet in Base64, and the other fields.
    const LIMIT: usize = OF_REQUESTS.bytes / 3 * 4 + body::LIMIT;
}

impl FromRequest<App> for SubmittedFile {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        submitted(request, app, Self::LIMIT, Files::Bytes).await.map(Self)
    }
}

/// The form of a request. `limit` holds for administrators, and that of all forms for others.
async fn submitted(
    request: Request,
    app: &App,
    limit: usize,
    files: Files,
) -> Result<SubmittedForm, Failure> {
    let (mut parts, body) = request.into_parts();
    let signed_in = SignedIn::from_request_parts(&mut parts, app).await;
    let is_administrator = signed_in.as_ref().is_ok_and(|signed_in| signed_in.user.administrator);
    let limit = if is_administrator { limit } else { body::LIMIT };
    // A form of another site is refused first, with or without a session.
    let Form(form) = Form::read(Request::from_parts(parts, body), app, limit, files).await?;
    let signed_in = signed_in?;
    signed_in.check_form(&form)?;
    Ok(SubmittedForm { signed_in, form })
}

/// Starts a session, whose beginning gets the browser, and adds its cookie to the response.
///
/// # Errors
/// [`Error::Forbidden`] if the user was deactivated meanwhile.
pub async fn sign_in(
    app: &App,
    (account_id, user_id): (AccountId, UserId),
    beginning: Beginning,
    headers: &HeaderMap,
    mut response: Response,
) -> Result<Response, Error> {
    let agent = headers.get(header::USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let agent = agent.map(|agent| agent.chars().take(agent::LIMIT).collect());
    let beginning = Beginning { agent, ..beginning };
    let secret = hex::encode(random_bytes());
    let at = app.clock.now();
    let change = Change { account_id, actor_id: Some(user_id), token_id: None, surface: Source::Pages, at };
    let session = cookies::set(&app.settings, COOKIE, &secret, SECONDS);
    let waiting = cookies::set(&app.settings, COOKIE, &secret, WAITING_SECONDS);
    let work = app.db.write(
        Scope::Account(account_id.0),
        work!(|conn| {
            let user = users::store::find(conn, account_id, user_id).await?;
            if !user.active {
                return Err(Error::Forbidden);
            }
            let awaits = if beginning.is_proven || beginning.provider.is_some() {
                None
            } else {
                factors::store::awaited(conn, account_id, user_id).await?
            };
            store::create(conn, &change, user_id, &secret, beginning, awaits).await?;
            Ok((user, awaits))
        }),
    );
    let (user, awaits) = work.await?;
    if awaits.is_some() {
        // The browser goes on after the second step.
        let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("/");
        response =
            see_other(&format!("/login/factor?return_to={}", utf8_percent_encode(to, NON_ALPHANUMERIC)));
        response.headers_mut().append(header::SET_COOKIE, waiting);
        return Ok(response);
    }
    response.headers_mut().append(header::SET_COOKIE, session);
    if let Some(text) = device::cookie_of(&user, random_bytes()) {
        let device = cookies::set(&app.settings, device::COOKIE, &text, device::SECONDS);
        response.headers_mut().append(header::SET_COOKIE, device);
    }
    Ok(response)
}

/// Deletes the session cookie.
pub fn without_cookie(app: &App, mut response: Response) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookies::delete(&app.settings, COOKIE));
    response
}

/// Returns `Ok` unless the request is unencrypted although the public URL is encrypted: the browser would drop the cookie.
///
/// # Errors
/// [`Failure::Unencrypted`]
pub fn check_encrypted(app: &App, headers: &HeaderMap, is_form: bool) -> Result<(), Failure> {
    match &app.settings.public_url {
        Some(url) if is_unencrypted(&app.settings, headers, is_form) => {
            Err(Failure::Unencrypted(url.clone()))
        }
        _ => Ok(()),
    }
}
