//! The headers of every response, and formats, methods and bodies: `docs/contracts/openproject.md#requests` and
//! `docs/contracts/openproject.md#responses`.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{
    Answer, BASE64_STANDARD, Check, Engine, Method, NOWHERE, PROJECTS, STATUSES, Subject, Verdict, basic,
    holds, json, not_found, refused, skips,
};
use crate::{same, status};

const HAL: &str = "application/hal+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads("openproject/content-type/of-lists", "A list is application/hal+json; charset=utf-8", |s| {
        is_hal(&s.got(STATUSES)?)
    }),
    Check::reads(
        "openproject/content-type/of-objects",
        "An object is application/hal+json; charset=utf-8",
        |s| {
            let path = s.status_path()?;
            is_hal(&s.got(&path)?)
        },
    ),
    Check::reads(
        "openproject/content-type/of-errors",
        "An error is application/hal+json; charset=utf-8",
        |s| is_hal(&s.get(&format!("{STATUSES}/{NOWHERE}"))?),
    ),
    Check::reads(
        "openproject/content-type/accept-json",
        "Accept: application/json gets hal+json, too",
        |s| accepting(s, "application/json"),
    ),
    Check::reads("openproject/content-type/accept-html", "Accept: text/html gets hal+json, too", |s| {
        accepting(s, "text/html")
    }),
    Check::reads("openproject/content-type/of-a-get", "A GET may name a content type", |s| {
        let ask = s.asking(Method::GET, STATUSES).with("content-type", "application/hal+json");
        status(&s.ask(&ask)?, 200)
    }),
    Check::reads("openproject/link/of-answers", "Every answer links to the service's description", |s| {
        is_described(&s.got(STATUSES)?)
    }),
    Check::reads("openproject/link/of-404", "So does a 404", |s| is_described(&s.get("/no_such_path")?)),
    Check::reads("openproject/link/of-401", "So does a 401: clients know the product by it", |s| {
        let ask = s.session.anonymous(Method::GET, "").with("authorization", basic("apikey", "wrong"));
        is_described(&s.ask(&ask)?)
    }),
    Check::reads("openproject/etag/weak", "An answer has a weak ETag", |s| {
        let answer = s.got(STATUSES)?;
        let tag = answer.header("etag");
        holds(tag.starts_with("W/\"") && tag.len() > 4, "W/\"...\"", tag)
    }),
    Check::reads("openproject/etag/not-modified", "If-None-Match with the ETag: 304 without a body", |s| {
        let tag = s.got(STATUSES)?.header("etag").to_owned();
        if tag.is_empty() {
            return skips("there is no ETag");
        }
        let ask = s.asking(Method::GET, STATUSES).with("if-none-match", tag);
        let answer = s.ask(&ask)?;
        status(&answer, 304)?;
        same("length of the body", answer.body.len(), 0)
    }),
    Check::reads("openproject/etag/modified", "If-None-Match with another ETag: 200", |s| {
        let ask = s.asking(Method::GET, STATUSES).with("if-none-match", "W/\"other\"");
        status(&s.ask(&ask)?, 200)
    }),
    Check::reads(
        "openproject/headers/cache-control",
        "Cache-Control: max-age=0, private, must-revalidate",
        |s| {
            let answer = s.got(STATUSES)?;
            same("cache-control", answer.header("cache-control"), "max-age=0, private, must-revalidate")
        },
    ),
    Check::reads("openproject/headers/vary", "Vary names Accept-Encoding", |s| {
        let answer = s.got(STATUSES)?;
        let vary = answer.header("vary").to_lowercase();
        holds(vary.contains("accept-encoding"), "vary with Accept-Encoding", vary)
    }),
    Check::reads("openproject/headers/gzip", "Accept-Encoding: gzip gets gzip", |s| {
        let ask = s.asking(Method::GET, STATUSES).with("accept-encoding", "gzip");
        let answer = s.ask(&ask)?;
        same("content-encoding", answer.header("content-encoding"), "gzip")
    }),
    Check::reads("openproject/headers/identity", "Without Accept-Encoding nothing is compressed", |s| {
        let answer = s.got(STATUSES)?;
        same("content-encoding", answer.header("content-encoding"), "")
    }),
    Check::reads("openproject/formats/json-suffix", ".json has the same body as application/json", |s| {
        let plain = s.got(STATUSES)?.json;
        let answer = s.got(&format!("{STATUSES}.json"))?;
        same("content-type", answer.header("content-type"), JSON)?;
        same("the body", answer.json, plain)
    }),
    Check::reads("openproject/formats/json", "?format=json is application/json", |s| {
        let answer = s.got(&format!("{STATUSES}?format=json"))?;
        same("content-type", answer.header("content-type"), JSON)
    }),
    Check::reads(
        "openproject/formats/xml",
        "?format=xml: 406, The requested format 'xml' is not supported.",
        |s| {
            let answer = s.get(&format!("{STATUSES}?format=xml"))?;
            status(&answer, 406)?;
            same(
                "the body",
                String::from_utf8_lossy(&answer.body),
                "The requested format 'xml' is not supported.",
            )
        },
    ),
    Check::reads("openproject/eprops/not-base64", "eprops that cannot be unpacked: 400 BadRequest", |s| {
        refused(&s.get(&format!("{STATUSES}?eprops=%21"))?, 400, "BadRequest", None)
    }),
    Check::reads("openproject/eprops/not-json", "eprops that are no JSON: 400 BadRequest", |s| {
        let packed = packed("no JSON");
        refused(&s.get(&format!("{STATUSES}?eprops={packed}"))?, 400, "BadRequest", None)
    }),
    Check::reads("openproject/eprops/parameters", "eprops are parameters, packed", |s| {
        let packed = packed("{\"pageSize\":1}");
        let answer = s.got(&format!("{PROJECTS}?eprops={packed}"))?;
        same("pageSize", &answer.json["pageSize"], 1)
    }),
    Check::reads("openproject/paths/trailing-slash", "A slash at the end does not matter", |s| {
        s.got(&format!("{STATUSES}/")).map(drop)
    }),
    Check::reads("openproject/methods/head", "HEAD is GET without the body", |s| {
        let plain = s.got(STATUSES)?;
        let ask = s.asking(Method::HEAD, STATUSES);
        let answer = s.ask(&ask)?;
        status(&answer, 200)?;
        same("length of the body", answer.body.len(), 0)?;
        same("content-type", answer.header("content-type"), plain.header("content-type"))
    }),
    Check::reads("openproject/methods/options", "OPTIONS: 204 and Allow, without credentials", |s| {
        let ask = s.session.anonymous(Method::OPTIONS, STATUSES);
        let answer = s.ask(&ask)?;
        status(&answer, 204)?;
        let allow = answer.header("allow");
        holds(allow.contains("GET") && allow.contains("HEAD"), "allow with GET and HEAD", allow)
    }),
    Check::reads("openproject/methods/wrong", "A method that is not served: 404 NotFound, not 405", |s| {
        let ask = s.asking(Method::DELETE, "/project_statuses/on_track");
        not_found(&s.ask(&ask)?)
    }),
    Check::reads("openproject/methods/put", "PUT of a status: 404 NotFound", |s| {
        let ask = s.asking(Method::PUT, &format!("{STATUSES}/{NOWHERE}")).json(&json!({}));
        not_found(&s.ask(&ask)?)
    }),
    Check::reads(
        "openproject/bodies/no-content-type",
        "A write without content type: 406, in plain text",
        |s| {
            let ask = s.asking(Method::POST, "/project_statuses/on_track");
            let answer = s.ask(&ask)?;
            status(&answer, 406)?;
            same("the body", String::from_utf8_lossy(&answer.body), "Missing content-type header")
        },
    ),
    Check::reads(
        "openproject/bodies/other-content-type",
        "A write of text/plain: 415 TypeNotSupported",
        |s| {
            let ask = s.asking(Method::POST, "/project_statuses/on_track").carrying("text/plain", "{}");
            let message =
                "Expected CONTENT-TYPE to be 'application/json application/hal+json' but got 'text/plain'.";
            refused(&s.ask(&ask)?, 415, "TypeNotSupported", Some(message))
        },
    ),
];

fn is_hal(answer: &Answer) -> Verdict {
    same("content-type", answer.header("content-type").to_lowercase(), HAL)
}

fn accepting(s: &mut Subject, what: &str) -> Verdict {
    let ask = s.asking(Method::GET, STATUSES).with("accept", what);
    is_hal(&s.ask(&ask)?)
}

fn is_described(answer: &Answer) -> Verdict {
    let link = answer.header("link");
    let does = link.contains("/api/v3/openapi.json>") && link.contains("rel=\"service-desc\"");
    holds(does, "</api/v3/openapi.json>; rel=\"service-desc\"", link)
}

/// A text as `eprops` carries it.
fn packed(text: &str) -> String {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    let bytes = zlib.write_all(text.as_bytes()).and_then(|()| zlib.finish());
    let base64 = BASE64_STANDARD.encode(bytes.expect("memory takes what is written to it"));
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
