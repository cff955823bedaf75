//! HAL: links (`docs/contracts/openproject.md#links`), collections, and the responses that carry them.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use service::body_buffer::BodyBuffer;
use service::tag;
use service::tag::Validator;

/// The content type of every HAL response, whatever `Accept` says: `docs/contracts/openproject.md#content-type`.
pub const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/hal+json; charset=utf-8");

/// A link. Empty members are omitted, except `href`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Link {
    href: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    templated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
}

impl Link {
    /// A link to a path below `/api/v3`, which is below the public path `root`.
    pub fn to(root: &str, path: impl AsRef<str>) -> Self {
        Self { href: Some(format!("{root}/api/v3{}", path.as_ref())), ..Self::nothing() }
    }

    /// A link without a target.
    pub const fn nothing() -> Self {
        Self { href: None, title: None, templated: None, method: None }
    }

    /// Adds the title of the target.
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// Marks the link as a URI template.
    pub fn templated(self) -> Self {
        Self { templated: Some(true), ..self }
    }

    /// Sets a method other than GET.
    pub fn with_method(self, method: &'static str) -> Self {
        Self { method: Some(method), ..self }
    }
}

// The links of an object that links only to itself.
#[derive(Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct SelfLink {
    #[serde(rename = "self")]
    pub itself: Link,
}

/// A collection without pages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Collection")]
pub struct Collection<T> {
    _type: &'static str,
    total: usize,
    count: usize,
    _embedded: Elements<T>,
    _links: SelfLink,
}

/// The elements of a collection, each in full.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Elements")]
pub struct Elements<T> {
    /// In the order of the collection.
    pub elements: Vec<T>,
}

impl<T> Collection<T> {
    /// The collection at a link, with all its elements.
    pub fn new(itself: Link, elements: Vec<T>) -> Self {
        Self {
            _type: "Collection",
            total: elements.len(),
            count: elements.len(),
            _embedded: Elements { elements },
            _links: SelfLink { itself },
        }
    }
}

/// A HAL response. A successful one has an entity tag, which is weak as in OpenProject.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    record(status, body, None)
}

/// [`answer`] with one record, and with its state if the caller sees the whole record.
pub fn record(status: StatusCode, body: &impl Serialize, state: Option<&Validator>) -> Response {
    let body = serde_json::to_vec(body).expect("objects are made of texts, numbers and lists");
    let tag = status.is_success().then(|| tag::weak(state, &body));
    let mut response = BodyBuffer::from(body).into_response();
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=0, private, must-revalidate"));
    if let Some(tag) = tag {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// A response in plain text, where OpenProject sends one.
pub fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    let mut response = Response::new(Body::from(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
