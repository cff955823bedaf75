//! Archives, and synthetic data.

use rstest::rstest;

use super::client::{HEADER, assert_fails, counts, export, get, records};
use crate::support::{Engine, HARBOR, Store};

#[rstest]
fn an_archive_is_byte_identical_after_export_and_import_on_the_other_engine(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let there = match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    };
    let (first, second, third) = (Store::new(engine), Store::new(there), Store::new(engine));
    first.run(&["seed", "--workspaces", "7", "--reports", "1500", "--changes", "40"], "").success();
    // The kinds that synthetic data does not have.
    let references = "\
        {\"kind\":\"external_reference\",\"id\":5,\"subject_type\":\"StatusReport\",\"subject_id\":9,\
        \"service_name\":\"jira\",\"service_model\":\"Issue\",\"service_model_ref\":\"Ä-1 \\\"x\\\"\",\
        \"locked\":false,\"created_at\":\"2026-02-09T17:20:41.000001Z\",\"updated_at\":\"2026-02-09T18:20:41+01:00\"}\n";
    first.run(&["import", "-"], &format!("{HEADER}{references}")).success();

    let original = export(&first);
    let file = first.path("all.jsonl");
    let name = file.to_str().expect("UTF-8");
    assert_eq!(first.run(&["export", name], "").success(), "");
    assert_eq!(std::fs::read_to_string(&file).expect("an archive"), original);
    second.run(&["import", name], "").success();
    assert_eq!(export(&second), original);
    third.run(&["import", "-"], &export(&second)).success();
    assert_eq!(export(&third), original);
}

#[rstest]
fn importing_the_same_archive_again_changes_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let lines = HARBOR.lines().count() - 1;
    let first = counts(&store.run(&["import", "-"], HARBOR).success());
    assert_eq!(first["unchanged"], 0);
    assert_eq!(first.values().sum::<usize>(), lines);
    assert_eq!((first["account"], first["status_report"], first["external_reference"]), (2, 3, 2));
    assert_eq!(export(&store), HARBOR);

    let again = store.run(&["import", "-"], HARBOR).success();
    assert_eq!(again, format!("unchanged: {lines}\n"));
    assert_eq!(export(&store), HARBOR);
}

#[rstest]
#[case::no_json("{\"kind\":\"account\"", "EOF")]
#[case::an_unknown_kind("{\"kind\":\"statue\",\"id\":1}", "statue")]
#[case::an_unknown_field("{\"kind\":\"account\",\"id\":2,\"name\":\"A\",\"colour\":\"red\"}", "colour")]
#[case::a_missing_field("{\"kind\":\"account\",\"id\":2}", "name")]
#[case::an_id_that_is_none("{\"kind\":\"account\",\"id\":0,\"name\":\"A\"}", "id")]
#[case::an_id_given_twice("{\"kind\":\"account\",\"id\":1,\"name\":\"B\"}", "1")]
#[case::what_does_not_stand_above_it(
    "{\"kind\":\"user\",\"id\":2,\"account_id\":9,\"full_name\":\"A\",\"email_address\":\"a@b.example\"}",
    "account 9"
)]
#[case::an_address_taken_in_the_account(
    "{\"kind\":\"user\",\"id\":2,\"account_id\":1,\"full_name\":\"A\",\"email_address\":\"TAKEN@b.example\"}",
    "e-mail"
)]
fn an_invalid_line_is_reported_and_nothing_is_imported(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] wrong: &str,
    #[case] reason: &str,
) {
    let good = "{\"kind\":\"account\",\"id\":1,\"name\":\"A\"}\n\
        {\"kind\":\"user\",\"id\":1,\"account_id\":1,\"full_name\":\"A\",\"email_address\":\"taken@b.example\"}\n\n";
    let store = Store::new(engine);
    let of_the_same_kind =
        "{\"kind\":\"user\",\"id\":-1,\"account_id\":1,\"full_name\":\" \",\"email_address\":\"\"}";
    for after in ["", "{}\n", of_the_same_kind] {
        let ended = store.run(&["import", "-"], &format!("{HEADER}{good}{wrong}\n{after}"));
        assert_fails(&ended, "line 5: ");
        assert!(ended.err.contains(reason), "{}", ended.err);
        assert_eq!(export(&store), HEADER);
    }
}

#[rstest]
#[case::nothing("")]
#[case::no_header("{\"kind\":\"account\",\"id\":1,\"name\":\"A\"}\n")]
#[case::a_later_version("{\"kind\":\"statuary_archive\",\"version\":2}\n")]
fn a_file_without_an_archive_header_is_refused_at_its_first_line(#[case] text: &str) {
    let store = Store::new(Engine::Sqlite);
    assert_fails(&store.run(&["import", "-"], text), "line 1: ");
    assert_eq!(export(&store), HEADER);
}

#[rstest]
fn a_large_archive_is_imported_completely_or_not_at_all(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let source = Store::new(Engine::Sqlite);
    source.run(&["seed", "--workspaces", "50", "--reports", "16000", "--changes", "4000"], "").success();
    let archive = export(&source);
    let store = Store::new(engine);

    let mut lines: Vec<&str> = archive.lines().collect();
    let at = lines.len() - 2;
    let wrong = lines[at].replace("\"to_status_key\":", "\"to_status_key\":9");
    lines[at] = &wrong;
    let ended = store.run(&["import", "-"], &(lines.join("\n") + "\n"));
    assert_fails(&ended, &format!("line {}: ", at + 1));
    assert_eq!(export(&store), HEADER);

    let counts = counts(&store.run(&["import", "-"], &archive).success());
    assert_eq!((counts["workspace"], counts["status_report"]), (50, 16000));
    assert_eq!((counts["workspace_status_change"], counts["unchanged"]), (4000, 0));
    assert_eq!(counts.values().sum::<usize>(), archive.lines().count() - 1);
}

#[rstest]
fn the_same_seed_creates_the_same_store_and_a_working_token(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let seed = |number: &str| {
        let store = Store::new(engine);
        let size = ["seed", "--workspaces", "3", "--reports", "30", "--changes", "20", "--seed", number];
        let token = store.run(&size, "").success();
        (export(&store), token.strip_prefix("token: ").expect("a token").trim().to_owned(), store)
    };
    let (one, token, store) = seed("7");
    assert_eq!(seed("7").0, one);
    assert_ne!(seed("8").0, one);
    let numbers = ["account", "workspace", "status_report", "workspace_status_change"]
        .map(|kind| records(&one, kind).len());
    assert_eq!(numbers, [1, 3, 30, 20]);
    assert_eq!(records(&one, "account")[0]["id"], 1);

    let server = store.serve(&[]);
    let reports = get(&server.url, "/api/v1/status_reports", Some(&token)).json();
    assert_eq!(reports["count"], 30);
    server.stop();
}

#[test]
fn a_failed_export_leaves_no_partial_file() {
    let store = Store::harbor(Engine::Sqlite);
    let here = store.path("archives");
    std::fs::create_dir_all(here.join("taken.jsonl")).expect("a directory");
    let name = here.join("taken.jsonl").display().to_string();
    assert_fails(&store.run(&["export", &name], ""), "taken.jsonl");
    assert_eq!(std::fs::read_dir(here).expect("a directory").count(), 1);
}
