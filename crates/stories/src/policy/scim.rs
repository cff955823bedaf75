//! Rights on the SCIM surface: for administrators.

use axum::http::Method;
use serde_json::{Value, json};

use super::rows::Row;

/// The paths in the router.
pub const ROUTES: [&str; 12] = [
    "/ServiceProviderConfig",
    "/ResourceTypes",
    "/ResourceTypes/{id}",
    "/Schemas",
    "/Schemas/{id}",
    "/.search",
    "/Users/.search",
    "/Groups/.search",
    "/Users",
    "/Users/{id}",
    "/Groups",
    "/Groups/{id}",
];

/// The statuses by caller. The bodies here are invalid.
pub fn rows() -> Vec<Row> {
    let row = |method: Method, path: &'static str, body: Value, own: u16, other: u16| {
        (method, path, body, [own, 403, 403, 403, 403, 403, 403, other])
    };
    let get = |path: &'static str| row(Method::GET, path, Value::Null, 200, 200);
    vec![
        get("/ServiceProviderConfig"),
        get("/ResourceTypes"),
        get("/ResourceTypes/User"),
        get("/Schemas"),
        get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"),
        row(Method::POST, "/.search", json!({}), 200, 200),
        row(Method::POST, "/Users/.search", json!({}), 200, 200),
        row(Method::POST, "/Groups/.search", json!({}), 200, 200),
        get("/Users"),
        row(Method::POST, "/Users", json!({}), 400, 400),
        row(Method::GET, "/Users/2545", Value::Null, 200, 404),
        row(Method::PUT, "/Users/2545", json!({}), 400, 404),
        row(Method::PATCH, "/Users/2545", json!({}), 400, 404),
        row(Method::DELETE, "/Users/{own}", Value::Null, 204, 404),
        get("/Groups"),
        row(Method::POST, "/Groups", json!({}), 400, 400),
        row(Method::GET, "/Groups/7900", Value::Null, 404, 404),
        row(Method::PUT, "/Groups/7900", json!({}), 404, 404),
        row(Method::PATCH, "/Groups/7900", json!({}), 404, 404),
        row(Method::DELETE, "/Groups/7900", Value::Null, 404, 404),
    ]
}
