//! The error object: `docs/contracts/openproject.md#errors`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::hal;

use db::WorkError;
use domain::error::{Error as Cause, Problem, StoreError, Violation};
use service::coding;
use service::outage::StoreUnavailable;

const CONFLICT: &str = "Could not update the resource because of conflicting modifications.";

/// The result of a handler of this surface.
pub type ApiResult = Result<Response, Error>;

/// An error of this surface.
#[derive(Debug)]
pub enum Error {
    /// An error of the domain.
    Domain(Cause),
    /// Missing credentials, with the scheme of the challenge.
    Unauthenticated(Challenge),
    /// Credentials that belong to no user, with the scheme of the challenge.
    WrongCredentials(Challenge),
    /// A token without the scope of this surface.
    InsufficientScope,
    /// The caller may not see the statuses, or this status.
    StatusesHidden(&'static str),
    /// A parameter that cannot be read.
    BadParameter(String),
    /// A filter or an order that is not supported.
    InvalidQuery(Vec<String>),
    /// A `select` that is not supported, with the supported ones.
    InvalidSelect(String, &'static str),
    /// A body that is not a JSON object, with the message of the parser.
    UnreadableBody(Option<String>),
    /// A write without a content type.
    NoContentType,
    /// A write of another content type.
    TypeNotSupported(String),
    /// Members of the body that are invalid.
    Properties(Vec<Property>),
    /// The caller does not see the work package.
    NoWorkPackage,
    /// The version in the request is not the current one.
    Conflict,
}

/// The scheme of the challenge in `WWW-Authenticate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the schemes")]
pub enum Challenge {
    Basic,
    Bearer,
    Session,
}

/// An invalid member of a body.
#[derive(Clone, Debug)]
pub struct Property {
    /// The end of the error identifier.
    pub kind: &'static str,
    /// The member.
    pub attribute: &'static str,
    /// The message, a full sentence.
    pub message: String,
}

impl Property {
    /// A member of the wrong type.
    pub fn format(attribute: &'static str, expected: &str) -> Self {
        let message = format!("The property '{attribute}' has the wrong format: {expected} is expected.");
        Self { kind: "PropertyFormatError", attribute, message }
    }

    /// A read-only member.
    pub fn read_only(attribute: &'static str) -> Self {
        let message = format!("The property '{attribute}' cannot be written.");
        Self { kind: "PropertyIsReadOnly", attribute, message }
    }
}

impl<E: Into<Cause>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Domain(cause.into())
    }
}

impl WorkError for Error {
    fn db_error(&self) -> Option<&StoreError> {
        match self {
            Self::Domain(cause) => cause.db_error(),
            _ => None,
        }
    }
}

impl Challenge {
    fn header(self, addition: &str) -> HeaderValue {
        let scheme = match self {
            Self::Basic => "Basic",
            Self::Bearer => "Bearer",
            Self::Session => "Session",
        };
        let value = format!("{scheme} realm=\"OpenProject API\"{addition}");
        HeaderValue::from_str(&value).expect("schemes are plain texts")
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Domain(cause) => of_domain(cause),
            Self::Unauthenticated(challenge) => {
                let message = "You need to be authenticated to access this resource.";
                challenged(StatusCode::UNAUTHORIZED, "Unauthenticated", message, challenge.header(""))
            }
            Self::WrongCredentials(challenge) => {
                let addition = if challenge == Challenge::Bearer { " error=\"invalid_token\"" } else { "" };
                let message = "You did not provide the correct credentials.";
                challenged(StatusCode::UNAUTHORIZED, "Unauthenticated", message, challenge.header(addition))
            }
            Self::InsufficientScope => {
                let message = "The token lacks the scope api_v3 that this resource needs.";
                let header = Challenge::Bearer.header(" error=\"insufficient_scope\"");
                challenged(StatusCode::FORBIDDEN, "InsufficientScope", message, header)
            }
            Self::StatusesHidden(message) => one(StatusCode::FORBIDDEN, "MissingPermission", message),
            Self::BadParameter(what) => {
                one(StatusCode::BAD_REQUEST, "BadRequest", &format!("Bad request: {what}"))
            }
            Self::InvalidQuery(messages) => {
                let errors = messages.iter().map(|message| object("InvalidQuery", message, None)).collect();
                several(StatusCode::BAD_REQUEST, errors)
            }
            Self::InvalidSelect(requested, supported) => {
                let message = format!(
                    "The requested select of {requested} is not supported. Supported selects are {supported}."
                );
                one(StatusCode::BAD_REQUEST, "InvalidSignal", &message)
            }
            Self::UnreadableBody(parser) => {
                let details = parser.map(|parser| json!({ "parseError": parser }));
                let message = "The request could not be parsed as JSON.";
                hal::answer(StatusCode::BAD_REQUEST, &object("InvalidRequestBody", message, details))
            }
            Self::NoContentType => hal::plain(StatusCode::NOT_ACCEPTABLE, "Missing content-type header"),
            Self::TypeNotSupported(content_type) => {
                let message = format!(
                    "Expected CONTENT-TYPE to be 'application/json application/hal+json' but got '{content_type}'."
                );
                one(StatusCode::UNSUPPORTED_MEDIA_TYPE, "TypeNotSupported", &message)
            }
            Self::NoWorkPackage => {
                let message = "The work package you are looking for cannot be found or has been deleted.";
                one(StatusCode::NOT_FOUND, "NotFound", message)
            }
            Self::Conflict => one(StatusCode::CONFLICT, "UpdateConflict", CONFLICT),
            Self::Properties(properties) => {
                several(StatusCode::UNPROCESSABLE_ENTITY, properties.iter().map(property).collect())
            }
        }
    }
}

