//! `statuary serve`.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::Command;
use std::time::Instant;

use rstest::rstest;
use serde_json::{Value, json};

use super::client::{Answer, assert_fails, connect, curl_lines, export, get, send, token_in};
use crate::support::log::wait_for_log;
use crate::support::{Engine, HARBOR, Process, Store};

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
fn a_start_with_people_in_the_store_prints_only_the_address(
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
    assert_eq!(form("name=Mara&email=mara%40harbor.example&password=short").status, 422);
    assert_eq!(form("name=+&email=mara%40harbor.example").status, 422);
    let made = form("name=Mara+L%C3%B6f&email=mara%40harbor.example");
    assert_eq!(made.status, 200, "{made:?}");
    let token = token_in(&made.body).expect("a token on the page");

    let me = get(&server.url, "/api/v1/users/me", Some(token)).json();
    let users: Vec<&Value> = me["users"].as_object().expect("users").values().collect();
    assert_eq!(users[0]["full_name"], "Mara Löf");
    let cookie = made.cookie().expect("a cookie");
    assert!(send(&server.url, "GET", "/", &cookie, "").body.contains("Mara Löf"));
    assert_eq!(form("name=Eve&email=eve%40harbor.example").status, 404);
    assert_eq!(get(&server.url, &path, None).status, 404);
    server.stop();
    store.serve(&[]).stop();
}

#[rstest]
fn a_demo_prints_a_working_token_and_working_curl_commands(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let mut server = store.serve(&["--demo"]);
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    server.process.line();
    let lines = curl_lines(&mut server);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (line, collection) in lines.iter().zip(["workspaces", "status_reports", "workspace_status_changes"]) {
        let mut bash = Command::new("bash");
        bash.args(["-c", line]);
        let answer: Value = serde_json::from_str(&Process::start(bash, "").end().success()).expect(line);
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
fn a_demo_prints_a_link_that_signs_in_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::new(engine);
    let mut server = store.serve(&["--demo"]);
    server.process.line();
    let link = server.process.line().strip_prefix("login: ").expect("a link").to_owned();
    assert!(link.starts_with(&format!("{}/login/", server.url)), "{link}");
    let jar = store.path("jar").display().to_string();
    let curl = |rest: &[&str]| {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-o", "-", "-w", "%{http_code}"]).args(rest);
        Process::start(curl, "").end().success()
    };
    for _ in 0..2 {
        let requested = curl(&["-L", &link]);
        assert!(
            requested.contains("<form id=\"send\" method=\"post\">") && requested.ends_with("200"),
            "{requested}"
        );
    }
    assert!(curl(&["-I", &link]).ends_with("200"));
    let page = curl(&["-c", &jar, "-L", "--data", "", &link]);
    let name = "<summary dir=\"auto\">Mara Lindqvist</summary>";
    assert!(page.contains(name) && page.ends_with("200"), "{page}");
    assert!(curl(&["-b", &jar, &format!("{}/", server.url)]).contains(name));
    assert!(curl(&["-L", &link]).ends_with("404"));
    assert!(curl(&["-L", "--data", "", &link]).ends_with("404"));
    server.stop();
}

#[rstest]
fn a_password_set_at_the_first_start_works_later(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::new(engine);
    let mut server = store.serve(&[]);
    let link = server.process.line();
    let path = link.strip_prefix(&format!("administrator: {}", server.url)).expect("a link").to_owned();
    let form = |path: &str, fields: &str| {
        let headers = "content-type: application/x-www-form-urlencoded\r\n";
        send(&server.url, "POST", path, headers, fields)
    };
    form(&path, "name=Mara&email=mara%40harbor.example&password=kran+und+kai");
    assert_eq!(form("/login", "email=mara%40harbor.example&password=kran+und").status, 422);
    let signed_in = form("/login", "email=mara%40harbor.example&password=kran+und+kai");
    assert!(signed_in.status == 303 && signed_in.cookie().is_some(), "{signed_in:?}");
    server.stop();
}

#[rstest]
fn restarting_a_demo_ends_its_previous_token(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::new(engine);
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let mut server = store.serve(&["--demo"]);
        tokens.push(server.process.line().strip_prefix("token: ").expect("a token").to_owned());
        server.process.line();
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
    assert_fails(&store.run(&["serve", "--demo", "--listen", "127.0.0.1:0"], ""), "--demo");
    assert_eq!(export(&store), HARBOR);
}

#[rstest]
fn running_requests_are_finished_before_the_server_stops(
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
    // The server sends `100 Continue` only when it handles the request.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).expect("an answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(one.as_bytes()).expect("a half sent");

    server.process.signal("TERM");
    wait_for_log(&mut server, "stopping");
    stream.write_all(other.as_bytes()).expect("the rest sent");
    let answer = Answer::read(stream);
    assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    server.process.end().success();
    assert!(export(&store).contains("Sent while it stops."));
}

#[rstest]
fn idle_connections_do_not_delay_the_shutdown(#[values("TERM", "INT")] signal: &str) {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let fresh = connect(&server.url);
    let mut idle = connect(&server.url);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n").expect("a request sent");
    assert!(idle.read(&mut [0; 1024]).is_ok_and(|length| length > 0));
    let signalled = Instant::now();
    server.process.signal(signal);
    server.process.end().success();
    // Half of the time that running requests are given.
    assert!(signalled.elapsed().as_secs() < 15, "it took {:?}", signalled.elapsed());
    drop((fresh, idle));
}

#[test]
fn an_address_in_use_is_an_error_and_keeps_the_token_of_the_running_demo() {
    let store = Store::new(Engine::Sqlite);
    let mut server = store.serve(&["--demo"]);
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    let address = server.url.trim_start_matches("http://");
    assert_fails(&store.run(&["serve", "--demo", "--listen", address], ""), address);
    assert_eq!(get(&server.url, "/api/v1/users/me", Some(&token)).status, 200);
}
