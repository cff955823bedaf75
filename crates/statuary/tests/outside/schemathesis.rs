//! Schemathesis checks the surfaces against their OpenAPI documents.

use std::process::Command;

use crate::support::{Engine, Store, root};
use rstest::rstest;

/// The variable for the number of requests of each kind for an operation, and its default.
const EXAMPLES: (&str, &str) = ("STATUARY_SCHEMATHESIS_EXAMPLES", "8");

#[rstest]
fn it_finds_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("/api/v1", "/api/v3", "/api/statuary/v1")] surface: &str,
) {
    let clients = root().join("tests/clients");
    let program = clients.join(".venv/schemathesis/bin/schemathesis");
    assert!(program.exists(), "schemathesis is not installed: run `cargo xtask test`");
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let examples = std::env::var(EXAMPLES.0).unwrap_or_else(|_| EXAMPLES.1.to_owned());
    let output = Command::new(program)
        .arg("--config-file")
        .arg(clients.join("schemathesis.toml"))
        .args(["run", &format!("{}{surface}/openapi.json", server.url)])
        .args(["--header", "Authorization: Bearer root", "--no-color", "--continue-on-failure"])
        // Failures are reproducible.
        .args(["--seed", "1", "--max-examples", &examples])
        .current_dir(store.path(""))
        .output()
        .expect("schemathesis runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(" passed"), "{said}");
    server.stop();
}
