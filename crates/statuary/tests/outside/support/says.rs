//! The log of a running server.

use std::time::Instant;

use super::process::{PATIENCE, Server};

/// Reads standard error up to the first line that contains a text.
#[track_caller]
pub fn says(server: &mut Server, text: &str) -> String {
    let mut said = String::new();
    let until = Instant::now() + PATIENCE;
    while let Some(line) = server.process.err.next(until) {
        said += &line;
        if line.contains(text) {
            return said;
        }
    }
    panic!("it never said {text:?}, but: {said}");
}
