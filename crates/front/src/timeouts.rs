//! The layer with the time limits for the body and the processing of a request. `front::after_routing` calls it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use crate::refusal::refused;
use service::app::App;
use service::{RequestId, streams};

/// Answers 408 if the body is late, and 504 if the answer is.
pub async fn layer(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let timeouts = &app.settings.timeouts;
    let path = request.uri().path().to_owned();
    let id = request.extensions().get::<RequestId>().cloned();
    let is_late = Arc::new(AtomicBool::new(false));
    let request = if request.body().is_end_stream() {
        request
    } else {
        let until = Instant::now() + timeouts.body;
        let is_late = is_late.clone();
        request.map(|body| Body::new(Awaited { body, until, sleep: None, is_late }))
    };
    let limit = timeouts.request + streams::wait(&request);
    match timeout(limit, next(request)).await {
        Ok(response) if !is_late.load(Ordering::Relaxed) => response,
        Ok(_) => {
            let mut response = refused(&path, id.as_ref(), StatusCode::REQUEST_TIMEOUT, None);
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
        Err(_) => {
            tracing::warn!(path, "a request timed out after {limit:?}");
            refused(&path, id.as_ref(), StatusCode::GATEWAY_TIMEOUT, None)
        }
    }
}

/// A body that fails if it is not complete in time.
struct Awaited {
    body: Body,
    until: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
    is_late: Arc<AtomicBool>,
}

impl HttpBody for Awaited {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        let until = self.until;
        ready!(self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until))).as_mut().poll(cx));
        self.is_late.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(io::Error::from(io::ErrorKind::TimedOut)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
