//! Signing in with a provider of `OpenID` Connect, and connecting an account with one.

pub mod logout;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use url::Url;

use super::cookies;
use super::desk::mine;
use super::error_page::{Failure, PageResult, message_about};
use super::form::{QueryParams, id};
use super::layout::Layout;
use super::response::{page, redirect, see_other};
use super::signed_in::{MaybeSignedIn, SignedIn, SubmittedForm, check_encrypted, sign_in};
use base::clock::Time;
use db::Scope;
use domain::error::Error;
use domain::identities::{Admission, Claimed, Identity, Place, Refusal, store};
use domain::ids::UserId;
use domain::sessions::{Beginning, ProviderSession, local};
use domain::users;
use domain::work;
use service::RequestId;
use service::app::App;
use service::openid::attempt::{Attempt, SECONDS};
use service::openid::claims::Groups;
use service::openid::{self, OpenId};
use service::origin::base_url;
use service::refusals::Refused;
use service::settings::openid::Provision;

/// The cookie with the attempt to sign in.
const COOKIE: &str = "statuary_openid";
/// The path to which the provider sends the person back.
const CALLBACK: &str = "/login/openid/callback";

/// A page that leads to the provider: a form may not be redirected to another site, and this is none.
#[derive(Template)]
#[template(path = "sessions/forward.html")]
struct Forward<'f> {
    layout: Layout,
    title: &'static str,
    link: &'f str,
    button: String,
}

/// The result of a sign-in with the provider.
enum Outcome {
    /// The person is signed in, or connected, and goes on here.
    Done(Response),
    /// The person cancelled, or the provider refused; the value is what the log says.
    Cancelled(String),
    /// The cookie of the attempt is missing, or is of another one.
    Lost,
    /// The provider has another opinion than this service, or cannot be reached.
    Failed(openid::Failure),
    /// Nobody here is this person.
    Refused(Refusal),
}

fn provider(app: &App) -> Result<&OpenId, Failure> {
    Ok(app.openid.as_deref().ok_or(Error::NotFound)?)
}

fn redirect_uri(app: &App, headers: &HeaderMap) -> String {
    base_url(&app.settings, headers) + CALLBACK
}

/// `GET /login/openid`: leads to the provider.
pub async fn begin(
    State(app): State<App>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    headers: HeaderMap,
    QueryParams(query): QueryParams,
) -> PageResult {
    let openid = provider(&app)?;
    check_encrypted(&app, &headers, false)?;
    let return_to = query.text("return_to");
    let return_to = local(return_to.as_deref());
    if signed_in.is_some() {
        return Ok(see_other(return_to.unwrap_or("/")));
    }
    let now = app.clock.now();
    let attempt = Attempt::new(now, return_to, None);
    match openid.authorization_url(&attempt, &redirect_uri(&app, &headers), now).await {
        Ok(url) => Ok(with_attempt(&app, openid, &attempt, redirect(StatusCode::SEE_OTHER, url.as_str()))),
        Err(failure) => Ok(away(openid, &failure)),
    }
}

/// `POST /account/openid`: leads to the provider, and connects the person on the way back.
pub async fn connect(State(app): State<App>, headers: HeaderMap, submitted: SubmittedForm) -> PageResult {
    let (openid, signed_in) = (provider(&app)?, submitted.signed_in);
    let now = app.clock.now();
    let attempt = Attempt::new(now, Some("/account?saved=openid"), Some(signed_in.session.id));
    match openid.authorization_url(&attempt, &redirect_uri(&app, &headers), now).await {
        Ok(url) => {
            let layout = signed_in.layout();
            let button = layout.say("openid-continue", "name", openid.settings.name.as_str());
            Ok(with_attempt(&app, openid, &attempt, forward(layout, "openid-connect-title", button, &url)))
        }
        Err(failure) => Ok(away(openid, &failure)),
    }
}

fn with_attempt(app: &App, openid: &OpenId, attempt: &Attempt, mut response: Response) -> Response {
    let value = attempt.cookie(&openid.settings.client_secret.0);
    response.headers_mut().append(header::SET_COOKIE, cookies::set(&app.settings, COOKIE, &value, SECONDS));
    response
}

