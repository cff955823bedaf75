//! Mail servers that fail, and those that do not.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};

use super::{Smtp, advance, choose, next, publish, serve, worsen};
use crate::support::authority::Authority;
use crate::support::log::wait_for_log;
use crate::support::{Engine, Store};

#[rstest]
fn a_mail_is_taken_and_can_be_read(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let store = Store::harbor(engine);
    let mut smtp = Smtp::start("", &[]);
    let server = serve(&store, &smtp.url("smtp"), &[]);
    worsen(&server, "Größe & <b>Maß</b>. More.");
    let (did, mail) = next(&mut smtp);
    assert_eq!(
        (did.as_str(), &mail["defects"], &mail["from"]),
        ("accept", &json!([]), &json!("status@example.com"))
    );
    let headers = &mail["headers"];
    assert_eq!(headers["subject"], "Harbor rollout: The health got worse");
    assert_eq!(
        (&headers["auto-submitted"], &headers["list-unsubscribe-post"]),
        (&json!("auto-generated"), &json!("List-Unsubscribe=One-Click"))
    );
    let (text, html) = (mail["text"].as_str().expect("a text"), mail["html"].as_str().expect("HTML"));
    assert!(text.contains("Größe & <b>Maß</b>.") && html.contains("Größe &#38; &#60;b&#62;Maß"), "{mail}");
    assert!(text.contains("https://status.example/status_reports/") && text.contains("Root Admin"));
    server.stop();
}

#[test]
fn a_mail_is_tried_again_after_1_5_15_and_60_minutes() {
    let store = Store::harbor(Engine::Sqlite);
    let mut smtp = Smtp::start("451,421,452,451,451", &[]);
    let mut server = serve(&store, &smtp.url("smtp"), &[]);
    worsen(&server, "Down.");
    let mut ids = Vec::new();
    for (code, wait) in [("451", 60), ("421", 300), ("452", 900), ("451", 3_600), ("451", 3_600)] {
        let (did, mail) = next(&mut smtp);
        assert_eq!(did, code);
        ids.push(mail["headers"]["message-id"].clone());
        let log = wait_for_log(&mut server, "a mail was not sent; it is tried again");
        assert!(log.contains(&format!("reply {code}")) && !log.contains("Down."), "{log}");
        advance(&server, wait - 1);
        // Another mail passes it.
        advance(&server, 1);
    }
    let (did, mail) = next(&mut smtp);
    assert_eq!(did, "accept");
    assert!(ids.iter().all(|id| *id == mail["headers"]["message-id"]), "{ids:?}");
    server.stop();
}

#[test]
fn a_mail_that_is_refused_for_good_is_not_tried_again_and_the_log_has_no_text_of_it() {
    let store = Store::harbor(Engine::Sqlite);
    let mut smtp = Smtp::start("550", &[]);
    let mut server = serve(&store, &smtp.url("smtp"), &[]);
    worsen(&server, "A secret of the board.");
    assert_eq!(next(&mut smtp).0, "550");
    let log = wait_for_log(&mut server, "the mail server refused a mail; it is given up");
    advance(&server, 90_000);
    worsen(&server, "Next.");
    let (did, mail) = next(&mut smtp);
    assert!(did == "accept" && mail["text"].as_str().is_some_and(|text| text.contains("Next.")), "{mail}");
    let log = log + &server.stop();
    assert!(log.contains("550") && !log.contains("board") && !log.contains("Harbor"), "{log}");
}

#[test]
fn a_mail_server_that_is_gone_loses_or_breaks_off_gets_the_mail_again() {
    let store = Store::harbor(Engine::Sqlite);
    let smtp = Smtp::start("", &[]);
    let (url, port) = (smtp.url("smtp"), smtp.port);
    drop(smtp);
    let mut server = serve(&store, &url, &[]);
    worsen(&server, "Down.");
    wait_for_log(&mut server, "a mail was not sent; it is tried again");
    let mut smtp = Smtp::at(port, "break,drop", &[]);
    advance(&server, 60);
    assert_eq!(next(&mut smtp).0, "break");
    wait_for_log(&mut server, "a mail was not sent; it is tried again");
    advance(&server, 300);
    let (did, first) = next(&mut smtp);
    assert_eq!(did, "drop");
    wait_for_log(&mut server, "a mail was not sent; it is tried again");
    advance(&server, 900);
    let (did, second) = next(&mut smtp);
    // It may have been taken, so it comes a second time, and its reader can tell.
    assert_eq!((did.as_str(), &second["headers"]["message-id"]), ("accept", &first["headers"]["message-id"]));
    server.stop();
}

