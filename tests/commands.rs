//! The command line, which is a promise: what it prints and where, its exit codes, where its settings come from.

#[path = "support/says.rs"]
mod says;
mod support;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rstest::rstest;
use says::says;
use serde_json::{Value, json};
use support::{Ended, Engine, HARBOR, PATIENCE, Process, Server, Store, statuary};

/// Of an environment.
type Variables<'v> = &'v [(&'v str, &'v str)];

const HEADER: &str = "{\"kind\":\"statuary_archive\",\"version\":1}\n";

// --- serve -----------------------------------------------------------------------------------------------------------

#[rstest]
fn a_first_start_prints_the_address_and_the_administrators_link_and_nothing_else(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let mut server = store.serve(&[]);
    let port: SocketAddr = server.url.strip_prefix("http://").expect("a URL").parse().expect("an address");
    assert!(port.ip().is_loopback() && port.port() != 0, "{}", server.url);
    let link = server.process.line();
    let secret = link.strip_prefix(&format!("administrator: {}/setup/", server.url)).expect("a link");
    assert!(secret.len() >= 32, "{link}");
    assert!(server.stop().contains("serving"));
}

#[rstest]
fn a_start_with_people_in_the_store_prints_the_address_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    assert_eq!(get(&server.url, "/healthz", None).status, 200);
    assert_eq!(get(&server.url, "/readyz", None).status, 200);
    server.stop();
}

#[rstest]
fn the_administrators_link_works_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::new(engine);
    let mut server = store.serve(&[]);
    let link = server.process.line();
    let path = link.strip_prefix(&format!("administrator: {}", server.url)).expect("a link").to_owned();
    let form = |fields: &str| {
        let headers = "content-type: application/x-www-form-urlencoded\r\n";
        send(&server.url, "POST", &path, headers, fields)
    };

    let page = get(&server.url, &path, None);
    assert!(page.status == 200 && page.body.contains("<form method=\"post\">"), "{page:?}");
    assert_eq!(form("name=+&email=mara%40harbor.example").status, 422);
    let made = form("name=Mara+L%C3%B6f&email=mara%40harbor.example");
    assert_eq!(made.status, 200, "{made:?}");
    let token = token_in(&made.body).expect("a token on the page");

    let me = get(&server.url, "/api/v1/users/me", Some(token)).json();
    let users: Vec<&Value> = me["users"].as_object().expect("users").values().collect();
    assert_eq!(users[0]["full_name"], "Mara Löf");
    assert_eq!(form("name=Eve&email=eve%40harbor.example").status, 404);
    assert_eq!(get(&server.url, &path, None).status, 404);
    server.stop();
    store.serve(&[]).stop();
}

#[rstest]
fn a_demo_prints_a_ready_token_and_curl_lines_that_work_when_pasted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let mut server = store.serve(&["--demo"]);
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    let lines = curl_lines(&mut server);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (line, collection) in lines.iter().zip(["workspaces", "status_reports", "workspace_status_changes"]) {
        let mut bash = Command::new("bash");
        bash.args(["-c", line]);
        let answer: Value = serde_json::from_str(&Process::start(bash, "").end().well()).expect(line);
        assert!(answer["errors"].is_null(), "{line}: {answer}");
        assert!(answer["results"][0]["key"] == collection, "{line}: {answer}");
        assert!(answer[collection].is_object(), "{line}: {answer}");
    }
    let changes = get(&server.url, "/api/v1/workspace_status_changes?workspace_id=1", Some(&token)).json();
    let latest = changes["results"][0]["id"].as_str().expect("a change");
    assert_eq!(changes["workspace_status_changes"][latest]["to_status_key"], "605");
    server.stop();
}

#[rstest]
fn another_demo_start_on_the_demo_store_ends_the_token_of_the_one_before(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let mut server = store.serve(&["--demo"]);
        tokens.push(server.process.line().strip_prefix("token: ").expect("a token").to_owned());
        let statuses: Vec<_> =
            tokens.iter().map(|token| get(&server.url, "/api/v1/users/me", Some(token)).status).collect();
        assert_eq!(statuses.last(), Some(&200));
        assert!(statuses[..statuses.len() - 1].iter().all(|status| *status == 401), "{statuses:?}");
        server.stop();
    }
}

#[rstest]
fn a_demo_is_refused_on_a_store_with_other_data(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    fails(&store.run(&["serve", "--demo", "--listen", "127.0.0.1:0"], ""), "--demo");
    assert_eq!(export(&store), HARBOR);
}

