//! The checks of `statuary doctor`. They change nothing and print no secrets.

pub mod machine;
pub mod store;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use base::clock::Time;
use service::settings::{Settings, addresses};

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Sound.
    Ok,
    /// It works, but may not be intended.
    Warn,
    /// It does not work, or will soon stop to work.
    Fail,
}

/// A check and its result.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The result.
    pub verdict: Verdict,
    /// The name of the check.
    pub check: &'static str,
    /// The observation.
    #[serde(rename = "seen")]
    pub finding: String,
    /// The advice.
    pub advice: Option<String>,
}

impl Check {
    /// Sound.
    pub fn ok(check: &'static str, finding: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, check, finding: finding.into(), advice: None }
    }

    /// It works, but may not be intended.
    pub fn warn(check: &'static str, finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, check, finding: finding.into(), advice: Some(advice.into()) }
    }

    /// It does not work, or will soon stop to work.
    pub fn fail(check: &'static str, finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, check, finding: finding.into(), advice: Some(advice.into()) }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        })
    }
}

/// One line, even if an error has several.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let finding = self.finding.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(f, "{:<5}{}: {finding}", self.verdict, self.check)?;
        self.advice.iter().try_for_each(|advice| write!(f, "; {advice}"))
    }
}

/// Checks for variables that look like settings but are not.
pub fn variables(set: impl Iterator<Item = String>, known: &BTreeSet<String>) -> Check {
    let unknown: Vec<_> = set.filter(|name| name.starts_with("STATUARY_") && !known.contains(name)).collect();
    if unknown.is_empty() {
        return Check::ok("environment", "every STATUARY_ variable is a setting");
    }
    let names = unknown.join(", ");
    Check::warn("environment", format!("{names}: no setting"), "see docs/reference/settings.md for the names")
}

/// The advice for a proxy that is not trusted.
pub const UNNAMED_PROXY: &str = "name the proxy in STATUARY_TRUSTED_PROXIES; otherwise the failed logins of one client make all clients behind it wait";

/// Checks combinations of settings.
pub fn settings(settings: &Settings) -> Vec<Check> {
    let mut checks = vec![public_url(settings)];
    if !settings.trusted_proxies.is_empty() && settings.public_url.is_none() {
        checks.push(Check::warn(
            "proxies",
            "there are trusted proxies and no public URL",
            "set STATUARY_PUBLIC_URL to the address of the proxy; otherwise links lead elsewhere and limits may be off",
        ));
    }
    if settings.has_unnamed_proxy() {
        checks.push(Check::warn(
            "proxies",
            "the public URL is https, this server does not encrypt, and no proxy is trusted",
            UNNAMED_PROXY,
        ));
    }
    if is_public(settings) && settings.metrics_listen.is_none() {
        checks.push(Check::warn(
            "metrics",
            "everybody who reaches the server can read /metrics",
            "set STATUARY_METRICS_LISTEN to a separate address",
        ));
    }
    if settings.faults.is_some() {
        checks.push(Check::warn("faults", "faults are on", "use them only on a server for tests of clients"));
    }
    if let Some(start) = settings.clock {
        let finding = format!("the clock is virtual and starts at {start}");
        checks.push(Check::warn("clock", finding, "use it only on a server for tests of clients"));
    }
    checks
}

/// Checks the metrics of a server for requests that untrusted proxies forwarded.
pub fn forwarded(metrics: &str) -> Option<Check> {
    let number = metrics
        .lines()
        .find_map(|line| line.strip_prefix("statuary_http_untrusted_forwarded_requests_total "))?;
    if number.trim() == "0" {
        return None;
    }
    let finding = format!("{number} requests were forwarded by addresses that are not trusted proxies");
    Some(Check::warn("forwarded", finding, UNNAMED_PROXY))
}

/// Whether the server is meant to be reached from other machines.
fn is_public(settings: &Settings) -> bool {
    !settings.listen.is_loopback() || settings.public_url.is_some()
}

fn public_url(settings: &Settings) -> Check {
    const NAME: &str = "public url";
    let Some(url) = &settings.public_url else {
        return if is_public(settings) {
            let advice = "set STATUARY_PUBLIC_URL; otherwise links have the address that is listened on";
            Check::warn(
                NAME,
                format!("none, and {} is reachable from other machines", settings.listen),
                advice,
            )
        } else {
            Check::ok(NAME, format!("none, and {} is reachable from this machine only", settings.listen))
        };
    };
    let parsed = match addresses::public_url(url).map(|url| url::Url::parse(&url)) {
        Ok(Ok(parsed)) => parsed,
        Ok(Err(_)) => return Check::fail(NAME, "it is not a URL", "give it as https://NAME"),
        Err(reason) => return Check::fail(NAME, reason.defect, format!("give it as {}", reason.form)),
    };
    let is_here = match parsed.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let shown = parsed.origin().ascii_serialization();
    match parsed.scheme() {
        "https" => Check::ok(NAME, shown),
        "http" if is_here => Check::ok(NAME, format!("{shown}, reachable from this machine only")),
        _ => {
            let advice = "encrypt with a proxy or --tls-cert, and give the URL as https";
            Check::warn(NAME, format!("{shown} sends tokens and passwords unencrypted"), advice)
        }
    }
}

/// Compares the clock with the last event of any account.
pub fn clock(now: Time, latest: Option<Time>) -> Check {
    /// Clocks of several machines differ a little, in seconds.
    const TOLERATED: i64 = 60;
    match latest {
        Some(latest) if latest > now.plus_seconds(TOLERATED) => Check::warn(
            "time",
            format!("it is {now}, and the last event is of {latest}"),
            "set the clock of the machine: the log continues from there",
        ),
        Some(latest) => Check::ok("time", format!("it is {now}, after the last event of {latest}")),
        None => Check::ok("time", format!("it is {now}, and there is no event yet")),
    }
}
