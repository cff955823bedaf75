//! Connections that are encrypted (TLS 1.2 and 1.3, by rustls).

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::serve::Listener;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::clock::Time;

/// How long a client may take until its connection is encrypted.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many clients may greet at the same time; further ones are accepted later.
const MOST_GREETINGS: usize = 256;

/// How this program asks others: it trusts whom the machine trusts, or the file that `SSL_CERT_FILE` names.
///
/// # Errors
/// When the library cannot do what it was built for.
pub fn client() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// Where the certificate and its key are, as PEM.
#[derive(Clone, Debug)]
pub struct Files {
    /// The certificate, and after it those that lead to the authority.
    pub cert: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// What the files said when they were read last.
pub struct Identity {
    files: Files,
    config: Arc<ServerConfig>,
    /// SIGHUP: the files may be new.
    renewed: Signal,
}

impl Files {
    /// Reads both, and from then on listens for SIGHUP.
    ///
    /// # Errors
    /// When one cannot be read, the key is not the certificate's, or signals cannot be received.
    pub fn identity(self) -> Result<Identity> {
        let config = self.read()?;
        let renewed = signal(SignalKind::hangup()).context("cannot receive SIGHUP")?;
        Ok(Identity { files: self, config, renewed })
    }

    /// Whether they go together, and from when to when the certificate is valid.
    ///
    /// # Errors
    /// When one cannot be read, or the key is not the certificate's.
    pub fn validity(&self) -> Result<(Time, Time)> {
        self.read()?;
        let cert = CertificateDer::from_pem_file(&self.cert)?;
        let cert = Certificate::from_der(&cert).context("the certificate cannot be read")?;
        let validity = cert.tbs_certificate.validity;
        let time = |time: x509_cert::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX / 1_000_000);
            Time(0).plus_seconds(seconds)
        };
        Ok((time(validity.not_before), time(validity.not_after)))
    }

    fn read(&self) -> Result<Arc<ServerConfig>> {
        let (cert, key) = (self.cert.display(), self.key.display());
        let chain: Vec<_> = CertificateDer::pem_file_iter(&self.cert)
            .and_then(Iterator::collect)
            .with_context(|| format!("cannot read a certificate from {cert}"))?;
        if chain.is_empty() {
            bail!("{cert} holds no certificate");
        }
        let private = PrivateKeyDer::from_pem_file(&self.key)
            .with_context(|| format!("cannot read a private key from {key}"))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .with_context(|| format!("the key in {key} does not go with the certificate in {cert}"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// A listener whose connections are encrypted before anybody sees them. Greetings run beside each other and beside the
/// accepting; a client that does not end its own in time is dropped.
pub struct Encrypted<L: Listener> {
    listener: L,
    identity: Identity,
    greetings: JoinSet<Option<(TlsStream<TcpStream>, L::Addr)>>,
}

impl<L: Listener> Encrypted<L> {
    /// Listens with an identity.
    pub fn new(listener: L, identity: Identity) -> Self {
        Self { listener, identity, greetings: JoinSet::new() }
    }
}

impl Identity {
    fn renew(&mut self) {
        match self.files.read() {
            Ok(config) => {
                self.config = config;
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
                (stream, address) = self.listener.accept(), if self.greetings.len() < MOST_GREETINGS => {
                    let acceptor = TlsAcceptor::from(self.identity.config.clone());
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
                Some(()) = self.identity.renewed.recv() => self.identity.renew(),
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_finish_its_greeting_is_dropped_after_a_time() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocols")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(rustls::server::ResolvesServerCertUsingSni::new()));
        let files = Files { cert: PathBuf::new(), key: PathBuf::new() };
        let renewed = signal(SignalKind::hangup()).expect("signals");
        let mut encrypted = Encrypted::new(listener, Identity { files, config: Arc::new(config), renewed });
        let mut silent = TcpStream::connect(address).await.expect("a connection");
        let start = tokio::time::Instant::now();
        let mut nothing = [0];
        tokio::select! {
            _ = encrypted.accept() => panic!("nobody greeted"),
            read = silent.read(&mut nothing) => assert_eq!(read.expect("an end"), 0),
        }
        assert!(start.elapsed() >= PATIENCE, "{:?}", start.elapsed());
    }
}
