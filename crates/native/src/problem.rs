//! Problems (RFC 9457): one table, from which the answers and the pages about them come.

use std::fmt::Write;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use domain::error::{Error as Cause, Problem as Rule, Violation};
use service::app::App;
use service::{RequestId, coding};

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table has the words")]
pub enum Kind {
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    UnknownParameter,
    InvalidParameter,
    InvalidCursor,
    UnknownMember,
    Unreadable,
    TooSlow,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    Conflict,
    PreconditionFailed,
    KeyReused,
    KeyRunning,
    TooManyRequests,
    Unavailable,
    TimedOut,
    Internal,
}

/// A row of the table.
struct Described {
    name: &'static str,
    status: StatusCode,
    title: &'static str,
    about: &'static str,
}

impl Kind {
    /// The kind that stands for a status.
    pub const fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::REQUEST_TIMEOUT => Self::TooSlow,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            StatusCode::GATEWAY_TIMEOUT => Self::TimedOut,
            _ => Self::Unreadable,
        }
    }

    /// All, in the order of the page.
    pub const ALL: [Self; 21] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::UnknownParameter,
        Self::InvalidParameter,
        Self::InvalidCursor,
        Self::UnknownMember,
        Self::Unreadable,
        Self::TooSlow,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::KeyReused,
        Self::KeyRunning,
        Self::TooManyRequests,
        Self::Unavailable,
        Self::TimedOut,
        Self::Internal,
    ];

    #[expect(clippy::too_many_lines, reason = "a table, a row a kind")]
    const fn described(self) -> Described {
        let (name, status, title, about) = match self {
            Self::Unauthenticated => (
                "unauthenticated",
                StatusCode::UNAUTHORIZED,
                "Not authenticated",
                "The request has no bearer token, or one that is unknown, revoked or past its end. Send it as \
                `Authorization: Bearer TOKEN`.",
            ),
            Self::Forbidden => (
                "forbidden",
                StatusCode::FORBIDDEN,
                "Not allowed",
                "You see the object and may not do this with it. Ask an administrator for the right.",
            ),
            Self::NotFound => (
                "not-found",
                StatusCode::NOT_FOUND,
                "Not found",
                "There is no such thing, or you may not know of it. The two are never told apart.",
            ),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "Method not allowed",
                "The path is served, with other methods: the header Allow of the answer lists them.",
            ),
            Self::UnknownParameter => (
                "unknown-parameter",
                StatusCode::BAD_REQUEST,
                "Unknown parameter",
                "The address has a parameter that this path does not know. It is refused rather than ignored, so that \
                a misspelt filter does not show everything. `errors` names each.",
            ),
            Self::InvalidParameter => (
                "invalid-parameter",
                StatusCode::BAD_REQUEST,
                "Invalid parameter",
                "A parameter of the address has a value that it cannot have. `errors` names it and says why.",
            ),
            Self::InvalidCursor => (
                "invalid-cursor",
                StatusCode::BAD_REQUEST,
                "Invalid cursor",
                "The cursor is not one that this list handed out for this order. Begin again without a cursor.",
            ),
            Self::UnknownMember => (
                "unknown-member",
                StatusCode::BAD_REQUEST,
                "Unknown member",
                "The body has a member that this path does not know. `errors` points at each.",
            ),
            Self::Unreadable => (
                "unreadable",
                StatusCode::BAD_REQUEST,
                "Unreadable request",
                "What was sent cannot be read: broken escapes in the address, or a body that is not what it says.",
            ),
            Self::TooSlow => (
                "too-slow",
                StatusCode::REQUEST_TIMEOUT,
                "Request too slow",
                "The body of the request was not there in time. Nothing was done.",
            ),
            Self::TooLarge => (
                "too-large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "Request too large",
                "The body is longer than what is read.",
            ),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
                "The body is of a type that this path does not read. Send `Content-Type: application/json`.",
            ),
            Self::Invalid => (
                "invalid",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Invalid object",
                "The body can be read and breaks rules of the object. `errors` points at each member that does.",
            ),
            Self::Conflict => (
                "conflict",
                StatusCode::CONFLICT,
                "Conflict",
                "What is there already does not go with the request. `detail` says what it is.",
            ),
            Self::PreconditionFailed => (
                "precondition-failed",
                StatusCode::PRECONDITION_FAILED,
                "Changed meanwhile",
                "The object is no longer the one whose tag was sent in If-Match. Read it again, look at what changed, and \
                write with the tag that it has now.",
            ),
            Self::KeyReused => (
                "idempotency-key-reused",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Idempotency key reused",
                "The key in Idempotency-Key was sent with another request within a day. A new request needs a new key.",
            ),
            Self::KeyRunning => (
                "idempotency-key-running",
                StatusCode::CONFLICT,
                "Still running",
                "The request of this Idempotency-Key is still worked on. The same request gets its answer later.",
            ),
            Self::TooManyRequests => (
                "too-many-requests",
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
                "Wait as long as Retry-After says, in seconds, and send the request again.",
            ),
            Self::TimedOut => (
                "timed-out",
                StatusCode::GATEWAY_TIMEOUT,
                "Timed out",
                "No answer was there in time. What the request writes may have been written: look before repeating it.",
            ),
            Self::Unavailable => (
                "unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "Temporarily unavailable",
                "The store cannot be reached just now. The same request may work later: see Retry-After.",
            ),
            Self::Internal => (
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal error",
                "The fault is ours. `instance` names the request; give it to whoever runs the server.",
            ),
        };
        Described { name, status, title, about }
    }
}

