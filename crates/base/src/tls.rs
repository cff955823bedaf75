//! TLS 1.2 and 1.3 by rustls: client settings for outgoing connections, and certificates for the listener.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::clock::Time;

/// The timeout of the handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The number of bytes of an unencrypted request that are read, so that its client can read the response.
const MAX_PLAIN_BYTES: u64 = 1024 * 1024;

/// The settings for connections to other servers: trusts the certificate authorities of the machine, or those in the file
/// that `SSL_CERT_FILE` names.
///
/// # Errors
/// If rustls was built without the protocol versions.
pub fn client() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// The paths of the certificate and its key, as PEM.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// The certificate, followed by its chain.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// The certificate of the listener, which can be reloaded.
pub struct ServerCertificate {
    files: CertificateFiles,
    config: RwLock<Arc<ServerConfig>>,
}

/// The reason why a connection was not encrypted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The client speaks unencrypted HTTP.
    #[error("the client speaks HTTP, not HTTPS")]
    PlainHttp(TcpStream),
    /// The handshake failed.
    #[error(transparent)]
    Failed(#[from] io::Error),
}

impl CertificateFiles {
    /// Loads the certificate and its key.
    ///
    /// # Errors
    /// If one cannot be read, or they do not match.
    pub fn load(self) -> Result<ServerCertificate> {
        let config = RwLock::new(self.read()?);
        Ok(ServerCertificate { files: self, config })
    }

    /// The start and the end of the validity of the certificate.
    ///
    /// # Errors
    /// If the certificate or its key cannot be read, or they do not match.
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

    /// The settings for requests of this program to its own server, whose certificate need not name the address. A server
    /// certificate that differs from the file is logged, because the server has not reloaded it.
    ///
    /// # Errors
    /// If the certificate cannot be read.
    pub fn client(&self) -> Result<ClientConfig> {
        let cert = CertificateDer::from_pem_file(&self.cert);
        let cert = cert.with_context(|| format!("cannot read a certificate from {}", self.cert.display()))?;
        let provider = Arc::new(ring::default_provider());
        let verifier = Arc::new(OwnServer { cert, provider: provider.clone() });
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth())
    }

    fn read(&self) -> Result<Arc<ServerConfig>> {
        let (cert, key) = (self.cert.display(), self.key.display());
        let chain: Vec<_> = CertificateDer::pem_file_iter(&self.cert)
            .and_then(Iterator::collect)
            .with_context(|| format!("cannot read a certificate from {cert}"))?;
        if chain.is_empty() {
            bail!("{cert} holds no certificate in PEM form");
        }
        let private =
            private_key(&self.key).with_context(|| format!("cannot read a private key from {key}"))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .with_context(|| format!("the key in {key} does not match the certificate in {cert}"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// The private key of a PEM file. If it has none that can be used, the error says what it has instead.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>> {
    let read = PrivateKeyDer::from_pem_file(path);
    if !matches!(read, Err(pem::Error::NoItemsFound | pem::Error::Base64Decode(_))) {
        return Ok(read?);
    }
    let bytes = std::fs::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains(",ENCRYPTED") {
        bail!("the key is encrypted; write it without a passphrase (`openssl pkey -in KEY -out FILE`)");
    }
    if text.contains("-----BEGIN ") {
        bail!("the file has no `BEGIN PRIVATE KEY`");
    }
    bail!("the file is not in PEM form")
}

/// Accepts any certificate of the server on this machine, which gets only a health check and no secrets.
#[derive(Debug)]
struct OwnServer {
    cert: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for OwnServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *end_entity != self.cert {
            tracing::warn!(
                "the certificate of the server differs from the file; send SIGHUP to the server to reload it"
            );
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertificate {
    /// Reloads the files. On an error, the previous certificate stays in use.
    pub fn reload(&self) {
        match self.files.read() {
            Ok(config) => {
                *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
                tracing::info!("the certificate was reloaded");
            }
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "the certificate cannot be reloaded; the previous one stays in use"
                );
            }
        }
    }

    /// Encrypts an accepted connection, within 10 seconds.
    ///
    /// # Errors
    /// If the client does not speak TLS, or the handshake fails.
    pub async fn accept(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, AcceptError> {
        tokio::time::timeout(HANDSHAKE_TIMEOUT, async {
            let mut first = [0];
            stream.peek(&mut first).await?;
            if first[0].is_ascii_alphabetic() {
                return Err(AcceptError::PlainHttp(stream));
            }
            let config = self.config.read().unwrap_or_else(PoisonError::into_inner).clone();
            Ok(TlsAcceptor::from(config).accept(stream).await?)
        })
        .await
        .unwrap_or_else(|_| Err(AcceptError::Failed(io::ErrorKind::TimedOut.into())))
    }
}

impl AcceptError {
    /// Responds to a client that speaks unencrypted HTTP. Others have got a TLS alert.
    pub async fn respond(self) {
        const TEXT: &str = "This port speaks HTTPS: use an address that begins with https://\n";
        let Self::PlainHttp(mut stream) = self else { return };
        let response = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{TEXT}",
            TEXT.len()
        );
        let sent = async {
            stream.write_all(response.as_bytes()).await?;
            stream.shutdown().await?;
            // Closing a connection with unread bytes resets it, and the client may lose the response.
            tokio::io::copy(&mut stream.take(MAX_PLAIN_BYTES), &mut tokio::io::sink()).await
        };
        let _disconnected_or_late = tokio::time::timeout(Duration::from_secs(1), sent).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_handshake_that_does_not_finish_times_out() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocols")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(rustls::server::ResolvesServerCertUsingSni::new()));
        let files = CertificateFiles { cert: PathBuf::new(), key: PathBuf::new() };
        let certificate = ServerCertificate { files, config: RwLock::new(Arc::new(config)) };
        let silent = TcpStream::connect(address).await.expect("a connection");
        let (stream, _) = listener.accept().await.expect("a connection");
        let start = tokio::time::Instant::now();
        assert!(
            matches!(certificate.accept(stream).await, Err(AcceptError::Failed(error)) if error.kind() == io::ErrorKind::TimedOut)
        );
        assert!(start.elapsed() >= HANDSHAKE_TIMEOUT, "{:?}", start.elapsed());
        drop(silent);
    }
}
