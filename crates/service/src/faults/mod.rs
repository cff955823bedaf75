//! Fault injection, for tests of clients: the kinds of faults, and the rules that say which request gets one.
//! `front::faults` calls this.

pub mod file;
pub mod record;

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};
use tokio::sync::watch;

use self::record::{Key, Record, RecordedResponse};
use axum::http::StatusCode;
use base::rng::Rng;

/// Maximum delay: the vendor times out after three minutes.
pub const LONGEST_DELAY: Duration = Duration::from_mins(3);
/// Default value of `Retry-After` for a 429, in seconds.
pub const RETRY_AFTER: u64 = 1;

/// A fault of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Delay before everything else.
    pub delay: Option<Duration>,
    /// The replacement of the answer.
    pub kind: Option<Kind>,
    /// With [`Kind::TimedOut`]: the request is processed nevertheless.
    pub done: bool,
    /// With [`Kind::TooMany`] and [`Kind::Unavailable`]: the value of `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
}

/// The replacement of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 429; the request is not processed.
    TooMany,
    /// 503; the request is not processed.
    Unavailable,
    /// 504; [`Fault::done`] says whether the request is processed.
    TimedOut,
    /// The connection ends before the first byte of the answer; the request is not processed.
    Cut,
    /// The connection ends in the middle of the answer; the request is processed.
    CutBody,
    /// An earlier answer to the same request of the same caller.
    Stale,
}

const KINDS: [(&str, Kind); 6] = [
    ("429", Kind::TooMany),
    ("503", Kind::Unavailable),
    ("504", Kind::TimedOut),
    ("cut", Kind::Cut),
    ("cut-body", Kind::CutBody),
    ("stale", Kind::Stale),
];

/// A text is not a fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum NotAFault {
    #[error("`{0}` is not a fault; the faults are 429, 503, 504, delay=2s, cut, cut-body, stale and ok")]
    Unknown(String),
    #[error("`{0}` is not a delay such as 500ms, 2s or 1m, up to 3m")]
    Delay(String),
    #[error("`{0}` names more than one fault")]
    Several(String),
    #[error("`done` is only for 504")]
    Done,
    #[error("`retry-after` is only for 429 and 503, in whole seconds")]
    RetryAfter,
}

impl Fault {
    /// Whether the fault has no effect.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The part of the fault that a request of a method can have: an answer to a write cannot be stale, and an answer to
    /// HEAD has no body to cut off.
    pub fn for_method(self, method: &str) -> Self {
        let fits = match self.kind {
            Some(Kind::Stale) => method == "GET",
            Some(Kind::Cut | Kind::CutBody) => method != "HEAD",
            _ => true,
        };
        if fits { self } else { Self { delay: self.delay, ..Self::default() } }
    }

    fn check(&self) -> Result<(), NotAFault> {
        if self.done && self.kind != Some(Kind::TimedOut) {
            return Err(NotAFault::Done);
        }
        if self.retry_after.is_some() && !matches!(self.kind, Some(Kind::TooMany | Kind::Unavailable)) {
            return Err(NotAFault::RetryAfter);
        }
        Ok(())
    }
}

impl FromStr for Fault {
    type Err = NotAFault;

