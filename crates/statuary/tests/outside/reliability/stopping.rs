//! A server that stops answers the requests that it has received.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use rstest::rstest;

use crate::support::{Engine, PATIENCE, Server, Store};

const CLIENTS: usize = 24;

/// A keep-alive connection.
struct Client {
    stream: BufReader<TcpStream>,
}

/// The head of a response whose body was read, too; `None` if the connection ended first.
type Answer = Option<String>;

impl Client {
    fn connect(url: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a server");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        Self { stream: BufReader::new(stream) }
    }

    fn fetch(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: here\r\nauthorization: Bearer ada\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes()).ok()?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        self.stream.read_exact(&mut vec![0; length.parse().expect("a number")]).ok()?;
        Some(head)
    }

    fn is_ended(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0) | Err(_))
    }
}

fn is_last(head: &str) -> bool {
    head.contains("\r\nconnection: close\r\n")
}

#[rstest]
fn a_stopping_server_answers_every_request_of_a_keep_alive_connection() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let mut idle = Client::connect(&server.url);
    assert!(idle.fetch("GET", "/healthz", "").is_some());
    let (warm, unanswered) = (Arc::new(Barrier::new(CLIENTS + 1)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (url, warm, unanswered) = (server.url.clone(), warm.clone(), unanswered.clone());
            thread::spawn(move || {
                let mut client = Client::connect(&url);
                let report =
                    r#"{"status_report": {"workspace_id": 53760, "color": "green", "description": "x"}}"#;
                for round in 0.. {
                    if round == 5 {
                        warm.wait();
                    }
                    let answer = if number % 2 == 0 {
                        client.fetch("GET", "/api/v1/users/me", "")
                    } else {
                        client.fetch("POST", "/api/v1/status_reports", report)
                    };
                    let Some(head) = answer else {
                        unanswered.fetch_add(1, Ordering::Relaxed);
                        return;
                    };
                    assert!(head.starts_with("HTTP/1.1 20"), "{head}");
                    if is_last(&head) {
                        return;
                    }
                }
            })
        })
        .collect();
    warm.wait();
    server.stop();
    for client in clients {
        client.join().expect("a client");
    }
    assert_eq!(unanswered.load(Ordering::Relaxed), 0, "of {CLIENTS}");
    assert!(idle.is_ended());
}

#[rstest]
fn a_stopping_server_is_not_ready_and_accepts_connections_for_the_configured_delay() {
    let store = Store::harbor(Engine::Sqlite);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_STOP_DELAY", "10m");
    let server = Server::start(command);
    let mut kept = Client::connect(&server.url);
    let head = kept.fetch("GET", "/readyz", "").expect("an answer");
    assert!(head.starts_with("HTTP/1.1 200") && !is_last(&head), "{head}");
    server.process.signal("TERM");
    // The response may have been sent before the signal.
    let not_ready = (0..).find_map(|_| {
        let head = Client::connect(&server.url).fetch("GET", "/readyz", "").expect("an answer");
        head.starts_with("HTTP/1.1 503").then_some(head)
    });
    assert!(not_ready.is_some_and(|head| is_last(&head)));
    let head = kept.fetch("GET", "/healthz", "").expect("an answer");
    assert!(head.starts_with("HTTP/1.1 200") && is_last(&head), "{head}");
    // The second signal ends the delay.
    server.stop();
}
