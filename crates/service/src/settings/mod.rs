//! The settings of the program: [`Options`] declares them, [`CommonOptions`] says where each comes from, and [`Settings`] is what
//! the server runs with.

pub mod addresses;
pub mod backup;
mod common;
pub mod listen;
pub mod mail;
mod options;
mod resolve;
mod toml_file;
mod values;

pub use self::common::{CommonOptions, variable};
pub use self::options::Options;
pub use self::toml_file::read_toml;
pub use self::values::{NOT_A_BOOLEAN, is_on};

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;
use std::time::Duration;

use self::addresses::Network;
use self::backup::BackupSettings;
use self::listen::Address;
use self::mail::MailSettings;
use super::access_log::Target;
use super::faults::Faults;
use base::clock::Time;
use base::tls;
use domain::work_packages::progress::Mode;

/// The settings of the server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address to listen on.
    pub listen: Address,
    /// The URL at which people and clients reach the service, without a slash at the end.
    pub public_url: Option<String>,
    /// Whether the vendor surfaces answer as the vendors do, without any extension.
    pub strict: bool,
    /// Origins whose scripts may send requests, as browsers send them; `*`: all.
    pub cors_origins: Vec<String>,
    /// Whether the OpenProject surface refuses requests without credentials.
    pub openproject_login_required: bool,
    /// The group of the directory (SCIM) whose members are administrators.
    pub scim_administrators: Option<String>,
    /// Whether webhooks may lead to this machine and to private networks.
    pub webhook_private_networks: bool,
    /// How mails leave; `None`: the service sends none.
    pub mail: Option<MailSettings>,
    /// Backups that the service makes each day; `None`: it makes none.
    pub backup: Option<BackupSettings>,
    /// How % Complete of work packages is found.
    pub openproject_progress: Mode,
    /// Fault injection; `None`: off, and requests cannot ask for faults.
    pub faults: Option<Arc<Faults>>,
    /// The start of a virtual clock, which stands until it is moved; `None`: the system clock.
    pub clock: Option<Time>,
    /// The certificate and its key; `None`: no TLS.
    pub tls: Option<tls::CertificateFiles>,
    /// Number of days for which the Kantata surface shows an event; the log keeps all.
    pub event_retention_days: NonZeroU16,
    /// Requests per minute and token; `None`: unlimited.
    pub rate_limit: Option<NonZeroU32>,
    /// Requests per minute and address without valid credentials; `None`: unlimited.
    pub address_limit: Option<NonZeroU32>,
    /// Failed logins per minute and address; `None`: unlimited.
    pub login_limit: Option<NonZeroU32>,
    /// Concurrent requests of a caller; `None`: unlimited.
    pub concurrency_limit: Option<NonZeroU32>,
    /// Proxies whose forwarding headers are trusted.
    pub trusted_proxies: Vec<Network>,
    /// Maximum number of open connections.
    pub max_connections: usize,
    /// Time limits for clients and the database.
    pub timeouts: Timeouts,
    /// Separate address for metrics; `None`: they are on [`Self::listen`].
    pub metrics_listen: Option<Address>,
    /// Time after the signal to stop in which connections are still accepted.
    pub stop_delay: Duration,
    /// The target of the access log; `None`: no access log.
    pub access_log: Option<Target>,
}

/// Time limits for clients and the database.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request, from its first byte.
    pub head: Duration,
    /// For the body of a request, from the end of its head.
    pub body: Duration,
    /// For the processing of a request.
    pub request: Duration,
    /// For the next request of an idle connection.
    pub idle: Duration,
    /// For a client to read what was sent.
    pub write: Duration,
    /// For a statement of PostgreSQL; half of it for a connection, a lock and a short query.
    pub database: Duration,
}

/// The retention of the vendor (docs/contracts/kantata.md#subscribed-events).
pub const DEFAULT_EVENT_RETENTION_DAYS: NonZeroU16 = NonZeroU16::new(9).unwrap();

/// Requests per minute and token.
pub const DEFAULT_RATE_LIMIT: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// Requests per minute and address without valid credentials.
pub const DEFAULT_ADDRESS_LIMIT: NonZeroU32 = NonZeroU32::new(120).unwrap();
/// Failed logins per minute and address.
pub const DEFAULT_LOGIN_LIMIT: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Concurrent requests of a caller: more than clients usually send.
pub const DEFAULT_CONCURRENCY_LIMIT: NonZeroU32 = NonZeroU32::new(64).unwrap();
/// Room for a thousand streams of events, and for other clients beside them.
pub const DEFAULT_MAX_CONNECTIONS: NonZeroU16 = NonZeroU16::new(2_000).unwrap();

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            body: Duration::from_mins(1),
            // The limit of the vendor (docs/contracts/kantata.md#limits).
            request: Duration::from_mins(3),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
            database: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// Whether people and clients reach the service by `https`: the public URL says so, or the service listens with TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().map_or(self.tls.is_some(), |url| url.starts_with("https:"))
    }

    /// The URL of the service for clients on this machine, without a slash at the end.
    pub fn local_url(&self) -> String {
        self.listen.url(if self.tls.is_some() { "https" } else { "http" })
    }

    /// The URL of the service where no request names one, without a slash at the end: the public URL, or the local one.
    pub fn url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| self.local_url())
    }

    /// The path of the public URL, without a slash at the end: empty, or for example `/statuary`. Every URL that the service
    /// returns begins with it.
    pub fn public_path(&self) -> &str {
        self.public_parts().map_or("", |(_, path)| path)
    }

    /// The public URL without its path, as browsers send an origin.
    pub fn public_origin(&self) -> Option<&str> {
        self.public_parts().map(|(origin, _)| origin)
    }

    /// The path of cookies.
    pub fn cookie_path(&self) -> &str {
        let path = self.public_path();
        if path.is_empty() { "/" } else { path }
    }

    fn public_parts(&self) -> Option<(&str, &str)> {
        let url = self.public_url.as_deref()?;
        let host = url.find("://").map_or(0, |at| at + 3);
        Some(url.split_at(url[host..].find('/').map_or(url.len(), |at| host + at)))
    }
}

impl Settings {
    /// Whether there must be a proxy that encrypts and that is not trusted: then all of its clients count as one address.
    pub fn has_unnamed_proxy(&self) -> bool {
        self.is_https() && self.tls.is_none() && self.trusted_proxies.is_empty()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: Address::default(),
            public_url: None,
            strict: false,
            cors_origins: Vec::new(),
            openproject_login_required: true,
            scim_administrators: None,
            webhook_private_networks: false,
            mail: None,
            backup: None,
            openproject_progress: Mode::Work,
            faults: None,
            clock: None,
            tls: None,
            event_retention_days: DEFAULT_EVENT_RETENTION_DAYS,
            rate_limit: Some(DEFAULT_RATE_LIMIT),
            address_limit: Some(DEFAULT_ADDRESS_LIMIT),
            login_limit: Some(DEFAULT_LOGIN_LIMIT),
            concurrency_limit: Some(DEFAULT_CONCURRENCY_LIMIT),
            trusted_proxies: Vec::new(),
            max_connections: DEFAULT_MAX_CONNECTIONS.get().into(),
            timeouts: Timeouts::default(),
            metrics_listen: None,
            stop_delay: Duration::ZERO,
            access_log: None,
        }
    }
}
