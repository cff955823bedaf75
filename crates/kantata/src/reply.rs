//! Successful responses: the body, its headers, and the entity tag of a single record.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use service::body_buffer::BodyBuffer;
use service::replies::JSON;
use service::tag;
use service::tag::Validator;

/// A JSON response.
pub fn json(status: StatusCode, body: BodyBuffer) -> Response {
    let mut response = body.into_response();
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=0, private, must-revalidate"));
    response
}

/// The body of a response, with an entity tag if it shows exactly one record.
#[derive(Debug)]
pub struct Tagged {
    body: BodyBuffer,
    tag: Option<HeaderValue>,
}

impl Tagged {
    /// One record, with its state if the caller sees the whole record.
    pub fn one(body: BodyBuffer, state: Option<&Validator>) -> Self {
        Self { tag: Some(tag::strong_of_text(state, &body)), body }
    }

    /// Any other number of records.
    pub const fn several(body: BodyBuffer) -> Self {
        Self { body, tag: None }
    }
}

/// The response to a request for records.
pub fn tagged(records: Tagged) -> Response {
    let mut response = json(StatusCode::OK, records.body);
    response.headers_mut().extend(records.tag.map(|tag| (header::ETAG, tag)));
    response
}
