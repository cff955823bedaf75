//! Errors in the form of SCIM (RFC 7644, section 3.12).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use db::WorkError;
use domain::error::{Error as Cause, Problem, StoreError, Violation};
use service::outage::StoreUnavailable;

/// The schema of an error.
const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// The media type of every answer.
pub const MEDIA_TYPE: &str = "application/scim+json";

/// An error of this surface.
#[derive(Debug)]
pub enum Error {
    /// A rule of this surface: a status, the type of the error, and what is wrong.
    Refused(StatusCode, &'static str, String),
    /// An error of the domain.
    Domain(Cause),
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self::Domain(cause)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Domain(Cause::Store(error))
    }
}

impl WorkError for Error {
    fn db_error(&self) -> Option<&StoreError> {
        match self {
            Self::Domain(cause) => cause.db_error(),
            Self::Refused(..) => None,
        }
    }
}

impl Error {
    /// A body that cannot be read.
    pub fn syntax(detail: impl Into<String>) -> Self {
        Self::Refused(StatusCode::BAD_REQUEST, "invalidSyntax", detail.into())
    }

    /// A value that breaks a rule.
    pub fn value(detail: impl Into<String>) -> Self {
        Self::Refused(StatusCode::BAD_REQUEST, "invalidValue", detail.into())
    }

    /// A filter that this surface does not have.
    pub fn filter(detail: impl Into<String>) -> Self {
        Self::Refused(StatusCode::BAD_REQUEST, "invalidFilter", detail.into())
    }

    /// A path of a change that cannot be read.
    pub fn path(detail: impl Into<String>) -> Self {
        Self::Refused(StatusCode::BAD_REQUEST, "invalidPath", detail.into())
    }

    /// A change of an attribute that clients do not write.
    pub fn mutability(detail: impl Into<String>) -> Self {
        Self::Refused(StatusCode::BAD_REQUEST, "mutability", detail.into())
    }

    /// A method that a path does not have.
    pub fn no_method() -> Self {
        Self::Refused(StatusCode::METHOD_NOT_ALLOWED, "", "the path does not have this method".into())
    }
}

/// An error as an answer, for this surface and for the layers around it.
pub fn answer(status: StatusCode, scim_type: &str, detail: &str) -> Response {
    let mut body = json!({ "schemas": [SCHEMA], "status": status.as_u16().to_string(), "detail": detail });
    if !scim_type.is_empty() {
        body["scimType"] = scim_type.into();
    }
    let headers = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CACHE_CONTROL, "private, no-store")];
    let mut response = (status, headers, body.to_string()).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer realm=\"SCIM\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(status, scim_type, detail) => answer(status, scim_type, &detail),
            Self::Domain(cause) => of_domain(cause),
        }
    }
}

fn of_domain(cause: Cause) -> Response {
    let plain = |status: StatusCode, cause: &Cause| answer(status, "", &cause.to_string());
    match cause {
        Cause::Unauthenticated => plain(StatusCode::UNAUTHORIZED, &cause),
        Cause::Forbidden => {
            answer(StatusCode::FORBIDDEN, "", "the token is not one of an administrator for this surface")
        }
        Cause::NotFound => plain(StatusCode::NOT_FOUND, &cause),
        Cause::Changed => plain(StatusCode::PRECONDITION_FAILED, &cause),
        Cause::TooLarge(_) => plain(StatusCode::PAYLOAD_TOO_LARGE, &cause),
        Cause::UnsupportedCoding(_) => plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, &cause),
        Cause::Unreadable(_) => answer(StatusCode::BAD_REQUEST, "invalidSyntax", &cause.to_string()),
        Cause::TooMuch(_) => answer(StatusCode::BAD_REQUEST, "tooMany", &cause.to_string()),
        Cause::Invalid(violations) => of_violations(&violations),
        Cause::Store(StoreError::Unavailable(reason)) => {
            let detail = "the service is unavailable; please try again later";
            let mut response = answer(StatusCode::SERVICE_UNAVAILABLE, "", detail);
            response.extensions_mut().insert(StoreUnavailable(reason));
            response
        }
        Cause::Store(_) => {
            tracing::error!(error = %cause, "a request failed");
            answer(StatusCode::INTERNAL_SERVER_ERROR, "", "internal server error")
        }
        _ => plain(StatusCode::CONFLICT, &cause),
    }
}

/// A value that another record has is a conflict, every other violation a wrong value.
fn of_violations(violations: &[Violation]) -> Response {
    let name = |field: &'static str| match field {
        "full_name" => "displayName",
        "email_address" => "emails",
        "headline" => "title",
        other => other,
    };
    let says = |problem: &Problem| match problem {
        Problem::Blank | Problem::PartBlank(_) => "is missing".to_owned(),
        Problem::Taken => "is taken".to_owned(),
        Problem::Missing => "refers to a record that does not exist".to_owned(),
        Problem::TooLong(limit) => format!("is longer than {limit} characters"),
        Problem::Sentence(text) => format!("({text})"),
        _ => "is not an allowed value".to_owned(),
    };
    let detail: Vec<String> =
        violations.iter().map(|one| format!("{} {}", name(one.field), says(&one.problem))).collect();
    if violations.iter().any(|one| one.problem == Problem::Taken) {
        return answer(StatusCode::CONFLICT, "uniqueness", &detail.join("; "));
    }
    answer(StatusCode::BAD_REQUEST, "invalidValue", &detail.join("; "))
}
