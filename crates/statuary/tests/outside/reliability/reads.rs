//! Abandoned large reads do not delay other requests.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rstest::rstest;

use crate::support::{Engine, PATIENCE, Server, Store, turns};

const LARGE: &str = "/api/v1/workspaces?include=status_reports,participants";
const SMALL: &str = "/api/v1/status_reports/1";
/// The number of large reads that are abandoned.
const GIVEN_UP: u32 = 100;

struct Client {
    address: String,
    token: String,
}

impl Client {
    fn send(&self, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("a server");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let (token, length) = (&self.token, body.len());
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
            content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("a request sent");
        stream
    }

    /// Sends a large read that differs from those of other numbers, so that their responses are not shared.
    /// Every other one has its parameters in the body.
    fn send_large(&self, number: u32) -> TcpStream {
        let path = format!("{LARGE}&per_page={}", 200 - number);
        match path.split_once('?') {
            Some((path, parameters)) if number % 2 == 1 => self.send(path, parameters),
            _ => self.send(&path, ""),
        }
    }

    /// The time until the response is complete.
    fn time(&self, path: &str) -> Duration {
        let start = Instant::now();
        let answer = read(self.send(path, ""));
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {}", answer.get(..500).unwrap_or(&answer));
        start.elapsed()
    }

    /// The sum of the metrics whose lines begin with `family`.
    fn figure(&self, family: &str) -> u64 {
        let text = read(self.send("/metrics", ""));
        let lines = text.lines().filter(|line| line.starts_with(family));
        lines.map(|line| line.rsplit_once(' ').expect("a figure").1.parse::<u64>().expect("a number")).sum()
    }
}

fn read(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    text
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
    }
}

fn seeded(engine: Engine, reports: u32) -> (Store, Server, Client) {
    let store = Store::new(engine);
    let reports = reports.to_string();
    let said =
        store.run(&["seed", "--workspaces", "100", "--reports", &reports, "--changes", "0"], "").success();
    let token = said.trim().strip_prefix("token: ").expect("a token").to_owned();
    let server = store.serve(&[]);
    let address = server.url.trim_start_matches("http://").to_owned();
    (store, server, Client { address, token })
}

#[rstest]
fn a_small_read_does_not_wait_for_a_hundred_abandoned_large_ones(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let _turn = turns::of("reliability");
    let (_store, server, client) = seeded(engine, 3_000);
    let large = client.time(&format!("{LARGE}&per_page=200"));
    // The server may answer many of them before the test asks for the figure: then others are sent.
    wait_until("the server works on many at a time", || {
        let sent: Vec<_> = (0..GIVEN_UP).map(|number| client.send_large(number)).collect();
        let at_a_time = client.figure("statuary_http_requests_in_flight ");
        drop(sent);
        at_a_time > 20
    });
    // The least time that they would take one after the other on two processors.
    let all = large * GIVEN_UP / 2;
    for _ in 0..5 {
        let small = client.time(SMALL);
        assert!(small < all / 5, "{small:?}, where a large one takes {large:?}");
    }
    assert_eq!(client.time("/healthz").as_secs() / PATIENCE.as_secs(), 0);
    if engine == Engine::Sqlite {
        wait_until("no read waits", || client.figure("statuary_waiting_reads ") == 0);
        assert!(client.figure("statuary_abandoned_reads_total{") > 0, "no read was abandoned");
    }
    server.stop();
}

/// A memory figure of the server's process in KiB, from `/proc/PID/status`.
fn memory(server: &Server, name: &str) -> u64 {
    let path = format!("/proc/{}/status", server.process.id());
    let status = std::fs::read_to_string(path).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
    line.trim_matches(|one: char| !one.is_ascii_digit()).parse().expect("a number")
}

#[rstest]
fn forty_slow_readers_use_little_memory(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let _turn = turns::of("reliability");
    let (_store, server, client) = seeded(engine, 9_000);
    let mut slow: Vec<TcpStream> =
        (0..40).map(|_| client.send(&format!("{LARGE}&per_page=200"), "")).collect();
    let mut answered = 0;
    for stream in &mut slow {
        let mut head = [0; 12];
        stream.read_exact(&mut head).expect("the beginning of an answer");
        match &head {
            b"HTTP/1.1 200" => answered += 1,
            other => assert_eq!(other, b"HTTP/1.1 503"),
        }
    }
    let peak = memory(&server, "VmHWM:");
    assert!(peak < 128 * 1024, "{peak} KiB");
    assert!(answered >= 4, "{answered} of 40 were answered");
    // A response that began with 200 is sent completely once the client reads.
    let lengths: Vec<usize> = slow
        .into_iter()
        .map(read)
        .filter(|text| text.contains("\"count\":100,"))
        .map(|text| text.len())
        .collect();
    assert_eq!(lengths.len(), answered);
    assert!(lengths.iter().all(|length| *length == lengths[0] && *length > 3 << 20), "{lengths:?}");
    server.stop();
}
