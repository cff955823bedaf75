//! Limits of sizes, connections and times.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::authority::{Authority, HOST};
use crate::support::{Engine, PATIENCE, Process, Server, Store};
use rstest::rstest;

type Variables<'v> = &'v [(&'v str, &'v str)];

fn serve(store: &Store, variables: Variables<'_>, options: &[&str]) -> Server {
    let mut command = store.command(&[&["serve", "--listen", "127.0.0.1:0"], options].concat());
    command.envs(variables.iter().copied());
    Server::start(command)
}

fn connect(server: &Server) -> TcpStream {
    let address = server.url.split_once("://").expect("a URL").1;
    let stream = TcpStream::connect(address).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

/// Reads until the server closes the connection.
fn read_to_end(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("the server waits on: {error}"),
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn fetch(server: &Server, request: &str) -> String {
    let mut stream = connect(server);
    stream.write_all(request.as_bytes()).expect("a request sent");
    read_to_end(stream)
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";

#[rstest]
#[case::a_head_that_does_not_end("STATUARY_HEAD_TIMEOUT", "GET /healthz HTTP/1.1\r\n", "")]
#[case::a_connection_that_asks_nothing("STATUARY_HEAD_TIMEOUT", "", "")]
#[case::one_that_asks_no_more(
    "STATUARY_IDLE_TIMEOUT",
    "GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n",
    "HTTP/1.1 200"
)]
#[case::a_body_that_does_not_come(
    "STATUARY_BODY_TIMEOUT",
    "POST /api/v1/users HTTP/1.1\r\nhost: h\r\nauthorization: Bearer ada\r\ncontent-length: 9\r\n\r\n{",
    ""
)]
#[case::a_body_that_is_read(
    "STATUARY_BODY_TIMEOUT",
    "POST /api/v1/status_reports HTTP/1.1\r\nhost: h\r\nauthorization: Bearer ada\r\ncontent-length: 9\r\n\r\n{",
    "HTTP/1.1 408"
)]
fn slow_clients_are_disconnected(#[case] setting: &str, #[case] request: &str, #[case] answer: &str) {
    let store = Store::harbor(Engine::Sqlite);
    let server = serve(&store, &[(setting, "100ms"), ("STATUARY_HEAD_TIMEOUT", "100ms")], &[]);
    let said = fetch(&server, request);
    assert!(said.starts_with(answer), "{said:?}");
    assert!(fetch(&server, HEALTH).ends_with("ok\n"));
    server.stop();
}

#[rstest]
fn oversized_headers_get_an_error_message() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let with = |headers: String| {
        fetch(&server, &format!("GET /healthz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{headers}\r\n"))
    };
    assert!(with("a: b\r\n".repeat(90)).starts_with("HTTP/1.1 200"));
    assert!(with("a: b\r\n".repeat(200)).starts_with("HTTP/1.1 431"));
    assert!(with(format!("a: {}\r\n", "b".repeat(100_000))).starts_with("HTTP/1.1 200"));
    assert!(
        fetch(&server, &format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000))).starts_with("HTTP/1.1 414")
    );
    server.stop();
}

/// The output of curl, which connects from one of this machine's addresses.
fn from(server: &Server, authority: &Authority, ip: &str, path: &str) -> String {
    let (scheme, address) = server.url.split_once("://").expect("a URL");
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--noproxy", "*", "--max-time", "60", "--interface", ip, "--cacert", &authority.ca]);
    curl.args(["-H", "Authorization: Bearer ada", "-w", " %{http_code}"]);
    curl.args(["--connect-to", &format!("::{address}"), &format!("{scheme}://{HOST}{path}")]);
    Process::start(curl, "").end().success()
}

/// The time for which idle connections are kept, much longer than any response here takes.
const LONG: [(&str, &str); 4] = [
    ("STATUARY_MAX_CONNECTIONS", "20"),
    ("STATUARY_HEAD_TIMEOUT", "1h"),
    ("STATUARY_BODY_TIMEOUT", "1h"),
    ("STATUARY_IDLE_TIMEOUT", "1h"),
];

#[rstest]
#[case::that_ask_nothing(false, "")]
#[case::that_do_not_end_a_head(false, "GET /healthz HTTP/1.1\r\n")]
#[case::that_ask_no_more(false, "GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n")]
#[case::that_do_not_end_a_body(
    false,
    "POST /api/v1/status_reports HTTP/1.1\r\nhost: h\r\nauthorization: Bearer ada\r\ncontent-length: 9\r\n\r\n{"
)]
#[case::that_do_not_greet(true, "")]
#[case::that_do_not_end_a_greeting(true, "\u{16}\u{3}\u{1}")]
fn connections_of_one_address_do_not_block_others(#[case] is_encrypted: bool, #[case] request: &str) {
    let store = Store::harbor(Engine::Sqlite);
    let authority = Authority::new(&store, "tls");
    let options = authority.options();
    let server = serve(&store, &LONG, if is_encrypted { &options } else { &[] });
    let open: Vec<_> = (0..80)
        .map(|_| {
            let mut stream = connect(&server);
            stream.write_all(request.as_bytes()).expect("a request sent");
            stream
        })
        .collect();
    let start = Instant::now();
    assert_eq!(from(&server, &authority, "127.0.0.1", "/healthz"), "ok\n 200");
    assert_eq!(from(&server, &authority, "127.0.0.2", "/readyz"), "ready\n 200");
    let me = from(&server, &authority, "127.0.0.3", "/api/v1/users/me");
    assert!(me.contains("Ada Park") && me.ends_with(" 200"), "{me}");
    // Less than the timeout of a TLS handshake.
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
    drop(open);
    server.stop();
}

