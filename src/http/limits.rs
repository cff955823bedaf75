//! How often one may ask: each token by a rate of its own, each address for what proves nothing, and for failed logins.

mod ledger;

use std::collections::HashSet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use sha2::{Digest as _, Sha256};

use self::ledger::Ledger;
use super::client::{client, notice_proxy};
use super::refusal;
use super::refused::Refused;
use super::{RequestId, caller, refused};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Settings;
use crate::users::email_key;

/// What every limit counts over.
const WINDOW: Duration = Duration::from_mins(1);
/// After so many unknown tokens those that rest are forgotten.
const SWEEP: u32 = 1024;
/// How many tokens are remembered as good.
const MOST_PROVEN: usize = 16 * 1024;

/// The headers of limited answers: the draft's two, and the three that were usual before it.
pub const HEADERS: [HeaderName; 5] = [
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
];

type Digest = [u8; 32];
type Tokens = RateLimiter<Digest, DashMapStateStore<Digest>, Pace, StateInformationMiddleware>;

/// Who asked how often, of late. Nothing of it is kept beyond the process.
#[derive(Debug, Default)]
pub struct Limits {
    pace: Pace,
    tokens: Option<Tokens>,
    addresses: Option<Ledger<IpAddr>>,
    logins: Option<Ledger<IpAddr>>,
    /// Logins with an e-mail address, by its digest, from browsers that are not known.
    people: Option<Ledger<Digest>>,
    /// Tokens that were good when they were seen last: they do not suffer from what others of their address do.
    proven: RwLock<HashSet<Digest>>,
    unproven: AtomicU32,
}

/// Time as it passes: a machine's clock may be set, and then nobody should wait for it.
#[derive(Clone, Debug)]
struct Pace {
    clock: Clock,
    start: Instant,
    standing: i64,
}

/// How much of a limit is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Left {
    policy: &'static str,
    limit: u32,
    remaining: u32,
    /// After which nothing of it is used.
    reset: Duration,
}

/// Nothing is left, and how long that stays so.
#[derive(Clone, Copy, Debug)]
struct Exhausted {
    left: Left,
    wait: Duration,
}

/// The places where requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// A surface, where a token is asked for.
    Surface,
    /// Where applications prove who they are.
    Applications,
    /// Where people sign in.
    Login,
}

impl Limits {
    /// No request is counted yet.
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
    /// How long to wait, in seconds, where nothing is left.
    pub fn take_login(&self, email_address: &str) -> Result<(), u64> {
        let Some(ledger) = &self.people else { return Ok(()) };
        match ledger.take(person(email_address), self.pace.elapsed()) {
            Ok(_) => Ok(()),
            Err(exhausted) => Err(whole_seconds(exhausted.wait).max(1)),
        }
    }

    /// Takes back the login of [`Limits::take_login`]: it succeeded, or no password was looked at.
    pub fn forgive_login(&self, email_address: &str) {
        if let Some(ledger) = &self.people {
            ledger.forgive(person(email_address));
        }
    }

    /// A token turned out to be somebody's.
    pub fn prove(&self, token: &Digest) {
        if self.addresses.is_some() && !self.is_proven(token) {
            let mut proven = self.proven.write().unwrap_or_else(PoisonError::into_inner);
            if proven.len() >= MOST_PROVEN {
                proven.clear();
            }
            proven.insert(*token);
        }
    }

    fn is_proven(&self, token: &Digest) -> bool {
        self.proven.read().unwrap_or_else(PoisonError::into_inner).contains(token)
    }

    fn disprove(&self, token: &Digest) {
        if self.is_proven(token) {
            self.proven.write().unwrap_or_else(PoisonError::into_inner).remove(token);
        }
    }

