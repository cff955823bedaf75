//! No mail is lost, however often the server is killed while it sends mails.
//!
//! `STATUARY_KILL_ROUNDS` sets the number of rounds, `STATUARY_KILL_SEED` the moments of the kills.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use base::rng::Rng;
use rstest::rstest;

use super::{Smtp, choose};
use crate::reliability::kill::{ROUNDS, fetch, setting};
use crate::support::{Engine, PATIENCE, Server, Store, turns};

/// The most reports that are acknowledged in a round before the kill.
const LONGEST: usize = 20;
/// The mails of a process that was killed are sent after 90 seconds on PostgreSQL.
const TURN: Duration = Duration::from_secs(100);

fn serve(store: &Store, url: &str) -> Server {
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_SMTP_URL", url).env("STATUARY_MAIL_FROM", "status@example.com");
    Server::start(command)
}

/// Writes reports until the server is gone, and sends the texts of the acknowledged ones.
fn write(url: &str, round: u64, acknowledged: &Sender<String>) {
    for number in 0_u64.. {
        let text = format!("round {round}, number {number}.");
        let body = format!("{{\"color\":\"green\",\"description\":\"{text}\"}}");
        let Ok(stream) = std::net::TcpStream::connect(url.trim_start_matches("http://")) else { return };
        let path = "/api/statuary/v1/workspaces/53760/status_reports";
        let Some((201, _)) = fetch(stream, path, &body) else { return };
        if acknowledged.send(text).is_err() {
            return;
        }
    }
}

fn take(acknowledged: &Receiver<String>, kept: &mut BTreeSet<String>, number: usize) {
    for _ in 0..number {
        kept.insert(acknowledged.recv_timeout(PATIENCE).expect("a writer that gets on"));
    }
}

#[rstest]
fn no_mail_is_lost_when_the_server_is_killed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let _turn = turns::of("reliability");
    let store = Store::harbor(engine);
    let mut smtp = Smtp::start("", &[]);
    let url = smtp.url("smtp");
    let (sender, mails) = channel();
    // The thread ends with the process.
    thread::spawn(move || while sender.send(smtp.mail()).is_ok() {});
    let server = serve(&store, &url);
    choose(&server, "{\"report_published\":true,\"health_worsened\":false}");
    server.stop();
    let (mut rng, mut kept) = (Rng(setting("STATUARY_KILL_SEED", 1)), BTreeSet::new());
    let rounds = setting(ROUNDS, 3);
    for round in 0..rounds {
        let server = serve(&store, &url);
        let (sender, acknowledged) = channel();
        let own = server.url.clone();
        let writer = thread::spawn(move || write(&own, round, &sender));
        take(&acknowledged, &mut kept, rng.below(LONGEST) + 1);
        server.process.signal("KILL");
        writer.join().expect("a writer");
        kept.extend(acknowledged.try_iter());
        drop(server);
    }
    let server = serve(&store, &url);
    let mut received: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let until = Instant::now() + PATIENCE + TURN;
    let has_all = |received: &BTreeMap<String, (String, usize)>| {
        let texts: BTreeSet<&str> = received.values().map(|(text, _)| text.as_str()).collect();
        kept.iter().all(|kept| texts.contains(kept.as_str()))
    };
    while !has_all(&received) {
        let left = until.saturating_duration_since(Instant::now());
        let mail = mails.recv_timeout(left).expect("the mail of every acknowledged report arrives");
        let id = mail["headers"]["message-id"].as_str().expect("an id").to_owned();
        let text = mail["text"].as_str().expect("a text");
        let line = text.lines().find(|line| line.starts_with("round ")).unwrap_or_default().to_owned();
        received.entry(id).or_insert((line, 0)).1 += 1;
    }
    server.stop();
    let doubled: usize = received.values().map(|(_, times)| times - 1).sum();
    println!("{engine:?}, {rounds} rounds: {} mails delivered, 0 lost, {doubled} sent again", received.len());
    store.run(&["verify"], "").success();
}
