//! How Kantata spells things: parameters, paging, envelope, objects, errors. No SQL.

pub mod envelope;
pub mod error;
pub mod events;
pub mod includes;
pub mod objects;
pub mod openapi;
pub mod paging;
pub mod params;
pub mod request;
pub mod routes;

#[cfg(test)]
mod same;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod visibility;

pub use envelope::Envelope;
pub use error::{Answer, Error};
pub use paging::Paging;
pub use params::Params;
pub use request::Request;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::http::long::BodyBuffer;
use crate::http::replies::JSON;
use crate::http::tag::{self, Validator};

/// An answer with a body.
pub fn json(status: StatusCode, body: BodyBuffer) -> Response {
    let mut response = body.into_response();
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=0, private, must-revalidate"));
    response
}

/// The body of an answer, with the tag of the record that it shows, if that is one.
#[derive(Debug)]
pub struct Tagged {
    body: BodyBuffer,
    tag: Option<HeaderValue>,
}

impl Tagged {
    /// One record, and its state where the caller sees all of it.
    pub fn one(body: BodyBuffer, state: Option<&Validator>) -> Self {
        Self { tag: Some(tag::strong_of_text(state, &body)), body }
    }

    /// Any other number of records.
    pub const fn several(body: BodyBuffer) -> Self {
        Self { body, tag: None }
    }
}

/// The answer that shows what a request is about.
pub fn tagged(shown: Tagged) -> Answer {
    let mut response = json(StatusCode::OK, shown.body);
    response.headers_mut().extend(shown.tag.map(|tag| (header::ETAG, tag)));
    Ok(response)
}
