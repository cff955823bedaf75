//! Sources of settings.

use rstest::rstest;

use super::client::{Variables, assert_fails, export, get, send};
use crate::support::{Engine, Process, Server, Store, statuary};

#[test]
fn flags_override_environment_file_and_default_in_this_order() {
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
fn the_database_url_comes_from_a_flag_the_environment_the_settings_or_a_secret_file() {
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
        assert_eq!(Process::start(command, "").end().success(), "1\n");
        assert!(export(store).contains("a@b.example"), "{variables:?}");
    }
    assert!(!here.join("statuary-data").exists(), "an embedded store was made as well");
}

/// Every variable of the settings, with a value that is not allowed.
const WRONG: [(&str, &str); 23] = [
    ("STATUARY_CONFIG", "nowhere.toml"),
    ("STATUARY_DATABASE_URL", "mysql://here"),
    ("STATUARY_DATABASE_URL_FILE", "nowhere.secret"),
    ("STATUARY_PUBLIC_URL", "example.org"),
    ("STATUARY_CORS_ORIGINS", "https://a.example, foo"),
    ("STATUARY_OPENPROJECT_LOGIN_REQUIRED", "perhaps"),
    ("STATUARY_WEBHOOK_PRIVATE_NETWORKS", "perhaps"),
    ("STATUARY_FAULTS", "nowhere.toml"),
    ("STATUARY_CLOCK", "soon"),
    ("STATUARY_TLS_CERT", "alone.pem"),
    ("STATUARY_TLS_KEY", "alone.pem"),
    ("STATUARY_EVENT_RETENTION_DAYS", "0"),
    ("STATUARY_METRICS_LISTEN", "here"),
    ("STATUARY_RATE_LIMIT", "-1"),
    ("STATUARY_ADDRESS_LIMIT", "many"),
    ("STATUARY_CONCURRENCY_LIMIT", "many"),
    ("STATUARY_LOGIN_LIMIT", "1.5"),
    ("STATUARY_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
    ("STATUARY_MAX_CONNECTIONS", "0"),
    ("STATUARY_HEAD_TIMEOUT", "5"),
    ("STATUARY_REQUEST_TIMEOUT", "2 days"),
    ("STATUARY_WRITE_TIMEOUT", "never"),
    ("STATUARY_ACCESS_LOG", "nowhere/access.log"),
];

/// Stops a server on an empty store, which has printed a link.
fn stop(server: Server) {
    server.process.signal("TERM");
    server.process.end().success();
}

fn serve_with(store: &Store, variables: Variables) -> Process {
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.envs(variables.iter().copied());
    Process::start(command, "")
}

#[test]
fn an_empty_variable_is_unset() {
    let store = Store::new(Engine::Sqlite);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    for (name, _) in WRONG {
        command.env(name, if name.len() % 2 == 0 { "" } else { " \t" });
    }
    for name in ["STATUARY_LISTEN", "STATUARY_BODY_TIMEOUT", "STATUARY_IDLE_TIMEOUT"] {
        command.env(name, "");
    }
    stop(Server::start(command));
    for (arguments, name) in [
        (&["healthcheck", "--url", "http://127.0.0.1:1"][..], "STATUARY_LISTEN"),
        (&["user", "password", "--email", "nobody@b.example"], "STATUARY_PASSWORD_FILE"),
        (&["token", "list"], "STATUARY_DATABASE_URL"),
    ] {
        let mut command = store.command(arguments);
        command.env(name, "");
        let ended = Process::start(command, "too short").end();
        assert!(!ended.err.contains(name) && ended.code != Some(2), "{}", ended.err);
    }
}

#[test]
fn an_invalid_variable_is_reported_in_one_line_before_anything_is_created() {
    let store = Store::new(Engine::Sqlite);
    for (name, value) in WRONG {
        let ended = serve_with(&store, &[(name, value)]).end();
        assert!(matches!(ended.code, Some(1 | 2)) && ended.out.is_empty(), "{name}: {}", ended.err);
        assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
        assert!(ended.err.starts_with(&format!("statuary: {name}")), "{}", ended.err);
        assert!(!store.path("data").exists(), "{name}");
    }
    // The flag takes precedence, and the error names it.
    let mut command = store.command(&["serve", "--listen", "here"]);
    command.env("STATUARY_LISTEN", "there");
    let ended = Process::start(command, "").end();
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("--listen") && !ended.err.contains("STATUARY_LISTEN:"), "{}", ended.err);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_LISTEN", "there");
    stop(Server::start(command));
    // A command does not read settings that it does not use.
    let mut command = store.command(&["token", "list"]);
    command.env("STATUARY_LISTEN", "there");
    Process::start(command, "").end().success();
}

#[test]
fn an_invalid_key_of_the_file_is_reported() {
    let store = Store::new(Engine::Sqlite);
    for (name, value) in WRONG.into_iter().filter(|(name, _)| *name != "STATUARY_CONFIG") {
        let key = name.trim_start_matches("STATUARY_").to_lowercase();
        std::fs::write(store.path("wrong.toml"), format!("{key} = '{value}'\n")).expect("a file");
        assert_fails(&store.run(&["--config", "wrong.toml", "serve", "--listen", "127.0.0.1:0"], ""), &key);
    }
    assert!(!store.path("data").exists());
}

