//! The errors envelope (docs/contracts/kantata.md#errors).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::reply::json;
use domain::error::{Error as Cause, Problem, StoreError, Violation};
use service::coding;
use service::outage::StoreUnavailable;

/// The result of a handler of this surface.
pub type ApiResult = Result<Response, Error>;

/// An error of the domain, which the response shows in the envelope of this surface.
#[derive(Debug)]
pub struct Error(Cause);

/// The seconds after which a client may try again if the store is unavailable.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// The body of an error response.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Errors")]
pub struct Body {
    errors: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
struct Entry {
    #[serde(rename = "type")]
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

impl<E: Into<Cause>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self(cause.into())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, errors) = match self.0 {
            Cause::Unreadable(reason) => (StatusCode::BAD_REQUEST, vec![system(reason.to_string())]),
            Cause::TooLarge(limit) => {
                let message = format!("The request is larger than {limit} bytes");
                (StatusCode::PAYLOAD_TOO_LARGE, vec![system(message)])
            }
            Cause::TooMuch(message) => (StatusCode::UNPROCESSABLE_ENTITY, vec![system(message)]),
            cause @ Cause::UnsupportedCoding(_) => {
                let message = cause.to_string();
                return coding::refused(respond(StatusCode::UNSUPPORTED_MEDIA_TYPE, vec![system(message)]));
            }
            Cause::Unauthenticated => {
                let message = "Invalid OAuth 2 Request".to_owned();
                (StatusCode::UNAUTHORIZED, vec![Entry { kind: "oauth", ..system(message) }])
            }
            Cause::NotFound => (StatusCode::NOT_FOUND, vec![system("Record not found")]),
            Cause::Forbidden => {
                (StatusCode::FORBIDDEN, vec![system("You are not authorized to perform this action")])
            }
            Cause::Invalid(violations) => {
                (StatusCode::UNPROCESSABLE_ENTITY, violations.iter().map(validation).collect())
            }
            Cause::Changed => {
                let message = "Record has changed since it was read";
                (StatusCode::PRECONDITION_FAILED, vec![system(message)])
            }
            Cause::NotDeleted => (StatusCode::CONFLICT, vec![system("Record is not deleted")]),
            Cause::AlreadyRequested => (StatusCode::CONFLICT, vec![system("A report was requested already")]),
            Cause::DraftClosed => (StatusCode::CONFLICT, vec![system("The draft is closed")]),
            Cause::KeyReused => {
                let message = "Idempotency-Key was used for another request";
                (StatusCode::UNPROCESSABLE_ENTITY, vec![system(message)])
            }
            Cause::KeyRunning => {
                let message = "A request with this Idempotency-Key is still being processed";
                (StatusCode::CONFLICT, vec![system(message)])
            }
            Cause::Store(cause) => {
                if let StoreError::Unavailable(reason) = &cause {
                    let mut response =
                        respond(StatusCode::SERVICE_UNAVAILABLE, vec![system("Service is unavailable")]);
                    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
                    response.extensions_mut().insert(StoreUnavailable(reason.clone()));
                    return response;
                }
                tracing::error!(error = %cause, "the store failed a request");
                return failure();
            }
        };
        respond(status, errors)
    }
}

/// The response to an internal error.
pub fn failure() -> Response {
    respond(StatusCode::INTERNAL_SERVER_ERROR, vec![system("A server error has occurred.")])
}

/// The response for a path or a method that is not served.
pub fn no_route() -> Response {
    respond(StatusCode::NOT_FOUND, vec![system("Page not found")])
}

/// The response to a list request without a required parameter.
pub fn required(parameter: &str) -> Response {
    refused(format!("{parameter} is required"))
}

/// The response to readable parameters that cannot be served, such as two that exclude each other.
pub fn refused(message: impl Into<String>) -> Response {
    respond(StatusCode::UNPROCESSABLE_ENTITY, vec![system(message)])
}

/// A refusal that does not depend on the requested resource, such as one for too many requests.
pub fn refusal(status: StatusCode, message: &str) -> Response {
    respond(status, vec![system(message)])
}

fn respond(status: StatusCode, errors: Vec<Entry>) -> Response {
    let body = serde_json::to_vec(&Body { errors }).expect("entries are made of texts");
    json(status, body.into())
}

fn system(message: impl Into<String>) -> Entry {
    Entry { kind: "system", message: message.into(), field: None, index: None }
}

fn validation(violation: &Violation) -> Entry {
    let attribute = humanised(violation.field);
    let message = match &violation.problem {
        Problem::Blank => format!("{attribute} can't be blank"),
        Problem::NotIncluded => format!("{attribute} is not included in the list"),
        Problem::Malformed | Problem::NotWritable(_) => format!("{attribute} is invalid"),
        Problem::Missing => format!("{attribute} must exist"),
        Problem::Taken => format!("{attribute} has already been taken"),
        Problem::TooLong(limit) => format!("{attribute} is too long (maximum is {limit} characters)"),
        Problem::OutOfRange(from, to) => format!("{attribute} must be between {from} and {to}"),
        Problem::NotAbove(limit) => format!("{attribute} must be greater than {limit}"),
        Problem::Sentence(sentence) => (*sentence).to_owned(),
        Problem::PartBlank(part) => format!("{attribute} {} can't be blank", part.replace('_', " ")),
        Problem::PartNotIncluded(part) => {
            format!("{attribute} {} is not included in the list", part.replace('_', " "))
        }
    };
    Entry { kind: "validation", message, field: Some(violation.field), index: violation.index }
}

/// `workspace_id` is `Workspace`, `to_status_key` is `To status key`.
fn humanised(field: &str) -> String {
    let words = field.strip_suffix("_id").unwrap_or(field).replace('_', " ");
    words[..1].to_uppercase() + &words[1..]
}