#[rstest]
fn a_request_beyond_the_connection_limit_gets_503() {
    let store = Store::harbor(Engine::Sqlite);
    let authority = Authority::new(&store, "tls");
    let one_place = [&LONG[1..], &[("STATUARY_MAX_CONNECTIONS", "1")]].concat();
    let server = serve(&store, &one_place, &[]);
    let mut stream = connect(&server);
    let head = "POST /api/v1/status_reports HTTP/1.1\r\nhost: h\r\nauthorization: Bearer ada\r\n";
    stream.write_all(format!("{head}content-length: 9\r\n\r\n{{").as_bytes()).expect("a request sent");
    // The connection that has the place is from the same address, and is not closed for it.
    let refused = from(&server, &authority, "127.0.0.1", "/api/v1/users/me");
    assert!(refused.contains("\"errors\"") && refused.ends_with(" 503"), "{refused}");
    assert_eq!(from(&server, &authority, "127.0.0.1", "/healthz"), "ok\n 200");
    drop(stream);
    server.stop();
}

#[rstest]
#[case::in_the_clear(false)]
#[case::encrypted(true)]
fn connections_beyond_the_limit_wait(#[case] is_encrypted: bool) {
    let store = Store::harbor(Engine::Sqlite);
    let authority = Authority::new(&store, "tls");
    let options = authority.options();
    let options = if is_encrypted { &options[..] } else { &[] };
    let one_place = [("STATUARY_MAX_CONNECTIONS", "1"), ("STATUARY_IDLE_TIMEOUT", "100ms")];
    let server = serve(&store, &one_place, options);
    let (scheme, address) = server.url.split_once("://").expect("a URL");
    let requested: Vec<_> = (0..4)
        .map(|_| {
            let mut curl = Command::new("curl");
            curl.args(["-sS", "--noproxy", "*", "--cacert", &authority.ca]);
            curl.args(["--connect-to", &format!("::{address}"), &format!("{scheme}://{HOST}/healthz")]);
            Process::start(curl, "")
        })
        .collect();
    for one in requested {
        assert_eq!(one.end().success(), "ok\n");
    }
    server.stop();
}

#[rstest]
fn limits_come_from_the_environment_or_the_file_and_a_demo_has_no_rate_limit(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let file = store.path("limits.toml");
    std::fs::write(&file, "login_limit = 1\ntrusted_proxies = '127.0.0.1'\nhead_timeout = '2s'\n")
        .expect("a file");
    let server = serve(&store, &[("STATUARY_RATE_LIMIT", "7")], &["--config", &file.display().to_string()]);
    let answer = fetch(
        &server,
        "GET /api/v1/users HTTP/1.1\r\nhost: h\r\nauthorization: Bearer ada\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.contains("ratelimit-policy: \"token\";q=7;w=60\r\n"), "{answer}");
    assert!(answer.contains("ratelimit: \"token\";r=6;t=9\r\n"), "{answer}");
    let sign_in = |from: &str| {
        let head = "POST /login HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 7\r\n";
        fetch(&server, &format!("{head}x-forwarded-for: {from}\r\n\r\ntoken=x"))
    };
    for (from, status) in [("203.0.113.1", "422"), ("203.0.113.1", "429"), ("203.0.113.2", "422")] {
        let answer = sign_in(from);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{from}: {answer}");
    }
    server.stop();

    for (name, value) in [
        ("STATUARY_TRUSTED_PROXIES", "somewhere"),
        ("STATUARY_MAX_CONNECTIONS", "0"),
        ("STATUARY_IDLE_TIMEOUT", "soon"),
    ] {
        let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env(name, value);
        let ended = Process::start(command, "").end();
        assert!(matches!(ended.code, Some(1 | 2)) && ended.err.contains(value), "{ended:?}");
    }

    let asks = |server: &Server, token: &str| {
        let head = "GET /api/v1/users HTTP/1.1\r\nhost: h\r\nconnection: close";
        let answer = fetch(server, &format!("{head}\r\nauthorization: Bearer {token}\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.contains("ratelimit-policy: \"token\";q=600;")
    };
    let reachable = ["--public-url", "https://status.example"];
    for (options, is_limited) in [(&[][..], false), (&reachable[..], true)] {
        let server = serve(&store, &[], options);
        assert_eq!(asks(&server, "ada"), is_limited, "{options:?}");
        server.stop();
    }
    let demo = Store::new(Engine::Sqlite);
    let mut server = serve(&demo, &[], &[&["--demo"][..], &reachable].concat());
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    server.process.line();
    assert!(!asks(&server, &token));
    server.stop();
}
