//! Announces commits to other processes. The first commit after a pause is announced at once, and those that follow it soon after
//! together, because PostgreSQL wakes each process for each announcement.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Scope;

/// The shortest time between two announcements.
pub const PAUSE: Duration = Duration::from_millis(25);

/// The commits that are not announced yet.
#[derive(Default)]
pub struct Announcements(Mutex<State>);

#[derive(Default)]
struct State {
    /// Those of the next announcement, which is planned as soon as there is one.
    scopes: Vec<Scope>,
    last: Option<Instant>,
}

/// When a commit is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Now, by the caller.
    Now,
    /// Later, by the caller.
    Later,
    /// By an earlier caller.
    Planned,
}

impl Announcements {
    /// Adds a commit, if it is not announced now.
    pub fn add(&self, scopes: &[Scope]) -> When {
        let mut state = self.state();
        let is_planned = !state.scopes.is_empty();
        if !is_planned && state.last.is_none_or(|last| last.elapsed() >= PAUSE) {
            state.last = Some(Instant::now());
            return When::Now;
        }
        for scope in scopes {
            if !state.scopes.contains(scope) {
                state.scopes.push(*scope);
            }
        }
        if is_planned { When::Planned } else { When::Later }
    }

    /// The commits to announce, which no longer wait.
    pub fn take(&self) -> Vec<Scope> {
        let mut state = self.state();
        state.last = Some(Instant::now());
        std::mem::take(&mut state.scopes)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_that_follow_soon_are_announced_together() {
        let announcements = Announcements::default();
        let [one, other] = [Scope::Account(1), Scope::Account(2)];
        assert_eq!(announcements.add(&[one]), When::Now);
        announcements.state().last = Some(Instant::now() + PAUSE);
        assert_eq!(announcements.add(&[other]), When::Later);
        assert_eq!(announcements.add(&[one, other]), When::Planned);
        assert_eq!(announcements.take(), [other, one]);
        announcements.state().last = None;
        assert_eq!(announcements.add(&[one]), When::Now);
    }
}
