//! Successful answers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::error::MEDIA_TYPE;
use super::request::{Page, Request};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// Gives a resource its version, and returns it.
pub fn tagged(mut resource: Value) -> (Value, String) {
    let digest = Sha256::digest(resource.to_string());
    let tag = format!("W/\"{}\"", hex::encode(&digest[..16]));
    resource["meta"]["version"] = tag.clone().into();
    (resource, tag)
}

/// The attributes of a resource that a request wants.
fn narrowed(request: &Request, resource: Value) -> Value {
    let Value::Object(members) = resource else { return resource };
    let wanted: Map<String, Value> = members.into_iter().filter(|(name, _)| request.wants(name)).collect();
    wanted.into()
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CACHE_CONTROL, "private, no-store")];
    (status, headers, body.to_string()).into_response()
}

/// An answer that no request changes.
pub fn plain(body: &Value) -> Response {
    answer(StatusCode::OK, body)
}

/// An answer without a body.
pub fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A resource, with its tag and its address.
pub fn resource(request: &Request, status: StatusCode, resource: Value) -> Response {
    let (resource, tag) = tagged(resource);
    if status == StatusCode::OK && request.knows(&tag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let location = resource["meta"]["location"].as_str().unwrap_or_default().to_owned();
    let mut response = answer(status, &narrowed(request, resource));
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::LOCATION, &location);
    response
}

/// A page of a list.
pub fn list(request: &Request, page: Page, total: i64, resources: Vec<Value>) -> Response {
    let resources: Vec<Value> =
        resources.into_iter().map(|resource| narrowed(request, tagged(resource).0)).collect();
    plain(&json!({
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": page.start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    }))
}