/// A page that leads to another site at once, with a link for browsers that do not follow.
fn forward(layout: Layout, title: &'static str, button: String, url: &Url) -> Response {
    let mut response = page(StatusCode::OK, &Forward { layout, title, link: url.as_str(), button });
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={url}")) {
        response.headers_mut().insert(header::REFRESH, value);
    }
    response
}

/// `GET /login/openid/callback`: where the provider sends the person back.
pub async fn callback(
    State(app): State<App>,
    id: Option<Extension<RequestId>>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    headers: HeaderMap,
    QueryParams(query): QueryParams,
) -> PageResult {
    let openid = provider(&app)?;
    check_encrypted(&app, &headers, false)?;
    let text = |name: &str| query.text(name).unwrap_or_default().into_owned();
    let now = app.clock.now();
    let cookie = cookies::find(&headers, COOKIE).unwrap_or_default();
    let attempt = Attempt::of_cookie(cookie, &openid.settings.client_secret.0, &text("state"), now);
    let outcome = match attempt {
        None => Outcome::Lost,
        Some(_) if query.has("iss") && text("iss") != openid.settings.issuer => Outcome::Lost,
        Some(_) if query.has("error") => Outcome::Cancelled(text("error")),
        Some(attempt) => {
            match openid.exchange(&attempt, &text("code"), &redirect_uri(&app, &headers), now).await {
                Err(failure) => Outcome::Failed(failure),
                Ok(identity) => match attempt.session_id {
                    Some(session) => finish_connecting(&app, openid, signed_in, session, &identity).await?,
                    None => finish(&app, openid, &headers, &attempt, identity).await?,
                },
            }
        }
    };
    let client = id.map(|Extension(id)| id.client).unwrap_or_default();
    if !matches!(outcome, Outcome::Done(_) | Outcome::Failed(openid::Failure::Away(_))) {
        app.refusals.log(Refused::Login, client.address);
    }
    let mut response = shown(openid, outcome);
    response.headers_mut().append(header::SET_COOKIE, cookies::delete(&app.settings, COOKIE));
    Ok(response)
}

fn shown(openid: &OpenId, outcome: Outcome) -> Response {
    let name = openid.settings.name.as_str();
    let refused = |text| message_about(StatusCode::FORBIDDEN, "openid-refused-title", text, name);
    match outcome {
        Outcome::Done(response) => response,
        Outcome::Cancelled(error) => {
            let error: String = error.chars().filter(char::is_ascii_graphic).take(60).collect();
            tracing::info!(error, "a sign-in with the OpenID provider was cancelled");
            refused("openid-cancelled-text")
        }
        Outcome::Lost => refused("openid-lost-text"),
        Outcome::Failed(openid::Failure::Refused(reason)) => {
            tracing::warn!(reason, "a sign-in with the OpenID provider was refused");
            refused("openid-invalid-text")
        }
        Outcome::Failed(failure) => away(openid, &failure),
        Outcome::Refused(refusal) => {
            tracing::info!(?refusal, "the OpenID provider signed in a person who has no access");
            refused(match refusal {
                Refusal::Unknown => "openid-unknown-text",
                Refusal::Unverified => "openid-unverified-text",
                Refusal::Ambiguous => "openid-ambiguous-text",
                Refusal::Taken => "openid-taken-text",
                Refusal::Deactivated => "openid-deactivated-text",
            })
        }
    }
}

