//! Writes through each server, read from the others.

use std::collections::BTreeSet;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use base::rng::Rng;
use serde_json::{Value, json};

use super::{SERVERS, Servers, header, report, serve, write};
use crate::commands::client::{get, send};
use crate::reliability::kill::{ROUNDS, fetch, setting};
use crate::support::{PATIENCE, turns};

#[test]
fn a_write_is_read_from_every_other_server_at_once() {
    let servers = Servers::start();
    for number in 0..2 * SERVERS {
        let (here, there) = (servers.url(number), servers.url(number + 1));
        // Its responses are cached there, and outdated by the write.
        let list = "/api/v1/status_reports?workspace_id=53760&per_page=200";
        let before = get(there, list, Some("ada"));
        assert_eq!(before.status, 200, "{before:?}");
        let text = format!("number {number}");
        let id = report(here, &text);
        let after = get(there, list, Some("ada"));
        assert!(!before.body.contains(&text) && after.body.contains(&text), "{after:?}");

        let path = format!("/api/statuary/v1/status_reports/{id}");
        let shown = get(there, &path, Some("ada"));
        let tag = header(&shown, "etag").expect("a tag").to_owned();
        let unchanged = format!("authorization: Bearer ada\r\nif-none-match: {tag}\r\n");
        assert_eq!(send(here, "GET", &path, &unchanged, "").status, 304);
        let changed = json!({ "description": format!("{text}, changed") });
        let condition = format!("if-match: {tag}\r\n");
        assert_eq!(write(there, ("PATCH", &path), "ada", &condition, &changed).status, 200);
        assert_eq!(write(here, ("PATCH", &path), "ada", &condition, &changed).status, 412);
        assert!(get(here, &path, Some("ada")).body.contains(&format!("{text}, changed")));

        let comments = format!("{path}/comments");
        let comment = json!({ "text": format!("a comment on {number}") });
        assert_eq!(write(there, ("POST", &comments), "root", "", &comment).status, 201);
        assert!(get(here, &comments, Some("ada")).body.contains(&format!("a comment on {number}")));
    }
    servers.assert_like_a_single_one();
}

#[test]
fn an_idempotency_key_of_one_server_is_replayed_by_the_others() {
    let servers = Servers::start();
    let body = json!({ "status_report": { "workspace_id": 53760, "color": "red", "description": "once" } });
    let urls = servers.urls();
    let post = |number: usize, key: &str, body: &Value| {
        let key = format!("idempotency-key: \"{key}\"\r\n");
        write(urls[number % SERVERS], ("POST", "/api/v1/status_reports"), "ada", &key, body)
    };
    let first = post(0, "one", &body);
    assert_eq!((first.status, header(&first, "idempotent-replayed")), (200, None), "{first:?}");
    for number in 1..SERVERS {
        let again = post(number, "one", &body);
        assert_eq!(header(&again, "idempotent-replayed"), Some("true"), "{again:?}");
        assert_eq!((again.status, again.body), (200, first.body.clone()));
    }
    let mut other = body.clone();
    other["status_report"]["color"] = json!("green");
    assert_eq!(post(1, "one", &other).status, 422);

    // At the same time: one writes, and the others replay or say that it is being processed.
    let ids: BTreeSet<String> = thread::scope(|scope| {
        let post = &post;
        let all = (0..4 * SERVERS).map(|number| scope.spawn(move || post(number, "two", &body_of_two())));
        let all: Vec<_> = all.collect();
        let answers = all.into_iter().map(|one| one.join().expect("an answer"));
        let done = answers.filter(|answer| {
            assert!([200, 409].contains(&answer.status), "{answer:?}");
            answer.status == 200
        });
        done.map(|answer| answer.body).collect()
    });
    assert_eq!(ids.len(), 1, "{ids:?}");
    let list = get(servers.url(2), "/api/v1/status_reports?per_page=200", Some("ada")).body;
    assert_eq!(
        (list.matches("\"once\"").count(), list.matches("\"once as well\"").count()),
        (1, 1),
        "{list}"
    );
    servers.assert_like_a_single_one();
}

fn body_of_two() -> Value {
    json!({ "status_report": { "workspace_id": 53760, "color": "red", "description": "once as well" } })
}

