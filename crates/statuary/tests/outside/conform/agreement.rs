//! `statuary conform` against this program: no check differs. Also the command's errors and its output as JSON.

use ::conform;
use rstest::rstest;
use serde_json::Value;

use super::planted::demo_token;
use crate::support::{Ended, Engine, Process, Server, Store};

/// Runs the command against a server.
fn run_conform(store: &Store, server: &Server, token: &str, arguments: &[&str]) -> Ended {
    let mut command = store.command(&[&["conform", "--url", &server.url], arguments].concat());
    command.env("STATUARY_CONFORM_TOKEN", token);
    Process::start(command, "").end()
}

#[rstest]
fn the_sample_store_passes_every_check(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("kantata", "openproject")] surface: &str,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let read = run_conform(&store, &server, "root", &["--surface", surface]).success();
    assert!(!read.contains("\n differs"), "{read}");

    let before = store.run(&["export", "-"], "").success();
    let written = run_conform(&store, &server, "root", &["--surface", surface, "--write"]).success();
    assert!(!written.contains("\n differs") && !written.contains("\n skipped"), "{written}");
    assert!(written.lines().count() > read.lines().count(), "{written}");
    assert_eq!(remains(&before, &store.run(&["export", "-"], "").success()), expected_remains(surface));
    server.stop();
}

#[rstest]
fn the_demo_passes_every_check(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("kantata", "openproject")] surface: &str,
) {
    let store = Store::new(engine);
    let mut server = store.serve(&["--demo"]);
    let token = demo_token(&mut server);
    for further in [&["--surface", surface][..], &["--surface", surface, "--write"]] {
        let said = run_conform(&store, &server, &token, further).success();
        assert!(!said.contains("\n differs") && !said.contains(&token), "{said}");
    }
    server.stop();
}

#[rstest]
fn writes_are_skipped_without_the_right_to_create_projects() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&["--strict"]);
    let said = run_conform(&store, &server, "ada", &["--surface", "openproject", "--write"]).success();
    assert!(said.contains("cannot create a status: 404"), "{said}");
    server.stop();
}

/// The kinds of the lines that are in an export and not in an earlier one; archived workspaces are a kind of their own.
fn remains(before: &str, after: &str) -> Vec<String> {
    let new = after.lines().filter(|line| !before.contains(line));
    let lines = new.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut kinds: Vec<String> = lines
        .map(|line| {
            let archived = if line["archived"] == true { "archived " } else { "" };
            format!("{archived}{}", line["kind"].as_str().expect("a kind"))
        })
        .collect();
    kinds.dedup();
    kinds
}

/// The kinds of records that the checks write and no request can delete.
fn expected_remains(surface: &str) -> Vec<&'static str> {
    match surface {
        // A deleted report can be restored with Statuary's own API.
        "kantata" => vec![
            "archived workspace",
            "participation",
            "deleted_status_report",
            "status_report_version",
            "workspace_status_change",
        ],
        _ => vec!["archived workspace", "participation"],
    }
}

#[test]
fn an_unreachable_server_is_one_clear_line() {
    let store = Store::new(Engine::Sqlite);
    let arguments =
        ["conform", "--surface", "kantata", "--url", "http://127.0.0.1:1", "--token", "s3cret", "--write"];
    let ended = store.run(&arguments, "");
    assert_eq!((ended.code, ended.out.as_str(), ended.err.lines().count()), (Some(1), "", 1), "{ended:?}");
    assert!(ended.err.starts_with("statuary: http://127.0.0.1:1/ cannot be reached: "), "{ended:?}");
    assert!(!ended.err.contains("s3cret"), "{ended:?}");
}

#[test]
fn a_refused_token_and_a_missing_surface_are_one_clear_line() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    for surface in ["kantata", "openproject"] {
        let ended = run_conform(&store, &server, "wr0ng", &["--surface", surface]);
        let line = format!("statuary: {}/ refuses the token\n", server.url);
        assert_eq!((ended.code, ended.out, ended.err), (Some(1), String::new(), line));
    }
    let elsewhere = format!("{}/elsewhere", server.url);
    let arguments = ["conform", "--surface", "kantata", "--url", &elsewhere, "--token", "root"];
    let ended = store.run(&arguments, "");
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
    assert!(ended.err.contains("does not speak this surface"), "{ended:?}");
    server.stop();
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let store = Store::new(Engine::Sqlite);
    let url = ["--url", "http://127.0.0.1:1"];
    for arguments in
        [&["--surface", "kantata"][..], &["--surface", "jira", "--token", "t"], &["--token", "t"]]
    {
        let ended = store.run(&[&["conform"], &url[..], arguments].concat(), "");
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{ended:?}");
    }
}

#[test]
fn the_token_can_come_from_a_file_and_the_output_be_json() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let file = store.path("token");
    std::fs::write(&file, "root\n").expect("a file");
    let file = file.to_str().expect("a path");
    let arguments =
        ["conform", "--surface", "openproject", "--token-file", file, "--json", "--url", &server.url];
    let rows: Vec<Value> = serde_json::from_str(&store.run(&arguments, "").success()).expect("JSON");
    assert!(rows.len() > 45 && rows.iter().all(|row| row["result"] == "agrees"), "{rows:?}");
    server.stop();
}

#[test]
fn checks_have_unique_names_and_rules() {
    let mut names = conform::rules();
    let kantata = names.iter().filter(|(name, _)| name.starts_with("kantata/")).count();
    assert!(kantata >= 60, "{kantata}");
    assert!(names.len() - kantata >= 45, "{}", names.len() - kantata);
    let all = names.len();
    names.sort_unstable();
    names.dedup_by_key(|(name, _)| *name);
    assert_eq!(names.len(), all);
    assert!(names.iter().all(|(name, rule)| name.split('/').count() == 3 && !rule.is_empty()), "{names:?}");
}
