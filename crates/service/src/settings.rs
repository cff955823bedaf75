//! Settings: a flag wins over the environment, that over the file, that over the default.

pub mod addresses;
pub mod listen;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::de::{self, DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};

use self::addresses::Network;
use self::listen::Address;
use super::access_log::Target;
use super::faults::Faults;
use base::clock::Time;
use base::tls;
use db::Location;

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

/// What a flag or the environment says; clap reads both.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Given {
    /// Where the embedded store is.
    #[arg(long, global = true, env = "STATUARY_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// `postgres://...`; absent: the embedded SQLite file in the data directory.
    #[arg(long, global = true, env = "STATUARY_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// A TOML file with settings.
    #[arg(long, global = true, env = "STATUARY_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The names of the settings that came as flags.
    #[arg(skip)]
    pub flags: BTreeSet<String>,
}

/// The settings file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "named as the settings")]
pub struct File {
    #[serde(deserialize_with = "text")]
    pub data: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub database_url: Option<String>,
    #[serde(deserialize_with = "text")]
    pub database_url_file: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub listen: Option<Address>,
    #[serde(deserialize_with = "text")]
    pub public_url: Option<String>,
    pub cors_origins: Option<Listed>,
    #[serde(deserialize_with = "boolean")]
    pub openproject_login_required: Option<bool>,
    #[serde(deserialize_with = "text")]
    pub faults: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub clock: Option<Time>,
    #[serde(deserialize_with = "text")]
    pub tls_cert: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub tls_key: Option<PathBuf>,
    #[serde(deserialize_with = "text")]
    pub event_retention_days: Option<NonZeroU16>,
    #[serde(deserialize_with = "text")]
    pub rate_limit: Option<u32>,
    #[serde(deserialize_with = "text")]
    pub address_limit: Option<u32>,
    #[serde(deserialize_with = "text")]
    pub login_limit: Option<u32>,
    pub concurrency_limit: Option<u32>,
    pub trusted_proxies: Option<Listed>,
    #[serde(deserialize_with = "text")]
    pub max_connections: Option<NonZeroU16>,
    #[serde(deserialize_with = "text")]
    pub head_timeout: Option<Wait>,
    #[serde(deserialize_with = "text")]
    pub body_timeout: Option<Wait>,
    #[serde(deserialize_with = "text")]
    pub request_timeout: Option<Wait>,
    #[serde(deserialize_with = "text")]
    pub idle_timeout: Option<Wait>,
    #[serde(deserialize_with = "text")]
    pub write_timeout: Option<Wait>,
    #[serde(deserialize_with = "text")]
    pub database_timeout: Option<Wait>,
    #[serde(deserialize_with = "text")]
    pub metrics_listen: Option<Address>,
    #[serde(deserialize_with = "text")]
    pub stop_delay: Option<Delay>,
    #[serde(deserialize_with = "text")]
    pub access_log: Option<String>,
}

/// Texts as a list, or as one text with commas.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the two forms")]
pub enum Listed {
    List(Vec<String>),
    Text(String),
}

/// A time such as `200ms`, `15s` or `1m 30s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Duration);

/// A time like [`Wait`], or `0s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay(pub Duration);

/// A text that is no [`Wait`].
#[derive(Debug, thiserror::Error)]
#[error("not a time such as 200ms, 15s or 3m, up to a day")]
pub struct NotAWait;

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

/// A variable of the environment, without blanks around; an empty one is unset.
pub fn variable(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name)?;
    let value = match value.to_str() {
        Some(text) => text.trim().into(),
        None => value,
    };
    (!value.is_empty()).then_some(value)
}

impl Given {
    /// The settings file, or an empty one when none is named.
    ///
    /// # Errors
    /// When it cannot be read, or holds what is no setting.
    pub fn file(&self) -> Result<File> {
        let Some(path) = &self.config else { return Ok(File::default()) };
        read_toml(path, "a settings file").with_context(|| self.source("config"))
    }

    /// What a setting was given as: its flag, its variable or its key of the file. `name` is its key.
    pub fn source(&self, name: &str) -> String {
        let variable_name = format!("STATUARY_{}", name.to_uppercase());
        if self.flags.contains(name) {
            format!("--{}", name.replace('_', "-"))
        } else if variable(&variable_name).is_some() {
            variable_name
        } else {
            format!("{name} of the settings file")
        }
    }

