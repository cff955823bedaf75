//! The HTTP client of the checks, of imports from another server, and of `statuary mcp`. It sends one request at a time, each with a time limit, and follows no redirects.
//!
//! It uses hyper, which the server needs anyway, and the TLS settings of `base::tls`. A client library such as ureq has its
//! own trust settings and adds headers of its own, which the checks would have to undo.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use axum::http::uri::{Authority, PathAndQuery};
use axum::http::{HeaderMap, Method, Request as HttpRequest, Uri, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

/// The longest body of a response, in bytes.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// The number of retries after a 429.
const MAX_RETRIES: usize = 3;
/// The longest wait before a retry.
const MAX_WAIT: Duration = Duration::from_mins(1);

/// A connection to one server, reopened if the server closes it.
pub struct Client {
    runtime: Runtime,
    tls: Option<TlsConnector>,
    authority: Authority,
    port: u16,
    /// The part of every path before `/api`.
    pub prefix: String,
    /// The `User-Agent` of the requests.
    pub agent: &'static str,
    timeout: Duration,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST` and so on.
    pub method: Method,
    /// The path from `/api` on, with the query.
    pub path: String,
    /// Their names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Bytes,
}

/// A response with its whole body.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The body as JSON; null if it is not JSON.
    pub json: Value,
}

impl Request {
    /// A request without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Bytes::new() }
    }

    /// Adds a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a body and its content type.
    pub fn with_body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self.with("content-type", content_type) }
    }

    /// Adds a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.with_body("application/json", body.to_string())
    }
}

impl Response {
    /// The value of a header; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    /// A client of a server, whose URL may include the path of the surface.
    pub fn new(url: &Uri, surface: &str, timeout: Duration) -> Result<Self> {
        let is_secure = match url.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => bail!("{url} starts with neither http:// nor https://"),
        };
        let authority = url.authority().context("the URL names no host")?.clone();
        // Credentials in the URL must not get into the `Host` header.
        let bare = authority.as_str().rsplit('@').next().unwrap_or_default().parse()?;
        let path = url.path().trim_end_matches('/');
        let port = authority.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        Ok(Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
            tls: is_secure.then(connector).transpose()?,
            authority: bare,
            port,
            prefix: path.strip_suffix(surface).unwrap_or(path).to_owned(),
            agent: concat!("statuary-conform/", env!("CARGO_PKG_VERSION")),
            timeout,
            sender: None,
        })
    }

    /// Sends a request, retries after a 429, and reads the response.
    pub fn send(&mut self, request: &Request) -> Result<Response> {
        let mut retries = 0;
        loop {
            let response = self.send_once(request)?;
            if response.status != 429 || retries == MAX_RETRIES {
                return Ok(response);
            }
            retries += 1;
            let wait = response.header("retry-after").parse().map_or(MAX_WAIT / 6, Duration::from_secs);
            self.pause(wait.min(MAX_WAIT));
        }
    }

    /// Sleeps.
    pub fn pause(&self, duration: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(duration).await });
    }

    /// Sends a request and reads the response. The next request opens a new connection if this one fails.
    pub fn send_once(&mut self, request: &Request) -> Result<Response> {
        let path = PathAndQuery::try_from(format!("{}{}", self.prefix, request.path))?;
        let mut builder = HttpRequest::builder()
            .method(request.method.clone())
            .uri(Uri::from(path))
            .header(header::HOST, self.authority.as_str())
            .header(header::USER_AGENT, self.agent);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let request = builder.body(Full::new(request.body.clone()))?;
        let (sender, tls) = (self.sender.take(), self.tls.clone());
        let (authority, port, timeout) = (&self.authority, self.port, self.timeout);
        let done = self.runtime.block_on(async {
            let work = async {
                let mut sender = match sender {
                    Some(open) if !open.is_closed() => open,
                    _ => connect(authority.host(), port, tls.clone()).await?,
                };
                let mut request = request;
                let response = loop {
                    drop(sender.ready().await);
                    match sender.try_send_request(request).await {
                        Ok(response) => break response,
                        // The server had closed the idle connection.
                        Err(mut failed) => match failed.take_message() {
                            Some(unsent) => {
                                request = unsent;
                                sender = connect(authority.host(), port, tls.clone()).await?;
                            }
                            None => return Err(anyhow::Error::from(failed.into_error())),
                        },
                    }
                };
                let (parts, body) = response.into_parts();
                let body = Limited::new(body, MAX_BODY).collect().await.map_err(|error| anyhow!(error))?;
                Ok((sender, parts, body.to_bytes()))
            };
            tokio::time::timeout(timeout, work).await
        });
        let (sender, parts, body) =
            done.map_err(|_| anyhow!("no answer within {} s", timeout.as_secs()))??;
        self.sender = Some(sender);
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Response { status: parts.status.as_u16(), headers: parts.headers, body, json })
    }
}

async fn connect(host: &str, port: u16, tls: Option<TlsConnector>) -> Result<SendRequest<Full<Bytes>>> {
    let host = host.trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    if let Some(tls) = tls {
        let name = rustls::pki_types::ServerName::try_from(host.to_owned())?;
        let (sender, connection) = handshake(TokioIo::new(tls.connect(name, stream).await?)).await?;
        tokio::spawn(connection);
        Ok(sender)
    } else {
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

fn connector() -> Result<TlsConnector> {
    Ok(TlsConnector::from(Arc::new(base::tls::client()?)))
}
