//! Backups of both engines: restored into either, encrypted, checked, and made by the schedule of a server.

use std::fs;
use std::path::Path;
use std::process::Command;

use rstest::rstest;

use super::client::{assert_fails, export, get, send};
use super::verify::execute_sql;
use crate::support::log::wait_for_log;
use crate::support::{Ended, Engine, Process, Server, Store};

/// A run of a program that is not the server's.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Ended {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    Process::start(command, "").end()
}

/// The heads that `verify` prints, which are the ends of the event chains.
#[track_caller]
fn heads(store: &Store) -> Vec<String> {
    let printed = store.run(&["verify"], "").success();
    printed.lines().filter(|line| line.starts_with("head of account ")).map(str::to_owned).collect()
}

#[rstest]
fn a_backup_of_either_engine_is_restored_into_either(
    #[values(Engine::Sqlite, Engine::Postgres)] from: Engine,
    #[values(Engine::Sqlite, Engine::Postgres)] into: Engine,
) {
    let (store, other) = (Store::harbor(from), Store::new(into));
    // Ids that were given and are gone are not given again.
    let token = store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    let server = store.serve(&[]);
    let file = store.path("copy.db").display().to_string();
    let printed = store.run(&["backup", &file], "").success();
    // Written after the snapshot.
    store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    assert_eq!(other.run(&["restore", &file], "").success(), "");
    let kept: Vec<_> = printed.lines().map(|line| line.strip_prefix("head: ").expect("a head")).collect();
    assert_eq!(kept.len(), 2);
    for head in &kept {
        other.run(&["verify", "--head", head], "").success();
    }
    let expected: Vec<_> = kept
        .iter()
        .map(|head| format!("head of account {}", head.replace(':', " ").replacen(' ', ": ", 1)))
        .collect();
    assert_eq!(heads(&other), expected);
    assert!(heads(&store) != expected, "the store has a later event");
    assert_fails(&other.run(&["restore", &file], ""), "there is a store ");
    server.stop();

    // It is a store of its engine like any other: it serves, searches, writes and gives new ids.
    let restored = other.serve(&[]);
    assert_eq!(get(&restored.url, "/api/v1/users/me", Some(token.trim())).status, 200);
    let found = get(&restored.url, "/api/statuary/v1/status_reports?search=crane", Some("ada"));
    let original = {
        let server = store.serve(&[]);
        let found = get(&server.url, "/api/statuary/v1/status_reports?search=crane", Some("ada")).json();
        server.stop();
        found
    };
    assert_eq!(found.json()["items"], original["items"]);
    let headers = "authorization: Bearer ada\r\ncontent-type: application/json\r\n";
    let body = "{\"color\":\"green\",\"description\":\"After the restore\"}";
    let path = "/api/statuary/v1/workspaces/53760/status_reports";
    let written = send(&restored.url, "POST", path, headers, body);
    assert_eq!(written.status, 201, "{}", written.body);
    restored.stop();
    other.run(&["verify"], "").success();
    let archived = export(&store);
    let without = |text: &str| {
        text.lines().filter(|line| !line.contains("\"token\"")).map(str::to_owned).collect::<Vec<_>>()
    };
    let (before, after) = (without(&archived), without(&export(&other)));
    assert!(before.iter().all(|line| after.contains(line)), "{before:?}\n{after:?}");
    let reports =
        |lines: &[String]| lines.iter().filter(|line| line.contains("\"kind\":\"status_report\",")).count();
    assert_eq!(reports(&after), reports(&before) + 1);
}

#[test]
fn a_restore_into_a_database_leaves_all_or_nothing() {
    let (store, other) = (Store::harbor(Engine::Sqlite), Store::new(Engine::Postgres));
    store.run(&["backup", "copy.db"], "").success();
    let file = store.path("copy.db").display().to_string();
    // A text that PostgreSQL cannot keep.
    let damaged = store.path("damaged.db");
    fs::copy(&file, &damaged).expect("a copy");
    let sql = "update users set headline = 'a' || char(0) || 'b' where id = (select max(id) from users)";
    rusqlite::Connection::open(&damaged).expect("a file").execute_batch(sql).expect("SQL");
    let damaged = damaged.display().to_string();
    let ended = other.run(&["restore", "--with-findings", &damaged], "");
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.err.contains("was not restored"), "{}", ended.err);
    assert_fails(&other.run(&["verify"], ""), "there is no store");
    other.run(&["restore", &file], "").success();
    assert_eq!(export(&other), export(&store));
}

