//! The page of one's own account: name, headline, language, time zone and password.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};

use super::cookies;
use super::error_page::{Failure, PageResult};
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::messages::Language;
use super::openid;
use super::openid::ShownIdentity;
use super::reader::{CHOSEN_ZONE, zones};
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm, sign_in};
use db::Scope;
use domain::error::{Error, Problem, Result, Violation};
use domain::users;
use domain::users::access::Tokens;
use domain::users::hash_queue as queue;
use domain::users::{Changes, TEXT_LIMIT, User, access, password};
use domain::work;
use service::app::App;
use service::params::Params;

const LABELS: &Labels = &[
    ("full_name", "people-name"),
    ("headline", "account-headline"),
    ("language", "language"),
    ("time_zone", "zone"),
    ("current", "account-password-current"),
    ("password", "account-password-new"),
];

/// The input of the form.
struct Fields {
    full_name: String,
    headline: String,
    language: String,
    time_zone: String,
}

#[derive(Template)]
#[template(path = "users/account.html")]
struct Account {
    layout: Layout,
    email: String,
    has_password: bool,
    fields: Fields,
    form_errors: FormErrors,
    /// What was saved before this page.
    saved: Option<&'static str>,
    zones: Vec<(String, Vec<String>)>,
    identities: Vec<ShownIdentity>,
    /// The name of the provider, if the person is not connected with it.
    provider: Option<String>,
    /// Whether people sign in with passwords.
    by_password: bool,
    limit: usize,
    shortest: usize,
}

impl Account {
    fn languages(&self) -> [(&'static str, &'static str, bool); Language::ALL.len()] {
        Language::ALL.map(|one| (one.code(), one.name(), one.code() == self.fields.language))
    }

    fn is_chosen(&self, zone: &str) -> bool {
        self.fields.time_zone == zone
    }
}

impl Fields {
    fn of(signed_in: &SignedIn) -> Self {
        let user = &signed_in.user;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            full_name: user.full_name.clone(),
            headline: text(&user.headline),
            language: text(&user.language),
            time_zone: text(&user.time_zone),
        }
    }

    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        Self {
            full_name: text("full_name"),
            headline: text("headline"),
            language: text("language"),
            time_zone: text("time_zone"),
        }
    }

    fn changes(&self) -> Changes {
        let filled = |text: &String| Some(Some(text.clone()).filter(|text| !text.is_empty()));
        Changes {
            full_name: Some(self.full_name.clone()),
            headline: filled(&self.headline),
            language: filled(&self.language),
            time_zone: filled(&self.time_zone),
            ..Changes::default()
        }
    }
}

async fn shown(
    app: &App,
    signed_in: &SignedIn,
    status: StatusCode,
    fields: Fields,
    form_errors: FormErrors,
    saved: Option<&'static str>,
) -> PageResult {
    let identities = openid::of_person(app, signed_in, signed_in.user.id).await?;
    let provider = app.settings.openid.as_ref().map(|openid| openid.name.clone());
    let provider = provider.filter(|name| !identities.iter().any(|identity| identity.name == *name));
    let account = Account {
        layout: signed_in.layout(),
        email: signed_in.user.email_address.clone(),
        has_password: signed_in.user.password_hash.is_some(),
        fields,
        form_errors,
        saved,
        zones: zones(),
        identities,
        provider,
        by_password: app.settings.password_login,
        limit: TEXT_LIMIT,
        shortest: password::SHORTEST,
    };
    Ok(page(status, &account))
}

/// `GET /account`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    let saved = match signed_in.reader.path.split_once("?saved=").map(|(_, what)| what) {
        Some("profile") => Some("account-saved"),
        Some("password") => Some("account-password-saved"),
        Some("openid") => Some("openid-connected"),
        _ => None,
    };
    shown(&app, &signed_in, StatusCode::OK, Fields::of(&signed_in), FormErrors::default(), saved).await
}

/// `POST /account`: the choices of this browser give way to those of the person.
pub async fn update(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let fields = Fields::read(&form);
    let (changes, change, id) = (fields.changes(), signed_in.change(&app), signed_in.user.id);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let before = users::store::find(conn, change.account_id, id).await?;
            access::change(conn, &change, &before, &changes).await
        }),
    );
    if let Err(error) = work.await {
        let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return shown(&app, &signed_in, status, fields, form_errors, None).await;
    }
    let mut response = see_other("/account?saved=profile");
    for name in ["language", CHOSEN_ZONE] {
        response.headers_mut().append(header::SET_COOKIE, cookies::delete(&app.settings, name));
    }
    Ok(response)
}

/// `POST /account/password`: all other sessions end.
pub async fn set_password(
    State(app): State<App>,
    headers: HeaderMap,
    submitted: SubmittedForm,
) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    if !app.settings.password_login {
        return Err(Error::Forbidden.into());
    }
    let text = |name: &str| form.text(name).unwrap_or_default().into_owned();
    let new = text("password");
    if let Err(error) = check(&app, &signed_in, text("current"), &new).await? {
        let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return shown(&app, &signed_in, status, Fields::of(&signed_in), form_errors, None).await;
    }
    let turn = app.passwords.turn(queue::Client { is_known: true, address: None }).await?;
    let hash = password::hash_in_turn(new, turn).await?;
    let (change, who) = (signed_in.change(&app), (signed_in.account.id, signed_in.user.id));
    let tokens = if form.has("end_tokens") { Tokens::End } else { Tokens::Keep };
    let work = app.db.write(
        Scope::Account(who.0.0),
        work!(|conn| {
            let user = users::store::find(conn, who.0, who.1).await?;
            access::set_password(conn, &change, &user, &hash, tokens).await
        }),
    );
    work.await?;
    let response = see_other("/account?saved=password");
    Ok(sign_in(&app, who, signed_in.session.beginning(), &headers, response).await?)
}

/// Checks the current password, if there is one, and the new one. Wrong passwords count as failed logins.
async fn check(
    app: &App,
    signed_in: &SignedIn,
    current: String,
    new: &str,
) -> std::result::Result<Result<()>, Failure> {
    let user = &signed_in.user;
    let mut violations = Vec::new();
    if user.password_hash.is_some() && !is_password_of(app, user, current).await? {
        violations.push(Violation::new("current", Problem::Malformed));
    }
    if !password::is_acceptable(new) {
        violations.push(Violation::new("password", Problem::Malformed));
    }
    Ok(Error::check(violations))
}

/// Whether a text is the password of a person, who has one. Wrong passwords count as failed logins.
///
/// # Errors
/// [`Failure::Later`]
pub async fn is_password_of(app: &App, user: &User, typed: String) -> std::result::Result<bool, Failure> {
    if let Err(seconds) = app.limits.take_login(&user.email_address) {
        return Err(Failure::Later(StatusCode::TOO_MANY_REQUESTS, seconds));
    }
    let turn = app.passwords.turn(queue::Client { is_known: true, address: None }).await?;
    let hashes = user.password_hash.iter().cloned().collect();
    let is_right = password::matching(typed, hashes, turn).await?.is_some();
    if is_right {
        app.limits.forgive_login(&user.email_address);
    }
    Ok(is_right)
}
