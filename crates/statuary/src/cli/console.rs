//! Standard output, which carries only what a command was asked for, and standard error. The commands call this.

use std::fmt::Display;
use std::io::Write;

use anyhow::{Context, Result};

/// Prints what was asked for. Unlike `println!` it does not panic where the other end of a pipe is gone.
pub fn print(line: impl Display) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}

/// Writes a line on standard error. Unlike `eprintln!` it does not panic where nobody reads that any more.
pub fn say(line: impl Display) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// An error on one line, whatever its parts say.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
