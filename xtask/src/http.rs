//! A small HTTP client: one request a connection.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// The time after which a request without a response fails.
const TIMEOUT: Duration = Duration::from_mins(2);

/// A request with a body of JSON, unless it is empty; the bytes of its response.
pub fn request(url: &str, what: (&str, &str), headers: &[(&str, &str)], body: &str) -> Result<Vec<u8>> {
    request_within(TIMEOUT, url, what, headers, body)
}

/// The same, with a time limit for the connection and for each part of the response.
pub fn request_within(
    limit: Duration,
    url: &str,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Vec<u8>> {
    let host = url.strip_prefix("http://").context("not http")?;
    let address = host.to_socket_addrs()?.next().context("the host has no address")?;
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let of_body = match body {
        "" => String::new(),
        _ if headers.iter().any(|(name, _)| *name == "Content-Type") => {
            format!("Content-Length: {}\r\n", body.len())
        }
        _ => format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()),
    };
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{}{of_body}\r\n{body}", lines.concat());
    stream.write_all(request.as_bytes())?;
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end
            && answer.len() >= end + 4 + length(&answer[..end])
        {
            return Ok(answer);
        }
        let read = stream.read(&mut part)?;
        ensure!(read > 0, "the response to {path} ends early");
        answer.extend_from_slice(&part[..read]);
    }
}

fn length(head: &[u8]) -> usize {
    // `Content-Length` may be there without a body.
    if head.starts_with(b"HTTP/1.1 304 ") {
        return 0;
    }
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}
