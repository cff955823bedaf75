//! People and their tokens.

use base::clock::Time;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use db::{Db, Location, Scope};
use domain::events::{Change, Source};
use domain::ids::{AccountId, UserId};
use domain::{factors, work};
use rstest::rstest;
use serde_json::{Value, json};

use super::client::{assert_fails, export, get, records, send};
use crate::support::{Engine, HARBOR, Server, Store};

#[rstest]
fn people_are_added_to_the_oldest_or_the_given_account(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let empty = Store::new(engine);
    let add = |store: &Store, rest: &[&str]| store.run(&[&["user", "add"], rest].concat(), "").success();
    assert_eq!(add(&empty, &["--email", "a@b.example", "--name", "Ann", "--administrator"]), "1\n");
    assert_eq!(add(&empty, &["--email", "c@d.example", "--name", "Cid"]), "2\n");
    let accounts = records(&export(&empty), "account");
    assert_eq!(accounts, [json!({"kind": "account", "id": 1, "name": "Default"})]);

    let store = Store::harbor(engine);
    let first = add(&store, &["--email", "a@b.example", "--name", "Ann"]);
    let second = add(&store, &["--email", "a@b.example", "--name", "Ann", "--account", "500"]);
    let users = records(&export(&store), "user");
    let account_of = |id: &str| {
        let id: i64 = id.trim().parse().expect("an id");
        let user = users.iter().find(|user| user["id"] == id).expect("a user");
        assert_eq!(user["administrator"], false);
        user["account_id"].as_i64()
    };
    assert_eq!((account_of(&first), account_of(&second)), (Some(415), Some(500)));
    // The e-mail address alone is now ambiguous.
    assert_fails(&store.run(&["token", "add", "--email", "a@b.example"], ""), "--account");
    store.run(&["token", "add", "--email", "a@b.example", "--account", "500"], "").success();
}

#[rstest]
fn the_factors_and_codes_of_a_person_are_removed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let person = store.run(&["user", "add", "--email", "lost@phone.example", "--name", "Lea"], "").success();
    let person = UserId(person.trim().parse().expect("an id"));
    let location =
        store.database_url().map_or_else(|| Location::in_directory(&store.path("data")), Location::Postgres);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let codes = runtime.block_on(async {
        let db = Db::open(&location).await.expect("the store");
        let work = db.write(
            Scope::Account(415),
            work!(|conn| {
                let (surface, at) = (Source::CommandLine, Time(0));
                let change =
                    Change { account_id: AccountId(415), actor_id: None, token_id: None, surface, at };
                factors::store::add_app(conn, &change, person, "Phone", (&[7; 20], 1)).await
            }),
        );
        work.await.expect("a factor")
    });
    assert_eq!(codes.map(|codes| codes.len()), Some(10));
    let kept = || {
        let all = store.run(&["user", "export", "lost@phone.example", "-"], "").success();
        let all: Value = serde_json::from_str(&all).expect("JSON");
        let number = |section: &str| all[section].as_array().expect("a list").len();
        (number("factor"), number("recovery_codes"))
    };
    assert_eq!(kept(), (1, 1));
    assert_fails(&store.run(&["user", "reset-factor", "nobody@phone.example"], ""), "nobody@phone.example");
    assert_eq!(store.run(&["user", "reset-factor", "lost@phone.example"], "").success(), "");
    assert_eq!(kept(), (0, 0));
    store.run(&["verify"], "").success();
}

#[rstest]
fn a_token_works_until_it_expires_or_is_revoked_and_is_listed_without_its_text(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let asks = |token: &str| get(&server.url, "/api/v1/users/me", Some(token)).status;
    let add = |rest: &[&str]| {
        let arguments = [&["token", "add", "--email", "ada@example.com"], rest].concat();
        let out = store.run(&arguments, "").success();
        let token = out.strip_suffix('\n').expect("a line").to_owned();
        assert!(!token.is_empty() && !token.contains(char::is_whitespace), "{out:?}");
        token
    };

    let plain = add(&[]);
    let scoped =
        add(&["--name", "nightly export", "--scope", "api_v3", "--scope", "mcp", "--expires", "2999-12-31"]);
    assert_eq!((asks(&plain), asks(&scoped)), (200, 200));

    let list = store.run(&["token", "list"], "").success();
    let row = list.lines().find(|line| line.contains("nightly export")).expect("the token's row");
    assert!(row.contains("api_v3 mcp") && row.contains("2999-12-31T23:59:59.999999Z"), "{row}");
    assert!(row.contains("ada@example.com") && row.contains("415"), "{row}");
    for token in [&plain, &scoped] {
        assert!(!list.contains(token.as_str()), "{list}");
        assert!(!export(&store).contains(token.as_str()));
    }

    let id = row.split_whitespace().next().expect("an id");
    assert_eq!(store.run(&["token", "revoke", id], "").success(), "");
    assert_eq!((asks(&plain), asks(&scoped)), (200, 401));
    assert_fails(&store.run(&["token", "revoke", id], ""), id);
    server.stop();
}

