//! Input of handlers: forms, queries, and ids in paths.

use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;

use super::error_page::Failure;
use domain::error::{Error, Problem, Violation};
use service::app::App;
use service::body;
use service::form::decode;
use service::multipart::Files;
use service::origin::is_foreign;
use service::params::Params;

/// An id in the path.
///
/// # Errors
/// [`Error::NotFound`] if the text is not an id.
pub fn id<T: From<i64>>(text: &str) -> Result<T, Error> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse::<i64>().ok()).flatten().map(T::from).ok_or(Error::NotFound)
}

/// The value of an optional field, or `None`. A text that is neither empty nor such a value is a violation.
pub fn parsed<T: FromStr>(field: &'static str, text: &str, violations: &mut Vec<Violation>) -> Option<T> {
    let value = text.parse().ok();
    if value.is_none() && !text.is_empty() {
        violations.push(Violation::new(field, Problem::Malformed));
    }
    value
}

/// The parameters of the query.
pub struct QueryParams(pub Params);

impl<S: Sync> FromRequestParts<S> for QueryParams {
    type Rejection = Failure;

    /// # Errors
    /// [`Error::Unreadable`]
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let text = parts.uri.query().unwrap_or_default();
        Ok(Self(Params::new(decode(text.as_bytes())?)?))
    }
}

/// A form of a page of this service.
pub struct Form(pub Params);

impl FromRequest<App> for Form {
    type Rejection = Failure;

    /// # Errors
    /// [`Failure::Foreign`] if the browser says that another site sent it.
    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        Self::read(request, app, body::LIMIT, Files::Read).await
    }
}

impl Form {
    /// The form of a request, of at most `limit` bytes, with its files as `files` says.
    ///
    /// # Errors
    /// As [`Form::from_request`].
    pub async fn read(request: Request, app: &App, limit: usize, files: Files) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        if is_foreign(&app.settings, &parts.headers) {
            return Err(Failure::Foreign);
        }
        let bytes = body::read_within(&parts.headers, body, limit).await?;
        Ok(Self(Params::new(body::members_with(&parts.headers, &bytes, files).await?)?))
    }
}
