//! Verification of stores with and without manual changes, on both engines.

use macros::both_engines;
use serde_json::{Value, json};

use super::whole::verified;
use super::{Engine, TestApp};
use domain::error::Result;
use domain::events;
use domain::ids::AccountId;
use domain::verify::proof;
use domain::verify::store::references::REFERENCES;
use domain::work;

/// The findings of a verification.
pub async fn findings(app: &TestApp) -> Vec<String> {
    let (summary, found) = verified(&app.app.db).await;
    assert_eq!(summary.findings, found.len() as u64);
    found
}

/// The harbor after some writes.
async fn with_history(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let report = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Storm"}});
    assert_eq!(app.post("ada", "/status_reports", &report).await.status, 200);
    let change = json!({"workspace_status_change": {"workspace_id": 53800, "to_status_key": 403}});
    assert_eq!(app.post("max", "/workspace_status_changes", &change).await.status, 200);
    assert_eq!(app.delete("ada", "/status_reports/901").await.status, 204);
    app
}

#[both_engines]
async fn a_store_written_only_by_the_service_verifies(engine: Engine) {
    let app = with_history(engine).await;
    let (summary, found) = verified(&app.app.db).await;
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(summary.heads.iter().map(|head| head.account_id.0).collect::<Vec<_>>(), [415, 500]);
    assert_eq!(summary.events, summary.heads.iter().map(|head| head.sequence.unsigned_abs()).sum::<u64>());
    assert_eq!((summary.records["status_report"], summary.records["session"]), (3, 0));
}

#[both_engines]
#[case::a_report("update status_reports set description = 'Calm' where id = 907",
    &["account 415, status_report 907: it is not as event 27 left it, in description"])]
#[case::a_value_that_is_none("update status_reports set color = 'mauve' where id = 907", &["status_report 907: it cannot be read: "])]
#[case::a_user("update users set administrator = true where id = 2545", &["user 2545: it is not as event", "in administrator"])]
#[case::a_token_of_somebody_else("update tokens set user_id = 2500 where id = 2", &["token 2: it is not as event", "in user_id"])]
#[case::a_row_that_is_gone("delete from workspace_status_changes where id = 4077",
    &["account 415, workspace 53760: its counters say", "workspace_status_change 4077: it is not there, and event"])]
#[case::a_row_from_nowhere(
    "insert into participations (account_id, id, workspace_id, user_id, side, permission, created_at, updated_at)
        values (415, 999, 53760, 2580, 'provider', 'admin', 0, 0)",
    &["account 415, participation 999: no event made it"])]
#[case::a_row_that_came_back(
    "insert into status_reports (account_id, id, workspace_id, color, description, details, creator_id, created_at, updated_at)
        values (415, 901, 53760, 'green', 'Fine', '[]', 2545, 0, 0)",
    &["account 415: its counter of status reports says 2, and there are 3", "status_report 901: it is there, and event"])]
#[case::a_counter_of_an_account("update accounts set status_reports = 7 where id = 415",
    &["account 415: its counter of status reports says 7, and there are 2"])]
#[case::a_counter_of_a_workspace("update workspace_counters set status_changes = 9 where workspace_id = 53800",
    &["account 415, workspace 53800: its counters say 0 status reports and 9 status changes, and there are 0 and 1"])]
#[case::counters_that_are_gone("delete from workspace_counters where workspace_id = 53800", &["workspace 53800: it has no counters"])]
#[case::a_version("update workspaces set version = 5 where id = 53800", &["workspace 53800: its version is 5, and it was written 2 times"])]
#[case::a_user_that_is_gone("delete from users where id = 2570",
    &["row 6 of tokens: its user_id is 2570, which users does not have",
      "row 5 of participations: its user_id is 2570, which users does not have", "user 2570: it is not there"])]
#[case::a_reference_into_another_account("update workspaces set creator_id = 3000 where id = 53800",
    &["account 415, row 53800 of workspaces: its creator_id is 3000, which users does not have", "in creator_id"])]
#[case::a_grant_that_never_was("update tokens set grant_id = 5 where id = 2", &["row 2 of tokens: its grant_id is 5"])]
#[case::a_subject_that_is_gone("update external_references set subject_id = 905 where id = 77",
    &["external_reference 77: its subject, StatusReport 905, is not there", "in subject_id"])]
async fn manual_changes_are_found(engine: Engine, #[case] sql: &str, #[case] expected: &[&str]) {
    let app = with_history(engine).await;
    app.by_hand(sql).await;
    let found = findings(&app).await;
    for text in expected {
        assert!(found.iter().any(|finding| finding.contains(text)), "{text}: {found:#?}");
    }
}

