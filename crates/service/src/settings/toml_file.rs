//! Reading a TOML file: the settings file, and the file of faults.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde::de::DeserializeOwned;

/// Reads a TOML file; `kind` says in errors what it should be.
///
/// # Errors
/// When the file cannot be read or has an invalid or unknown key. The error names the line.
pub fn read_toml<T: DeserializeOwned>(path: &Path, kind: &str) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).map_err(|error| {
        // The text of the error itself has the lines around, which may contain a secret.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count();
        let key =
            text.lines().nth(line).and_then(|line| line.split_once('=')).map_or("", |(key, _)| key.trim());
        let is_name = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let key = if is_name { format!("{key}: ") } else { String::new() };
        let (line, reason) = (line + 1, error.message());
        anyhow!("{} is not {kind}: line {line}: {key}{reason}", path.display())
    })
}
