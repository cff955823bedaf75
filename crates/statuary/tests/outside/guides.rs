//! The commands of guides and tutorials, in the order in which a reader types them, against a running server.

use std::fs;
use std::process::Command;

use crate::support::{Engine, Process, Server, Store, root};

/// A command of a page, with the output that the page shows below it.
struct Step {
    command: String,
    shown: Option<String>,
}

/// The `sh` blocks of a page below `docs/`, each with the `text` block that follows it directly.
fn steps(page: &str) -> Vec<Step> {
    let text = fs::read_to_string(root().join("docs").join(page)).expect("a page");
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split_once("```").expect("an end"));
    blocks
        .map(|(command, rest)| {
            let shown = rest.trim_start().strip_prefix("```text\n").and_then(|rest| rest.split("```").next());
            Step { command: command.to_owned(), shown: shown.map(str::to_owned) }
        })
        .collect()
}

/// Whether a printed line is the shown one, in which `...` stands for any text.
fn is_shown(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split("...");
    let Some(mut rest) = parts.next().and_then(|first| printed.strip_prefix(first)) else { return false };
    for part in parts {
        if part.is_empty() {
            return true;
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

/// Runs shell text in a store's folder, with the address and a token of its server.
fn run(store: &Store, server: &Server, token: &str, script: &str) -> String {
    let mut shell = Command::new("sh");
    shell.args(["-ec", script]).current_dir(store.directory.path());
    shell.env("URL", &server.url).env("TOKEN", token).env("STATUARY_DATA", store.path("data"));
    Process::start(shell, "").end().success()
}

#[test]
fn the_commands_of_the_guide_about_events_work() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let steps = steps("how-to/follow-events.md");
    assert_eq!(steps.len(), 4);
    let report = r#"curl -sS -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
        -d '{"color": "green", "description": "On course."}' "$URL/api/statuary/v1/workspaces/53760/status_reports""#;
    run(&store, &server, "root", report);
    for Step { command, .. } in steps {
        let printed = run(&store, &server, "root", &command);
        assert!(printed.contains("\"sequence\":"), "{command}{printed}");
    }
    server.stop();
}

#[test]
fn the_commands_of_the_tutorial_print_what_it_shows() {
    const END: &str = "== the end of a step ==";
    let store = Store::new(Engine::Sqlite);
    let mut server = store.serve(&["--demo", "--clock", "2026-02-16T09:00:00Z"]);
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    assert!(server.process.line().starts_with("login: "));
    let mut steps = steps("tutorial/life-of-a-report.md");
    // The reader starts the server, and copies its address and token.
    for start in ["cargo run ", "URL="] {
        assert!(steps.remove(0).command.starts_with(start));
    }
    let scripts = steps.iter().map(|step| format!("{}echo '{END}'\n", step.command));
    let script = scripts.collect::<Vec<_>>().concat();
    let script = script
        .replace("target/release/statuary", env!("CARGO_BIN_EXE_statuary"))
        .replace("docs/verify_proof.py", root().join("docs/verify_proof.py").to_str().expect("a path"));
    let printed = run(&store, &server, &token, &script);
    let printed: Vec<_> = printed.split(&format!("{END}\n")).collect();
    for (step, printed) in steps.iter().zip(&printed) {
        let Some(shown) = &step.shown else { continue };
        for (line, shown) in printed.lines().zip(shown.lines()) {
            assert!(
                is_shown(shown, line),
                "the tutorial shows {shown:?}; the server printed {line:?}\n{printed}"
            );
        }
        assert!(printed.lines().count() >= shown.lines().count(), "{}{printed}", step.command);
    }
    assert!(steps.iter().filter(|step| step.shown.is_some()).count() > 6);
    server.stop();
}
