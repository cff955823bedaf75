//! The events of an account in the native surface: page by page, as a stream, and as `CloudEvents`.

mod form;
pub mod object;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use futures_util::stream::unfold;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use self::form::{BATCH, Form, STREAM};
use self::object::{CloudEvent, Event, cloud_event, event};
use super::openapi as doc;
use super::problem::{Error, Kind};
use super::{ApiResult, Query, Request, cursor};
use domain::auth::store::prove;
use domain::error::Error as Cause;
use domain::events::KINDS;
use domain::feed::{Filter, Page};
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::oauth::scopes;
use domain::users::User;
use domain::{feed, users};

use domain::work;
use service::app::App;
use service::caller;
use service::openapi::{Operation, Parameter, schema};
use service::streams::{Endless, LONGEST_WAIT, Waiter};

const PARAMETERS: &[&str] = &["after", "limit", "types", "workspace_id", "wait"];
/// The header with which a client resumes a stream.
pub const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells a reverse proxy to pass a stream on as it comes.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
/// How often a stream without events has a comment, and looks whether its reader may still read.
const COMMENT: Duration = Duration::from_secs(15);
/// The number of events that a stream reads at a time.
const CHUNK: usize = 50;
/// The time in which a read that does not wait looks for the first event that passes its filter.
const SEARCH: Duration = Duration::from_secs(5);

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Events")]
struct List {
    events: Vec<Event>,
    next_after: i64,
    last: i64,
}

/// A reader of events. Each read checks its token and its rights again, in the snapshot in which it reads.
struct Reader {
    token: [u8; 32],
    filter: Arc<Filter>,
    after: i64,
}

