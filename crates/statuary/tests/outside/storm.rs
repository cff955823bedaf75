//! Malformed input: the server keeps running, writes nothing, and never answers with an internal error.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{Engine, PATIENCE, Server, Store, turns};
use base::rng::Rng;
use rstest::rstest;

/// The number of messages; `STATUARY_STORM` sets another one.
const SHORT: usize = 3000;
const CLIENTS: usize = 32;
/// Short timeouts, because most messages are incomplete.
const WAITS: [(&str, &str); 3] =
    [("STATUARY_HEAD_TIMEOUT", "50ms"), ("STATUARY_BODY_TIMEOUT", "50ms"), ("STATUARY_IDLE_TIMEOUT", "50ms")];

const METHODS: &[&str] = &[
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get",
    "G\u{e4}T", "", "PRI", "GET GET", "\0",
];
const PATHS: &[&str] = &[
    "/api/v1/status_reports",
    "/api/v1/status_reports/907.json",
    "/api/v1/workspaces?per_page=",
    "/api/v1/workspace_status_changes",
    "/api/v1/external_references/create_or_update",
    "/api/v3/statuses",
    "/api/v3/projects/1",
    "/api/v3/projects?filters=",
    "/api/v3/statuses?eprops=",
    "/api/statuary/v1/portfolio?cursor=",
    "/api/statuary/v1/me",
    "/oauth/token",
    "/oauth/authorize?client_id=",
    "/login",
    "/",
    "/healthz",
    "/assets/../../etc/passwd",
    "/%2e%2e/%00/%ff",
    "*",
    "http://elsewhere.example/api/v1/users",
    "http://[::1",
    "//",
    "",
    "\\..\\",
    "/api/v1/users/99999999999999999999999999",
    "/api/v3/statuses/\u{fffd}\u{202e}",
];
const TAILS: &[&str] = &[
    "",
    "1",
    "-1",
    "99999999999999999999",
    "1e999",
    "%",
    "%zz",
    "%00",
    "%ff%fe",
    "[[[[",
    "a[b][c][]=1&a=2",
    "&&&===",
    "NaN",
    "'; drop table users; --",
    "${jndi:ldap://x}",
    "\u{1f4a5}",
];
const VERSIONS: &[&str] =
    &["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "HTP", ""];
const ENDS: &[&str] = &["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\0\r\n", "\r\n "];
const HEADERS: &[&str] = &[
    "content-type: application/json",
    "content-type: application/x-www-form-urlencoded",
    "content-type: application/hal+json; charset=utf-16",
    "content-type: multipart/form-data; boundary=",
    "content-type: \u{e9}",
    "content-encoding: gzip",
    "content-encoding: br, zstd, nothing",
    "transfer-encoding: chunked",
    "transfer-encoding: gzip, chunked",
    "transfer-encoding: chunked, identity",
    "transfer-encoding: \tchunked",
    "content-length: 0",
    "content-length: 5",
    "content-length: -1",
    "content-length: +7",
    "content-length: 99999999999999999999999",
    "content-length: 5, 6",
    "content-length : 3",
    "authorization: Bearer nobody",
    "authorization: Bearer",
    "authorization: Basic ====",
    "authorization: Basic YXBpa2V5Og==",
    "cookie: statuary_session=\u{7f}; =; ;;",
    "expect: 100-continue",
    "expect: the unexpected",
    "upgrade: h2c",
    "connection: upgrade, http2-settings",
    "connection: keep-alive, close",
    "if-none-match: W/\"",
    "range: bytes=-1-2,,,",
    "accept: \u{1}",
    "x-request-id: a\u{b}b",
    "x-forwarded-for: ,,,127.0.0.1",
    " folded: line",
    ": nameless",
    "no colon",
    "host: a\nhost: b",
];

fn body(rng: &mut Rng) -> Vec<u8> {
    let many = 1 + rng.below(40_000);
    match rng.below(12) {
        0 => "[".repeat(many).into_bytes(),
        1 => format!("{}1{}", "{\"a\":".repeat(many), "}".repeat(many)).into_bytes(),
        2 => format!("{{\"status_report\":{{\"workspace_id\":{}}}}}", "9".repeat(many)).into_bytes(),
        3 => format!("{{\"status_report\":{{\"workspace_id\":1e{many},\"color\":null}}}}").into_bytes(),
        4 => format!("a{}=1", "[b]".repeat(many)).into_bytes(),
        5 => "a[]=1&".repeat(many).into_bytes(),
        6 => b"{\"statuses\":[{\"name\":\"\\ud800\",\"color\":\"\\u0000\"}]}".to_vec(),
        7 => (0..many).map(|_| rng.next().to_le_bytes()[0]).collect(),
        8 => b"5\r\nhello\r\nffffffffffffffffff\r\n".to_vec(),
        9 => b"zz\r\n\r\n0\r\ntrailer: \0\r\n\r\n".to_vec(),
        10 => b"3;a=b\r\nabc\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(),
        _ => Vec::new(),
    }
}

/// A message. About a third of them have credentials, so that they pass authentication.
fn message(rng: &mut Rng) -> Vec<u8> {
    match rng.below(16) {
        0 => return (0..rng.below(3000)).map(|_| rng.next().to_le_bytes()[0]).collect(),
        1 => return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(),
        2 => return b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".to_vec(),
        3 => return b"GET /\r\n".to_vec(),
        _ => {}
    }
    // Two of three are well-formed, so that they pass the parser.
    let is_well_made = rng.chance(0.66);
    let of =
        |list: &'static [&'static str], good: usize| &list[..if is_well_made { good } else { list.len() }];
    let end = rng.pick(of(ENDS, 1));
    let (method, path, tail) = (rng.pick(of(METHODS, 7)), rng.pick(of(PATHS, 17)), rng.pick(of(TAILS, 15)));
    let mut text = format!("{method} {path}{tail} {}{end}host: here{end}", rng.pick(of(VERSIONS, 4)));
    if rng.chance(0.4) {
        text += "authorization: Bearer zoe\r\n";
    }
    for _ in 0..rng.below(4) {
        let header: &&str = rng.pick(of(HEADERS, 3));
        text += header;
        text += end;
    }
    if rng.chance(0.03) {
        text += &["x-long: ", &"x".repeat(rng.below(300_000)), "\r\n"].concat();
    }
    if rng.chance(0.03) {
        text += &"x-many: 1\r\n".repeat(rng.below(5000));
    }
    let body = body(rng);
    if is_well_made || rng.chance(0.6) {
        let off = if is_well_made { 0 } else { *rng.pick(&[-1, 0, 0, 1]) };
        text += &["content-length: ", &body.len().saturating_add_signed(off).to_string(), "\r\n"].concat();
    }
    let mut bytes = [text.as_bytes(), end.as_bytes(), &body].concat();
    if rng.chance(0.15) {
        bytes.truncate(rng.below(bytes.len()));
    }
    if !is_well_made && rng.chance(0.2) {
        for _ in 0..8 {
            let at = rng.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = rng.next().to_le_bytes()[0];
            }
        }
    }
    if rng.chance(0.1) {
        let again = message(rng);
        bytes.extend(again);
    }
    bytes
}

