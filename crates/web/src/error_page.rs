//! Error pages. Handlers and layers return a [`Failure`] or a [`Message`]; [`super::error_layer`], which `statuary` puts
//! around the router, writes it as a page in the reader's language.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::layout::Layout;
use super::response::{page, see_other};

use domain::error::{Error, StoreError, Unreadable};
use domain::users::hash_queue::Busy;
use service::coding;
use service::outage::StoreUnavailable;

/// A page with a title and a sentence.
#[derive(Template)]
#[template(path = "web/message.html")]
struct Page<'m> {
    layout: Layout,
    title: &'m str,
    text: &'m str,
}

/// The content of a page that [`super::error_layer`] still has to write.
#[derive(Clone, Debug)]
pub struct Message {
    title: &'static str,
    text: Text,
}

#[derive(Clone, Debug)]
enum Text {
    Key(&'static str),
    /// A message with the value `address`.
    WithAddress(&'static str, String),
    /// A message with the value `name`, the name of another service.
    WithName(&'static str, String),
    /// A message with the value `id`, the id of the request.
    WithId(&'static str),
    /// A text in no particular language.
    Verbatim(String),
}

impl Message {
    /// The message of a response that has no page yet.
    pub fn take(response: &mut Response) -> Option<Self> {
        response.extensions_mut().remove()
    }

    /// The page, with the status and the headers of its response; `id` is that of the request.
    pub fn page(self, layout: Layout, id: &str, response: &Response) -> Response {
        let title = layout.t(self.title);
        let text = match self.text {
            Text::Key(key) => layout.t(key),
            Text::WithAddress(key, url) => layout.say(key, "address", url).into(),
            Text::WithName(key, name) => layout.say(key, "name", name).into(),
            Text::WithId(key) => {
                tracing::error!(request_id = id, "an error page refers to the log");
                layout.say(key, "id", id).into()
            }
            Text::Verbatim(text) => text.into(),
        };
        let mut written = page(response.status(), &Page { layout, title: &title, text: &text });
        for (name, value) in response.headers() {
            if *name != header::CONTENT_LENGTH {
                written.headers_mut().insert(name.clone(), value.clone());
            }
        }
        if let Some(mark) = response.extensions().get::<StoreUnavailable>() {
            written.extensions_mut().insert(mark.clone());
        }
        written
    }
}

/// An error of a handler.
#[derive(Debug)]
pub enum Failure {
    /// The form was sent by another site, or in a session that has ended.
    Foreign,
    /// The page requires a session. The value is the path to return to after signing in.
    SignedOut(String),
    /// Too many requests, or too much load. The client can retry after this many seconds.
    Later(StatusCode, u64),
    /// The request was not encrypted. The value is the `https` URL of the service.
    Unencrypted(String),
    /// An error of the domain.
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
                return say(
                    StatusCode::FORBIDDEN,
                    "unencrypted-title",
                    Text::WithAddress("unencrypted-text", url),
                );
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
            Error::Store(StoreError::Unavailable(reason)) => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                let mut response = message(status, "later-title", "store-unavailable-text");
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response.extensions_mut().insert(StoreUnavailable(reason));
                response
            }
            other => {
                tracing::error!(error = %other, "a page failed");
                internal_error()
            }
        }
    }
}

/// The result of a handler.
pub type PageResult = Result<Response, Failure>;

/// An error page, from the keys of its title and its text.
pub fn message(status: StatusCode, title: &'static str, text: &'static str) -> Response {
    say(status, title, Text::Key(text))
}

/// [`message`] with the name of another service in its text.
pub fn message_about(status: StatusCode, title: &'static str, text: &'static str, name: &str) -> Response {
    say(status, title, Text::WithName(text, name.to_owned()))
}

/// [`message`] with the menu of the person who is signed in.
pub fn message_to(layout: Layout, status: StatusCode, title: &str, text: &str) -> Response {
    let (title, text) = (layout.t(title), layout.t(text));
    page(status, &Page { layout, title: &title, text: &text })
}

/// The page for a path or a record that does not exist, or that the reader cannot see.
pub fn not_found() -> Response {
    message(StatusCode::NOT_FOUND, "not-found-title", "not-found-text")
}

/// The page for an internal error.
pub fn internal_error() -> Response {
    say(StatusCode::INTERNAL_SERVER_ERROR, "failure-title", Text::WithId("failure-text"))
}

/// The page for a request that a layer refused.
pub fn refused(status: StatusCode, reason: &str) -> Response {
    let text = match status {
        StatusCode::BAD_REQUEST => {
            // Only the header for fault injection leads here; its sender reads the reason that programs get.
            return say(status, "unreadable-title", Text::Verbatim(reason.to_owned()));
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
    response.extensions_mut().insert(Message { title, text });
    response
}

/// The page for an unreadable form. Programs get the reason itself; people get an explanation.
fn unreadable(reason: &Unreadable) -> Response {
    let text = match reason {
        Unreadable::Escape | Unreadable::Utf8 => "unreadable-letters",
        Unreadable::NullByte => "unreadable-null",
        Unreadable::BodyEndedEarly(_) => "unreadable-broken-off",
        Unreadable::Other(_) => "unreadable-form",
    };
    message(StatusCode::BAD_REQUEST, "unreadable-title", text)
}