/// The validation errors of a form by attribute. Any other error is the error of the request.
///
/// # Errors
/// The error itself, if it is not about members.
pub fn by_attribute(error: Error) -> Result<Map<String, Value>, Error> {
    let errors: Vec<Value> = match error {
        Error::Properties(properties) => properties.iter().map(property).collect(),
        Error::Domain(Cause::Invalid(violations)) => violations.iter().map(violation).collect(),
        other => return Err(other),
    };
    let attribute =
        |error: &Value| error["_embedded"]["details"]["attribute"].as_str().unwrap_or("base").to_owned();
    Ok(errors.into_iter().map(|error| (attribute(&error), error)).collect())
}

/// The errors of violations by attribute; of several for one, the first.
pub fn first_by_attribute(violations: &[Violation]) -> Map<String, Value> {
    let mut errors = Map::new();
    for one in violations {
        errors.entry(names(one.field).0).or_insert_with(|| violation(one));
    }
    errors
}

fn property(one: &Property) -> Value {
    object(one.kind, &one.message, Some(json!({ "attribute": one.attribute })))
}

fn of_domain(cause: Cause) -> Response {
    match cause {
        Cause::Unreadable(reason) => Error::BadParameter(reason.to_string()).into_response(),
        Cause::TooLarge(limit) => {
            let message = format!("The request is larger than {limit} bytes.");
            one(StatusCode::PAYLOAD_TOO_LARGE, "BadRequest", &message)
        }
        Cause::TooMuch(message) => Error::InvalidQuery(vec![message]).into_response(),
        cause @ Cause::UnsupportedCoding(_) => {
            let message = format!("Bad request: {cause}.");
            coding::refused(one(StatusCode::UNSUPPORTED_MEDIA_TYPE, "TypeNotSupported", &message))
        }
        Cause::Unauthenticated => Error::Unauthenticated(Challenge::Basic).into_response(),
        Cause::NotFound => not_found(),
        Cause::Forbidden => {
            let message = "You are not authorized to access this resource.";
            one(StatusCode::FORBIDDEN, "MissingPermission", message)
        }
        Cause::Invalid(violations) => {
            several(StatusCode::UNPROCESSABLE_ENTITY, violations.iter().map(violation).collect())
        }
        Cause::Changed => one(StatusCode::PRECONDITION_FAILED, "UpdateConflict", CONFLICT),
        Cause::NotDeleted => one(StatusCode::CONFLICT, "UpdateConflict", "The resource is not deleted."),
        Cause::AlreadyRequested => {
            one(StatusCode::CONFLICT, "UpdateConflict", "A report was requested already.")
        }
        Cause::DraftClosed => one(StatusCode::CONFLICT, "UpdateConflict", "The draft is closed."),
        Cause::KeyReused => {
            let message = "Idempotency-Key was used for another request.";
            let details = json!({ "attribute": "Idempotency-Key" });
            let error = object("PropertyConstraintViolation", message, Some(details));
            hal::answer(StatusCode::UNPROCESSABLE_ENTITY, &error)
        }
        Cause::KeyRunning => {
            let message = "A request with this Idempotency-Key is still being processed.";
            one(StatusCode::CONFLICT, "UpdateConflict", message)
        }
        Cause::Store(cause) => {
            if let StoreError::Unavailable(reason) = &cause {
                let message = "The service is unavailable. Please try again later.";
                let mut response = one(StatusCode::SERVICE_UNAVAILABLE, "InternalServerError", message);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response.extensions_mut().insert(StoreUnavailable(reason.clone()));
                return response;
            }
            tracing::error!(error = %cause, "the store failed a request");
            failure()
        }
    }
}

