//! The pages in a browser, served by the binary.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::support::{Engine, PATIENCE, Process, Server, Store, root};
use rstest::rstest;
use url::Url;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[rstest]
fn a_person_authorises_an_application(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let folder = programs();
    let store = Store::new(engine);
    let mut server = store.serve(&["--demo"]);
    server.process.line();
    let login = server.process.line().strip_prefix("login: ").expect("a link").to_owned();
    store.run(&["user", "password", "--email", "mara@statuary.example"], "kran und kai\n").success();
    let (redirect_uri, codes) = application();
    let added = ["oauth-app", "add", "--name", "Status board", "--redirect-uri", &redirect_uri];
    let out = store.run(&added, "").success();
    let member = |name: &str| {
        let line = out.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.expect("a member").to_owned()
    };
    let (id, secret) = (member("client_id"), member("client_secret"));

    let mut node = Command::new("node");
    node.arg("consent.mjs")
        .args([&login, &server.url, &id, &redirect_uri])
        .arg(screenshots(engine))
        .current_dir(folder);
    let said = Process::start(node, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");

    // By query with script, by form with script, by query without.
    for state in ["s&t", "posted", "later"] {
        let pairs = codes.recv_timeout(PATIENCE).expect("a code");
        let of = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        assert_eq!(of("state"), Some(state), "{pairs:?}");
        let code = of("code").expect("a code");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("client_id", &id),
            ("client_secret", &secret),
            ("code_verifier", VERIFIER),
        ];
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--fail-with-body", &format!("{}/oauth/token", server.url)]);
        for (name, value) in form {
            curl.args(["--data-urlencode", &format!("{name}={value}")]);
        }
        let given: serde_json::Value =
            serde_json::from_str(&Process::start(curl, "").end().success()).expect("JSON");
        assert_eq!((&given["token_type"], &given["expires_in"]), (&"Bearer".into(), &7200.into()), "{given}");
    }
    server.stop();
}

