//! The headers of every response, and formats, methods and bodies: `docs/contracts/openproject.md#requests` and
//! `docs/contracts/openproject.md#responses`.

use std::io::Write;

use axum::http::Method;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::json;

use super::response::{basic, ensure_error, ensure_not_found};
use super::session::{PROJECTS, STATUSES, Suite, UNKNOWN_ID};
use crate::check::{Check, Verdict, ensure, ensure_eq, ensure_status, skip};
use crate::client::Response;

const HAL: &str = "application/hal+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads("openproject/content-type/of-lists", "A list is application/hal+json; charset=utf-8", |s| {
        ensure_hal(&s.get_ok(STATUSES)?)
    }),
    Check::reads(
        "openproject/content-type/of-objects",
        "An object is application/hal+json; charset=utf-8",
        |s| {
            let path = s.first_status_path()?;
            ensure_hal(&s.get_ok(&path)?)
        },
    ),
    Check::reads(
        "openproject/content-type/of-errors",
        "An error is application/hal+json; charset=utf-8",
        |s| ensure_hal(&s.get(&format!("{STATUSES}/{UNKNOWN_ID}"))?),
    ),
    Check::reads(
        "openproject/content-type/accept-json",
        "Accept: application/json gets hal+json, too",
        |s| ensure_hal_for(s, "application/json"),
    ),
    Check::reads("openproject/content-type/accept-html", "Accept: text/html gets hal+json, too", |s| {
        ensure_hal_for(s, "text/html")
    }),
    Check::reads("openproject/content-type/of-a-get", "A GET can have a content type", |s| {
        let request = s.request(Method::GET, STATUSES).with("content-type", "application/hal+json");
        ensure_status(&s.send(&request)?, 200)
    }),
    Check::reads(
        "openproject/link/of-answers",
        "Every response links to the description of the service",
        |s| ensure_service_link(&s.get_ok(STATUSES)?),
    ),
    Check::reads("openproject/link/of-404", "A 404 links to the description of the service", |s| {
        ensure_service_link(&s.get("/no_such_path")?)
    }),
    Check::reads(
        "openproject/link/of-401",
        "A 401 links to the description of the service, by which clients recognise the product",
        |s| {
            let request =
                s.session.anonymous(Method::GET, "").with("authorization", basic("apikey", "wrong"));
            ensure_service_link(&s.send(&request)?)
        },
    ),
    Check::reads("openproject/etag/weak", "A response has a weak ETag", |s| {
        let response = s.get_ok(STATUSES)?;
        let tag = response.header("etag");
        ensure(tag.starts_with("W/\"") && tag.len() > 4, "W/\"...\"", tag)
    }),
    Check::reads("openproject/etag/not-modified", "If-None-Match with the ETag: 304 without a body", |s| {
        let tag = s.get_ok(STATUSES)?.header("etag").to_owned();
        if tag.is_empty() {
            return skip("there is no ETag");
        }
        let request = s.request(Method::GET, STATUSES).with("if-none-match", tag);
        let response = s.send(&request)?;
        ensure_status(&response, 304)?;
        ensure_eq("length of the body", response.body.len(), 0)
    }),
    Check::reads("openproject/etag/modified", "If-None-Match with another ETag: 200", |s| {
        let request = s.request(Method::GET, STATUSES).with("if-none-match", "W/\"other\"");
        ensure_status(&s.send(&request)?, 200)
    }),
    Check::reads(
        "openproject/headers/cache-control",
        "Cache-Control: max-age=0, private, must-revalidate",
        |s| {
            let response = s.get_ok(STATUSES)?;
            ensure_eq(
                "cache-control",
                response.header("cache-control"),
                "max-age=0, private, must-revalidate",
            )
        },
    ),
    Check::reads("openproject/headers/vary", "Vary includes Accept-Encoding", |s| {
        let response = s.get_ok(STATUSES)?;
        let vary = response.header("vary").to_lowercase();
        ensure(vary.contains("accept-encoding"), "vary with Accept-Encoding", vary)
    }),
    Check::reads("openproject/headers/gzip", "Accept-Encoding: gzip gets gzip", |s| {
        let request = s.request(Method::GET, STATUSES).with("accept-encoding", "gzip");
        let response = s.send(&request)?;
        ensure_eq("content-encoding", response.header("content-encoding"), "gzip")
    }),
    Check::reads("openproject/headers/identity", "Without Accept-Encoding, nothing is compressed", |s| {
        let response = s.get_ok(STATUSES)?;
        ensure_eq("content-encoding", response.header("content-encoding"), "")
    }),
    Check::reads("openproject/formats/json-suffix", ".json has the same body as application/json", |s| {
        let plain = s.get_ok(STATUSES)?.json;
        let response = s.get_ok(&format!("{STATUSES}.json"))?;
        ensure_eq("content-type", response.header("content-type"), JSON)?;
        ensure_eq("the body", response.json, plain)
    }),
    Check::reads("openproject/formats/json", "?format=json is application/json", |s| {
        let response = s.get_ok(&format!("{STATUSES}?format=json"))?;
        ensure_eq("content-type", response.header("content-type"), JSON)
    }),
    Check::reads(
        "openproject/formats/xml",
        "?format=xml: 406, The requested format 'xml' is not supported.",
        |s| {
            let response = s.get(&format!("{STATUSES}?format=xml"))?;
            ensure_status(&response, 406)?;
            ensure_eq(
                "the body",
                String::from_utf8_lossy(&response.body),
                "The requested format 'xml' is not supported.",
            )
        },
    ),
    Check::reads("openproject/eprops/not-base64", "eprops that cannot be decoded: 400 BadRequest", |s| {
        ensure_error(&s.get(&format!("{STATUSES}?eprops=%21"))?, 400, "BadRequest", None)
    }),
    Check::reads("openproject/eprops/not-json", "eprops that are not JSON: 400 BadRequest", |s| {
        let packed = packed("no JSON");
        ensure_error(&s.get(&format!("{STATUSES}?eprops={packed}"))?, 400, "BadRequest", None)
    }),
    Check::reads("openproject/eprops/parameters", "eprops are compressed parameters", |s| {
        let packed = packed("{\"pageSize\":1}");
        let response = s.get_ok(&format!("{PROJECTS}?eprops={packed}"))?;
        ensure_eq("pageSize", &response.json["pageSize"], 1)
    }),
    Check::reads("openproject/paths/trailing-slash", "A trailing slash is ignored", |s| {
        s.get_ok(&format!("{STATUSES}/")).map(drop)
    }),
    Check::reads("openproject/methods/head", "HEAD is GET without the body", |s| {
        let plain = s.get_ok(STATUSES)?;
        let request = s.request(Method::HEAD, STATUSES);
        let response = s.send(&request)?;
        ensure_status(&response, 200)?;
        ensure_eq("length of the body", response.body.len(), 0)?;
        ensure_eq("content-type", response.header("content-type"), plain.header("content-type"))
    }),
    Check::reads("openproject/methods/options", "OPTIONS: 204 and Allow, without credentials", |s| {
        let request = s.session.anonymous(Method::OPTIONS, STATUSES);
        let response = s.send(&request)?;
        ensure_status(&response, 204)?;
        let allow = response.header("allow");
        ensure(allow.contains("GET") && allow.contains("HEAD"), "allow with GET and HEAD", allow)
    }),
    Check::reads("openproject/methods/wrong", "An unsupported method: 404 NotFound, not 405", |s| {
        let request = s.request(Method::DELETE, "/project_statuses/on_track");
        ensure_not_found(&s.send(&request)?)
    }),
    Check::reads("openproject/methods/put", "PUT of a status: 404 NotFound", |s| {
        let request = s.request(Method::PUT, &format!("{STATUSES}/{UNKNOWN_ID}")).json(&json!({}));
        ensure_not_found(&s.send(&request)?)
    }),
    Check::reads(
        "openproject/bodies/no-content-type",
        "A write without a content type: 406, in plain text",
        |s| {
            let request = s.request(Method::POST, "/project_statuses/on_track");
            let response = s.send(&request)?;
            ensure_status(&response, 406)?;
            ensure_eq("the body", String::from_utf8_lossy(&response.body), "Missing content-type header")
        },
    ),
    Check::reads(
        "openproject/bodies/other-content-type",
        "A write of text/plain: 415 TypeNotSupported",
        |s| {
            let request = s.request(Method::POST, "/project_statuses/on_track").with_body("text/plain", "{}");
            let message =
                "Expected CONTENT-TYPE to be 'application/json application/hal+json' but got 'text/plain'.";
            ensure_error(&s.send(&request)?, 415, "TypeNotSupported", Some(message))
        },
    ),
];

fn ensure_hal(response: &Response) -> Verdict {
    ensure_eq("content-type", response.header("content-type").to_lowercase(), HAL)
}

fn ensure_hal_for(s: &mut Suite, what: &str) -> Verdict {
    let request = s.request(Method::GET, STATUSES).with("accept", what);
    ensure_hal(&s.send(&request)?)
}

fn ensure_service_link(response: &Response) -> Verdict {
    let link = response.header("link");
    let holds = link.contains("/api/v3/openapi.json>") && link.contains("rel=\"service-desc\"");
    ensure(holds, "</api/v3/openapi.json>; rel=\"service-desc\"", link)
}

/// A text encoded for `eprops`.
fn packed(text: &str) -> String {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    let bytes = zlib.write_all(text.as_bytes()).and_then(|()| zlib.finish());
    let base64 = BASE64_STANDARD.encode(bytes.expect("writing to memory succeeds"));
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
