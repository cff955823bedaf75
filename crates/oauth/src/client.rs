//! Client authentication: by `Authorization: Basic`, or by members of the body (RFC 6749, 2.3.1).

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::wire::{Error, Scheme};
use domain::oauth::{Application, store};
use domain::work;
use service::app::App;
use service::params::Params;
use service::{body, form};

/// A request of an authenticated application.
pub struct Client {
    /// The application.
    pub application: Application,
    /// The members of the body.
    pub params: Params,
}

impl FromRequest<App> for Client {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let params =
            Params::new(body::members(&parts.headers, &body::read(&parts.headers, body).await?).await?)?;
        let application = authenticate(app, &parts.headers, &params).await?;
        Ok(Self { application, params })
    }
}

/// Returns the application of the credentials.
///
/// # Errors
/// [`Error::UnknownClient`]
async fn authenticate(app: &App, headers: &HeaderMap, params: &Params) -> Result<Application, Error> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, credentials) = header.unwrap_or_default().split_once(' ').unwrap_or_default();
    let (scheme, credentials) = if scheme.eq_ignore_ascii_case("basic") {
        (Scheme::Basic, basic(credentials.trim()))
    } else {
        let id = params.text("client_id").map(String::from);
        (Scheme::Bearer, id.map(|id| (id, params.text("client_secret").unwrap_or_default().into_owned())))
    };
    let unknown = || Error::UnknownClient(scheme);
    let (client_id, secret) = credentials.ok_or_else(unknown)?;
    if client_id.contains('\0') || params.filled("client_id").is_some_and(|other| other != client_id) {
        return Err(unknown());
    }
    let found = app.db.read(work!(|conn| Ok(store::with_client_id(conn, &client_id).await?))).await?;
    found.filter(|application| application.has_secret(&secret)).ok_or_else(unknown)
}

/// Decodes the credentials; both halves are form-encoded (RFC 6749, 2.3.1).
fn basic(credentials: &str) -> Option<(String, String)> {
    let decoded = BASE64_STANDARD.decode(credentials).ok()?;
    let at = decoded.iter().position(|byte| *byte == b':')?;
    let (id, secret) = (&decoded[..at], &decoded[at + 1..]);
    Some((form::unescape(id).ok()?, form::unescape(secret).ok()?))
}
