//! The access log: one line per request, in the combined format of web servers or as JSON. `front::service` calls it. A
//! separate thread writes, so that no request waits for a disk. Lines that do not fit into its queue, or that it cannot
//! write, are dropped and counted.

use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::Response;
use hyper::body::Body as _;
use serde_json::json;

use super::surface::Surface;
use base::clock::Time;

/// Length of the queue, in lines.
const WAITING: usize = 8 * 1024;
/// Maximum length of a header value in the log, in characters.
const LONGEST: usize = 512;
/// Time limit for the last lines when the service stops.
const FLUSHING: Duration = Duration::from_secs(5);

/// The destination of the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard error.
    Stderr,
    /// A file, to which lines are appended.
    File(PathBuf),
}

impl Target {
    /// Reads a target; `-` is standard error.
    pub fn of(text: &str) -> Self {
        if text == "-" { Self::Stderr } else { Self::File(text.into()) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stderr => f.write_str("on standard error"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

enum Message {
    Line(String),
    Reopen,
    Flush(SyncSender<()>),
}

/// The log.
#[derive(Debug)]
pub struct AccessLog {
    sender: SyncSender<Message>,
    lost: Arc<AtomicU64>,
    is_json: bool,
}

/// The fields of a line that come from the request.
#[derive(Debug)]
pub struct Entry {
    address: Option<IpAddr>,
    method: Method,
    path: String,
    version: &'static str,
    referer: Option<String>,
    agent: Option<String>,
    begin: Instant,
    at: Time,
}

impl AccessLog {
    /// Opens the log.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(target: Target, is_json: bool) -> io::Result<Self> {
        let out = Out::open(&target)?;
        let (sender, receiver) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        let thread = std::thread::Builder::new().name("access log".into());
        // The thread ends when the log is dropped.
        drop(thread.spawn(move || write(&target, out, &receiver, &counted))?);
        Ok(Self { sender, lost, is_json })
    }

    /// Waits until all lines so far are written, at most for a few seconds.
    pub fn flush(&self) {
        let (done, is_done) = sync_channel(1);
        if self.sender.try_send(Message::Flush(done)).is_ok() {
            let _ = is_done.recv_timeout(FLUSHING);
        }
    }

    /// Reopens the file, after a rotation.
    pub fn reopen(&self) {
        // If the queue is full, the operator repeats the signal.
        drop(self.sender.try_send(Message::Reopen));
    }

    /// Takes the fields of a line from a request.
    pub fn begin(&self, request: &Request, address: Option<IpAddr>, now: Time) -> Entry {
        let uri = request.uri();
        // The query of a page may contain a secret of OAuth; the query of an API contains filters and paging.
        let path = match uri.query() {
            Some(query) if Surface::of(uri.path()).is_api() => format!("{}?{query}", uri.path()),
            _ => uri.path().to_owned(),
        };
        let text = |name: HeaderName| {
            let value = request.headers().get(name)?;
            let text = String::from_utf8_lossy(value.as_bytes());
            Some(text.chars().take(LONGEST).collect::<String>())
        };
        Entry {
            address,
            method: request.method().clone(),
            path,
            version: if request.version() == axum::http::Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
            // Without the query, for the same reason.
            referer: text(header::REFERER).map(|url| url.split(['?', '#']).next().unwrap_or_default().into()),
            agent: text(header::USER_AGENT),
            begin: Instant::now(),
            at: now,
        }
    }

    /// Writes the line of a request, once its answer is known.
    pub fn end(&self, entry: &Entry, response: &Response, id: &HeaderValue) {
        let line = if self.is_json { entry.json(response, id) } else { entry.combined(response) };
        if self.sender.try_send(Message::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Entry {
    /// The path, in which `{secret}` replaces a secret.
    fn shown(&self, response: &Response) -> String {
        match response.extensions().get::<MatchedPath>() {
            Some(route) if route.as_str().contains("{secret}") => route.as_str().to_owned(),
            _ if is_of_a_link(&self.path) => format!("/{}/{{secret}}", first(&self.path)),
            _ => self.path.clone(),
        }
    }

    fn combined(&self, response: &Response) -> String {
        let address = self.address.map_or_else(|| "-".to_owned(), |address| address.to_string());
        let at = self.at.timestamp().strftime("%d/%b/%Y:%H:%M:%S +0000");
        let bytes = length(response).map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
        let mut line = format!("{address} - - [{at}] \"{} ", self.method);
        quoted(&mut line, &self.shown(response));
        let _ = write!(line, " {}\" {} {bytes} \"", self.version, response.status().as_u16());
        quoted(&mut line, self.referer.as_deref().unwrap_or("-"));
        line += "\" \"";
        quoted(&mut line, self.agent.as_deref().unwrap_or("-"));
        line += "\"\n";
        line
    }

    fn json(&self, response: &Response, id: &HeaderValue) -> String {
        let line = json!({
            "time": self.at.to_string(),
            "address": self.address.map(|address| address.to_string()),
            "method": self.method.as_str(),
            "path": self.shown(response),
            "status": response.status().as_u16(),
            "bytes": length(response),
            "milliseconds": u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX),
            "referer": self.referer,
            "agent": self.agent,
            "request_id": id.to_str().unwrap_or_default(),
        });
        format!("{line}\n")
    }
}

/// Whether a path contains the secret of a one-time link.
fn is_of_a_link(path: &str) -> bool {
    matches!(first(path), "login" | "setup" | "invitations" | "unsubscribe" | "s" | "badge")
        && path.matches('/').count() > 1
}

fn first(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

/// The length of the body; `None` for a body that is created while it is sent.
fn length(response: &Response) -> Option<u64> {
    response.body().size_hint().exact()
}

/// Appends a text, with escapes for quotes and control characters.
fn quoted(line: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                line.push('\\');
                line.push(letter);
            }
            control if control.is_control() => {
                let _ = write!(line, "\\x{:02x}", u32::from(control));
            }
            other => line.push(other),
        }
    }
}

enum Out {
    Stderr,
    File(File),
    /// The file could not be reopened.
    Nowhere,
}

impl Out {
    fn open(target: &Target) -> io::Result<Self> {
        match target {
            Target::Stderr => Ok(Self::Stderr),
            Target::File(path) => Ok(Self::File(OpenOptions::new().create(true).append(true).open(path)?)),
        }
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Stderr => io::stderr().write_all(text.as_bytes()),
            Self::File(file) => file.write_all(text.as_bytes()),
            Self::Nowhere => Err(io::Error::other("the file is not open")),
        }
    }
}

/// Writes lines as they arrive, and all waiting lines at once.
fn write(target: &Target, mut out: Out, receiver: &Receiver<Message>, lost: &AtomicU64) {
    let mut has_failed = false;
    let mut text = String::new();
    let mut lines = 0;
    while let Ok(first) = receiver.recv() {
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Line(line) => {
                    text += &line;
                    lines += 1;
                    if text.len() < 64 * 1024 {
                        next = receiver.try_recv().ok();
                    }
                }
                Message::Reopen => {
                    flush(&mut out, &mut text, &mut lines, &mut has_failed, lost);
                    out = Out::open(target).unwrap_or_else(|error| {
                        tracing::error!(%error, "the access log cannot be opened again");
                        Out::Nowhere
                    });
                    has_failed = false;
                }
                Message::Flush(done) => {
                    flush(&mut out, &mut text, &mut lines, &mut has_failed, lost);
                    let _ = done.try_send(());
                }
            }
        }
        flush(&mut out, &mut text, &mut lines, &mut has_failed, lost);
    }
}

fn flush(out: &mut Out, text: &mut String, lines: &mut u64, has_failed: &mut bool, lost: &AtomicU64) {
    if text.is_empty() {
        return;
    }
    match out.write(text) {
        Ok(()) => {
            let lost = lost.swap(0, Ordering::Relaxed);
            if std::mem::take(has_failed) || lost > 0 {
                tracing::warn!(lost, "the access log is written again; lines are missing");
            }
        }
        Err(error) => {
            lost.fetch_add(*lines, Ordering::Relaxed);
            if !std::mem::replace(has_failed, true) {
                tracing::error!(%error, "the access log cannot be written");
            }
        }
    }
    text.clear();
    *lines = 0;
}
