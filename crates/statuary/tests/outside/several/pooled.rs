//! Two servers behind a pooler in transaction mode, beside one without it.

use std::thread;

use serde_json::json;

use super::{Servers, report, serve_at, write};
use crate::commands::client::get;
use crate::support::pooler::Pooler;
use crate::support::{Engine, HARBOR, Process, Store};

/// The number of writes of each kind at each server.
const WRITES: usize = 6;

#[test]
fn servers_behind_a_pooler_in_transaction_mode_answer_as_one_without_it() {
    let store = Store::new(Engine::Postgres);
    let pooler = Pooler::before(store.database.as_ref().expect("a database"));
    let through_pooler = |store: &Store, arguments: &[&str], input: &str| {
        let mut command = store.command(arguments);
        command.env("STATUARY_DATABASE_URL", pooler.url());
        Process::start(command, input).end().success()
    };
    // The database is empty: migrations go through the pooler, too.
    through_pooler(&store, &["import", "-"], HARBOR);
    let direct = store.database_url().expect("a database");
    let urls = [pooler.url(), pooler.url(), direct];
    let servers = urls.iter().map(|url| serve_at(&store, url)).collect();
    let servers = Servers { store, servers };
    let urls = servers.urls();

    thread::scope(|scope| {
        for (server, url) in urls.iter().enumerate() {
            scope.spawn(move || {
                for number in 0..WRITES {
                    let id = report(url, &format!("server {server}, number {number}"));
                    let path = format!("/api/statuary/v1/status_reports/{id}");
                    let comment = json!({ "text": format!("a comment of server {server}") });
                    let comments = format!("{path}/comments");
                    assert_eq!(write(url, ("POST", &comments), "root", "", &comment).status, 201);
                    let changed = json!({ "description": format!("server {server}, changed {number}") });
                    assert_eq!(write(url, ("PATCH", &path), "ada", "", &changed).status, 200);
                    // A rule refuses it, so that a savepoint is rolled back.
                    let wrong = json!({ "color": "no color" });
                    assert_eq!(write(url, ("PATCH", &path), "ada", "", &wrong).status, 422);
                    assert!(get(url, &path, Some("ada")).body.contains("changed"));
                }
            });
        }
    });
    // A reader at each server gets the event of the next one, without a channel to listen on.
    let events = |number: usize, more: &str| {
        let path = format!("/api/statuary/v1/events?types=status_report.*&limit=200{more}");
        get(urls[number % urls.len()], &path, Some("root")).json()
    };
    for number in 0..urls.len() {
        let last = events(number, "&after=0")["next_after"].as_i64().expect("a number");
        let text = format!("awaited at server {number}");
        let event = thread::scope(|scope| {
            let waiting = scope.spawn(|| events(number, &format!("&after={last}&wait=60")));
            report(urls[(number + 1) % urls.len()], &text);
            waiting.join().expect("an answer")
        });
        assert!(event.to_string().contains(&text), "{event}");
    }
    through_pooler(&servers.store, &["verify"], "");
    through_pooler(&servers.store, &["backup", "pooled.db"], "");
    servers.assert_like_a_single_one();
}