/// The statuses of all responses; the server may close the connection at any point.
fn send(address: &str, bytes: &[u8], hangs_up: bool) -> Vec<String> {
    let mut stream = TcpStream::connect(address).expect("a server that takes connections");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.set_write_timeout(Some(Duration::from_secs(20))).expect("a socket");
    drop(stream.write_all(bytes));
    if hangs_up {
        drop(stream.shutdown(Shutdown::Write));
    }
    let mut said = Vec::new();
    drop(stream.read_to_end(&mut said));
    let said = String::from_utf8_lossy(&said);
    let heads = said.split("HTTP/1.").skip(1).filter(|rest| rest.starts_with(['0', '1']));
    heads.filter_map(|rest| rest.get(2..5)).map(str::to_owned).collect()
}

#[rstest]
fn the_server_withstands_malformed_input(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let _turn = turns::of("storm");
    let store = Store::harbor(engine);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.envs(WAITS);
    let server = Server::start(command);
    let address = server.url.trim_start_matches("http://");
    let before = store.run(&["export", "-"], "").success();
    let count = std::env::var("STATUARY_STORM").map_or(SHORT, |text| text.parse().expect("a number"));

    let (next, seen) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<String, usize>::new()));
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let bytes = message(&mut Rng(number as u64));
                    for status in send(address, &bytes, number % 4 == 0) {
                        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]);
                        assert!(!status.starts_with('5'), "{status} for message {number}: {shown:?}");
                        *seen.lock().expect("no panic").entry(status).or_default() += 1;
                    }
                }
            });
        }
    });
    let seen = seen.into_inner().expect("no panic");
    println!("{count} messages: {seen:?}");
    for status in ["200", "400", "401", "404", "431"] {
        assert!(seen.contains_key(status), "the storm blew past everything: {seen:?}");
    }

    let health = send(address, b"GET /readyz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n", false);
    assert_eq!(health, ["200"]);
    assert!(store.run(&["export", "-"], "").success() == before, "something was written");
    let said = server.stop();
    assert!(!said.contains("panicked"), "{said}");
    store.serve(&[]).stop();
}
