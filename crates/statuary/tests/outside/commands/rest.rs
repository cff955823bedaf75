//! `healthcheck` and `completions`.

use std::path::Path;
use std::process::Command;

use rstest::rstest;

use super::client::assert_fails;
use crate::support::{Engine, Process, Store, statuary};

#[rstest]
fn a_healthcheck_succeeds_while_the_server_is_ready(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    assert_eq!(store.run(&["healthcheck", "--url", &server.url], "").success(), "");
    let address = server.url.trim_start_matches("http://").to_owned();
    let by_environment = || {
        let mut command = store.command(&["healthcheck"]);
        command.env("STATUARY_LISTEN", &address);
        Process::start(command, "").end()
    };
    by_environment().success();
    let settings = format!("listen = '{address}'\n");
    std::fs::write(store.path("listen.toml"), settings).expect("a file");
    store.run(&["--config", "listen.toml", "healthcheck"], "").success();
    server.stop();
    assert_fails(&by_environment(), &address);
}

#[rstest]
fn completions_are_a_script_that_its_shell_can_read(#[values("bash", "zsh", "fish")] shell: &str) {
    let script = statuary(Path::new("."), &["completions", shell]);
    let script = Process::start(script, "").end().success();
    for command in ["serve", "import", "healthcheck"] {
        assert!(script.contains(command), "{shell}");
    }
    if shell == "bash" {
        let requested = "\nCOMP_WORDS=(statuary tok) COMP_CWORD=1\n_statuary statuary tok statuary\necho ${COMPREPLY[@]}\n";
        let bash = Process::start(Command::new("bash"), &(script + requested));
        assert_eq!(bash.end().success(), "token\n");
    }
}
