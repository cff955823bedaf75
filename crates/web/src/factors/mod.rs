//! Second factors: the page on which people keep theirs, and the parts that it shares with the sign-in.

mod added;
pub mod changes;
mod proof;
mod questions;
pub mod reset;
pub mod sign_in;
mod site;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use self::added::Added;
use self::proof::Proof;
use self::questions::{SERVICE, carried_secret, creation, picture};
use self::site::OwnSite;
use crate::error_page::PageResult;
use crate::form_errors::FormErrors;
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use base::clock::Time;
use base::rng::random_bytes;
use db::Scope;
use domain::error::{Error, Result};
use domain::factors::{Factor, Kind, NAME_LIMIT, store, totp};
use domain::sessions;
use domain::users::User;
use domain::work;
use service::app::App;
use service::params::Params;

/// The path of the page.
const PATH: &str = "/account/factors";

/// A new app, or a new passkey: the parts of the form.
pub struct NewFactor {
    /// The secret, in base32 and in groups, as people type it.
    pub secret: String,
    /// The secret, in hex, as the form carries it.
    pub carried: String,
    /// The picture that apps read, as SVG.
    pub picture: String,
    /// What a passkey is asked for, as JSON; none where the site can have no passkeys.
    pub question: Option<String>,
    /// The longest name.
    pub limit: usize,
}

#[derive(Template)]
#[template(path = "factors/index.html")]
struct Index {
    layout: Layout,
    factors: Vec<ShownFactor>,
    codes: i64,
    is_required: bool,
}

/// A factor on a page.
pub struct ShownFactor {
    /// Its id.
    pub id: i64,
    /// What the person calls it.
    pub name: String,
    /// Whether it is a passkey, or an app.
    pub is_passkey: bool,
    /// When it was added.
    pub since: Time,
    /// When it was last used.
    pub used_at: Option<Time>,
}

impl From<Factor> for ShownFactor {
    fn from(factor: Factor) -> Self {
        Self {
            id: factor.id,
            name: factor.name,
            is_passkey: factor.kind == Kind::Passkey,
            since: factor.created_at,
            used_at: factor.used_at,
        }
    }
}

#[derive(Template)]
#[template(path = "factors/new.html")]
struct Blank {
    layout: Layout,
    new: NewFactor,
    name: String,
    proof: Proof,
    form_errors: FormErrors,
}

#[derive(Template)]
#[template(path = "factors/codes.html")]
struct NewCodes {
    layout: Layout,
    codes: Vec<String>,
    count: usize,
    /// Where the person goes on.
    next: String,
}

impl NewFactor {
    /// A new secret for a person, or that of the form that they sent.
    pub fn new(user: &User, carried: Option<&[u8]>, question: Option<String>) -> Self {
        let random = random_bytes();
        let secret = carried.unwrap_or(&random[..totp::SECRET]);
        let text = totp::base32(secret);
        let groups: Vec<&str> =
            text.as_bytes().chunks(4).filter_map(|four| str::from_utf8(four).ok()).collect();
        Self {
            secret: groups.join(" "),
            carried: hex::encode(secret),
            picture: picture(&totp::address(SERVICE, &user.email_address, secret)),
            question,
            limit: NAME_LIMIT,
        }
    }
}

/// `GET /account/factors`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    let caller = signed_in.caller();
    let found = app.db.read(work!(|conn| store::seen(conn, &caller, caller.user_id).await));
    let (factors, codes) = found.await?;
    let index = Index {
        layout: signed_in.layout(),
        factors: factors.into_iter().map(Into::into).collect(),
        codes,
        is_required: signed_in.account.requires_factor,
    };
    Ok(page(StatusCode::OK, &index))
}

/// `GET /account/factors/new`
pub async fn blank(State(app): State<App>, headers: HeaderMap, signed_in: SignedIn) -> PageResult {
    new_page(&app, &headers, &signed_in, (None, String::new()), None).await
}

async fn new_page(
    app: &App,
    headers: &HeaderMap,
    signed_in: &SignedIn,
    (secret, name): (Option<Vec<u8>>, String),
    error: Option<Error>,
) -> PageResult {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let site = OwnSite::of(app, headers);
    let (session, user, now) = (signed_in.session.clone(), signed_in.user.clone(), app.clock.now());
    let has_site = site.is_some();
    let work = app.db.write(
        Scope::Account(session.account_id.0),
        work!(|conn| {
            let asked = if has_site { Some(sessions::store::ask(conn, &session, now).await?) } else { None };
            Ok((store::of_user(conn, user.account_id, user.id).await?, asked))
        }),
    );
    let (own, asked) = work.await?;
    let proof = Proof::of(app, signed_in, !own.is_empty());
    let form_errors = match error {
        Some(error) => FormErrors::of(error, proof.labels(), signed_in.reader.language)?,
        None => FormErrors::default(),
    };
    let question = site.zip(asked).map(|(site, asked)| creation(&site, &asked, &signed_in.user, &own));
    let new = NewFactor::new(&signed_in.user, secret.as_deref(), question);
    Ok(page(status, &Blank { layout: signed_in.layout(), new, name, proof, form_errors }))
}

/// `POST /account/factors`: with the first code of an app, or with the answer of a new passkey.
pub async fn create(State(app): State<App>, headers: HeaderMap, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let name = form.text("name").unwrap_or_default().into_owned();
    let proof = own_proof(&app, &signed_in).await?;
    let added = match proof.check(&app, &signed_in, &form).await? {
        Ok(()) => add(&app, &headers, &signed_in, &form, name.clone()).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(Some(codes)) => Ok(show_codes(signed_in.layout(), codes, PATH.to_owned())),
        Ok(None) => Ok(see_other(PATH)),
        Err(error) => new_page(&app, &headers, &signed_in, (carried_secret(&form), name), Some(error)).await,
    }
}

/// What the person of a session proves before they change their factors.
async fn own_proof(app: &App, signed_in: &SignedIn) -> Result<Proof> {
    let (account_id, user_id) = (signed_in.account.id, signed_in.user.id);
    let own = app.db.read(work!(|conn| Ok(store::of_user(conn, account_id, user_id).await?))).await?;
    Ok(Proof::of(app, signed_in, !own.is_empty()))
}

async fn add(
    app: &App,
    headers: &HeaderMap,
    signed_in: &SignedIn,
    form: &Params,
    name: String,
) -> Result<Option<Vec<String>>> {
    let added = Added::read(app, headers, form)?;
    let (change, session) = (signed_in.change(app), signed_in.session.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let codes = added.add(conn, &change, (&session, session.user_id), &name).await?;
            sessions::store::prove(conn, &session).await?;
            Ok(codes)
        }),
    );
    work.await
}

/// The page with recovery codes, which are shown once.
pub fn show_codes(layout: Layout, codes: Vec<String>, next: String) -> Response {
    page(StatusCode::OK, &NewCodes { layout, count: codes.len(), codes, next })
}
