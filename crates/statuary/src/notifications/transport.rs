//! How a message leaves: by SMTP, over a connection of its own, or as a file. Time has bounds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::time::timeout;

use domain::mails::Mail;
use service::settings::mail::{Encryption, Smtp, Way};

/// The time limit for a connection.
const CONNECTION: Duration = Duration::from_secs(10);
/// The time limit for everything.
const LIMIT: Duration = Duration::from_secs(30);
/// The replies that speak of the settings of this service and not of the mail: a login that is needed, too weak or wrong.
const OF_SETTINGS: [u16; 6] = [530, 534, 535, 538, 454, 523];

/// How messages leave.
pub enum Transport {
    /// By a server.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// As files in a folder.
    Folder(PathBuf),
}

/// Why a message did not leave. It has no text of the server, which may repeat what the mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server does not take it, with the code of its reply.
    Refused(u16),
    /// It may leave later.
    Later(String),
}

impl Transport {
    /// The transport of the settings. It connects at the first message.
    ///
    /// # Errors
    /// If the name of the server cannot be that of a certificate.
    pub fn new(way: &Way) -> Result<Self, Error> {
        let Smtp { host, port, encryption, credentials } = match way {
            Way::Smtp(smtp) => smtp,
            Way::Folder(folder) => return Ok(Self::Folder(folder.clone())),
        };
        let tls = match encryption {
            Encryption::None => Tls::None,
            Encryption::StartTls => Tls::Required(TlsParameters::new(host.clone())?),
            Encryption::Tls => Tls::Wrapper(TlsParameters::new(host.clone())?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(*port)
            .tls(tls)
            .timeout(Some(CONNECTION));
        if let Some((user, password)) = credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self::Smtp(Box::new(builder.build())))
    }

    /// Connects and signs in as for a message, and sends none.
    ///
    /// # Errors
    /// Why no message could leave.
    pub async fn check(&self) -> Result<(), String> {
        let Self::Smtp(smtp) = self else { return Ok(()) };
        match timeout(LIMIT, smtp.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the server does not go on after the greeting".to_owned()),
            Ok(Err(error)) => Err(match error.status().map(u16::from) {
                Some(code) => format!("reply {code}"),
                None => chain(&error),
            }),
            Err(_) => Err("timeout".to_owned()),
        }
    }

    /// Sends a message.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn send(&self, mail: &Mail, message: Message) -> Result<(), Failure> {
        match self {
            Self::Folder(folder) => {
                write(folder, mail, &message).await.map_err(|error| Failure::Later(error.to_string()))
            }
            Self::Smtp(smtp) => match timeout(LIMIT, smtp.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(failure(&error)),
                Err(_) => Err(Failure::Later("timeout".to_owned())),
            },
        }
    }
}

fn failure(error: &Error) -> Failure {
    let Some(code) = error.status().map(u16::from) else {
        // An error of the connection has no text of the mail; one of a reply that cannot be read might.
        let reason = if error.is_response() {
            "the reply cannot be read".to_owned()
        } else if error.is_timeout() {
            "timeout".to_owned()
        } else if error.is_client() {
            "the server lacks something that the mail needs".to_owned()
        } else {
            chain(error)
        };
        return Failure::Later(reason);
    };
    if error.is_permanent() && !OF_SETTINGS.contains(&code) {
        return Failure::Refused(code);
    }
    Failure::Later(format!("reply {code}"))
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text.chars().take(300).collect()
}

/// Writes a message to a new file: it gets its name when it is complete.
async fn write(folder: &Path, mail: &Mail, message: &Message) -> std::io::Result<()> {
    let name = format!("{:06}-{}.eml", mail.id, mail.cause.name());
    let (folder, bytes) = (folder.to_owned(), message.formatted());
    let written = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        std::io::Write::write_all(&mut file, &bytes)?;
        file.persist(folder.join(name)).map_err(|error| error.error)?;
        Ok(())
    });
    written.await.map_err(std::io::Error::other)?
}