    /// Where the rows are.
    ///
    /// # Errors
    /// When a named file cannot be read, or the URL is of another kind.
    pub fn location(&self, file: &File) -> Result<Location> {
        const URL: &str = "database_url";
        const URL_FILE: &str = "database_url_file";
        let in_file = |path: &Path| secret(path).with_context(|| self.source(URL_FILE));
        let url_file = variable("STATUARY_DATABASE_URL_FILE").map(PathBuf::from);
        let url = match (&self.database_url, url_file, &file.database_url, &file.database_url_file) {
            (Some(url), ..) | (None, None, Some(url), _) => Some((url.clone(), URL)),
            (None, Some(path), ..) => Some((in_file(&path)?, URL_FILE)),
            (None, None, None, Some(path)) => Some((in_file(path)?, URL_FILE)),
            (None, None, None, None) => None,
        };
        if let Some((url, name)) = url {
            if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                bail!("{}: the database URL does not start with postgres://", self.source(name));
            }
            return Ok(Location::Postgres(url));
        }
        let data = self.data.clone().or_else(|| file.data.clone());
        let data = data.unwrap_or_else(|| PathBuf::from("./statuary-data"));
        Ok(Location::in_directory(&data))
    }
}

/// Reads a TOML file of some kind.
///
/// # Errors
/// When it cannot be read, or holds what does not belong there: with the line.
pub fn read_toml<T: DeserializeOwned>(path: &Path, kind: &str) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).map_err(|error| {
        // Its own text shows the lines around, and these may hold a secret.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count();
        let key =
            text.lines().nth(line).and_then(|line| line.split_once('=')).map_or("", |(key, _)| key.trim());
        let is_name = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let key = if is_name { format!("{key}: ") } else { String::new() };
        let (line, reason) = (line + 1, error.message());
        anyhow!("{} is not {kind}: line {line}: {key}{reason}", path.display())
    })
}

fn secret(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.trim();
    if text.is_empty() {
        bail!("{} is empty", path.display());
    }
    Ok(text.to_owned())
}

impl FromStr for Wait {
    type Err = NotAWait;

    fn from_str(text: &str) -> Result<Self, NotAWait> {
        const DAY: Duration = Duration::from_hours(24);
        let signed: jiff::SignedDuration = text.parse().map_err(|_| NotAWait)?;
        let wait = Duration::try_from(signed).map_err(|_| NotAWait)?;
        if wait.is_zero() || wait > DAY { Err(NotAWait) } else { Ok(Self(wait)) }
    }
}

impl FromStr for Delay {
    type Err = NotAWait;

    fn from_str(text: &str) -> Result<Self, NotAWait> {
        let is_zero = text.parse::<jiff::SignedDuration>().is_ok_and(|delay| delay.is_zero());
        if is_zero { Ok(Self(Duration::ZERO)) } else { text.parse().map(|Wait(delay)| Self(delay)) }
    }
}

/// A setting of the file: a text without blanks around, of which an empty one is unset, or a number.
fn text<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<Option<T>, D::Error> {
    struct Text<T>(PhantomData<T>);

    impl<T: FromStr<Err: Display>> Visitor<'_> for Text<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            let text = text.trim();
            if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(E::custom) }
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            self.visit_str(&number.to_string())
        }
    }

    deserializer.deserialize_any(Text(PhantomData))
}

/// A setting of the file that is on or off, as TOML or as the environment spells it.
fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Spelled {
        Value(bool),
        Number(i64),
        Text(String),
    }

    let text = match Spelled::deserialize(deserializer)? {
        Spelled::Value(value) => return Ok(Some(value)),
        Spelled::Number(number) => number.to_string(),
        Spelled::Text(text) => text,
    };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    is_on(text).map(Some).ok_or_else(|| de::Error::custom(NOT_A_BOOLEAN))
}

/// Why a text is not on or off.
pub const NOT_A_BOOLEAN: &str = "neither true, yes, on or 1 nor false, no, off or 0";

/// What a text says, in any case.
pub fn is_on(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

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

impl Listed {
    /// Each text.
    pub fn list(&self) -> Vec<String> {
        match self {
            Self::List(list) => list.iter().flat_map(|text| listed(text)).collect(),
            Self::Text(text) => listed(text),
        }
    }
}

/// The texts of a list with commas.
pub fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
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
