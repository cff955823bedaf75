//! Fault injection and the virtual clock, with curl as the client.

use std::process::Command;

use crate::support::authority::{Authority, HOST};
use crate::support::log::wait_for_log;
use crate::support::{Ended, Engine, Process, Server, Store};
use rstest::rstest;
use serde_json::{Value, json};

/// A store, and the path of a file of faults in it.
fn harbor(engine: Engine, faults: &str) -> (Store, String) {
    let store = Store::harbor(engine);
    let path = store.path("faults.toml");
    std::fs::write(&path, faults).expect("a file");
    (store, path.display().to_string())
}

/// Starts a request.
fn fetch(url: &str, path: &str, options: &[&str]) -> Process {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--noproxy", "*"]).args(options);
    if !options.iter().any(|option| option.starts_with("Authorization: ")) {
        curl.args(["-H", "Authorization: Bearer root"]);
    }
    curl.arg(format!("{url}{path}"));
    Process::start(curl, "")
}

fn curl(url: &str, path: &str, options: &[&str]) -> Ended {
    fetch(url, path, options).end()
}

/// The response with its head, in lower case.
#[track_caller]
fn answer(url: &str, path: &str, options: &[&str]) -> String {
    curl(url, path, &[&["-i"], options].concat()).success().to_lowercase()
}

fn count_of_reports(url: &str) -> Value {
    let list =
        curl(url, "/api/v1/status_reports?workspace_id=53760", &["-H", "X-Statuary-Fault: ok"]).success();
    serde_json::from_str::<Value>(&list).expect("JSON")["count"].clone()
}

const POST: [&str; 4] = [
    "-H",
    "Content-Type: application/json",
    "-d",
    r#"{"status_report": {"workspace_id": 53760, "color": "green", "description": "Is it there?"}}"#,
];

#[rstest]
fn a_connection_is_cut_before_the_first_byte_or_in_the_middle_of_the_body(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (store, faults) = harbor(engine, "");
    let server = store.serve(&["--faults", &faults]);
    let before = count_of_reports(&server.url);

    let cut = curl(
        &server.url,
        "/api/v1/status_reports",
        &[&POST[..], &["-i", "-H", "X-Statuary-Fault: cut"]].concat(),
    );
    // 52: the server returned nothing.
    assert_eq!((cut.code, cut.out.as_str()), (Some(52), ""), "{}", cut.err);
    assert_eq!(count_of_reports(&server.url), before);

    let options = [&POST[..], &["-i", "-H", "X-Statuary-Fault: cut-body"]].concat();
    let cut = curl(&server.url, "/api/v1/status_reports", &options);
    // 18: the transfer ended before the announced length.
    assert_eq!(cut.code, Some(18), "{}", cut.err);
    assert!(
        cut.out.starts_with("HTTP/1.1 200 OK") && cut.out.contains("x-statuary-fault: cut-body"),
        "{}",
        cut.out
    );
    assert!(cut.out.contains("{\"count\":1,"), "{}", cut.out);
    assert_eq!(count_of_reports(&server.url).as_i64(), before.as_i64().map(|before| before + 1));
    server.stop();
}

#[rstest]
fn an_encrypted_connection_is_cut_too() {
    let (store, faults) = harbor(Engine::Sqlite, "");
    let authority = Authority::new(&store, "tls");
    let server = store.serve(&[&authority.options()[..], &["--faults", &faults]].concat());
    let address = server.url.strip_prefix("https://").expect("an encrypted address");
    let connect_to = format!("{HOST}:443:{address}");
    let fetch = |fault: &str| {
        let fault = format!("X-Statuary-Fault: {fault}");
        let options = ["--cacert", &authority.ca, "--connect-to", &connect_to, "-H", &fault];
        curl(&format!("https://{HOST}"), "/api/v1/users", &options)
    };
    assert!(fetch("ok").success().starts_with("{\"count\":3,"));
    let cut = fetch("cut");
    // 56: receiving failed, because TLS was not closed.
    assert!(matches!(cut.code, Some(52 | 56)) && cut.out.is_empty(), "{cut:?}");
    let cut = fetch("cut-body");
    assert!(matches!(cut.code, Some(18 | 56)) && cut.out.starts_with("{\"count\":3,"), "{cut:?}");
    server.stop();
}