#[rstest]
fn a_request_under_way_is_finished_before_a_told_server_stops(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let mut server = store.serve(&[]);
    let body = json!({"status_report":
        {"workspace_id": 53760, "color": "green", "description": "Sent while it stops.", "details": []}});
    let body = body.to_string();
    let (one, other) = body.split_at(body.len() / 2);
    let mut stream = connect(&server.url);
    let head = format!(
        "POST /api/v1/status_reports HTTP/1.1\r\nhost: here\r\nauthorization: Bearer ada\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("a head sent");
    // The server asks for the body only once it works on the request.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).expect("an answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(one.as_bytes()).expect("a half sent");

    server.process.signal("TERM");
    says(&mut server, "stopping");
    stream.write_all(other.as_bytes()).expect("the rest sent");
    let answer = Answer::read(stream);
    assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    server.process.end().well();
    assert!(export(&store).contains("Sent while it stops."));
}

#[rstest]
fn connections_that_ask_for_nothing_do_not_keep_a_told_server(#[values("TERM", "INT")] signal: &str) {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let fresh = connect(&server.url);
    let mut idle = connect(&server.url);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n").expect("a request sent");
    assert!(idle.read(&mut [0; 1024]).is_ok_and(|length| length > 0));
    let told = Instant::now();
    server.process.signal(signal);
    server.process.end().well();
    // Half of what requests that run are given.
    assert!(told.elapsed().as_secs() < 15, "it took {:?}", told.elapsed());
    drop((fresh, idle));
}

#[test]
fn an_address_that_is_taken_is_an_error_and_leaves_the_token_of_the_demo_that_runs() {
    let store = Store::new(Engine::Sqlite);
    let mut server = store.serve(&["--demo"]);
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    let address = server.url.trim_start_matches("http://");
    fails(&store.run(&["serve", "--demo", "--listen", address], ""), address);
    assert_eq!(get(&server.url, "/api/v1/users/me", Some(&token)).status, 200);
}

// --- settings --------------------------------------------------------------------------------------------------------

#[test]
fn a_flag_wins_over_the_environment_that_over_the_file_and_that_over_the_default() {
    let store = Store::new(Engine::Sqlite);
    let here = store.path("");
    std::fs::write(
        store.path("statuary.toml"),
        "data = 'from-file'\nlisten = '127.0.0.2:0'\npublic_url = 'https://file.example/'\n",
    )
    .expect("a file");

    let steps: [(&str, &[&str], Variables); 4] = [
        ("statuary-data", &["--listen", "127.0.0.1:0"], &[]),
        ("from-file", &["--config", "statuary.toml"], &[]),
        (
            "from-environment",
            &[],
            &[
                ("STATUARY_CONFIG", "statuary.toml"),
                ("STATUARY_DATA", "from-environment"),
                ("STATUARY_LISTEN", "127.0.0.3:0"),
                ("STATUARY_PUBLIC_URL", "https://environment.example"),
            ],
        ),
        (
            "from-flag",
            &["--data", "from-flag", "--listen", "127.0.0.4:0", "--public-url", "https://flag.example/"],
            &[
                ("STATUARY_CONFIG", "statuary.toml"),
                ("STATUARY_DATA", "from-environment-again"),
                ("STATUARY_LISTEN", "127.0.0.3:0"),
                ("STATUARY_PUBLIC_URL", "https://environment.example"),
            ],
        ),
    ];
    let expected = [
        ("http://127.0.0.1:", "administrator: http://127.0.0.1:"),
        ("http://127.0.0.2:", "administrator: https://file.example/setup/"),
        ("http://127.0.0.3:", "administrator: https://environment.example/setup/"),
        ("http://127.0.0.4:", "administrator: https://flag.example/setup/"),
    ];
    for ((directory, arguments, environment), (address, link)) in steps.into_iter().zip(expected) {
        assert!(!here.join(directory).exists());
        let mut command = statuary(&here, &[&["serve"], arguments].concat());
        command.envs(environment.iter().copied());
        let mut server = Server::start(command);
        assert!(server.url.starts_with(address), "{}", server.url);
        let line = server.process.line();
        assert!(line.starts_with(link), "{line}");
        server.stop();
        assert!(here.join(directory).join("statuary.db").exists(), "{directory}");
    }
    assert!(!here.join("from-environment-again").exists());
}

#[test]
fn the_database_url_comes_from_a_flag_the_environment_a_file_or_a_file_that_the_settings_name() {
    let stores: Vec<_> = (0..5).map(|_| Store::new(Engine::Postgres)).collect();
    let urls: Vec<_> = stores.iter().map(|store| store.database_url().expect("PostgreSQL")).collect();
    let here = stores[0].path("");
    let secret = |name: &str, url: &str| {
        std::fs::write(here.join(name), format!("{url}\n")).expect("a file");
        here.join(name).display().to_string()
    };
    let in_environment = secret("environment.secret", &urls[2]);
    let in_settings = secret("settings.secret", &urls[4]);
    let toml = format!("database_url = '{}'\ndatabase_url_file = '{in_settings}'\n", urls[3]);
    std::fs::write(here.join("both.toml"), toml).expect("a file");
    std::fs::write(here.join("file.toml"), format!("database_url_file = '{in_settings}'\n")).expect("a file");

    let flag: &[&str] = &["--database-url", &urls[0]];
    let environment = ("STATUARY_DATABASE_URL", urls[1].as_str());
    let environment_file = ("STATUARY_DATABASE_URL_FILE", in_environment.as_str());
    let (both, file) = (("STATUARY_CONFIG", "both.toml"), ("STATUARY_CONFIG", "file.toml"));
    let steps: [(&[&str], Variables); 5] = [
        (flag, &[environment, environment_file, both]),
        (&[], &[environment, environment_file, both]),
        (&[], &[environment_file, both]),
        (&[], &[both]),
        (&[], &[file]),
    ];
    for ((arguments, variables), store) in steps.into_iter().zip(&stores) {
        let command = [&["user", "add", "--email", "a@b.example", "--name", "A"], arguments].concat();
        let mut command = statuary(&here, &command);
        command.envs(variables.iter().copied());
        assert_eq!(Process::start(command, "").end().well(), "1\n");
        assert!(export(store).contains("a@b.example"), "{variables:?}");
    }
    assert!(!here.join("statuary-data").exists(), "an embedded store was made as well");
}

// --- usage and errors ------------------------------------------------------------------------------------------------

#[rstest]
#[case::no_command(&[])]
#[case::an_unknown_command(&["carve"])]
#[case::an_unknown_flag(&["serve", "--loud"])]
#[case::an_address_that_is_none(&["serve", "--listen", "here"])]
#[case::a_missing_flag(&["token", "add"])]
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
#[case::no_such_archive(&["import", "nowhere.jsonl"], "nowhere.jsonl")]
#[case::nowhere_to_write(&["export", "no/such/place.jsonl"], "no/such/place.jsonl")]
#[case::a_store_that_is_not_empty(
    &["seed", "--workspaces", "1", "--reports", "1", "--changes", "1"],
    "not empty"
)]
#[case::no_such_settings(&["--config", "nowhere.toml", "token", "list"], "nowhere.toml")]
#[case::no_server(&["healthcheck", "--url", "http://127.0.0.1:1"], "127.0.0.1:1")]
fn what_cannot_be_done_exits_with_1_and_one_clear_line(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] arguments: &[&str],
    #[case] named: &str,
) {
    let store = Store::harbor(engine);
    fails(&store.run(arguments, ""), named);
    assert_eq!(export(&store), HARBOR);
}

