//! The page that asks a person for consent.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::error_page::{PageResult, message, message_to};
use super::form::Form;
use super::layout::Layout;
use super::reader::Reader;
use super::response::{page_to, redirect, see_other};
use super::signed_in::{MaybeSignedIn, SignedIn};
use base::rng::random_bytes;
use db::Scope;
use domain::auth::{DRAFT, digest};
use domain::error::Error;
use domain::ids::GrantId;
use domain::oauth::authorization::{Authorization, Delivery, Parameters, Rejection, ResponseTarget};
use domain::oauth::refusal;
use domain::oauth::refusal::Refusal;
use domain::oauth::scopes::meaning;
use domain::oauth::store;
use domain::oauth::store::grants;
use domain::oauth::{Application, CODE_SECONDS, Grant};
use service::app::App;
use service::form;
use service::origin::base_url;
use service::params::Params;

use domain::work;

/// The parameters of a request, which the form of the page repeats.
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
    signed_in: &'c SignedIn,
    application: &'c str,
    host: &'c str,
    /// Whether the application registered itself, so that its name is what it says.
    is_unknown: bool,
    /// Whether it can write nothing but drafts.
    drafts: bool,
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
    MaybeSignedIn(signed_in): MaybeSignedIn,
    reader: Reader,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> PageResult {
    let query = query.unwrap_or_default();
    let params = Params::new(form::decode(query.as_bytes())?)?;
    let (application, request) = match read(&app, &headers, &params).await {
        Ok(request) => request,
        Err(refused) => return refuse(reader, refused),
    };
    let Some(signed_in) = signed_in else {
        let here = format!("/oauth/authorize?{query}");
        return Ok(see_other(&format!("/login?return_to={}", utf8_percent_encode(&here, NON_ALPHANUMERIC))));
    };
    if signed_in.account.id != application.account_id {
        return Ok(another_account(&signed_in));
    }
    let fields = PARAMETERS.into_iter();
    let source = request.target.source();
    let consent = Consent {
        layout: signed_in.layout(),
        signed_in: &signed_in,
        application: &application.name,
        host: source.as_deref().unwrap_or_default(),
        is_unknown: application.self_registered,
        drafts: request.scopes.iter().flatten().any(|scope| scope == DRAFT),
        scopes: request.scopes.iter().flatten().map(|scope| (scope.as_str(), meaning(scope))).collect(),
        fields: fields.filter_map(|name| Some((name, params.text(name)?.into_owned()))).collect(),
    };
    Ok(page_to(StatusCode::OK, &consent, source.as_deref()))
}

/// `POST /oauth/authorize`: the form of the page.
pub async fn create(
    State(app): State<App>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    reader: Reader,
    headers: HeaderMap,
    Form(params): Form,
) -> PageResult {
    let Some(signed_in) = signed_in else { return Ok(see_other("/login")) };
    signed_in.check_form(&params)?;
    let (application, request) = match read(&app, &headers, &params).await {
        Ok(request) => request,
        Err(refused) => return refuse(reader, refused),
    };
    if signed_in.account.id != application.account_id {
        return Ok(another_account(&signed_in));
    }
    match params.text("decision").as_deref() {
        Some("allow") => {}
        Some("deny") => {
            return Ok(deliver(reader, &request.target, request.target.error(&refusal::ACCESS_DENIED)));
        }
        _ => return Err(Error::unreadable("The decision is neither `allow` nor `deny`.").into()),
    }
    let (code, at) = (hex::encode(random_bytes()), app.clock.now());
    let (code_challenge, code_challenge_method) =
        request.challenge.map(|challenge| (challenge.text, challenge.method)).unzip();
    let grant = Grant {
        id: GrantId(0),
        account_id: application.account_id,
        application_id: application.id,
        user_id: signed_in.user.id,
        scopes: request.scopes,
        redirect_uri: request.target.redirect_uri.clone(),
        code_sha256: hex::encode(digest(&code)),
        code_challenge,
        code_challenge_method,
        code_expires_at: at.plus_seconds(CODE_SECONDS),
        exchanged_at: None,
        created_at: at,
    };
    let work = app
        .db
        .write(Scope::Account(application.account_id.0), work!(|conn| grants::create(conn, grant).await));
    work.await?;
    Ok(deliver(reader, &request.target, request.target.code(code)))
}

/// Why the person is not asked for consent.
enum Refused {
    /// The person sees this message.
    Shown(&'static str),
    /// The application gets the error.
    Redirected(ResponseTarget, Refusal),
    /// The request failed.
    Failed(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::MissingRedirectUri => Self::Shown("asked-no-redirect"),
            Rejection::UnknownRedirectUri => Self::Shown("asked-wrong-redirect"),
            Rejection::Redirected(target, refusal) => Self::Redirected(target, refusal),
        }
    }
}

/// The application, and its checked request.
async fn read(
    app: &App,
    headers: &HeaderMap,
    params: &Params,
) -> Result<(Application, Authorization), Refused> {
    let Some(client_id) = params.filled("client_id").map(String::from) else {
        return Err(Refused::Shown("asked-no-client"));
    };
    let work = app.db.read(work!(|conn| Ok(store::with_client_id(conn, &client_id).await?)));
    let Some(application) = work.await? else {
        return Err(Refused::Shown("asked-unknown-client"));
    };
    let [response_type, response_mode, redirect_uri, code_challenge, code_challenge_method] =
        ["response_type", "response_mode", "redirect_uri", "code_challenge", "code_challenge_method"]
            .map(|name| params.filled(name));
    let [scope, state] = ["scope", "state"].map(|name| params.text(name));
    let parameters = Parameters {
        response_type: response_type.as_deref(),
        response_mode: response_mode.as_deref(),
        redirect_uri: redirect_uri.as_deref(),
        scope: scope.as_deref(),
        state: state.as_deref(),
        code_challenge: code_challenge.as_deref(),
        code_challenge_method: code_challenge_method.as_deref(),
    };
    let request = Authorization::check(&parameters, &application, base_url(&app.settings, headers))?;
    Ok((application, request))
}

fn refuse(reader: Reader, refused: Refused) -> PageResult {
    match refused {
        Refused::Shown(text) => Ok(message(StatusCode::BAD_REQUEST, "asked-wrongly-title", text)),
        Refused::Redirected(target, refusal) => Ok(deliver(reader, &target, target.error(&refusal))),
        Refused::Failed(error) => Err(error.into()),
    }
}

fn another_account(signed_in: &SignedIn) -> Response {
    let (title, text) = ("another-account-title", "another-account-text");
    message_to(signed_in.layout(), StatusCode::FORBIDDEN, title, text)
}

fn deliver(reader: Reader, target: &ResponseTarget, delivery: Delivery) -> Response {
    match delivery {
        // 302, as Doorkeeper sends it. After a form, too, browsers follow it with GET.
        Delivery::Location(location) => redirect(StatusCode::FOUND, &location),
        Delivery::Form(fields) => {
            let layout = Layout::plain(reader);
            let form = FormPost { layout, redirect_uri: &target.redirect_uri, fields: &fields };
            page_to(StatusCode::OK, &form, target.source().as_deref())
        }
    }
}
