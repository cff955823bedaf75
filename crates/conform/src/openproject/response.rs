//! Reading errors and collections.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::check::{Verdict, ensure, ensure_eq, ensure_status, items};
use crate::client::Response;

/// Requires an error of this kind, with this message if one is given; see `docs/contracts/openproject.md#errors`.
pub fn ensure_error(response: &Response, status: u16, kind: &str, message: Option<&str>) -> Verdict {
    ensure_status(response, status)?;
    ensure_eq("_type", &response.json["_type"], "Error")?;
    let identifier = format!("urn:openproject-org:api:v3:errors:{kind}");
    ensure_eq("errorIdentifier", &response.json["errorIdentifier"], identifier)?;
    match message {
        Some(message) => ensure_eq("message", &response.json["message"], message),
        None => ensure(response.json["message"].is_string(), "a message", &response.json["message"]),
    }
}

/// Requires the 404 of an unknown record or path.
pub fn ensure_not_found(response: &Response) -> Verdict {
    ensure_error(response, 404, "NotFound", Some("The requested resource could not be found."))
}

/// Requires a 422 that names the attribute.
pub fn ensure_violation(response: &Response, kind: &str, attribute: &str, message: Option<&str>) -> Verdict {
    ensure_error(response, 422, kind, message)?;
    ensure_eq("attribute", &response.json["_embedded"]["details"]["attribute"], attribute)
}

/// The value of `Authorization` for Basic credentials.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

/// The elements of a collection.
pub fn elements(response: &Response) -> Vec<Value> {
    items(&response.json["_embedded"]["elements"]).to_vec()
}
