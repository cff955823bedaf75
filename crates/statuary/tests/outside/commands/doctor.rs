//! `statuary doctor`: the line of each check, and its text when the check fails.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use rstest::rstest;
use serde_json::Value;

use super::client::{Variables, export};
use super::verify::execute_sql;
use crate::support::authority::{Authority, HOST};
use crate::support::{Ended, Engine, Process, Store, statuary};

/// Any free port, so that tests do not conflict.
const ANYWHERE: [&str; 3] = ["doctor", "--listen", "127.0.0.1:0"];

fn doctor(store: &Store, arguments: &[&str], variables: Variables) -> Ended {
    let mut command = store.command(&[&ANYWHERE, arguments].concat());
    command.envs(variables.iter().copied());
    Process::start(command, "").end()
}

/// Asserts the result and the text of a check, and that the exit code is 1 if any check fails.
#[track_caller]
fn assert_check(ended: &Ended, verdict: &str, check: &str, text: &str) {
    let lines: Vec<_> = ended.out.lines().collect();
    let is_it = |line: &&&str| line[5..].starts_with(&format!("{check}: "));
    let line = lines.iter().find(is_it).unwrap_or_else(|| panic!("no {check}: {ended:?}"));
    assert!(line.starts_with(&format!("{verdict:<5}")) && line.contains(text), "{line}");
    assert!(verdict == "ok" || line.contains("; "), "no advice: {line}");
    let failures = lines.iter().filter(|line| line.starts_with("fail ")).count();
    assert_eq!(ended.code, Some(i32::from(failures > 0)), "{ended:?}");
    let is_unsound = ended.err.starts_with("statuary: the installation is not sound: ");
    assert!(if failures > 0 { is_unsound } else { ended.err.is_empty() }, "{}", ended.err);
}

#[rstest]
fn a_sound_installation_passes_every_check_and_is_not_changed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let before = export(&store);
    let server = store.serve(&[]);
    for arguments in [["--listen", "127.0.0.1:0"], ["--listen", server.url.trim_start_matches("http://")]] {
        let ended = store.run(&[&["doctor"], &arguments[..]].concat(), "");
        assert_check(&ended, "ok", "settings", "read");
        assert_check(&ended, "ok", "environment", "every");
        assert_check(&ended, "ok", "schema", "up to date");
        assert_check(&ended, "ok", "administrator", "there are 2");
        assert_check(&ended, "ok", "log", "follow");
        assert_check(&ended, "ok", "time", "after the last event");
        assert_check(&ended, "ok", "open files", "needed");
        let engine = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
        assert_check(&ended, "ok", "database", engine);
        assert_check(&ended, "ok", "address", if arguments[1].ends_with(":0") { "free" } else { "ready" });
        let is_sound = |line: &str| line.starts_with("ok ") || line.contains("free space");
        assert!(ended.out.lines().all(is_sound), "{}", ended.out);
    }
    server.stop();
    assert_eq!(export(&store), before);
}

#[rstest]
fn an_empty_location_is_a_warning_and_no_store_is_created(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let ended = doctor(&store, &[], &[]);
    match engine {
        Engine::Sqlite => {
            assert_check(&ended, "warn", "data directory", "does not exist yet");
            assert_check(&ended, "warn", "database", "no store yet");
        }
        Engine::Postgres => assert_check(&ended, "warn", "schema", "empty"),
    }
    assert!(!store.path("data").exists());
    assert_eq!(doctor(&store, &[], &[]).out, ended.out);
}

#[rstest]
fn inconsistencies_in_the_store_fail(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    execute_sql(&store, "update users set administrator = (1 = 0)");
    assert_check(&doctor(&store, &[], &[]), "fail", "administrator", "no administrator");
    execute_sql(&store, "update events set surface = 'pages' where account_id = 415 and sequence = 3");
    assert_check(&doctor(&store, &[], &[]), "fail", "log", "account 415, event 3: it was changed");
    execute_sql(
        &store,
        "delete from schema_migrations where number = (select max(number) from schema_migrations)",
    );
    assert_check(&doctor(&store, &[], &[]), "warn", "schema", "1 migrations of this version are missing");
    execute_sql(&store, "update schema_migrations set sha256 = '00' where number = 2");
    assert_check(&doctor(&store, &[], &[]), "fail", "schema", "migration 2 is not the one");
    let store = Store::harbor(engine);
    execute_sql(&store, "insert into schema_migrations (number, sha256) values (9000, '00')");
    assert_check(&doctor(&store, &[], &[]), "fail", "schema", "newer version");
}