/// A problem on its way to a client.
#[derive(Clone, Debug)]
pub struct Error {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<Entry>,
    /// Whether the answer says which codings are read.
    is_about_coding: bool,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProblemEntry")]
struct Entry {
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
}

/// A problem as it is sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct Document<'p> {
    r#type: String,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'p [Entry],
}

impl Error {
    /// A problem without any more words.
    pub const fn new(kind: Kind) -> Self {
        Self { kind, detail: None, errors: Vec::new(), is_about_coding: false }
    }

    /// With a sentence about this occurrence.
    pub fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// With a parameter of the address that is wrong.
    pub fn at_parameter(mut self, parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(Entry { detail: detail.into(), pointer: None, parameter: Some(parameter.into()) });
        self
    }

    /// With a member of the body that is wrong.
    pub fn at_member(mut self, member: &str, detail: impl Into<String>) -> Self {
        let pointer = format!("/{}", member.replace('~', "~0").replace('/', "~1"));
        self.errors.push(Entry { detail: detail.into(), pointer: Some(pointer), parameter: None });
        self
    }

    /// Whether it names a place.
    pub const fn names_something(&self) -> bool {
        !self.errors.is_empty()
    }

    /// A parameter with a value that it cannot have.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::new(Kind::InvalidParameter).at_parameter(name, detail)
    }

    /// The whole answer, where no [`super::layer`] finishes it.
    pub fn answer(self, request: Option<&RequestId>) -> Response {
        let mut response = self.clone().into_response();
        response.extensions_mut().remove::<Self>();
        self.write(&mut response, request);
        response
    }

    /// Writes the document into an answer that was kept for it.
    pub(super) fn write(&self, response: &mut Response, request: Option<&RequestId>) {
        let Described { name, status, title, .. } = self.kind.described();
        let document = Document {
            r#type: format!("{}/problems/{name}", request.map_or("", |request| &request.root)),
            title,
            status: status.as_u16(),
            detail: self.detail.as_deref(),
            instance: request.map(|id| format!("urn:statuary:request:{id}")),
            errors: &self.errors,
        };
        let body = serde_json::to_vec(&document).expect("documents are made of texts");
        *response.body_mut() = Body::from(body);
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Unreadable(detail) => Self::new(Kind::Unreadable).saying(detail),
            Cause::TooLarge(limit) => {
                Self::new(Kind::TooLarge).saying(format!("The body is longer than {limit} bytes."))
            }
            Cause::TooMuch(detail) => Self::new(Kind::InvalidParameter).saying(detail),
            cause @ Cause::UnsupportedCoding(_) => Self {
                is_about_coding: true,
                ..Self::new(Kind::UnsupportedMediaType).saying(format!("{cause}."))
            },
            Cause::Unauthenticated => Self::new(Kind::Unauthenticated),
            Cause::NotFound => Self::new(Kind::NotFound),
            Cause::Forbidden => Self::new(Kind::Forbidden),
            Cause::Invalid(violations) => {
                let errors = violations.iter().map(violation).collect();
                Self { errors, ..Self::new(Kind::Invalid) }
            }
            Cause::Changed => Self::new(Kind::PreconditionFailed),
            Cause::KeyReused => Self::new(Kind::KeyReused),
            Cause::KeyRunning => Self::new(Kind::KeyRunning),
            Cause::Store(cause) => {
                tracing::error!(error = %cause, "the store failed a request");
                let is_away = matches!(cause, db::Error::Unavailable(_));
                Self::new(if is_away { Kind::Unavailable } else { Kind::Internal })
            }
        }
    }
}

