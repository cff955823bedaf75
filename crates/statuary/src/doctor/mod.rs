//! Whether an installation is sound: what is looked at, and what is said of it. Nothing is changed, and no secret told.

pub mod machine;
pub mod store;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use base::clock::Time;
use service::settings::{Settings, addresses};

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and may not be what is wanted.
    Warn,
    /// It does not work, or not for long.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// How it is.
    pub verdict: Verdict,
    /// What was looked at.
    pub check: &'static str,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub advice: Option<String>,
}

impl Check {
    /// As it should be.
    pub fn ok(check: &'static str, seen: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, check, seen: seen.into(), advice: None }
    }

    /// It works, and may not be what is wanted.
    pub fn warn(check: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, check, seen: seen.into(), advice: Some(advice.into()) }
    }

    /// It does not work, or not for long.
    pub fn fail(check: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, check, seen: seen.into(), advice: Some(advice.into()) }
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

/// On one line, whatever an error may have said.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.seen.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(f, "{:<5}{}: {seen}", self.verdict, self.check)?;
        self.advice.iter().try_for_each(|advice| write!(f, "; {advice}"))
    }
}

/// Variables that look like settings and are none.
pub fn variables(set: impl Iterator<Item = String>, known: &BTreeSet<String>) -> Check {
    let unknown: Vec<_> = set.filter(|name| name.starts_with("STATUARY_") && !known.contains(name)).collect();
    if unknown.is_empty() {
        return Check::ok("environment", "every STATUARY_ variable is a setting");
    }
    let names = unknown.join(", ");
    Check::warn("environment", format!("{names}: no setting"), "docs/reference/settings.md has their names")
}

/// What to do where all clients of a proxy count as one address.
pub const UNNAMED_PROXY: &str = "name the proxy in STATUARY_TRUSTED_PROXIES, or the wrong logins of one client make all clients behind it wait";

/// What settings say together, each read well by itself.
pub fn settings(settings: &Settings) -> Vec<Check> {
    let mut checks = vec![public_url(settings)];
    if !settings.trusted_proxies.is_empty() && settings.public_url.is_none() {
        checks.push(Check::warn(
            "proxies",
            "there are trusted proxies and no public URL",
            "set STATUARY_PUBLIC_URL to the proxy's address, for links lead elsewhere and limits may be off",
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
            "whoever reaches the server can read /metrics",
            "set STATUARY_METRICS_LISTEN to an address of its own",
        ));
    }
    if settings.faults.is_some() {
        checks.push(Check::warn("faults", "faults are on", "only a server for testing clients has them"));
    }
    if let Some(start) = settings.clock {
        let seen = format!("the clock is virtual and starts at {start}");
        checks.push(Check::warn("clock", seen, "only a server for testing clients has one"));
    }
    checks
}

/// What the metrics of a server say of requests from proxies that are not named.
pub fn forwarded(metrics: &str) -> Option<Check> {
    let number = metrics
        .lines()
        .find_map(|line| line.strip_prefix("statuary_http_untrusted_forwarded_requests_total "))?;
    if number.trim() == "0" {
        return None;
    }
    let seen = format!("{number} requests were forwarded by addresses that are not trusted proxies");
    Some(Check::warn("forwarded", seen, UNNAMED_PROXY))
}

/// Whether others than this machine are meant to reach it.
fn is_public(settings: &Settings) -> bool {
    !settings.listen.is_loopback() || settings.public_url.is_some()
}

fn public_url(settings: &Settings) -> Check {
    const NAME: &str = "public url";
    let Some(url) = &settings.public_url else {
        return if is_public(settings) {
            let advice = "set STATUARY_PUBLIC_URL, for links name the address that is listened on";
            Check::warn(NAME, format!("none, and {} is not this machine's alone", settings.listen), advice)
        } else {
            Check::ok(NAME, format!("none, and {} is this machine's alone", settings.listen))
        };
    };
    let parsed = match addresses::public_url(url).map(|url| url::Url::parse(&url)) {
        Ok(Ok(parsed)) => parsed,
        Ok(Err(_)) => return Check::fail(NAME, "it is no URL", "give it as https://NAME"),
        Err(reason) => {
            let (seen, advice) = reason.split_once("; ").unwrap_or((reason, "give it as https://NAME"));
            return Check::fail(NAME, seen, advice);
        }
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
        "http" if is_here => Check::ok(NAME, format!("{shown}, this machine's alone")),
        _ => {
            let advice = "have a proxy or --tls-cert encrypt, and give the URL as https";
            Check::warn(NAME, format!("{shown} sends tokens and passwords unencrypted"), advice)
        }
    }
}

/// The clock beside the last event of any account.
pub fn clock(now: Time, latest: Option<Time>) -> Check {
    /// Clocks of several machines differ a little.
    const TOLERATED: i64 = 60;
    match latest {
        Some(latest) if latest > now.plus_seconds(TOLERATED) => Check::warn(
            "time",
            format!("it is {now}, and the last event is of {latest}"),
            "set the machine's clock, for the log goes on from there",
        ),
        Some(latest) => Check::ok("time", format!("it is {now}, after the last event of {latest}")),
        None => Check::ok("time", format!("it is {now}, and there is no event yet")),
    }
}
