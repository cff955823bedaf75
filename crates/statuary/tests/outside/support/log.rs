//! The log of a running server.

use std::time::Instant;

use super::process::{PATIENCE, Server};

/// Reads standard error up to the first line that contains a text.
#[track_caller]
pub fn wait_for_log(server: &mut Server, text: &str) -> String {
    let mut log = String::new();
    let until = Instant::now() + PATIENCE;
    while let Some(line) = server.process.err.next(until) {
        log += &line;
        if line.contains(text) {
            return log;
        }
    }
    panic!("no line contains {text:?}: {log}");
}
