//! The requests of the suite: one after the other, each with a time limit, no redirect followed.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use axum::http::uri::{Authority, PathAndQuery};
use axum::http::{HeaderMap, Method, Request, Uri, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;
/// How often a request is repeated that the server found to be one too many.
const REPEATS: usize = 3;
/// The longest that is waited before that.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A connection to one server, opened again where it ended.
pub struct Client {
    runtime: Runtime,
    tls: Option<TlsConnector>,
    authority: Authority,
    port: u16,
    /// What stands before `/api` in every path of the server.
    pub prefix: String,
    timeout: Duration,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The method.
    pub method: Method,
    /// The path from `/api` on, with the query.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// What it carries.
    pub body: Bytes,
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// 200, 404 and so on.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl Ask {
    /// A request without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Bytes::new() }
    }

    /// With a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body of a content type.
    pub fn carrying(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self.with("content-type", content_type) }
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.carrying("application/json", body.to_string())
    }
}

impl Answer {
    /// The text of a header; empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    /// A client of the server at an address, with or without the path of a surface.
    pub fn new(url: &Uri, surface: &str, timeout: Duration) -> Result<Self> {
        let is_secure = match url.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => bail!("{url} starts with neither http:// nor https://"),
        };
        let authority = url.authority().context("the URL names no host")?.clone();
        // Without the credentials that a URL can hold: they belong to no header of ours.
        let bare = authority.as_str().rsplit('@').next().unwrap_or_default().parse()?;
        let path = url.path().trim_end_matches('/');
        let port = authority.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        Ok(Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
            tls: is_secure.then(connector).transpose()?,
            authority: bare,
            port,
            prefix: path.strip_suffix(surface).unwrap_or(path).to_owned(),
            timeout,
            sender: None,
        })
    }

    /// Sends a request and reads the answer.
    pub fn send(&mut self, ask: &Ask) -> Result<Answer> {
        let mut repeats = 0;
        loop {
            let answer = self.once(ask)?;
            if answer.status != 429 || repeats == REPEATS {
                return Ok(answer);
            }
            repeats += 1;
            let asked = answer.header("retry-after").parse().map_or(LONGEST_WAIT / 6, Duration::from_secs);
            self.pause(asked.min(LONGEST_WAIT));
        }
    }

    /// Lets time pass.
    pub fn pause(&self, duration: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(duration).await });
    }

    fn once(&mut self, ask: &Ask) -> Result<Answer> {
        let path = PathAndQuery::try_from(format!("{}{}", self.prefix, ask.path))?;
        let mut request = Request::builder()
            .method(ask.method.clone())
            .uri(Uri::from(path))
            .header(header::HOST, self.authority.as_str())
            .header(header::USER_AGENT, concat!("statuary-conform/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(ask.body.clone()))?;
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
                        // The server closed the connection before it read anything.
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
                let body = Limited::new(body, LONGEST).collect().await.map_err(|error| anyhow!(error))?;
                Ok((sender, parts, body.to_bytes()))
            };
            tokio::time::timeout(timeout, work).await
        });
        let (sender, parts, body) =
            done.map_err(|_| anyhow!("no answer within {} s", timeout.as_secs()))??;
        self.sender = Some(sender);
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, json })
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