#[rstest]
#[case("2020-01-01", None)]
#[case("2020-01-01T10:00:00Z", None)]
#[case("2998-06-30", Some("2998-06-30T23:59:59.999999Z"))]
#[case("2998-06-30T10:00:00+02:00", Some("2998-06-30T08:00:00Z"))]
fn a_token_expires_at_the_end_of_its_last_day(#[case] expires: &str, #[case] expected: Option<&str>) {
    let store = Store::harbor(Engine::Sqlite);
    let ended = store.run(&["token", "add", "--email", "ada@example.com", "--expires", expires], "");
    if let Some(end) = expected {
        ended.success();
        assert!(export(&store).contains(&format!("\"expires_at\":\"{end}\"")), "{}", export(&store));
    } else {
        assert_fails(&ended, "ended already, at 2020-01-01T");
        assert_eq!(export(&store), HARBOR);
    }
}

/// Authorizes an application for the signed-in person. Returns the fields of the form, the code, and the two tokens.
fn grant(url: &str, cookie: &str, id: &str, secret: &str) -> [String; 4] {
    let question =
        format!("client_id={id}&redirect_uri=https%3A%2F%2Fa.example&response_type=code&scope=api_v3");
    let page = send(url, "GET", &format!("/oauth/authorize?{question}"), cookie, "");
    let field = page.body.split_once("name=\"csrf\" value=\"").expect("a form").1;
    let csrf = field.split('"').next().expect("a value").to_owned();
    let form = format!("{cookie}content-type: application/x-www-form-urlencoded\r\n");
    let granted = format!("{question}&csrf={csrf}&decision=allow");
    let sent = send(url, "POST", "/oauth/authorize", &form, &granted);
    let code = sent.head.split_once("code=").expect("a code").1;
    let code = code.split(['&', '\r', '\n']).next().expect("a value").to_owned();
    let exchange = format!(
        "grant_type=authorization_code&client_id={id}&client_secret={secret}&code={code}\
        &redirect_uri=https%3A%2F%2Fa.example"
    );
    let tokens = send(url, "POST", "/oauth/token", &form, &exchange).json();
    let [access, refresh] =
        ["access_token", "refresh_token"].map(|name| tokens[name].as_str().expect("a token"));
    [csrf, code, access.to_owned(), refresh.to_owned()]
}

