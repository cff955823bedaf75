//! A thousand streams of events of a running server: what they cost, that each gets every event, and that they end with it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rstest::rstest;

use crate::support::{Engine, PATIENCE, Server, Store};
use front::server::open_files;

const STREAMS: usize = 1_000;
/// What all of them together may cost, in KiB.
const MOST: u64 = 64 * 1024;

/// A connection whose answer is a stream.
struct Stream(BufReader<TcpStream>);

impl Stream {
    /// Sends a request, and reads the head of the answer.
    fn open(server: &Server, token: &str, after: &str) -> Self {
        let stream = TcpStream::connect(server.url.trim_start_matches("http://")).expect("a server");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let mut stream = Self(BufReader::with_capacity(1024, stream));
        let request = format!(
            "GET /api/statuary/v1/events?after={after} HTTP/1.1\r\nhost: here\r\n\
             accept: text/event-stream\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        stream.0.get_mut().write_all(request.as_bytes()).expect("a request sent");
        assert_eq!(stream.line(), "HTTP/1.1 200 OK");
        while !stream.line().is_empty() {}
        stream
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// Reads until a line begins with a text.
    fn wait_for(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).expect("a line") > 0, "the stream ended before {start}");
            if line.starts_with(start) {
                return line.trim_end().to_owned();
            }
        }
    }

    /// Whether nothing but the end of the answer comes.
    fn is_ended(&mut self) -> bool {
        let mut rest = Vec::new();
        let ended = std::io::Read::read_to_end(&mut self.0, &mut rest);
        ended.is_ok() && !String::from_utf8_lossy(&rest).contains("id:")
    }
}

/// A number in `/proc/PID/status`.
fn status(server: &Server, name: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{}/status", server.process.id())).expect("a process");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).expect("a number")
}

/// The `last` of the account's events.
fn last(server: &Server) -> String {
    let page = fetch(server, "GET", "/api/statuary/v1/events?limit=1", "");
    let number = page.split("\"last\":").nth(1).and_then(|rest| rest.split('}').next());
    number.expect("a number").to_owned()
}

/// The body of an answer with a known length.
fn fetch(server: &Server, method: &str, path: &str, body: &str) -> String {
    let stream = TcpStream::connect(server.url.trim_start_matches("http://")).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let mut stream = BufReader::new(stream);
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: here\r\nauthorization: Bearer ada\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.get_mut().write_all(request.as_bytes()).expect("a request sent");
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
    body.to_owned()
}

#[rstest]
fn a_thousand_idle_streams_cost_little(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    open_files::allow(STREAMS + 200);
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let after = last(&server);
    drop(Stream::open(&server, "ada", &after));
    let before = ["VmRSS", "Threads"].map(|name| status(&server, name));
    let start = Instant::now();
    let mut streams: Vec<_> = (0..STREAMS).map(|_| Stream::open(&server, "ada", &after)).collect();
    let opened = start.elapsed();
    // Each has read, and waits.
    let other = last(&server);
    assert_eq!(other, after);
    let cost = status(&server, "VmRSS").saturating_sub(before[0]);
    assert!(cost < MOST, "{STREAMS} streams cost {cost} KiB");
    assert_eq!(status(&server, "Threads"), before[1], "a stream has no thread");
    // A comment every 15 seconds.
    let mut first = Stream::open(&server, "ada", &after);
    let asked = Instant::now();
    first.wait_for(":");
    let waited = asked.elapsed();
    assert!((Duration::from_secs(14)..Duration::from_mins(1)).contains(&waited), "{waited:?}");
    let body = r#"{"color": "green", "description": "On course."}"#;
    fetch(&server, "POST", "/api/statuary/v1/workspaces/53760/status_reports", body);
    let next = after.parse::<u64>().expect("a number") + 1;
    for stream in &mut streams {
        assert_eq!(stream.wait_for("id: "), format!("id: {next}"));
        stream.wait_for("data: ");
    }
    let told = status(&server, "VmRSS").saturating_sub(before[0]);
    assert!(told < MOST, "{STREAMS} streams cost {told} KiB after an event");
    println!("{STREAMS} streams: opened in {opened:?}, {cost} KiB idle, {told} KiB after an event");
    let stopped = Instant::now();
    server.stop();
    assert!(stopped.elapsed() < Duration::from_secs(15), "{:?}", stopped.elapsed());
    assert!(streams.iter_mut().all(Stream::is_ended));
}
