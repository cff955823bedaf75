//! Rate limits: requests per token, requests per address without valid credentials, and failed logins. `front::limits` and the
//! login page call this.

mod ledger;
pub mod window;

use std::collections::HashSet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use sha2::{Digest as _, Sha256};

use self::ledger::Ledger;
use self::window::{Exhausted, Left};
use super::settings::Settings;
use base::clock::Clock;
use domain::users::email_key;

/// Number of unknown tokens after which idle ones are removed.
const SWEEP: u32 = 1024;
/// Maximum number of tokens that are known to be valid.
const MOST_PROVEN: usize = 16 * 1024;

type Digest = [u8; 32];
type Tokens = RateLimiter<Digest, DashMapStateStore<Digest>, Pace, StateInformationMiddleware>;

/// The counts of recent requests, in the memory of the process.
#[derive(Debug, Default)]
pub struct Limits {
    pace: Pace,
    tokens: Option<Tokens>,
    addresses: Option<Ledger<IpAddr>>,
    logins: Option<Ledger<IpAddr>>,
    /// Logins with an e-mail address, by its digest, from unknown browsers.
    people: Option<Ledger<Digest>>,
    /// Tokens that were valid at their last use: the limit of their address does not apply to them.
    proven: RwLock<HashSet<Digest>>,
    unproven: AtomicU32,
}

/// A monotonic clock: an adjustment of the system clock must not make clients wait.
#[derive(Clone, Debug)]
struct Pace {
    clock: Clock,
    start: Instant,
    standing: i64,
}

impl Limits {
    /// Limits without counts.
    pub fn new(settings: &Settings, clock: &Clock) -> Self {
        let pace = Pace::of(clock);
        let by_address = |limit: Option<NonZeroU32>| limit.map(|limit| Ledger::new(limit.get()));
        let tokens = settings
            .rate_limit
            .map(|limit| Tokens::new(Quota::per_minute(limit), DashMapStateStore::default(), pace.clone()));
        Self {
            pace,
            tokens,
            addresses: by_address(settings.address_limit),
            logins: by_address(settings.login_limit),
            people: settings.login_limit.map(|limit| Ledger::new(limit.get())),
            ..Self::default()
        }
    }

    /// Counts a login with an e-mail address; [`Limits::forgive_login`] takes it back.
    ///
    /// # Errors
    /// The time to wait, in seconds, if no login is left.
    pub fn take_login(&self, email_address: &str) -> Result<(), u64> {
        let Some(ledger) = &self.people else { return Ok(()) };
        match ledger.take(person(email_address), self.pace.elapsed()) {
            Ok(_) => Ok(()),
            Err(exhausted) => Err(exhausted.seconds()),
        }
    }

    /// Takes back the login of [`Limits::take_login`]: it succeeded, or no password was checked.
    pub fn forgive_login(&self, email_address: &str) {
        if let Some(ledger) = &self.people {
            ledger.forgive(person(email_address));
        }
    }

    /// Notes that a token is valid.
    pub fn prove(&self, token: &Digest) {
        if self.addresses.is_some() && !self.is_proven(token) {
            let mut proven = self.proven.write().unwrap_or_else(PoisonError::into_inner);
            if proven.len() >= MOST_PROVEN {
                proven.clear();
            }
            proven.insert(*token);
        }
    }

    /// Whether a token was valid at its last use.
    pub fn is_proven(&self, token: &Digest) -> bool {
        self.proven.read().unwrap_or_else(PoisonError::into_inner).contains(token)
    }

    /// Notes that a token is invalid.
    pub fn disprove(&self, token: &Digest) {
        if self.is_proven(token) {
            self.proven.write().unwrap_or_else(PoisonError::into_inner).remove(token);
        }
    }

    /// Whether neither tokens nor addresses have a limit.
    pub const fn is_unlimited(&self) -> bool {
        self.tokens.is_none() && self.addresses.is_none()
    }

    /// The requests without valid credentials that are left for an address; `None` without a limit.
    ///
    /// # Errors
    /// [`Exhausted`] if nothing is left.
    pub fn left_of_address(&self, address: Option<IpAddr>) -> Result<Option<Left>, Exhausted> {
        let Some((ledger, address)) = self.addresses.as_ref().zip(address) else { return Ok(None) };
        ledger.left(address, self.pace.elapsed()).unless_exhausted().map(Some)
    }

    /// Counts a request without valid credentials, and returns what is left for its address.
    pub fn count_address(&self, address: Option<IpAddr>) -> Option<Left> {
        let (ledger, address) = self.addresses.as_ref().zip(address)?;
        Some(ledger.count(address, self.pace.elapsed()))
    }

    /// Counts a login from an address, as if it failed.
    ///
    /// # Errors
    /// [`Exhausted`] if nothing is left.
    pub fn take_login_of_address(&self, address: Option<IpAddr>) -> Result<Option<Left>, Exhausted> {
        let Some((ledger, address)) = self.logins.as_ref().zip(address) else { return Ok(None) };
        ledger.take(address, self.pace.elapsed()).map(Some)
    }

    /// Takes back the login of [`Limits::take_login_of_address`].
    pub fn forgive_login_of_address(&self, address: Option<IpAddr>) {
        if let Some((ledger, address)) = self.logins.as_ref().zip(address) {
            ledger.forgive(address);
        }
    }

    /// The failed logins that are left for an address; `None` without a limit.
    pub fn logins_left(&self, address: Option<IpAddr>) -> Option<Left> {
        let (ledger, address) = self.logins.as_ref().zip(address)?;
        Some(ledger.left(address, self.pace.elapsed()))
    }

    /// Counts a request of a token, and returns what is left; `None` without a limit.
    ///
    /// # Errors
    /// [`Exhausted`] if nothing is left.
    pub fn take(&self, token: &Digest) -> Result<Option<Left>, Exhausted> {
        let Some(tokens) = &self.tokens else { return Ok(None) };
        let left = |quota: Quota, remaining: u32| {
            let limit = quota.burst_size().get();
            let reset = quota.replenish_interval() * (limit - remaining.min(limit));
            Left { policy: "token", limit, remaining, reset }
        };
        match tokens.check_key(token) {
            Ok(state) => Ok(Some(left(state.quota(), state.remaining_burst_capacity()))),
            Err(until) => {
                let wait = until.wait_time_from(governor::clock::Clock::now(&self.pace));
                Err(Exhausted { left: left(until.quota(), 0), wait })
            }
        }
    }

    /// Removes idle tokens from time to time. Called for requests with unknown tokens, because only they add entries.
    pub fn sweep(&self) {
        if self.unproven.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1
            && let Some(tokens) = &self.tokens
        {
            tokens.retain_recent();
            tokens.shrink_to_fit();
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::of(&Clock::System)
    }
}

impl Pace {
    fn of(clock: &Clock) -> Self {
        Self { clock: clock.clone(), start: Instant::now(), standing: clock.now().0 }
    }

    fn elapsed(&self) -> Duration {
        match self.clock {
            Clock::System => self.start.elapsed(),
            Clock::Manual(_) => {
                let microseconds = self.clock.now().0.saturating_sub(self.standing);
                // A century is longer than anybody waits, and far below the overflow of the limiter.
                let most = Duration::from_hours(876_000);
                Duration::from_micros(u64::try_from(microseconds).unwrap_or_default()).min(most)
            }
        }
    }
}

impl governor::clock::Clock for Pace {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.elapsed().into()
    }
}

/// The key of an e-mail address.
fn person(email_address: &str) -> Digest {
    Sha256::digest(email_key(email_address)).into()
}
