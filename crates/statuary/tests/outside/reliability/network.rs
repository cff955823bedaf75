//! A silent network to PostgreSQL, and slow peers.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rstest::rstest;

use super::machine::{BEARER, assert_intact, assert_kantata_unavailable, fetch, number_of_reports, report};
use crate::support::log::wait_for_log;
use crate::support::silent::Network;
use crate::support::{Engine, HARBOR, PATIENCE, Server, Store};

/// The requests that are sent while the network is silent.
const READS: [&str; 3] = ["/api/v1/status_reports", "/api/v3/statuses", "/api/statuary/v1/me"];

/// The number of reports that are sent meanwhile, at the same time.
const REPORTS: usize = 20;

/// Sends requests until the response is 200. Returns the time until then.
fn wait_until_ready(url: &str) -> Duration {
    let since = Instant::now();
    while fetch(url, "GET /readyz", "", "").0 != 200 || report(url).0 != 200 {
        assert!(since.elapsed() < PATIENCE, "it does not recover");
    }
    since.elapsed()
}

#[test]
fn a_silent_network_is_reported_to_clients_and_recovers() {
    let store = Store::harbor(Engine::Postgres);
    let database = store.database.as_ref().expect("a database");
    let network = Network::to(database);
    let mut serve = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    serve.env("STATUARY_DATABASE_URL", network.url(database)).env("STATUARY_DATABASE_TIMEOUT", "3s");
    let mut server = Server::start(serve);
    let own_url = server.url.clone();
    let url = own_url.as_str();
    wait_until_ready(url);
    let before = number_of_reports(&server);
    network.silence();
    for _ in 0..2 {
        // In the second round there is no open connection, and none can be opened.
        let since = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..REPORTS {
                scope.spawn(|| assert_kantata_unavailable(report(url)));
            }
            for path in READS {
                scope.spawn(move || {
                    assert_eq!(fetch(url, &format!("GET {path}"), BEARER, "").0, 503, "{path}");
                });
            }
            scope.spawn(|| assert_eq!(fetch(url, "GET /readyz", "", "").0, 503));
            scope.spawn(|| assert_eq!(fetch(url, "GET /healthz", "", "").0, 200));
        });
        assert!(since.elapsed() < Duration::from_secs(30), "{:?}", since.elapsed());
    }
    network.resume();
    let recovered = wait_until_ready(url);
    assert!(recovered < Duration::from_secs(30), "{recovered:?}");
    // Reports that were answered with 503 may have been stored.
    let after = number_of_reports(&server);
    assert!((before + 1..=before + 42).contains(&after), "{before} {after}");
    assert_eq!((report(url).0, number_of_reports(&server)), (200, after + 1));
    // The log has a line for the beginning and one for the end, and none for each refused request or check.
    let log = wait_for_log(&mut server, "the store is available again");
    let lines = |text: &str| log.lines().filter(|line| line.contains(text)).collect::<Vec<_>>();
    let [refused, over] = [lines("requests are refused until"), lines("the store is available again")];
    assert!(refused.len() == 1 && refused[0].contains("PostgreSQL"), "{log}");
    let count = over[0].split_once(" refused=").expect("a count").1.split(' ').next();
    let count: usize = count.and_then(|count| count.parse().ok()).expect("a number");
    assert!(count >= 2 * (REPORTS + READS.len()), "{log}");
    assert_eq!((lines(": not ready: ").len(), lines(": ready again").len()), (1, 1), "{log}");
    let warnings = log.lines().filter(|line| [" WARN ", "ERROR "].iter().any(|level| line.contains(level)));
    println!("{log}");
    assert!(warnings.count() <= 6, "{log}");
    assert_intact(&store);
    server.stop();
}

/// Longer than a pipe and its reader buffer, so that the end is written only after the beginning was read.
fn people() -> String {
    let person = |id| {
        format!(
            "{{\"kind\":\"user\",\"id\":{id},\"account_id\":415,\"full_name\":\"Hand {id}\",\"email_address\":\"hand{id}@example.com\"}}\n"
        )
    };
    (10_000..12_000).map(person).collect()
}

#[rstest]
fn a_slow_import_delays_no_other_write(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let url = server.url.as_str();
    let before = number_of_reports(&server);
    let mut import: Command = store.command(&["import", "-"]);
    import.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut import = import.spawn().expect("an import");
    let mut input = import.stdin.take().expect("piped");
    let header = HARBOR.lines().next().expect("a header");
    input.write_all(format!("{header}\n{}", people()).as_bytes()).expect("it is read");
    assert_eq!((report(url).0, fetch(url, "GET /readyz", "", "").0), (200, 200));
    assert_eq!(number_of_reports(&server), before + 1);
    input.write_all(b"{\"kind\":\"account\",\"id\":999,\"name\":\"Last\"}").expect("it is read");
    drop(input);
    let ended = import.wait_with_output().expect("an end");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(String::from_utf8_lossy(&ended.stdout).contains("\nuser: 2000\n"));
    server.stop();
}

#[rstest]
fn an_import_from_a_pipe_reports_the_first_invalid_line(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let header = HARBOR.lines().next().expect("a header");
    let good = "{\"kind\":\"account\",\"id\":999,\"name\":\"Good\"}";
    let unknown = "{\"kind\":\"workspace_status_change\",\"id\":999,\"workspace_id\":1,\"user_id\":1,\
        \"to_status_key\":305,\"created_at\":\"2026-02-09T17:20:41Z\"}";
    for (text, line) in [
        (format!("{header}\n{good}\n{{\n{}", people()), "line 3: "),
        (format!("{header}\n{good}\n{unknown}\nno JSON\n"), "line 3: "),
        (format!("{header}\n{good}\n{unknown}\n"), "line 3: "),
        (String::new(), "line 1: "),
        (format!("{good}\n"), "line 1: "),
    ] {
        let ended = store.run(&["import", "-"], &text);
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
        assert!(ended.err.contains(line) && ended.err.lines().count() == 1, "{}", ended.err);
    }
    assert_intact(&store);
    assert!(!store.run(&["export", "-"], "").success().contains("Good"));
}
