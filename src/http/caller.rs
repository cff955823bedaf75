//! Who asks.

use axum::http::{HeaderMap, header};

use crate::app::App;
use crate::auth::{self, Caller};
use crate::error::Error;
use crate::openproject;

/// The caller that an `Authorization: Bearer` header proves.
///
/// # Errors
/// [`Error::Unauthenticated`]
pub async fn bearer(app: &App, headers: &HeaderMap) -> Result<Caller, Error> {
    let (sha256, now) = (digest(headers).ok_or(Error::Unauthenticated)?, app.clock.now());
    let found =
        app.db.read(move |conn| Box::pin(async move { auth::store::caller(conn, &sha256, now).await }));
    let caller = found.await?.ok_or(Error::Unauthenticated)?;
    app.limits.prove(&sha256);
    app.uses.record((caller.account_id, caller.token_id), now);
    Ok(caller)
}

/// What is kept of the token that a request presents in whatever way a surface takes it.
pub fn presented(headers: &HeaderMap) -> Option<[u8; 32]> {
    digest(headers).or_else(|| openproject::request::api_key_digest(headers))
}

/// What is kept of the token of an `Authorization: Bearer` header; the scheme's case does not matter (RFC 9110, 11.1).
pub fn digest(headers: &HeaderMap) -> Option<[u8; 32]> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.unwrap_or_default().split_once(' ').unwrap_or_default();
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| auth::digest(token))
}
