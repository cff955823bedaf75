//! From options to the settings that the server runs with. `statuary serve`, `doctor` and `healthcheck` call this.

use std::fmt::Display;
use std::num::NonZeroU32;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};

use super::backup::BackupSettings;
use super::common::CommonOptions;
use super::mail::{MailSettings, Sender, Smtp, Way};
use super::options::Options;
use super::values::{Delay, List, TimeLimit};
use super::{Settings, Timeouts, addresses, backup};
use crate::access_log::Target;
use crate::faults;
use base::tls;

impl Settings {
    /// The settings of a server that is started with these options. A server with `demo` limits no token by default; `strict`
    /// is [`Settings::strict`].
    ///
    /// # Errors
    /// When an option is invalid, a file that it names cannot be read, or a certificate or its key is missing. The error names
    /// the argument, the variable or the key.
    pub fn resolve(common: &CommonOptions, options: Options, demo: bool, strict: bool) -> Result<Self> {
        let mail = mail(common, &options)?;
        let backup = backup(common, &options)?;
        let (usual, clock, public_url) = (Self::default(), options.clock, options.public_url);
        let listen = options.listen.unwrap_or_default();
        // By default nothing limits a demo and a server that only this machine reaches: people try them out and measure them.
        // With a virtual clock, a client that reached a limit would be refused for ever.
        let number = |option: Option<u32>, usual: Option<NonZeroU32>, is_off: bool| {
            NonZeroU32::new(option.unwrap_or(usual.filter(|_| !is_off).map_or(0, NonZeroU32::get)))
        };
        let stands = clock.is_some();
        let is_private = stands || (listen.is_loopback() && public_url.is_none());
        let time = |option: Option<TimeLimit>, usual| option.map_or(usual, |TimeLimit(time)| time);
        Ok(Self {
            listen,
            public_url: match public_url {
                Some(text) => Some(addresses::public_url(&text).map_err(|reason| {
                    // It may contain a password.
                    let shown = if text.contains('@') { String::new() } else { format!("\"{text}\": ") };
                    anyhow!("{}: {shown}{reason}", common.source("public_url"))
                })?),
                None => None,
            },
            strict,
            cors_origins: each(common, "cors_origins", options.cors_origins, addresses::origin)?,
            openproject_login_required: options
                .openproject_login_required
                .unwrap_or(usual.openproject_login_required),
            scim_administrators: options
                .scim_administrators
                .as_deref()
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            webhook_private_networks: options
                .webhook_private_networks
                .unwrap_or(usual.webhook_private_networks),
            mail,
            backup,
            openproject_progress: options.openproject_progress.unwrap_or(usual.openproject_progress),
            faults: options
                .faults
                .map(|path| faults::file::read(&path).with_context(|| common.source("faults")))
                .transpose()?
                .map(Arc::new),
            clock,
            tls: match (options.tls_cert, options.tls_key) {
                (Some(cert), Some(key)) => Some(tls::CertificateFiles { cert, key }),
                (None, None) => None,
                (Some(_), None) => {
                    bail!(
                        "{} needs the key of its certificate (--tls-key, STATUARY_TLS_KEY)",
                        common.source("tls_cert")
                    )
                }
                (None, Some(_)) => {
                    bail!(
                        "{} needs the certificate of its key (--tls-cert, STATUARY_TLS_CERT)",
                        common.source("tls_key")
                    )
                }
            },
            event_retention_days: options.event_retention_days.unwrap_or(usual.event_retention_days),
            rate_limit: number(options.rate_limit, usual.rate_limit, demo || is_private),
            address_limit: number(options.address_limit, usual.address_limit, is_private),
            concurrency_limit: number(options.concurrency_limit, usual.concurrency_limit, false),
            login_limit: number(options.login_limit, usual.login_limit, stands),
            trusted_proxies: each(common, "trusted_proxies", options.trusted_proxies, str::parse)?,
            metrics_listen: options.metrics_listen,
            stop_delay: options.stop_delay.map_or(usual.stop_delay, |Delay(delay)| delay),
            access_log: options.access_log.filter(|text| !text.is_empty()).map(|text| Target::of(&text)),
            max_connections: options
                .max_connections
                .map_or(usual.max_connections, |number| number.get().into()),
            timeouts: Timeouts {
                head: time(options.head_timeout, usual.timeouts.head),
                body: time(options.body_timeout, usual.timeouts.body),
                request: time(options.request_timeout, usual.timeouts.request),
                idle: time(options.idle_timeout, usual.timeouts.idle),
                write: time(options.write_timeout, usual.timeouts.write),
                database: time(options.database_timeout, usual.timeouts.database),
            },
        })
    }
}

/// How mails leave: both settings are needed.
fn mail(common: &CommonOptions, options: &Options) -> Result<Option<MailSettings>> {
    let url = common.smtp_url(options)?;
    let from = options.mail_from.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let (url, name, from) = match (url, from) {
        (Some((url, name)), Some(from)) => (url, name, from),
        (None, None) => return Ok(None),
        (Some((_, name)), None) => {
            bail!("{} needs the sender of the mails (--mail-from, STATUARY_MAIL_FROM)", common.source(name))
        }
        (None, Some(_)) => {
            bail!("{} needs the server that takes the mails (STATUARY_SMTP_URL)", common.source("mail_from"))
        }
    };
    let smtp = Smtp::read(&url).with_context(|| common.source(name))?;
    let from = Sender::read(from).with_context(|| common.source("mail_from"))?;
    Ok(Some(MailSettings { from, way: Way::Smtp(smtp) }))
}

/// The backups of the service: the other settings need the folder.
fn backup(common: &CommonOptions, options: &Options) -> Result<Option<BackupSettings>> {
    let Some(folder) = options.backup_dir.clone() else {
        let others = [
            ("backup_keep", options.backup_keep.is_some()),
            ("backup_at", options.backup_at.is_some()),
            ("backup_recipient", options.backup_recipient.is_some()),
        ];
        return match others.into_iter().find(|(_, is_set)| *is_set) {
            Some((name, _)) => {
                bail!("{} needs the folder of the backups (STATUARY_BACKUP_DIR)", common.source(name))
            }
            None => Ok(None),
        };
    };
    Ok(Some(BackupSettings {
        folder,
        keep: options.backup_keep.unwrap_or(backup::DEFAULT_KEEP),
        at: options.backup_at.unwrap_or(backup::DEFAULT_AT),
        recipient: options.backup_recipient.clone(),
    }))
}

/// Reads each item of a list.
fn each<T, E: Display>(
    common: &CommonOptions,
    name: &str,
    list: Option<List>,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>> {
    let read =
        |text: &String| read(text).map_err(|reason| anyhow!("{}: \"{text}\": {reason}", common.source(name)));
    list.unwrap_or_default().0.iter().map(read).collect()
}
