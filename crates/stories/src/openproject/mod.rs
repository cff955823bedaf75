//! Stories of the OpenProject surface, and their helpers.

mod authentication;
mod conventions;
mod project_forms;
mod project_identifiers;
mod project_lists;
mod project_writes;
mod projects;
mod root;
pub mod work_packages;

use axum::http::{Method, StatusCode, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Answer, TestApp};

pub const HAL: &str = "application/hal+json; charset=utf-8";
pub const SERVICE_DESC: &str = "</api/v3/openapi.json>; rel=\"service-desc\"";
pub const NOT_FOUND: &str = "The requested resource could not be found.";
pub const NOT_AUTHORIZED: &str = "You are not authorized to access this resource.";
pub const NO_CREDENTIALS: &str = "You need to be authenticated to access this resource.";
pub const WRONG_CREDENTIALS: &str = "You did not provide the correct credentials.";

/// `Authorization` as OpenProject's clients send a token.
pub fn basic(token: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("apikey:{token}")))
}

/// A text of several lines as one line, without indentation.
pub fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect()
}

/// An error object.
pub fn error(kind: &str, message: &str, details: Option<&Value>) -> Value {
    let identifier = format!("urn:openproject-org:api:v3:errors:{kind}");
    let mut error = json!({"_type": "Error", "errorIdentifier": identifier, "message": message});
    if let Some(details) = details {
        error["_embedded"] = json!({"details": details});
    }
    error
}

/// A violated constraint of a property.
pub fn violation(attribute: &str, message: &str) -> Value {
    error("PropertyConstraintViolation", message, Some(&json!({"attribute": attribute})))
}

/// A property of the wrong type.
pub fn wrong_format(attribute: &str, expected: &str) -> Value {
    let message = format!("The property '{attribute}' has the wrong format: {expected} is expected.");
    error("PropertyFormatError", &message, Some(&json!({"attribute": attribute})))
}

/// A read-only property.
pub fn not_writable(attribute: &str) -> Value {
    let message = format!("The property '{attribute}' cannot be written.");
    error("PropertyIsReadOnly", &message, Some(&json!({"attribute": attribute})))
}

impl TestApp {
    /// Turns off `openproject_login_required`.
    pub fn open(self) -> Self {
        self.set(|settings| settings.openproject_login_required = false)
    }

    /// A request to `/api/v3` with any headers.
    pub async fn v3(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.request(method, &format!("/api/v3{path}"), headers, body).await
    }

    /// A GET with a token, or without credentials if the token is empty.
    pub async fn v3_get(&self, token: &str, path: &str) -> Answer {
        if token.is_empty() {
            return self.v3(Method::GET, path, &[], "").await;
        }
        self.v3(Method::GET, path, &[("authorization", &basic(token))], "").await
    }

    pub async fn v3_delete(&self, token: &str, path: &str) -> Answer {
        self.v3(Method::DELETE, path, &[("authorization", &basic(token))], "").await
    }

    pub async fn v3_post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.v3_write(Method::POST, token, path, &body.to_string()).await
    }

    pub async fn v3_patch(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.v3_write(Method::PATCH, token, path, &body.to_string()).await
    }

    /// A write with any body that is declared as JSON.
    pub async fn v3_write(&self, method: Method, token: &str, path: &str, body: &str) -> Answer {
        let headers = [("authorization", &*basic(token)), ("content-type", "application/json")];
        self.v3(method, path, &headers, body).await
    }
}

impl Answer {
    /// Asserts a successful HAL response and its body.
    #[track_caller]
    pub fn shows_hal(&self, status: u16, text: &str) {
        assert_eq!((self.status.as_u16(), &*self.text), (status, text), "{self}");
        assert_eq!((self.header("content-type"), self.header("link")), (HAL, SERVICE_DESC), "{self}");
        assert!(self.header("etag").starts_with("W/\""), "{self:?}");
    }

    /// Asserts an error and its body.
    #[track_caller]
    pub fn is_hal_error(&self, status: u16, error: &Value) {
        assert_eq!((self.status.as_u16(), &*self.text), (status, &*error.to_string()), "{self}");
        assert_eq!((self.header("content-type"), self.header("link")), (HAL, SERVICE_DESC), "{self}");
    }

    /// Asserts an error without details.
    #[track_caller]
    pub fn is_refusal(&self, status: u16, kind: &str, message: &str) {
        self.is_hal_error(status, &error(kind, message, None));
    }

    #[track_caller]
    pub fn is_not_found(&self) {
        self.is_refusal(404, "NotFound", NOT_FOUND);
    }

    #[track_caller]
    pub fn is_not_authorized(&self) {
        self.is_refusal(403, "MissingPermission", NOT_AUTHORIZED);
    }

    /// Asserts a violated constraint.
    #[track_caller]
    pub fn violates(&self, attribute: &str, message: &str) {
        self.is_hal_error(422, &violation(attribute, message));
    }

    /// Asserts an error that embeds several errors.
    #[track_caller]
    pub fn is_multiple_errors(&self, status: u16, errors: &[Value]) {
        let message = "Multiple field constraints have been violated.";
        let mut outer = error("MultipleErrors", message, None);
        outer["_embedded"] = json!({"errors": errors});
        self.is_hal_error(status, &outer);
    }

    /// Asserts a plain-text response.
    #[track_caller]
    pub fn is_plain_text(&self, status: u16, text: &str) {
        assert_eq!((self.status.as_u16(), &*self.text), (status, text), "{self}");
        assert_eq!(
            (self.header("content-type"), self.header("link")),
            ("text/plain", SERVICE_DESC),
            "{self}"
        );
    }

    /// The elements of a collection.
    #[track_caller]
    pub fn elements(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{self}");
        self.json()["_embedded"]["elements"].as_array().expect("elements").clone()
    }

    /// The ids of the elements, in their order.
    #[track_caller]
    pub fn element_ids(&self) -> Vec<i64> {
        self.elements().iter().map(|one| one["id"].as_i64().expect("an id")).collect()
    }

    /// The challenge of a 401.
    #[track_caller]
    pub fn challenges(&self, challenge: &str, message: &str) {
        self.is_refusal(401, "Unauthenticated", message);
        assert_eq!(self.headers[header::WWW_AUTHENTICATE], challenge, "{self}");
    }
}
