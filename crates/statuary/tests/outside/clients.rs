//! Unmodified clients of the vendors, against the binary.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Engine, Process, Store, root};
use rstest::rstest;
use serde_json::Value;

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
fn pyopenproject_and_openproject_write_work_packages(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let mut python = Command::new(python_program("openproject", "python"));
    python.arg(clients().join("python/work_packages.py")).args([&server.url, "zoe", "60000"]);
    let said = Process::start(python, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}

#[rstest]
fn openproject_ce_mcp_writes_work_packages(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let mut python = Command::new(python_program("openproject-ce-mcp", "python"));
    python
        .arg(clients().join("python/mcp_work_packages.py"))
        .arg(python_program("openproject-ce-mcp", "openproject-ce-mcp"))
        .args([&server.url, "zoe", "60000"]);
    let said = Process::start(python, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}

#[rstest]
fn openproject_cli_and_the_tap_follow_a_work_package(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let run = |arguments: &[&str]| -> Value {
        let mut cli = Command::new(python_program("openproject-cli", "openproject-cli"));
        cli.arg("wp")
            .args(arguments)
            .env("OPENPROJECT_URL", &server.url)
            .env("OPENPROJECT_TOKEN", "zoe")
            .env("OPENPROJECT_CONFIG", store.path("openproject.yaml"));
        let text = Process::start(cli, "").end().success();
        serde_json::from_str(&text).unwrap_or_default()
    };
    let new = ["create", "--project", "60000", "--type", "Task", "--subject", "Dredge the basin"];
    let made = run(&[&new[..], &["--done-ratio", "20"]].concat());
    let id = made["id"].to_string();
    assert_eq!((&made["status"], &made["percentageDone"]), (&"New".into(), &20.into()), "{made}");
    let listed = run(&["list", "--project", "60000", "--open", "--subject", "DREDGE"]);
    assert_eq!((&listed[0]["id"], &listed[1]), (&made["id"], &Value::Null), "{listed}");

    // The tap reads what is open, with the catalog that it writes itself.
    let tapped = || tap(&store, &server.url);
    assert_eq!(tapped(), [made["id"].clone()]);
    let moved = run(&["update", &id, "--status", "Closed", "--due-date", "2027-01-05"]);
    assert_eq!((&moved["status"], &moved["lockVersion"]), (&"Closed".into(), &1.into()), "{moved}");
    assert!(tapped().is_empty());
    run(&["delete", &id]);
    assert_eq!(run(&["list", "--project", "60000"]), serde_json::json!([]));
    server.stop();
}

/// The ids of the work packages that tap-openproject reads.
fn tap(store: &Store, url: &str) -> Vec<Value> {
    let config = store.path("tap.json");
    let settings = serde_json::json!({ "api_key": "zoe", "base_url": format!("{url}/api/v3") });
    std::fs::write(&config, settings.to_string()).expect("a file");
    let run = |more: &[&std::ffi::OsStr]| {
        let mut tap = Command::new(python_program("tap-openproject", "tap-openproject"));
        tap.arg("--config").arg(&config).args(more);
        Process::start(tap, "").end().success()
    };
    let mut catalog: Value = serde_json::from_str(&run(&["--discover".as_ref()])).expect("JSON");
    for stream in catalog["streams"].as_array_mut().into_iter().flatten() {
        let is_wanted = stream["tap_stream_id"] == "work_packages";
        for part in stream["metadata"].as_array_mut().into_iter().flatten() {
            if part["breadcrumb"] == serde_json::json!([]) {
                part["metadata"]["selected"] = is_wanted.into();
            }
        }
    }
    let chosen = store.path("catalog.json");
    std::fs::write(&chosen, catalog.to_string()).expect("a file");
    let said = run(&["--catalog".as_ref(), chosen.as_ref()]);
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let records = messages.filter(|one| one["type"] == "RECORD" && one["stream"] == "work_packages");
    records.map(|one| one["record"]["id"].clone()).collect()
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

#[rstest]
fn scim2_tester_finds_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let mut python = Command::new(python_program("scim2-tester", "python"));
    python.arg(clients().join("python/scim_tester.py")).args([&format!("{}/scim/v2", server.url), "root"]);
    let said = Process::start(python, "").end().success();
    assert!(said.ends_with(" checks, 0 failed\n"), "{said}");
    server.stop();
}

#[rstest]
fn the_official_clients_read_and_draft_as_agents(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    assert!(
        clients().join("node_modules/@modelcontextprotocol/sdk").exists(),
        "the client is not installed: run `cargo xtask test`"
    );
    // The environment of another client, which pins the official one.
    let mut python = Command::new(python_program("openproject-ce-mcp", "python"));
    python.arg("python/agent.py");
    let mut node = Command::new("node");
    node.arg("agent.js");
    for mut client in [python, node] {
        let store = Store::new(engine);
        let email = ["--email", "ada@example.com"];
        store
            .run(&["user", "add", "--name", "Ada Park", email[0], email[1], "--administrator"], "")
            .success();
        let token = |scope: &[&str]| {
            let added =
                store.run(&[&["token", "add", email[0], email[1], "--name", "Scribe"], scope].concat(), "");
            added.success().trim().to_owned()
        };
        let (person, agent) = (token(&[]), token(&["--scope", "draft"]));
        let server = store.serve(&[]);
        client.args([&server.url, &person, &agent, env!("CARGO_BIN_EXE_statuary")]).current_dir(clients());
        let said = Process::start(client, "").end().success();
        assert!(said.ends_with("all steps done\n"), "{said}");
        server.stop();
    }
}

fn clients() -> PathBuf {
    root().join("tests/clients")
}

fn python_program(environment: &str, program: &str) -> PathBuf {
    let path = clients().join(".venv").join(environment).join("bin").join(program);
    assert!(path.exists(), "the client is not installed: run `cargo xtask test`");
    path
}
