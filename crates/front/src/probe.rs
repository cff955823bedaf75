//! Asking a running server on this machine, whichever way it listens: `healthcheck`, `doctor` and the watchdog do.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::body::Body;
use axum::http::{Request, Response, Uri, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

use base::tls;
use service::settings::Settings;
use service::settings::listen::Address;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A server.
#[derive(Clone, Debug)]
pub enum Target {
    /// A URL; the certificate has to be one that the machine trusts.
    Url(Uri),
    /// The address on which it listens.
    Address(Address),
    /// The address on which it listens, and its certificate, which is trusted.
    Encrypted(Address, tls::CertificateFiles),
}

impl Target {
    /// The server with these settings.
    pub fn of(settings: &Settings) -> Self {
        let listen = settings.listen.clone();
        match &settings.tls {
            Some(files) => Self::Encrypted(listen, files.clone()),
            None => Self::Address(listen),
        }
    }

    /// Its URL, for messages.
    pub fn url(&self) -> String {
        match self {
            Self::Url(url) => url.to_string(),
            Self::Address(address @ Address::Unix { .. }) => address.to_string(),
            Self::Address(address) => address.url("http"),
            Self::Encrypted(address, _) => address.url("https"),
        }
    }
}

/// Sends a GET request for a path below the URL of a server.
pub async fn ask(target: &Target, path: &str) -> Result<Response<Incoming>> {
    tokio::time::timeout(TIMEOUT, connected(target, path)).await.context("no answer in time")?
}

async fn connected(target: &Target, path: &str) -> Result<Response<Incoming>> {
    if let Target::Address(Address::Unix { path: socket, .. }) = target {
        let stream = UnixStream::connect(socket).await;
        let stream = stream.with_context(|| format!("{} is not reachable", target.url()))?;
        return answer(&Uri::from_static("http://localhost"), path, stream).await;
    }
    let url: Uri = target.url().parse()?;
    let (is_encrypted, port) = match url.scheme_str() {
        Some("http") => (false, 80),
        Some("https") => (true, 443),
        _ => bail!("{url} starts neither with http:// nor with https://"),
    };
    let host = url.host().context("the URL names no host")?.trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, url.port_u16().unwrap_or(port))).await;
    let stream = stream.with_context(|| format!("{url} is not reachable"))?;
    if !is_encrypted {
        return answer(&url, path, stream).await;
    }
    let config: ClientConfig = match target {
        Target::Encrypted(_, files) => files.client()?,
        _ => tls::client()?,
    };
    let name = ServerName::try_from(host.to_owned())?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    answer(&url, path, stream.with_context(|| format!("{url} cannot be trusted"))?).await
}

async fn answer(
    url: &Uri,
    path: &str,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<Response<Incoming>> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let path = format!("{}{path}", url.path().trim_end_matches('/'));
    let authority = url.authority().map(ToString::to_string).unwrap_or_default();
    let request = Request::get(path).header(header::HOST, authority).body(Body::empty())?;
    Ok(sender.send_request(request).await?)
}