/// The page for a provider that cannot be reached.
fn away(openid: &OpenId, failure: &openid::Failure) -> Response {
    tracing::warn!(reason = %failure, issuer = openid.settings.issuer, "the OpenID provider cannot be used");
    let (status, name) = (StatusCode::SERVICE_UNAVAILABLE, openid.settings.name.as_str());
    let mut response = message_about(status, "later-title", "openid-away-text", name);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

/// What the provider says about a person, for the rules of this service.
fn claimed(openid: &OpenId, identity: &openid::Identity) -> Claimed {
    let administrators = openid.settings.administrators.as_ref();
    let administrator =
        administrators.zip(identity.groups.as_ref()).and_then(|(group, groups)| match groups {
            Groups::Known(groups) => Some(groups.contains(group)),
            Groups::Elsewhere => {
                tracing::warn!(
                    "the person has more groups than the token has room for: their rights stay as they are"
                );
                None
            }
        });
    Claimed {
        issuer: openid.settings.issuer.clone(),
        subject: identity.subject.clone(),
        email_address: identity.email_address.clone(),
        full_name: identity.full_name.clone(),
        administrator,
    }
}

/// Signs a person in.
async fn finish(
    app: &App,
    openid: &OpenId,
    headers: &HeaderMap,
    attempt: &Attempt,
    identity: openid::Identity,
) -> Result<Outcome, Failure> {
    let (claimed, provision) = (claimed(openid, &identity), openid.settings.provision.clone());
    let looked = claimed.clone();
    let work = app.db.read(work!(|conn| {
        let admission = match &provision {
            Provision::Off => Admission::Nobody,
            Provision::Invited => Admission::People,
            Provision::Domain(domain) => Admission::Domain(domain),
        };
        store::place(conn, &looked, admission).await
    }));
    let place = match work.await? {
        Ok(place) => place,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let (Place::Person(account_id, _) | Place::New(account_id)) = place;
    let at = app.clock.now();
    let work = app
        .db
        .write(Scope::Account(account_id.0), work!(|conn| store::admit(conn, &claimed, place, at).await));
    let (user, own) = match work.await? {
        Ok(admitted) => admitted,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let provider =
        ProviderSession { identity_id: own.id, name: identity.session, id_token: identity.id_token };
    let beginning = Beginning { provider: Some(provider), ..Beginning::default() };
    let who = (user.account_id, user.id);
    let to = match local(attempt.return_to.as_deref()) {
        Some(path) => path.to_owned(),
        None => mine::landing(app, who, headers).await.into_owned(),
    };
    Ok(Outcome::Done(sign_in(app, who, beginning, headers, see_other(&to)).await?))
}

/// Connects the person who is signed in, in the session that asked for it.
async fn finish_connecting(
    app: &App,
    openid: &OpenId,
    signed_in: Option<SignedIn>,
    session: i64,
    identity: &openid::Identity,
) -> Result<Outcome, Failure> {
    let Some(signed_in) = signed_in.filter(|signed_in| signed_in.session.id == session) else {
        return Ok(Outcome::Lost);
    };
    let (claimed, change) = (claimed(openid, identity), signed_in.change(app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let user = users::store::find(conn, change.account_id, signed_in.user.id).await?;
            store::connect(conn, &change, &claimed, &user).await
        }),
    );
    Ok(match work.await? {
        Ok(_) => Outcome::Done(see_other("/account?saved=openid")),
        Err(refusal) => Outcome::Refused(refusal),
    })
}

/// `POST /people/{id}/identities/{identity}/end`: for the person, and for administrators.
pub async fn disconnect(
    State(app): State<App>,
    Path((person, identity)): Path<(String, String)>,
    submitted: SubmittedForm,
) -> PageResult {
    let (person, identity) = (id::<UserId>(&person)?, id::<i64>(&identity)?);
    let (caller, change) = (submitted.signed_in.caller(), submitted.signed_in.change(&app));
    let (is_own, by_password) = (caller.user_id == person, app.settings.password_login);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::disconnect(conn, &caller, &change, (person, identity), by_password).await),
    );
    match work.await {
        Ok(()) => Ok(see_other(&if is_own { "/account".to_owned() } else { format!("/people/{person}") })),
        Err(Error::Invalid(_)) => {
            let layout = submitted.signed_in.layout();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(super::error_page::message_to(layout, status, "openid-refused-title", "openid-last-text"))
        }
        Err(error) => Err(error.into()),
    }
}

/// An identity on a page.
#[derive(Clone, Debug)]
pub struct ShownIdentity {
    /// Unique in the store.
    pub id: i64,
    /// The person.
    pub user_id: UserId,
    /// The name of the provider, or the issuer of another one.
    pub name: String,
    /// When it was connected.
    pub since: Time,
}

/// The identities of a person, for a page.
pub async fn of_person(app: &App, signed_in: &SignedIn, person: UserId) -> Result<Vec<ShownIdentity>, Error> {
    let caller = signed_in.caller();
    let found = app.db.read(work!(|conn| store::seen(conn, &caller, person).await)).await?;
    let shown = |identity: Identity| {
        let known = app.settings.openid.as_ref().filter(|own| own.issuer == identity.issuer);
        let Identity { id, user_id, issuer, created_at: since, .. } = identity;
        ShownIdentity { id, user_id, name: known.map_or(issuer, |own| own.name.clone()), since }
    };
    Ok(found.into_iter().map(shown).collect())
}
