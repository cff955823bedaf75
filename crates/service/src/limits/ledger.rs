//! Counts per address or person, in windows that begin with the first count. Unlike a rate, a count can be read and taken
//! back.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::window::{Exhausted, Left, WINDOW};

/// Number of entries from which those with an expired window are removed, each time their number has doubled.
const MANY: usize = 4096;
/// Number of entries at which all are removed, to bound the memory.
const TOO_MANY: usize = 64 * 1024;

/// Counts by address or person.
#[derive(Debug)]
pub struct Ledger<K> {
    limit: u32,
    windows: Mutex<Windows<K>>,
}

#[derive(Debug)]
struct Windows<K> {
    of: HashMap<K, Window>,
    /// Number of entries after the last removal.
    swept: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    count: u32,
    /// End of the window; in the past if none has begun.
    end: Duration,
}

impl<K> Default for Windows<K> {
    fn default() -> Self {
        Self { of: HashMap::new(), swept: 0 }
    }
}

impl<K: Copy + Eq + Hash> Ledger<K> {
    pub fn new(limit: u32) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// What is left for a key.
    pub fn left(&self, of: K, now: Duration) -> Left {
        let window = self.windows().of.get(&of).copied().unwrap_or_default();
        self.of_window(window, now)
    }

    /// Counts one, even beyond the limit.
    pub fn count(&self, of: K, now: Duration) -> Left {
        let mut windows = self.windows();
        self.add(&mut windows, of, now)
    }

    /// Counts one.
    ///
    /// # Errors
    /// [`Exhausted`] if nothing is left.
    pub fn take(&self, of: K, now: Duration) -> Result<Left, Exhausted> {
        let mut windows = self.windows();
        self.of_window(windows.of.get(&of).copied().unwrap_or_default(), now).unless_exhausted()?;
        Ok(self.add(&mut windows, of, now))
    }

    /// Takes one back.
    pub fn forgive(&self, of: K) {
        if let Some(window) = self.windows().of.get_mut(&of) {
            window.count = window.count.saturating_sub(1);
        }
    }

    fn windows(&self) -> MutexGuard<'_, Windows<K>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, windows: &mut Windows<K>, of: K, now: Duration) -> Left {
        if windows.of.len() >= MANY.max(windows.swept * 2) {
            windows.of.retain(|_, window| window.end > now);
            windows.swept = windows.of.len();
        }
        if windows.of.len() >= TOO_MANY {
            *windows = Windows::default();
        }
        let window = windows.of.entry(of).or_default();
        if window.end <= now {
            *window = Window { count: 0, end: now + WINDOW };
        }
        window.count = window.count.saturating_add(1);
        self.of_window(*window, now)
    }

    fn of_window(&self, window: Window, now: Duration) -> Left {
        let reset = window.end.saturating_sub(now);
        let count = if reset.is_zero() { 0 } else { window.count };
        Left { policy: "address", limit: self.limit, remaining: self.limit.saturating_sub(count), reset }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn expired_windows_are_removed_and_the_number_of_entries_is_bounded() {
        let ledger = Ledger::new(2);
        let address = |number: u32| IpAddr::V4(number.into());
        for number in 0..u32::try_from(MANY).unwrap() {
            ledger.count(address(number), Duration::ZERO);
        }
        assert_eq!(ledger.windows().of.len(), MANY);
        ledger.count(address(u32::MAX), WINDOW);
        assert_eq!(ledger.windows().of.len(), 1);
        for number in 0..u32::try_from(TOO_MANY).unwrap() + 10 {
            ledger.count(address(number), WINDOW);
        }
        assert!(ledger.windows().of.len() <= TOO_MANY);
    }
}
