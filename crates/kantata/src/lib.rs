//! How Kantata spells things: parameters, paging, envelope, objects, errors. No SQL.

pub mod envelope;
pub mod error;
pub mod event_objects;
pub mod external_references;
pub mod includes;
pub mod objects;
pub mod openapi;
pub mod paging;
pub mod params;
pub mod participations;
pub mod request;
pub mod routes;
pub mod status_changes;
pub mod status_reports;
pub mod subscribed_events;
pub mod users;
pub mod workspaces;

pub use self::envelope::Envelope;
pub use self::error::{Answer, Error};
pub use self::paging::Paging;
pub use self::params::Params;
pub use self::request::Request;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use service::body_buffer::BodyBuffer;
use service::replies::JSON;
use service::tag;
use service::tag::Validator;

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
