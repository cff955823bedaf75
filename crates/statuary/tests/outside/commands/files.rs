//! The files that commands leave: the store after each command, and output files.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;

use rstest::rstest;

use super::client::{HEADER, assert_fails, export, send};
use crate::support::{Engine, HARBOR, Process, Store};

const NEW_REPORT: &str =
    "{\"status_report\":{\"workspace_id\":53760,\"color\":\"green\",\"description\":\"On time\"}}";

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap_or_else(|error| panic!("{}: {error}", path.display())).mode() & 0o777
}

/// A copy of a store's database file alone.
fn copied_alone(store: &Store) -> Store {
    assert_eq!(names(&store.path("data")), ["statuary.db"]);
    let copy = Store::new(Engine::Sqlite);
    fs::create_dir(copy.path("data")).expect("a folder");
    fs::copy(store.path("data/statuary.db"), copy.path("data/statuary.db")).expect("a copy");
    copy
}

/// Runs a shell script in which `$S` is the program, in the folder of a store.
fn shell(store: &Store, script: &str) -> Process {
    let direct = store.command(&[]);
    let mut bash = Command::new("bash");
    bash.args(["-c", script]).env("S", direct.get_program()).env("STATUARY_DATA", store.path("data"));
    bash.current_dir(store.path(""));
    Process::start(bash, "")
}

#[test]
fn a_stopped_server_leaves_one_complete_store_file() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let headers = "authorization: Bearer ada\r\ncontent-type: application/json\r\n";
    for _ in 0..20 {
        let answer = send(&server.url, "POST", "/api/v1/status_reports", headers, NEW_REPORT);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert!(store.path("data/statuary.db-wal").metadata().expect("a log").len() > 0);
    server.stop();
    let copy = copied_alone(&store);
    assert_eq!(export(&copy), export(&store));
    let is_report =
        |line: &&str| line.starts_with("{\"kind\":\"status_report\",") && line.contains("On time");
    assert_eq!(export(&copy).lines().filter(is_report).count(), 20);
}

#[rstest]
#[case::an_import(&["import", "-"], 0)]
#[case::an_import_that_fails(&["import", "nowhere.jsonl"], 1)]
#[case::a_person(&["user", "add", "--email", "a@b.example", "--name", "A"], 0)]
#[case::a_person_who_is_there(&["user", "add", "--email", "ada@example.com", "--name", "A", "--account", "415"], 1)]
#[case::a_token(&["token", "add", "--email", "ada@example.com"], 0)]
#[case::a_list(&["token", "list"], 0)]
#[case::a_token_that_is_not_there(&["token", "revoke", "99"], 1)]
#[case::an_application(&["oauth-app", "add", "--name", "A", "--redirect-uri", "https://a.example", "--account", "415"], 0)]
#[case::an_archive(&["export", "all.jsonl"], 0)]
#[case::a_copy(&["backup", "copy.db"], 0)]
#[case::a_check(&["verify"], 0)]
#[case::a_seed(&["seed", "--workspaces", "1", "--reports", "1", "--changes", "1"], 1)]
#[case::an_address_that_is_taken(&["serve", "--listen", "192.0.2.1:9"], 1)]
fn every_command_leaves_one_complete_store_file(#[case] arguments: &[&str], #[case] code: i32) {
    let store = Store::harbor(Engine::Sqlite);
    copied_alone(&store);
    let ended = store.run(arguments, HARBOR);
    assert_eq!(ended.code, Some(code), "{}", ended.err);
    copied_alone(&store).run(&["verify"], "").success();
}

#[test]
fn the_last_process_cleans_up_a_shared_store() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    store.run(&["verify"], "").success();
    server.stop();
    copied_alone(&store).run(&["verify"], "").success();
}

#[rstest]
#[case(&["token", "add", "--email", "a@b.example"])]
#[case(&["token", "list"])]
#[case(&["token", "revoke", "1"])]
#[case(&["oauth-app", "add", "--name", "A", "--redirect-uri", "https://a.example"])]
#[case(&["user", "password", "--email", "a@b.example"])]
#[case(&["export", "-"])]
#[case(&["export", "all.jsonl"])]
#[case(&["backup", "copy.db"])]
#[case(&["verify"])]
fn commands_that_need_a_store_do_not_create_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] arguments: &[&str],
) {
    let store = Store::new(engine);
    let before = names(&store.path(""));
    assert_fails(&store.run(arguments, "a good password\n"), "there is no store");
    assert_eq!(names(&store.path("")), before);
    // Nothing was created in the database either.
    assert_fails(&store.run(&["verify"], ""), "there is no store");
}

