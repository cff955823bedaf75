//! The caller of a request, by its token. The APIs and the response cache call this.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, Method, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::app::App;
use super::surface::Surface;

use domain::auth;
use domain::auth::Caller;
use domain::auth::VerifiedToken;
use domain::error::Error;

/// A request extension: the store was unavailable when a layer looked for the caller. A second query would wait as long.
#[derive(Clone)]
struct Unavailable(String);

/// The caller that an `Authorization: Bearer` header authenticates.
///
/// # Errors
/// [`Error::Unauthenticated`], and the errors of the store.
pub async fn bearer(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Result<Caller, Error> {
    let sha256 = digest(headers).ok_or(Error::Unauthenticated)?;
    proven(app, &sha256, extensions).await?.ok_or(Error::Unauthenticated)
}

/// Returns `Ok` if the token of the caller may send a request with this method: one that is limited to drafts reads. Each
/// surface calls this for every request but those that write drafts.
///
/// # Errors
/// [`Error::Forbidden`]
pub fn check_method(caller: &Caller, method: &Method) -> Result<(), Error> {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || !caller.only_drafts() { Ok(()) } else { Err(Error::Forbidden) }
}

/// The owner of a token, by the digest of its text. Uses the result of [`prove`] if the response cache called it.
///
/// # Errors
/// The errors of the store.
pub async fn proven(app: &App, sha256: &[u8; 32], extensions: &Extensions) -> Result<Option<Caller>, Error> {
    if let Some(proof) = extensions.get::<Arc<VerifiedToken>>() {
        return Ok(Some(proof.caller.clone()));
    }
    if let Some(Unavailable(reason)) = extensions.get() {
        return Err(db::Error::Unavailable(reason.clone()).into());
    }
    Ok(find(app, sha256).await?.map(|proof| proof.caller.clone()))
}

/// Finds the caller of a read and keeps the result for [`proven`]. After an error, the handler looks again and answers in
/// the form of its surface.
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

/// The digest of the token of a request, in any of the ways that a surface accepts.
pub fn presented(headers: &HeaderMap) -> Option<[u8; 32]> {
    digest(headers).or_else(|| api_key_digest(headers))
}

/// The digest of the token of an `Authorization: Bearer` header; the case of the scheme does not matter (RFC 9110, 11.1).
pub fn digest(headers: &HeaderMap) -> Option<[u8; 32]> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.unwrap_or_default().split_once(' ').unwrap_or_default();
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| auth::digest(token))
}

/// The digest of the token of an `Authorization: Basic` header.
fn api_key_digest(headers: &HeaderMap) -> Option<[u8; 32]> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = scheme.eq_ignore_ascii_case("basic").then(|| api_key(credentials.trim()))??;
    Some(auth::digest(&token))
}

/// The token of `apikey:TOKEN`, whose user name is fixed (`docs/contracts/openproject.md#authentication`).
pub fn api_key(credentials: &str) -> Option<String> {
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    decoded.strip_prefix("apikey:").map(str::to_owned)
}
