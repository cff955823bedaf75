//! `POST /oauth/register` (RFC 7591): programs of agents register themselves.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::wire;
use super::wire::ApiResult;
use base::rng::random_bytes;
use db::Scope;
use domain::events::{Change, Source};
use domain::oauth::Application;
use domain::oauth::refusal::{Refusal, UNAVAILABLE};
use domain::oauth::registration::Registration;
use domain::oauth::store::registrations;
use domain::text::without_nul;
use domain::work;
use service::app::App;
use service::body;

/// Registers a public client, which can be granted drafts alone.
pub async fn create(State(app): State<App>, request: Request) -> ApiResult {
    let (parts, sent) = request.into_parts();
    let bytes = body::read(&parts.headers, sent).await?;
    let Ok(Value::Object(members)) = serde_json::from_slice(body::without_mark(&bytes)) else {
        return Err(metadata("The body is not a JSON object.").into());
    };
    without_nul(&members)?;
    let name = match members.get("client_name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.as_str()),
        Some(_) => return Err(metadata("client_name is not a text.").into()),
    };
    let uris = members.get("redirect_uris").and_then(|uris| serde_json::from_value(uris.clone()).ok());
    let new = Registration::check(name, uris)?;
    let place = app.db.read(work!(|conn| registrations::place(conn).await)).await?;
    let Some(account_id) = place.filter(|_| !app.settings.strict) else {
        let reason = "Programs cannot register themselves here: ask an administrator of your account.";
        return Err(metadata(reason).into());
    };
    let (client_id, at) = (hex::encode(&random_bytes()[..16]), app.clock.now());
    let change = Change { account_id, actor_id: None, token_id: None, surface: Source::OAuth, at };
    let work = app.db.write(
        Scope::Account(account_id.0),
        work!(|conn| registrations::register(conn, &change, client_id, new).await),
    );
    match work.await? {
        Some(application) => Ok(wire::json(StatusCode::CREATED, &described(&application))),
        None => Ok(too_many()),
    }
}

fn metadata(reason: &str) -> Refusal {
    Refusal { error: "invalid_client_metadata", description: reason.to_owned().into() }
}

fn described(application: &Application) -> Value {
    json!({
        "client_id": application.client_id,
        "client_id_issued_at": application.created_at.unix_seconds(),
        "client_name": application.name,
        "redirect_uris": application.redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "scope": application.scopes.as_ref().map(|scopes| scopes.join(" ")),
    })
}

/// The refusal of a registration beyond the bounds.
fn too_many() -> Response {
    let body = json!({
        "error": UNAVAILABLE.error, "error_description": "Too many programs registered themselves. Try again in an hour.",
    });
    let mut response = wire::json(StatusCode::TOO_MANY_REQUESTS, &body);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
    response
}
