//! `statuary verify`, and the script that checks its proofs independently.

use rstest::rstest;

use super::client::{assert_fails, export};
use crate::support::{Ended, Engine, Process, Store, root};

/// Changes a store by SQL, without the program.
pub fn execute_sql(store: &Store, sql: &str) {
    let Some(url) = store.database_url() else {
        let path = store.path("data/statuary.db");
        rusqlite::Connection::open(path).expect("a file").execute_batch(sql).expect("SQL");
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) =
            tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("a server");
        tokio::spawn(connection);
        client.batch_execute(sql).await.expect("SQL");
    });
}

/// The head of an account, as the command prints it.
fn head(printed: &str, account: i64) -> String {
    let line = printed.lines().find_map(|line| line.strip_prefix(&format!("head of account {account}: ")));
    line.and_then(|line| line.split_once(' ')).expect("a head").1.to_owned()
}

fn checked(proof: &str, head: &str) -> Ended {
    let mut python = std::process::Command::new("python3");
    python.arg(root().join("docs/verify_proof.py")).args(["-", head]);
    Process::start(python, proof).end()
}

#[rstest]
fn a_store_verifies_while_a_server_runs_and_manual_changes_are_found(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let printed = store.run(&["verify"], "").success();
    for line in ["account: 2", "user: 4", "status_report: 3", "session: 0"] {
        assert!(printed.lines().any(|printed| printed == line), "{line}: {printed}");
    }
    assert_eq!(head(&printed, 415).len(), 64);
    server.stop();

    execute_sql(&store, "update events set surface = 'pages' where account_id = 415 and sequence = 3");
    let ended = store.run(&["verify"], "");
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.out, "account 415, event 3: it was changed\n");
    assert_eq!(ended.err, "statuary: the store is not whole: 1 finding\n");
}

#[rstest]
fn demo_and_seed_stores_verify(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let seeded = Store::new(engine);
    seeded.run(&["seed", "--workspaces", "7", "--reports", "900", "--changes", "300"], "").success();
    let printed = seeded.run(&["verify"], "").success();
    assert!(printed.contains("status_report: 900\n"), "{printed}");
    let demo = Store::new(engine);
    demo.serve(&["--demo"]).process.signal("KILL");
    demo.run(&["verify"], "").success();
}

#[rstest]
fn a_missing_store_is_not_created() {
    let store = Store::new(Engine::Sqlite);
    assert_fails(&store.run(&["verify"], ""), "there is no store at ");
    assert!(!store.path("data").exists());
}

#[rstest]
fn a_proof_is_verified_by_an_independent_script(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let head = head(&store.run(&["verify"], "").success(), 415);
    let proof = store.run(&["verify", "--proof", "415:3"], "").success();
    let said = checked(&proof, &head).success();
    assert!(said.starts_with("yes: event 3 of account 415 is in the log, and "), "{said}");

    let changed = proof.replacen("command_line", "pages", 1);
    assert_ne!(changed, proof);
    let other = "00".repeat(32);
    for (proof, head, reason) in [
        (changed.as_str(), head.as_str(), "no: it does not lead to that head"),
        (proof.as_str(), other.as_str(), "no: it does not lead to that head"),
        (&proof.replacen("\"sequence\":3", "\"sequence\":4", 1), &head, "no: the event is another"),
        ("{}", &head, "no: this is no proof"),
    ] {
        let ended = checked(proof, head);
        assert_eq!(ended.code, Some(1), "{}", ended.out);
        assert!(ended.err.starts_with(reason), "{}", ended.err);
    }
    assert_fails(&store.run(&["verify", "--proof", "3"], ""), "there are several accounts");
    assert_fails(&store.run(&["verify", "--proof", "415:900000"], ""), "account 415 has no event 900000");
}

#[rstest]
fn a_backup_of_a_running_server_is_restored_with_its_log() {
    let (store, other) = (Store::harbor(Engine::Sqlite), Store::new(Engine::Sqlite));
    let server = store.serve(&[]);
    let file = store.path("copy.db").display().to_string();
    store.run(&["backup", &file], "").success();
    // The file of an earlier backup is replaced.
    store.run(&["backup", &file], "").success();
    assert_eq!(other.run(&["restore", &file], "").success(), "");
    assert_eq!(other.run(&["verify"], "").success(), store.run(&["verify"], "").success());
    assert_eq!(export(&other), export(&store));
    assert_fails(&other.run(&["restore", &file], ""), "there is a store at ");
    server.stop();
}

