//! Who asks.

use axum::http::{HeaderMap, header};

use crate::app::App;
use crate::auth::{self, Caller};
use crate::error::Error;

/// The caller that an `Authorization: Bearer` header proves; the scheme's case does not matter (RFC 9110, 11.1).
///
/// # Errors
/// [`Error::Unauthenticated`]
pub async fn bearer(app: &App, headers: &HeaderMap) -> Result<Caller, Error> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.unwrap_or_default().split_once(' ').unwrap_or_default();
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Error::Unauthenticated);
    }
    let (sha256, now) = (auth::digest(token), app.clock.now());
    let found =
        app.db.read(move |conn| Box::pin(async move { auth::store::caller(conn, &sha256, now).await }));
    found.await?.ok_or(Error::Unauthenticated)
}
