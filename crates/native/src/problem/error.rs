//! The error of this surface, and the problem document in its response.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::kind::{Described, Kind};
use domain::error::{Error as Cause, Problem as Rule, StoreError, Violation};
use service::outage::StoreUnavailable;
use service::{RequestId, coding};

/// The result of a handler of this surface.
pub type ApiResult = Result<Response, Error>;

/// A problem.
#[derive(Clone, Debug)]
pub struct Error {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<Entry>,
    /// Whether the response lists the supported content codings.
    is_about_coding: bool,
    /// Why the store is unavailable, if it is.
    unavailable: Option<StoreUnavailable>,
}

/// One error with its location.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProblemEntry")]
struct Entry {
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// The number of a row of a sheet, as a spreadsheet shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
}

/// A problem document.
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
    /// A problem without details.
    pub const fn new(kind: Kind) -> Self {
        Self { kind, detail: None, errors: Vec::new(), is_about_coding: false, unavailable: None }
    }

    /// Adds a sentence about this occurrence.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Adds an error of a query parameter.
    pub fn at_parameter(mut self, parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        let parameter = Some(parameter.into());
        self.errors.push(Entry { detail: detail.into(), pointer: None, parameter, row: None });
        self
    }

    /// Adds an error of a row of a sheet.
    pub fn at_row(mut self, row: u64, detail: impl Into<String>) -> Self {
        self.errors.push(Entry { detail: detail.into(), pointer: None, parameter: None, row: Some(row) });
        self
    }

    /// Adds an error of a member of the body.
    pub fn at_member(self, member: &str, detail: impl Into<String>) -> Self {
        self.at_path(&[member], detail)
    }

    /// Adds an error of a part of the body, from the names and positions that lead to it.
    pub fn at_path(mut self, path: &[&str], detail: impl Into<String>) -> Self {
        let segment = |name: &&str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let pointer = path.iter().map(segment).collect();
        self.errors.push(Entry { detail: detail.into(), pointer: Some(pointer), parameter: None, row: None });
        self
    }

    /// Returns whether it has errors with a location.
    pub const fn has_locations(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The problem of an invalid query parameter.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::new(Kind::InvalidParameter).at_parameter(name, detail)
    }

    /// The complete response, for requests outside [`crate::layer::layer`].
    pub fn answer(self, request: Option<&RequestId>) -> Response {
        let mut response = self.clone().into_response();
        response.extensions_mut().remove::<Self>();
        self.write(&mut response, request);
        response
    }

    /// Writes the document into the body of a response.
    pub fn write(&self, response: &mut Response, request: Option<&RequestId>) {
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
            Cause::Unreadable(reason) => Self::new(Kind::Unreadable).with_detail(reason.to_string()),
            Cause::TooLarge(limit) => {
                Self::new(Kind::TooLarge).with_detail(format!("The body is longer than {limit} bytes."))
            }
            Cause::TooMuch(detail) => Self::new(Kind::InvalidParameter).with_detail(detail),
            cause @ Cause::UnsupportedCoding(_) => Self {
                is_about_coding: true,
                ..Self::new(Kind::UnsupportedMediaType).with_detail(format!("{cause}."))
            },
            Cause::Unauthenticated => Self::new(Kind::Unauthenticated),
            Cause::NotFound => Self::new(Kind::NotFound),
            Cause::Forbidden => Self::new(Kind::Forbidden),
            Cause::Invalid(violations) => {
                let errors = violations.iter().map(violation).collect();
                Self { errors, ..Self::new(Kind::Invalid) }
            }
            Cause::Changed => Self::new(Kind::PreconditionFailed),
            Cause::NotDeleted => Self::new(Kind::NotDeleted),
            Cause::AlreadyRequested => Self::new(Kind::AlreadyRequested),
            Cause::DraftClosed => Self::new(Kind::DraftClosed),
            Cause::KeyReused => Self::new(Kind::KeyReused),
            Cause::KeyRunning => Self::new(Kind::KeyRunning),
            Cause::Store(cause) => {
                if let StoreError::Unavailable(reason) = cause {
                    let unavailable = Some(StoreUnavailable(reason));
                    return Self { unavailable, ..Self::new(Kind::Unavailable) };
                }
                tracing::error!(error = %cause, "the store failed a request");
                Self::new(Kind::Internal)
            }
        }
    }
}

impl From<StoreError> for Error {
    fn from(cause: StoreError) -> Self {
        Cause::from(cause).into()
    }
}

/// The member that violates a rule, as a JSON pointer (RFC 6901); the empty pointer stands for the whole body.
fn violation(violation: &Violation) -> Entry {
    let field = violation.field;
    let detail = match &violation.problem {
        Rule::Blank => "must not be blank".to_owned(),
        Rule::NotIncluded => "is not an allowed value".to_owned(),
        Rule::Malformed => "has the wrong type or format".to_owned(),
        Rule::NotWritable(_) => "cannot be changed".to_owned(),
        Rule::Missing => "refers to a record that does not exist".to_owned(),
        Rule::Taken => "is already taken".to_owned(),
        Rule::TooLong(limit) => format!("is longer than {limit} characters"),
        Rule::OutOfRange(from, to) => format!("must be between {from} and {to}"),
        Rule::NotAbove(limit) => format!("must be greater than {limit}"),
        Rule::Sentence(sentence) => (*sentence).to_owned(),
        Rule::PartBlank(part) => format!("{part} must not be blank"),
        Rule::PartNotIncluded(part) => format!("{part} is not an allowed value"),
    };
    let pointer = if field == "base" { String::new() } else { format!("/{field}") };
    Entry { detail, pointer: Some(pointer), parameter: None, row: None }
}

impl IntoResponse for Error {
    /// A response whose body is written by [`crate::layer::layer`], which knows the request.
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
        if let Some(mark) = self.unavailable.clone() {
            response.extensions_mut().insert(mark);
        }
        response.extensions_mut().insert(self);
        response
    }
}