#[rstest]
fn only_the_end_of_a_long_log_is_checked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::new(engine);
    store.run(&["seed", "--workspaces", "3", "--reports", "200", "--changes", "30"], "").success();
    assert_check(&doctor(&store, &[], &[]), "ok", "log", "");
    execute_sql(&store, "update events set surface = 'pages' where sequence = 3");
    assert_check(&doctor(&store, &[], &[]), "ok", "log", "");
    execute_sql(&store, "delete from events where sequence = (select max(sequence) - 7 from events)");
    assert_check(&doctor(&store, &[], &[]), "fail", "log", "it is missing");
}

#[test]
fn a_readable_or_invalid_store_file_is_reported() {
    let store = Store::harbor(Engine::Sqlite);
    let mode = |path: &str, mode| {
        std::fs::set_permissions(store.path(path), std::fs::Permissions::from_mode(mode)).expect("a file");
    };
    mode("data", 0o755);
    mode("data/statuary.db", 0o644);
    assert_check(&doctor(&store, &[], &[]), "warn", "database file", "every user of this machine can read");
    mode("data/statuary.db", 0o600);
    assert_check(&doctor(&store, &[], &[]), "ok", "database file", "not readable by every user");
    std::fs::create_dir(store.path("other")).expect("a directory");
    std::fs::write(store.path("other/statuary.db"), "This is not a database. ".repeat(100)).expect("a file");
    assert_check(&doctor(&store, &["--data", "other"], &[]), "fail", "database", "not a database");
    std::fs::write(store.path("file"), "").expect("a file");
    assert_check(&doctor(&store, &["--data", "file"], &[]), "fail", "data directory", "is not a directory");
    assert_check(
        &doctor(&store, &["--data", "file/below"], &[]),
        "fail",
        "data directory",
        "cannot be created",
    );
}

#[test]
fn an_unreachable_database_fails_without_showing_its_password() {
    let store = Store::new(Engine::Sqlite);
    for url in [
        "postgres://someone:pass-phrase@127.0.0.1:1/nothing?sslmode=disable",
        "postgres://someone:pass-phrase@127.0.0.1:none/nothing",
        "mysql://someone:pass-phrase@somewhere/db",
    ] {
        let ended = doctor(&store, &[], &[("STATUARY_DATABASE_URL", url)]);
        assert_check(&ended, "fail", "database", "");
        assert!(!format!("{ended:?}").contains("pass-phrase"), "{ended:?}");
    }
}

#[rstest]
#[case::unknown(&[("STATUARY_DATABSE_URL", "postgres://a:pass-phrase@b/c")], "warn", "environment", "STATUARY_DATABSE_URL")]
#[case::proxies(&[("STATUARY_TRUSTED_PROXIES", "127.0.0.1")], "warn", "proxies", "no public URL")]
#[case::in_the_clear(&[("STATUARY_PUBLIC_URL", "http://status.example")], "warn", "public url", "unencrypted")]
#[case::a_password(&[("STATUARY_PUBLIC_URL", "https://a:pass-phrase@b")], "fail", "settings", "a user name or a password")]
#[case::figures(&[("STATUARY_PUBLIC_URL", "https://status.example")], "warn", "metrics", "/metrics")]
#[case::a_clock(&[("STATUARY_CLOCK", "2020-01-01T00:00:00Z")], "warn", "clock", "virtual")]
#[case::before_the_log(&[("STATUARY_CLOCK", "2020-01-01T00:00:00Z")], "warn", "time", "the last event is of")]
#[case::no_proxy(&[("STATUARY_TRUSTED_PROXIES", "somewhere")], "fail", "settings", "somewhere")]
#[case::no_file(&[("STATUARY_CONFIG", "nowhere.toml")], "fail", "settings", "nowhere.toml")]
#[case::half_of_tls(&[("STATUARY_TLS_CERT", "server.crt")], "fail", "settings", "--tls-key")]
#[case::no_certificate(&[("STATUARY_TLS_CERT", "a.crt"), ("STATUARY_TLS_KEY", "a.key")], "fail", "certificate", "a.crt")]
fn questionable_settings_are_reported(
    #[case] variables: Variables,
    #[case] verdict: &str,
    #[case] check: &str,
    #[case] text: &str,
) {
    let ended = doctor(&Store::harbor(Engine::Sqlite), &[], variables);
    assert_check(&ended, verdict, check, text);
    assert!(!format!("{ended:?}").contains("pass-phrase"), "{ended:?}");
}

