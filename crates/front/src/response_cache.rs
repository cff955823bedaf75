//! Answers a read from the response cache where that is allowed, and keeps what may be answered again.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::time::timeout;

use crate::refusal::{refused, spelled};
use domain::auth::VerifiedToken;
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::path::AsksForJson;
use service::response_cache::{Cacheable, Key, LONGEST};
use service::tag;
use service::tag::KnownTags;
use service::{RequestId, caller};

/// Answers a read of a surface from memory where it can, and with 304 where the client has the answer.
pub async fn layer(app: &App, mut request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read {
        return next(request).await;
    }
    let requested = KnownTags::take(&mut request);
    let Ok(proof) = timeout(app.settings.timeouts.request, caller::prove(app, &mut request)).await else {
        let id = request.extensions().get::<RequestId>();
        return refused(request.uri().path(), id, StatusCode::GATEWAY_TIMEOUT, None);
    };
    let Some((proof, key)) = proof.and_then(|proof| Some((Arc::clone(&proof), key(&request, &proof)?)))
    else {
        return requested.answer(next(request).await);
    };
    if let Some(answer) = app.response_cache.find(&key, &proof.head) {
        return if requested.knows(&answer.headers) {
            tag::not_modified(&answer.headers, answer.route.clone())
        } else {
            answer.response()
        };
    }
    let (path, id) = (request.uri().path().to_owned(), request.extensions().get::<RequestId>().cloned());
    let mut response = next(request).await;
    let is_lasting = response.extensions_mut().remove::<Cacheable>().is_some();
    let is_short = response.body().size_hint().upper().is_none_or(|length| length <= LONGEST);
    if !is_lasting
        || !is_short
        || response.status() != StatusCode::OK
        || !app.response_cache.is_asked_again(&key)
    {
        return requested.answer(response);
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return spelled(&path, id.as_ref(), status, "The answer broke off.");
    };
    let body = body.to_bytes();
    let route = parts.extensions.get::<MatchedPath>().cloned();
    app.response_cache.keep(key, &proof.head, &parts.headers, &body, route);
    let mut response = BodyBuffer::from(Vec::from(body)).into_response();
    *response.headers_mut() = parts.headers;
    response.extensions_mut().extend(parts.extensions);
    requested.answer(response)
}

/// The key of a request: everything that its answer depends on, beside the records of the account. `None` for HEAD, whose
/// answers have no body, and for requests with a body, which may contain parameters.
fn key(request: &Request, proof: &VerifiedToken) -> Option<Key> {
    if request.method() != Method::GET || !request.body().is_end_stream() {
        return None;
    }
    let address = request.uri().path_and_query()?.as_str().as_bytes();
    let mut key = Vec::with_capacity(address.len() + 64);
    key.extend_from_slice(&proof.caller.account_id.0.to_le_bytes());
    key.extend_from_slice(&proof.caller.token_id.0.to_le_bytes());
    key.push(proof.caller.administrator.into());
    key.push(request.extensions().get::<AsksForJson>().is_some().into());
    for scope in &proof.caller.scopes {
        key.extend_from_slice(&scope.len().to_le_bytes());
        key.extend_from_slice(scope.as_bytes());
    }
    // A separator: no text is so long.
    key.extend_from_slice(&usize::MAX.to_le_bytes());
    for coding in request.headers().get_all(header::ACCEPT_ENCODING) {
        key.extend_from_slice(&coding.len().to_le_bytes());
        key.extend_from_slice(coding.as_bytes());
    }
    key.extend_from_slice(&usize::MAX.to_le_bytes());
    key.extend_from_slice(address);
    Some(key.into())
}
