//! Deliveries of webhooks that wait cost little: 100,000 of them, to 10,000 endpoints.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::{Engine, PATIENCE, Server, Store, turns};

const ENDPOINTS: u32 = 10_000;
const DELIVERIES: u32 = 100_000;
/// The reads of a measurement, each on a connection of its own.
const READS: u32 = 300;
const READ: &str = "/api/v1/status_reports?workspace_id=53760";

/// The number of measurements of each kind, in turn, so that other work of the machine disturbs both alike. The fastest counts.
fn tries() -> usize {
    std::env::var("STATUARY_TRIES").map_or(1, |text| text.parse().expect("a number"))
}

/// Adds endpoints with deliveries whose next attempt is in an hour, as after a failure.
fn fill(store: &Store) {
    let (now, later) = ("(strftime('%s') * 1000000)", "((strftime('%s') + 3600) * 1000000)");
    let sql = format!(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < {ENDPOINTS})
            insert into webhook_endpoints (account_id, url, format, enabled, created_at, updated_at, secret, due_at,
                failing_since, read_sequence)
            select 415, 'http://127.0.0.1:9/' || i, 'standard', true, {now}, {now},
                'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', {later}, {now},
                (select event_sequence from accounts where id = 415) from n;
        with recursive n (i) as (select 0 union all select i + 1 from n where i < {DELIVERIES} - 1)
            insert into webhook_deliveries (account_id, endpoint_id, event_sequence, message_id, type, state, attempts, tries,
                next_attempt_at, created_at)
            select 415, e.id, 1 + n.i / {ENDPOINTS}, 'evt_415_' || (1 + n.i / {ENDPOINTS}), 'status_report.created', 'pending',
                '[]', 1, {later}, {now}
            from n join webhook_endpoints e on e.url = 'http://127.0.0.1:9/' || (1 + n.i % {ENDPOINTS});"
    );
    let store = rusqlite::Connection::open(store.path("data/statuary.db")).expect("a store");
    store.execute_batch("create index temp_by_url on webhook_endpoints (url)").expect("an index");
    store.execute_batch(&sql).expect("SQL");
    store.execute_batch("drop index temp_by_url").expect("an index");
}

/// The time of [`READS`] reads.
fn measure(server: &Server) -> Duration {
    let start = Instant::now();
    for _ in 0..READS {
        let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).expect("a server");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let request = format!(
            "GET {READ} HTTP/1.1\r\nhost: here\r\nconnection: close\r\nauthorization: Bearer root\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("a request sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    }
    start.elapsed()
}

/// The resident memory of the server, in KiB.
fn memory(server: &Server) -> u64 {
    let text = fs::read_to_string(format!("/proc/{}/status", server.process.id())).expect("a process");
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a figure");
    line.split_whitespace().next().expect("a number").parse().expect("a number")
}

#[test]
fn deliveries_that_wait_cost_little_memory() {
    let _turn = turns::of("waiting");
    let idle = Store::harbor(Engine::Sqlite);
    let full = Store::harbor(Engine::Sqlite);
    fill(&full);
    let (idle, full) = (idle.serve(&[]), full.serve(&[]));
    let (mut alone, mut waiting) = (Duration::MAX, Duration::MAX);
    for _ in 0..tries() {
        alone = alone.min(measure(&idle));
        waiting = waiting.min(measure(&full));
    }
    let ratio = alone.as_secs_f64() / waiting.as_secs_f64();
    let cost = memory(&full).saturating_sub(memory(&idle));
    println!(
        "{DELIVERIES} deliveries wait for {ENDPOINTS} endpoints: {cost} KiB more memory, reads at {ratio:.2} of their speed"
    );
    assert!(cost < 64 * 1024, "{cost} KiB more memory");
    idle.stop();
    full.stop();
}
