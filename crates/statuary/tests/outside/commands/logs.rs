//! Refusals in the log, and the access log.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use regex::Regex;
use rstest::rstest;
use serde_json::Value;

use super::client::{get, send};
use crate::support::log::wait_for_log;
use crate::support::{Engine, PATIENCE, Server, Store, root};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

fn serve(store: &Store, variables: &[(&str, &str)], options: &[&str]) -> Server {
    let mut command = store.command(&[&["serve", "--listen", "127.0.0.1:0"], options].concat());
    command.envs(variables.iter().copied());
    Server::start(command)
}

/// The fail2ban expression of `docs/how-to/fail2ban.md`. fail2ban removes the time from a line before it applies it.
fn failregex() -> Regex {
    let text = std::fs::read_to_string(root().join("docs/how-to/fail2ban.md")).expect("the page");
    let line = text.lines().find_map(|line| line.strip_prefix("failregex = "));
    Regex::new(&line.expect("a filter").replace("<ADDR>", r"([0-9a-f.:]+)")).expect("an expression")
}

#[rstest]
fn each_refused_login_token_link_and_limit_is_logged_with_the_address_and_without_secrets(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::harbor(engine);
    let limits = [
        ("STATUARY_TRUSTED_PROXIES", "127.0.0.1"),
        ("STATUARY_LOGIN_LIMIT", "1"),
        ("STATUARY_ADDRESS_LIMIT", "2"),
        ("STATUARY_RATE_LIMIT", "1"),
    ];
    let mut server = serve(&store, &limits, &[]);
    let url = server.url.clone();
    let filter = failregex();
    let refused = |server: &mut Server, head: (&str, &str), headers: &str, body: &str, line: &str| {
        send(&url, head.0, head.1, headers, body);
        let said = wait_for_log(server, " WARN statuary::http::refused: ");
        assert!(said.trim_end().ends_with(line), "{said}");
        let (_, text) = said.trim_end().rsplit_once("Z ").expect("a time");
        let banned = filter.captures(text).map(|found| found[1].to_owned());
        let refused = line.split_once(" refused address=").map(|(_, address)| address);
        assert_eq!(banned.as_deref(), refused, "{text}");
        said
    };
    let login = format!("{FORM}x-forwarded-for: 203.0.113.1\r\n");
    let guess = "email=ada%40example.com&password=hunter2-guess";
    let mut said =
        refused(&mut server, ("POST", "/login"), &login, guess, "login refused address=203.0.113.1");
    said += &refused(&mut server, ("POST", "/login"), &login, guess, "limit=\"login\" address=203.0.113.1");
    // The person is limited on other addresses, too.
    let elsewhere = format!("{FORM}x-forwarded-for: 203.0.113.2\r\n");
    said +=
        &refused(&mut server, ("POST", "/login"), &elsewhere, guess, "limit=\"login\" address=203.0.113.2");
    // The limit of a single token would apply first.
    for (path, line) in [
        ("/api/v1/users/me", "token refused address=203.0.113.3"),
        ("/api/v3/statuses", "token refused address=203.0.113.3"),
        ("/api/v1/users", "limit=\"address\" address=203.0.113.3"),
    ] {
        let token = format!("x-forwarded-for: 203.0.113.3\r\nauthorization: Bearer hunter2{path}\r\n");
        said += &refused(&mut server, ("GET", path), &token, "", line);
    }
    let secret = format!("{FORM}x-forwarded-for: 2001:db8::7\r\n");
    let client = "grant_type=client_credentials&client_id=board&client_secret=hunter2-secret";
    said +=
        &refused(&mut server, ("POST", "/oauth/token"), &secret, client, "token refused address=2001:db8::7");
    let link = "x-forwarded-for: 203.0.113.4\r\n";
    for path in ["/login/hunter2-link", "/setup/hunter2-link", "/invitations/hunter2-link"] {
        said += &refused(&mut server, ("GET", path), link, "", "link refused address=203.0.113.4");
    }
    let good = "x-forwarded-for: 203.0.113.5\r\nauthorization: Bearer ada\r\n";
    send(&url, "GET", "/api/v1/users/me", good, "");
    said +=
        &refused(&mut server, ("GET", "/api/v1/users/me"), good, "", "limit=\"token\" address=203.0.113.5");
    assert!(!said.contains("hunter2") && !said.contains("ada"), "{said}");
    let rest = server.stop();
    assert!(!rest.contains("hunter2"), "{rest}");
}

