//! Content codings (RFC 9110, section 8.4): decoding of requests and compression of answers.

use std::convert::Infallible;
use std::io::Read;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use tower::{Layer, ServiceExt};
use tower_http::compression::CompressionLayer;

use super::tag;
use domain::error::Error;

/// The codings that a request may use.
const ACCEPTED: HeaderValue = HeaderValue::from_static("gzip, deflate");

/// Removes the coding of a request body; `limit` is the maximum length of the result, in bytes.
///
/// # Errors
/// [`Error::UnsupportedCoding`] for an unknown coding or more than one, [`Error::TooLarge`] if the decoded body is longer
/// than the limit, [`Error::Unreadable`] if the body does not have the coding that its header names.
pub fn decode(headers: &HeaderMap, bytes: Bytes, limit: usize) -> Result<Bytes, Error> {
    let lines = headers.get_all(header::CONTENT_ENCODING).iter();
    let names = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).to_ascii_lowercase());
    let names = names.collect::<Vec<_>>().join(",");
    let codings = names.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "identity"));
    match codings.collect::<Vec<_>>()[..] {
        [] => Ok(bytes),
        _ if bytes.is_empty() => Ok(bytes),
        ["gzip" | "x-gzip"] => inflate(MultiGzDecoder::new(&bytes[..]), "gzip", limit),
        // Some clients omit the frame of zlib, so servers read both.
        ["deflate"] => match inflate(ZlibDecoder::new(&bytes[..]), "deflate", limit) {
            Err(Error::Unreadable(_)) => inflate(DeflateDecoder::new(&bytes[..]), "deflate", limit),
            result => result,
        },
        _ => Err(Error::UnsupportedCoding(names)),
    }
}

fn inflate(coded: impl Read, name: &str, limit: usize) -> Result<Bytes, Error> {
    let mut plain = Vec::new();
    let most = limit as u64 + 1;
    let read = coded.take(most).read_to_end(&mut plain);
    read.map_err(|_| Error::unreadable(format!("the body is not {name}")))?;
    if plain.len() > limit { Err(Error::TooLarge(limit)) } else { Ok(plain.into()) }
}

/// Adds the supported codings to a 415 for an unsupported one.
pub fn refused(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCEPT_ENCODING, ACCEPTED);
    response
}

/// Compresses an answer with a coding that its request accepts. A function and no layer, since most requests accept none.
pub async fn compressed(accepted: HeaderMap, response: Response) -> Response {
    let mut request = Request::new(Body::empty());
    *request.headers_mut() = accepted;
    let mut response = Some(response);
    let inner = tower::service_fn(move |_: Request| {
        std::future::ready(Ok::<_, Infallible>(response.take().unwrap_or_default()))
    });
    let Ok(response) = CompressionLayer::new().layer(inner).oneshot(request).await;
    let mut response = response.map(Body::new);
    tag::weaken_if_compressed(&mut response);
    response
}

/// The codings that a request accepts; `None` without the header.
pub fn accepted(request: &Request) -> Option<HeaderMap> {
    let lines = request.headers().get_all(header::ACCEPT_ENCODING);
    lines.iter().next()?;
    Some(lines.iter().map(|line| (header::ACCEPT_ENCODING, line.clone())).collect())
}
