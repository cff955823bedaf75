//! What an operator relies on: ids of requests in the log, the watchdog, credentials, the check of the mail server, and the
//! dashboard and alerts of `deploy/`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::thread;

use regex::Regex;
use rstest::rstest;
use serde_json::Value;

use super::client::{assert_fails, export, get, send};
use crate::support::log::wait_for_log;
use crate::support::{Engine, PATIENCE, Process, Server, Store, root, statuary};

const CLOCK: [&str; 2] = ["--clock", "2026-02-16T19:40:03Z"];
const TOKEN: &str = "authorization: Bearer root\r\ncontent-type: application/json\r\n";

#[rstest]
fn a_log_line_of_a_request_has_its_id(#[values("text", "json")] format: &str) {
    let store = Store::harbor(Engine::Sqlite);
    let mut server = store.serve(&[&CLOCK[..], &["--log-format", format]].concat());
    let headers = format!("{TOKEN}x-request-id: nightly-sync-7\r\n");
    let answer = send(&server.url, "PUT", "/api/statuary/v1/clock", &headers, "{\"advance\":60}");
    assert!(answer.head.contains("\r\nx-request-id: nightly-sync-7"), "{}", answer.head);
    let said = wait_for_log(&mut server, "the clock was moved");
    let line = said.lines().last().expect("a line");
    if format == "json" {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line["request_id"], "nightly-sync-7", "{line}");
    } else {
        assert!(line.ends_with(" request_id=nightly-sync-7"), "{line}");
    }
    // Without one, or with one that is not valid, the server makes one.
    for sent in ["", "x-request-id: a b\r\n", "x-request-id: \"}\r\n"] {
        let answer =
            send(&server.url, "PUT", "/api/statuary/v1/clock", &format!("{TOKEN}{sent}"), "{\"advance\":60}");
        let own = answer.head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id");
        assert!(own.len() == 32 && own.bytes().all(|byte| byte.is_ascii_hexdigit()), "{own}");
        let said = wait_for_log(&mut server, "the clock was moved");
        assert!(said.contains(own), "{said}");
    }
    server.stop();
}

#[test]
fn the_watchdog_is_notified_while_the_server_answers() {
    let store = Store::harbor(Engine::Sqlite);
    let notify = UnixDatagram::bind(store.path("notify")).expect("a socket");
    notify.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let socket = store.path("own.sock");
    let listen = format!("unix:{}", socket.display());
    let mut command = store.command(&["serve", "--listen", &listen]);
    command.env("NOTIFY_SOCKET", store.path("notify")).env("WATCHDOG_USEC", "300000");
    let mut server = Server::start(command);
    let note = || {
        let mut bytes = [0; 256];
        let length = notify.recv(&mut bytes).expect("a note");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    assert!(note().contains("READY=1"));
    for _ in 0..3 {
        assert!(note().contains("WATCHDOG=1"));
    }
    // Nobody reaches the server any more.
    fs::rename(&socket, store.path("away.sock")).expect("a socket");
    wait_for_log(&mut server, "the watchdog is not notified");
    fs::rename(store.path("away.sock"), &socket).expect("a socket");
    while !note().contains("WATCHDOG=1") {}
    server.stop();
    while !note().contains("STOPPING=1") {}
}

#[test]
fn secrets_come_from_the_credentials_of_systemd() {
    let store = Store::harbor(Engine::Postgres);
    let folder = store.path("credentials");
    fs::create_dir(&folder).expect("a folder");
    let url = store.database_url().expect("PostgreSQL");
    let run = |variables: &[(&str, &str)]| {
        let mut command = statuary(store.directory.path(), &["token", "list"]);
        command.env("CREDENTIALS_DIRECTORY", &folder).envs(variables.iter().copied());
        Process::start(command, "").end()
    };
    assert_fails(&run(&[]), "there is no store at ./statuary-data");
    fs::write(folder.join("STATUARY_DATABASE_URL"), format!("{url}\n")).expect("a file");
    assert!(run(&[]).success().contains("ada"));
    // A variable wins. One that is empty is unset.
    assert!(run(&[("STATUARY_DATABASE_URL", "")]).success().contains("ada"));
    assert_fails(&run(&[("STATUARY_DATABASE_URL", "postgres://localhost:1/x")]), "cannot open the store");
    // A secret that cannot be read is not passed over.
    fs::remove_file(folder.join("STATUARY_DATABASE_URL")).expect("a file");
    fs::create_dir(folder.join("STATUARY_DATABASE_URL")).expect("a folder");
    assert_fails(&run(&[]), "STATUARY_DATABASE_URL: the database URL does not start with postgres://");
    fs::write(folder.join("STATUARY_SMTP_URL"), "gopher://hunter2").expect("a file");
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("CREDENTIALS_DIRECTORY", &folder).env("STATUARY_MAIL_FROM", "status@example.com");
    let ended = Process::start(command, "").end();
    assert_fails(&ended, "STATUARY_SMTP_URL: it begins with another scheme");
    assert!(!ended.err.contains("hunter2"), "{}", ended.err);
}

/// A mail server that greets, and keeps what it was told.
fn greeting_server() -> (u16, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let served = thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        let mut out = stream.try_clone().expect("a socket");
        out.write_all(b"220 mail.example ESMTP\r\n").expect("a client");
        let mut told = Vec::new();
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            let reply: &[u8] =
                if line.starts_with("QUIT") { b"221 bye\r\n" } else { b"250 mail.example\r\n" };
            told.push(line);
            if out.write_all(reply).is_err() {
                break;
            }
        }
        told
    });
    (port, served)
}

