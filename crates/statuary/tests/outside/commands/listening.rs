//! The addresses on which `serve` listens, and `healthcheck` on each of them.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};

use rstest::rstest;

use super::client::{assert_fails, get};
use crate::support::authority::Authority;
use crate::support::log::wait_for_log;
use crate::support::{Engine, PATIENCE, Process, Server, Store};

fn serve(store: &Store, listen: &str) -> Server {
    Server::start(store.command(&["serve", "--listen", listen]))
}

/// The response of a server over a Unix socket.
fn fetch(path: &Path, request: &str) -> String {
    let mut stream = UnixStream::connect(path).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.write_all(request.as_bytes()).expect("a request sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn health(path: &Path) -> String {
    fetch(path, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}

#[rstest]
#[case::a_name("localhost:0", "http://127.0.0.1:")]
#[case::every_interface(":0", "http://localhost:")]
#[case::every_interface_of_ipv4("0.0.0.0:0", "http://127.0.0.1:")]
#[case::blanks(" 127.0.0.1:0 ", "http://127.0.0.1:")]
fn it_listens_on_host_names_and_prints_a_reachable_address(#[case] listen: &str, #[case] url: &str) {
    let store = Store::new(Engine::Sqlite);
    let mut server = serve(&store, listen);
    assert!(server.url.starts_with(url), "{}", server.url);
    let link = server.process.line();
    assert!(link.starts_with(&format!("administrator: {}/setup/", server.url)), "{link}");
    assert_eq!(get(&server.url, "/healthz", None).status, 200);
    server.stop();
}

#[rstest]
fn a_unix_socket_has_the_configured_mode_and_is_removed_at_shutdown() {
    let store = Store::harbor(Engine::Sqlite);
    let path = store.path("s.sock");
    for (query, mode) in [("", 0o660), ("?mode=0600", 0o600), ("?mode=666", 0o666)] {
        let server = serve(&store, &format!("unix:{}{query}", path.display()));
        assert_eq!(server.url, format!("unix:{}", path.display()));
        let permissions = std::fs::metadata(&path).expect("a socket").permissions();
        assert_eq!(permissions.mode() & 0o7777, mode);
        assert!(health(&path).ends_with("ok\n"));
        store.run(&["healthcheck", "--url", &server.url], "").success();
        let mut check = store.command(&["healthcheck"]);
        check.env("STATUARY_LISTEN", &server.url);
        Process::start(check, "").end().success();
        let mut doctor = store.command(&["doctor", "--listen", &server.url]);
        doctor.env("STATUARY_PUBLIC_URL", "https://status.example");
        let seen = Process::start(doctor, "").end().out;
        assert!(seen.contains("ok   address: a Statuary that is ready answers at unix:"), "{seen}");
        server.stop();
        assert!(!path.exists());
    }
}

#[rstest]
fn only_an_unused_unix_socket_is_replaced() {
    let store = Store::harbor(Engine::Sqlite);
    let path = store.path("s.sock");
    let listen = format!("unix:{}", path.display());
    let is_refused = |reason: &str| assert_fails(&store.run(&["serve", "--listen", &listen], ""), reason);
    drop(UnixListener::bind(&path).expect("a socket"));
    assert!(path.exists());
    let server = serve(&store, &listen);
    is_refused("another process listens");
    assert!(health(&path).ends_with("ok\n"));
    server.stop();

    std::fs::write(&path, "a file").expect("a file");
    is_refused("not a socket");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "a file");
    assert_fails(&store.run(&["serve", "--listen", "unix:nowhere/s.sock"], ""), "nowhere/s.sock");
}

#[rstest]
fn a_unix_socket_is_not_encrypted_and_clients_behind_it_count_by_x_forwarded_for() {
    let store = Store::harbor(Engine::Sqlite);
    let path = store.path("s.sock");
    let listen = format!("unix:{}", path.display());
    let authority = Authority::new(&store, "tls");
    let encrypted = [&["serve", "--listen", &listen][..], &authority.options()].concat();
    assert_fails(&store.run(&encrypted, ""), "not encrypted");

    let mut command = store.command(&["serve", "--listen", &listen]);
    command.env("STATUARY_LOGIN_LIMIT", "1");
    let server = Server::start(command);
    let sign_in = |from: &str| {
        let head = "POST /login HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 7\r\n";
        fetch(&path, &format!("{head}x-forwarded-for: {from}\r\n\r\ntoken=x"))
    };
    for (from, status) in [("203.0.113.1", "422"), ("203.0.113.1", "429"), ("203.0.113.2", "422")] {
        let answer = sign_in(from);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{from}: {answer}");
    }
    server.stop();
}

#[rstest]
fn metrics_have_a_unix_socket_of_their_own() {
    let store = Store::harbor(Engine::Sqlite);
    let path = store.path("metrics.sock");
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_METRICS_LISTEN", format!("unix:{}?mode=0600", path.display()));
    let server = Server::start(command);
    let answer = fetch(&path, "GET /metrics HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
    assert!(answer.contains("statuary_build_info{"), "{answer}");
    assert_eq!(get(&server.url, "/metrics", None).status, 404);
    server.stop();
}

/// `serve` with a listening socket as systemd passes it, and a notification socket.
fn activated(store: &Store, socket: OwnedFd, arguments: &str) -> Server {
    let program = env!("CARGO_BIN_EXE_statuary");
    let script =
        format!("exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec '{program}' serve {arguments}");
    let command = store.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(store.directory.path()).stdin(Stdio::from(socket));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.env("NOTIFY_SOCKET", store.path("notify"));
    let mut process = Process::start_with_its_input(&mut shell);
    let url = process.line().strip_prefix("listening: ").expect("an address").to_owned();
    Server { process, url }
}

#[rstest]
fn socket_activation_and_readiness_notification_work() {
    let store = Store::harbor(Engine::Sqlite);
    let socket = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = socket.local_addr().expect("an address");
    let notify = UnixDatagram::bind(store.path("notify")).expect("a socket");
    notify.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let server = activated(&store, socket.into(), "--listen 127.0.0.1:1");
    assert_eq!(server.url, format!("http://{address}"));
    assert_eq!(get(&server.url, "/healthz", None).status, 200);
    let note = || {
        let mut bytes = [0; 256];
        let length = notify.recv(&mut bytes).expect("a note");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    assert!(note().contains("READY=1"));
    server.stop();
    assert!(note().contains("STOPPING=1"));

    let path = store.path("passed.sock");
    let socket = UnixListener::bind(&path).expect("a socket");
    let server = activated(&store, socket.into(), "");
    assert_eq!(server.url, format!("unix:{}", path.display()));
    assert!(health(&path).ends_with("ok\n"));
    server.stop();
    // The socket file belongs to systemd.
    assert!(path.exists());
}

#[rstest]
fn common_signals_do_not_end_the_server() {
    let store = Store::harbor(Engine::Sqlite);
    let mut server = store.serve(&[]);
    for signal in ["HUP", "USR1", "USR2", "PIPE"] {
        server.process.signal(signal);
        if signal != "PIPE" {
            wait_for_log(&mut server, &format!("SIG{signal} is ignored"));
        }
        assert_eq!(get(&server.url, "/healthz", None).status, 200, "{signal}");
    }
    server.process.signal("QUIT");
    assert_eq!(server.process.end().success(), "");
}

#[rstest]
fn a_healthcheck_uses_the_servers_own_settings() {
    let store = Store::harbor(Engine::Sqlite);
    let (own, other) = (Authority::new(&store, "own"), Authority::new(&store, "other"));
    let server =
        Server::start(store.command(&[&["serve", "--listen", "0.0.0.0:0"][..], &own.options()].concat()));
    let port = server.url.rsplit(':').next().expect("a port").to_owned();
    let check = |authority: &Authority| {
        let mut command = store.command(&["healthcheck"]);
        command.env("STATUARY_TLS_CERT", &authority.cert).env("STATUARY_TLS_KEY", &authority.key);
        command.env("STATUARY_LISTEN", format!("0.0.0.0:{port}"));
        Process::start(command, "").end()
    };
    assert_eq!(check(&own).success(), "");
    // A renewed certificate that the server has not loaded does not make it unhealthy.
    let renewed = check(&other);
    assert!(renewed.code == Some(0) && renewed.err.contains("SIGHUP"), "{renewed:?}");

    let file = store.path("tls.toml");
    let text = format!("listen = ':{port}'\ntls_cert = '{}'\ntls_key = '{}'\n", own.cert, own.key);
    std::fs::write(&file, text).expect("a file");
    store.run(&["--config", "tls.toml", "healthcheck"], "").success();
    server.stop();
    assert_eq!(check(&own).code, Some(1));
}

#[rstest]
fn issuer_and_links_have_the_listeners_scheme_and_never_a_forged_host() {
    let store = Store::new(Engine::Sqlite);
    let authority = Authority::new(&store, "tls");
    let mut server = store.serve(&authority.options());
    let address = server.url.strip_prefix("https://").expect("an encrypted address").to_owned();
    assert!(server.process.line().starts_with(&format!("administrator: https://{address}/setup/")));
    let curl = |path: &str, host: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-sSi", "-k", "--noproxy", "*", "-H", &format!("Host: {host}")]);
        curl.arg(format!("https://{address}{path}"));
        Process::start(curl, "").end().success()
    };
    let issuer = |host: &str| {
        let answer = curl("/.well-known/oauth-authorization-server", host);
        assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
        let json = answer.split("\r\n\r\n").nth(1).expect("a body").to_owned();
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert!(!json.to_string().contains("http://"), "{json}");
        json["issuer"].as_str().expect("an issuer").to_owned()
    };
    for (host, expected) in [
        ("evil.example", server.url.as_str()),
        ("localhost:@evil.example", server.url.as_str()),
        ("10.1.2.3", server.url.as_str()),
        ("localhost:9000", "https://localhost:9000"),
    ] {
        assert_eq!(issuer(host), expected, "{host}");
    }
    let cookie = curl("/preferences", "localhost");
    assert!(cookie.contains("HTTP/1.1 "), "{cookie}");
    server.stop();
}