#[rstest]
#[case::by_flag(true)]
#[case::by_environment(false)]
fn only_a_server_with_faults_warns_about_them(#[case] by_flag: bool) {
    let (store, faults) =
        harbor(Engine::Sqlite, "[[rule]]\npath = '/api/v1/users/{id}'\nscript = ['ok', '503']");
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    if by_flag {
        command.args(["--faults", &faults]);
    } else {
        command.env("STATUARY_FAULTS", &faults);
    }
    let server = Server::start(command);
    let first = answer(&server.url, "/api/v1/users/2545", &[]);
    assert!(first.starts_with("http/1.1 200") && !first.contains("x-statuary-fault"), "{first}");
    let second = answer(&server.url, "/api/v1/users/2545", &[]);
    assert!(second.starts_with("http/1.1 503") && second.contains("x-statuary-fault: 503"), "{second}");
    assert!(server.stop().contains("FAULTS ARE ON"));

    let server = store.serve(&[]);
    let unharmed = answer(&server.url, "/api/v1/users/2545", &["-H", "X-Statuary-Fault: 503"]);
    assert!(unharmed.starts_with("http/1.1 200") && !unharmed.contains("x-statuary-fault"), "{unharmed}");
    let said = server.stop();
    assert!(!said.contains("FAULTS") && !said.contains("VIRTUAL"), "{said}");
}

#[rstest]
fn an_invalid_fault_file_is_an_error_before_the_start() {
    let (store, faults) = harbor(Engine::Sqlite, "seed = 1\n[[rule]]\npath = '/a'\ndelay = '4m'\n");
    let ended = store.run(&["serve", "--listen", "127.0.0.1:0", "--faults", &faults], "");
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
    let expected = "faults.toml is not a file of faults: line 4: delay: `4m` is not a delay";
    assert!(ended.err.contains(expected) && ended.err.lines().count() == 1, "{}", ended.err);
    let ended = store.run(&["serve", "--listen", "127.0.0.1:0", "--faults", "nowhere.toml"], "");
    assert!(ended.code == Some(1) && ended.err.contains("cannot read nowhere.toml"), "{}", ended.err);
}

#[rstest]
fn a_shutdown_ends_delays_and_answers_their_requests(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (store, faults) = harbor(engine, "[[rule]]\npath = '/api/v1/users/me'\ndelay = '3m'");
    let mut server = store.serve(&["-v", "--faults", &faults]);
    let late = fetch(&server.url, "/api/v1/users/me", &["-i"]);
    wait_for_log(&mut server, "a fault is injected");
    server.process.signal("TERM");
    let late = late.end().success();
    assert!(late.starts_with("HTTP/1.1 200") && late.contains("x-statuary-fault: delay=180s"), "{late}");
    server.process.end().success();
}

#[rstest]
fn a_virtual_clock_keeps_its_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let mut server = store.serve(&["--clock", "2098-12-31T23:59:59+00:00"]);
    wait_for_log(&mut server, "THE CLOCK IS VIRTUAL");
    let clock = |options: &[&str]| -> Value {
        serde_json::from_str(&curl(&server.url, "/api/statuary/v1/clock", options).success()).expect("JSON")
    };
    assert_eq!(clock(&[]), json!({"now": "2098-12-31T23:59:59Z"}));
    let zoe = ["-H", "Authorization: Bearer zoe"];
    let is_known =
        || answer(&server.url, "/api/v3/statuses", &[&["-H", "Authorization:"][..], &zoe].concat());
    assert!(is_known().starts_with("http/1.1 200"));
    assert_eq!(clock(&["-X", "PUT", "-d", r#"{"advance": 1}"#]), json!({"now": "2099-01-01T00:00:00Z"}));
    assert!(is_known().starts_with("http/1.1 401"), "the token ends here");
    let report = curl(&server.url, "/api/v1/status_reports", &POST).success();
    assert!(report.contains("\"created_at\":\"2099-01-01T00:00:00Z\""), "{report}");
    let refused = clock(&["-X", "PUT", "-d", r#"{"advance": "-1s"}"#]);
    assert_eq!((&refused["status"], &refused["title"]), (&json!(409), &json!("Conflict")));
    server.stop();

    // Its events are later than the clock of the next start, which logs that.
    let mut server = store.serve(&["--clock", "2026-02-16T16:00:03Z"]);
    wait_for_log(&mut server, "later than the virtual clock");
    server.stop();
}