#[rstest]
#[case::a_list(&["token", "list"])]
#[case::an_archive(&["export", "-"])]
#[case::what_came_in(&["import", "nothing.jsonl"])]
#[case::a_new_id(&["user", "add", "--email", "a@b.example", "--name", "A"])]
#[case::completions(&["completions", "bash"])]
#[case::where_it_listens(&["serve", "--listen", "127.0.0.1:0"])]
fn standard_output_that_takes_nothing_is_an_error(#[case] arguments: &[&str]) {
    let store = Store::harbor(Engine::Sqlite);
    std::fs::write(store.path("nothing.jsonl"), HEADER).expect("a file");
    let direct = store.command(arguments);
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" \"$@\" >/dev/full"]).arg(direct.get_program()).args(direct.get_args());
    shell.current_dir(store.path("")).env("STATUARY_DATA", store.path("data"));
    fails(&Process::start(shell, "").end(), "statuary: ");
}

#[rstest]
#[case::of_another_kind("mysql://somewhere/db", "postgres://")]
#[case::out_of_reach("postgres://postgres@127.0.0.1:1/nothing?sslmode=disable", "cannot open the store")]
fn a_database_url_that_leads_nowhere_is_an_error(#[case] url: &str, #[case] said: &str) {
    let store = Store::new(Engine::Sqlite);
    fails(&store.run(&["--database-url", url, "token", "list"], ""), said);
}

