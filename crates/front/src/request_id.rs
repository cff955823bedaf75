//! The id of a request and its trace context. `front::service` calls this.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};

use db::TraceParent;

/// The header with the id, in requests and answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: that of the client if it is valid, otherwise a random one.
pub fn of(request: &Request) -> HeaderValue {
    let sent = request.headers().get(HEADER).filter(|id| is_plain(id)).cloned();
    sent.unwrap_or_else(|| {
        let mut text = [0; 32];
        let digits = hex::encode_to_slice(rand::random::<[u8; 16]>(), &mut text).map(|()| &text);
        HeaderValue::from_bytes(digits.expect("two digits a byte")).expect("hex digits are a header's value")
    })
}

/// The trace context that the client sent, if it is valid.
pub fn trace(request: &Request) -> Option<TraceParent> {
    request.headers().get("traceparent")?.to_str().ok()?.trim().parse().ok()
}

fn is_plain(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=255).contains(&bytes.len()) && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}
