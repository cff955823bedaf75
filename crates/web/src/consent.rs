//! The page that asks a person for consent.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::reader::Reader;
use super::signed_in::{MaybeSignedIn, SignedIn};
use super::{Answer, Form, Layout, page_to, redirect, see_other};
use base::rng::random_bytes;
use db::Scope;
use domain::auth::digest;
use domain::error::Error;
use domain::oauth::refusal;
use domain::oauth::scopes::meaning;
use domain::oauth::store;
use domain::oauth::store::grants;
use domain::oauth::{Application, CODE_SECONDS, Grant};
use oauth::request::{Authorization, Delivery, Objection, WayBack};
use service::app::App;
use service::form;
use service::origin::base_url;
use service::params::Params;

use domain::work;

/// The parameters of a question, which the form of the page carries on.
const PARAMETERS: [&str; 8] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

#[derive(Template)]
#[template(path = "oauth/consent.html")]
struct Consent<'c> {
    layout: Layout,
    visitor: &'c SignedIn,
    application: &'c str,
    host: &'c str,
    scopes: Vec<(&'c str, &'static str)>,
    fields: Vec<(&'static str, String)>,
}

impl Consent<'_> {
    fn csrf(&self) -> &str {
        self.layout.signed_in.as_ref().map_or("", |signed_in| &signed_in.csrf)
    }
}

#[derive(Template)]
#[template(path = "oauth/form_post.html")]
struct FormPost<'f> {
    layout: Layout,
    redirect_uri: &'f str,
    fields: &'f [(&'static str, String)],
}

/// `GET /oauth/authorize`
pub async fn show(
    State(app): State<App>,
    MaybeSignedIn(visitor): MaybeSignedIn,
    reader: Reader,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    let params = Params::new(form::decode(query.as_bytes())?)?;
    let (application, asked) = match read(&app, &headers, &params).await? {
        Ok(asked) => asked,
        Err(objection) => return Ok(object(reader, objection)),
    };
    let Some(visitor) = visitor else {
        let here = format!("/oauth/authorize?{query}");
        return Ok(see_other(&format!("/login?return_to={}", utf8_percent_encode(&here, NON_ALPHANUMERIC))));
    };
    if visitor.account.id != application.account_id {
        return Ok(another_account(&visitor));
    }
    let fields = PARAMETERS.into_iter();
    let source = asked.back.source();
    let consent = Consent {
        layout: visitor.layout(),
        visitor: &visitor,
        application: &application.name,
        host: source.as_deref().unwrap_or_default(),
        scopes: asked.scopes.iter().flatten().map(|scope| (scope.as_str(), meaning(scope))).collect(),
        fields: fields.filter_map(|name| Some((name, params.text(name)?.into_owned()))).collect(),
    };
    Ok(page_to(StatusCode::OK, &consent, source.as_deref()))
}

/// `POST /oauth/authorize`: the form of the page.
pub async fn create(
    State(app): State<App>,
    MaybeSignedIn(visitor): MaybeSignedIn,
    reader: Reader,
    headers: HeaderMap,
    Form(params): Form,
) -> Answer {
    let Some(visitor) = visitor else { return Ok(see_other("/login")) };
    visitor.check_form(&params)?;
    let (application, asked) = match read(&app, &headers, &params).await? {
        Ok(asked) => asked,
        Err(objection) => return Ok(object(reader, objection)),
    };
    if visitor.account.id != application.account_id {
        return Ok(another_account(&visitor));
    }
    match params.text("decision").as_deref() {
        Some("allow") => {}
        Some("deny") => return Ok(deliver(reader, &asked.back, asked.back.refusal(&refusal::ACCESS_DENIED))),
        _ => return Err(Error::unreadable("The decision is neither `allow` nor `deny`.").into()),
    }
    let (code, at) = (hex::encode(random_bytes()), app.clock.now());
    let code_sha256 = digest(&code);
    let grant = Grant {
        id: 0,
        account_id: application.account_id,
        application_id: application.id,
        user_id: visitor.user.id,
        scopes: asked.scopes,
        redirect_uri: asked.back.redirect_uri.clone(),
        code_sha256: hex::encode(code_sha256),
        challenge: asked.challenge,
        code_expires_at: at.plus_seconds(CODE_SECONDS),
        exchanged_at: None,
        created_at: at,
    };
    let work = app.db.write(
        Scope::Account(application.account_id),
        work!(|conn| grants::create(conn, grant, &code_sha256).await),
    );
    work.await?;
    Ok(deliver(reader, &asked.back, asked.back.code(code)))
}

/// The application that asks, and what it asks for.
async fn read(
    app: &App,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Result<(Application, Authorization), Objection>, Error> {
    let Some(client_id) = params.filled("client_id").map(String::from) else {
        return Ok(Err(Objection::Shown("asked-no-client")));
    };
    let work = app.db.read(work!(|conn| Ok(store::with_client_id(conn, &client_id).await?)));
    let Some(application) = work.await? else {
        return Ok(Err(Objection::Shown("asked-unknown-client")));
    };
    let issuer = base_url(&app.settings, headers);
    Ok(Authorization::read(params, &application, issuer).map(|asked| (application, asked)))
}

fn object(reader: Reader, objection: Objection) -> Response {
    match objection {
        Objection::Shown(text) => crate::message(StatusCode::BAD_REQUEST, "asked-wrongly-title", text),
        Objection::Sent(back, refusal) => deliver(reader, &back, back.refusal(&refusal)),
    }
}

fn another_account(visitor: &SignedIn) -> Response {
    let (title, text) = ("another-account-title", "another-account-text");
    crate::refusal::message_to(visitor.layout(), StatusCode::FORBIDDEN, title, text)
}

fn deliver(reader: Reader, back: &WayBack, delivery: Delivery) -> Response {
    match delivery {
        // 302 as Doorkeeper; after a form, too, browsers go on with GET.
        Delivery::Location(location) => redirect(StatusCode::FOUND, &location),
        Delivery::Form(fields) => {
            let layout = Layout::plain(reader);
            let form = FormPost { layout, redirect_uri: &back.redirect_uri, fields: &fields };
            page_to(StatusCode::OK, &form, back.source().as_deref())
        }
    }
}
