//! The limit of open files, which is often low by default for programs that wait with `select`.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files beside those of connections: the store, the listeners and the logs.
pub const OTHER_FILES: u64 = 64;

/// Raises the limit of this process to what its connections need, as far as it may.
pub fn allow(max_connections: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let needed = (max_connections as u64).saturating_add(OTHER_FILES);
    let Some(allowed) = current.filter(|current| *current < needed) else { return };
    let raised = maximum.map_or(needed, |most| needed.min(most));
    if raised > allowed
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum })
    {
        tracing::warn!(%error, allowed, needed, "cannot raise the limit of open files");
    }
}
