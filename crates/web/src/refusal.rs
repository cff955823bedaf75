//! How something goes wrong on a page. Handlers and layers say what; [`layer`] writes it for whoever reads.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::reader::Reader;
use super::{Layout, page, see_other};

use domain::error::{Error, Unreadable};
use domain::users::hash_queue::Busy;
use service::app::App;
use service::coding;

/// A page with a sentence.
#[derive(Template)]
#[template(path = "web/message.html")]
struct Page<'m> {
    layout: Layout,
    title: &'m str,
    text: &'m str,
}

/// What is to be said, once it is known to whom.
#[derive(Clone, Debug)]
struct Said {
    title: &'static str,
    text: Text,
}

#[derive(Clone, Debug)]
enum Text {
    Message(&'static str),
    /// A message about an address.
    At(&'static str, String),
    /// As it is told to programs.
    Given(String),
}

/// An error of any room, as a page.
#[derive(Debug)]
pub enum Failure {
    /// Another site sent the form, or a session that has ended.
    Foreign,
    /// Nobody is signed in; where to go on afterwards.
    SignedOut(String),
    /// Too many requests, or too much work; the client may try again after this many seconds.
    Later(StatusCode, u64),
    /// The request came unencrypted, and the service is at this `https` URL.
    Unencrypted(String),
    /// Anything else.
    Other(Error),
}

impl From<Busy> for Failure {
    fn from(Busy: Busy) -> Self {
        Self::Later(StatusCode::SERVICE_UNAVAILABLE, 5)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Foreign => return message(StatusCode::FORBIDDEN, "foreign-title", "foreign-text"),
            Self::SignedOut(path) if path == "/" => return see_other("/login"),
            Self::SignedOut(path) => {
                let path = utf8_percent_encode(&path, NON_ALPHANUMERIC);
                return see_other(&format!("/login?return_to={path}"));
            }
            Self::Later(status, seconds) => {
                let mut response = refused(status, "");
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                return response;
            }
            Self::Unencrypted(url) => {
                return say(StatusCode::FORBIDDEN, "unencrypted-title", Text::At("unencrypted-text", url));
            }
            Self::Other(error) => error,
        };
        match error {
            Error::Unreadable(reason) => unreadable(&reason),
            Error::TooMuch(_) => message(StatusCode::BAD_REQUEST, "unreadable-title", "unreadable-form"),
            Error::TooLarge(_) => message(StatusCode::PAYLOAD_TOO_LARGE, "too-large-title", "too-large-text"),
            Error::UnsupportedCoding(_) => coding::refused(message(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unreadable-title",
                "unreadable-form",
            )),
            Error::NotFound => not_found(),
            Error::Forbidden => message(StatusCode::FORBIDDEN, "forbidden-title", "forbidden-text"),
            Error::KeyRunning => message(StatusCode::CONFLICT, "saving-title", "saving-text"),
            Error::Store(db::Error::Unavailable(reason)) => {
                tracing::error!(reason, "the store is not reachable");
                let status = StatusCode::SERVICE_UNAVAILABLE;
                let mut response = message(status, "later-title", "store-unavailable-text");
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response
            }
            other => {
                tracing::error!(error = %other, "a page failed");
                failure()
            }
        }
    }
}

/// A page with a sentence, by the names of its title and of its text.
pub fn message(status: StatusCode, title: &'static str, text: &'static str) -> Response {
    say(status, title, Text::Message(text))
}

/// [`message`] for somebody who is signed in, and stays so.
pub fn message_to(layout: Layout, status: StatusCode, title: &str, text: &str) -> Response {
    let (title, text) = (layout.t(title), layout.t(text));
    page(status, &Page { layout, title: &title, text: &text })
}

/// The page for what is not there, or may not be known of.
pub fn not_found() -> Response {
    message(StatusCode::NOT_FOUND, "not-found-title", "not-found-text")
}

/// The page for a defect of ours.
pub fn failure() -> Response {
    message(StatusCode::INTERNAL_SERVER_ERROR, "failure-title", "failure-text")
}

/// The page for who has to wait, or asks for what cannot be read.
pub fn refused(status: StatusCode, reason: &str) -> Response {
    let text = match status {
        StatusCode::BAD_REQUEST => {
            // A header for tests is wrong; who sent it reads what its programs would.
            return say(status, "unreadable-title", Text::Given(reason.to_owned()));
        }
        StatusCode::TOO_MANY_REQUESTS => "too-many-text",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable-text",
        StatusCode::REQUEST_TIMEOUT => "slow-body-text",
        _ => "slow-text",
    };
    message(status, "later-title", text)
}

fn say(status: StatusCode, title: &'static str, text: Text) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Said { title, text });
    response
}

/// What could not be read. Programs read the reason as it is; people who sent a form read what is wrong with it.
fn unreadable(reason: &Unreadable) -> Response {
    let text = match reason {
        Unreadable::Escape | Unreadable::Utf8 => "unreadable-letters",
        Unreadable::NullByte => "unreadable-null",
        Unreadable::BodyEndedEarly(_) => "unreadable-broken-off",
        Unreadable::Other(_) => "unreadable-form",
    };
    message(StatusCode::BAD_REQUEST, "unreadable-title", text)
}

/// Writes what is to be said in the reader's language, whatever inside said it.
pub async fn layer(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let mut response = next(request).await;
    let Some(Said { title, text }) = response.extensions_mut().remove::<Said>() else { return response };
    let layout = Layout::plain(Reader::of(&app.settings, &headers, &uri, app.clock.now()));
    let title = layout.t(title);
    let text = match text {
        Text::Message(key) => layout.t(key),
        Text::At(key, url) => layout.say(key, "address", url).into(),
        Text::Given(text) => text.into(),
    };
    let mut written = page(response.status(), &Page { layout, title: &title, text: &text });
    for (name, value) in response.headers() {
        if *name != header::CONTENT_LENGTH {
            written.headers_mut().insert(name.clone(), value.clone());
        }
    }
    written
}
