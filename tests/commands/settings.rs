//! Where settings come from.

use crate::Variables;
use crate::outside::export;
use crate::support::{Engine, Process, Server, Store, statuary};

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
