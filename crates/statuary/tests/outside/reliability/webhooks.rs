//! No delivery of a webhook is skipped, however often the server is killed while it delivers; and servers that share a
//! database send each message once, but for those of one that is killed.
//!
//! `STATUARY_KILL_ROUNDS` sets the number of rounds, `STATUARY_KILL_SEED` the moments of the kills.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
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

/// A message that arrived.
#[derive(Clone, Debug)]
struct Message {
    /// The path of its endpoint.
    path: String,
    id: String,
    /// The text of its report.
    text: String,
}

/// Answers every delivery with 204, and sends what arrived.
fn receive(listener: &TcpListener, sender: &Sender<Message>) {
    for stream in listener.incoming() {
        let (Ok(stream), sender) = (stream, sender.clone()) else { continue };
        thread::spawn(move || drop(read(stream, &sender)));
    }
}

fn read(stream: TcpStream, sender: &Sender<Message>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut path, mut id, mut length) = (String::new(), String::new(), 0);
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
            None => line.split(' ').nth(1).unwrap_or_default().clone_into(&mut path),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let text = body["data"]["after"]["description"].as_str().unwrap_or_default().to_owned();
    drop(sender.send(Message { path, id, text }));
    reader.into_inner().write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
}

/// Writes reports until the server is gone, and sends the texts of the acknowledged ones.
fn write(url: &str, round: u64, acknowledged: &Sender<String>) {
    write_some(url, &format!("round {round}"), 0..u64::MAX, acknowledged);
}

fn write_some(url: &str, who: &str, numbers: Range<u64>, acknowledged: &Sender<String>) {
    for number in numbers {
        let text = format!("{who}, number {number}");
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

/// Starts a receiver and adds endpoints that lead to it, each with a path of its own.
fn receiver(store: &Store, endpoints: usize) -> Receiver<Message> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, deliveries) = channel();
    // The thread ends with the process.
    thread::spawn(move || receive(&listener, &sender));
    let server = serve(store);
    for number in 0..endpoints {
        let stream = TcpStream::connect(server.url.trim_start_matches("http://")).expect("a server");
        let endpoint = format!("{{\"url\":\"{url}/{number}\",\"types\":[\"status_report.created\"]}}");
        let added = fetch(stream, "/api/statuary/v1/webhook_endpoints", &endpoint);
        assert!(matches!(added, Some((201, _))), "{added:?}");
    }
    server.stop();
    deliveries
}

#[rstest]
fn no_delivery_is_skipped_when_the_server_is_killed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let _turn = turns::of("reliability");
    let store = Store::harbor(engine);
    let deliveries = receiver(&store, 1);
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
        let message = deliveries.recv_timeout(left).expect("every acknowledged report is delivered");
        received.entry(message.id).or_insert((message.text, 0)).1 += 1;
    }
    server.stop();
    let doubled: usize = received.values().map(|(_, times)| times - 1).sum();
    let messages = received.len();
    println!("{engine:?}, {rounds} rounds: {messages} messages delivered, 0 skipped, {doubled} sent again");
    store.run(&["verify"], "").success();
}

/// The servers that share a database, the endpoints, and the reports that each server writes.
const SERVERS: usize = 3;
const ENDPOINTS: usize = 6;
const REPORTS: usize = 12;

/// How often each endpoint got the message of a report, by the text of the report and the path of the endpoint.
#[derive(Debug, Default)]
struct Arrived(BTreeMap<String, BTreeMap<String, usize>>);

impl Arrived {
    fn note(&mut self, message: Message) {
        *self.0.entry(message.text).or_default().entry(message.path).or_default() += 1;
    }

    fn has(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|paths| paths.len() == ENDPOINTS)
    }
}

#[rstest]
fn servers_that_share_a_database_send_each_message_once(#[values(false, true)] is_killed: bool) {
    let _turn = turns::of("reliability");
    let store = Store::harbor(Engine::Postgres);
    let deliveries = receiver(&store, ENDPOINTS);
    let rounds = if is_killed { setting(ROUNDS, 1) } else { 1 };
    let mut rng = Rng(setting("STATUARY_KILL_SEED", 1));
    let (mut kept, mut received) = (BTreeSet::new(), Arrived::default());
    for round in 0..rounds {
        let mut servers: Vec<Server> = (0..SERVERS).map(|_| serve(&store)).collect();
        let (sender, acknowledged) = channel();
        let writers: Vec<_> = servers
            .iter()
            .enumerate()
            .map(|(place, server)| {
                let (url, sender) = (server.url.clone(), sender.clone());
                let who = format!("round {round}, server {place}");
                thread::spawn(move || write_some(&url, &who, 0..REPORTS as u64, &sender))
            })
            .collect();
        drop(sender);
        if is_killed {
            take(&acknowledged, &mut kept, rng.below(LONGEST.min(REPORTS)) + 1);
            // Deliveries are under way: some have arrived, and others have not.
            let message = deliveries.recv_timeout(PATIENCE).expect("a delivery");
            received.note(message);
            servers.swap_remove(rng.below(SERVERS)).process.signal("KILL");
        }
        for writer in writers {
            writer.join().expect("a writer");
        }
        kept.extend(acknowledged.try_iter());
        let until = Instant::now() + PATIENCE + TURN;
        while !kept.iter().all(|text| received.has(text)) {
            let left = until.saturating_duration_since(Instant::now());
            received.note(deliveries.recv_timeout(left).expect("every acknowledged report is delivered"));
        }
        // The deliveries under way end with the servers.
        for server in servers {
            server.stop();
        }
    }
    for message in deliveries.try_iter() {
        received.note(message);
    }
    let times: Vec<usize> = received.0.values().flat_map(BTreeMap::values).copied().collect();
    let doubled: usize = times.iter().map(|times| times - 1).sum();
    println!(
        "{SERVERS} servers, {rounds} rounds, {}: {} messages delivered, 0 skipped, {doubled} sent again",
        if is_killed { "one killed" } else { "none killed" },
        times.len()
    );
    assert!(is_killed || doubled == 0, "{received:?}");
    store.run(&["verify"], "").success();
}
