//! Who asks.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::app::App;
use super::surface::Surface;

use domain::auth;
use domain::auth::Caller;
use domain::auth::VerifiedToken;
use domain::error::Error;

/// Why the store could not say who reads: to ask again would take as long again.
#[derive(Clone)]
struct Unavailable(String);

/// The caller that an `Authorization: Bearer` header proves.
///
/// # Errors
/// [`Error::Unauthenticated`]
pub async fn bearer(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Result<Caller, Error> {
    let sha256 = digest(headers).ok_or(Error::Unauthenticated)?;
    proven(app, &sha256, extensions).await?.ok_or(Error::Unauthenticated)
}

/// The caller whom a token speaks for, by what is kept of its text; with what a layer found out already.
///
/// # Errors
/// Those of the store.
pub async fn proven(app: &App, sha256: &[u8; 32], extensions: &Extensions) -> Result<Option<Caller>, Error> {
    if let Some(proof) = extensions.get::<Arc<VerifiedToken>>() {
        return Ok(Some(proof.caller.clone()));
    }
    if let Some(Unavailable(reason)) = extensions.get() {
        return Err(db::Error::Unavailable(reason.clone()).into());
    }
    Ok(find(app, sha256).await?.map(|proof| proof.caller.clone()))
}

/// Finds out who reads, for what comes later. Who cannot be told now is looked for again where refusals have their shape.
pub async fn prove(app: &App, request: &mut Request) -> Option<Arc<VerifiedToken>> {
    let takes_keys = Surface::of(request.uri().path()) == Surface::OpenProject;
    let sha256 = if takes_keys { presented(request.headers()) } else { digest(request.headers()) };
    let proof = match find(app, &sha256?).await {
        Ok(proof) => proof?,
        Err(Error::Store(db::Error::Unavailable(reason))) => {
            request.extensions_mut().insert(Unavailable(reason));
            return None;
        }
        Err(_) => return None,
    };
    request.extensions_mut().insert(Arc::clone(&proof));
    Some(proof)
}

async fn find(app: &App, sha256: &[u8; 32]) -> Result<Option<Arc<VerifiedToken>>, Error> {
    let now = app.clock.now();
    let proof = app.tokens.prove(&app.db, sha256, now).await?;
    if let Some(proof) = &proof {
        app.limits.prove(sha256);
        app.uses.record((proof.caller.account_id, proof.caller.token_id), now);
    }
    Ok(proof)
}

/// What is kept of the token that a request presents in whatever way a surface takes it.
pub fn presented(headers: &HeaderMap) -> Option<[u8; 32]> {
    digest(headers).or_else(|| api_key_digest(headers))
}

/// What is kept of the token of an `Authorization: Bearer` header; the scheme's case does not matter (RFC 9110, 11.1).
pub fn digest(headers: &HeaderMap) -> Option<[u8; 32]> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.unwrap_or_default().split_once(' ').unwrap_or_default();
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| auth::digest(token))
}

/// What is kept of the token of an `Authorization: Basic` header.
fn api_key_digest(headers: &HeaderMap) -> Option<[u8; 32]> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = scheme.eq_ignore_ascii_case("basic").then(|| api_key(credentials.trim()))??;
    Some(auth::digest(&token))
}

/// The token of `apikey:TOKEN`, whose user name is fixed: `docs/contracts/openproject.md#authentication`.
pub fn api_key(credentials: &str) -> Option<String> {
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    decoded.strip_prefix("apikey:").map(str::to_owned)
}
