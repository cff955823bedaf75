//! Unmodified clients of the vendors, against the binary.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Engine, Process, Store, root};
use rstest::rstest;

#[rstest]
fn brainstem_js_reads_and_writes_reports_and_changes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clients = clients();
    assert!(
        clients.join("node_modules/brainstem-js").exists(),
        "the client is not installed: run `cargo xtask test`"
    );
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let mut node = Command::new("node");
    node.arg("brainstem.js").args([&server.url, "ada"]).current_dir(clients);
    let said = Process::start(node, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}

#[rstest]
fn pyopenproject_and_openproject_read_statuses_and_projects(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let mut python = Command::new(python_program("openproject", "python"));
    python.arg(clients().join("python/read_statuses.py")).args([&server.url, "zoe"]);
    let said = Process::start(python, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}

#[rstest]
fn openproject_cli_reads_statuses_and_the_current_user(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let run = |arguments: &[&str]| {
        let mut cli = Command::new(python_program("openproject-cli", "openproject-cli"));
        cli.args(arguments)
            .env("OPENPROJECT_URL", &server.url)
            .env("OPENPROJECT_TOKEN", "zoe")
            .env("OPENPROJECT_CONFIG", store.path("openproject.yaml"));
        Process::start(cli, "").end()
    };
    let json = |text: String| -> serde_json::Value { serde_json::from_str(&text).expect("JSON") };

    let list = json(run(&["api", "GET", "statuses"]).success());
    assert_eq!(
        (&list["total"], &list["_embedded"]["elements"][13]["name"]),
        (&14.into(), &"Rejected".into())
    );
    let who = json(run(&["auth", "status"]).success());
    assert_eq!((&who["loggedIn"], &who["user"]), (&true.into(), &"Zoe Else".into()));
    assert_eq!(run(&["api", "GET", "statuses/999999"]).code, Some(4));
    server.stop();
}

#[rstest]
fn authlib_completes_the_whole_flow(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let add = ["oauth-app", "add", "--name", "Authlib", "--redirect-uri", "http://127.0.0.1:8765/callback"];
    let out = store.run(&add, "").success();
    let [id, secret] = ["client_id: ", "client_secret: "]
        .map(|name| out.lines().find_map(|line| line.strip_prefix(name)).expect("a member").to_owned());
    let server = store.serve(&[]);
    let mut python = Command::new(python_program("authlib", "python"));
    python.arg(clients().join("python/oauth_flow.py")).args([&server.url, "ada", &id, &secret]);
    let said = Process::start(python, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}

fn clients() -> PathBuf {
    root().join("tests/clients")
}

fn python_program(environment: &str, program: &str) -> PathBuf {
    let path = clients().join(".venv").join(environment).join("bin").join(program);
    assert!(path.exists(), "the client is not installed: run `cargo xtask test`");
    path
}
