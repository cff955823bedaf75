//! Standard output, which carries only what a command was asked for, and standard error. The commands call this.

use std::fmt::Display;
use std::io::Write;

use anyhow::{Context, Result};

/// Prints a line of the result. Unlike `println!`, it does not panic if the other end of a pipe is closed.
pub fn print(line: impl Display) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}

/// Prints a line on standard error. Unlike `eprintln!`, it does not panic if the other end of a pipe is closed.
pub fn say(line: impl Display) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// Joins the lines of an error.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