#[rstest]
fn a_check_says_in_one_line_whether_a_backup_is_sound(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    store.run(&["backup", "copy.db"], "").success();
    let scratch = store.path("scratch");
    fs::create_dir(&scratch).expect("a folder");
    let check = |file: &str| {
        let mut command = store.command(&["restore", "--check", file]);
        command.env("TMPDIR", &scratch);
        let ended = Process::start(command, "").end();
        assert_eq!(fs::read_dir(&scratch).expect("a folder").count(), 0, "the scratch store is deleted");
        ended
    };
    let said = check("copy.db").success();
    assert!(
        said.starts_with("copy.db is sound: made at ") && said.ends_with("; accounts: 2, events: 37\n"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1);
    let changed = |name: &str, sql: &str| {
        fs::copy(store.path("copy.db"), store.path(name)).expect("a copy");
        rusqlite::Connection::open(store.path(name)).expect("a file").execute_batch(sql).expect("SQL");
    };
    changed("event.db", "update events set surface = 'pages' where account_id = 415 and sequence = 3");
    changed("head.db", "update backup_note set text = replace(text, '\"415:', '\"416:')");
    changed("note.db", "update backup_note set text = '{'");
    fs::write(store.path("short.db"), &fs::read(store.path("copy.db")).expect("a copy")[..20_000])
        .expect("a file");
    for (name, said) in [
        ("event.db", "event 3: it was changed"),
        ("head.db", "the head that the backup recorded, 416:"),
        ("note.db", "its record cannot be read"),
        ("short.db", "short.db is not sound: "),
        ("nowhere.db", "nowhere.db is not sound: "),
    ] {
        assert_fails(&check(name), said);
    }
    // A backup of an earlier version has no record.
    changed("earlier.db", "drop table backup_note");
    assert!(check("earlier.db").success().contains("made by an earlier version"));
}

#[test]
fn a_backup_that_was_copied_into_its_place_can_be_backed_up() {
    let (store, other) = (Store::harbor(Engine::Sqlite), Store::new(Engine::Sqlite));
    store.run(&["backup", "copy.db"], "").success();
    fs::create_dir(other.path("data")).expect("a folder");
    fs::copy(store.path("copy.db"), other.path("data/statuary.db")).expect("a store");
    other.run(&["token", "add", "--email", "ada@example.com"], "").success();
    other.run(&["backup", "again.db"], "").success();
    let said = other.run(&["restore", "--check", "again.db"], "").success();
    assert!(said.contains(" is sound: ") && said.ends_with("events: 38\n"), "{said}");
}

/// The key pair of a file that `age-keygen` writes.
fn key(folder: &Path, name: &str) -> String {
    run("age-keygen", &["-o", name], folder).success();
    let text = fs::read_to_string(folder.join(name)).expect("a key");
    let line = text.lines().find_map(|line| line.strip_prefix("# public key: "));
    line.expect("a public key").to_owned()
}

#[rstest]
fn an_encrypted_backup_is_opened_by_its_key_alone_and_by_age(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (store, other) = (Store::harbor(engine), Store::new(engine));
    let folder = store.path("");
    let (recipient, _) = (key(&folder, "own.key"), key(&folder, "other.key"));
    let printed = store.run(&["backup", "--recipient", &recipient, "copy.db.age"], "").success();
    assert_eq!(printed.lines().count(), 2);
    let sealed = fs::read(store.path("copy.db.age")).expect("a backup");
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    assert!(!sealed.windows(16).any(|part| part == b"SQLite format 3\0"));
    let left: Vec<_> =
        fs::read_dir(if engine == Engine::Sqlite { store.path("data") } else { folder.clone() })
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .filter(|name| name.contains("backup.") || name.contains("partial"))
            .collect();
    assert!(left.is_empty(), "{left:?}");

    let file = store.path("copy.db.age").display().to_string();
    let identity = |name: &str| store.path(name).display().to_string();
    let (own, wrong) = (identity("own.key"), identity("other.key"));
    assert_fails(&other.run(&["restore", &file], ""), "name the file of the private key with --identity");
    assert_fails(&other.run(&["restore", "--identity", &wrong, &file], ""), "encrypted to another key");
    assert_fails(&other.run(&["restore", "--identity", &file, &file], ""), "is not a file of private keys");
    store.run(&["restore", "--check", "--identity", "own.key", "copy.db.age"], "").success();
    // A single changed byte is found.
    let mut changed = sealed.clone();
    let last = changed.len() - 100;
    changed[last] ^= 1;
    fs::write(store.path("changed.age"), &changed).expect("a file");
    fs::write(store.path("cut.age"), &sealed[..sealed.len() - 70_000]).expect("a file");
    for name in ["changed.age", "cut.age"] {
        let ended = store.run(&["restore", "--check", "--identity", "own.key", name], "");
        assert_fails(&ended, "is not sound: ");
    }
    other.run(&["restore", "--identity", &own, &file], "").success();
    assert_eq!(heads(&other), heads(&store));

    // The command `age` opens it, and what that command encrypts is restored.
    run("age", &["--decrypt", "-i", "own.key", "-o", "plain.db", "copy.db.age"], &folder).success();
    store.run(&["restore", "--check", "plain.db"], "").success();
    run("age", &["--encrypt", "-r", &recipient, "-o", "theirs.age", "plain.db"], &folder).success();
    store.run(&["restore", "--check", "--identity", "own.key", "theirs.age"], "").success();

    for (wrong, said) in
        [("age1abc", "not a public key of age"), ("AGE-SECRET-KEY-1ABC", "it is a private key")]
    {
        let ended = store.run(&["backup", "--recipient", wrong, "x.age"], "");
        assert_eq!(ended.code, Some(2));
        assert!(ended.err.contains(said), "{}", ended.err);
    }
}

/// A server whose schedule makes backups in the folder `backups` of the test.
fn serve(store: &Store, more: &[(&str, &str)]) -> Server {
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0", "--clock", "2026-02-04T03:00:00Z"]);
    command.env("STATUARY_BACKUP_DIR", store.path("backups")).envs(more.iter().copied());
    Server::start(command)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

fn advance(server: &Server, seconds: u32) {
    let headers = "authorization: Bearer root\r\ncontent-type: application/json\r\n";
    let body = format!("{{\"advance\":{seconds}}}");
    let answer = send(&server.url, "PUT", "/api/statuary/v1/clock", headers, &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[rstest]
fn a_server_makes_a_backup_each_day_and_keeps_the_last_ones(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let folder = store.path("backups");
    let recipient = key(&store.path(""), "own.key");
    let settings = [("STATUARY_BACKUP_KEEP", "2"), ("STATUARY_BACKUP_RECIPIENT", recipient.as_str())];
    let mut server = serve(&store, &settings);
    // It was off when the backup was due, and makes up for it.
    wait_for_log(&mut server, "a backup was made");
    assert_eq!(names(&folder), ["statuary-2026-02-04T020000Z.db.age"]);
    // Files of others stay.
    fs::write(folder.join("statuary-before-upgrade.db"), "mine").expect("a file");
    advance(&server, 3_600);
    let figures = get(&server.url, "/metrics", None).body;
    assert!(figures.contains("\nstatuary_backup_age_seconds 3600\n"), "{figures}");
    assert!(figures.contains("\nstatuary_backup_failures_total 0\n"), "{figures}");
    for _ in 0..2 {
        advance(&server, 86_400);
        wait_for_log(&mut server, "a backup was made");
    }
    let kept = [
        "statuary-2026-02-05T020000Z.db.age",
        "statuary-2026-02-06T020000Z.db.age",
        "statuary-before-upgrade.db",
    ];
    assert_eq!(names(&folder), kept);
    let newest = folder.join(kept[1]).display().to_string();
    server.stop();
    store.run(&["restore", "--check", "--identity", "own.key", &newest], "").success();
    store.run(&["verify"], "").success();

    // A folder that cannot be written to: said, counted, and no reason to stop.
    let blocked = store.path("blocked");
    fs::write(&blocked, "a file").expect("a file");
    let shown = blocked.display().to_string();
    let mut server = serve(&store, &[("STATUARY_BACKUP_DIR", shown.as_str())]);
    advance(&server, 4 * 86_400);
    wait_for_log(&mut server, "the backup was not made");
    let figures = get(&server.url, "/metrics", None).body;
    assert!(figures.contains("\nstatuary_backup_failures_total 1\n"), "{figures}");
    assert!(figures.contains("\nstatuary_backup_age_seconds 169200\n"), "{figures}");
    server.stop();
}

#[test]
fn settings_of_the_schedule_are_checked_at_the_start() {
    let store = Store::new(Engine::Sqlite);
    for (variables, said) in [
        (&[("STATUARY_BACKUP_KEEP", "3")][..], "STATUARY_BACKUP_KEEP needs the folder"),
        (&[("STATUARY_BACKUP_RECIPIENT", "age1x")], "STATUARY_BACKUP_RECIPIENT needs the folder"),
        (
            &[("STATUARY_BACKUP_DIR", "b"), ("STATUARY_BACKUP_RECIPIENT", "age1x")],
            "STATUARY_BACKUP_RECIPIENT: ",
        ),
    ] {
        let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied());
        assert_fails(&Process::start(command, "").end(), said);
    }
    for (name, value) in [("STATUARY_BACKUP_AT", "25:00"), ("STATUARY_BACKUP_KEEP", "0")] {
        let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("STATUARY_BACKUP_DIR", "b").env(name, value);
        let ended = Process::start(command, "").end();
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        assert!(ended.err.contains(name), "{}", ended.err);
    }
    assert!(!store.path("data").exists());
}

/// The last migration before the one that [`take_back`] undoes.
const BEFORE: u32 = 48;

/// Makes a store one of an earlier schema.
fn take_back(store: &Store) {
    execute_sql(store, "drop table factors; drop table recovery_codes");
    for (table, column) in [
        ("accounts", "requires_factor"),
        ("sessions", "awaits"),
        ("sessions", "is_proven"),
        ("sessions", "challenge"),
    ] {
        execute_sql(store, &format!("alter table {table} drop column {column}"));
    }
    execute_sql(store, &format!("delete from schema_migrations where number > {BEFORE}"));
}

#[test]
fn a_copy_is_kept_before_a_store_is_migrated() {
    let store = Store::harbor(Engine::Sqlite);
    let (archive, kept) = (export(&store), store.path("data/statuary.db.before-migration"));
    assert!(!kept.exists(), "a new store is not migrated");
    take_back(&store);
    // Where the copy cannot be kept, the store stays as it is.
    fs::create_dir(&kept).expect("a folder");
    assert_fails(&store.run(&["serve", "--listen", "127.0.0.1:0"], ""), "the store is not migrated");
    fs::remove_dir(&kept).expect("a folder");
    assert_fails(&store.run(&["verify"], ""), "another version of statuary created the store");
    store.serve(&[]).stop();
    store.run(&["verify"], "").success();
    assert_eq!(export(&store), archive);
    // The copy is the store of before, and can be restored like a backup.
    let copy = Store::new(Engine::Sqlite);
    fs::create_dir(copy.path("data")).expect("a folder");
    fs::copy(&kept, copy.path("data/statuary.db")).expect("a copy");
    assert_fails(&copy.run(&["verify"], ""), "another version of statuary created the store");
    let other = Store::new(Engine::Sqlite);
    other.run(&["restore", kept.to_str().expect("UTF-8")], "").success();
    assert_eq!(export(&other), archive);
}

#[rstest]
fn an_interrupted_migration_is_repeated(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let archive = export(&store);
    take_back(&store);
    // A column in the way: the migration fails in its middle, and leaves nothing behind.
    execute_sql(&store, "alter table sessions add column awaits text");
    for _ in 0..2 {
        let ended = store.run(&["serve", "--listen", "127.0.0.1:0"], "");
        assert_fails(&ended, "awaits");
    }
    assert_fails(&store.run(&["verify"], ""), "another version of statuary created the store");
    execute_sql(&store, "alter table sessions drop column awaits");
    store.serve(&[]).stop();
    store.run(&["verify"], "").success();
    assert_eq!(export(&store), archive);
}
