//! Log lines with the address of a refused login, token or request, for people and for programs such as fail2ban:
//! `docs/reference/logs.md` promises their texts. `front::limits` and the login page call this.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// The name in each line, which filters of fail2ban look for.
const TARGET: &str = "statuary::http::refused";
/// Maximum number of lines per second; further ones are counted.
const A_SECOND: u64 = 50;

/// The refused thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A login with a wrong password or token.
    Login,
    /// A request with an invalid token, API key or application secret.
    Token,
    /// A one-time link that is not valid.
    Link,
    /// A request beyond the limit of this name.
    Limit(&'static str),
}

/// Counts the lines of the current second, so that a flood of requests does not flood the log.
#[derive(Debug)]
pub struct Refusals {
    start: Instant,
    /// The second since the start to which `written` belongs.
    second: AtomicU64,
    written: AtomicU64,
    left_out: AtomicU64,
    has_warned: AtomicBool,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            second: AtomicU64::default(),
            written: AtomicU64::default(),
            left_out: AtomicU64::default(),
            has_warned: AtomicBool::default(),
        }
    }
}

impl Refusals {
    /// Writes a line, unless the maximum of this second is reached.
    pub fn log(&self, refused: Refused, address: Option<IpAddr>) {
        let second = self.start.elapsed().as_secs();
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.written.store(0, Ordering::Relaxed);
            let left_out = self.left_out.swap(0, Ordering::Relaxed);
            if left_out > 0 {
                tracing::warn!(left_out, "more requests were refused than are logged");
            }
        }
        if self.written.fetch_add(1, Ordering::Relaxed) >= A_SECOND {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let address = address.map_or_else(|| "unknown".to_owned(), |address| address.to_string());
        match refused {
            Refused::Login => tracing::warn!(target: TARGET, %address, "login refused"),
            Refused::Token => tracing::warn!(target: TARGET, %address, "token refused"),
            Refused::Link => tracing::warn!(target: TARGET, %address, "link refused"),
            Refused::Limit(limit) => tracing::warn!(target: TARGET, limit, %address, "limit reached"),
        }
    }

    /// Warns once of a proxy that is not trusted.
    pub fn warn_of_proxy(&self, peer: IpAddr, header: &str) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                header,
                "a request was forwarded by an address that is not trusted: all clients behind it share its limits. \
                 If it is your proxy, name it in STATUARY_TRUSTED_PROXIES"
            );
        }
    }
}