impl From<db::Error> for Error {
    fn from(cause: db::Error) -> Self {
        Cause::from(cause).into()
    }
}

/// The member that breaks a rule, as a JSON pointer (RFC 6901); the empty one is the whole body.
fn violation(violation: &Violation) -> Entry {
    let field = violation.field;
    let detail = match &violation.problem {
        Rule::Blank => "must not be blank".to_owned(),
        Rule::NotIncluded => "is none of the allowed values".to_owned(),
        Rule::Malformed => "has a wrong shape".to_owned(),
        Rule::Missing => "names what is not there".to_owned(),
        Rule::Taken => "is taken already".to_owned(),
        Rule::TooLong(limit) => format!("is longer than {limit} characters"),
        Rule::OutOfRange(from, to) => format!("is not between {from} and {to}"),
        Rule::NotAbove(limit) => format!("is not above {limit}"),
        Rule::Sentence(sentence) => (*sentence).to_owned(),
        Rule::PartBlank(part) => format!("{part} must not be blank"),
        Rule::PartNotIncluded(part) => format!("{part} is none of the allowed values"),
    };
    let pointer = if field == "base" { String::new() } else { format!("/{field}") };
    Entry { detail, pointer: Some(pointer), parameter: None }
}

impl IntoResponse for Error {
    /// An answer whose body is written by [`super::layer`], which knows the request.
    fn into_response(self) -> Response {
        let mut response = self.kind.described().status.into_response();
        let headers = response.headers_mut();
        match self.kind {
            Kind::Unauthenticated => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Kind::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        if self.is_about_coding {
            response = coding::refused(response);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// `GET /problems`
pub async fn index(State(app): State<App>) -> Response {
    page(app.settings.public_path(), "Problems", Kind::ALL.iter().map(|kind| kind.described()))
}

/// `GET /problems/{name}`
pub async fn show(State(app): State<App>, Path(name): Path<String>) -> Response {
    let kinds = Kind::ALL.iter().map(|kind| kind.described());
    let Some(kind) = kinds.into_iter().find(|kind| kind.name == name) else {
        return (StatusCode::NOT_FOUND, "Not found\n").into_response();
    };
    page(app.settings.public_path(), kind.title, std::iter::once(kind))
}

/// The words of the table have no character that HTML would read.
fn page(root: &str, title: &str, kinds: impl Iterator<Item = Described>) -> Response {
    let root = root.replace('&', "&#38;").replace('<', "&#60;").replace('"', "&#34;").replace('\'', "&#39;");
    let mut body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title} - Statuary</title>\n\
        <h1>{title}</h1>\n<dl>\n"
    );
    for Described { name, status, title, about } in kinds {
        let _ = writeln!(
            body,
            "<dt><a href=\"{root}/problems/{name}\"><code>{name}</code></a>: {title} ({})</dt>\n<dd>{about}</dd>",
            status.as_u16()
        );
    }
    let _ = write!(body, "</dl>\n<p><a href=\"{root}/problems\">All problems</a></p>\n</html>\n");
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}
