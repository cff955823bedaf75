//! A stream with the time limits of a connection. [`super`] wraps each connection in it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::work::Work;
use service::settings::Timeouts;

/// A stream that fails if the client is too slow: with the rest of a head, with the next request, or with reading an answer.
/// While a request is processed, `front::timeouts` has the limits.
pub struct Paced<S> {
    stream: S,
    timeouts: Timeouts,
    work: Work,
    /// Number of requests at the last read.
    seen: usize,
    is_head_begun: bool,
    read: Timer,
    write: Timer,
}

#[derive(Default)]
struct Timer {
    until: Option<Instant>,
    /// It may be of an earlier wait: it is reset only when necessary.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    /// Whether a wait that began now or earlier is over the limit.
    fn is_over(&mut self, wait: Duration, cx: &mut Context<'_>) -> bool {
        let until = *self.until.get_or_insert_with(|| Instant::now() + wait);
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() > until {
            sleep.as_mut().reset(until);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if sleep.deadline() >= until {
                return true;
            }
            sleep.as_mut().reset(until);
        }
        false
    }
}

impl<S> Paced<S> {
    /// A stream, and the requests that come over it.
    pub fn new(stream: S, timeouts: Timeouts, work: Work) -> Self {
        // A client connects to send a request.
        let (is_head_begun, read, write) = (true, Timer::default(), Timer::default());
        Self { stream, timeouts, work, seen: 0, is_head_begun, read, write }
    }

    /// Notes a new request, whose head is complete.
    fn notice_requests(&mut self) {
        let begun = self.work.begun();
        if begun != self.seen {
            (self.seen, self.is_head_begun, self.read.until) = (begun, false, None);
        }
    }

    fn written<T>(&mut self, done: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        self.work.set_awaits_reader(done.is_pending());
        if done.is_ready() {
            self.write.until = None;
            self.notice_requests();
            if !self.is_head_begun {
                // No read follows until an event: this timer is one.
                self.read.until = Some(Instant::now() + self.timeouts.idle);
                self.read.is_over(self.timeouts.idle, cx);
            }
            return done;
        }
        if self.write.is_over(self.timeouts.write, cx) { Poll::Ready(Err(too_late())) } else { done }
    }
}

fn too_late() -> io::Error {
    io::ErrorKind::TimedOut.into()
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        this.notice_requests();
        if this.work.is_under_way() {
            return read;
        }
        if read.is_ready() {
            if !this.is_head_begun {
                this.is_head_begun = true;
                this.work.touch();
                this.read.until = Some(Instant::now() + this.timeouts.head);
            }
            return read;
        }
        let wait = if this.is_head_begun { this.timeouts.head } else { this.timeouts.idle };
        if this.read.is_over(wait, cx) { Poll::Ready(Err(too_late())) } else { read }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(done, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(done, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Without buffered bytes a flush does nothing, so it does not show that the client read anything.
        let done = Pin::new(&mut self.stream).poll_flush(cx);
        if done.is_pending() { self.written(done, cx) } else { done }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.written(done, cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    fn pair() -> (Paced<DuplexStream>, DuplexStream, Work, Timeouts) {
        let (here, there) = duplex(16);
        let (work, timeouts) = (Work::new(), Timeouts::default());
        (Paced::new(here, timeouts, work.clone()), there, work, timeouts)
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_trickles_is_cut_off() {
        let (mut here, mut there, _, timeouts) = pair();
        let start = Instant::now();
        let trickle = tokio::spawn(async move {
            while there.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(4)).await;
            }
        });
        let mut bytes = Vec::new();
        let error = here.read_to_end(&mut bytes).await.expect_err("no end");
        assert_eq!((error.kind(), start.elapsed()), (io::ErrorKind::TimedOut, timeouts.head));
        drop(here);
        trickle.await.expect("an end");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_idle_from_the_last_answer_on_and_not_while_a_request_is_processed() {
        let (mut here, mut there, work, timeouts) = pair();
        there.write_all(b"a head").await.expect("a head sent");
        here.read_exact(&mut [0; 6]).await.expect("a head");
        let working = work.begin();
        let long = timeouts.idle * 2;
        tokio::time::timeout(long, here.read_u8()).await.expect_err("nothing happens");
        here.write_all(b"an answer").await.expect("an answer sent");
        drop(working);
        let start = Instant::now();
        let error = here.read_u8().await.expect_err("too late");
        assert_eq!((error.kind(), start.elapsed()), (io::ErrorKind::TimedOut, timeouts.idle));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_the_answer_is_cut_off() {
        let (mut here, there, _, timeouts) = pair();
        let start = Instant::now();
        let error = here.write_all(&[0; 17]).await.expect_err("nobody reads");
        assert_eq!((error.kind(), start.elapsed()), (io::ErrorKind::TimedOut, timeouts.write));
        drop(there);
    }
}
