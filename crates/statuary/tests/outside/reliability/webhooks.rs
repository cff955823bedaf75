//! No delivery of a webhook is skipped, however often the server is killed while it delivers.
//!
//! `STATUARY_KILL_ROUNDS` sets the number of rounds, `STATUARY_KILL_SEED` the moments of the kills.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use base::rng::Rng;
use rstest::rstest;
use serde_json::Value;

use super::kill::{ROUNDS, fetch, setting};
use crate::support::{Engine, PATIENCE, Server, Store, turns};

/// The most reports that are acknowledged in a round before the kill.
const LONGEST: usize = 40;
/// The turn of a process that was killed lasts for 30 seconds on PostgreSQL.
const TURN: Duration = Duration::from_secs(40);

fn serve(store: &Store) -> Server {
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_WEBHOOK_PRIVATE_NETWORKS", "true");
    Server::start(command)
}

/// Answers every delivery with 200. Sends the id of each message and the text of its report.
fn receive(listener: &TcpListener, sender: &Sender<(String, String)>) {
    for stream in listener.incoming() {
        let (Ok(stream), sender) = (stream, sender.clone()) else { continue };
        thread::spawn(move || drop(read(stream, &sender)));
    }
}

fn read(stream: TcpStream, sender: &Sender<(String, String)>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        // The server was killed.
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim_end().split_once(": ") {
            Some(("webhook-id", value)) => value.clone_into(&mut id),
            Some(("content-length", value)) => length = value.parse().expect("a number"),
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let text = body["data"]["after"]["description"].as_str().unwrap_or_default().to_owned();
    drop(sender.send((id, text)));
    reader.into_inner().write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
}

/// Writes reports until the server is gone, and sends the texts of the acknowledged ones.
fn write(url: &str, round: u64, acknowledged: &Sender<String>) {
    for number in 0_u64.. {
        let text = format!("round {round}, number {number}");
        let body = format!(
            "{{\"status_report\":{{\"workspace_id\":53760,\"color\":\"green\",\"description\":\"{text}\"}}}}"
        );
        let Ok(stream) = TcpStream::connect(url.trim_start_matches("http://")) else { return };
        let Some((200, _)) = fetch(stream, "/api/v1/status_reports", &body) else { return };
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
fn no_delivery_is_skipped_when_the_server_is_killed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let _turn = turns::of("reliability");
    let store = Store::harbor(engine);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let (sender, deliveries) = channel();
    // The thread ends with the process.
    thread::spawn(move || receive(&listener, &sender));
    let server = serve(&store);
    let stream = TcpStream::connect(server.url.trim_start_matches("http://")).expect("a server");
    let endpoint = format!("{{\"url\":\"{url}\",\"types\":[\"status_report.created\"]}}");
    let added = fetch(stream, "/api/statuary/v1/webhook_endpoints", &endpoint);
    assert!(matches!(added, Some((201, _))), "{added:?}");
    server.stop();
    let (mut rng, mut kept) = (Rng(setting("STATUARY_KILL_SEED", 1)), BTreeSet::new());
    let rounds = setting(ROUNDS, 4);
    for round in 0..rounds {
        let server = serve(&store);
        let (sender, acknowledged) = channel();
        let own = server.url.clone();
        let writer = thread::spawn(move || write(&own, round, &sender));
        take(&acknowledged, &mut kept, rng.below(LONGEST) + 1);
        server.process.signal("KILL");
        writer.join().expect("a writer");
        kept.extend(acknowledged.try_iter());
        drop(server);
    }
    let server = serve(&store);
    let mut received: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let until = Instant::now() + PATIENCE + TURN;
    let has_all = |received: &BTreeMap<String, (String, usize)>| {
        let texts: BTreeSet<&String> = received.values().map(|(text, _)| text).collect();
        kept.iter().all(|text| texts.contains(text))
    };
    while !has_all(&received) {
        let left = until.saturating_duration_since(Instant::now());
        let (id, text) = deliveries.recv_timeout(left).expect("every acknowledged report is delivered");
        received.entry(id).or_insert((text, 0)).1 += 1;
    }
    server.stop();
    let doubled: usize = received.values().map(|(_, times)| times - 1).sum();
    let messages = received.len();
    println!("{engine:?}, {rounds} rounds: {messages} messages delivered, 0 skipped, {doubled} sent again");
    store.run(&["verify"], "").success();
}
