//! The state of a connection: its requests, and whether it waits for its client.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::Instant;

/// The number of requests of a connection, and the time since which it waits.
#[derive(Clone, Debug)]
pub struct Work(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    opened: Instant,
    begun: AtomicUsize,
    ended: AtomicUsize,
    /// The time of the last activity, in milliseconds after the opening.
    last: AtomicU64,
    /// The rest of a request body has not arrived.
    awaits_body: AtomicBool,
    /// The client does not read what is sent.
    awaits_reader: AtomicBool,
    /// A request waits for a place.
    awaits_place: AtomicBool,
}

/// A request in progress, until it is dropped.
#[derive(Debug)]
pub struct Working(Work);

/// The body of a request, which notes its end.
#[derive(Debug)]
pub struct NoticedBody {
    body: Incoming,
    work: Work,
}

/// The body of an answer that is still worked on while it is sent, such as a stream of events.
#[derive(Debug)]
pub struct WorkedBody {
    body: Body,
    _working: Working,
}

impl Work {
    /// The state of a new connection.
    pub fn new() -> Self {
        Self(Arc::new(Counts {
            opened: Instant::now(),
            begun: AtomicUsize::default(),
            ended: AtomicUsize::default(),
            last: AtomicU64::default(),
            awaits_body: AtomicBool::default(),
            awaits_reader: AtomicBool::default(),
            awaits_place: AtomicBool::default(),
        }))
    }

    /// Counts a request.
    pub fn begin(&self) -> Working {
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        Working(self.clone())
    }

    /// Number of requests so far.
    pub fn begun(&self) -> usize {
        self.0.begun.load(Ordering::Relaxed)
    }

    /// Whether a request is in progress.
    pub fn is_under_way(&self) -> bool {
        self.begun() != self.0.ended.load(Ordering::Relaxed)
    }

    /// Notes an activity.
    pub fn touch(&self) {
        let passed = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last.store(passed, Ordering::Relaxed);
    }

    /// Sets whether the client fails to read what is sent.
    pub fn set_awaits_reader(&self, awaits: bool) {
        if self.0.awaits_reader.load(Ordering::Relaxed) != awaits {
            self.0.awaits_reader.store(awaits, Ordering::Relaxed);
            self.touch();
        }
    }

    /// Sets whether a request waits for a place.
    pub fn set_awaits_place(&self, awaits: bool) {
        self.0.awaits_place.store(awaits, Ordering::Relaxed);
    }

    /// Time without a request; `None` while a request is in progress.
    pub fn idle_for(&self) -> Option<Duration> {
        let awaits_reader = self.0.awaits_reader.load(Ordering::Relaxed);
        (!self.is_under_way() && !awaits_reader).then(|| self.rest())
    }

    /// Time for which a request has waited: for the rest of its body, for its client to read the answer, or for a place.
    pub fn stalled_for(&self) -> Option<Duration> {
        let flags = [&self.0.awaits_body, &self.0.awaits_reader, &self.0.awaits_place];
        flags.iter().any(|flag| flag.load(Ordering::Relaxed)).then(|| self.rest())
    }

    fn rest(&self) -> Duration {
        let last = Duration::from_millis(self.0.last.load(Ordering::Relaxed));
        self.0.opened.elapsed().saturating_sub(last)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.touch();
        self.0.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

impl WorkedBody {
    /// A body that ends the request when it is dropped.
    pub fn new(body: Body, working: Working) -> Self {
        Self { body, _working: working }
    }
}

impl HttpBody for WorkedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl NoticedBody {
    /// A body that is not complete.
    pub fn new(body: Incoming, work: &Work) -> Self {
        work.touch();
        work.0.awaits_body.store(true, Ordering::Relaxed);
        Self { body, work: work.clone() }
    }
}

impl HttpBody for NoticedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) || self.body.is_end_stream() {
            self.work.0.awaits_body.store(false, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for NoticedBody {
    fn drop(&mut self) {
        self.work.0.awaits_body.store(false, Ordering::Relaxed);
    }
}
