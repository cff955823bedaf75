//! The source files of a repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders with Rust sources, from the root; `*` stands for every folder.
const FOLDERS: [&str; 7] = [
    "crates/*/src",
    "crates/*/tests",
    "crates/*/benches",
    "xtask/src",
    "xtask/baselines/src",
    "fuzz/src",
    "fuzz/targets",
];

/// The texts of files, by their path from the root.
pub type Sources = BTreeMap<PathBuf, String>;

/// Reads the Rust files of a repository.
pub fn read(root: &Path) -> Result<Sources> {
    let mut sources = Sources::new();
    for folder in FOLDERS {
        for folder in matching(root, folder)? {
            collect(root, &folder, &mut sources)?;
        }
    }
    Ok(sources)
}

fn matching(root: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let Some((before, after)) = pattern.split_once("/*/") else {
        return Ok(vec![root.join(pattern)]);
    };
    Ok(entries(&root.join(before))?.into_iter().map(|folder| folder.join(after)).collect())
}

fn collect(root: &Path, folder: &Path, sources: &mut Sources) -> Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "node_modules") {
                collect(root, &path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            sources.insert(path.strip_prefix(root)?.to_owned(), text);
        }
    }
    Ok(())
}

/// The sorted paths in a folder; none if the folder does not exist.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
