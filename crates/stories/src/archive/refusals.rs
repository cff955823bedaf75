//! Invalid lines: each is reported with its number and a reason, and nothing is imported.

use macros::both_engines;
use serde_json::{Value, json};

use super::{events, exported};
use crate::{Engine, TestApp};

fn account() -> Value {
    json!({"kind": "account", "id": 700, "name": "New"})
}

fn user() -> Value {
    json!({"kind": "user", "id": 700, "account_id": 415, "full_name": "New", "email_address": "new@example.com"})
}

fn token() -> Value {
    json!({"kind": "token", "id": 700, "user_id": 2500, "name": "new", "sha256": "0".repeat(64)})
}

fn application() -> Value {
    json!({"kind": "application", "id": 700, "account_id": 415, "name": "New", "client_id": "new",
        "redirect_uris": ["https://a.example/cb"], "creator_id": 2500, "created_at": "2026-01-01T00:00:00Z"})
}

fn status() -> Value {
    json!({"kind": "status", "id": 700, "account_id": 415, "name": "Odd", "is_closed": false, "is_default": false,
        "is_readonly": false, "excluded_from_totals": false, "default_done_ratio": 0, "position": 1})
}

fn workspace() -> Value {
    json!({"kind": "workspace", "id": 700, "account_id": 415, "title": "New", "archived": false, "status_key": 100,
        "creator_id": 2500, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"})
}

fn participation() -> Value {
    json!({"kind": "participation", "id": 700, "workspace_id": 53760, "user_id": 2580, "side": "client",
        "permission": "view"})
}

fn report() -> Value {
    json!({"kind": "status_report", "id": 700, "workspace_id": 53760, "color": "red", "description": "New",
        "details": [], "creator_id": 2545, "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z"})
}

fn change() -> Value {
    json!({"kind": "workspace_status_change", "id": 700, "workspace_id": 53760, "user_id": 2545,
        "from_status_key": 100, "to_status_key": 310, "created_at": "2026-01-01T00:00:00Z"})
}

fn reference() -> Value {
    json!({"kind": "external_reference", "id": 700, "subject_type": "StatusReport", "subject_id": 901,
        "service_name": "jira", "service_model": "Issue", "service_model_ref": "1", "locked": false,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"})
}

fn kinds() -> [Value; 10] {
    [
        account(),
        user(),
        application(),
        token(),
        status(),
        workspace(),
        participation(),
        report(),
        change(),
        reference(),
    ]
}

fn with(mut line: Value, name: &str, value: Value) -> Value {
    line[name] = value;
    line
}

fn without(mut line: Value, name: &str) -> Value {
    line.as_object_mut().expect("an object").remove(name);
    line
}

/// Imports each line after a good one. Asserts that it is refused as line 3 and that nothing is imported.
async fn assert_refused(engine: Engine, lines: Vec<(Value, &str)>) {
    let app = TestApp::harbor(engine).await;
    let (before, logged) = (exported(&app).await, events(&app).await);
    let good = json!({"kind": "account", "id": 900, "name": "Good"});
    for (line, reason) in lines {
        let error = app.import(&format!("{good}\n{line}")).await.expect_err(&line.to_string()).to_string();
        assert!(error.starts_with(&format!("line 3: {reason}")), "{error}, not {reason}, for {line}");
    }
    assert_eq!((exported(&app).await, events(&app).await), (before, logged));
}

#[both_engines]
async fn every_sample_line_can_be_imported(engine: Engine) {
    let lines: Vec<_> = kinds().iter().map(ToString::to_string).collect();
    TestApp::harbor(engine).await.import(&lines.join("\n")).await.expect("an archive");
}

#[both_engines]
async fn a_line_that_is_not_a_record_is_refused(engine: Engine) {
    let lines = vec![
        (json!({"kind": "sculpture", "id": 1}), "unknown variant `sculpture`"),
        (json!({"kind": "Account", "id": 1, "name": "A"}), "unknown variant `Account`"),
        (json!({"kind": "statuary_archive", "version": 1}), "unknown variant `statuary_archive`"),
        (json!({"id": 1, "name": "A"}), "missing field `kind`"),
        (json!(["account", 1, "A"]), "it is not a JSON object"),
        (json!("account"), "it is not a JSON object"),
        (json!(7), "it is not a JSON object"),
        (with(account(), "name", json!("a\u{0}")), "a text contains a null byte"),
        (with(account(), "name", json!(7)), "invalid type: integer `7`, expected a string"),
    ];
    assert_refused(engine, lines).await;
}

#[both_engines]
async fn unknown_and_missing_fields_are_refused_in_every_kind(engine: Engine) {
    let mut lines = Vec::new();
    for kind in kinds() {
        lines.push((with(kind.clone(), "more", json!(1)), "unknown field `more`"));
        lines.push((without(kind.clone(), "id"), "missing field `id`"));
        lines.push((with(kind.clone(), "id", json!("700")), "invalid type: string \"700\""));
        lines.push((with(kind.clone(), "id", json!(7.5)), "invalid type: floating point `7.5`"));
        lines.push((with(kind.clone(), "id", json!(0)), "`id` is not above 0"));
        lines.push((with(kind.clone(), "id", json!(-1)), "`id` is not above 0"));
        lines.push((with(kind, "id", json!(u64::MAX)), "invalid value: integer `18446744073709551615`"));
    }
    let required = [
        (account(), vec!["name"]),
        (user(), vec!["account_id", "full_name", "email_address"]),
        (application(), vec!["account_id", "name", "client_id", "redirect_uris", "creator_id", "created_at"]),
        (token(), vec!["user_id", "name", "sha256"]),
        (
            status(),
            vec![
                "account_id",
                "name",
                "is_closed",
                "is_default",
                "is_readonly",
                "excluded_from_totals",
                "default_done_ratio",
                "position",
            ],
        ),
        (
            workspace(),
            vec!["account_id", "title", "archived", "status_key", "creator_id", "created_at", "updated_at"],
        ),
        (participation(), vec!["workspace_id", "user_id", "side", "permission"]),
        (
            report(),
            vec!["workspace_id", "color", "description", "details", "creator_id", "created_at", "updated_at"],
        ),
        (change(), vec!["workspace_id", "user_id", "to_status_key", "created_at"]),
        (
            reference(),
            vec![
                "subject_type",
                "subject_id",
                "service_name",
                "service_model",
                "service_model_ref",
                "locked",
                "created_at",
                "updated_at",
            ],
        ),
    ];
    for (line, names) in required {
        lines.extend(names.into_iter().map(|name| (without(line.clone(), name), "missing field")));
    }
    assert_refused(engine, lines).await;
}

#[both_engines]
async fn references_to_missing_records_are_refused(engine: Engine) {
    let lines = vec![
        (with(user(), "account_id", json!(1)), "there is no account 1 above it"),
        (with(token(), "user_id", json!(1)), "there is no user 1 above it"),
        (with(status(), "account_id", json!(1)), "there is no account 1 above it"),
        (with(workspace(), "account_id", json!(1)), "there is no account 1 above it"),
        (with(workspace(), "creator_id", json!(1)), "there is no user 1 above it"),
        (with(workspace(), "lead_id", json!(1)), "there is no user 1 above it"),
        (with(participation(), "workspace_id", json!(1)), "there is no workspace 1 above it"),
        (with(participation(), "user_id", json!(1)), "there is no user 1 above it"),
        (with(report(), "workspace_id", json!(1)), "there is no workspace 1 above it"),
        (with(report(), "creator_id", json!(1)), "there is no user 1 above it"),
        (with(report(), "updater_id", json!(1)), "there is no user 1 above it"),
        (with(change(), "workspace_id", json!(1)), "there is no workspace 1 above it"),
        (with(change(), "user_id", json!(1)), "there is no user 1 above it"),
        (with(reference(), "subject_id", json!(1)), "there is no status report 1 above it"),
        (
            with(with(reference(), "subject_type", json!("Workspace")), "subject_id", json!(901)),
            "there is no workspace 901 above it",
        ),
    ];
    assert_refused(engine, lines).await;
}

#[both_engines]
async fn users_of_another_account_are_refused(engine: Engine) {
    let lines = vec![
        (with(workspace(), "creator_id", json!(3000)), "user 3000 is of another account"),
        (with(workspace(), "lead_id", json!(3000)), "user 3000 is of another account"),
        (with(participation(), "user_id", json!(3000)), "user 3000 is of another account"),
        (with(report(), "creator_id", json!(3000)), "user 3000 is of another account"),
        (with(report(), "updater_id", json!(3000)), "user 3000 is of another account"),
        (with(change(), "user_id", json!(3000)), "user 3000 is of another account"),
        (with(change(), "workspace_id", json!(60000)), "user 2545 is of another account"),
    ];
    assert_refused(engine, lines).await;
}

#[both_engines]
async fn invalid_values_are_refused_in_every_kind(engine: Engine) {
    let detail =
        |category: &str, color: &str| json!({"category": category, "color": color, "description": null});
    let twice = json!([detail("Scope", "red"), detail("Scope", "green")]);
    let lines = vec![
        (with(account(), "name", json!(" ")), "`name` is blank"),
        (with(user(), "full_name", json!("")), "`full_name` is blank"),
        (with(user(), "email_address", json!("new")), "`email_address` is none"),
        (with(user(), "email_address", json!("a b@c")), "`email_address` is none"),
        (with(user(), "administrator", json!(null)), "invalid type: null, expected a boolean"),
        (with(user(), "created_at", json!("2026-01-01")), "`2026-01-01` is not an RFC 3339 time"),
        (with(token(), "sha256", json!("0".repeat(63))), "`sha256` is not 64 hexadecimal digits"),
        (with(token(), "sha256", json!("x".repeat(64))), "`sha256` is not 64 hexadecimal digits"),
        (with(token(), "scopes", json!("all")), "invalid type: string \"all\", expected a sequence"),
        (with(token(), "expires_at", json!("")), "`` is not an RFC 3339 time"),
        (with(status(), "name", json!("\t")), "`name` is blank"),
        (with(status(), "name", json!("ä".repeat(257))), "`name` is longer than 256 characters"),
        (with(status(), "color", json!("red")), "`color` is not of the form #RRGGBB"),
        (with(status(), "color", json!("#12345G")), "`color` is not of the form #RRGGBB"),
        (
            with(with(status(), "is_default", json!(true)), "is_readonly", json!(true)),
            "a status cannot be both default and read-only",
        ),
        (with(status(), "default_done_ratio", json!(101)), "`default_done_ratio` is not between 0 and 100"),
        (with(status(), "default_done_ratio", json!(-1)), "`default_done_ratio` is not between 0 and 100"),
        (with(status(), "position", json!(0)), "`position` is not above 0"),
        (with(workspace(), "title", json!(" ")), "`title` is blank"),
        (with(workspace(), "status_key", json!(101)), "there is no status key 101"),
        (with(workspace(), "start_date", json!("2026-02-30")), "`2026-02-30` is not a date"),
        (with(workspace(), "due_date", json!("2026-2-3")), "`2026-2-3` is not a date"),
        (with(workspace(), "due_date", json!("")), "`` is not a date"),
        (with(workspace(), "access_level", json!("closed")), "unknown variant `closed`"),
        (with(workspace(), "project_status", json!("late")), "unknown variant `late`"),
        (
            with(workspace(), "updated_at", json!("2026-01-01T00:00:00")),
            "`2026-01-01T00:00:00` is not an RFC",
        ),
        (with(participation(), "side", json!("maven")), "unknown variant `maven`"),
        (with(participation(), "permission", json!("none")), "unknown variant `none`"),
        (with(report(), "color", json!("Red")), "unknown variant `Red`"),
        (with(report(), "description", json!("\n")), "`description` is blank"),
        (with(report(), "details", json!(null)), "invalid type: null, expected a sequence"),
        (with(report(), "details", json!([detail("scope", "red")])), "unknown variant `scope`"),
        (with(report(), "details", json!([detail("Scope", "blue")])), "unknown variant `blue`"),
        (
            with(report(), "details", json!([{"category": "Scope", "color": "red", "note": 1}])),
            "unknown field `note`",
        ),
        (with(report(), "details", twice), "`details` has a category twice"),
        (with(change(), "from_status_key", json!(101)), "there is no status key 101"),
        (with(change(), "to_status_key", json!(101)), "there is no status key 101"),
        (with(reference(), "subject_type", json!("Story")), "unknown variant `Story`"),
        (with(reference(), "service_name", json!("")), "`service_name` is blank"),
        (with(reference(), "service_model", json!("")), "`service_model` is blank"),
        (with(reference(), "service_model_ref", json!("")), "`service_model_ref` is blank"),
        (with(reference(), "status", json!("fail")), "unknown variant `fail`"),
    ];
    assert_refused(engine, lines).await;
}

#[both_engines]
async fn duplicate_values_are_refused(engine: Engine) {
    let taken = "its name is taken in the account, or another status is the default";
    let ada = hex::encode(domain::auth::digest("ada"));
    let lines = vec![
        (
            with(user(), "email_address", json!("ADA@example.com")),
            "its e-mail address is taken in the account",
        ),
        (with(token(), "sha256", json!(ada)), "its text is that of another token"),
        (with(status(), "name", json!("new")), taken),
        (with(status(), "is_default", json!(true)), taken),
        (with(participation(), "user_id", json!(2545)), "its user takes part in the workspace already"),
        (with(reference(), "subject_id", json!(907)), "its subject refers to that service already"),
        (with(account(), "id", json!(415)), "account 415 is there already and differs"),
        (with(user(), "id", json!(2545)), "user 2545 is there already and differs"),
        (with(token(), "id", json!(1)), "token 1 is there already and differs"),
        (with(status(), "id", json!(1)), "status 1 is there already and differs"),
        (with(workspace(), "id", json!(60000)), "workspace 60000 is there already and differs"),
        (with(participation(), "id", json!(7)), "participation 7 is there already and differs"),
        (with(report(), "id", json!(990)), "status_report 990 is there already and differs"),
        (with(change(), "id", json!(4077)), "workspace_status_change 4077 is there already and differs"),
        (with(reference(), "id", json!(77)), "external_reference 77 is there already and differs"),
    ];
    assert_refused(engine, lines).await;
}

#[both_engines]
async fn the_first_of_several_bad_lines_is_reported(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let first = async |line: &Value, later: &str| {
        app.import(&format!("{line}\n{later}")).await.expect_err("two bad lines").to_string()
    };
    let (taken, blank) =
        (with(user(), "email_address", json!("ada@example.com")), with(user(), "full_name", json!("")));
    for later in ["{".to_owned(), with(user(), "account_id", json!(1)).to_string(), account().to_string()] {
        let conflict = "line 2: its e-mail address is taken in the account";
        assert_eq!(first(&taken, &later).await, conflict, "{later}");
        assert_eq!(first(&blank, &later).await, "line 2: `full_name` is blank", "{later}");
    }
}

#[both_engines]
async fn a_bad_line_among_good_ones_is_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = exported(&app).await;
    let said = async |lines: &[Value]| {
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        app.import(&lines.join("\n")).await.expect_err("a bad line").to_string()
    };
    let numbered = |id: i64| {
        let user = with(user(), "id", json!(id));
        with(user, "email_address", json!(format!("{id}@example.com")))
    };
    let same_address = with(numbered(703), "email_address", json!("701@example.com"));
    let conflict = [numbered(701), numbered(702), same_address, numbered(704)];
    assert_eq!(said(&conflict).await, "line 4: its e-mail address is taken in the account");
    let twice = [numbered(701), numbered(702), numbered(701)];
    assert_eq!(said(&twice).await, "line 4: user 701 stands in line 2 already");
    let later = [participation(), with(participation(), "id", json!(701))];
    assert_eq!(said(&later).await, "line 3: its user takes part in the workspace already");
    let above = [with(report(), "workspace_id", json!(700)), workspace()];
    assert_eq!(said(&above).await, "line 2: there is no workspace 700 above it");
    assert_eq!(exported(&app).await, before);
}

#[both_engines]
async fn applications_and_secrets_are_validated(engine: Engine) {
    let application = application();
    let lines = vec![
        (with(application.clone(), "creator_id", json!(3000)), "user 3000 is of another account"),
        (with(application.clone(), "account_id", json!(9)), "there is no account 9 above it"),
        (with(application.clone(), "name", json!(" ")), "`name` is blank"),
        (with(application.clone(), "client_id", json!("")), "`client_id` is blank"),
        (
            with(application.clone(), "secret_sha256", json!("secret")),
            "`secret_sha256` is not 64 hexadecimal",
        ),
        (
            with(application.clone(), "redirect_uris", json!(["javascript:alert(1)"])),
            "`javascript:alert(1)` cannot",
        ),
        (
            with(application.clone(), "redirect_uris", json!(["https://a.example/#b"])),
            "`https://a.example/#b` cannot",
        ),
        (
            with(application.clone(), "redirect_uris", json!(["https://a:b@c.example/"])),
            "`https://a:b@c.example/` cannot",
        ),
        (with(application.clone(), "redirect_uris", json!(["/cb"])), "`/cb` cannot be a redirect URI"),
        (with(application, "scopes", json!(["read"])), "there is no scope `read`"),
        (with(token(), "application_id", json!(700)), "there is no application 700 above it"),
        (with(user(), "password_hash", json!("secret")), "`password_hash` is no argon2id"),
    ];
    assert_refused(engine, lines).await;
}
