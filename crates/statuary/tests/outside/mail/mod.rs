//! Mails, by a real mail server, aiosmtpd, that takes, refuses, delays and loses them.

mod failures;
mod folder;
mod kill;
mod settings;
mod smtp;

use serde_json::Value;

use self::smtp::Smtp;
use crate::commands::client::send;
use crate::support::{Server, Store};

/// The start of the virtual clock.
const START: &str = "2026-03-02T09:00:00Z";
const TOKEN: &str = "authorization: Bearer root\r\ncontent-type: application/json\r\n";

/// A server that sends its mails to another one.
fn serve(store: &Store, url: &str, more: &[(&str, &str)]) -> Server {
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0", "--clock", START]);
    command.env("STATUARY_SMTP_URL", url).env("STATUARY_MAIL_FROM", "Statuary <status@example.com>");
    command.env("STATUARY_PUBLIC_URL", "https://status.example");
    command.envs(more.iter().copied());
    Server::start(command)
}

/// Publishes a report, of which ada is told: first a worse one, then a better one.
fn publish(server: &Server, color: &str, text: &str) {
    let body = format!("{{\"color\":\"{color}\",\"description\":\"{text}\"}}");
    let path = "/api/statuary/v1/workspaces/53760/status_reports";
    let answer = send(&server.url, "POST", path, TOKEN, &body);
    assert_eq!(answer.status, 201, "{}", answer.body);
}

/// Publishes a report with which the health gets worse, so that ada gets a mail.
fn worsen(server: &Server, text: &str) {
    publish(server, "green", "Fine.");
    publish(server, "red", text);
}

/// Chooses which kinds ada gets by mail.
fn choose(server: &Server, email: &str) {
    let headers = TOKEN.replace("root", "ada");
    let body = format!("{{\"email\":{email}}}");
    let answer = send(&server.url, "PUT", "/api/statuary/v1/me/notifications", &headers, &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn advance(server: &Server, seconds: u32) {
    let body = format!("{{\"advance\":{seconds}}}");
    let answer = send(&server.url, "PUT", "/api/statuary/v1/clock", TOKEN, &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// What the mail server did with the next mail, and to whom it is.
#[track_caller]
fn next(smtp: &mut Smtp) -> (String, Value) {
    let mail = smtp.mail();
    assert_eq!(mail["to"][0], "ada@example.com", "{mail}");
    (mail["did"].as_str().expect("a step").to_owned(), mail)
}
