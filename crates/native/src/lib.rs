//! How Statuary's own surface spells things: requests, answers, problems, cursors. No SQL.

pub mod body;
pub mod clock;
pub mod cursor;
pub mod me;
pub mod objects;
pub mod openapi;
pub mod portfolio;
pub mod problem;
pub mod request;
pub mod routes;
pub mod status_keys;
pub mod timeline;
pub mod users;

pub use self::body::Body;
pub use self::cursor::Page;
pub use self::problem::Error;
pub use self::request::{Query, Request};

use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;

use service::RequestId;
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::tag;
use service::tag::Validator;

/// Where the surface is.
pub const ROOT: &str = "/api/statuary/v1";

/// What a handler of this surface ends with.
pub type Answer = Result<Response, Error>;

/// An answer with an object.
pub fn json(object: &impl Serialize) -> Response {
    record(object, None)
}

/// An answer with one record, and its state where the caller sees all of it.
pub fn record(object: &impl Serialize, state: Option<&Validator>) -> Response {
    let body = serde_json::to_vec(object).expect("objects are made of texts, numbers and lists");
    let tag = tag::strong(state, &body);
    let mut response = BodyBuffer::from(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// Finishes every answer of this surface; gives problems their body.
pub async fn layer(request: HttpRequest, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    tag::weaken_if_compressed(&mut response);
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        error.write(&mut response, id.as_ref());
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// A path that is not served: told to those who prove who they are.
pub async fn no_path(State(app): State<App>, asked: HttpRequest) -> Answer {
    request::authenticate(&app, asked.headers(), asked.extensions()).await?;
    Err(Error::new(problem::Kind::NotFound).saying("There is nothing at this path."))
}

/// A method that a path does not serve; the router lists those that it does.
pub async fn no_method(State(app): State<App>, asked: HttpRequest) -> Answer {
    request::authenticate(&app, asked.headers(), asked.extensions()).await?;
    let detail = format!("{} is not served at this path; the header Allow lists what is.", asked.method());
    Err(Error::new(problem::Kind::MethodNotAllowed).saying(detail))
}
