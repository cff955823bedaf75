//! The pages of one's own tokens and sessions.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::reader::Reader;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm, without_cookie};
use base::clock::{Date, Time};
use base::rng::random_bytes;
use db::Scope;
use domain::auth::{DRAFT, Draft, NAME_LIMIT, NewToken, Token, digest, store, token_text, uses};
use domain::error::Error;
use domain::ids::TokenId;
use domain::oauth::scopes;
use domain::oauth::scopes::meaning;
use domain::oauth::store::grants;
use domain::sessions;
use domain::sessions::{Session, agent};
use domain::work;
use service::app::App;
use service::params::Params;

const LABELS: &Labels =
    &[("name", "tokens-name"), ("expires_at", "tokens-last-day"), ("scopes", "tokens-scopes")];

/// The surfaces that a token can be limited to.
const SCOPES: [&str; 5] = ["api_only", scopes::OPENPROJECT, scopes::NATIVE, scopes::SCIM, DRAFT];

#[derive(Template)]
#[template(path = "auth/index.html")]
struct Index {
    layout: Layout,
    tokens: Vec<Token>,
    sessions: Vec<Session>,
    own: i64,
    fields: Fields,
    form_errors: FormErrors,
    limit: usize,
    until: Option<Time>,
}

#[derive(Template)]
#[template(path = "auth/made.html")]
struct CreatedToken<'m> {
    layout: Layout,
    name: &'m str,
    text: &'m str,
    expires_at: Option<Time>,
}

impl Index {
    fn has_ended(&self, token: &Token) -> bool {
        token.expires_at.is_some_and(|end| end <= self.layout.reader.now)
    }

    /// The last day before an expiry, so that an expiry at midnight shows the day that ends then.
    fn last_day(&self, end: Time) -> String {
        self.layout.reader.day(end.plus_seconds(-1))
    }

    /// The browser and the system of a session.
    fn device(&self, session: &Session) -> String {
        let t = |key| self.layout.t(key).into_owned();
        match session.agent.as_deref().map(agent::names) {
            Some((Some(browser), Some(system))) => {
                let values = [("browser", browser.into()), ("system", system.into())];
                self.layout.reader.language.say("sessions-on", values)
            }
            Some((Some(name), None) | (None, Some(name))) => name.to_owned(),
            Some((None, None)) | None => t("unknown"),
        }
    }

    fn choices(&self) -> [(&'static str, &'static str, bool); SCOPES.len()] {
        SCOPES.map(|scope| (scope, meaning(scope), self.fields.scopes.iter().any(|own| own == scope)))
    }
}

/// The input of the form.
#[derive(Default)]
struct Fields {
    name: String,
    last_day: String,
    scopes: Vec<String>,
}

impl Fields {
    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        let scopes = SCOPES.into_iter().filter(|scope| form.has(&format!("scope_{scope}")));
        Self { name: text("name"), last_day: text("expires_at"), scopes: scopes.map(Into::into).collect() }
    }

    fn draft(&self, reader: &Reader, until: Option<Time>) -> Draft {
        let chosen = (!self.last_day.is_empty()).then(|| end_of(&self.last_day, reader));
        Draft {
            name: self.name.clone(),
            // An unreadable date is refused like a past one.
            expires_at: chosen.map(|end| end.unwrap_or(Time::MIN)),
            scopes: self.scopes.clone(),
            until,
        }
    }
}

/// The end of a day in the reader's time zone.
fn end_of(day: &str, reader: &Reader) -> Option<Time> {
    let day: Date = day.parse().ok()?;
    reader.start_of(day.civil().tomorrow().ok()?)
}

/// `GET /tokens`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    list(&app, signed_in, StatusCode::OK, Fields::default(), FormErrors::default()).await
}