    fn from_str(text: &str) -> Result<Self, NotAFault> {
        let mut fault = Self::default();
        for part in text.split(',').map(str::trim) {
            if let Some(delay) = part.strip_prefix("delay=") {
                fault.delay = Some(parse_delay(delay)?);
            } else if let Some(seconds) = part.strip_prefix("retry-after=") {
                fault.retry_after = Some(seconds.parse().map_err(|_| NotAFault::RetryAfter)?);
            } else if part == "done" {
                fault.done = true;
            } else if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == part) {
                if fault.kind.replace(*kind).is_some() {
                    return Err(NotAFault::Several(text.to_owned()));
                }
            } else if text.trim() != "ok" {
                return Err(NotAFault::Unknown(part.to_owned()));
            }
        }
        fault.check()?;
        Ok(fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delay = self.delay.map(|delay| {
            let whole = delay.subsec_millis() == 0;
            if whole {
                format!("delay={}s", delay.as_secs())
            } else {
                format!("delay={}ms", delay.as_millis())
            }
        });
        let kind =
            KINDS.iter().find(|(_, kind)| Some(*kind) == self.kind).map(|(name, _)| (*name).to_owned());
        let done = self.done.then(|| "done".to_owned());
        let parts: Vec<_> = [delay, kind, done].into_iter().flatten().collect();
        f.write_str(if parts.is_empty() { "ok" } else { "" })?;
        f.write_str(&parts.join(","))
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Reads a delay such as `500ms`, `2s` or `1m 30s`.
fn parse_delay(text: &str) -> Result<Duration, NotAFault> {
    let wrong = || NotAFault::Delay(text.to_owned());
    let signed: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    let delay = Duration::try_from(signed).map_err(|_| wrong())?;
    // Whole milliseconds, as in the name of a fault.
    let delay = Duration::from_millis(u64::try_from(delay.as_millis()).map_err(|_| wrong())?);
    if delay.is_zero() || delay > LONGEST_DELAY { Err(wrong()) } else { Ok(delay) }
}

/// A rule: which requests get which faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// In capitals; `None`: every method.
    method: Option<String>,
    /// As in the router, possibly with a `*` at the end.
    path: String,
    when: When,
}

#[derive(Clone, Debug, PartialEq)]
enum When {
    /// For a share of the requests.
    Share(f64, Fault),
    /// One step per request; after the last step again from the first, or no more faults.
    Script { steps: Vec<Fault>, repeat: bool },
}

impl Rule {
    /// Whether the rule applies to a request. A placeholder matches a placeholder of the route.
    fn fits(&self, method: &str, path: &str, route: &str) -> bool {
        if self.method.as_ref().is_some_and(|own| own != method) {
            return false;
        }
        let (pattern, is_open) = match self.path.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (self.path.as_str(), false),
        };
        let (mut own, mut path, mut route) =
            (pattern.split('/').peekable(), path.split('/'), route.split('/'));
        while let Some(segment) = own.next() {
            let Some(actual) = path.next() else { return false };
            let routed = route.next().unwrap_or(actual);
            let is_last = own.peek().is_none();
            if is_last && is_open {
                return actual.starts_with(segment);
            }
            let same = if segment.starts_with('{') { routed.starts_with('{') } else { actual == segment };
            if !same {
                return false;
            }
        }
        path.next().is_none()
    }
}

/// The rules and their progress.
#[derive(Debug)]
pub struct Faults {
    rules: Vec<(Rule, Mutex<Progress>)>,
    record: Mutex<Record>,
    stopping: watch::Sender<bool>,
}

#[derive(Debug)]
struct Progress {
    step: usize,
    rng: Rng,
}

impl Faults {
    /// Starts each rule at its first step; the seed determines the shares.
    pub fn new(rules: Vec<Rule>, seed: u64) -> Self {
        let start = |(place, rule): (usize, Rule)| {
            // One generator per rule, so that requests to one route do not change the faults of another.
            let rng = Rng(Rng(seed.wrapping_add(place as u64)).next());
            (rule, Mutex::new(Progress { step: 0, rng }))
        };
        Self {
            rules: rules.into_iter().enumerate().map(start).collect(),
            record: Mutex::default(),
            stopping: watch::Sender::new(false),
        }
    }

    /// The fault of the next request of a method to a path: the first that a matching rule has for it, in the order of the
    /// rules. `route` is the path as in the router.
    pub fn next(&self, method: &str, path: &str, route: &str) -> Fault {
        let due =
            self.rules.iter().filter(|(rule, _)| rule.fits(method, path, route)).map(|(rule, progress)| {
                let mut progress = lock(progress);
                match &rule.when {
                    When::Share(share, fault) if progress.rng.chance(*share) => fault.clone(),
                    When::Share(..) => Fault::default(),
                    When::Script { steps, repeat } => {
                        let step = if *repeat { progress.step % steps.len() } else { progress.step };
                        progress.step += 1;
                        steps.get(step).cloned().unwrap_or_default()
                    }
                }
            });
        due.into_iter().find(|fault| !fault.is_nothing()).unwrap_or_default()
    }

    /// Waits, but not longer than until the service stops.
    pub async fn wait(&self, delay: Duration) {
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }

    /// Ends all delays, because the service stops.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Keeps an answer as a possible stale one.
    pub fn keep(&self, key: Key, answer: RecordedResponse) {
        lock(&self.record).keep(key, answer);
    }

    /// The last answer to the same request that differs from the current one. If there is none, a current answer of 200 is
    /// kept.
    pub fn earlier(&self, key: Key, present: &RecordedResponse) -> Option<RecordedResponse> {
        let mut record = lock(&self.record);
        let earlier = record.earlier(&key, present);
        if earlier.is_none() && present.status == StatusCode::OK {
            record.keep(key, present.clone());
        }
        earlier
    }
}

/// Locks a mutex whose data is consistent even after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
