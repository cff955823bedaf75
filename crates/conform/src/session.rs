//! The connection to the server under test, with the token.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::{Method, Uri};
use serde_json::Value;

use crate::check::{Failure, Verdict};
use crate::client::{Client, Request, Response};

/// The server to check, and the options of the run.
#[derive(Clone)]
pub struct Target {
    /// Its address.
    pub url: Uri,
    /// An API token of a user there.
    pub token: String,
    /// Whether to run the checks that write.
    pub write: bool,
    /// The time limit of a request.
    pub timeout: Duration,
}

/// The longest text of the server that a report quotes, in characters.
const MAX_QUOTED: usize = 160;

/// A client with a token that the server accepts.
pub struct Session {
    pub client: Client,
    /// `Bearer TOKEN`
    pub bearer: String,
    pub token: String,
    /// The method and the path of the last request, for the report.
    pub last: String,
    base: &'static str,
}

impl Session {
    /// Sends a first request, to the path `probe` below `base`.
    ///
    /// # Errors
    /// If the server cannot be reached, rejects the token, or does not speak this surface.
    pub fn open(target: &Target, base: &'static str, probe: &str) -> Result<Self> {
        let mut session = Self {
            client: Client::new(&target.url, base, target.timeout)?,
            bearer: format!("Bearer {}", target.token),
            token: target.token.clone(),
            last: String::new(),
            base,
        };
        let url = &target.url;
        let request = session.request(Method::GET, probe);
        let response = session.client.send(&request).with_context(|| format!("{url} cannot be reached"))?;
        match response.status {
            401 => bail!("{url} refuses the token"),
            _ if response.json.is_object() => Ok(session),
            status => bail!("{url} does not speak this surface: {base}{probe} answers {status} without JSON"),
        }
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> Request {
        self.anonymous(method, path).with("authorization", &self.bearer)
    }

    /// A request without credentials.
    pub fn anonymous(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.base))
    }

    pub fn send(&mut self, request: &Request) -> Verdict<Response> {
        self.last = format!("{} {}", request.method, request.path);
        self.client.send(request).map_err(|error| Failure::NoResponse(format!("{error:#}")))
    }

    pub fn get(&mut self, path: &str) -> Verdict<Response> {
        let request = self.request(Method::GET, path);
        self.send(&request)
    }

    pub fn write(&mut self, method: Method, path: &str, body: &Value) -> Verdict<Response> {
        let request = self.request(method, path).json(body);
        self.send(&request)
    }

    pub fn delete(&mut self, path: &str) -> Verdict<Response> {
        let request = self.request(Method::DELETE, path);
        self.send(&request)
    }

    /// A text of the server for the report: shortened, with control characters escaped and the token masked.
    pub fn printable(&self, text: &str) -> String {
        let text = text.replace(&self.token, "***");
        let mut printable: String = text.chars().flat_map(escaped).take(MAX_QUOTED).collect();
        if printable.len() < text.len() && printable.chars().count() == MAX_QUOTED {
            printable.push('…');
        }
        printable
    }
}

fn escaped(letter: char) -> Vec<char> {
    if letter.is_control() { letter.escape_default().collect() } else { vec![letter] }
}