async fn list(
    app: &App,
    signed_in: SignedIn,
    status: StatusCode,
    fields: Fields,
    form_errors: FormErrors,
) -> PageResult {
    // The list shows the latest uses.
    uses::write(&app.uses, &app.db).await;
    let (account_id, user_id, now) = (signed_in.account.id, signed_in.user.id, app.clock.now());
    let work = app.db.read(work!(|conn| {
        let tokens = store::of_user(conn, account_id, user_id).await?;
        let sessions = sessions::store::of_user(conn, account_id, user_id).await?;
        Ok((tokens, sessions))
    }));
    let (tokens, mut sessions) = work.await?;
    sessions.retain(|session| session.expires_at > now);
    let own = signed_in.session.id;
    sessions.sort_by_key(|session| (session.id != own, std::cmp::Reverse(session.id)));
    let (layout, until) = (signed_in.layout(), signed_in.session.until);
    let index = Index { layout, tokens, sessions, own, fields, form_errors, limit: NAME_LIMIT, until };
    Ok(page(status, &index))
}

/// `POST /tokens`: the response is the only one that shows the token.
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let signed_in = submitted.signed_in;
    let fields = Fields::read(&submitted.form);
    let change = signed_in.change(&app);
    let new = match fields.draft(&signed_in.reader, signed_in.session.until).checked(change.at) {
        Ok(new) => new,
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            return list(&app, signed_in, StatusCode::UNPROCESSABLE_ENTITY, fields, form_errors).await;
        }
    };
    let text = token_text(random_bytes());
    let (sha256, user_id, name, expires_at) =
        (digest(&text), signed_in.user.id, new.name.clone(), new.expires_at);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let scopes = (!new.scopes.is_empty()).then_some(new.scopes);
            let (name, expires_at) = (new.name.as_str(), new.expires_at);
            let new = NewToken { user_id, name, sha256, scopes, expires_at, ..NewToken::default() };
            store::create_own(conn, &change, new).await
        }),
    );
    if let Err(error) = work.await {
        let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
        return list(&app, signed_in, StatusCode::UNPROCESSABLE_ENTITY, fields, form_errors).await;
    }
    let created = CreatedToken { layout: signed_in.layout(), name: &name, text: &text, expires_at };
    Ok(page(StatusCode::OK, &created))
}

/// `GET /tokens/{id}/revoke`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let token = find(&app, &signed_in, id(&text)?).await?;
    let layout = signed_in.layout();
    let text = if token.grant_id.is_some() { "tokens-revoke-application" } else { "tokens-revoke-text" };
    let confirm = Confirm {
        title: layout.say("tokens-revoke-title", "name", token.name.as_str()),
        text: layout.t(text).into_owned(),
        action: Some(format!("/tokens/{}/revoke", token.id)),
        button: "tokens-revoke",
        back: "/tokens",
        layout,
    };
    Ok(confirm.page(StatusCode::OK))
}

/// `POST /tokens/{id}/revoke`: revokes a token, and with it all tokens of the same grant.
pub async fn revoke(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let token = find(&app, &submitted.signed_in, id(&text)?).await?;
    let change = submitted.signed_in.change(&app);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| grants::revoke(conn, &change, &token).await),
    );
    work.await?;
    Ok(see_other("/tokens"))
}

/// `POST /sessions/{id}/end`
pub async fn end_session(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (id, signed_in) = (id::<i64>(&text)?, submitted.signed_in);
    let (change, own, user_id) = (signed_in.change(&app), signed_in.session.id, signed_in.user.id);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let sessions = sessions::store::of_user(conn, change.account_id, user_id).await?;
            let session = sessions.into_iter().find(|session| session.id == id).ok_or(Error::NotFound)?;
            sessions::store::end(conn, &change, &session).await
        }),
    );
    work.await?;
    Ok(if id == own { without_cookie(&app, see_other("/login")) } else { see_other("/tokens#sessions") })
}

/// A token of the person; others do not exist for them.
async fn find(app: &App, signed_in: &SignedIn, id: TokenId) -> Result<Token, Error> {
    let (account_id, user_id) = (signed_in.account.id, signed_in.user.id);
    let work = app.db.read(move |conn| Box::pin(store::of_user(conn, account_id, user_id)));
    work.await?.into_iter().find(|token| token.id == id).ok_or(Error::NotFound)
}
