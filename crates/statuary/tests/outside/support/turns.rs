//! Keeps tests apart that would disturb each other.
//!
//! Some tests keep every processor busy, and some measure response times. As binaries of their own they never ran at
//! the same time; in one binary they would, where a machine has many processors.

use std::sync::{Condvar, Mutex, PoisonError};

static RUNNING: Mutex<Running> = Mutex::new(Running { group: "", tests: 0 });
static ENDED: Condvar = Condvar::new();

struct Running {
    group: &'static str,
    tests: u32,
}

/// Lets other groups run when it is dropped.
pub struct Turn(());

/// Waits until no test of another group runs. Tests of one group run side by side.
pub fn of(group: &'static str) -> Turn {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let is_other = |running: &mut Running| running.tests > 0 && running.group != group;
    let mut running = ENDED.wait_while(running, is_other).unwrap_or_else(PoisonError::into_inner);
    running.group = group;
    running.tests += 1;
    Turn(())
}

impl Drop for Turn {
    fn drop(&mut self) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).tests -= 1;
        ENDED.notify_all();
    }
}