    /// Counts a request of a token; nothing where there is no limit.
    fn take(&self, token: &Digest) -> Result<Option<Left>, Exhausted> {
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

    /// Forgets tokens that rest, now and then; new ones come only with those that are not proven.
    fn sweep(&self) {
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
            Clock::Standing(_) => {
                let microseconds = self.clock.now().0.saturating_sub(self.standing);
                // A century is more than anybody waits, and far from where the sums of the limiter end.
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

impl Door {
    fn of(method: &Method, path: &str) -> Option<Self> {
        let below = |surface: &str| {
            path.strip_prefix(surface).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match path {
            "/login" if method == Method::POST => Some(Self::Login),
            "/oauth/token" | "/oauth/revoke" | "/oauth/introspect" => Some(Self::Applications),
            "/openid/userinfo" => Some(Self::Surface),
            _ if ["/api/v1", "/api/v3", "/api/statuary/v1"].into_iter().any(below) => Some(Self::Surface),
            _ => None,
        }
    }
}

/// Counts requests, refuses those that are too many, and says on each how many are left.
pub async fn layer(app: &App, mut request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let Some(door) = Door::of(request.method(), request.uri().path()) else {
        return if refused::is_link(request.uri().path()) {
            refused::link(app, request, next).await
        } else {
            next(request).await
        };
    };
    notice_proxy(app, &request);
    let client = client(app, &request);
    let address = client.network();
    let proves = match door {
        Door::Login => Some(Refused::Login),
        Door::Applications => Some(Refused::Token),
        Door::Surface => request.headers().contains_key(header::AUTHORIZATION).then_some(Refused::Token),
    };
    if door == Door::Login {
        request.extensions_mut().insert(client);
    }
    let (response, left) = match door {
        Door::Surface => surface(app, address, request, next).await,
        Door::Applications => applications(app, address, request, next).await,
        Door::Login => login(app, address, request, next).await,
    };
    let is_refused = match door {
        Door::Login => response.status() == StatusCode::UNPROCESSABLE_ENTITY,
        Door::Surface | Door::Applications => response.status() == StatusCode::UNAUTHORIZED,
    };
    if let Some(refused) = proves.filter(|_| is_refused) {
        app.refusals.log(refused, client.address);
    }
    described(app, response, left)
}

/// An e-mail address as it is counted.
fn person(email_address: &str) -> Digest {
    Sha256::digest(email_key(email_address)).into()
}

/// A token counts by itself; none, or one that is nobody's, by the address.
async fn surface(
    app: &App,
    address: Option<IpAddr>,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> (Response, Option<Left>) {
    let limits = &app.limits;
    if limits.tokens.is_none() && limits.addresses.is_none() {
        return (next(request).await, None);
    }
    let token = caller::presented(request.headers());
    let by_address = limits.addresses.as_ref().zip(address);
    let is_proven = token.is_some_and(|token| limits.is_proven(&token));
    if !is_proven {
        limits.sweep();
        if let Some(exhausted) =
            by_address.and_then(|(ledger, of)| ledger.exhausted(of, limits.pace.elapsed()))
        {
            return refusal(app, &request, "address", exhausted);
        }
    }
    let Some(token) = token else {
        let left = by_address.map(|(ledger, of)| ledger.count(of, limits.pace.elapsed()));
        return (next(request).await, left);
    };
    let left = match limits.take(&token) {
        Ok(left) => left,
        Err(exhausted) => return refusal(app, &request, "token", exhausted),
    };
    let response = next(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        limits.disprove(&token);
        if let Some((ledger, of)) = by_address {
            ledger.count(of, limits.pace.elapsed());
        }
    }
    (response, left)
}

/// Applications that do not prove who they are count by the address.
async fn applications(
    app: &App,
    address: Option<IpAddr>,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> (Response, Option<Left>) {
    let (limits, elapsed) = (&app.limits, || app.limits.pace.elapsed());
    let Some((ledger, of)) = limits.addresses.as_ref().zip(address) else {
        return (next(request).await, None);
    };
    if let Some(exhausted) = ledger.exhausted(of, elapsed()) {
        return refusal(app, &request, "address", exhausted);
    }
    let response = next(request).await;
    let has_failed = response.status() == StatusCode::UNAUTHORIZED;
    let left = if has_failed { ledger.count(of, elapsed()) } else { ledger.left(of, elapsed()) };
    (response, Some(left))
}

/// An attempt to sign in counts until it succeeds: many at once are as many as one after the other.
async fn login(
    app: &App,
    address: Option<IpAddr>,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> (Response, Option<Left>) {
    let limits = &app.limits;
    let Some((ledger, of)) = limits.logins.as_ref().zip(address) else {
        return (next(request).await, None);
    };
    if let Err(exhausted) = ledger.take(of, limits.pace.elapsed()) {
        return refusal(app, &request, "login", exhausted);
    }
    let response = next(request).await;
    if response.status() != StatusCode::UNPROCESSABLE_ENTITY {
        ledger.forgive(of);
    }
    (response, Some(ledger.left(of, limits.pace.elapsed())))
}

/// `counted` is the limit as it is counted, which tells failed logins from other requests of an address.
fn refusal(
    app: &App,
    request: &Request,
    counted: &'static str,
    Exhausted { left, wait }: Exhausted,
) -> (Response, Option<Left>) {
    refused::by_limit(app, counted, client(app, request).address);
    let id = request.extensions().get::<RequestId>();
    let seconds = whole_seconds(wait).max(1);
    let response = refusal::refused(request.uri().path(), id, StatusCode::TOO_MANY_REQUESTS, Some(seconds));
    (response, Some(left))
}

/// With the headers that tell what is left.
fn described(app: &App, mut response: Response, left: Option<Left>) -> Response {
    let Some(Left { policy, limit, remaining, reset }) = left else { return response };
    let seconds = whole_seconds(reset);
    let at = u64::try_from(app.clock.now().unix_seconds()).unwrap_or_default() + seconds;
    let text = |text: String| HeaderValue::from_str(&text).expect("names and numbers are plain texts");
    let values = [
        text(format!("\"{policy}\";q={limit};w={}", WINDOW.as_secs())),
        text(format!("\"{policy}\";r={remaining};t={seconds}")),
        limit.into(),
        remaining.into(),
        at.into(),
    ];
    response.headers_mut().extend(HEADERS.into_iter().zip(values));
    response
}

/// Rounded up.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