#[test]
fn doctor_greets_the_mail_server_and_sends_no_mail() {
    let store = Store::harbor(Engine::Sqlite);
    let doctor = |port: u16, folder: &str| {
        let mut command = store.command(&["doctor", "--listen", "127.0.0.1:0"]);
        command.env("STATUARY_SMTP_URL", format!("smtp://127.0.0.1:{port}"));
        command.env("STATUARY_MAIL_FROM", "status@example.com").env("STATUARY_BACKUP_DIR", folder);
        Process::start(command, "").end()
    };
    let (port, served) = greeting_server();
    let ended = doctor(port, "backups");
    assert!(ended.out.contains(&format!("ok   mail: 127.0.0.1:{port} takes mails\n")), "{}", ended.out);
    assert!(ended.out.contains("warn backup folder: backups does not exist yet; "), "{}", ended.out);
    assert!(ended.out.contains("warn backup: none was made yet; "), "{}", ended.out);
    let told = served.join().expect("a mail server");
    assert!(told[0].starts_with("EHLO "), "{told:?}");
    assert!(!told.iter().any(|line| line.starts_with("MAIL") || line.starts_with("DATA")), "{told:?}");
    // Nobody listens, and the folder is a file.
    fs::write(store.path("file"), "").expect("a file");
    let ended = doctor(1, "file");
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("fail mail: 127.0.0.1:1: "), "{}", ended.out);
    assert!(ended.out.contains("fail backup folder: file is not a folder"), "{}", ended.out);
    assert!(!store.path("backups").exists(), "a check changes nothing");
}

#[test]
fn the_dashboard_and_the_alerts_name_metrics_that_exist() {
    let store = Store::harbor(Engine::Sqlite);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_BACKUP_DIR", store.path("backups"));
    let mut server = Server::start(command);
    wait_for_log(&mut server, "a backup was made");
    // A request that is counted before the page is made.
    get(&server.url, "/healthz", None);
    let figures = get(&server.url, "/metrics", None).body;
    server.stop();
    let known: BTreeSet<&str> =
        figures.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let name = Regex::new(r"\bstatuary_[a-z_]+\b").expect("an expression");
    let mut named = BTreeSet::new();
    for file in ["deploy/prometheus/statuary.rules.yml", "deploy/grafana/statuary.json"] {
        let text = fs::read_to_string(root().join(file)).expect("a file");
        named.extend(name.find_iter(&text).map(|found| found.as_str().to_owned()));
    }
    let exists = |name: &str| {
        known.contains(name)
            || ["_bucket", "_sum", "_count"]
                .iter()
                .any(|part| name.strip_suffix(part).is_some_and(|name| known.contains(name)))
    };
    let unknown: Vec<_> = named.iter().filter(|name| !exists(name)).collect();
    assert!(named.len() > 15 && unknown.is_empty(), "{unknown:?}");
    let dashboard = fs::read_to_string(root().join("deploy/grafana/statuary.json")).expect("a file");
    let dashboard: Value = serde_json::from_str(&dashboard).expect("JSON");
    assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() > 10));

    // The reference lists every metric, and no other.
    let reference = fs::read_to_string(root().join("docs/reference/metrics.md")).expect("a page");
    let listed: BTreeSet<&str> =
        reference.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(listed.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert_eq!(known.difference(&listed).collect::<Vec<_>>(), Vec::<&&str>::new());

    let folder = root().join("deploy/prometheus");
    for arguments in [["check", "rules", "statuary.rules.yml"], ["test", "rules", "statuary.test.yml"]] {
        let checked = Command::new("promtool").args(arguments).current_dir(&folder).output();
        let checked = checked.expect("promtool, of the Debian package prometheus");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[test]
fn the_log_of_writes_stays_while_other_processes_come_and_go() {
    let store = Store::harbor(Engine::Sqlite);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_BACKUP_DIR", store.path("backups"));
    let mut server = Server::start(command);
    // A backup by the server itself opens the store as well.
    wait_for_log(&mut server, "a backup was made");
    let log = store.path("data/statuary.db-wal");
    let inode = || log.metadata().expect("the write-ahead log of a running server").ino();
    let write = |text: &str| {
        let body = format!("{{\"color\":\"green\",\"description\":\"{text}\"}}");
        let path = "/api/statuary/v1/workspaces/53760/status_reports";
        assert_eq!(send(&server.url, "POST", path, TOKEN, &body).status, 201);
    };
    write("before");
    let before = inode();
    // SQLite tells by this lock that a process has the store open.
    let store_inode = store.path("data/statuary.db").metadata().expect("a store").ino();
    let locks = fs::read_to_string("/proc/locks").expect("the locks of this machine");
    let own = format!("{} ", server.process.id());
    let holds = |line: &str| line.contains(&own) && line.contains(&format!(":{store_inode} "));
    assert!(locks.lines().any(holds), "the server holds no lock on its store: {locks}");
    for command in [&["verify"][..], &["backup", "copy.db"], &["token", "list"]] {
        store.run(command, "").success();
        assert_eq!(inode(), before, "{command:?} removed the log of the server");
    }
    write("after");
    let archive = export(&store);
    assert!(archive.contains("\"before\"") && archive.contains("\"after\""));
    server.process.signal("KILL");
    drop(server);
    assert_eq!(export(&store), archive);
    store.run(&["verify"], "").success();
}