/// The response for a resource, a path or a method that does not exist.
pub fn not_found() -> Response {
    one(StatusCode::NOT_FOUND, "NotFound", "The requested resource could not be found.")
}

/// The response to an internal error.
pub fn failure() -> Response {
    one(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", "An internal error has occurred.")
}

/// A refusal that does not depend on the requested resource, such as one for too many requests.
pub fn refusal(status: StatusCode, message: &str) -> Response {
    let kind = match status {
        StatusCode::BAD_REQUEST | StatusCode::REQUEST_TIMEOUT => "BadRequest",
        StatusCode::TOO_MANY_REQUESTS => "TooManyRequests",
        _ => "InternalServerError",
    };
    one(status, kind, message)
}

fn challenged(status: StatusCode, kind: &str, message: &str, challenge: HeaderValue) -> Response {
    let mut response = one(status, kind, message);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn one(status: StatusCode, kind: &str, message: &str) -> Response {
    hal::answer(status, &object(kind, message, None))
}

fn several(status: StatusCode, mut errors: Vec<Value>) -> Response {
    if errors.len() == 1 {
        return hal::answer(status, &errors.remove(0));
    }
    let mut outer = object("MultipleErrors", "Multiple field constraints have been violated.", None);
    outer["_embedded"] = json!({ "errors": errors });
    hal::answer(status, &outer)
}

fn object(kind: &str, message: &str, details: Option<Value>) -> Value {
    let identifier = format!("urn:openproject-org:api:v3:errors:{kind}");
    let mut error = json!({ "_type": "Error", "errorIdentifier": identifier, "message": message });
    if let Some(details) = details {
        error["_embedded"] = json!({ "details": details });
    }
    error
}

/// The names of an attribute on this surface: in bodies, and in messages.
fn names(field: &'static str) -> (&'static str, &'static str) {
    match field {
        "name" | "title" => ("name", "Name"),
        "color" => ("color", "Color"),
        "default_done_ratio" => ("defaultDoneRatio", "% Complete"),
        "is_readonly" => ("isReadonly", "Work package read-only"),
        "position" => ("position", "Position"),
        "identifier" => ("identifier", "Identifier"),
        "project_status" => ("status", "Status"),
        other => (other, "Value"),
    }
}

fn violation(violation: &Violation) -> Value {
    let (attribute, label) = names(violation.field);
    if let Problem::NotWritable(label) = violation.problem {
        let message = format!("{label} was attempted to be written but is not writable.");
        return object("PropertyIsReadOnly", &message, Some(json!({ "attribute": attribute })));
    }
    let message = match &violation.problem {
        Problem::Blank | Problem::PartBlank(_) => format!("{label} can't be blank."),
        Problem::NotIncluded | Problem::PartNotIncluded(_) => {
            format!("{label} is not set to one of the allowed values.")
        }
        Problem::Malformed | Problem::NotWritable(_) => format!("{label} is invalid."),
        Problem::Missing => format!("{label} must exist."),
        Problem::Taken => format!("{label} has already been taken."),
        Problem::TooLong(limit) => format!("{label} is too long (maximum is {limit} characters)."),
        Problem::OutOfRange(from, to) => format!("{label} must be between {from} and {to}."),
        Problem::NotAbove(limit) => format!("{label} must be greater than {limit}."),
        Problem::Sentence(sentence) => (*sentence).to_owned(),
    };
    object("PropertyConstraintViolation", &message, Some(json!({ "attribute": attribute })))
}