#[rstest]
#[case("True", true)]
#[case(" YES ", true)]
#[case("1", true)]
#[case("on", true)]
#[case("FALSE", false)]
#[case("no", false)]
#[case("0", false)]
#[case("Off", false)]
fn booleans_have_the_usual_spellings(
    #[case] text: &str,
    #[case] is_on: bool,
    #[values(false, true)] in_file: bool,
) {
    let store = Store::new(Engine::Sqlite);
    std::fs::write(store.path("on.toml"), format!("openproject_login_required = '{text}'\n"))
        .expect("a file");
    let server = Server::start({
        let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
        if in_file {
            command.env("STATUARY_CONFIG", "on.toml")
        } else {
            command.env("STATUARY_OPENPROJECT_LOGIN_REQUIRED", text)
        };
        command
    });
    let status = get(&server.url, "/api/v3/statuses", None).status;
    assert_eq!(status == 401, is_on, "{status}");
    stop(server);
}

#[test]
fn whitespace_around_a_setting_is_ignored() {
    let store = Store::new(Engine::Sqlite);
    let file = "public_url = ' https://Status.Example:443/ '\nrate_limit = ' 7 '\ncors_origins = [' https://a.example ']\n";
    std::fs::write(store.path("blank.toml"), file).expect("a file");
    let mut command = store.command(&["serve"]);
    command.envs([("STATUARY_LISTEN", " 127.0.0.1:0 "), ("STATUARY_CONFIG", " blank.toml ")]);
    let mut server = Server::start(command);
    assert!(server.process.line().starts_with("administrator: https://status.example/setup/"));
    let answer = send(&server.url, "GET", "/healthz", "origin: https://a.example\r\n", "");
    assert!(answer.head.contains("access-control-allow-origin: https://a.example"), "{}", answer.head);
    stop(server);
}

#[rstest]
#[case::all("*", "https://anything.example", Some("*"))]
#[case::normal("https://a.example", "https://a.example", Some("https://a.example"))]
#[case::a_slash("https://a.example/", "https://a.example", Some("https://a.example"))]
#[case::capitals("HTTPS://A.Example", "https://a.example", Some("https://a.example"))]
#[case::a_default_port("https://a.example:443", "https://a.example", Some("https://a.example"))]
#[case::a_port("http://a.example:3000", "http://a.example:3000", Some("http://a.example:3000"))]
#[case::another("https://a.example", "https://b.example", None)]
fn origins_match_those_that_browsers_send(
    #[case] setting: &str,
    #[case] origin: &str,
    #[case] allowed: Option<&str>,
) {
    let store = Store::new(Engine::Sqlite);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_CORS_ORIGINS", setting);
    let server = Server::start(command);
    let headers = format!(
        "origin: {origin}\r\naccess-control-request-method: POST\r\naccess-control-request-headers: authorization\r\n"
    );
    let answer = send(&server.url, "OPTIONS", "/api/v1/status_reports", &headers, "");
    let header = |name: &str| answer.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    assert_eq!(header("access-control-allow-origin"), allowed);
    assert_eq!(header("access-control-max-age"), Some("3600"));
    assert_eq!(header("access-control-allow-credentials"), None);
    stop(server);
}

#[rstest]
#[case("foo")]
#[case("null")]
#[case("a.example")]
#[case("https://a.example/path")]
fn an_invalid_origin_is_refused_at_the_start(#[case] origin: &str) {
    let store = Store::new(Engine::Sqlite);
    let ended = serve_with(&store, &[("STATUARY_CORS_ORIGINS", origin)]).end();
    assert_fails(&ended, &format!("STATUARY_CORS_ORIGINS: \"{origin}\": "));
}

#[rstest]
#[case("example.org", "it is no URL; give it as https://NAME")]
#[case("ftp://h", "neither https nor http")]
#[case("https://h/?x", "a query or a fragment")]
#[case("https://h/#x", "a query or a fragment")]
#[case("https://ann:pass-phrase@h", "a user name or a password")]
fn an_invalid_public_url_is_refused_at_the_start_and_by_doctor(#[case] url: &str, #[case] said: &str) {
    let store = Store::new(Engine::Sqlite);
    let ended = store.run(&["serve", "--listen", "127.0.0.1:0", "--public-url", url], "");
    assert_fails(&ended, "--public-url: ");
    assert!(ended.err.contains(said) && !ended.err.contains("pass-phrase"), "{}", ended.err);
    let doctor = store.run(&["doctor", "--public-url", url], "");
    assert_eq!(doctor.code, Some(1));
    assert!(doctor.out.contains(said) && !doctor.out.contains("pass-phrase"), "{}", doctor.out);
}

#[test]
fn a_proxy_is_trusted_by_its_network() {
    let store = Store::new(Engine::Sqlite);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.envs([("STATUARY_TRUSTED_PROXIES", "127.0.0.0/8, fd00::/8"), ("STATUARY_ADDRESS_LIMIT", "1")]);
    let server = Server::start(command);
    let status = |headers: &str| send(&server.url, "GET", "/api/v1/workspaces", headers, "").status;
    assert_eq!(status("x-forwarded-for: 192.0.2.1\r\n"), 401);
    assert_eq!(status("x-forwarded-for: 192.0.2.1\r\n"), 429);
    assert_eq!(status("forwarded: for=192.0.2.1;proto=https\r\n"), 429);
    assert_eq!(status("forwarded: for=192.0.2.2\r\n"), 401);
    assert_eq!(status("forwarded: for=192.0.2.2\r\n"), 429);
    stop(server);
}
