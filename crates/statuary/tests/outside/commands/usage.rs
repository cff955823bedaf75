//! Wrong usage, and commands that fail.

use std::process::Command;

use rstest::rstest;

use super::client::{HEADER, assert_fails, export};
use crate::support::{Engine, HARBOR, Process, Store};

#[rstest]
#[case::no_command(&[])]
#[case::an_unknown_command(&["carve"])]
#[case::an_unknown_flag(&["serve", "--loud"])]
#[case::an_address_that_is_none(&["serve", "--listen", "here"])]
#[case::a_missing_flag(&["token", "add"])]
#[case::an_application_without_a_place(&["oauth-app", "add", "--name", "A"])]
#[case::a_missing_file(&["import"])]
#[case::a_number_that_is_none(&["seed", "--workspaces", "many", "--reports", "1", "--changes", "1"])]
#[case::no_workspaces(&["seed", "--workspaces", "0", "--reports", "1", "--changes", "1"])]
#[case::an_id_that_is_none(&["token", "revoke", "first"])]
#[case::a_date_that_is_none(&["token", "add", "--email", "ada@example.com", "--expires", "soon"])]
#[case::an_unknown_shell(&["completions", "cmd"])]
#[case::an_unknown_log_format(&["--log-format", "xml", "token", "list"])]
fn wrong_usage_exits_with_2(#[case] arguments: &[&str]) {
    let ended = Store::new(Engine::Sqlite).run(arguments, "");
    assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{}", ended.err);
    assert!(ended.err.contains("Usage") || ended.err.contains("--help"), "{}", ended.err);
}

#[rstest]
#[case::nobody(&["token", "add", "--email", "nobody@example.com"], "nobody@example.com")]
#[case::no_such_token(&["token", "revoke", "99"], "99")]
#[case::no_address(&["user", "add", "--email", "ada", "--name", "Ada"], "ada")]
#[case::a_blank_name(&["user", "add", "--email", "ada@b.example", "--name", " "], "name")]
#[case::an_address_twice(&["user", "add", "--email", "Ada@Example.com", "--name", "Ada"], "e-mail")]
#[case::no_such_account(&["user", "add", "--email", "a@b.example", "--name", "A", "--account", "9"], "account")]
#[case::a_password_of_nobody(&["user", "password", "--email", "nobody@example.com"], "characters")]
#[case::no_place_for_codes(&["oauth-app", "add", "--name", "A", "--redirect-uri", "/cb"], "/cb")]
#[case::a_script_for_codes(&["oauth-app", "add", "--name", "A", "--redirect-uri", "javascript:alert(1)"], "javascript")]
#[case::an_application_of_no_account(
    &["oauth-app", "add", "--name", "A", "--redirect-uri", "https://a.example", "--account", "9"],
    "account 9"
)]
#[case::no_such_archive(&["import", "nowhere.jsonl"], "nowhere.jsonl")]
#[case::nowhere_to_write(&["export", "no/such/place.jsonl"], "no/such/place.jsonl")]
#[case::a_store_that_is_not_empty(
    &["seed", "--workspaces", "1", "--reports", "1", "--changes", "1"],
    "not empty"
)]
#[case::no_such_settings(&["--config", "nowhere.toml", "token", "list"], "nowhere.toml")]
#[case::no_server(&["healthcheck", "--url", "http://127.0.0.1:1"], "127.0.0.1:1")]
fn failures_exit_with_1_and_one_clear_line(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] arguments: &[&str],
    #[case] named: &str,
) {
    let store = Store::harbor(engine);
    assert_fails(&store.run(arguments, ""), named);
    assert_eq!(export(&store), HARBOR);
}

#[rstest]
#[case::a_list(&["token", "list"])]
#[case::an_archive(&["export", "-"])]
#[case::what_came_in(&["import", "nothing.jsonl"])]
#[case::a_new_id(&["user", "add", "--email", "a@b.example", "--name", "A"])]
#[case::completions(&["completions", "bash"])]
#[case::where_it_listens(&["serve", "--listen", "127.0.0.1:0"])]
fn unwritable_standard_output_is_an_error(#[case] arguments: &[&str]) {
    let store = Store::harbor(Engine::Sqlite);
    std::fs::write(store.path("nothing.jsonl"), HEADER).expect("a file");
    let direct = store.command(arguments);
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" \"$@\" >/dev/full"]).arg(direct.get_program()).args(direct.get_args());
    shell.current_dir(store.path("")).env("STATUARY_DATA", store.path("data"));
    assert_fails(&Process::start(shell, "").end(), "statuary: ");
}

#[rstest]
#[case::of_another_kind("mysql://somewhere/db", "postgres://")]
#[case::out_of_reach("postgres://postgres@127.0.0.1:1/nothing?sslmode=disable", "cannot open the store")]
fn an_unreachable_database_url_is_an_error(#[case] url: &str, #[case] said: &str) {
    let store = Store::new(Engine::Sqlite);
    assert_fails(&store.run(&["--database-url", url, "token", "list"], ""), said);
}

#[rstest]
#[case::an_unknown_key("data = 'here'\npassword = 'pass-phrase'\n", "line 2", "`password`")]
#[case::a_value_of_another_kind("database_url = ['pass-phrase']\n", "line 1", "expected a string")]
#[case::an_address_that_is_none("listen = 'here' # pass-phrase\n", "line 1", "address")]
#[case::what_is_no_toml("\n\npass-phrase\n", "line 3", "")]
fn an_unknown_setting_is_reported_with_its_line_and_without_secrets(
    #[case] settings: &str,
    #[case] line: &str,
    #[case] reason: &str,
) {
    let store = Store::new(Engine::Sqlite);
    std::fs::write(store.path("wrong.toml"), settings).expect("a file");
    let ended = store.run(&["--config", "wrong.toml", "serve"], "");
    assert_fails(&ended, "wrong.toml");
    assert!(ended.err.contains(line) && ended.err.contains(reason), "{}", ended.err);
    assert!(!ended.err.contains("pass-phrase"), "{}", ended.err);
}
