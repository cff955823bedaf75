//! All rules on a repository.

use std::path::Path;

use anyhow::{Result, bail};

use super::breach::Breach;
use super::rules::{LONG, STATEMENTS};
use super::{circles, comments, edges, imports, size, sources};
use crate::cargo::cargo;
use crate::machine;

/// Checks this repository.
pub fn check() -> Result<()> {
    let breaches = breaches(&machine::root())?;
    for breach in &breaches {
        eprintln!("{breach}");
    }
    if breaches.is_empty() {
        Ok(())
    } else {
        bail!("{} breaches of the rules in xtask/src/house", breaches.len())
    }
}

fn breaches(root: &Path) -> Result<Vec<Breach>> {
    let sources = sources::read(root)?;
    let mut breaches = edges::breaches(root, cargo)?;
    breaches.extend(imports::breaches(&sources, STATEMENTS));
    breaches.extend(circles::breaches(&sources));
    breaches.extend(size::breaches(&sources, LONG));
    breaches.extend(comments::breaches(root, &sources));
    Ok(breaches)
}