#[test]
fn settings_and_rights_that_one_server_changes_count_in_the_others() {
    let servers = Servers::start();
    for (number, blocks) in [true, false, true].into_iter().enumerate() {
        let body = json!({ "blocks_hints": blocks });
        let changed = write(servers.url(number), ("PATCH", "/api/statuary/v1/account"), "root", "", &body);
        assert_eq!(changed.status, 200, "{changed:?}");
        for other in 0..SERVERS {
            let shown = get(servers.url(other), "/api/statuary/v1/account", Some("root")).json();
            assert_eq!(shown["blocks_hints"], blocks, "{shown}");
        }
    }
    // Ada becomes an administrator by a command, beside the servers.
    servers.store.run(&["user", "promote", "--email", "ada@example.com"], "").success();
    for number in 0..SERVERS {
        let shown = get(servers.url(number), "/api/statuary/v1/me", Some("ada")).json();
        assert_eq!(shown["administrator"], true, "{shown}");
    }
    servers.store.run(&["user", "demote", "--email", "ada@example.com"], "").success();
    for number in 0..SERVERS {
        let shown = get(servers.url(number), "/api/statuary/v1/me", Some("ada")).json();
        assert_eq!(shown["administrator"], false, "{shown}");
    }
    servers.assert_like_a_single_one();
}

#[test]
fn a_reader_who_waits_at_one_server_gets_the_event_of_another() {
    let servers = Servers::start();
    let urls = servers.urls();
    let events = |number: usize, more: &str| {
        let path = format!("/api/statuary/v1/events?types=status_report.*&limit=200{more}");
        get(urls[number % SERVERS], &path, Some("root")).json()
    };
    for (number, url) in urls.iter().enumerate() {
        let last = events(number + 1, "&after=0")["next_after"].as_i64().expect("a number");
        let text = format!("awaited at server {number}");
        let event = thread::scope(|scope| {
            let waiting = scope.spawn(|| events(number + 1, &format!("&after={last}&wait=60")));
            report(url, &text);
            waiting.join().expect("an answer")
        });
        assert!(event.to_string().contains(&text), "{event}");
    }
    servers.assert_like_a_single_one();
}

/// The most reports that are acknowledged before a server is killed.
const LONGEST: usize = 40;

/// Writes reports until the server is gone or has written enough. Returns the texts of the acknowledged ones.
fn write_some(url: &str, name: &str, mut note: impl FnMut()) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    for number in 0..LONGEST {
        let text = format!("{name}, number {number}");
        let body =
            json!({ "status_report": { "workspace_id": 53760, "color": "green", "description": text } });
        let Ok(stream) = std::net::TcpStream::connect(url.trim_start_matches("http://")) else { break };
        let Some((200, _)) = fetch(stream, "/api/v1/status_reports", &body.to_string()) else { break };
        kept.insert(text);
        note();
    }
    kept
}

/// Kills one of three servers at random while all of them write, and starts it again.
#[test]
fn the_others_go_on_when_a_server_is_killed() {
    let _turn = turns::of("reliability");
    let mut servers = Servers::start();
    let mut rng = Rng(setting("STATUARY_KILL_SEED", 1));
    for round in 0..setting(ROUNDS, 2) {
        let (sender, acknowledged) = channel();
        let victim = rng.below(SERVERS);
        let moment = rng.below(LONGEST) + 1;
        let kept: Vec<BTreeSet<String>> = thread::scope(|scope| {
            let writers: Vec<_> = (0..SERVERS)
                .map(|number| {
                    let (url, sender) = (servers.url(number), sender.clone());
                    let name = format!("round {round}, server {number}");
                    scope.spawn(move || write_some(url, &name, || sender.send(()).unwrap_or_default()))
                })
                .collect();
            drop(sender);
            let until = Instant::now() + PATIENCE;
            for _ in 0..moment {
                let left = until.saturating_duration_since(Instant::now());
                acknowledged.recv_timeout(left).expect("writers that get on");
            }
            servers.servers[victim].process.signal("KILL");
            writers.into_iter().map(|writer| writer.join().expect("a writer")).collect()
        });
        for (number, kept) in kept.iter().enumerate() {
            assert!(number == victim || kept.len() == LONGEST, "server {number} stopped at {}", kept.len());
        }
        servers.servers[victim] = serve(&servers.store);
        let list = get(
            servers.url(victim),
            "/api/statuary/v1/events?after=0&limit=200&types=status_report.*",
            Some("root"),
        );
        assert_eq!(list.status, 200, "{list:?}");
        let archive = servers.store.run(&["export", "-"], "").success();
        let reports = archive.lines().filter(|line| line.starts_with("{\"kind\":\"status_report\","));
        let reports = reports.collect::<String>();
        for text in kept.iter().flatten() {
            assert_eq!(reports.matches(&format!("\"{text}\"")).count(), 1, "{text}");
        }
        println!(
            "round {round}: server {victim} killed, {} writes kept",
            kept.iter().map(BTreeSet::len).sum::<usize>()
        );
    }
    servers.assert_like_a_single_one();
}
