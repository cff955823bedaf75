//! tap-mavenlink, whose host is hard-coded: `docs/how-to/hard-coded-host.md`.

use std::process::Command;

use crate::support::authority::{Authority, HOST};
use crate::support::proxy;
use crate::support::{Ended, Engine, Process, Store, root};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
fn tap_mavenlink_discovers_and_synchronises(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let authority = Authority::new(&store, "tls");
    let server = store.serve(&authority.options());
    let address = server.url.strip_prefix("https://").expect("an encrypted address");
    let proxy = proxy::start(HOST, address.parse().expect("an address"));
    let config = store.path("config.json");
    std::fs::write(&config, json!({ "token": "root" }).to_string()).expect("a file");
    let run = |arguments: &[&str]| -> Ended {
        let mut tap = Command::new(tap());
        tap.arg("-c").arg(&config).args(arguments).current_dir(store.path(""));
        for name in ["http_proxy", "https_proxy", "no_proxy", "NO_PROXY", "ALL_PROXY", "all_proxy"] {
            tap.env_remove(name);
        }
        tap.env("HTTPS_PROXY", &proxy).env("REQUESTS_CA_BUNDLE", &authority.ca);
        Process::start(tap, "").end()
    };

    let discovered = run(&["--discover"]).success();
    let mut catalog: Value = serde_json::from_str(&discovered).expect("a catalog");
    let streams = catalog["streams"].as_array_mut().expect("streams");
    assert_eq!(streams.len(), 17);
    select(streams, &["users", "workspaces"]);
    let path = store.path("catalog.json");
    std::fs::write(&path, catalog.to_string()).expect("a file");
    let said = run(&["--catalog", "catalog.json"]).success();

    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let records = |stream: &str| -> Vec<&Value> {
        let of = |line: &&Value| line["type"] == "RECORD" && line["stream"] == stream;
        lines.iter().filter(of).map(|line| &line["record"]).collect()
    };
    assert_eq!(lines.iter().filter(|line| line["type"] == "SCHEMA").count(), 2);
    let names: Vec<_> = records("users").iter().map(|user| (&user["id"], &user["full_name"])).collect();
    let people = [("2500", "Root Admin"), ("2545", "Ada Park"), ("2551", "Bo Lindström")]
        .map(|(id, name)| (json!(id), json!(name)));
    assert_eq!(names, people.each_ref().map(|(id, name)| (id, name)));
    let workspaces = records("workspaces");
    let found: Vec<_> = workspaces
        .iter()
        .map(|one| json!([one["id"], one["title"], one["archived"], one["status"], one["participant_ids"]]))
        .collect();
    assert_eq!(
        found,
        [
            json!(["53760", "Harbor rollout", false,
                {"color": "green", "key": 310, "message": "In Progress"}, ["2545", "2551"]]),
            json!(["53900", "Old pier", true, {"color": "blue", "key": 605, "message": "Completed"}, ["2545"]]),
        ],
        "{workspaces:#?}"
    );

    // The error for a resource that Statuary does not have reaches the user of the tap.
    select(catalog["streams"].as_array_mut().expect("streams"), &["stories"]);
    std::fs::write(&path, catalog.to_string()).expect("a file");
    let refused = run(&["--catalog", "catalog.json"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.err.contains("Page not found"), "{}", refused.err);
    server.stop();
}

/// Selects streams with all their fields.
fn select(streams: &mut [Value], names: &[&str]) {
    for stream in streams {
        let is_selected = names.iter().any(|name| stream["stream"] == *name);
        for entry in stream["metadata"].as_array_mut().expect("metadata") {
            entry["metadata"]["selected"] = json!(is_selected);
        }
    }
}

fn tap() -> std::path::PathBuf {
    let path = root().join("tests/clients/.venv/tap-mavenlink/bin/tap-mavenlink");
    assert!(path.exists(), "the client is not installed: run `cargo xtask test`");
    path
}
