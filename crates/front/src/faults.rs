//! The layer of fault injection. `front::after_routing` calls it, inside of the layers that add headers to every answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame};
use sha2::{Digest, Sha256};

use crate::refusal::{refused, spelled};
use service::RequestId;
use service::faults::file::EXEMPT;
use service::faults::record::{Key, RecordedResponse};
use service::faults::{Fault, Faults, Kind, RETRY_AFTER};
use service::streams::Endless;

/// The header with which a request asks for a fault, and which names the fault in the answer.
pub const HEADER: HeaderName = HeaderName::from_static("x-statuary-fault");

/// Applies the fault that a request asks for or that the rules give it.
pub async fn layer(
    faults: &Faults,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let path = request.uri().path().to_owned();
    if EXEMPT.contains(&path.as_str()) {
        return next(request).await;
    }
    let fault = if let Some(requested) = request.headers().get(&HEADER) {
        match String::from_utf8_lossy(requested.as_bytes()).parse() {
            Ok(fault) => fault,
            Err(error) => {
                let id = request.extensions().get::<RequestId>();
                return spelled(&path, id, StatusCode::BAD_REQUEST, &format!("{HEADER}: {error}"));
            }
        }
    } else {
        let route = request.extensions().get::<MatchedPath>().map_or(path.as_str(), MatchedPath::as_str);
        faults.next(request.method().as_str(), &path, route)
    };
    let fault = Fault::for_method(fault, request.method().as_str());
    if !fault.is_nothing() {
        tracing::debug!(method = %request.method(), path, %fault, "a fault is injected");
    }
    if let Some(delay) = fault.delay {
        faults.wait(delay).await;
    }
    let (mut response, came) = inject(faults, &fault, &path, request, next).await;
    if !came.is_nothing() {
        let name = HeaderValue::from_str(&came.to_string()).expect("names of faults are plain texts");
        response.headers_mut().insert(HEADER, name);
    }
    response
}

/// Returns the answer and the fault that it has: a stale answer may not exist.
async fn inject(
    faults: &Faults,
    fault: &Fault,
    path: &str,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> (Response, Fault) {
    let id = request.extensions().get::<RequestId>().cloned();
    let response = match fault.kind {
        None => plain(faults, request, next).await,
        Some(Kind::TooMany) => {
            let seconds = fault.retry_after.or(Some(RETRY_AFTER));
            refused(path, id.as_ref(), StatusCode::TOO_MANY_REQUESTS, seconds)
        }
        Some(Kind::Unavailable) => {
            refused(path, id.as_ref(), StatusCode::SERVICE_UNAVAILABLE, fault.retry_after)
        }
        Some(Kind::TimedOut) => {
            if fault.done {
                drop(next(request).await);
            }
            refused(path, id.as_ref(), StatusCode::GATEWAY_TIMEOUT, None)
        }
        Some(Kind::Cut) => Response::new(Body::new(FailingBody::before_any_byte())),
        Some(Kind::CutBody) => cut_in_half(next(request).await).await,
        Some(Kind::Stale) => match stale(faults, request, next).await {
            Ok(earlier) => earlier,
            Err(present) => return (present, Fault { kind: None, ..fault.clone() }),
        },
    };
    (response, fault.clone())
}

/// The answer without a fault. It is kept as a possible stale one.
async fn plain(faults: &Faults, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let key = (request.method() == Method::GET).then(|| key(&request));
    let response = next(request).await;
    let (Some(key), StatusCode::OK) = (key, response.status()) else { return response };
    // An answer without a known length may be endless, but a compressed one is not.
    let ends = response.body().size_hint().exact().is_some()
        || response.headers().contains_key(header::CONTENT_ENCODING);
    if !ends {
        return response;
    }
    match whole(response).await {
        Ok(answer) => {
            faults.keep(key, answer.clone());
            answer.into_response()
        }
        Err(response) => response,
    }
}

/// An earlier answer that differs from the current one; `Err` with the current one if there is none. A caller whose access has
/// ended gets the current answer.
async fn stale(
    faults: &Faults,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Result<Response, Response> {
    let key = key(&request);
    request.headers_mut().remove(header::IF_NONE_MATCH);
    let response = next(request).await;
    if matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Err(response);
    }
    let present = whole(response).await?;
    match faults.earlier(key, &present) {
        Some(earlier) => Ok(earlier.into_response()),
        None => Err(present.into_response()),
    }
}

/// The hash of the URL and of the headers that an answer depends on.
fn key(request: &Request) -> Key {
    let mut hash = Sha256::new_with_prefix(request.uri().to_string());
    for name in [header::AUTHORIZATION, header::COOKIE, header::HOST, header::ACCEPT, header::ACCEPT_ENCODING]
    {
        for value in request.headers().get_all(&name) {
            hash.update([0]);
            hash.update(value);
        }
        hash.update([1]);
    }
    hash.finalize().into()
}

/// Whether it is a stream, which has no end to wait for.
fn is_endless(response: &Response) -> bool {
    response.extensions().get::<Endless>().is_some()
}

/// Reads the whole body, unless it is a stream. If that fails, the returned answer fails in the same way.
async fn whole(response: Response) -> Result<RecordedResponse, Response> {
    if is_endless(&response) {
        return Err(response);
    }
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => {
            Ok(RecordedResponse { status: parts.status, headers: parts.headers, body: body.to_bytes() })
        }
        Err(_) => Err(Response::from_parts(parts, Body::new(FailingBody::before_any_byte()))),
    }
}

/// The first half of the answer, with the `Content-Length` of the whole.
async fn cut_in_half(response: Response) -> Response {
    if is_endless(&response) {
        return Response::new(Body::new(FailingBody::before_any_byte()));
    }
    let mut answer = match whole(response).await {
        Ok(answer) => answer,
        Err(response) => return response,
    };
    let length = answer.body.len();
    if length == 0 {
        return Response::new(Body::new(FailingBody::before_any_byte()));
    }
    answer.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let half = answer.body.slice(..length / 2);
    let mut response = answer.into_response();
    *response.body_mut() = Body::new(FailingBody::after(half));
    response
}

/// A body that fails, so that hyper closes the connection: before the head is sent, or after the first half.
struct FailingBody {
    half: Option<Bytes>,
    is_sent: bool,
}

impl FailingBody {
    fn before_any_byte() -> Self {
        Self { half: None, is_sent: true }
    }

    fn after(half: Bytes) -> Self {
        Self { half: Some(half), is_sent: false }
    }
}

impl HttpBody for FailingBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.is_sent {
            // While the body is pending, hyper writes the first half to the socket.
            self.is_sent = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "cut on demand"))))
    }
}
