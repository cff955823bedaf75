//! Connections that are encrypted (TLS 1.2 and 1.3, by rustls).

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

use super::clock::Time;

/// How long a client may take until its connection is encrypted.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of a request that came unencrypted is read, in bytes, so that its sender gets to read the answer.
const LONGEST_PLAIN: u64 = 1024 * 1024;

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

/// The certificate and its key as they were read last.
pub struct Identity {
    files: Files,
    config: RwLock<Arc<ServerConfig>>,
}

/// Why a connection is not encrypted.
#[derive(Debug, thiserror::Error)]
pub enum NoGreeting {
    /// The client speaks unencrypted HTTP.
    #[error("the client speaks HTTP, not HTTPS")]
    PlainHttp(TcpStream),
    /// The client sent something else, or broke off.
    #[error(transparent)]
    Failed(#[from] io::Error),
}

impl Files {
    /// Reads both.
    ///
    /// # Errors
    /// When one cannot be read, or the key is not the certificate's.
    pub fn identity(self) -> Result<Identity> {
        let config = RwLock::new(self.read()?);
        Ok(Identity { files: self, config })
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

    /// How this program asks its own server, whose certificate need not name the address that is asked. One that is not
    /// the file's is logged: the server was not told of a renewal.
    ///
    /// # Errors
    /// When the certificate cannot be read.
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
            .with_context(|| format!("the key in {key} does not go with the certificate in {cert}"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// The key of a PEM file; where there is none to use, the error says what is there instead.
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
        bail!("the file holds something else (no `BEGIN PRIVATE KEY`)");
    }
    bail!("the file is not in PEM form")
}

/// Accepts the server on this machine, which is asked for its health alone and sent no secret.
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
                "the server has another certificate than the file: SIGHUP has it read the file again"
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

impl Identity {
    /// Reads the files again; on an error the certificate stays as it was.
    pub fn renew(&self) {
        match self.files.read() {
            Ok(config) => {
                *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
                tracing::info!("the certificate was read again");
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the certificate stays as it was");
            }
        }
    }

    /// Encrypts a connection that was accepted. A client that does not finish its part within 10 seconds is given up.
    ///
    /// # Errors
    /// When the client does not speak TLS, or fails to.
    pub async fn accept(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, NoGreeting> {
        tokio::time::timeout(PATIENCE, async {
            let mut first = [0];
            stream.peek(&mut first).await?;
            if first[0].is_ascii_alphabetic() {
                return Err(NoGreeting::PlainHttp(stream));
            }
            let config = self.config.read().unwrap_or_else(PoisonError::into_inner).clone();
            Ok(TlsAcceptor::from(config).accept(stream).await?)
        })
        .await
        .unwrap_or_else(|_| Err(NoGreeting::Failed(io::ErrorKind::TimedOut.into())))
    }
}

impl NoGreeting {
    /// Answers a client that speaks unencrypted HTTP in its own words; others have been answered already.
    pub async fn answer(self) {
        const TEXT: &str = "This port speaks HTTPS: use an address that begins with https://\n";
        let Self::PlainHttp(mut stream) = self else { return };
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{TEXT}",
            TEXT.len()
        );
        let answered = async {
            stream.write_all(answer.as_bytes()).await?;
            stream.shutdown().await?;
            // A connection that is closed with unread bytes is reset, and the client may lose the answer.
            tokio::io::copy(&mut stream.take(LONGEST_PLAIN), &mut tokio::io::sink()).await
        };
        let _gone_or_late = tokio::time::timeout(Duration::from_secs(1), answered).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_finish_its_greeting_is_given_up_after_a_time() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocols")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(rustls::server::ResolvesServerCertUsingSni::new()));
        let files = Files { cert: PathBuf::new(), key: PathBuf::new() };
        let identity = Identity { files, config: RwLock::new(Arc::new(config)) };
        let silent = TcpStream::connect(address).await.expect("a connection");
        let (stream, _) = listener.accept().await.expect("a connection");
        let start = tokio::time::Instant::now();
        assert!(
            matches!(identity.accept(stream).await, Err(NoGreeting::Failed(error)) if error.kind() == io::ErrorKind::TimedOut)
        );
        assert!(start.elapsed() >= PATIENCE, "{:?}", start.elapsed());
        drop(silent);
    }
}