#[test]
fn a_file_that_is_not_a_store_is_reported_and_not_changed() {
    let store = Store::new(Engine::Sqlite);
    let data = store.path("data");
    let file = data.join("statuary.db");
    fs::create_dir(&data).expect("a folder");
    let other = store.path("other.db");
    rusqlite::Connection::open(&other)
        .expect("a file")
        .execute_batch("create table notes (id)")
        .expect("SQL");
    let other = fs::read(&other).expect("a file");
    for (content, said) in [
        (&b""[..], "is empty"),
        (b"SQLite", "is not a database"),
        (&b"This is not a database. ".repeat(100), "is not a database"),
        (&other, "is a database of another program"),
    ] {
        fs::write(&file, content).expect("a file");
        for arguments in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["import", "-"],
            &["user", "add", "--email", "a@b.example", "--name", "A"],
            &["token", "list"],
            &["export", "-"],
            &["backup", "copy.db"],
            &["verify"],
        ] {
            assert_fails(&store.run(arguments, HARBOR), said);
        }
        assert_eq!(fs::read(&file).expect("a file"), content);
        assert_eq!(names(&data), ["statuary.db"]);
    }
    assert!(!store.path("copy.db").exists());
}

#[test]
fn a_second_server_on_a_store_is_refused_but_other_commands_work() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    assert_fails(&store.run(&["serve", "--listen", "127.0.0.1:0"], ""), "another `statuary serve` runs");
    store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    store.run(&["import", "-"], HARBOR).success();
    server.stop();
    let killed = store.serve(&[]);
    killed.process.signal("KILL");
    drop(killed);
    store.serve(&[]).stop();
}

#[test]
fn written_files_are_accessible_only_to_their_owner() {
    let store = Store::harbor(Engine::Sqlite);
    let script = "umask 022; set -e
        mkdir -m 755 open; \"$S\" --data open user add --email a@b.example --name A
        \"$S\" --data made/below user add --email a@b.example --name A
        \"$S\" export all.jsonl; \"$S\" backup copy.db
        : > closed.jsonl; chmod 400 closed.jsonl; \"$S\" export closed.jsonl
        : > wide.db; chmod 666 wide.db; \"$S\" backup wide.db; \"$S\" --data restored restore wide.db";
    shell(&store, script).end().success();
    for (name, expected) in [
        ("data", 0o700),
        ("made/below", 0o700),
        ("data/statuary.db", 0o600),
        ("open/statuary.db", 0o600),
        ("restored/statuary.db", 0o600),
        ("all.jsonl", 0o600),
        ("copy.db", 0o600),
        ("closed.jsonl", 0o400),
        ("wide.db", 0o600),
    ] {
        assert_eq!(mode(&store.path(name)), expected, "{name}");
    }
    let mut server = shell(&store, "umask 000; exec \"$S\" --data open serve --listen 127.0.0.1:0");
    assert!(server.line().starts_with("listening: "));
    for name in ["statuary.db", "statuary.db-wal", "statuary.db-shm"] {
        assert_eq!(mode(&store.path("open").join(name)), 0o600, "{name}");
    }
    server.signal("TERM");
    server.end();
}