#[test]
fn a_saved_head_reveals_a_copy_without_the_last_events() {
    let store = Store::harbor(Engine::Sqlite);
    let earlier = store.run(&["backup", "earlier.db"], "").success();
    let heads = |printed: &str| -> Vec<String> {
        printed.lines().map(|line| line.strip_prefix("head: ").expect("a head").to_owned()).collect()
    };
    store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    let later = store.run(&["backup", "later.db"], "").success();
    let (earlier, later) = (heads(&earlier), heads(&later));
    assert_eq!((earlier.len(), later.len()), (2, 2));
    let verify = |data: &str, heads: &[String]| {
        let heads = heads.iter().flat_map(|head| ["--head", head.as_str()]);
        store.run(&["verify", "--data", data].into_iter().chain(heads).collect::<Vec<_>>(), "")
    };
    for (file, data) in [("earlier.db", "earlier"), ("later.db", "later")] {
        store.run(&["--data", data, "restore", file], "").success();
    }
    verify("earlier", &earlier).success();
    verify("later", &earlier).success();
    verify("later", &later).success();
    let lacking = verify("earlier", &later);
    assert_eq!(lacking.code, Some(1));
    assert_eq!(lacking.out, "account 415: the log ends with event 18, before the kept head 19\n");
    let other = later
        .iter()
        .map(|head| format!("{}{}", &head[..head.len() - 64], "0".repeat(64)))
        .collect::<Vec<_>>();
    let ended = verify("later", &other);
    assert_eq!((ended.code, ended.out.matches("this is another log").count()), (Some(1), 2), "{}", ended.out);
    let nobody = verify("later", &[format!("9:1:{}", "0".repeat(64))]);
    assert!(nobody.out.starts_with("account 9: it is not there"), "{}", nobody.out);
    for wrong in ["415:18", "415:18:abc", "415:0:00", "a:b:c"] {
        assert_eq!(store.run(&["verify", "--head", wrong], "").code, Some(2), "{wrong}");
    }
}

#[test]
fn a_head_is_compared_on_postgresql() {
    let store = Store::harbor(Engine::Postgres);
    let hash = head(&store.run(&["verify"], "").success(), 415);
    store.run(&["verify", "--head", &format!("415:18:{hash}")], "").success();
    store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    store.run(&["verify", "--head", &format!("415:18:{hash}")], "").success();
    assert_eq!(store.run(&["verify", "--head", &format!("415:20:{hash}")], "").code, Some(1));
}

#[test]
fn a_restore_beside_leftovers_of_another_store_is_refused() {
    let store = Store::harbor(Engine::Sqlite);
    store.run(&["backup", "copy.db"], "").success();
    for left in ["statuary.db-wal", "statuary.db-shm", "statuary.db-journal"] {
        let folder = store.path(left);
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join(left), "of another store").expect("a file");
        assert_fails(&store.run(&["--data", left, "restore", "copy.db"], ""), left);
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1);
        std::fs::remove_file(folder.join(left)).expect("a file");
        store.run(&["--data", left, "restore", "copy.db"], "").success();
        store.run(&["--data", left, "verify"], "").success();
    }
}

#[test]
fn an_incomplete_copy_is_not_restored_and_leaves_no_files() {
    let store = Store::harbor(Engine::Sqlite);
    store.run(&["backup", "copy.db"], "").success();
    let copy = std::fs::read(store.path("copy.db")).expect("a copy");
    let write = |name: &str, content: &[u8]| std::fs::write(store.path(name), content).expect("a file");
    write("empty.db", b"");
    write("truncated.db", &copy[..copy.len() / 2]);
    write("short.db", &copy[..50]);
    let mut damaged = copy.clone();
    damaged[8192..12288].fill(0xA5);
    write("damaged.db", &damaged);
    write("logged.db", &copy);
    write("logged.db-wal", b"what is not in the file yet");
    let changed = |name: &str, sql: &str| {
        write(name, &copy);
        rusqlite::Connection::open(store.path(name)).expect("a file").execute_batch(sql).expect("SQL");
    };
    changed("newer.db", "insert into schema_migrations values (1000, 'x')");
    changed("other.db", "alter table schema_migrations rename to other_notes");
    changed("found.db", "update events set surface = 'pages' where account_id = 415 and sequence = 3");
    for (name, said) in [
        ("empty.db", "is empty"),
        ("truncated.db", "was not restored"),
        ("short.db", "was not restored"),
        ("damaged.db", "was not restored"),
        ("logged.db", "logged.db-wal belongs to it"),
        ("newer.db", "newer version"),
        ("other.db", "another program"),
        ("found.db", "event 3: it was changed"),
        ("nowhere.db", "nowhere.db"),
        ("data", "it is a directory"),
    ] {
        assert_fails(&store.run(&["--data", "deep/new", "restore", name], ""), said);
        assert!(!store.path("deep").exists(), "{name}");
    }
    // A damaged backup can be restored on request.
    store.run(&["--data", "deep/new", "restore", "--with-findings", "found.db"], "").success();
    assert_eq!(store.run(&["--data", "deep/new", "verify"], "").code, Some(1));
    let piped = std::process::Command::new("sh");
    let mut piped = piped;
    let program = store.command(&[]).get_program().to_owned();
    piped.args(["-c", "\"$0\" --data piped restore - < copy.db"]).arg(program).current_dir(store.path(""));
    Process::start(piped, "").end().success();
    store.run(&["--data", "piped", "verify"], "").success();
}

#[rstest]
fn a_file_that_is_not_a_backup_is_not_restored() {
    let store = Store::new(Engine::Sqlite);
    let file = store.path("copy.db");
    std::fs::write(&file, "This is not a database. ".repeat(100)).expect("a file");
    assert_fails(&store.run(&["restore", file.to_str().expect("UTF-8")], ""), "was not restored");
    assert!(!store.path("data").exists());
    assert_fails(&store.run(&["backup", "there.db"], ""), "there is no store at ");
}
