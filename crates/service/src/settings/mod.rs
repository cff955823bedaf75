//! The settings of the program: [`Options`] declares them, [`Given`] says where each comes from, and [`Settings`] is what
//! the server runs with.

pub mod addresses;
mod given;
pub mod listen;
mod options;
mod resolve;
mod toml_file;
mod values;

pub use self::given::{Given, variable};
pub use self::options::Options;
pub use self::toml_file::read_toml;
pub use self::values::{NOT_A_BOOLEAN, is_on};

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;
use std::time::Duration;

use self::addresses::Network;
use self::listen::Address;
use super::access_log::Target;
use super::faults::Faults;
use base::clock::Time;
use base::tls;

/// What the operator chose for the whole program.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the service listens.
    pub listen: Address,
    /// Where people and clients reach it, without a slash at the end.
    pub public_url: Option<String>,
    /// The vendor surfaces answer as the vendors do, without any extension.
    pub strict: bool,
    /// Origins that may ask from a browser, as browsers send them; `*`: all.
    pub cors_origins: Vec<String>,
    /// The OpenProject surface answers nobody without credentials.
    pub openproject_login_required: bool,
    /// The faults that requests meet with; none: nobody can ask for one.
    pub faults: Option<Arc<Faults>>,
    /// Where a clock starts that stands until it is moved; none: the machine's clock.
    pub clock: Option<Time>,
    /// The certificate and the key; none: no TLS.
    pub tls: Option<tls::Files>,
    /// For how many days the Kantata surface shows an event; the log keeps all.
    pub event_retention_days: NonZeroU16,
    /// Requests a minute and token; none: any number.
    pub rate_limit: Option<NonZeroU32>,
    /// Requests a minute and address that prove nothing; none: any number.
    pub address_limit: Option<NonZeroU32>,
    /// Failed logins a minute and address; none: any number.
    pub login_limit: Option<NonZeroU32>,
    /// Requests of a caller that are worked on at once; none: any number.
    pub concurrency_limit: Option<NonZeroU32>,
    /// Proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// How many connections are open at the same time.
    pub max_connections: usize,
    /// How long clients and the database are waited for.
    pub timeouts: Timeouts,
    /// Where figures are served, and nothing else; none: where everything is.
    pub metrics_listen: Option<Address>,
    /// For how long connections are still accepted once the service is told to stop.
    pub stop_delay: Duration,
    /// Where the access log is written; none: there is no access log.
    pub access_log: Option<Target>,
}

/// How long clients and the database are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request, from its first byte on.
    pub head: Duration,
    /// For the body, from the end of the head on.
    pub body: Duration,
    /// For all of the work on a request.
    pub request: Duration,
    /// For the next request of a connection.
    pub idle: Duration,
    /// For a client to take what it was sent.
    pub write: Duration,
    /// For PostgreSQL to work on one statement; half of it for a connection, a lock and a light question.
    pub database: Duration,
}

/// As many days as the vendor keeps (docs/contracts/kantata.md#subscribed-events).
pub const DEFAULT_EVENT_RETENTION_DAYS: NonZeroU16 = NonZeroU16::new(9).unwrap();

/// Requests a minute and token.
pub const DEFAULT_RATE_LIMIT: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// Requests a minute and address that prove nothing.
pub const DEFAULT_ADDRESS_LIMIT: NonZeroU32 = NonZeroU32::new(120).unwrap();
/// Failed logins a minute and address.
pub const DEFAULT_LOGIN_LIMIT: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Requests of a caller that are worked on at once: more than clients usually send.
pub const DEFAULT_CONCURRENCY_LIMIT: NonZeroU32 = NonZeroU32::new(64).unwrap();
/// Fewer than the 1024 files that a process may commonly have open.
pub const DEFAULT_MAX_CONNECTIONS: NonZeroU16 = NonZeroU16::new(900).unwrap();

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            body: Duration::from_mins(1),
            // As the vendor's (docs/contracts/kantata.md#limits).
            request: Duration::from_mins(3),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
            database: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// Whether people and clients reach the service by `https`: by the public URL, or because it listens with TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().map_or(self.tls.is_some(), |url| url.starts_with("https:"))
    }

    /// The URL of the service for clients on this machine, without a slash at the end.
    pub fn local_url(&self) -> String {
        self.listen.url(if self.tls.is_some() { "https" } else { "http" })
    }

    /// The path of the public URL, without a slash at the end: empty, or such as `/statuary`. Every address that the
    /// service gives out begins with it.
    pub fn public_path(&self) -> &str {
        self.public_parts().map_or("", |(_, path)| path)
    }

    /// The public URL without its path, as browsers write an origin.
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
    /// Whether a proxy must be there that encrypts, and none is named: then all of its clients count as one address.
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