#[rstest]
#[case::an_unknown_key("data = 'here'\npassword = 'pass-phrase'\n", "line 2", "`password`")]
#[case::a_value_of_another_kind("database_url = ['pass-phrase']\n", "line 1", "expected a string")]
#[case::an_address_that_is_none("listen = 'here' # pass-phrase\n", "line 1", "address")]
#[case::what_is_no_toml("\n\npass-phrase\n", "line 3", "")]
fn a_settings_file_with_what_is_no_setting_is_named_with_the_line_and_without_its_secrets(
    #[case] settings: &str,
    #[case] line: &str,
    #[case] reason: &str,
) {
    let store = Store::new(Engine::Sqlite);
    std::fs::write(store.path("wrong.toml"), settings).expect("a file");
    let ended = store.run(&["--config", "wrong.toml", "serve"], "");
    fails(&ended, "wrong.toml");
    assert!(ended.err.contains(line) && ended.err.contains(reason), "{}", ended.err);
    assert!(!ended.err.contains("pass-phrase"), "{}", ended.err);
}

// --- people and tokens -----------------------------------------------------------------------------------------------

#[rstest]
fn people_are_added_to_the_oldest_account_or_to_one_that_is_named(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let empty = Store::new(engine);
    let add = |store: &Store, rest: &[&str]| store.run(&[&["user", "add"], rest].concat(), "").well();
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
    // The address alone says no longer who is meant.
    fails(&store.run(&["token", "add", "--email", "a@b.example"], ""), "--account");
    store.run(&["token", "add", "--email", "a@b.example", "--account", "500"], "").well();
}

#[rstest]
fn a_token_works_until_it_ends_or_is_revoked_and_is_listed_without_its_text(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    let asks = |token: &str| get(&server.url, "/api/v1/users/me", Some(token)).status;
    let add = |rest: &[&str]| {
        let arguments = [&["token", "add", "--email", "ada@example.com"], rest].concat();
        let out = store.run(&arguments, "").well();
        let token = out.strip_suffix('\n').expect("a line").to_owned();
        assert!(!token.is_empty() && !token.contains(char::is_whitespace), "{out:?}");
        token
    };

    let plain = add(&[]);
    let scoped =
        add(&["--name", "nightly export", "--scope", "api_v3", "--scope", "mcp", "--expires", "2999-12-31"]);
    let ended = add(&["--expires", "2020-01-01"]);
    assert_eq!((asks(&plain), asks(&scoped), asks(&ended)), (200, 200, 401));

    let list = store.run(&["token", "list"], "").well();
    let row = list.lines().find(|line| line.contains("nightly export")).expect("the token's row");
    assert!(row.contains("api_v3 mcp") && row.contains("2999-12-31T00:00:00Z"), "{row}");
    assert!(row.contains("ada@example.com") && row.contains("415"), "{row}");
    for token in [&plain, &scoped, &ended] {
        assert!(!list.contains(token.as_str()), "{list}");
        assert!(!export(&store).contains(token.as_str()));
    }

    let id = row.split_whitespace().next().expect("an id");
    assert_eq!(store.run(&["token", "revoke", id], "").well(), "");
    assert_eq!((asks(&plain), asks(&scoped)), (200, 401));
    fails(&store.run(&["token", "revoke", id], ""), id);
    server.stop();
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
    let made = send(&server.url, "POST", &path, headers, "name=Mara&email=mara%40harbor.example");
    let first = token_in(&made.body).expect("a token").to_owned();
    let add = [&loud[..], &["token", "add", "--email", "mara@harbor.example"]].concat();
    let added = store.run(&add, "");
    let mut logged = added.err.clone();
    let second = added.well().trim().to_owned();

    for token in [&first, &second, "stat_that-nobody-has"] {
        get(&server.url, "/api/v1/users/me", Some(token));
        get(&server.url, "/api/v1/nowhere", Some(token));
        get(&server.url, &format!("/api/v1/users/me?access_token={token}"), None);
        let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
        send(&server.url, "POST", "/api/v1/status_reports", &headers, "{");
    }
    get(&server.url, &path, None);
    logged += &server.stop();
    assert!(logged.contains("serving"), "{logged}");
    let secret = path.rsplit('/').next().expect("a secret");
    for secret in [&first, &second, "stat_that-nobody-has", secret, "pass-phrase"] {
        assert!(!logged.contains(secret), "{secret} is in {logged}");
    }
    if format == "json" {
        for line in logged.lines() {
            serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        }
    }
}

