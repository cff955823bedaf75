//! Requests of this service to others: over a connection of their own, without following redirects. Time, heads and bodies have
//! bounds. Webhooks and the sign-in by `OpenID` Connect call this.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::{Response, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Position, Url};

use base::tls;

/// The time limit for a connection to one of several addresses.
const CONNECTION: Duration = Duration::from_secs(5);
/// The longest head of an answer, in bytes.
const HEAD: usize = 64 * 1024;

const AGENT: &str = concat!("Statuary/", env!("CARGO_PKG_VERSION"));

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A client of HTTP; its settings for TLS are read at the first use.
#[derive(Default)]
pub struct Client {
    tls: OnceLock<Arc<ClientConfig>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

/// An answer whose body is still to be read. Its connection ends with it.
pub struct Reply {
    /// The answer.
    pub response: Response<Incoming>,
    _connection: JoinSet<hyper::Result<()>>,
}

/// Why there was no answer, in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl Failed {
    /// The words of an error and of its causes.
    pub fn of(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            text = format!("{text}: {inner}");
            source = inner.source();
        }
        Self(text.chars().take(300).collect())
    }
}

impl Client {
    /// Sends a request to the first of some addresses that takes a connection. The name in the URL is not resolved.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn send(
        &self,
        url: &Url,
        addresses: &[SocketAddr],
        request: axum::http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Reply, Failed> {
        let stream = self.connect(url, addresses).await?;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(HEAD)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Failed::of(&error))?;
        // The connection ends with the answer, or with this function.
        let mut task = JoinSet::new();
        task.spawn(connection);
        let request = request
            .uri(&url[Position::BeforePath..Position::AfterQuery])
            .header(header::HOST, &url[Position::BeforeHost..Position::AfterPort])
            .header(header::USER_AGENT, AGENT)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| Failed::of(&error))?;
        let response = sender.send_request(request).await.map_err(|error| Failed::of(&error))?;
        Ok(Reply { response, _connection: task })
    }

    /// Resolves the name of a URL, sends a request and reads the answer, within a time and up to a length in bytes. Returns the
    /// status and the body.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn read(
        &self,
        url: &Url,
        request: axum::http::request::Builder,
        body: Vec<u8>,
        (limit, longest): (Duration, usize),
    ) -> Result<(u16, Vec<u8>), Failed> {
        let exchange = async {
            let (host, port) =
                (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
            let found = lookup_host((host.trim_matches(['[', ']']), port)).await;
            let found: Vec<_> = found.map_err(|error| Failed::of(&error))?.collect();
            let reply = self.send(url, &found, request, body).await?;
            let status = reply.response.status().as_u16();
            let Reply { response, _connection: connection } = reply;
            let read = Limited::new(response.into_body(), longest).collect().await;
            drop(connection);
            let read = read.map_err(|error| match error.downcast::<http_body_util::LengthLimitError>() {
                Ok(_) => Failed(format!("the answer is longer than {longest} bytes")),
                Err(error) => Failed::of(&*error),
            })?;
            Ok((status, read.to_bytes().to_vec()))
        };
        let seconds = limit.as_secs();
        let late = || Failed(format!("no answer within {seconds} seconds"));
        timeout(limit, exchange).await.unwrap_or_else(|_| Err(late()))
    }

    async fn connect(&self, url: &Url, addresses: &[SocketAddr]) -> Result<Box<dyn Duplex>, Failed> {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            let stream = match timeout(CONNECTION, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => {
                    last = error;
                    continue;
                }
                Err(_) => {
                    last = io::ErrorKind::TimedOut.into();
                    continue;
                }
            };
            if url.scheme() == "http" {
                return Ok(Box::new(stream));
            }
            let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let name = ServerName::try_from(name).map_err(|error| Failed::of(&error))?;
            let tls = TlsConnector::from(self.tls()?).connect(name, stream).await;
            return Ok(Box::new(tls.map_err(|error| Failed::of(&error))?));
        }
        Err(Failed::of(&last))
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, Failed> {
        if let Some(known) = self.tls.get() {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(tls::client().map_err(|error| Failed::of(&error))?);
        Ok(Arc::clone(self.tls.get_or_init(|| read)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, Request};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;

    /// Answers one request with these bytes, and keeps the connection.
    async fn answering(answer: Vec<u8>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/a?b=c", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 4096];
            let length = stream.read(&mut request).await.expect("a request");
            assert!(request[..length].starts_with(b"GET /a?b=c HTTP/1.1\r\n"));
            drop(stream.write_all(&answer).await);
            while stream.read(&mut request).await.is_ok_and(|length| length > 0) {}
        });
        Url::parse(&url).expect("a URL")
    }

    async fn read(url: &Url) -> Result<(u16, Vec<u8>), Failed> {
        let request = Request::builder().method(Method::GET);
        Client::default().read(url, request, Vec::new(), (Duration::from_secs(10), 1000)).await
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_has_a_time_and_a_length() {
        for slow in [&b""[..], b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"] {
            let url = answering(slow.to_vec()).await;
            let started = Instant::now();
            assert_eq!(read(&url).await, Err(Failed("no answer within 10 seconds".to_owned())));
            assert_eq!(started.elapsed().as_secs(), 10);
        }
        for (length, is_read) in [(1000, true), (1001, false)] {
            let head = format!("HTTP/1.1 404 No\r\ncontent-length: {length}\r\n\r\n");
            let url = answering([head.as_bytes(), &vec![b'a'; length]].concat()).await;
            let expected = if is_read {
                Ok((404, vec![b'a'; length]))
            } else {
                Err(Failed("the answer is longer than 1000 bytes".to_owned()))
            };
            assert_eq!(read(&url).await, expected);
        }
    }
}
