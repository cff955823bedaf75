//! The revisions of the protocol, and the check of requests that name theirs.
//!
//! Up to 2025-11-25 a client begins with `initialize`. From 2026-07-28 on each request has its revision in `_meta`, and headers
//! repeat what intermediaries need.

use axum::http::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::message::{Call, Fault};

/// The revisions with `initialize`, the newest first.
pub const WITH_HANDSHAKE: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/// The revisions in which each request stands alone, the newest first.
pub const STATELESS: [&str; 1] = ["2026-07-28"];

/// The member of `_meta` with the revision.
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// The member of `_meta` with the capabilities of the client.
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// How a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// After `initialize`.
    Handshake,
    /// By itself.
    Stateless,
}

/// The revision of `initialize` that the server chooses.
pub fn chosen(asked: Option<&str>) -> &'static str {
    let known = WITH_HANDSHAKE.iter().find(|known| Some(**known) == asked);
    known.unwrap_or(&WITH_HANDSHAKE[0])
}

/// The era of a request, if its headers agree with its body.
///
/// # Errors
/// A [`Fault`] with HTTP status 400.
pub fn check(headers: &HeaderMap, call: &Call) -> Result<Era, Fault> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let meta = call.params.get("_meta").and_then(Value::as_object);
    let own = meta.and_then(|meta| meta.get(VERSION));
    let named = header("mcp-protocol-version");
    let is_stateless = named.is_some_and(|named| STATELESS.contains(&named));
    if own.is_none() && call.method != "server/discover" && !is_stateless {
        return match named {
            Some(named) if !WITH_HANDSHAKE.contains(&named) => Err(unsupported(named)),
            _ => Ok(Era::Handshake),
        };
    }
    let is_complete = own.is_some() && meta.is_some_and(|meta| meta.contains_key(CAPABILITIES));
    let Some(own) = own.and_then(Value::as_str).filter(|_| is_complete) else {
        return Err(Fault::invalid_params(&format!("params._meta has no {VERSION} or no {CAPABILITIES}")));
    };
    if named != Some(own) {
        return Err(Fault::mismatch("the header MCP-Protocol-Version differs from the revision in _meta"));
    }
    if header("mcp-method") != Some(call.method.as_str()) {
        return Err(Fault::mismatch("the header Mcp-Method differs from the method"));
    }
    let name = call.params.get("name").and_then(Value::as_str);
    if call.method == "tools/call"
        && name.is_some()
        && header("mcp-name").and_then(decoded).as_deref() != name
    {
        return Err(Fault::mismatch("the header Mcp-Name differs from the name of the tool"));
    }
    if STATELESS.contains(&own) { Ok(Era::Stateless) } else { Err(unsupported(own)) }
}

fn unsupported(requested: &str) -> Fault {
    let supported: Vec<_> = STATELESS.iter().chain(&WITH_HANDSHAKE).collect();
    Fault::unsupported(json!({ "supported": supported, "requested": requested }))
}

/// The text of a header, which may be in Base64.
fn decoded(text: &str) -> Option<String> {
    let Some(coded) = text.strip_prefix("=?base64?").and_then(|text| text.strip_suffix("?=")) else {
        return Some(text.to_owned());
    };
    String::from_utf8(BASE64_STANDARD.decode(coded).ok()?).ok()
}
