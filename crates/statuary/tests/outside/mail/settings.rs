//! The settings of mails.

use crate::commands::client::assert_fails;
use crate::support::{Engine, Store};

#[test]
fn settings_that_cannot_be_used_are_refused_at_the_start() {
    let store = Store::new(Engine::Sqlite);
    let run = |variables: &[(&str, &str)]| {
        let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied());
        crate::support::Process::start(command, "").end()
    };
    let from = ("STATUARY_MAIL_FROM", "status@example.com");
    for (variables, named) in [
        (&[("STATUARY_SMTP_URL", "https://ann:hunter2@mail.example"), from][..], "STATUARY_SMTP_URL"),
        (&[("STATUARY_SMTP_URL", "smtp://ann:hunter2@"), from], "smtp+starttls://"),
        (
            &[("STATUARY_SMTP_URL", "smtps://mail.example"), ("STATUARY_MAIL_FROM", "status")],
            "STATUARY_MAIL_FROM",
        ),
        (&[("STATUARY_SMTP_URL", "smtps://mail.example")], "--mail-from"),
        (&[from], "STATUARY_SMTP_URL"),
        (&[("STATUARY_SMTP_URL_FILE", "/nowhere/at/all"), from], "/nowhere/at/all"),
    ] {
        let ended = run(variables);
        assert_fails(&ended, named);
        assert!(!ended.err.contains("hunter2"), "{}", ended.err);
    }
    let mut command = store.command(&["serve", "--mail-folder", "mails"]);
    command.env("STATUARY_LISTEN", "127.0.0.1:0");
    assert_eq!(crate::support::Process::start(command, "").end().code, Some(2));
}
