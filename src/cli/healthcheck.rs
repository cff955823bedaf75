//! `statuary healthcheck`

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::config::{DEFAULT_LISTEN, Given};
use crate::tls;

const PATIENCE: Duration = Duration::from_secs(10);

/// Options of `healthcheck`.
#[derive(clap::Args)]
pub struct Args {
    /// The server; without it the address that `serve` would listen on without TLS.
    #[arg(long)]
    url: Option<Uri>,
}

/// Succeeds when the server answers `/readyz` with 200.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let url = if let Some(url) = args.url {
        url
    } else {
        let from_env = std::env::var("STATUARY_LISTEN").ok().and_then(|text| text.parse().ok());
        let listen = from_env.or(given.file()?.listen).unwrap_or(DEFAULT_LISTEN);
        format!("http://{listen}").parse()?
    };
    let status = ask(&url, "/readyz").await?.status();
    if status == StatusCode::OK { Ok(()) } else { bail!("{url} is not ready: {status}") }
}

/// What a server answers, below its URL, to whom it need not know.
pub(super) async fn ask(url: &Uri, path: &str) -> Result<Response<Incoming>> {
    tokio::time::timeout(PATIENCE, connected(url, path)).await.context("no answer in time")?
}

async fn connected(url: &Uri, path: &str) -> Result<Response<Incoming>> {
    let (is_encrypted, port) = match url.scheme_str() {
        Some("http") => (false, 80),
        Some("https") => (true, 443),
        _ => bail!("{url} starts neither with http:// nor with https://"),
    };
    let host = url.host().context("the URL names no host")?.trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, url.port_u16().unwrap_or(port))).await;
    let stream = stream.with_context(|| format!("{url} is not reachable"))?;
    if !is_encrypted {
        return answer(url, path, stream).await;
    }
    let name = ServerName::try_from(host.to_owned())?;
    let stream = TlsConnector::from(Arc::new(tls::client()?)).connect(name, stream).await;
    answer(url, path, stream.with_context(|| format!("{url} cannot be trusted"))?).await
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
