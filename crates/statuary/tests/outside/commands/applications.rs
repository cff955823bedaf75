//! `statuary oauth-app`, and the password grant.

use rstest::rstest;

use super::client::{Answer, HEADER, assert_fails, export, get, records, send};
use crate::support::{Engine, Process, Store};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

fn member<'o>(out: &'o str, name: &str) -> &'o str {
    let found = out.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_else(|| panic!("no {name} in {out}"))
}

#[rstest]
fn an_application_works_with_the_secret_that_is_printed_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let add = |rest: &[&str]| {
        let usual = ["oauth-app", "add", "--name", "Board", "--redirect-uri", "https://board.example/cb"];
        store.run(&[&usual, rest].concat(), "").success()
    };
    let out = add(&["--redirect-uri", "http://127.0.0.1:8765/callback"]);
    assert_eq!(out.lines().count(), 2, "{out}");
    let (id, secret) = (member(&out, "client_id").to_owned(), member(&out, "client_secret").to_owned());
    let public = add(&["--public", "--scope", "api_v3", "--account", "500"]);
    assert!(public.lines().count() == 1 && public.starts_with("client_id: "), "{public}");

    let server = store.serve(&[]);
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let given = send(&server.url, "POST", "/oauth/token", FORM, &body).json();
    let token = given["access_token"].as_str().expect("a token");
    let me = get(&server.url, "/api/v1/users/me", Some(token)).json();
    assert_eq!(me["results"][0]["id"], "2500");

    let list = store.run(&["token", "list"], "").success();
    let row = list.lines().find(|line| line.contains("Board")).expect("the token's row");
    let number = row.split_whitespace().next().expect("an id");
    store.run(&["token", "revoke", number], "").success();
    assert_eq!(get(&server.url, "/api/v1/users/me", Some(token)).status, 401);
    server.stop();

    let archive = export(&store);
    assert!(!archive.contains(&secret));
    let applications = records(&archive, "application");
    assert_eq!(
        (applications[0]["account_id"].as_i64(), applications[1]["account_id"].as_i64()),
        (Some(415), Some(500))
    );
    assert!(applications[1]["secret_sha256"].is_null());
    let copy = Store::new(engine);
    copy.run(&["import", "-"], &archive).success();
    assert_eq!(export(&copy), archive);
}

#[rstest]
fn an_application_needs_an_administrator(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::new(engine);
    store.run(&["import", "-"], HEADER).success();
    let add = || store.run(&["oauth-app", "add", "--name", "A", "--redirect-uri", "https://a.example"], "");
    assert_fails(&add(), "there is no account yet");
    store.run(&["user", "add", "--email", "a@b.example", "--name", "Ann"], "").success();
    assert_fails(&add(), "account 1 has no administrator");
    store.run(&["user", "add", "--email", "c@d.example", "--name", "Cid", "--administrator"], "").success();
    add().success();
}

#[rstest]
fn a_password_comes_from_standard_input_or_a_file_and_ends_sessions(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let sign_in = |fields: &str| -> Answer { send(&server.url, "POST", "/login", FORM, fields) };
    let set = ["user", "password", "--email", "ada@example.com"];
    let token = store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    let me = || get(&server.url, "/api/v1/users/me", Some(token.trim())).status;
    assert_fails(&store.run(&set, "short\n"), "fewer than 8");
    assert_eq!(store.run(&set, "kran und kai\n").success(), "");
    let signed_in = sign_in("email=ada%40example.com&password=kran+und+kai");
    let cookie = signed_in.cookie().expect("a cookie");
    assert_eq!(send(&server.url, "GET", "/", &cookie, "").status, 200);

    std::fs::write(store.path("secret"), "another one\n").expect("a file");
    let mut command = store.command(&set);
    command.env("STATUARY_PASSWORD_FILE", store.path("secret"));
    Process::start(command, "").end().success();
    assert_eq!(send(&server.url, "GET", "/", &cookie, "").status, 303);
    assert_eq!(sign_in("email=ada%40example.com&password=kran+und+kai").status, 422);
    assert_eq!(sign_in("email=ada%40example.com&password=another+one").status, 303);
    assert_eq!(me(), 200);
    let end = [&set[..], &["--end-tokens"]].concat();
    store.run(&end, "a third one\n").success();
    assert_eq!(me(), 401);
    server.stop();

    let ada = records(&export(&store), "user").into_iter().find(|user| user["id"] == 2545).expect("Ada");
    assert!(ada["password_hash"].as_str().is_some_and(|hash| hash.starts_with("$argon2id$")), "{ada}");
}

#[rstest]
fn applications_are_listed_get_new_secrets_and_are_removed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let app = |arguments: &[&str]| store.run(&[&["oauth-app"], arguments].concat(), "");
    let add = |rest: &[&str]| {
        app(&[&["add", "--name", "Board", "--redirect-uri", "https://b.example/cb"], rest].concat())
    };
    let (out, public) = (add(&[]).success(), add(&["--public", "--scope", "api_v3"]).success());
    let (id, secret) = (member(&out, "client_id"), member(&out, "client_secret"));
    let public = member(&public, "client_id");
    let list = app(&["list"]).success();
    let row =
        |id: &str| list.lines().find(|line| line.trim_start().starts_with(id)).expect("a row").to_owned();
    assert!(row(id).contains("confidential") && row(id).contains("https://b.example/cb"), "{list}");
    assert!(row(public).contains("public") && row(public).contains("api_v3"), "{list}");
    assert!(!list.contains(secret), "{list}");

    let server = store.serve(&[]);
    let given = |secret: &str| {
        let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        send(&server.url, "POST", "/oauth/token", FORM, &body)
    };
    let token = given(secret).json()["access_token"].as_str().expect("a token").to_owned();
    let me = || get(&server.url, "/api/v1/users/me", Some(&token)).status;
    assert_eq!(me(), 200);
    let rotated = app(&["rotate-secret", id]).success();
    assert_eq!(rotated.lines().count(), 1, "{rotated}");
    let fresh = member(&rotated, "client_secret");
    assert_eq!((given(secret).status, given(fresh).status, me()), (401, 200, 200));
    assert_fails(&app(&["rotate-secret", public]), "has no secret");

    assert_eq!(app(&["remove", id]).success(), "");
    assert_eq!((given(fresh).status, me()), (401, 401));
    for what in ["remove", "rotate-secret"] {
        assert_fails(&app(&[what, id]), id);
    }
    let list = app(&["list"]).success();
    assert!(!list.contains(id) && list.contains(public), "{list}");
    server.stop();
    store.run(&["verify"], "").success();
}