#[rstest]
fn no_secret_is_ever_logged(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("text", "json")] format: &str,
) {
    let store = Store::new(engine);
    let loud = ["-vv", "--log-format", format];
    let mut command = store.command(&[&loud[..], &["serve", "--listen", "127.0.0.1:0"]].concat());
    if let Some(url) = store.database_url() {
        command.env("STATUARY_DATABASE_URL", url.replace("postgres@", "postgres:pass-phrase@"));
    }
    let mut server = Server::start(command);
    let link = server.process.line();
    let path = link.strip_prefix(&format!("administrator: {}", server.url)).expect("a link").to_owned();
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    let made = send(
        &server.url,
        "POST",
        &path,
        headers,
        "name=Mara&email=mara%40harbor.example&password=kran-und-kai",
    );
    let add = [&loud[..], &["token", "add", "--email", "mara@harbor.example"]].concat();
    let added = store.run(&add, "");
    let mut logged = added.err.clone();
    let second = added.success().trim().to_owned();

    for token in [second.as_str(), "stat_that-nobody-has"] {
        get(&server.url, "/api/v1/users/me", Some(token));
        get(&server.url, "/api/v1/nowhere", Some(token));
        get(&server.url, &format!("/api/v1/users/me?access_token={token}"), None);
        let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
        send(&server.url, "POST", "/api/v1/status_reports", &headers, "{");
    }
    get(&server.url, &path, None);
    let cookie = made.cookie().expect("a cookie");
    send(&server.url, "GET", "/", &cookie, "");
    send(&server.url, "GET", "/login/one-time-secret", "", "");
    send(&server.url, "GET", "/invitations/one-time-secret", "", "");
    send(&server.url, "POST", "/login", headers, "email=mara%40harbor.example&password=kran-und-kai");
    let added = ["oauth-app", "add", "--name", "A", "--redirect-uri", "https://a.example"];
    let added = store.run(&[&loud[..], &added].concat(), "");
    logged += &added.err;
    let out = added.success();
    let [id, client] = ["client_id: ", "client_secret: "]
        .map(|name| out.lines().find_map(|line| line.strip_prefix(name)).expect("a member"));
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={client}");
    let given = send(&server.url, "POST", "/oauth/token", headers, &body).json();
    let given = given["access_token"].as_str().expect("a token");
    send(
        &server.url,
        "POST",
        "/oauth/revoke",
        headers,
        &format!("token={given}&client_id={id}&client_secret=x"),
    );
    let [csrf, code, access, refresh] = grant(&server.url, &cookie, id, client);
    // An error reveals no more.
    let wrong =
        format!("grant_type=authorization_code&client_id={id}&client_secret=wrong-client-secret&code={code}");
    send(&server.url, "POST", "/oauth/token", headers, &wrong);
    send(&server.url, "POST", "/oauth/token", headers, &format!("grant_type=%zz&client_secret={client}"));
    send(&server.url, "POST", "/login", headers, "email=mara%40harbor.example&password=wrong-password");
    send(&server.url, "POST", "/login", headers, &format!("token={access}"));
    let basic = format!("authorization: Basic {}\r\n", BASE64_STANDARD.encode(format!("apikey:{second}")));
    for path in ["/api/v3/users/me", "/api/v3/nowhere", "/api/v3/projects?eprops=x"] {
        send(&server.url, "GET", path, &basic, "");
    }
    send(&server.url, "POST", "/logout", &format!("{cookie}{headers}"), &format!("csrf={csrf}"));
    let away = ["--database-url", "postgres://somebody:pass-phrase@127.0.0.1:1/nothing", "token", "list"];
    let away = store.run(&[&loud[..], &away].concat(), "");
    assert_eq!(away.code, Some(1), "{}", away.err);
    assert!(!away.err.contains("pass-phrase"), "{}", away.err);
    let session = cookie.trim().rsplit('=').next().expect("a secret");
    logged += &server.stop();
    assert!(logged.contains("serving"), "{logged}");
    let secret = path.rsplit('/').next().expect("a secret");
    for secret in [
        &second,
        "stat_that-nobody-has",
        secret,
        "pass-phrase",
        "kran-und-kai",
        "one-time-secret",
        session,
        client,
        given,
        &csrf,
        &code,
        &access,
        &refresh,
        "wrong-client-secret",
        "wrong-password",
        &BASE64_STANDARD.encode(format!("apikey:{second}")),
    ] {
        assert!(!logged.contains(secret), "{secret} is in {logged}");
    }
    if format == "json" {
        for line in logged.lines() {
            serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        }
    }
}

#[rstest]
fn people_are_deactivated_and_their_rights_change_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let user = |what: &str, rest: &[&str]| store.run(&[&["user", what, "--email"], rest].concat(), "");
    let token = store.run(&["token", "add", "--email", "ada@example.com"], "").success();
    let asks = |path: &str| get(&server.url, path, Some(token.trim())).status;
    assert_eq!((asks("/api/v1/users/me"), asks("/api/v1/subscribed_events")), (200, 403));
    assert_eq!(user("promote", &["ada@example.com"]).success(), "");
    assert_eq!(asks("/api/v1/subscribed_events"), 200);
    assert_eq!(user("demote", &["ada@example.com"]).success(), "");
    assert_eq!(asks("/api/v1/subscribed_events"), 403);
    assert_eq!(user("deactivate", &["ada@example.com"]).success(), "");
    assert_eq!(asks("/api/v1/users/me"), 401);
    assert_fails(&store.run(&["token", "add", "--email", "ada@example.com"], ""), "deactivated");
    // A second call changes nothing.
    let before = export(&store);
    assert_eq!(user("deactivate", &["ada@example.com"]).success(), "");
    assert_eq!(export(&store), before);
    let ada = records(&before, "user").into_iter().find(|user| user["id"] == 2545).expect("Ada");
    assert_eq!(ada["active"], false);
    assert_eq!(user("activate", &["ada@example.com"]).success(), "");
    assert_eq!(asks("/api/v1/users/me"), 200);
    for what in ["deactivate", "demote"] {
        assert_fails(&user(what, &["root@example.com"]), "last active administrator");
        assert_fails(&user(what, &["nobody@example.com"]), "nobody@example.com");
    }
    store
        .run(&["user", "add", "--email", "ada@example.com", "--name", "Ada", "--account", "500"], "")
        .success();
    assert_fails(&user("deactivate", &["ada@example.com"]), "--account");
    assert_eq!(user("deactivate", &["ada@example.com", "--account", "500"]).success(), "");
    assert_eq!(asks("/api/v1/users/me"), 200);
    server.stop();
    store.run(&["verify"], "").success();
}
