//! Clients of the vendors, unmodified, against the binary.

mod support;

use std::path::Path;
use std::process::Command;

use rstest::rstest;
use support::{Engine, Process, Store};

#[rstest]
fn brainstem_js_reads_and_writes_reports_and_changes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    assert!(
        clients.join("node_modules/brainstem-js").exists(),
        "the client is not installed: run `cargo xtask test`"
    );
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let mut node = Command::new("node");
    node.arg("brainstem.js").args([&server.url, "ada"]).current_dir(clients);
    let said = Process::start(node, "").end().well();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}
