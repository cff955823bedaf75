//! Every acknowledged write exists exactly once, however the server or its database is killed.
//!
//! `STATUARY_KILL_ROUNDS` sets the number of rounds on each engine, `STATUARY_KILL_SEED` the moments of the kills.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use base::rng::Rng;
use serde_json::Value;

use crate::support::cluster::Cluster;
use crate::support::{Engine, HARBOR, PATIENCE, Store, turns};

const WRITERS: i64 = 8;
/// Each writer has a workspace of its own, so that its status changes follow from each other.
const WORKSPACE: i64 = 70_000;
const KEYS: [i64; 2] = [100, 403];
/// The most acknowledged writes of a round.
const LONGEST: usize = 120;
/// The number of writes that must be acknowledged once the database is back and the server kept running.
const RECOVERED: usize = 24;

pub const ROUNDS: &str = "STATUARY_KILL_ROUNDS";

/// A message of a writer: before it sends a write, and when the write is acknowledged.
enum Outcome {
    Sent(Wrote),
    Done(Wrote, i64),
}

/// What identifies a write: the text of a report; the workspace of a status change, and its id once it is known.
#[derive(Clone)]
enum Wrote {
    Report(String),
    Change(i64),
}

/// What the writers have sent, and what was acknowledged.
#[derive(Default)]
struct Known {
    /// Reports by their text, with the id of the acknowledged ones.
    reports: BTreeMap<String, Option<i64>>,
    /// The workspaces of acknowledged status changes, by the id of the change.
    changes: BTreeMap<i64, i64>,
    /// The number of status changes that were sent for each workspace.
    sent: BTreeMap<i64, usize>,
    acknowledged: usize,
}

impl Known {
    fn record(&mut self, outcomes: Outcome) {
        match outcomes {
            Outcome::Sent(Wrote::Report(text)) => drop(self.reports.insert(text, None)),
            Outcome::Sent(Wrote::Change(workspace)) => *self.sent.entry(workspace).or_default() += 1,
            Outcome::Done(wrote, id) => {
                self.acknowledged += 1;
                match wrote {
                    Wrote::Report(text) => drop(self.reports.insert(text, Some(id))),
                    Wrote::Change(workspace) => drop(self.changes.insert(id, workspace)),
                }
            }
        }
    }

    /// Receives messages until `more` further writes are acknowledged.
    fn wait(&mut self, outcomes: &Receiver<Outcome>, more: usize) {
        let until = self.acknowledged + more;
        while self.acknowledged < until {
            self.record(outcomes.recv_timeout(PATIENCE).expect("writers that get on"));
        }
    }
}

pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// The status and the body of a response, if it is complete.
pub fn fetch(mut stream: TcpStream, path: &str, body: &str) -> Option<(u16, String)> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\nauthorization: Bearer root\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    assert!(status != 503 || head.contains("retry-after: "), "{head}");
    Some((status, body.to_owned()))
}

/// Writes until `stop` is set: reports with unique texts, and status changes.
fn write(url: &str, round: u64, writer: i64, stop: &AtomicBool, sender: &Sender<Outcome>) {
    let workspace = WORKSPACE + writer;
    let mut key = 0;
    for number in 0_u64.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let (wrote, path, body) = if number % 3 == 2 {
            let change = format!("\"workspace_id\":{workspace},\"to_status_key\":{}", KEYS[key]);
            let body = format!("{{\"workspace_status_change\":{{{change}}}}}");
            (Wrote::Change(workspace), "/api/v1/workspace_status_changes", body)
        } else {
            let text = format!("round {round}, writer {writer}, number {number}");
            let report =
                format!("\"workspace_id\":{workspace},\"color\":\"green\",\"description\":\"{text}\"");
            (Wrote::Report(text), "/api/v1/status_reports", format!("{{\"status_report\":{{{report}}}}}"))
        };
        let Ok(stream) = TcpStream::connect(url.trim_start_matches("http://")) else { continue };
        sender.send(Outcome::Sent(wrote.clone())).expect("a listener");
        match fetch(stream, path, &body) {
            Some((200, body)) => {
                let body: Value = serde_json::from_str(&body).expect("JSON");
                let id = body["results"][0]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
                key = 1 - key;
                sender.send(Outcome::Done(wrote, id)).expect("a listener");
            }
            // The workspace has the status already, by an earlier change that was never acknowledged.
            Some((422, _)) => key = 1 - key,
            Some((503, _)) | None => {}
            Some((status, body)) => panic!("{status}: {body}"),
        }
    }
}

