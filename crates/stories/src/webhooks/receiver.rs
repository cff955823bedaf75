//! A receiver of webhooks: a server on a free port of this machine that keeps what it gets, and answers as it is told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::peer::Request;

#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

#[derive(Default)]
struct Kept {
    received: Vec<Received>,
    answers: VecDeque<String>,
}

pub struct Receiver {
    pub url: String,
    kept: Arc<Mutex<Kept>>,
    /// Ends the requests that hang.
    pub end: Arc<Notify>,
    pub arrived: Arc<Notify>,
}

/// The answer that never comes.
pub const NONE: &str = "";

impl Receiver {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let all = Self { url, kept: Arc::default(), end: Arc::default(), arrived: Arc::default() };
        let (kept, end, arrived) = (Arc::clone(&all.kept), Arc::clone(&all.end), Arc::clone(&all.arrived));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = (Arc::clone(&kept), Arc::clone(&end), Arc::clone(&arrived));
                tokio::spawn(async move { drop(serve(stream, &shared.0, &shared.1, &shared.2).await) });
            }
        });
        all
    }

    /// Answers the next requests with these statuses and headers, and later ones with 200.
    pub fn answers<'a>(&self, answers: impl IntoIterator<Item = &'a str>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.answers.extend(answers.into_iter().map(str::to_owned));
    }

    /// Takes what came since the last time.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner).received)
    }
}

async fn serve(
    mut stream: TcpStream,
    kept: &Mutex<Kept>,
    end: &Notify,
    arrived: &Notify,
) -> std::io::Result<()> {
    let Some(request) = Request::read(&mut stream).await? else { return Ok(()) };
    let headers: BTreeMap<_, _> = request.headers().map(|(name, value)| (name, value.to_owned())).collect();
    assert!(headers.contains_key("content-length"), "{headers:?}");
    let message = Received { path: request.path().to_owned(), headers, body: request.body };
    let answer = {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.received.push(message);
        kept.answers.pop_front().unwrap_or_else(|| "200 OK".to_owned())
    };
    arrived.notify_one();
    if answer == NONE {
        end.notified().await;
        return Ok(());
    }
    let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 2\r\n\r\nok");
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
