//! Faults of the machine: each is reported to clients in the format of their surface, and needs no restart.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;
use tokio_postgres::{Client, NoTls};

use crate::support::cluster::Cluster;
use crate::support::log::wait_for_log;
use crate::support::{Engine, PATIENCE, Process, Server, Store};

const REPORT: &str =
    r#"{"status_report":{"workspace_id":53760,"color":"green","description":"As it should be"}}"#;
/// `apikey:root`
const BASIC: &str = "authorization: Basic YXBpa2V5OnJvb3Q=\r\n";
pub const BEARER: &str = "authorization: Bearer root\r\n";
const JSON: &str = "content-type: application/json\r\n";

/// Sends a request. Returns the status, the head and the body of the response.
pub fn fetch(url: &str, what: &str, headers: &str, body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let length = body.len();
    let request = format!(
        "{what} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("a request sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{head}")), head.to_owned(), body.to_owned())
}

pub fn report(url: &str) -> (u16, String, String) {
    fetch(url, "POST /api/v1/status_reports", &format!("{BEARER}{JSON}"), REPORT)
}

fn status(url: &str, name: &str) -> (u16, String, String) {
    let body = format!("{{\"name\":\"{name}\"}}");
    fetch(url, "POST /api/v3/statuses", &format!("{BASIC}{JSON}"), &body)
}

pub fn ready(url: &str) -> u16 {
    fetch(url, "GET /readyz", "", "").0
}

pub fn number_of_reports(server: &Server) -> i64 {
    number_if_read(&server.url).expect("a list")
}

/// The number of reports, or `None` if the list cannot be read.
fn number_if_read(url: &str) -> Option<i64> {
    let (status, _, body) = fetch(url, "GET /api/v1/status_reports?workspace_id=53760", BEARER, "");
    let read = (status == 200).then(|| serde_json::from_str::<Value>(&body).expect("JSON"));
    read.map(|list| list["count"].as_i64().expect("a count"))
}

/// Asserts a 503 with `Retry-After`. Returns the body.
#[track_caller]
fn assert_unavailable((status, head, body): (u16, String, String)) -> String {
    assert_eq!(status, 503, "{head}\n{body}");
    assert!(head.lines().any(|line| line == "retry-after: 5"), "{head}");
    body
}

#[track_caller]
pub fn assert_kantata_unavailable(answer: (u16, String, String)) {
    let body = assert_unavailable(answer);
    assert_eq!(body, r#"{"errors":[{"type":"system","message":"Service is unavailable"}]}"#);
}

#[track_caller]
fn assert_openproject_unavailable(answer: (u16, String, String)) {
    let body: Value = serde_json::from_str(&assert_unavailable(answer)).expect("JSON");
    assert_eq!(body["_type"], "Error");
    assert_eq!(body["message"], "The service is unavailable. Please try again later.");
}

#[track_caller]
pub fn assert_intact(store: &Store) {
    store.run(&["verify"], "").success();
}

#[test]
fn with_a_locked_file_writes_get_503_and_reads_work() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let other = rusqlite::Connection::open(store.path("data/statuary.db")).expect("a file");
    other.execute_batch("begin exclusive").expect("a lock");
    let url = server.url.as_str();
    let before = number_of_reports(&server);
    std::thread::scope(|scope| {
        scope.spawn(|| assert_kantata_unavailable(report(url)));
        scope.spawn(|| assert_openproject_unavailable(status(url, "Moored")));
    });
    other.execute_batch("rollback").expect("an end");
    assert_eq!((report(url).0, status(url, "Moored").0), (200, 201));
    assert_eq!(number_of_reports(&server), before + 1);
    assert_intact(&store);
    server.stop();
}

/// Has another program start the program of a command.
fn wrap_command(outer: &[&str], program: &OsStr, inner: &Command) -> Command {
    let mut command = Command::new(outer[0]);
    command.args(&outer[1..]).arg(program).args(inner.get_args());
    command.current_dir(inner.get_current_dir().expect("a directory"));
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
}

/// Starts the server as another user, because the superuser can write to any file.
#[test]
fn an_unwritable_file_is_not_served() {
    let store = Store::harbor(Engine::Sqlite);
    let directory = store.directory.path();
    mode(&store.path("data/statuary.db"), 0o444);
    let mut serve = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    if directory.metadata().expect("a directory").uid() == 0 {
        let program = store.path("program");
        std::fs::copy(serve.get_program(), &program).expect("a copy");
        mode(directory, 0o777);
        mode(&store.path("data"), 0o777);
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        serve = wrap_command(&nobody, program.as_os_str(), &serve);
    }
    let ended = Process::start(serve, "").end();
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
    assert!(ended.err.contains("statuary.db cannot be written"), "{ended:?}");
}

/// A server whose file size can be limited, which simulates a full disk. A limit of 0 simulates a disk that has become
/// read-only, because no byte can be written at any place of a file.
struct Limited {
    server: Server,
    process: String,
}

impl Limited {
    fn start(store: &Store) -> Self {
        let serve = store.command(&["serve", "--listen", "127.0.0.1:0"]);
        let script = "echo $$ >process; trap '' XFSZ; exec \"$0\" \"$@\"";
        let server = Server::start(wrap_command(&["sh", "-c", script], serve.get_program(), &serve));
        let process = std::fs::read_to_string(store.path("process")).expect("the id of the process");
        Self { server, process: format!("--pid={}", process.trim()) }
    }

    /// Sets the limit in bytes, or `unlimited`.
    fn limit(&self, size: &str) {
        let limited =
            Command::new("prlimit").args([&self.process, &format!("--fsize={size}:unlimited")]).status();
        assert!(limited.expect("prlimit").success());
    }
}

#[test]
fn on_a_read_only_disk_writes_get_503_and_reads_work() {
    let store = Store::harbor(Engine::Sqlite);
    let limited = Limited::start(&store);
    let url = limited.server.url.as_str();
    assert_eq!(report(url).0, 200);
    let before = number_of_reports(&limited.server);
    assert_eq!(ready(url), 200);
    limited.limit("0");
    assert_kantata_unavailable(report(url));
    assert_openproject_unavailable(status(url, "Moored"));
    assert_eq!((number_of_reports(&limited.server), ready(url)), (before, 503));
    limited.limit("unlimited");
    wait_until_ready(url);
    assert_eq!((report(url).0, status(url, "Moored").0), (200, 201));
    assert_eq!(number_of_reports(&limited.server), before + 1);
    assert_intact(&store);
    limited.server.stop();
}

/// Waits until the server reports that it is ready, which it detects without a write by a client.
pub fn wait_until_ready(url: &str) {
    let since = Instant::now();
    while ready(url) != 200 {
        assert!(since.elapsed() < PATIENCE, "it is not ready again");
    }
}

#[test]
fn a_server_started_on_a_full_disk_is_not_ready() {
    let store = Store::harbor(Engine::Sqlite);
    let limited = Limited::start(&store);
    limited.limit("0");
    let url = limited.server.url.as_str();
    assert_eq!(ready(url), 503);
    limited.limit("unlimited");
    wait_until_ready(url);
    limited.server.stop();
}

#[test]
fn a_server_with_a_replaced_file_is_not_ready() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    assert_eq!(ready(&server.url), 200);
    let (file, away) = (store.path("data/statuary.db"), store.path("data/away.db"));
    std::fs::rename(&file, &away).expect("a file");
    assert_eq!(ready(&server.url), 503);
    std::fs::copy(&away, &file).expect("a copy");
    assert_eq!(ready(&server.url), 503);
    std::fs::rename(&away, &file).expect("a file");
    assert_eq!(ready(&server.url), 200);
    server.stop();
}