// --- archives --------------------------------------------------------------------------------------------------------

#[rstest]
fn an_archive_travels_between_the_engines_and_back_without_losing_a_byte(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let there = match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    };
    let (first, second, third) = (Store::new(engine), Store::new(there), Store::new(engine));
    first.run(&["seed", "--workspaces", "7", "--reports", "1500", "--changes", "40"], "").well();
    // Beside the synthetic kinds, those that it does not have.
    let references = "\
        {\"kind\":\"external_reference\",\"id\":5,\"subject_type\":\"StatusReport\",\"subject_id\":9,\
        \"service_name\":\"jira\",\"service_model\":\"Issue\",\"service_model_ref\":\"Ä-1 \\\"x\\\"\",\
        \"locked\":false,\"created_at\":\"2026-02-09T17:20:41.000001Z\",\"updated_at\":\"2026-02-09T18:20:41+01:00\"}\n";
    first.run(&["import", "-"], &format!("{HEADER}{references}")).well();

    let original = export(&first);
    let file = first.path("all.jsonl");
    let name = file.to_str().expect("UTF-8");
    assert_eq!(first.run(&["export", name], "").well(), "");
    assert_eq!(std::fs::read_to_string(&file).expect("an archive"), original);
    second.run(&["import", name], "").well();
    assert_eq!(export(&second), original);
    third.run(&["import", "-"], &export(&second)).well();
    assert_eq!(export(&third), original);
}

#[rstest]
fn importing_the_same_archive_again_changes_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let lines = HARBOR.lines().count() - 1;
    let first = counts(&store.run(&["import", "-"], HARBOR).well());
    assert_eq!(first["unchanged"], 0);
    assert_eq!(first.values().sum::<usize>(), lines);
    assert_eq!((first["account"], first["status_report"], first["external_reference"]), (2, 3, 2));
    assert_eq!(export(&store), HARBOR);

    let again = store.run(&["import", "-"], HARBOR).well();
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
fn a_wrong_line_is_named_by_number_and_reason_and_leaves_nothing_behind(
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
        fails(&ended, "line 5: ");
        assert!(ended.err.contains(reason), "{}", ended.err);
        assert_eq!(export(&store), HEADER);
    }
}

#[rstest]
#[case::nothing("")]
#[case::no_header("{\"kind\":\"account\",\"id\":1,\"name\":\"A\"}\n")]
#[case::a_later_version("{\"kind\":\"statuary_archive\",\"version\":2}\n")]
fn what_does_not_start_as_an_archive_is_refused_at_its_first_line(#[case] text: &str) {
    let store = Store::new(Engine::Sqlite);
    fails(&store.run(&["import", "-"], text), "line 1: ");
    assert_eq!(export(&store), HEADER);
}

#[rstest]
fn a_large_archive_comes_in_whole_or_not_at_all(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let source = Store::new(Engine::Sqlite);
    source.run(&["seed", "--workspaces", "50", "--reports", "16000", "--changes", "4000"], "").well();
    let archive = export(&source);
    let store = Store::new(engine);

    let mut lines: Vec<&str> = archive.lines().collect();
    let at = lines.len() - 2;
    let wrong = lines[at].replace("\"to_status_key\":", "\"to_status_key\":9");
    lines[at] = &wrong;
    let ended = store.run(&["import", "-"], &(lines.join("\n") + "\n"));
    fails(&ended, &format!("line {}: ", at + 1));
    assert_eq!(export(&store), HEADER);

    let counts = counts(&store.run(&["import", "-"], &archive).well());
    assert_eq!((counts["workspace"], counts["status_report"]), (50, 16000));
    assert_eq!((counts["workspace_status_change"], counts["unchanged"]), (4000, 0));
    assert_eq!(counts.values().sum::<usize>(), archive.lines().count() - 1);
}

