//! The mails of a demo, which are files.

use std::path::Path;
use std::time::{Duration, Instant};

use super::TOKEN;
use crate::commands::client::send;
use crate::support::{Engine, PATIENCE, Process, Store, root};

/// The mails of a folder, once there are some.
fn wait_for_mails(folder: &Path) -> Vec<std::path::PathBuf> {
    let until = Instant::now() + PATIENCE;
    loop {
        let found = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let found: Vec<_> = found.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
        if !found.is_empty() {
            return found;
        }
        assert!(Instant::now() < until, "no mail comes");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn a_demo_writes_its_mails_to_a_folder() {
    let store = Store::new(Engine::Sqlite);
    let folder = store.path("mails");
    let mut server = store.serve(&["--demo", "--mail-folder", folder.to_str().expect("a path")]);
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    assert!(server.process.line().starts_with("login: "));
    let headers = TOKEN.replace("root", &token);
    let body = "{\"message\": \"The board meets on Friday.\"}";
    let answer = send(&server.url, "POST", "/api/statuary/v1/workspaces/1/report_requests", &headers, body);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let mails = wait_for_mails(&folder);
    assert_eq!(mails.len(), 1, "{mails:?}");
    let parse = "import email, email.policy, sys\n\
        message = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)\n\
        assert not any(part.defects for part in message.walk())\n\
        print(message['subject'], message.get_body(('plain',)).get_content(), message.get_body(('html',)).get_content())";
    let mut python = std::process::Command::new("python3");
    python.args(["-c", parse]).arg(&mails[0]).current_dir(root());
    let shown = Process::start(python, "").end().success();
    for part in
        ["Somebody asks for your report", "The board meets on Friday.", "/workspaces/1", "<!doctype html>"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    server.stop();
}