#[test]
fn with_a_read_only_postgresql_the_server_is_not_ready_and_reads_work() {
    let store = Store::harbor(Engine::Postgres);
    let server = store.serve(&[]);
    let url = server.url.as_str();
    assert_eq!((report(url).0, ready(url)), (200, 200));
    let before = number_of_reports(&server);
    let database = store.database_url().expect("a database");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let operator = runtime.block_on(connected(&database));
    let name = database.rsplit('/').next().expect("a name");
    // The setting holds for new connections; the others are closed.
    let lets_write = |whether: &str| {
        let sql = format!(
            "set default_transaction_read_only = off; alter database {name} set default_transaction_read_only = {whether};
            select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and pid <> pg_backend_pid()"
        );
        runtime.block_on(operator.batch_execute(&sql)).expect("it is set");
    };
    lets_write("on");
    while number_if_read(url) != Some(before) {}
    assert_kantata_unavailable(report(url));
    assert_eq!((ready(url), number_of_reports(&server)), (503, before));
    lets_write("off");
    wait_until_ready(url);
    assert_eq!((report(url).0, number_of_reports(&server)), (200, before + 1));
    assert_intact(&store);
    server.stop();
}

/// Writes until a write fails. Returns the number of writes that succeeded, and the failed response.
fn write_until_refused(write: impl Fn(i64) -> (u16, String, String)) -> (i64, (u16, String, String)) {
    for number in 0..5000 {
        let answer = write(number);
        if answer.0 >= 300 {
            return (number, answer);
        }
    }
    panic!("the limit is no limit");
}