/// `after`
const AFTER: Parameter = Parameter::query(
    "after",
    || json!({ "type": "integer", "format": "int64", "minimum": 0, "default": 0 }),
    "Only events with a higher `sequence`; 0: from the beginning.",
);
/// `types`
const TYPES: Parameter = Parameter::query(
    "types",
    || {
        let one = format!(r"({}|\*)\.({}|\*)", feed::subjects().join("|"), KINDS.join("|"));
        json!({ "type": "string", "pattern": format!("^{one}(,{one})*$") })
    },
    "Only events of these types, separated by commas: `SUBJECT.KIND`, where `*` stands for every subject or kind.",
);
/// `workspace_id`
const WORKSPACES: Parameter = Parameter::query(
    "workspace_id",
    || json!({ "type": "string", "pattern": "^[0-9]{1,18}(,[0-9]{1,18})*$" }),
    "Only events of these workspaces, separated by commas.",
);
/// `wait`
const WAIT: Parameter = Parameter::query(
    "wait",
    || json!({ "type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0 }),
    "The number of seconds to wait for the first event, if there is none yet. Streams ignore it.",
);
/// `Last-Event-ID`
const RESUME: Parameter = Parameter::header(
    "Last-Event-ID",
    || json!({ "type": "string", "pattern": "^[0-9]{0,18}$" }),
    "The `sequence` of the last event that the client has; takes precedence over `after`, unless it is empty.",
);

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The oldest first, without gaps. Administrators get all events, others those of the workspaces whose health \
        they see. Secrets and their digests are left out of `before` and `after`. `next_after` is the `after` of the next \
        page; there are no more events once it is `last`. With `Accept: text/event-stream`, the answer goes on with each \
        new event: `id` is the sequence, `event` the type, `data` an event as in a page.",
    parameters: &[AFTER, doc::LIMIT, TYPES, WORKSPACES, WAIT, RESUME],
    answer: Some(schema::of::<List>),
    media: &[(STREAM, |_| json!({ "type": "string" })), (BATCH, schema::of::<Vec<CloudEvent>>)],
    ..Operation::new("events", "listEvents", "List events, or wait for them")
};

/// `GET /events`
pub async fn index(State(app): State<App>, headers: HeaderMap, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let limit = query.number("limit", 1, cursor::Page::<i64>::MAX_LIMIT)?;
    let limit = limit.unwrap_or(cursor::Page::<i64>::DEFAULT_LIMIT);
    let wait = query.number("wait", 0, LONGEST_WAIT)?.unwrap_or_default().unsigned_abs();
    let after = query.number("after", 0, i64::MAX)?.unwrap_or_default();
    let workspaces = query.numbers("workspace_id")?;
    let filter = Filter {
        types: types(&query)?,
        workspaces: workspaces.map(|ids| ids.iter().copied().map(WorkspaceId).collect()),
    };
    let token = caller::digest(&headers).ok_or(Error::new(Kind::Unauthenticated))?;
    let after = resumed(&headers)?.unwrap_or(after);
    let mut reader = Reader { token, filter: Arc::new(filter), after };
    let account_id = request.caller.account_id;
    let form = Form::of(&headers);
    let mut response = if form == Form::Stream {
        stream(&app, account_id, reader)?
    } else {
        let limit = usize::try_from(limit).unwrap_or(1);
        let found = if wait == 0 {
            reader.search(&app, limit).await?
        } else {
            let _place = app.streams.enter().ok_or_else(full)?;
            reader.wait(&app, account_id, limit, Duration::from_secs(wait)).await?
        };
        let next = query.with("after", &found.next_after.to_string());
        let mut response = match form {
            Form::Batch => {
                let each = found.events.into_iter().map(|event| cloud_event(&app, account_id, event));
                let mut response = crate::json(&each.collect::<Vec<_>>());
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(BATCH));
                response
            }
            _ => crate::json(&found),
        };
        let next = HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).expect("escaped texts");
        response.headers_mut().insert(header::LINK, next);
        response
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// The names of the types that the parameter selects.
fn types(query: &Query<'_>) -> Result<Option<Vec<String>>, Error> {
    let Some(text) = query.value("types")? else { return Ok(None) };
    let mut names = BTreeSet::new();
    for name in text.split(',') {
        let known = feed::types(name).ok_or_else(|| {
            let detail = "must be some of SUBJECT.KIND with commas between, where * stands for all; an example is \
                status_report.created";
            Error::parameter("types", detail)
        })?;
        names.extend(known);
    }
    Ok(Some(names.into_iter().collect()))
}

/// The number in `Last-Event-ID`.
fn resumed(headers: &HeaderMap) -> Result<Option<i64>, Error> {
    let Some(value) = headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else { return Ok(None) };
    let digits =
        value.to_str().ok().filter(|text| text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|text| text.parse().ok());
    let detail = "The header Last-Event-ID must be the sequence of an event.";
    number.map(Some).ok_or_else(|| Error::new(Kind::InvalidParameter).with_detail(detail))
}

fn full() -> Error {
    Error::new(Kind::Unavailable).with_detail("Too many clients wait for events; see Retry-After.")
}

impl Reader {
    /// The next events, up to `limit`. There may be more if there are none.
    async fn read(&mut self, app: &App, limit: usize) -> Result<(Page, Vec<User>), Cause> {
        let (token, filter, after, now) = (self.token, Arc::clone(&self.filter), self.after, app.clock.now());
        let read = app.db.read(work!(|conn| {
            let proof = prove(conn, &token).await?.ok_or(Cause::Unauthenticated)?;
            if proof.expires_at.is_some_and(|end| end <= now) || !proof.caller.has_scope(scopes::NATIVE) {
                return Err(Cause::Unauthenticated);
            }
            let page = feed::store::page(conn, &proof.caller, &filter, after, limit).await?;
            let actors: BTreeSet<UserId> =
                page.events.iter().filter_map(|event| event.link.event.actor_id).collect();
            let actors = actors.into_iter().collect();
            let people = users::store::of_account(conn, proof.caller.account_id, &actors).await?;
            Ok((page, people))
        }));
        let (page, people) = read.await?;
        self.after = page.next_after;
        Ok((page, people))
    }

    /// The next events as a page. The page is empty if there are no more events, or if no match was found in the time
    /// for a search.
    async fn search(&mut self, app: &App, limit: usize) -> Result<List, Cause> {
        let until = Instant::now() + SEARCH;
        loop {
            let (page, people) = self.read(app, limit).await?;
            if !page.events.is_empty() || page.is_last() || Instant::now() >= until {
                let events = page.events.iter().map(|published| event(published, &people)).collect();
                return Ok(List { events, next_after: page.next_after, last: page.last });
            }
        }
    }

    /// The next events as a page, as soon as there is one; after the wait, or when the service stops, perhaps none.
    async fn wait(
        &mut self,
        app: &App,
        account_id: AccountId,
        limit: usize,
        wait: Duration,
    ) -> Result<List, Cause> {
        let until = Instant::now() + wait;
        let mut waiter = Waiter::new(&app.db, &app.stopping, account_id);
        loop {
            let turn = app.streams.turn().await;
            let found = self.search(app, limit).await?;
            drop(turn);
            if !found.events.is_empty() || Instant::now() >= until || waiter.is_stopping() {
                return Ok(found);
            }
            waiter.wait(until.min(Instant::now() + COMMENT)).await;
        }
    }
}

/// A stream of events. It ends when the service stops, when its token ends, and when the store fails: its client resumes.
struct Stream {
    app: App,
    reader: Reader,
    waiter: Waiter,
    /// When the next comment is due.
    comment: Instant,
    _place: OwnedSemaphorePermit,
}

impl Stream {
    /// The next events as text, or a comment; `None` at the end.
    async fn next(mut self) -> Option<(Result<String, Infallible>, Self)> {
        while !self.waiter.is_stopping() {
            let turn = self.app.streams.turn().await;
            let (page, people) = self.reader.read(&self.app, CHUNK).await.ok()?;
            drop(turn);
            let is_comment_due = Instant::now() >= self.comment;
            if !page.events.is_empty() || is_comment_due {
                self.comment = Instant::now() + COMMENT;
                let each = page.events.iter().map(|published| text(&event(published, &people)));
                let text = if page.events.is_empty() { ":\n\n".to_owned() } else { each.collect() };
                return Some((Ok(text), self));
            }
            if page.is_last() {
                self.waiter.wait(self.comment).await;
            }
        }
        None
    }
}

/// An event as a stream has it.
fn text(event: &Event) -> String {
    let data = serde_json::to_string(event).expect("events are made of texts, numbers and lists");
    format!("id: {}\nevent: {}\ndata: {data}\n\n", event.sequence, event.r#type)
}

fn stream(app: &App, account_id: AccountId, reader: Reader) -> Result<Response, Error> {
    let stream = Stream {
        app: app.clone(),
        reader,
        waiter: Waiter::new(&app.db, &app.stopping, account_id),
        comment: Instant::now() + COMMENT,
        _place: app.streams.enter().ok_or_else(full)?,
    };
    let mut response = Response::new(Body::from_stream(unfold(stream, Stream::next)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(STREAM));
    response.headers_mut().extend([UNBUFFERED]);
    response.extensions_mut().insert(Endless);
    Ok(response)
}