#[test]
fn a_mail_server_that_does_not_answer_holds_up_neither_others_nor_the_end() {
    let store = Store::harbor(Engine::Sqlite);
    let mut smtp = Smtp::start("hold", &[]);
    let server = serve(&store, &smtp.url("smtp"), &[]);
    worsen(&server, "First.");
    assert_eq!(next(&mut smtp).0, "hold");
    let is_about = |mail: &Value, text: &str| mail["text"].as_str().is_some_and(|own| own.contains(text));
    // Another mail passes it, and the server stops within seconds.
    worsen(&server, "Second.");
    let (did, mail) = next(&mut smtp);
    assert!(did == "accept" && is_about(&mail, "Second."), "{mail}");
    server.stop();
    let server = serve(&store, &smtp.url("smtp"), &[]);
    let (did, mail) = next(&mut smtp);
    assert!(did == "accept" && is_about(&mail, "First."), "{mail}");
    server.stop();
}

#[rstest]
#[case("smtps")]
#[case("starttls")]
fn an_encrypted_mail_server_needs_a_trusted_certificate(#[case] kind: &str) {
    let store = Store::harbor(Engine::Sqlite);
    let authority = Authority::of(&store, "mail", "localhost");
    let options =
        ["--tls", kind, "--cert", &authority.cert, "--key", &authority.key, "--login", "ann:p@ss/w"];
    let mut smtp = Smtp::start("", &options);
    let scheme = if kind == "smtps" { "smtps" } else { "smtp+starttls" };
    let url = format!("{scheme}://ann:p%40ss%2Fw@localhost:{}", smtp.port);
    let mut server = serve(&store, &url, &[]);
    worsen(&server, "Down.");
    let log = wait_for_log(&mut server, "a mail was not sent; it is tried again");
    assert!(log.to_lowercase().contains("certificate") && !log.contains("p@ss"), "{log}");
    server.stop();
    // With the authority, and a wrong password: that is a matter of the settings, and the mail is not lost.
    let trusted = [("SSL_CERT_FILE", authority.ca.as_str())];
    let wrong = url.replace("p%40ss", "hunter2");
    let mut server = serve(&store, &wrong, &trusted);
    advance(&server, 60);
    let log = wait_for_log(&mut server, "a mail was not sent; it is tried again");
    assert!(log.contains("reply 535") && !log.contains("hunter2"), "{log}");
    server.stop();
    let server = serve(&store, &url, &trusted);
    advance(&server, 360);
    let (did, mail) = next(&mut smtp);
    assert_eq!((did.as_str(), &mail["tls"]), ("accept", &json!(true)));
    server.stop();
}

#[test]
fn two_processes_share_the_work_and_send_each_mail_once() {
    const REPORTS: usize = 30;
    let store = Store::harbor(Engine::Postgres);
    let mut smtp = Smtp::start("", &[]);
    let servers = [serve(&store, &smtp.url("smtp"), &[]), serve(&store, &smtp.url("smtp"), &[])];
    choose(&servers[0], "{\"report_published\":true,\"health_worsened\":false}");
    for number in 0..REPORTS {
        publish(&servers[number % 2], "green", &format!("Number {number}."));
    }
    let ids: BTreeSet<String> = (0..REPORTS).map(|_| id(&next(&mut smtp).1)).collect();
    assert_eq!(ids.len(), REPORTS, "no mail comes twice before all have come once");
    // Nor later: what is published last comes next.
    publish(&servers[1], "green", "The last one.");
    let (_, last) = next(&mut smtp);
    assert!(
        last["text"].as_str().is_some_and(|text| text.contains("The last one.")) && !ids.contains(&id(&last))
    );
    for server in servers {
        server.stop();
    }
}

fn id(mail: &Value) -> String {
    mail["headers"]["message-id"].as_str().expect("an id").to_owned()
}
