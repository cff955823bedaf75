//! The table of problem types.

use axum::http::StatusCode;

/// The problem types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "described by the table")]
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
pub struct Described {
    pub name: &'static str,
    pub status: StatusCode,
    pub title: &'static str,
    pub about: &'static str,
}

impl Kind {
    /// The kind for an HTTP status.
    pub const fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::REQUEST_TIMEOUT => Self::TooSlow,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            StatusCode::GATEWAY_TIMEOUT => Self::TimedOut,
            _ => Self::Unreadable,
        }
    }

    /// All kinds, in the order of the page.
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

    /// The row of the table.
    #[expect(clippy::too_many_lines, reason = "a table with a row per kind")]
    pub const fn described(self) -> Described {
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
