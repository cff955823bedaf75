//! Lines of the log that name the address of a refused login, token or request, for people and for programs such as
//! fail2ban: `docs/reference/logs.md` promises their texts.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// The name in each line, which filters of fail2ban look for.
const TARGET: &str = "statuary::http::refused";
/// How many lines a second are written; more are counted.
const A_SECOND: u64 = 50;

/// What was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A wrong password, or a token that signs nobody in.
    Login,
    /// A token, an API key or the secret of an application.
    Token,
    /// A one-time link that does not work.
    Link,
    /// A request beyond the limit of this name.
    Limit(&'static str),
}

/// The lines of the current second, so that a flood of requests does not flood the log.
#[derive(Debug)]
pub struct Refusals {
    start: Instant,
    /// The second, since the start, that `written` counts.
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
    /// Writes a line, unless there were too many in this second.
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

    /// Says once that a proxy is there which is not named.
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
