//! Limits that an operator sets on a PostgreSQL server, and a server that is full: each is reported to clients as temporary.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use tokio::runtime::Runtime;
use tokio_postgres::Client;

use super::machine::{
    BEARER, assert_intact, assert_kantata_unavailable, connected, fetch, number_of_reports, ready, report,
    wait_until_ready,
};
use crate::support::{Engine, HARBOR, PATIENCE, Process, Server, Store};

/// A store, and a connection of the operator to its database.
struct Operated {
    store: Store,
    runtime: Runtime,
    operator: Client,
}

impl Operated {
    fn new() -> Self {
        let store = Store::new(Engine::Postgres);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let operator = runtime.block_on(connected(&store.database_url().expect("a database")));
        Self { store, runtime, operator }
    }

    fn name(&self) -> &str {
        &self.store.database.as_ref().expect("a database").name
    }

    fn execute(&self, sql: &str) {
        self.runtime.block_on(self.operator.batch_execute(sql)).expect("a command that succeeds");
    }

    fn has_rows(&self, sql: &str) -> bool {
        !self.runtime.block_on(self.operator.query(sql, &[])).expect("an answer").is_empty()
    }

    /// Waits until a query finds nothing.
    fn until_none(&self, sql: &str) {
        let until = Instant::now() + PATIENCE;
        while self.has_rows(sql) {
            assert!(Instant::now() < until, "{sql}");
        }
    }

    fn command(&self, arguments: &[&str], url: &str) -> Command {
        let mut command = self.store.command(arguments);
        command.env("STATUARY_DATABASE_URL", url).env("STATUARY_RATE_LIMIT", "0");
        command
    }

    /// Imports the records of the harbor at a URL of the database, and starts a server at another one.
    fn serve(&self, first: &str, url: &str) -> Server {
        Process::start(self.command(&["import", "-"], first), HARBOR).end().success();
        Server::start(self.command(&["serve", "--listen", "127.0.0.1:0"], url))
    }

    /// A server whose URL has a setting of the session.
    fn serve_with(&self, setting: &str) -> Server {
        let url = self.store.database_url().expect("a database");
        self.serve(&url, &format!("{url}?options=-c%20{setting}"))
    }
}

#[test]
fn a_server_without_a_free_connection_is_unavailable_until_it_has_one() {
    let operated = Operated::new();
    let name = operated.name().to_owned();
    operated.execute(&format!("create role {name} login; alter database {name} owner to {name}"));
    let url = operated.store.database_url().expect("a database").replace("postgres@", &format!("{name}@"));
    let server = operated.serve(&url, &url);
    let url = server.url.as_str();
    assert_eq!((report(url).0, ready(url)), (200, 200));
    let before = number_of_reports(&server);
    operated.execute(&format!("alter role {name} connection limit 0"));
    let ends = format!("select pg_terminate_backend(pid) from pg_stat_activity where usename = '{name}'");
    operated.until_none(&ends);
    for _ in 0..3 {
        assert_kantata_unavailable(report(url));
        assert_eq!(fetch(url, "GET /api/statuary/v1/me", BEARER, "").0, 503);
    }
    assert_eq!(ready(url), 503);
    operated.execute(&format!("alter role {name} connection limit -1"));
    wait_until_ready(url);
    assert_eq!((report(url).0, number_of_reports(&server)), (200, before + 1));
    assert_intact(&operated.store);
    server.stop();
    operated
        .execute(&format!("reassign owned by {name} to postgres; drop owned by {name}; drop role {name}"));
}

#[test]
fn a_server_with_a_full_disk_fails_only_what_does_not_fit() {
    let operated = Operated::new();
    let url = operated.store.database_url().expect("a database");
    let server = operated.serve(&url, &url);
    let url = server.url.as_str();
    let before = number_of_reports(&server);
    // As the server reports it when a file cannot be extended.
    operated.execute(
        "create function does_not_fit() returns trigger language plpgsql as
            $$begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end$$;
        create trigger does_not_fit before insert on status_reports for each row execute function does_not_fit()",
    );
    for _ in 0..2 {
        assert_kantata_unavailable(report(url));
        assert_eq!(fetch(url, "GET /api/statuary/v1/me", BEARER, "").0, 200);
    }
    assert_eq!(number_of_reports(&server), before);
    operated.execute("drop trigger does_not_fit on status_reports");
    assert_eq!((report(url).0, number_of_reports(&server)), (200, before + 1));
    wait_until_ready(url);
    operated.execute("drop function does_not_fit()");
    assert_intact(&operated.store);
    server.stop();
}

#[test]
fn a_statement_timeout_of_the_operator_is_reported_and_holds_nothing() {
    let operated = Operated::new();
    let server = operated.serve_with("statement_timeout%3D1000");
    let url = server.url.as_str();
    let before = number_of_reports(&server);
    operated.execute("begin; lock table status_reports in exclusive mode");
    for _ in 0..2 {
        assert_kantata_unavailable(report(url));
    }
    // The write that was given up holds no lock, and no connection.
    let holds = "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and (wait_event_type = 'Lock' or state like 'idle in transaction%') and backend_type = 'client backend'";
    operated.until_none(holds);
    operated.execute("rollback");
    assert_eq!((report(url).0, number_of_reports(&server)), (200, before + 1));
    assert_intact(&operated.store);
    server.stop();
}

/// The number of writers while the server is stopped.
const WRITERS: usize = 4;

#[test]
fn a_timeout_of_idle_transactions_fails_the_writes_that_it_ends() {
    let operated = Operated::new();
    let server = operated.serve_with("idle_in_transaction_session_timeout%3D1000");
    let url = server.url.as_str();
    let before = number_of_reports(&server);
    let (is_over, acknowledged, failed) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let answer = report(url);
                    let counter = if answer.0 == 200 { &acknowledged } else { &failed };
                    if answer.0 != 200 {
                        assert_kantata_unavailable(answer);
                    }
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        // The process is stopped, as on a machine that stalls, until the database has ended a transaction of it.
        let idle = "select 1 from pg_stat_activity
            where datname = current_database() and state like 'idle in transaction%'";
        let until = Instant::now() + PATIENCE;
        while failed.load(Ordering::SeqCst) == 0 && Instant::now() < until {
            server.process.signal("STOP");
            operated.until_none(idle);
            server.process.signal("CONT");
        }
        is_over.store(true, Ordering::SeqCst);
    });
    let total = |counter: AtomicUsize| i64::try_from(counter.into_inner()).expect("a few");
    let (acknowledged, failed) = (total(acknowledged), total(failed));
    assert!(acknowledged > 0 && failed > 0, "{acknowledged} acknowledged, {failed} failed");
    wait_until_ready(url);
    // A write is stored if it is acknowledged, and one that failed may be.
    let added = number_of_reports(&server) - before;
    assert!((acknowledged..=acknowledged + failed).contains(&added), "{added}: {acknowledged}, {failed}");
    assert_eq!(report(url).0, 200);
    assert_intact(&operated.store);
    server.stop();
}