#[rstest]
fn the_same_seed_gives_the_same_store_and_a_token_that_works(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let seed = |number: &str| {
        let store = Store::new(engine);
        let size = ["seed", "--workspaces", "3", "--reports", "30", "--changes", "20", "--seed", number];
        let token = store.run(&size, "").well();
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
fn an_export_that_fails_leaves_no_half_of_a_file() {
    let store = Store::harbor(Engine::Sqlite);
    let here = store.path("archives");
    std::fs::create_dir_all(here.join("taken.jsonl")).expect("a directory");
    let name = here.join("taken.jsonl").display().to_string();
    fails(&store.run(&["export", &name], ""), "taken.jsonl");
    assert_eq!(std::fs::read_dir(here).expect("a directory").count(), 1);
}

// --- the rest --------------------------------------------------------------------------------------------------------

#[rstest]
fn a_healthcheck_succeeds_while_the_server_is_ready(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let server = store.serve(&[]);
    assert_eq!(store.run(&["healthcheck", "--url", &server.url], "").well(), "");
    let address = server.url.trim_start_matches("http://").to_owned();
    let by_environment = || {
        let mut command = store.command(&["healthcheck"]);
        command.env("STATUARY_LISTEN", &address);
        Process::start(command, "").end()
    };
    by_environment().well();
    let settings = format!("listen = '{address}'\n");
    std::fs::write(store.path("listen.toml"), settings).expect("a file");
    store.run(&["--config", "listen.toml", "healthcheck"], "").well();
    server.stop();
    fails(&by_environment(), &address);
}

#[rstest]
fn completions_are_a_script_that_its_shell_can_read(#[values("bash", "zsh", "fish")] shell: &str) {
    let script = statuary(Path::new("."), &["completions", shell]);
    let script = Process::start(script, "").end().well();
    for command in ["serve", "import", "healthcheck"] {
        assert!(script.contains(command), "{shell}");
    }
    if shell == "bash" {
        let asked = "\nCOMP_WORDS=(statuary tok) COMP_CWORD=1\n_statuary statuary tok statuary\necho ${COMPREPLY[@]}\n";
        let bash = Process::start(Command::new("bash"), &(script + asked));
        assert_eq!(bash.end().well(), "token\n");
    }
}

// --- helpers ---------------------------------------------------------------------------------------------------------

/// Asserts an error: exit code 1, nothing on standard output, and one line on standard error with a text in it.
#[track_caller]
fn fails(ended: &Ended, named: &str) {
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    assert!(ended.err.starts_with("statuary: ") && ended.err.contains(named), "{}", ended.err);
}

#[track_caller]
fn export(store: &Store) -> String {
    store.run(&["export", "-"], "").well()
}

fn records(archive: &str, kind: &str) -> Vec<Value> {
    let lines = archive.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|record| record["kind"] == kind).collect()
}

/// What an import prints.
fn counts(out: &str) -> BTreeMap<String, usize> {
    let count = |line| {
        let (kind, number) = str::split_once(line, ": ").expect("a count");
        (kind.to_owned(), number.parse().expect("a number"))
    };
    out.lines().map(count).collect()
}

fn token_in(page: &str) -> Option<&str> {
    let rest = page.split_once("<code>")?.1;
    Some(rest.split_once("</code>")?.0)
}

/// The commands that a demo prints, each a paragraph.
#[track_caller]
fn curl_lines(server: &mut Server) -> Vec<String> {
    says(server, "Try it:");
    let until = Instant::now() + PATIENCE;
    let (mut commands, mut paragraph) = (Vec::new(), String::new());
    while commands.len() < 3 {
        let line = server.process.err.next(until).expect("three commands");
        if line == "\n" && !paragraph.is_empty() {
            commands.push(std::mem::take(&mut paragraph));
        } else if line != "\n" {
            paragraph += &line;
        }
    }
    commands
}

#[derive(Debug)]
struct Answer {
    status: u16,
    body: String,
}

impl Answer {
    #[track_caller]
    fn read(mut stream: TcpStream) -> Self {
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Self { status: status.unwrap_or_else(|| panic!("{head}")), body: body.to_owned() }
    }

    #[track_caller]
    fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

#[track_caller]
fn send(url: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut stream = connect(url);
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("a request sent");
    Answer::read(stream)
}

#[track_caller]
fn get(url: &str, path: &str, token: Option<&str>) -> Answer {
    let headers = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    send(url, "GET", path, &headers, "")
}
