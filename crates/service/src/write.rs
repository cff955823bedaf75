//! Writes of requests, with their condition (`If-Match`) and their idempotency key. The APIs call this.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::task::unconstrained;

use super::app::App;
use super::tag::Expected;

use db::{Conn, Scope, Work, WorkError};
use domain::auth::Caller;
use domain::error::Error;
use domain::events::{Change, Source};
use domain::idempotency;
use domain::idempotency::{Kept, Key};
use domain::work;

/// The header with the idempotency key.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of a replayed response.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A write of a request.
#[derive(Clone, Debug)]
pub struct Write {
    /// Who writes, when and from where, for the event log.
    pub change: Change,
    /// The condition on the record.
    pub expected: Option<Expected>,
    /// The idempotency key.
    pub key: Option<Key>,
}

/// The idempotency key of a POST; `None` without the header.
///
/// # Errors
/// [`Error::Unreadable`] if the header is invalid or repeated.
pub fn key(caller: &Caller, surface: Source, parts: &Parts, body: &[u8]) -> Result<Option<Key>, Error> {
    let mut names = parts.headers.get_all(KEY).iter();
    let Some(name) = names.next().filter(|_| parts.method == Method::POST) else { return Ok(None) };
    if names.next().is_some() {
        return Err(Error::unreadable("Idempotency-Key is there more than once"));
    }
    let content_type = parts.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let query = parts.uri.query().map(str::as_bytes);
    let mut hash = Sha256::new();
    // The path is the one below the surface. Each part has its length, so that none can run into the next.
    for part in [Some(surface.name().as_bytes()), Some(parts.uri.path().as_bytes()), query, content_type] {
        hash.update([u8::from(part.is_some())]);
        hash.update(part.map_or(0, <[u8]>::len).to_le_bytes());
        hash.update(part.unwrap_or_default());
    }
    hash.update(body);
    Key::new(caller.token_id, name.as_bytes(), hash.finalize().into()).map(Some)
}

impl Write {
    /// Whether it has a condition.
    pub const fn is_conditional(&self) -> bool {
        self.expected.is_some()
    }

    /// Returns `Ok` if there is no condition, or the record meets it.
    ///
    /// # Errors
    /// [`Error::Changed`]
    pub fn check(&self, record: &impl Serialize) -> Result<(), Error> {
        self.expected.as_ref().map_or(Ok(()), |expected| expected.check(record))
    }

    /// Runs the work in one transaction on the account, and turns its result into a response with `respond`. With a key,
    /// the response is stored in that transaction, or an earlier response replaces the work. Only successes are stored: a
    /// refused request wrote nothing, and is checked again.
    ///
    /// # Errors
    /// The errors of the work; [`Error::KeyRunning`] and [`Error::KeyReused`].
    pub async fn run<T, E, F>(
        self,
        app: &App,
        work: F,
        respond: impl FnOnce(T) -> Response + Send + 'static,
    ) -> Result<Response, E>
    where
        T: Send + 'static,
        E: WorkError + From<Error>,
        F: for<'c> FnOnce(&'c mut Conn, &'c Self) -> Work<'c, T, E> + Send + 'static,
    {
        let work: Answered<E> = Box::new(move |conn, write| {
            let done = work(conn, write);
            Box::pin(async move { done.await.map(|result| Box::new(move || respond(result)) as Reply) })
        });
        self.run_answered(app, work).await
    }

    /// [`Write::run`], compiled once for each type of error.
    async fn run_answered<E: WorkError + From<Error>>(
        self,
        app: &App,
        work: Answered<E>,
    ) -> Result<Response, E> {
        let scope = Scope::Account(self.change.account_id.0);
        let Some(key) = self.key.clone() else {
            let done = app.db.write(scope, work!(|conn| -> E { work(conn, &self).await }));
            return done.await.map(|reply| reply());
        };
        let running = app.running.start(&key)?;
        let done = app.db.write(
            scope,
            work!(|conn| -> E {
                if let Some(kept) = idempotency::store::find(conn, &self.change, &key).await? {
                    return Ok((kept, true));
                }
                let reply = work(conn, &self).await?;
                let kept = stored_form(reply())?;
                idempotency::store::keep(conn, &self.change, &key, &kept).await?;
                Ok((kept, false))
            }),
        );
        let (kept, is_replayed) = done.await?;
        drop(running);
        let mut response = response_of(kept);
        if is_replayed {
            app.metrics.replayed();
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(response)
    }
}

/// The response to work that is done, made when it is needed: after the commit, unless the transaction stores it.
type Reply = Box<dyn FnOnce() -> Response + Send>;

/// Work with the response to it.
type Answered<E> = Box<dyn for<'c> FnOnce(&'c mut Conn, &'c Write) -> Work<'c, Reply, E> + Send>;

/// Turns a response into its stored form. A transaction must not wait, so the body has to be in memory.
fn stored_form(response: Response) -> Result<Kept, Error> {
    let (parts, body) = response.into_parts();
    let body = unconstrained(body.collect()).now_or_never().and_then(Result::ok);
    let body =
        body.ok_or_else(|| db::Error::Other("the body of the response to a write is not in memory".into()))?;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Kept {
        status: parts.status.as_u16(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: body.to_bytes().to_vec(),
    })
}

fn response_of(kept: Kept) -> Response {
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = StatusCode::from_u16(kept.status).unwrap_or_default();
    for (name, value) in &kept.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
