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
    NotDeleted,
    AlreadyRequested,
    DraftClosed,
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
    pub const ALL: [Self; 24] = [
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
        Self::NotDeleted,
        Self::AlreadyRequested,
        Self::DraftClosed,
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
                "The request has no bearer token, or one that is unknown, revoked or expired. Send it as \
                `Authorization: Bearer TOKEN`.",
            ),
            Self::Forbidden => (
                "forbidden",
                StatusCode::FORBIDDEN,
                "Not allowed",
                "You can see the object, but you may not do this with it. Ask an administrator for permission.",
            ),
            Self::NotFound => (
                "not-found",
                StatusCode::NOT_FOUND,
                "Not found",
                "The object does not exist, or you may not see it. The response never reveals which.",
            ),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "Method not allowed",
                "The path exists, but not with this method. The header Allow of the response lists its methods.",
            ),
            Self::UnknownParameter => (
                "unknown-parameter",
                StatusCode::BAD_REQUEST,
                "Unknown parameter",
                "The query has a parameter that this path does not know. It is refused rather than ignored, so that a \
                misspelt filter does not return everything. `errors` names each parameter.",
            ),
            Self::InvalidParameter => (
                "invalid-parameter",
                StatusCode::BAD_REQUEST,
                "Invalid parameter",
                "A parameter of the query has an invalid value. `errors` names the parameter and the reason.",
            ),
            Self::InvalidCursor => (
                "invalid-cursor",
                StatusCode::BAD_REQUEST,
                "Invalid cursor",
                "The cursor does not belong to this list and this order. Start again without a cursor.",
            ),
            Self::UnknownMember => (
                "unknown-member",
                StatusCode::BAD_REQUEST,
                "Unknown member",
                "The body has a member that this path does not know. `errors` points to each member.",
            ),
            Self::Unreadable => (
                "unreadable",
                StatusCode::BAD_REQUEST,
                "Unreadable request",
                "The request cannot be read: the query has invalid escapes, or the body does not match its content type.",
            ),
            Self::TooSlow => (
                "too-slow",
                StatusCode::REQUEST_TIMEOUT,
                "Request too slow",
                "The body of the request did not arrive in time. Nothing was done.",
            ),
            Self::TooLarge => (
                "too-large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "Request too large",
                "The body is longer than the limit.",
            ),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
                "This path does not accept the media type of the body. Send `Content-Type: application/json`.",
            ),
            Self::Invalid => (
                "invalid",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Invalid object",
                "The body is readable, but it violates rules of the object. `errors` points to each invalid member.",
            ),
            Self::Conflict => (
                "conflict",
                StatusCode::CONFLICT,
                "Conflict",
                "The request conflicts with the current state. `detail` describes the conflict.",
            ),
            Self::NotDeleted => (
                "not-deleted",
                StatusCode::CONFLICT,
                "Not deleted",
                "The object is not deleted, so it cannot be restored.",
            ),
            Self::AlreadyRequested => (
                "already-requested",
                StatusCode::CONFLICT,
                "Already requested",
                "A request for a report about this workspace is open. The next report closes it.",
            ),
            Self::DraftClosed => (
                "draft-closed",
                StatusCode::CONFLICT,
                "Draft closed",
                "Somebody published or discarded the draft already.",
            ),
            Self::PreconditionFailed => (
                "precondition-failed",
                StatusCode::PRECONDITION_FAILED,
                "Changed in the meantime",
                "The object has changed since the tag in If-Match was issued. Read it again, review the changes, and write \
                with the new tag.",
            ),
            Self::KeyReused => (
                "idempotency-key-reused",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Idempotency key reused",
                "The key in Idempotency-Key was used for another request within the last day. Send a new key.",
            ),
            Self::KeyRunning => (
                "idempotency-key-running",
                StatusCode::CONFLICT,
                "Still running",
                "The request with this Idempotency-Key is still being processed. Send the same request again later.",
            ),
            Self::TooManyRequests => (
                "too-many-requests",
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
                "Wait the number of seconds in Retry-After, and send the request again.",
            ),
            Self::TimedOut => (
                "timed-out",
                StatusCode::GATEWAY_TIMEOUT,
                "Timed out",
                "The response was not ready in time. A write may have succeeded: check before you repeat it.",
            ),
            Self::Unavailable => (
                "unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "Temporarily unavailable",
                "The store is currently unavailable. Send the same request again later; see Retry-After.",
            ),
            Self::Internal => (
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal error",
                "The server failed. `instance` names the request; report it to the operator of the server.",
            ),
        };
        Described { name, status, title, about }
    }
}
