//! The layer around all routes of this surface: formats, `eprops`, and the link to the description of the service.
//! See `docs/contracts/openproject.md#query-parameters` and `docs/contracts/openproject.md#responses`.

use std::io::Read;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use serde_json::{Map, Value};

use super::error::Error;
use super::hal;
use service::form;
use service::path::AsksForJson;

/// The link to the description of the service, by which clients recognise an instance that requires a login.
const SERVICE_DESC: HeaderValue = HeaderValue::from_static("</api/v3/openapi.json>; rel=\"service-desc\"");
/// The maximum length of the decompressed `eprops`, in bytes.
const EPROPS_LIMIT: u64 = 1024 * 1024;

/// The parameters of the query, including those in `eprops`.
#[derive(Clone, Debug, Default)]
pub struct Query(pub Map<String, Value>);

/// Reads the format and `eprops` before anything else, and completes the response.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let suffix = request.extensions().get::<AsksForJson>().is_some();
    if has_no_id(request.uri().path()) {
        return described(Error::BadParameter("id is invalid".into()).into_response());
    }
    let (mut response, as_json) = match read(request.uri().query().unwrap_or_default()) {
        Ok((query, as_json)) => {
            request.extensions_mut().insert(query);
            (next.run(request).await, as_json || suffix)
        }
        Err(response) => (*response, false),
    };
    response = described(response);
    let headers = response.headers_mut();
    if as_json && headers.get(header::CONTENT_TYPE) == Some(&hal::CONTENT_TYPE) {
        headers.insert(header::CONTENT_TYPE, service::replies::JSON);
    }
    response
}

/// Whether the id of a work package in a path is no number; that is refused before the credentials are checked.
fn has_no_id(path: &str) -> bool {
    let path = path.strip_prefix("/api/v3").unwrap_or(path);
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.next() == Some("work_packages") && segments.next().is_some_and(is_no_id)
}

/// Whether the segment of a path that has the id of a work package is none: an optional sign and digits are.
fn is_no_id(segment: &str) -> bool {
    const WORDS: [&str; 3] = ["form", "schemas", "available_projects"];
    let digits = segment.strip_prefix(['+', '-']).unwrap_or(segment);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    !is_number && !WORDS.contains(&segment)
}

/// Adds the headers of every response of this surface.
pub fn described(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::LINK, SERVICE_DESC);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// `OPTIONS` on a path that is served: the methods of OpenProject.
pub async fn options(uri: Uri) -> Response {
    let segments: Vec<&str> = uri.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let methods = match segments.as_slice() {
        [.., "projects" | "work_packages", "form"] | [.., "projects" | "work_packages", _, "form"] => {
            "OPTIONS, POST"
        }
        [.., "projects" | "work_packages"] | [.., "work_packages", _, "activities"] => {
            "OPTIONS, GET, HEAD, POST"
        }
        [.., "work_packages", id] if !["schemas", "available_projects"].contains(id) => {
            "OPTIONS, GET, HEAD, PATCH, DELETE"
        }
        [.., "activities", _] => "OPTIONS, GET, HEAD, PATCH",
        [.., "projects", id] if *id != "schema" => "OPTIONS, GET, HEAD, PATCH",
        _ => "OPTIONS, GET, HEAD",
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    response
}

fn read(query: &str) -> Result<(Query, bool), Box<Response>> {
    let bad = |error: Error| Box::new(error.into_response());
    let mut members = form::decode(query.as_bytes()).map_err(|error| bad(error.into()))?;
    if let Some(Value::String(packed)) = members.remove("eprops") {
        let reason = match unpack(&packed) {
            Ok(unpacked) => {
                members.extend(unpacked);
                None
            }
            Err(reason) => Some(reason),
        };
        if let Some(reason) = reason {
            return Err(bad(Error::BadParameter(format!("eprops is {reason}"))));
        }
    }
    let as_json = match members.get("format").and_then(Value::as_str) {
        None | Some("" | "hal json" | "hal+json") => false,
        Some("json") => true,
        Some(other) => {
            let text = format!("The requested format '{other}' is not supported.");
            return Err(Box::new(hal::plain(StatusCode::NOT_ACCEPTABLE, text)));
        }
    };
    Ok((Query(members), as_json))
}

fn unpack(packed: &str) -> Result<Map<String, Value>, String> {
    // An unescaped `+` of the Base64 alphabet arrives as a space.
    let packed = packed.replace(' ', "+");
    let bytes = BASE64_STANDARD.decode(&packed).or_else(|_| BASE64_URL_SAFE.decode(&packed));
    let bytes = bytes.map_err(|error| format!("invalid gzip: {error}"))?;
    let mut text = Vec::new();
    let inflated = flate2::read::ZlibDecoder::new(&bytes[..]).take(EPROPS_LIMIT).read_to_end(&mut text);
    inflated.map_err(|error| format!("invalid gzip: {error}"))?;
    serde_json::from_slice(&text).map_err(|error| format!("invalid json: {error}"))
}