#[rstest]
fn an_untrusted_proxy_is_reported_once_and_by_doctor() {
    let store = Store::harbor(Engine::Sqlite);
    let mut server = store.serve(&[]);
    let address = server.url.trim_start_matches("http://").to_owned();
    let doctor = |options: &[&str]| {
        let arguments = [&["doctor", "--listen", &address], options].concat();
        store.run(&arguments, "").out
    };
    assert!(!doctor(&[]).contains("STATUARY_TRUSTED_PROXIES"), "{}", doctor(&[]));
    for header in ["x-forwarded-for: 203.0.113.7\r\n", "forwarded: for=203.0.113.7\r\n"] {
        send(&server.url, "POST", "/login", &format!("{FORM}{header}"), "token=x");
    }
    let said = wait_for_log(&mut server, "STATUARY_TRUSTED_PROXIES");
    assert!(said.contains("peer=127.0.0.1"), "{said}");
    assert!(doctor(&[]).contains("2 requests were forwarded by addresses"), "{}", doctor(&[]));
    assert!(!server.stop().contains("STATUARY_TRUSTED_PROXIES"));

    // The settings can turn it on, too.
    let public = ["--public-url", "https://status.example"];
    assert!(doctor(&public).contains("no proxy is trusted"), "{}", doctor(&public));
    let mut server = store.serve(&public);
    wait_for_log(&mut server, "no proxy is trusted");
    server.stop();
}

/// Waits until the file has this many lines. Returns its lines.
fn lines(path: &Path, count: usize) -> Vec<String> {
    let until = Instant::now() + PATIENCE;
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        if text.ends_with('\n') && text.lines().count() >= count {
            return text.lines().map(str::to_owned).collect();
        }
        assert!(Instant::now() < until, "{text:?}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

#[rstest]
fn the_access_log_has_a_line_per_request_and_is_reopened_on_sighup() {
    let store = Store::harbor(Engine::Sqlite);
    let (path, moved) = (store.path("access.log"), store.path("access.log.1"));
    let shown = path.display().to_string();
    let server =
        serve(&store, &[("STATUARY_ACCESS_LOG", &shown), ("STATUARY_TRUSTED_PROXIES", "127.0.0.1")], &[]);
    let headers = "authorization: Bearer ada\r\nx-forwarded-for: 203.0.113.7\r\nuser-agent: a \"b\"\r\n\
        referer: https://a.example/x?code=hunter2\r\n";
    send(&server.url, "GET", "/api/v1/users?per_page=1", headers, "");
    send(&server.url, "GET", "/login/hunter2", "", "");
    send(&server.url, "POST", "/setup/hunter2/x", FORM, "name=hunter2");
    send(&server.url, "GET", "/oauth/authorize?client_id=a&state=hunter2", "", "");
    let written = lines(&path, 4);
    let first = &written[0];
    assert!(first.starts_with("203.0.113.7 - - ["), "{first}");
    assert!(first.contains(" +0000] \"GET /api/v1/users?per_page=1 HTTP/1.1\" 200 "), "{first}");
    assert!(first.ends_with(r#" "https://a.example/x" "a \"b\"""#), "{first}");
    assert!(written[1].contains("\"GET /login/{secret} HTTP/1.1\" 404 "), "{}", written[1]);
    assert!(!written.concat().contains("hunter2"), "{written:?}");

    fs::rename(&path, &moved).expect("a file");
    server.process.signal("HUP");
    let until = Instant::now() + PATIENCE;
    while !path.exists() {
        assert!(Instant::now() < until, "the file is not opened anew");
        std::thread::park_timeout(Duration::from_millis(5));
    }
    get(&server.url, "/healthz", None);
    assert!(lines(&path, 1)[0].contains("\"GET /healthz HTTP/1.1\" 200 "));
    // Buffered lines are written when the server stops.
    get(&server.url, "/readyz", None);
    server.stop();
    assert_eq!((lines(&path, 2).len(), lines(&moved, 4).len()), (2, 4));

    let json = serve(&store, &[("STATUARY_ACCESS_LOG", &shown)], &["--log-format", "json"]);
    get(&json.url, "/healthz", None);
    json.stop();
    let line: Value = serde_json::from_str(&lines(&path, 3)[2]).expect("JSON");
    assert_eq!((&line["path"], &line["status"]), (&"/healthz".into(), &200.into()), "{line}");
    assert_eq!((&line["address"], &line["bytes"]), (&"127.0.0.1".into(), &3.into()), "{line}");
}

#[rstest]
fn an_unwritable_access_log_breaks_no_request() {
    let store = Store::harbor(Engine::Sqlite);
    let folder = store.path("logs");
    fs::create_dir(&folder).expect("a folder");
    let path = folder.join("access.log");
    let mut server = serve(&store, &[("STATUARY_ACCESS_LOG", &path.display().to_string())], &[]);
    let fetch = |server: &Server| assert_eq!(get(&server.url, "/api/v1/users/me", Some("ada")).status, 200);
    fetch(&server);
    lines(&path, 1);
    fs::remove_dir_all(&folder).expect("no folder");
    server.process.signal("HUP");
    wait_for_log(&mut server, "the access log cannot be opened again");
    fetch(&server);
    wait_for_log(&mut server, "the access log cannot be written");
    fs::create_dir(&folder).expect("a folder");
    server.process.signal("HUP");
    for _ in 0..2 {
        fetch(&server);
    }
    let said = wait_for_log(&mut server, "lines are missing");
    assert!(said.contains("lost=") && !said.contains("cannot be written"), "{said}");
    server.stop();

    let mut server = serve(&store, &[("STATUARY_ACCESS_LOG", "-")], &[]);
    get(&server.url, "/healthz", None);
    wait_for_log(&mut server, "\"GET /healthz HTTP/1.1\" 200 3");
    server.stop();
}
