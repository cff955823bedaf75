//! TLS connections: those that curl makes to the server, and those that the server makes.

use std::io::Read;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::commands::client::{get, send};
use crate::support::authority::{Authority, HOST};
use crate::support::log::wait_for_log;
use crate::support::{Ended, Engine, PATIENCE, Process, Server, Store};
use rstest::rstest;

/// Requests a path by the host name in the certificate.
fn curl(server: &Server, authority: &Authority, path: &str, options: &[&str]) -> Ended {
    let address = server.url.strip_prefix("https://").expect("an encrypted address");
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--noproxy", "*", "--cacert", &authority.ca, "--connect-to"])
        .arg(format!("{HOST}:443:{address}"))
        .args(options)
        .arg(format!("https://{HOST}{path}"));
    Process::start(curl, "").end()
}

#[rstest]
fn the_server_answers_only_over_tls(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let authority = Authority::new(&store, "tls");
    let server = store.serve(&authority.options());
    // An unfinished TLS handshake does not block other clients.
    let silent = TcpStream::connect(server.url.trim_start_matches("https://")).expect("a connection");
    let me = curl(&server, &authority, "/api/v1/users/me", &["-H", "Authorization: Bearer ada"]).success();
    assert!(me.contains("\"full_name\":\"Ada Park\""), "{me}");
    for version in ["--tls-max=1.2", "--tlsv1.3"] {
        let name_and_value = version.split_once('=').map_or(vec![version], |(name, value)| vec![name, value]);
        let version = curl(&server, &authority, "/healthz", &[&["--http2"][..], &name_and_value].concat());
        assert_eq!(version.success(), "ok\n");
    }
    let clear = server.url.replace("https://", "http://");
    let mut plain = Command::new("curl");
    plain.args(["-sS", "--noproxy", "*", "-w", "%{http_code}", "-d", "{}", &format!("{clear}/healthz")]);
    let refused = Process::start(plain, "").end().success();
    assert_eq!(refused, "This port speaks HTTPS: use an address that begins with https://\n400");
    // The server stops at once, though a client is still silent.
    server.stop();
    drop(silent);
}

#[rstest]
fn a_certificate_of_another_authority_is_rejected() {
    let store = Store::harbor(Engine::Sqlite);
    let (own, other) = (Authority::new(&store, "own"), Authority::new(&store, "other"));
    let server = store.serve(&own.options());
    assert_eq!(curl(&server, &other, "/healthz", &[]).code, Some(60));
    server.stop();
}

#[rstest]
fn sighup_loads_a_renewed_certificate_but_not_an_invalid_one() {
    let store = Store::harbor(Engine::Sqlite);
    let (own, new) = (Authority::new(&store, "own"), Authority::new(&store, "new"));
    let mut server = store.serve(&own.options());
    std::fs::write(&own.cert, "half a file").expect("a file");
    server.process.signal("HUP");
    wait_for_log(&mut server, "the certificate cannot be reloaded");
    assert_eq!(curl(&server, &own, "/healthz", &[]).success(), "ok\n");

    std::fs::copy(&new.cert, &own.cert).expect("a copy");
    std::fs::copy(&new.key, &own.key).expect("a copy");
    server.process.signal("HUP");
    wait_for_log(&mut server, "the certificate was reloaded");
    assert_eq!(curl(&server, &own, "/healthz", &[]).code, Some(60));
    assert_eq!(curl(&server, &new, "/healthz", &[]).success(), "ok\n");
    server.stop();
}

#[rstest]
fn an_idle_tls_connection_does_not_delay_the_shutdown() {
    let store = Store::harbor(Engine::Sqlite);
    let authority = Authority::new(&store, "tls");
    let server = store.serve(&authority.options());
    let mut idle = TcpStream::connect(server.url.trim_start_matches("https://")).expect("a connection");
    server.stop();
    idle.set_read_timeout(Some(PATIENCE)).expect("a socket");
    assert!(matches!(idle.read(&mut [0]), Ok(0) | Err(_)));
}

