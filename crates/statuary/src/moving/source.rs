//! The other server: GET requests with patience for its limits and failures.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::uri::Authority;
use axum::http::{Method, Uri};
use indicatif::ProgressBar;
use serde_json::Value;

use base::clock::{Clock, Time};
use conform::client::{Client, Request, Response};
use domain::ids::AccountId;
use domain::moving::Vendor;

/// The time limit of a request: that of Kantata's own answers.
const TIMEOUT: Duration = Duration::from_mins(3);
/// The most attempts for one request, and for the first one, which may go to a wrong address.
const ATTEMPTS: (u32, u32) = (8, 3);
/// The wait before the second attempt; each further one takes twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait that the client chooses.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait that the server can ask for.
const LONGEST_ASKED: Duration = Duration::from_mins(10);
/// The longest text of the server in a message, in characters.
const QUOTED: usize = 200;

/// An import from another server.
pub struct Import {
    /// The API of the server.
    pub vendor: Vendor,
    /// Its address; the path of the API may be part of it.
    pub url: Uri,
    /// A token of a user there.
    pub token: String,
    /// The account that gets the records.
    pub account_id: AccountId,
    /// Whether people with an e-mail address may sign in at once.
    pub activates: bool,
    /// Shows how far it came.
    pub bar: ProgressBar,
}

/// A server with a token.
pub struct Source {
    client: Client,
    token: String,
    /// The path of the API.
    base: &'static str,
    /// The name under which its records are remembered.
    pub name: String,
    /// Whether it answered once.
    has_answered: bool,
    bar: ProgressBar,
}

/// An answer with JSON.
pub struct Answer {
    /// 200, 403 or 404.
    pub status: u16,
    /// The body.
    pub json: Value,
}

impl Answer {
    /// Whether the server gave what was asked for.
    pub const fn is_good(&self) -> bool {
        self.status == 200
    }
}

impl Source {
    /// The server of an import.
    pub fn new(import: &Import) -> Result<Self> {
        let (vendor, base) = match import.vendor {
            Vendor::OpenProject => ("openproject", "/api/v3"),
            Vendor::Kantata | Vendor::Sheet => ("kantata", "/api/v1"),
        };
        let mut client = Client::new(&import.url, base, TIMEOUT)?;
        client.agent = concat!("statuary-import/", env!("CARGO_PKG_VERSION"));
        let host = import.url.authority().map(Authority::as_str).unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default().to_lowercase();
        let name = format!("{vendor}:{host}{}", client.prefix);
        let (token, bar) = (import.token.clone(), import.bar.clone());
        Ok(Self { client, token, base, name, has_answered: false, bar })
    }

    /// Says what is being read.
    pub fn note(&self, text: impl Into<String>) {
        self.bar.set_message(text.into());
        self.bar.tick();
    }

    /// Reads a path below the API. Waits and tries again after 429, 5xx, a broken answer and a failed connection.
    ///
    /// # Errors
    /// If that does not help, or the server refuses the token or the request.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        let path = format!("{}{path}", self.base);
        let request = Request::new(Method::GET, &path)
            .with("accept", "application/json, application/hal+json")
            .with("authorization", format!("Bearer {}", self.token));
        let most = if self.has_answered { ATTEMPTS.0 } else { ATTEMPTS.1 };
        let mut attempt = 1;
        loop {
            let failure = match self.client.send_once(&request) {
                Ok(response) => match self.read(&path, response)? {
                    Ok(answer) => {
                        self.has_answered = true;
                        return Ok(answer);
                    }
                    Err(failure) => failure,
                },
                Err(error) => Failure { reason: format!("{error:#}"), wait: None },
            };
            if attempt == most {
                bail!("GET {path}: {} ({attempt} attempts)", self.printable(&failure.reason));
            }
            let wait = failure
                .wait
                .unwrap_or(FIRST_WAIT * 2_u32.saturating_pow(attempt - 1))
                .min(if failure.wait.is_some() { LONGEST_ASKED } else { LONGEST_WAIT });
            tracing::info!(path, reason = failure.reason, attempt, "the server is asked again in {wait:?}");
            self.client.pause(wait);
            attempt += 1;
        }
    }

    /// The answer of a response, or why to ask again.
    fn read(&self, path: &str, response: Response) -> Result<Result<Answer, Failure>> {
        let status = response.status;
        let wait = || asked_wait(response.header("retry-after"), Clock::System.now());
        match status {
            200 if response.json.is_object() => Ok(Ok(Answer { status, json: response.json })),
            403 | 404 if self.has_answered => Ok(Ok(Answer { status, json: response.json })),
            200 => Ok(Err(Failure { reason: "it answers without JSON".into(), wait: None })),
            408 | 429 | 500.. => Ok(Err(Failure { reason: format!("it answers {status}"), wait: wait() })),
            401 => bail!("the server refuses the token"),
            _ => {
                let text = String::from_utf8_lossy(&response.body);
                let text = self.printable(&text);
                Err(anyhow::Error::msg(text)).with_context(|| format!("GET {path}: it answers {status}"))
            }
        }
    }

    /// A text of the server for a message: short, on one line, and without the token.
    fn printable(&self, text: &str) -> String {
        let text = text.replace(&self.token, "***");
        text.chars().filter(|letter| !letter.is_control()).take(QUOTED).collect()
    }
}

/// Why a request is sent again, and the wait that the server asks for.
struct Failure {
    reason: String,
    wait: Option<Duration>,
}

/// The wait of `Retry-After`: seconds, also with a fraction, or a date of HTTP.
fn asked_wait(text: &str, now: Time) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = Time::parse_http(text).ok()?;
    Some(Duration::from_secs(u64::try_from(at.seconds_since(now)).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_asks_for_seconds_or_for_a_date() {
        let now: Time = "2015-10-21T07:28:00Z".parse().expect("a time");
        for (text, seconds) in [
            ("3", Some(3.0)),
            ("0.5", Some(0.5)),
            ("Wed, 21 Oct 2015 07:29:30 GMT", Some(90.0)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", Some(0.0)),
            ("", None),
            ("-1", None),
            ("soon", None),
        ] {
            assert_eq!(asked_wait(text, now).map(|wait| wait.as_secs_f64()), seconds, "{text}");
        }
    }
}