#[test]
fn a_fault_file_is_reported() {
    let store = Store::harbor(Engine::Sqlite);
    std::fs::write(store.path("faults.toml"), "").expect("a file");
    assert_check(&doctor(&store, &["--faults", "faults.toml"], &[]), "warn", "faults", "on");
}

#[test]
fn an_address_in_use_fails() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("an address");
    let address = taken.local_addr().expect("an address").to_string();
    let answers = std::thread::spawn(move || {
        let (mut stream, _) = taken.accept().expect("a client");
        assert!(stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0));
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nHi").expect("an answer sent");
    });
    let store = Store::harbor(Engine::Sqlite);
    let ended = store.run(&["doctor", "--listen", &address], "");
    assert_check(&ended, "fail", "address", "another program");
    answers.join().expect("an answer");
    // An address that is reserved for documentation (RFC 5737).
    let ended = store.run(&["doctor", "--listen", "192.0.2.1:8080"], "");
    assert_check(&ended, "fail", "address", "192.0.2.1:8080");
}

#[test]
fn an_access_log_that_cannot_be_written_fails() {
    let store = Store::harbor(Engine::Sqlite);
    for (name, verdict) in [("access.log", "ok"), ("nowhere/access.log", "fail"), (".", "fail")] {
        assert_check(&doctor(&store, &[], &[("STATUARY_ACCESS_LOG", name)]), verdict, "access log", name);
    }
    assert!(!store.path("access.log").exists());
}

#[test]
fn too_few_open_files_fail() {
    let store = Store::harbor(Engine::Sqlite);
    let direct = store.command(&ANYWHERE);
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 256; exec \"$0\" \"$@\""]).arg(direct.get_program()).args(direct.get_args());
    shell.current_dir(store.path("")).env("STATUARY_DATA", store.path("data"));
    assert_check(&Process::start(shell, "").end(), "fail", "open files", "256 are allowed here");
}

#[test]
fn certificate_problems_are_reported() {
    let store = Store::harbor(Engine::Sqlite);
    let signed = |days: &str| {
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=status.example"]);
        openssl.args(["-keyout", "own.key", "-out", "own.crt", "-days", days]).current_dir(store.path(""));
        Process::start(openssl, "").end().success();
    };
    let readable_by = |mode| {
        std::fs::set_permissions(store.path("own.key"), std::fs::Permissions::from_mode(mode))
            .expect("a key");
    };
    let own = ["--tls-cert", "own.crt", "--tls-key", "own.key"];
    signed("90");
    readable_by(0o600);
    assert_check(&doctor(&store, &own, &[]), "ok", "certificate", "matches its key");
    readable_by(0o644);
    assert_check(&doctor(&store, &own, &[]), "warn", "certificate", "every user");
    signed("20");
    assert_check(&doctor(&store, &own, &[]), "warn", "certificate", "valid until");
    let authority = Authority::new(&store, "tls");
    let mixed = ["--tls-cert", "own.crt", "--tls-key", &authority.key];
    assert_check(&doctor(&store, &mixed, &[]), "fail", "certificate", "does not match");

    // The server is recognized by its certificate, even if that is for another name.
    let server = store.serve(&authority.options());
    let listen = server.url.strip_prefix("https://").expect("an encrypted address");
    assert!(!listen.starts_with(HOST), "{listen}");
    let mut command = store.command(&["doctor", "--listen", listen]);
    command.args(authority.options()).env("SSL_CERT_FILE", &authority.ca);
    assert_check(&Process::start(command, "").end(), "ok", "address", "is ready answers at");
    server.stop();
}

#[test]
fn json_has_the_same_checks() {
    let store = Store::harbor(Engine::Sqlite);
    let lines = doctor(&store, &[], &[]).success();
    let rows: Vec<Value> = serde_json::from_str(&doctor(&store, &["--json"], &[]).success()).expect("a list");
    assert_eq!(rows.len(), lines.lines().count());
    for (row, line) in rows.iter().zip(lines.lines()) {
        let verdict = row["verdict"].as_str().expect("a verdict");
        let start = format!("{verdict:<5}{}: ", row["check"].as_str().expect("a check"));
        assert!(line.starts_with(&start), "{row} {line}");
        assert!(row["seen"].is_string() && row["advice"].is_string() == (verdict != "ok"), "{row}");
    }
}

#[test]
fn a_malformed_setting_is_a_usage_error() {
    let store = Store::new(Engine::Sqlite);
    let mut command = statuary(&store.path(""), &["doctor"]);
    command.env("STATUARY_LISTEN", "here");
    assert_eq!(Process::start(command, "").end().code, Some(2));
}