/// The archive of the harbor, with a workspace for each writer.
fn archive() -> String {
    let workspace = |id| {
        format!(
            "{{\"kind\":\"workspace\",\"id\":{id},\"account_id\":415,\"title\":\"Pier {id}\",\"archived\":false,\
             \"status_key\":{},\"creator_id\":2545,\"created_at\":\"2026-01-05T18:00:00Z\",\
             \"updated_at\":\"2026-01-05T18:00:00Z\"}}\n",
            KEYS[1]
        )
    };
    HARBOR.to_owned() + &(0..WRITERS).map(|writer| workspace(WORKSPACE + writer)).collect::<String>()
}

/// Asserts that each acknowledged write exists once, each other write that was sent at most once, and nothing else.
fn assert_kept(known: &Known, archive: &str) {
    let (mut reports, mut changes) = (BTreeMap::new(), BTreeMap::new());
    for line in archive.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let id = line["id"].as_i64().unwrap_or_default();
        let workspace = line["workspace_id"].as_i64().unwrap_or_default();
        if (WORKSPACE..WORKSPACE + WRITERS).contains(&workspace) {
            if line["kind"] == "status_report" {
                let text = line["description"].as_str().expect("a text").to_owned();
                assert_eq!(reports.insert(text, id), None, "twice: {line}");
            } else {
                changes.insert(id, workspace);
            }
        }
    }
    for (text, id) in &known.reports {
        let kept = reports.remove(text);
        assert!(id.is_none() || kept == *id, "acknowledged as {id:?}, kept as {kept:?}: {text}");
    }
    assert!(reports.is_empty(), "nobody sent {reports:?}");
    for (id, workspace) in &known.changes {
        assert_eq!(changes.get(id), Some(workspace), "acknowledged, and lost: change {id}");
    }
    for (workspace, sent) in &known.sent {
        let kept = changes.values().filter(|of| *of == workspace).count();
        assert!(kept <= *sent, "workspace {workspace}: {kept} kept of {sent}");
    }
}

/// Kills the server or the database in each round while the writers write, and checks what is stored.
fn assert_writes_survive(store: &Store, rounds: u64, cluster: Option<&Cluster>) {
    let _turn = turns::of("reliability");
    store.run(&["import", "-"], &archive()).success();
    let mut rng = Rng(setting("STATUARY_KILL_SEED", 1));
    let mut known = Known::default();
    for round in 0..rounds {
        let server = store.serve(&[]);
        let (sender, outcomes) = channel();
        let stop = &AtomicBool::new(false);
        let url = server.url.as_str();
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let sender = sender.clone();
                scope.spawn(move || write(url, round, writer, stop, &sender));
            }
            drop(sender);
            known.wait(&outcomes, rng.below(LONGEST) + 1);
            match cluster {
                Some(cluster) if round % 3 != 0 => {
                    if round % 3 == 1 {
                        cluster.kill();
                    } else {
                        cluster.abort();
                    }
                    cluster.restart();
                    // The server recovers without a restart.
                    known.wait(&outcomes, RECOVERED);
                }
                _ => server.process.signal("KILL"),
            }
            stop.store(true, Ordering::SeqCst);
            while let Ok(more) = outcomes.recv() {
                known.record(more);
            }
        });
        drop(server);
        store.run(&["verify"], "").success();
        assert_kept(&known, &store.run(&["export", "-"], "").success());
    }
    let open = known.reports.values().filter(|id| id.is_none()).count();
    println!(
        "{rounds} rounds: {} writes acknowledged, 0 lost, 0 doubled; {open} reports sent and not acknowledged",
        known.acknowledged
    );
}

#[test]
fn acknowledged_writes_survive_killing_the_server() {
    assert_writes_survive(&Store::new(Engine::Sqlite), setting(ROUNDS, 4), None);
}

#[test]
fn acknowledged_writes_survive_killing_the_server_or_the_database() {
    let cluster = Cluster::start();
    assert_writes_survive(&cluster.store(), setting(ROUNDS, 3), Some(&cluster));
}