#[rstest]
fn an_invalid_certificate_or_key_is_an_error() {
    let store = Store::new(Engine::Sqlite);
    let (own, other) = (Authority::new(&store, "own"), Authority::new(&store, "other"));
    let (cert, key) = (own.cert.as_str(), own.key.as_str());
    let openssl = |arguments: &str| {
        let mut openssl = Command::new("openssl");
        openssl.args(arguments.split(' ')).current_dir(store.path("own"));
        Process::start(openssl, "").end().success();
    };
    openssl("pkey -in server.key -aes256 -passout pass:secret -out encrypted.key");
    openssl("ec -in server.key -aes256 -passout pass:secret -out old.key");
    openssl("pkey -in server.key -outform DER -out der.key");
    openssl("x509 -in server.crt -outform DER -out der.crt");
    let of_own = |name: &str| store.path("own").join(name).display().to_string();
    let (encrypted, old) = (of_own("encrypted.key"), of_own("old.key"));
    let (der_key, der_cert) = (of_own("der.key"), of_own("der.crt"));
    let cases = [
        (&["--tls-cert", cert][..], "--tls-key"),
        (&["--tls-key", key], "--tls-cert"),
        (&["--tls-cert", "nowhere.crt", "--tls-key", key], "nowhere.crt"),
        (&["--tls-cert", cert, "--tls-key", "nowhere.key"], "nowhere.key"),
        (&["--tls-cert", key, "--tls-key", key], "holds no certificate"),
        (&["--tls-cert", cert, "--tls-key", cert], "cannot read a private key"),
        (&["--tls-cert", cert, "--tls-key", &encrypted], "the key is encrypted"),
        (&["--tls-cert", cert, "--tls-key", &old], "the key is encrypted"),
        (&["--tls-cert", cert, "--tls-key", &der_key], "not in PEM form"),
        (&["--tls-cert", &der_cert, "--tls-key", key], "no certificate in PEM form"),
        (&["--tls-cert", cert, "--tls-key", &other.key], "does not match"),
    ];
    for (options, reason) in cases {
        let ended = store.run(&[&["serve", "--listen", "127.0.0.1:0"], options].concat(), "");
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
        assert!(ended.err.starts_with("statuary: ") && ended.err.contains(reason), "{}", ended.err);
        assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    }
}

#[rstest]
fn the_environment_and_the_settings_file_can_name_the_certificate() {
    let store = Store::harbor(Engine::Sqlite);
    let authority = Authority::new(&store, "tls");
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_TLS_CERT", &authority.cert).env("STATUARY_TLS_KEY", &authority.key);
    let server = Server::start(command);
    assert_eq!(curl(&server, &authority, "/healthz", &[]).success(), "ok\n");
    server.stop();

    let settings = store.path("settings.toml");
    let text = format!("tls_cert = '{}'\ntls_key = '{}'\n", authority.cert, authority.key);
    std::fs::write(&settings, text).expect("a file");
    let server = store.serve(&["--config", &settings.display().to_string()]);
    assert_eq!(curl(&server, &authority, "/healthz", &[]).success(), "ok\n");
    server.stop();
}

/// Makes a certificate for 127.0.0.1 that signs itself, and its key.
fn own_certificate(store: &Store) -> (PathBuf, PathBuf) {
    let local = store.path("local");
    std::fs::create_dir(&local).expect("a folder");
    let mut openssl = Command::new("openssl");
    openssl
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "30",
        ])
        .args(["-subj", "/CN=here", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(&local);
    Process::start(openssl, "").end().success();
    (local.join("cert.pem"), local.join("key.pem"))
}

#[rstest]
fn a_healthcheck_trusts_the_certificate_authorities_of_the_machine() {
    let store = Store::harbor(Engine::Sqlite);
    let (cert, key) = own_certificate(&store);
    let server =
        store.serve(&["--tls-cert", &cert.display().to_string(), "--tls-key", &key.display().to_string()]);
    let check = |trusted: Option<&std::path::Path>| {
        let mut command = store.command(&["healthcheck", "--url", &server.url]);
        command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
        if let Some(path) = trusted {
            command.env("SSL_CERT_FILE", path);
        }
        Process::start(command, "").end()
    };
    let refused = check(None);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("cannot be trusted"), "{}", refused.err);
    check(Some(&cert)).success();
    server.stop();
}

#[rstest]
fn a_webhook_is_delivered_to_a_server_with_a_trusted_certificate_alone() {
    let receiver = Store::harbor(Engine::Sqlite);
    let (cert, key) = own_certificate(&receiver);
    let receiving =
        receiver.serve(&["--tls-cert", &cert.display().to_string(), "--tls-key", &key.display().to_string()]);
    let hook = format!("{{\"url\":\"{}/hook\"}}", receiving.url);
    let headers = "authorization: Bearer root\r\ncontent-type: application/json\r\n";
    for is_trusted in [true, false] {
        let store = Store::harbor(Engine::Sqlite);
        let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("STATUARY_WEBHOOK_PRIVATE_NETWORKS", "true");
        command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
        if is_trusted {
            command.env("SSL_CERT_FILE", &cert);
        }
        let server = Server::start(command);
        let own = "/api/statuary/v1/webhook_endpoints";
        let made = send(&server.url, "POST", own, headers, &hook);
        let made: Value = serde_json::from_str(&made.body).expect("an endpoint");
        let id = &made["id"];
        assert_eq!(send(&server.url, "POST", &format!("{own}/{id}/test"), headers, "{}").status, 202);
        let until = Instant::now() + PATIENCE;
        let attempt = loop {
            let deliveries = get(&server.url, &format!("{own}/{id}/deliveries"), Some("root")).json();
            let attempt = deliveries["deliveries"][0]["attempts"][0].clone();
            if attempt.is_object() {
                break attempt;
            }
            assert!(Instant::now() < until, "{deliveries}");
        };
        // The receiver knows no such path.
        let expected = if is_trusted { json!(404) } else { Value::Null };
        assert_eq!(attempt["status"], expected, "{attempt}");
        let error = attempt["error"].as_str().expect("an error");
        assert!(is_trusted || error.contains("certificate"), "{error}");
        server.stop();
    }
    receiving.stop();
}