#[rstest]
fn the_viewer_shows_each_document_and_contacts_no_other_host(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let store = Store::new(engine);
    let mut server = store.serve(&["--demo"]);
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    let mut node = Command::new("node");
    node.arg("viewer.mjs").args([&server.url, &token]).arg(screenshots(engine)).current_dir(programs());
    let said = Process::start(node, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
}

/// The stories check that the pages have the same content on both engines: one program that writes is enough on
/// PostgreSQL.
#[rstest]
#[case(Engine::Sqlite, "portfolio.mjs")]
#[case(Engine::Sqlite, "grid.mjs")]
#[case(Engine::Sqlite, "media.mjs")]
#[case(Engine::Sqlite, "hebrew.mjs")]
#[case(Engine::Sqlite, "lists.mjs")]
#[case(Engine::Sqlite, "projects.mjs")]
#[case(Engine::Sqlite, "meeting.mjs")]
#[case(Engine::Sqlite, "desk.mjs")]
#[case(Engine::Sqlite, "words.mjs")]
#[case(Engine::Sqlite, "webhooks.mjs")]
#[case(Engine::Sqlite, "past.mjs")]
#[case(Engine::Sqlite, "views.mjs")]
#[case(Engine::Sqlite, "changes.mjs")]
#[case(Engine::Sqlite, "every.mjs")]
#[case(Engine::Sqlite, "work_packages.mjs")]
#[case(Engine::Sqlite, "reports.mjs")]
#[case(Engine::Postgres, "reports.mjs")]
fn the_browser_programs_pass(#[case] engine: Engine, #[case] program: &str) {
    let store = Store::new(engine);
    let mut serve = store.command(&["serve", "--listen", "127.0.0.1:0", "--demo"]);
    // The receivers of the webhooks are on this machine.
    serve.env("STATUARY_WEBHOOK_PRIVATE_NETWORKS", "true");
    let mut server = Server::start(serve);
    server.process.line();
    let login = server.process.line().strip_prefix("login: ").expect("a link").to_owned();
    walk(engine, program, &login, server, &[]);
}

#[test]
fn long_words_do_not_overflow_a_narrow_window() {
    let engine = Engine::Sqlite;
    let store = Store::new(engine);
    let mut server = store.serve(&["--demo"]);
    let mut printed = |name: &str| server.process.line().strip_prefix(name).expect("a line").to_owned();
    let (token, login) = (printed("token: "), printed("login: "));
    let (redirect_uri, _codes) = application();
    let name = "W".repeat(100);
    let out =
        store.run(&["oauth-app", "add", "--name", &name, "--redirect-uri", &redirect_uri], "").success();
    let given = |name: &str| out.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
    let (id, secret) = (given("client_id: "), given("client_secret: "));
    walk(engine, "narrow.mjs", &login, server, &[&token, id, secret, &redirect_uri]);
}

/// The figures are those of the unoptimised build, with a browser that draws without a graphics card.
#[test]
fn a_large_portfolio_is_painted_in_parts() {
    let engine = Engine::Sqlite;
    let store = Store::new(engine);
    let size = ["--workspaces", "1000", "--reports", "52000", "--changes", "3000"];
    let said = store.run(&[&["seed"], &size[..]].concat(), "").success();
    let token = said.lines().find_map(|line| line.strip_prefix("token: ")).expect("a token").to_owned();
    let server = store.serve(&["--clock", "2025-12-31T12:00:00Z"]);
    walk(engine, "scale.mjs", &token, server, &[]);
}

#[test]
fn links_of_mails_lead_to_pages() {
    let engine = Engine::Sqlite;
    let store = Store::new(engine);
    let mails = store.path("mails").display().to_string();
    let mut server = store.serve(&["--demo", "--mail-folder", &mails]);
    server.process.line();
    let login = server.process.line().strip_prefix("login: ").expect("a link").to_owned();
    walk(engine, "mail.mjs", &login, server, &[&mails]);
}

/// With `STATUARY_WRITE_PICTURES=1`, the pictures of the documentation are replaced.
#[test]
fn the_pictures_of_the_documentation_are_made() {
    let store = Store::new(Engine::Sqlite);
    let mut server = store.serve(&["--demo"]);
    server.process.line();
    let login = server.process.line().strip_prefix("login: ").expect("a link").to_owned();
    let is_kept = std::env::var("STATUARY_WRITE_PICTURES").is_ok_and(|value| value == "1");
    let folder = if is_kept { root().join("docs/pictures") } else { store.path("pictures") };
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut node = Command::new("node");
    node.arg("pictures.mjs").args([&login, &server.url]).arg(&folder).current_dir(programs());
    let said = Process::start(node, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}

/// The provider is a real one, in the program of the browser.
#[test]
fn people_sign_in_with_a_provider_of_openid_connect() {
    let store = Store::new(Engine::Sqlite);
    let mut node = Command::new("node");
    node.arg("sign_in.mjs").arg(screenshots(Engine::Sqlite)).current_dir(programs());
    let mut program = Process::start(node, "");
    let issuer = program.line();
    let mut serve = store.command(&["serve", "--listen", "127.0.0.1:0", "--demo"]);
    serve.envs([
        ("STATUARY_OIDC_ISSUER", issuer.as_str()),
        ("STATUARY_OIDC_CLIENT_ID", "statuary"),
        ("STATUARY_OIDC_CLIENT_SECRET", "a secret & more"),
        ("STATUARY_OIDC_SCOPES", "openid,email,profile,groups"),
        ("STATUARY_OIDC_NAME", "Harbor ID"),
        ("STATUARY_OIDC_ADMINISTRATORS", "statuary-administrators"),
    ]);
    let mut server = Server::start(serve);
    // The token and the link of the demo.
    server.process.line();
    server.process.line();
    store.run(&["user", "password", "--email", "mara@statuary.example"], "kran und kai\n").success();
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--fail-with-body", &format!("{issuer}/begin?server={}", server.url)]);
    Process::start(curl, "").end().success();
    let said = program.end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    server.stop();
}

#[test]
fn people_sign_in_with_a_second_factor() {
    let store = Store::new(Engine::Sqlite);
    let mut server = store.serve(&["--demo"]);
    server.process.line();
    let login = server.process.line().strip_prefix("login: ").expect("a link").to_owned();
    store.run(&["user", "password", "--email", "mara@statuary.example"], "kran und kai\n").success();
    walk(Engine::Sqlite, "factors.mjs", &login, server, &[]);
}

#[test]
fn a_first_start_is_completed_in_the_browser() {
    let engine = Engine::Sqlite;
    let store = Store::new(engine);
    let mut server = store.serve(&[]);
    let link = server.process.line().strip_prefix("administrator: ").expect("a link").to_owned();
    walk(engine, "first.mjs", &link, server, &[]);
}

/// Runs a browser program that starts at a link; `more` are its further arguments.
fn walk(engine: Engine, program: &str, link: &str, server: Server, more: &[&str]) {
    let mut node = Command::new("node");
    node.arg(program).args([link, &server.url]).arg(screenshots(engine)).args(more).current_dir(programs());
    let said = Process::start(node, "").end().success();
    assert!(said.ends_with("all steps done\n"), "{said}");
    print!("{said}");
    server.stop();
}

/// The folder of the browser programs.
fn programs() -> PathBuf {
    let folder = root().join("tests/browser");
    assert!(
        folder.join("node_modules/playwright-core").exists()
            && Path::new("/usr/bin/chromium-headless-shell").exists(),
        "the browser is not installed: run `cargo xtask test`"
    );
    folder
}

/// The folder of the screenshots.
fn screenshots(engine: Engine) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots").join(format!("{engine:?}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Starts an application that listens for authorization codes. Returns its redirect URI, and the parameters of each
/// redirect that has a code.
fn application() -> (String, Receiver<Vec<(String, String)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let uri = format!("http://{}/callback", listener.local_addr().expect("an address"));
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let pairs = answer(stream);
            if pairs.iter().any(|(name, _)| name == "code") && sender.send(pairs).is_err() {
                return;
            }
        }
    });
    (uri, receiver)
}

/// Answers a request. Returns the parameters of its query and of its body.
fn answer(stream: TcpStream) -> Vec<(String, String)> {
    let mut reader = BufReader::new(stream);
    let (mut path, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        if path.is_empty() {
            line.split(' ').nth(1).unwrap_or_default().clone_into(&mut path);
        } else if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    drop(reader.read_exact(&mut body));
    let page = "<!doctype html><title>Application</title><p>the application has its code</p>";
    let text = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    );
    drop(reader.get_mut().write_all(text.as_bytes()));
    let url = Url::parse(&format!("http://here{path}")).expect("a path");
    url.query_pairs()
        .chain(url::form_urlencoded::parse(&body))
        .map(|(a, b)| (a.into_owned(), b.into_owned()))
        .collect()
}
