//! Sends one request: to an address that was checked after the resolution of its name, over a connection of its own, without
//! following redirects. Time, heads and bodies have bounds.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use axum::http::{HeaderValue, Method, Request, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::time::timeout;
use url::Url;

use base::clock::Time;
use service::outgoing;
use service::outgoing::Failed;
use service::settings::Settings;
use service::webhooks::{Unreachable, addresses};

/// The time limit for everything up to the head of the answer.
const LIMIT: Duration = Duration::from_secs(15);
/// What is read of the body of an answer, so that its sender sees its end: bytes, and time.
const REST: (usize, Duration) = (16 * 1024, Duration::from_millis(500));

/// The client.
#[derive(Default)]
pub struct Client(outgoing::Client);

/// The head of an answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// `Retry-After`
    retry_after: Option<HeaderValue>,
}

impl Reply {
    /// The seconds of `Retry-After`: a number, or a date of HTTP.
    pub fn retry_after(&self, now: Time) -> Option<i64> {
        let text = self.retry_after.as_ref()?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(seconds);
        }
        let at = Time::parse_http(text).ok()?;
        Some(at.seconds_since(now))
    }
}

/// Why there was no answer.
#[derive(Debug)]
pub enum Failure {
    /// The URL leads to this machine or to a private network.
    Private,
    /// There was no answer in time.
    Timeout,
    /// The connection or the protocol failed.
    Connection(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private => f.write_str("private-address"),
            Self::Timeout => f.write_str("timeout: no answer within 15 seconds"),
            Self::Connection(reason) => f.write_str(reason),
        }
    }
}

impl From<Failed> for Failure {
    fn from(Failed(reason): Failed) -> Self {
        Self::Connection(reason)
    }
}

impl Client {
    /// Sends a POST.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn post(
        &self,
        settings: &Settings,
        url: &Url,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Failure> {
        timeout(LIMIT, self.exchange(settings, url, headers, body)).await.unwrap_or(Err(Failure::Timeout))
    }

    async fn exchange(
        &self,
        settings: &Settings,
        url: &Url,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Failure> {
        let found = addresses(settings, url).await.map_err(|reason| match reason {
            Unreachable::Private => Failure::Private,
            reason @ Unreachable::Unresolved(_) => Failure::Connection(reason.to_string()),
        })?;
        self.send(url, &found, headers, body).await
    }

    /// Sends a request to one of the addresses that were checked. The name is not resolved again: a new answer
    /// of the resolver changes nothing.
    async fn send(
        &self,
        url: &Url,
        found: &[SocketAddr],
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Failure> {
        let mut request = Request::builder().method(Method::POST);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut answer = self.0.send(url, found, request, body).await?;
        let reply = Reply {
            status: answer.response.status().as_u16(),
            retry_after: answer.response.headers().get(header::RETRY_AFTER).cloned(),
        };
        let rest = answer.response.body_mut();
        let read = async {
            let mut length = 0;
            while let Some(Ok(frame)) = rest.frame().await {
                length += frame.data_ref().map_or(0, Bytes::len);
                if length > REST.0 {
                    break;
                }
            }
        };
        drop(timeout(REST.1, read).await);
        Ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;
    use tokio::time::Instant;

    use super::*;

    /// Answers a request with these bytes, and then with further ones until the client is gone.
    async fn receiver(answer: &'static str, endless: &'static [u8]) -> (Url, JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let served = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 4096];
            let read = stream.read(&mut request).await.expect("a request");
            assert!(request[..read].starts_with(b"POST /hook HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).await.expect("a client");
            let mut sent = 0;
            while !endless.is_empty() && stream.write_all(endless).await.is_ok() {
                sent += endless.len();
            }
            // Until the client closes the connection.
            while stream.read(&mut request).await.is_ok_and(|read| read > 0) {}
            sent
        });
        (Url::parse(&url).expect("a URL"), served)
    }

    async fn post(url: &Url) -> Result<Reply, Failure> {
        let settings = Settings { webhook_private_networks: true, ..Settings::default() };
        Client::default().post(&settings, url, &[], b"{}".to_vec()).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_receiver_without_an_answer_fails_after_15_seconds() {
        for half in ["", "HTTP/1.1 200 OK\r\nx-half: "] {
            let (url, served) = receiver(half, b"").await;
            let started = Instant::now();
            assert!(matches!(post(&url).await, Err(Failure::Timeout)));
            assert_eq!(started.elapsed().as_secs(), 15);
            served.await.expect("the connection is closed");
        }
    }

    #[tokio::test]
    async fn a_request_goes_to_the_address_that_was_checked_whatever_the_name_leads_to_now() {
        let (url, served) = receiver("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", b"").await;
        let checked = SocketAddr::new(
            "127.0.0.1".parse().expect("an address"),
            url.port().expect("the port of the receiver"),
        );
        let changed = Url::parse("http://changed.invalid:1/hook").expect("a URL");
        let reply = Client::default().send(&changed, &[checked], &[], b"{}".to_vec()).await;
        assert_eq!(reply.expect("an answer").status, 200);
        served.await.expect("the connection is closed");
    }

    #[tokio::test]
    async fn a_body_without_an_end_is_left_after_16_kilobytes() {
        const BLOCK: [u8; 1024] = [b'a'; 1024];
        let (url, served) = receiver("HTTP/1.1 200 OK\r\n\r\n", &BLOCK).await;
        assert_eq!(post(&url).await.expect("an answer").status, 200);
        assert!(served.await.expect("a receiver") < 16 * 1024 * 1024);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_or_is_shorter_than_its_length_costs_half_a_second() {
        for answer in ["HTTP/1.1 201 Made\r\ncontent-length: 99\r\n\r\na", "HTTP/1.1 201 Made\r\n\r\na"] {
            let (url, served) = receiver(answer, b"").await;
            let started = Instant::now();
            assert_eq!(post(&url).await.expect("an answer").status, 201);
            assert_eq!(started.elapsed().as_millis(), 500);
            served.await.expect("the connection is closed");
        }
    }

    #[test]
    fn a_receiver_asks_for_seconds_or_for_a_date() {
        let now: Time = "2015-10-21T07:28:00Z".parse().expect("a time");
        let read = |value| {
            Reply { status: 429, retry_after: Some(HeaderValue::from_static(value)) }.retry_after(now)
        };
        assert_eq!(read("120"), Some(120));
        assert_eq!(read(" 7 "), Some(7));
        assert_eq!(read("Wed, 21 Oct 2015 07:29:30 GMT"), Some(90));
        for other in ["", "soon", "-", "1.5"] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(Reply { status: 200, retry_after: None }.retry_after(now), None);
    }
}
