//! Helpers for the tests of all commands: an HTTP client, and readers of their output.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use serde_json::Value;

use crate::support::log::wait_for_log;
use crate::support::{Ended, PATIENCE, Server, Store};

/// Environment variables with their values.
pub type Variables<'v> = &'v [(&'v str, &'v str)];

/// The first line of an archive.
pub const HEADER: &str = "{\"kind\":\"statuary_archive\",\"version\":1}\n";

/// Asserts an error: exit code 1, nothing on standard output, and one line on standard error with a text in it.
#[track_caller]
pub fn assert_fails(ended: &Ended, named: &str) {
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    assert!(ended.err.starts_with("statuary: ") && ended.err.contains(named), "{}", ended.err);
}

#[track_caller]
pub fn export(store: &Store) -> String {
    store.run(&["export", "-"], "").success()
}

pub fn records(archive: &str, kind: &str) -> Vec<Value> {
    let lines = archive.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|record| record["kind"] == kind).collect()
}

/// The counts that an import prints, by kind.
pub fn counts(out: &str) -> BTreeMap<String, usize> {
    let count = |line| {
        let (kind, number) = str::split_once(line, ": ").expect("a count");
        (kind.to_owned(), number.parse().expect("a number"))
    };
    out.lines().map(count).collect()
}

pub fn token_in(page: &str) -> Option<&str> {
    let rest = page.split_once("<code>")?.1;
    Some(rest.split_once("</code>")?.0)
}

/// The commands that a demo prints, one in each paragraph.
#[track_caller]
pub fn curl_lines(server: &mut Server) -> Vec<String> {
    wait_for_log(server, "Try it:");
    let until = Instant::now() + PATIENCE;
    let (mut commands, mut paragraph) = (Vec::new(), String::new());
    while commands.len() < 3 {
        let line = server.process.err.next(until).expect("three commands");
        if line == "\n" && !paragraph.is_empty() {
            commands.push(std::mem::take(&mut paragraph));
        } else if line != "\n" {
            paragraph += &line;
        }
    }
    commands
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn read(mut stream: TcpStream) -> Self {
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Self {
            status: status.unwrap_or_else(|| panic!("{head}")),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// The request header with the cookie of the response.
    pub fn cookie(&self) -> Option<String> {
        let pair = self.head.lines().find_map(|line| line.strip_prefix("set-cookie: "))?.split(';').next()?;
        Some(format!("cookie: {pair}\r\n"))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

pub fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

#[track_caller]
pub fn send(url: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut stream = connect(url);
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("a request sent");
    Answer::read(stream)
}

#[track_caller]
pub fn get(url: &str, path: &str, token: Option<&str>) -> Answer {
    let headers = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    send(url, "GET", path, &headers, "")
}
