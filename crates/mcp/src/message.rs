//! The messages of JSON-RPC 2.0.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

/// A request.
#[derive(Clone, Debug)]
pub struct Call {
    /// A text or a number.
    pub id: Value,
    /// The name of the method.
    pub method: String,
    /// The parameters; empty without.
    pub params: Map<String, Value>,
}

/// An error of JSON-RPC, and its HTTP status where each request stands alone.
#[derive(Clone, Debug)]
pub struct Fault {
    code: i64,
    message: String,
    data: Option<Value>,
    /// The HTTP status.
    pub status: StatusCode,
}

impl Fault {
    fn new(code: i64, status: StatusCode, message: &str) -> Self {
        Self { code, message: message.to_owned(), data: None, status }
    }

    /// The body is no JSON.
    pub fn unreadable(message: &str) -> Self {
        Self::new(-32_700, StatusCode::BAD_REQUEST, message)
    }

    /// The body is no message.
    pub fn invalid_request(message: &str) -> Self {
        Self::new(-32_600, StatusCode::BAD_REQUEST, message)
    }

    /// The method does not exist.
    pub fn no_method(method: &str) -> Self {
        let shown: String = method.chars().take(100).collect();
        Self::new(-32_601, StatusCode::NOT_FOUND, &format!("Method not found: {shown}"))
    }

    /// The parameters have the wrong form.
    pub fn invalid_params(message: &str) -> Self {
        Self::new(-32_602, StatusCode::BAD_REQUEST, message)
    }

    /// A header differs from the body.
    pub fn mismatch(message: &str) -> Self {
        Self::new(-32_020, StatusCode::BAD_REQUEST, message)
    }

    /// The revision of the protocol is not served.
    pub fn unsupported(data: Value) -> Self {
        let fault = Self::new(-32_022, StatusCode::BAD_REQUEST, "Unsupported protocol version");
        Self { data: Some(data), ..fault }
    }

    /// A refusal with another status of HTTP.
    pub fn refused(status: StatusCode, message: &str) -> Self {
        Self::new(-32_000, status, message)
    }

    /// The response to the request with an id; null if the request has none.
    pub fn response(&self, id: &Value, status: StatusCode) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(data) = &self.data {
            error["data"] = data.clone();
        }
        json_response(status, &json!({ "jsonrpc": "2.0", "id": id, "error": error }))
    }
}

/// Reads a message: a request, or a notification or a response, which need no answer.
///
/// # Errors
/// A [`Fault`] if the body is no message.
pub fn read(bytes: &[u8]) -> Result<Option<Call>, Fault> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| Fault::unreadable(&format!("not JSON: {error}")))?;
    let Value::Object(mut members) = value else {
        return Err(Fault::invalid_request("a message is one object"));
    };
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(Fault::invalid_request("jsonrpc is not \"2.0\""));
    }
    let id = members.remove("id");
    let Some(method) = members.remove("method") else {
        let is_response = members.contains_key("result") || members.contains_key("error");
        return if is_response { Ok(None) } else { Err(Fault::invalid_request("there is no method")) };
    };
    let Value::String(method) = method else { return Err(Fault::invalid_request("method is no text")) };
    let params = match members.remove("params") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return Err(Fault::invalid_request("params is no object")),
    };
    match id {
        None => Ok(None),
        Some(id @ (Value::String(_) | Value::Number(_))) => Ok(Some(Call { id, method, params })),
        Some(_) => Err(Fault::invalid_request("id is neither a text nor a number")),
    }
}

/// The response to a request with a result.
pub fn result(id: &Value, result: &Value) -> Response {
    json_response(StatusCode::OK, &json!({ "jsonrpc": "2.0", "id": id, "result": result }))
}

/// The response to a message that needs no answer.
pub fn accepted() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_message_is_a_request_a_notification_or_no_message() {
        let is = |text: &str| read(text.as_bytes()).map(|call| call.map(|call| call.method));
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        assert!(matches!(is(call), Ok(Some(method)) if method == "ping"));
        for text in [
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
        ] {
            assert!(matches!(is(text), Ok(None)), "{text}");
        }
        for text in [
            "",
            "[]",
            "7",
            r#"{"id":1,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#,
            r#"{"jsonrpc":"2.0","id":1}"#,
        ] {
            assert!(is(text).is_err(), "{text}");
        }
    }
}