#[test]
fn an_archive_is_written_through_links_and_to_devices() {
    let store = Store::harbor(Engine::Sqlite);
    fs::create_dir(store.path("there")).expect("a folder");
    for (name, leads_to) in [("there/all", "all.jsonl"), ("again", "there/all"), ("made", "there/new.jsonl")]
    {
        symlink(leads_to, store.path(name)).expect("a link");
    }
    fs::write(store.path("there/all.jsonl"), "earlier").expect("a file");
    for (name, file) in [("again", "there/all.jsonl"), ("made", "there/new.jsonl")] {
        store.run(&["export", name], "").success();
        assert!(store.path(name).symlink_metadata().expect("a link").is_symlink(), "{name}");
        assert_eq!(fs::read_to_string(store.path(file)).expect("an archive"), HARBOR);
    }
    store.run(&["backup", "again"], "").success();
    assert!(fs::read(store.path("there/all.jsonl")).expect("a copy").starts_with(b"SQLite format 3\0"));

    let written = shell(
        &store,
        "set -e; mkfifo pipe; \"$S\" export pipe & cat pipe > from-pipe; wait $!; test -p pipe
        \"$S\" export >(cat > from-process; : > done); until [ -e done ]; do :; done
        \"$S\" export /dev/fd/3 3> from-fd
        (echo first; \"$S\" export /dev/stdout) > from-stdout
        \"$S\" export - > from-standard
        \"$S\" export /dev/null; test -c /dev/null
        \"$S\" export - | cat > from-cat
        \"$S\" export ./-",
    );
    written.end().success();
    for name in ["from-pipe", "from-process", "from-fd", "from-standard", "from-cat", "-"] {
        assert_eq!(fs::read_to_string(store.path(name)).expect("an archive"), HARBOR, "{name}");
    }
    let from_stdout = fs::read_to_string(store.path("from-stdout")).expect("an archive");
    assert_eq!(from_stdout, format!("first\n{HARBOR}"));

    fs::remove_file(store.path("-")).expect("a file");
    let before = names(&store.path(""));
    for (target, said) in [
        ("-", "not to standard output"),
        ("pipe", "pipe is a pipe"),
        ("/dev/null", "/dev/null is a device"),
        ("/dev/stdout", "/dev/stdout is a pipe"),
        ("there", "it is a directory"),
        ("nowhere/copy.db", "cannot write nowhere/copy.db"),
    ] {
        assert_fails(&store.run(&["backup", target], ""), said);
    }
    assert_eq!(names(&store.path("")), before);
}

#[rstest]
fn a_stalled_reader_holds_no_snapshot(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::new(engine);
    store.run(&["seed", "--workspaces", "20", "--reports", "2000", "--changes", "100"], "").success();
    let archive = export(&store);
    // More than a pipe holds, so that the command waits for its reader.
    assert!(archive.len() > 1 << 17, "{}", archive.len());
    let mut command = store.command(&["export", "-"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut stalled = command.spawn().expect("an export");
    let mut out = stalled.stdout.take().expect("piped");
    // The first byte arrives after the snapshot is complete.
    let mut first = [0];
    out.read_exact(&mut first).expect("a byte");
    store.run(&["user", "add", "--email", "late@b.example", "--name", "Late"], "").success();
    if engine == Engine::Sqlite {
        // The export has not ended, and does not block others.
        let log = rusqlite::Connection::open(store.path("data/statuary.db")).expect("a store");
        let row: (i64, i64, i64) = log
            .query_row("pragma wal_checkpoint(truncate)", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .expect("a checkpoint");
        assert_eq!(row, (0, 0, 0));
    }
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("an archive");
    assert!(stalled.wait().expect("an end").success());
    assert_eq!(format!("{}{rest}", char::from(first[0])), archive);
    if engine == Engine::Sqlite {
        copied_alone(&store).run(&["verify"], "").success();
    }
}

#[test]
fn a_closed_pipe_ends_a_command_with_1_and_no_panic() {
    let store = Store::new(Engine::Sqlite);
    store.run(&["seed", "--workspaces", "20", "--reports", "2000", "--changes", "100"], "").success();
    let script =
        "for command in 'export -' 'token list' 'verify' 'completions bash' 'openapi native' 'doctor'; do
        \"$S\" $command 2> err | true; code=${PIPESTATUS[0]}
        grep -q panicked err && exit 9; case $code in 0|1) ;; *) exit $code;; esac
        \"$S\" $command 2>&1 | true; case ${PIPESTATUS[0]} in 0|1) ;; *) exit 8;; esac
    done; \"$S\" export - 2> err | head -1; exit ${PIPESTATUS[0]}";
    let ended = shell(&store, script).end();
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), HEADER), "{}", ended.err);
    let said = fs::read_to_string(store.path("err")).expect("a file");
    assert!(
        said.starts_with("statuary: cannot write standard output: ") && said.lines().count() == 1,
        "{said}"
    );
}

#[test]
fn a_read_only_copy_can_be_read() {
    let store = Store::harbor(Engine::Sqlite);
    let script = "set -e; chmod 755 .; chmod 555 data; chmod 444 data/statuary.db
        run() { if [ $(id -u) = 0 ]; then setpriv --reuid=65534 --clear-groups \"$S\" \"$@\"; else \"$S\" \"$@\"; fi; }
        run export - > all.jsonl; run verify > /dev/null; run token list > /dev/null; ls data
        ! run token add --email ada@example.com 2> err; cat err
        chmod 755 data";
    let ended = shell(&store, script).end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    assert_eq!(fs::read_to_string(store.path("all.jsonl")).expect("an archive"), HARBOR);
    let (listed, said) = ended.out.split_once('\n').expect("two lines");
    assert_eq!(listed, "statuary.db");
    assert!(said.contains("cannot be written") && said.lines().count() == 1, "{said}");
}