#[test]
fn on_a_full_disk_writes_get_503_and_reads_work() {
    let store = Store::harbor(Engine::Sqlite);
    let limited = Limited::start(&store);
    // One megabyte: each write adds a few kilobytes to the write-ahead log.
    limited.limit("1048576");
    let url = limited.server.url.as_str();
    let before = number_of_reports(&limited.server);
    let (written, refused) = write_until_refused(|_| report(url));
    assert_kantata_unavailable(refused);
    // A status may fit where a report does not.
    assert_openproject_unavailable(write_until_refused(|number| status(url, &format!("Moored {number}"))).1);
    assert_eq!(number_of_reports(&limited.server), before + written);
    assert_intact(&store);
    // A small write may still fit.
    assert!([200, 503].contains(&ready(url)));

    limited.limit("unlimited");
    wait_until_ready(url);
    assert_eq!((report(url).0, status(url, "Moored").0), (200, 201));
    assert_eq!(number_of_reports(&limited.server), before + written + 1);
    assert_intact(&store);
    limited.server.stop();
}

#[test]
fn a_lost_postgresql_connection_fails_only_its_write() {
    let store = Store::harbor(Engine::Postgres);
    let server = store.serve(&[]);
    let url = server.url.as_str();
    let before = number_of_reports(&server);
    let database = store.database_url().expect("a database");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let (holder, watcher) =
        runtime.block_on(async { (connected(&database).await, connected(&database).await) });
    runtime.block_on(holder.batch_execute("begin; select from accounts for update")).expect("a lock");
    std::thread::scope(|scope| {
        scope.spawn(|| assert_kantata_unavailable(report(url)));
        runtime.block_on(async {
            let end = "select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'";
            while watcher.query(end, &[]).await.expect("an answer").is_empty() {}
        });
    });
    runtime.block_on(holder.batch_execute("rollback")).expect("an end");
    assert_eq!((report(url).0, number_of_reports(&server)), (200, before + 1));
    assert_intact(&store);
    server.stop();
}

pub async fn connected(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a PostgreSQL server");
    tokio::spawn(connection);
    client
}

#[test]
fn every_surface_reports_a_postgresql_outage_and_recovers() {
    let cluster = Cluster::start();
    let store = cluster.store();
    store.run(&["import", "-"], crate::support::HARBOR).success();
    let mut server = store.serve(&[]);
    let own_url = server.url.clone();
    let url = own_url.as_str();
    let before = number_of_reports(&server);
    cluster.abort();
    assert_kantata_unavailable(report(url));
    assert_openproject_unavailable(status(url, "Moored"));
    let native: Value =
        serde_json::from_str(&assert_unavailable(fetch(url, "GET /api/statuary/v1/me", BEARER, "")))
            .expect("JSON");
    assert_eq!(native["status"], 503);
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let token = "grant_type=client_credentials&client_id=a&client_secret=b";
    let oauth: Value =
        serde_json::from_str(&assert_unavailable(fetch(url, "POST /oauth/token", form, token)))
            .expect("JSON");
    assert_eq!(oauth["error"], "temporarily_unavailable");
    let page =
        assert_unavailable(fetch(url, "POST /login", form, "email=ada%40example.com&password=harbor-light"));
    assert!(page.contains("<!doctype html>") || page.contains("<!DOCTYPE html>"), "{page}");
    let scim: Value = serde_json::from_str(&assert_unavailable(fetch(url, "GET /scim/v2/Users", BEARER, "")))
        .expect("JSON");
    assert_eq!(scim["status"], "503");
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    assert_unavailable(fetch(url, "POST /mcp", &format!("{BEARER}{JSON}"), message));
    assert_eq!(fetch(url, "GET /readyz", "", "").0, 503);
    assert_eq!(fetch(url, "GET /healthz", "", "").0, 200);

    cluster.restart();
    assert_eq!((report(url).0, status(url, "Moored").0), (200, 201));
    assert_eq!(number_of_reports(&server), before + 1);
    assert_intact(&store);
    // Each of the seven refused requests was counted once.
    let log = wait_for_log(&mut server, "the store is available again");
    assert!(log.contains(" refused=7 "), "{log}");
    assert_eq!(log.matches("requests are refused until it is available again").count(), 1, "{log}");
    server.stop();
}
