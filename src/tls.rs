//! Connections that are encrypted (TLS 1.2 and 1.3, by rustls).

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a client may take until its connection is encrypted.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the certificate and its key are, as PEM.
#[derive(Clone, Debug)]
pub struct Files {
    /// The certificate, and after it those that lead to the authority.
    pub cert: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// What the files say when they are read.
#[derive(Clone)]
pub struct Identity(Arc<ServerConfig>);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

impl Files {
    /// Reads both.
    ///
    /// # Errors
    /// When one cannot be read, or the key is not the certificate's.
    pub fn read(&self) -> Result<Identity> {
        let (cert, key) = (self.cert.display(), self.key.display());
        let chain: Vec<_> = CertificateDer::pem_file_iter(&self.cert)
            .and_then(Iterator::collect)
            .with_context(|| format!("cannot read a certificate from {cert}"))?;
        if chain.is_empty() {
            anyhow::bail!("{cert} holds no certificate");
        }
        let private = PrivateKeyDer::from_pem_file(&self.key)
            .with_context(|| format!("cannot read a private key from {key}"))?;
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(chain, private)
                .with_context(|| format!("the key in {key} does not go with the certificate in {cert}"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Identity(Arc::new(config)))
    }
}

/// A listener whose connections are encrypted before anybody sees them. Greetings run beside each other and beside the
/// accepting; a client that does not end its own in time is dropped.
pub struct Encrypted<L: Listener> {
    listener: L,
    files: Files,
    identity: Identity,
    /// SIGHUP: the files may be new.
    renewed: Signal,
    greetings: JoinSet<Option<(TlsStream<TcpStream>, L::Addr)>>,
}

impl<L: Listener> Encrypted<L> {
    /// Listens with the identity that was read from the files.
    ///
    /// # Errors
    /// When signals cannot be received.
    pub fn new(listener: L, files: Files, identity: Identity) -> Result<Self> {
        let renewed = signal(SignalKind::hangup()).context("cannot receive SIGHUP")?;
        Ok(Self { listener, files, identity, renewed, greetings: JoinSet::new() })
    }

    fn renew(&mut self) {
        match self.files.read() {
            Ok(identity) => {
                self.identity = identity;
                tracing::info!("the certificate was read again");
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the certificate stays as it was");
            }
        }
    }
}

impl<L: Listener<Io = TcpStream, Addr: fmt::Debug + 'static>> Listener for Encrypted<L> {
    type Io = TlsStream<TcpStream>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                (stream, address) = self.listener.accept() => {
                    let acceptor = TlsAcceptor::from(self.identity.0.clone());
                    self.greetings.spawn(async move {
                        match tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                            Ok(Ok(stream)) => return Some((stream, address)),
                            Ok(Err(error)) => tracing::debug!(?address, %error, "no encrypted connection"),
                            Err(_) => tracing::debug!(?address, "no encrypted connection in time"),
                        }
                        None
                    });
                }
                Some(greeted) = self.greetings.join_next() => {
                    if let Ok(Some(connection)) = greeted {
                        return connection;
                    }
                }
                Some(()) = self.renewed.recv() => self.renew(),
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
