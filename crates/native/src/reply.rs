//! Successful responses.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use domain::versions::past::Past;
use service::body_buffer::BodyBuffer;
use service::tag;
use service::tag::Validator;

/// A response with an object.
pub fn json(object: &impl Serialize) -> Response {
    record(object, None)
}

/// A response with an object as it was in the past, which has no tag: nobody may write on its condition.
pub fn seen(object: &impl Serialize, past: Option<Past>) -> Response {
    let Some(Past { as_of, known_at }) = past else { return json(object) };
    let mut members = serde_json::to_value(object).expect("objects are made of texts, numbers and lists");
    members["as_of"] = serde_json::json!(as_of);
    members["known_at"] = serde_json::json!(known_at);
    let mut response = json(&members);
    response.headers_mut().remove(header::ETAG);
    response
}

/// A response with a record that was created, and with its address, from that of its list.
pub fn created(mut response: Response, list: &str, id: i64) -> Response {
    *response.status_mut() = StatusCode::CREATED;
    let location = HeaderValue::try_from(format!("{list}/{id}")).expect("a path and a number");
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// A response with one record, and with its state if the caller sees the whole record.
pub fn record(object: &impl Serialize, state: Option<&Validator>) -> Response {
    let body = serde_json::to_vec(object).expect("objects are made of texts, numbers and lists");
    let tag = tag::strong(state, &body);
    let mut response = BodyBuffer::from(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::ETAG, tag);
    response
}