/// Event 27 of account 415 is the import of report 907, which has not changed since.
#[both_engines]
#[case::what_was_after(
    "update events set after = replace(after, 'a', 'b') where account_id = 415 and sequence = 27",
    "event 27: it was changed"
)]
#[case::who_wrote(
    "update events set actor_id = 2551 where account_id = 415 and sequence = 26",
    "event 26: it was changed"
)]
#[case::when(
    "update events set at = at + 1 where account_id = 415 and sequence = 1",
    "event 1: it was changed"
)]
#[case::by_which_way(
    "update events set surface = 'pages' where account_id = 415 and sequence = 25",
    "event 25: it was changed"
)]
#[case::the_hash_before_it(
    "update events set previous_hash = (select event_hash from accounts where id = 500) where account_id = 415 and sequence = 26",
    "event 26: the hash before it was changed"
)]
#[case::the_first_hash(
    "update events set previous_hash = (select event_hash from accounts where id = 500) where account_id = 415 and sequence = 1",
    "event 1: the hash before it was changed"
)]
#[case::one_is_missing(
    "delete from events where account_id = 415 and sequence = 24",
    "event 24: it is missing"
)]
#[case::the_first_are_missing(
    "delete from events where account_id = 415 and sequence < 9",
    "event 1: it and all up to 8 are missing"
)]
#[case::the_last_is_missing(
    "delete from events where account_id = 415 and sequence = (select event_sequence from accounts where id = 415)",
    ": it is missing"
)]
#[case::the_last_was_changed(
    "update events set surface = 'pages' where account_id = 415 and sequence = (select event_sequence from accounts where id = 415)",
    ": it was changed, or the hash kept in the account"
)]
#[case::the_head(
    "update accounts set event_hash = (select event_hash from accounts where id = 500) where id = 415",
    ": it was changed, or the hash kept in the account"
)]
#[case::the_heads_number(
    "update accounts set event_sequence = event_sequence - 1 where id = 415",
    "account 415: it says that its last event is"
)]
#[case::a_number_that_is_none(
    "update events set sequence = -4 where account_id = 415 and sequence = 1",
    "event -4: there is no such number"
)]
#[case::all_of_them("delete from events where account_id = 415", "event 1: it and all up to")]
#[case::of_no_account(
    "update events set account_id = 416 where account_id = 415",
    "account 416: it is not there, and has"
)]
#[case::of_nobody(
    "update events set actor_id = 77 where account_id = 415 and sequence = 26",
    "event 26: who wrote it, user 77, is not there"
)]
#[case::of_another_kind(
    "update events set kind = 'deleted' where account_id = 415 and sequence = 1",
    "event 1: its kind does not go with"
)]
async fn manually_changed_events_are_found(engine: Engine, #[case] sql: &str, #[case] expected: &str) {
    let app = with_history(engine).await;
    app.by_hand(sql).await;
    let found = findings(&app).await;
    assert!(found.iter().any(|finding| finding.contains(expected)), "{expected}: {found:#?}");
    let of_the_chain =
        found.iter().filter(|finding| finding.contains("it was changed") || finding.contains("the hash"));
    assert!(of_the_chain.count() <= 1, "{found:#?}");
}

#[tokio::test]
async fn every_foreign_key_of_the_schema_is_verified() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let declared = app.declared_references();
    assert!(declared.len() > 15, "{declared:?}");
    for (table, column, parent) in declared {
        // The accounts of the log are verified separately.
        let is_known = table == "events"
            || REFERENCES.iter().any(|one| (one.table, one.column, one.parent) == (&table, &column, &parent));
        assert!(is_known, "{table}.{column} refers to {parent}");
    }
}

async fn proof_of(app: &TestApp, account_id: Option<i64>, sequence: i64) -> Result<Value> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let work = app.app.db.read(work!(|conn| {
        let mut out = Vec::new();
        proof::write(conn, account_id.map(AccountId), sequence, &mut out).await?;
        sender.send(out).expect("a receiver");
        Ok(())
    }));
    work.await?;
    Ok(serde_json::from_slice(&receiver.recv().expect("a proof")).expect("JSON"))
}

#[both_engines]
async fn a_proof_connects_an_event_to_the_head(engine: Engine) {
    let app = with_history(engine).await;
    let head = verified(&app.app.db).await.0.heads[0].clone();
    for sequence in [1, 21, head.sequence] {
        let proof = proof_of(&app, Some(415), sequence).await.expect("a proof");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let bytes = |value: &Value| hex::decode(text(value)).expect("hex");
        let content = text(&proof["event"]);
        let event: Value = serde_json::from_str(&content).expect("JSON");
        assert_eq!(
            (&event["account_id"], &event["sequence"]),
            (&json!(415), &json!(sequence)),
            "{sequence:?}"
        );
        let mut hash = events::hash(&bytes(&proof["previous_hash"]), &events::content_digest(&content));
        let following = proof["following"].as_array().expect("a list");
        assert_eq!(
            following.len(),
            usize::try_from(head.sequence - sequence).expect("a number"),
            "{sequence:?}"
        );
        for digest in following {
            hash = events::hash(&hash, &bytes(digest).try_into().expect("a digest"));
        }
        assert_eq!(hash[..], head.hash[..], "{sequence:?}");
        assert_eq!(
            proof["head"],
            json!({"sequence": head.sequence, "hash": hex::encode(hash)}),
            "{sequence:?}"
        );
    }
    for (account, sequence, reason) in
        [(Some(415), 9000, "no event 9000"), (Some(7), 1, "no account 7"), (None, 1, "several accounts")]
    {
        let refused = proof_of(&app, account, sequence).await.expect_err("no proof").to_string();
        assert!(refused.contains(reason), "{refused}");
    }
    app.by_hand("update events set surface = 'pages' where account_id = 415 and sequence = 24").await;
    let refused = proof_of(&app, Some(415), 21).await.expect_err("no proof").to_string();
    assert!(refused.contains("does not lead to its head"), "{refused}");
}
