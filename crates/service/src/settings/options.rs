//! The settings, each declared once: as an argument of `statuary serve`, as an environment variable and as a key of the
//! settings file. The command line reads both and merges them.

use std::num::NonZeroU16;
use std::path::PathBuf;

use serde::Deserialize;

use super::backup::TimeOfDay;
use super::listen::Address;
use super::values::{Delay, List, TimeLimit, boolean, text};
use base::clock::Time;
use domain::work_packages::progress::Mode;

/// Declares a struct of options, and their merge.
macro_rules! options {
    (
        $(#[$outer:meta])*
        pub struct $name:ident { $($(#[$attribute:meta])* pub $field:ident: Option<$type:ty>,)* }
    ) => {
        $(#[$outer])*
        pub struct $name { $($(#[$attribute])* pub $field: Option<$type>,)* }

        impl $name {
            /// Merges these options with others, which count where these are absent.
            #[must_use]
            pub fn or(self, others: Self) -> Self {
                Self { $($field: self.$field.or(others.$field),)* }
            }
        }
    };
}

options! {
    /// Options that an argument, a variable or the settings file may set.
    #[derive(Clone, Debug, Default, clap::Args, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    pub struct Options {
        /// See [`super::CommonOptions::data`], which is the argument of every command.
        #[arg(skip)]
        #[serde(deserialize_with = "text")]
        pub data: Option<PathBuf>,
        /// See [`super::CommonOptions::database_url`], which is the argument of every command.
        #[arg(skip)]
        #[serde(deserialize_with = "text")]
        pub database_url: Option<String>,
        /// The file that contains the database URL. It has no argument.
        #[arg(skip)]
        #[serde(deserialize_with = "text")]
        pub database_url_file: Option<PathBuf>,
        /// Address to listen on: HOST:PORT, :PORT for every interface, or unix:PATH.
        #[arg(long, env = "STATUARY_LISTEN", value_name = "ADDR")]
        #[serde(deserialize_with = "text")]
        pub listen: Option<Address>,
        /// URL at which people and clients reach this server.
        #[arg(long, env = "STATUARY_PUBLIC_URL", value_name = "URL")]
        #[serde(deserialize_with = "text")]
        pub public_url: Option<String>,
        /// Origins whose scripts may send requests from a browser, separated by commas.
        #[arg(long, env = "STATUARY_CORS_ORIGINS", value_name = "ORIGINS", hide = true)]
        pub cors_origins: Option<List>,
        /// Whether the OpenProject surface refuses requests without credentials.
        #[arg(long, env = "STATUARY_OPENPROJECT_LOGIN_REQUIRED", value_name = "BOOL", hide = true)]
        #[serde(deserialize_with = "boolean")]
        pub openproject_login_required: Option<bool>,
        /// Name of the group of the directory (SCIM) whose members are administrators.
        #[arg(long, env = "STATUARY_SCIM_ADMINISTRATORS", value_name = "GROUP", hide = true)]
        #[serde(deserialize_with = "text")]
        pub scim_administrators: Option<String>,
        /// Whether webhooks may lead to this machine and to private networks.
        #[arg(long, env = "STATUARY_WEBHOOK_PRIVATE_NETWORKS", value_name = "BOOL", hide = true)]
        #[serde(deserialize_with = "boolean")]
        pub webhook_private_networks: Option<bool>,
        /// URL of the server that takes mails, such as `smtp+starttls://USER:PASSWORD@HOST`.
        #[arg(long, env = "STATUARY_SMTP_URL", value_name = "URL", hide = true, hide_env_values = true)]
        #[serde(deserialize_with = "text")]
        pub smtp_url: Option<String>,
        /// The file that contains the URL of the server that takes mails. It has no argument.
        #[arg(skip)]
        #[serde(deserialize_with = "text")]
        pub smtp_url_file: Option<PathBuf>,
        /// Sender of mails, such as "Statuary <status@example.com>".
        #[arg(long, env = "STATUARY_MAIL_FROM", value_name = "ADDRESS", hide = true)]
        #[serde(deserialize_with = "text")]
        pub mail_from: Option<String>,
        /// Folder to which a backup is made each day.
        #[arg(long, env = "STATUARY_BACKUP_DIR", value_name = "DIR", hide = true)]
        #[serde(deserialize_with = "text")]
        pub backup_dir: Option<PathBuf>,
        /// Number of backups that are kept.
        #[arg(long, env = "STATUARY_BACKUP_KEEP", value_name = "NUMBER", hide = true)]
        #[serde(deserialize_with = "text")]
        pub backup_keep: Option<NonZeroU16>,
        /// Time of the day at which a backup is made, in UTC.
        #[arg(long, env = "STATUARY_BACKUP_AT", value_name = "HH:MM", hide = true)]
        #[serde(deserialize_with = "text")]
        pub backup_at: Option<TimeOfDay>,
        /// Public key of age to which backups are encrypted.
        #[arg(long, env = "STATUARY_BACKUP_RECIPIENT", value_name = "age1...", hide = true)]
        #[serde(deserialize_with = "text")]
        pub backup_recipient: Option<String>,
        /// How % Complete of work packages is found: `work` or `status`.
        #[arg(long, env = "STATUARY_OPENPROJECT_PROGRESS", value_name = "MODE", hide = true)]
        #[serde(deserialize_with = "text")]
        pub openproject_progress: Option<Mode>,
        /// Inject the faults that this TOML file describes and that requests ask for.
        #[arg(long, env = "STATUARY_FAULTS", value_name = "FILE")]
        #[serde(deserialize_with = "text")]
        pub faults: Option<PathBuf>,
        /// Use a virtual clock that stands at this time (RFC 3339) until an administrator moves it.
        #[arg(long, env = "STATUARY_CLOCK", value_name = "TIME")]
        #[serde(deserialize_with = "text")]
        pub clock: Option<Time>,
        /// Encrypt with the certificate in this PEM file.
        #[arg(long, env = "STATUARY_TLS_CERT", value_name = "FILE")]
        #[serde(deserialize_with = "text")]
        pub tls_cert: Option<PathBuf>,
        /// The key of the certificate, a PEM file.
        #[arg(long, env = "STATUARY_TLS_KEY", value_name = "FILE")]
        #[serde(deserialize_with = "text")]
        pub tls_key: Option<PathBuf>,
        /// Number of days for which the Kantata surface shows an event.
        #[arg(long, env = "STATUARY_EVENT_RETENTION_DAYS", value_name = "DAYS", hide = true)]
        #[serde(deserialize_with = "text")]
        pub event_retention_days: Option<NonZeroU16>,
        /// Separate address for /metrics.
        #[arg(long, env = "STATUARY_METRICS_LISTEN", value_name = "ADDR", hide = true)]
        #[serde(deserialize_with = "text")]
        pub metrics_listen: Option<Address>,
        /// Time after the signal to stop in which connections are still accepted and /readyz answers 503.
        #[arg(long, env = "STATUARY_STOP_DELAY", value_name = "TIME", hide = true)]
        #[serde(deserialize_with = "text")]
        pub stop_delay: Option<Delay>,
        /// File of the access log; `-`: standard error.
        #[arg(long, env = "STATUARY_ACCESS_LOG", value_name = "FILE", hide = true)]
        #[serde(deserialize_with = "text")]
        pub access_log: Option<String>,
        /// Requests per minute and token; 0: unlimited.
        #[arg(long, env = "STATUARY_RATE_LIMIT", value_name = "NUMBER", hide = true)]
        #[serde(deserialize_with = "text")]
        pub rate_limit: Option<u32>,
        /// Requests per minute and address without valid credentials; 0: unlimited.
        #[arg(long, env = "STATUARY_ADDRESS_LIMIT", value_name = "NUMBER", hide = true)]
        #[serde(deserialize_with = "text")]
        pub address_limit: Option<u32>,
        /// Concurrent requests of a caller; 0: unlimited.
        #[arg(long, env = "STATUARY_CONCURRENCY_LIMIT", value_name = "NUMBER", hide = true)]
        #[serde(deserialize_with = "text")]
        pub concurrency_limit: Option<u32>,
        /// Failed logins per minute and address; 0: unlimited.
        #[arg(long, env = "STATUARY_LOGIN_LIMIT", value_name = "NUMBER", hide = true)]
        #[serde(deserialize_with = "text")]
        pub login_limit: Option<u32>,
        /// Proxies whose X-Forwarded-For and Forwarded headers are trusted, separated by commas.
        #[arg(long, env = "STATUARY_TRUSTED_PROXIES", value_name = "ADDRESSES", hide = true)]
        pub trusted_proxies: Option<List>,
        /// Maximum number of open connections.
        #[arg(long, env = "STATUARY_MAX_CONNECTIONS", value_name = "NUMBER", hide = true)]
        #[serde(deserialize_with = "text")]
        pub max_connections: Option<NonZeroU16>,
        /// Time limit for the head of a request.
        #[arg(long, env = "STATUARY_HEAD_TIMEOUT", value_name = "TIME", hide = true)]
        #[serde(deserialize_with = "text")]
        pub head_timeout: Option<TimeLimit>,
        /// Time limit for the body of a request.
        #[arg(long, env = "STATUARY_BODY_TIMEOUT", value_name = "TIME", hide = true)]
        #[serde(deserialize_with = "text")]
        pub body_timeout: Option<TimeLimit>,
        /// Time limit for the processing of a request.
        #[arg(long, env = "STATUARY_REQUEST_TIMEOUT", value_name = "TIME", hide = true)]
        #[serde(deserialize_with = "text")]
        pub request_timeout: Option<TimeLimit>,
        /// Time after which an idle connection is closed.
        #[arg(long, env = "STATUARY_IDLE_TIMEOUT", value_name = "TIME", hide = true)]
        #[serde(deserialize_with = "text")]
        pub idle_timeout: Option<TimeLimit>,
        /// Time after which a connection is closed if its client reads nothing of an answer.
        #[arg(long, env = "STATUARY_WRITE_TIMEOUT", value_name = "TIME", hide = true)]
        #[serde(deserialize_with = "text")]
        pub write_timeout: Option<TimeLimit>,
        /// Time limit for a statement of `PostgreSQL`.
        #[arg(long, env = "STATUARY_DATABASE_TIMEOUT", value_name = "TIME", hide = true)]
        #[serde(deserialize_with = "text")]
        pub database_timeout: Option<TimeLimit>,
    }
}
