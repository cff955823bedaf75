//! A place that breaks a rule.

use std::fmt;
use std::path::{Path, PathBuf};

/// A breach of a rule, with the file (from the root of the repository) and the line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    pub file: PathBuf,
    pub line: usize,
    pub text: String,
}

impl Breach {
    pub fn new(file: &Path, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file.display(), self.line, self.text)
    }
}
