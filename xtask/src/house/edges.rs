//! The dependencies between crates, and on external crates.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::breach::Breach;
use super::rules::{CRATES, FORBIDDEN, RESERVED};

/// A line of a manifest that names a dependency.
struct Edge {
    from: String,
    to: String,
    /// Whether it is a crate of this repository.
    is_ours: bool,
    is_for_tests: bool,
    manifest: PathBuf,
    line: usize,
}

/// Checks the manifests of a repository; `cargo` makes a command of cargo.
pub fn breaches(root: &Path, cargo: impl Fn() -> Command) -> Result<Vec<Breach>> {
    let root = root.canonicalize()?;
    let mut breaches = Vec::new();
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let manifest = root.join(manifest);
        if !manifest.exists() {
            continue;
        }
        let metadata = metadata(&manifest, cargo())?;
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let manifest = Path::new(package["manifest_path"].as_str().context("a manifest without a path")?);
            let name = folder(manifest.parent().context("a manifest outside of folders")?);
            let text = std::fs::read_to_string(manifest)?;
            let manifest = manifest.strip_prefix(&root).context("a package outside of the repository")?;
            if !CRATES.iter().any(|(known, _)| *known == name) {
                let text = format!("the crate {name} has no row in the table of crates");
                breaches.push(Breach::new(manifest, 1, text));
                continue;
            }
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            let edges = dependencies.map(|dependency| edge(&name, dependency, manifest, &text));
            breaches.extend(edges.filter_map(|edge| breach(&edge)));
        }
    }
    breaches.sort();
    breaches.dedup();
    Ok(breaches)
}

fn metadata(manifest: &Path, mut cargo: Command) -> Result<Value> {
    cargo
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(manifest);
    let done = cargo.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
    if !done.status.success() {
        bail!("cargo metadata of {} failed", manifest.display());
    }
    serde_json::from_slice(&done.stdout).context("cargo metadata is not JSON")
}

/// The name of a crate in the tables: that of its folder.
fn folder(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn edge(from: &str, dependency: &Value, manifest: &Path, text: &str) -> Edge {
    let name = dependency["name"].as_str().unwrap_or_default();
    let key = dependency["rename"].as_str().unwrap_or(name);
    let kind = dependency["kind"].as_str();
    let path = dependency["path"].as_str();
    Edge {
        from: from.to_owned(),
        to: path.map_or_else(|| name.to_owned(), |path| folder(Path::new(path))),
        is_ours: path.is_some(),
        is_for_tests: kind == Some("dev"),
        manifest: manifest.to_owned(),
        line: line(text, key, kind),
    }
}

/// The line that names a dependency of a kind (none, `dev` or `build`); without one, the first.
fn line(manifest: &str, key: &str, kind: Option<&str>) -> usize {
    let table = kind.map_or_else(|| "dependencies".to_owned(), |kind| format!("{kind}-dependencies"));
    let mut is_in_table = false;
    for (number, line) in (1..).zip(manifest.lines()) {
        if let Some(header) = line.trim().strip_prefix('[').and_then(|line| line.split(']').next()) {
            let of_key = header.strip_suffix(key).and_then(|header| header.strip_suffix('.'));
            let is_table = |header: &str| header == table || header.ends_with(&format!(".{table}"));
            if of_key.is_some_and(is_table) {
                return number;
            }
            is_in_table = is_table(header);
        } else if is_in_table {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default().trim_matches(['"', '\'']);
            if name == key {
                return number;
            }
        }
    }
    1
}

fn breach(edge: &Edge) -> Option<Breach> {
    let Edge { from, to, .. } = edge;
    let complain = |text: String| Some(Breach::new(&edge.manifest, edge.line, text));
    if edge.is_ours {
        let allowed = CRATES.iter().find(|(name, _)| name == from).map_or(&[][..], |(_, allowed)| *allowed);
        if allowed.contains(&to.as_str()) {
            return None;
        }
        return complain(format!("{from} must not depend on {to}; it may depend on: {}", allowed.join(", ")));
    }
    let is_among = |names: &[&str]| names.iter().any(|name| is_of(to, name));
    if FORBIDDEN.iter().any(|(name, names)| name == from && is_among(names)) {
        return complain(format!("{from} must not depend on {to}"));
    }
    let reserved = RESERVED.iter().find(|reserved| is_among(reserved.names))?;
    let is_allowed = reserved.for_crates.contains(&from.as_str())
        || (edge.is_for_tests && reserved.for_tests_of.contains(&from.as_str()));
    if is_allowed {
        None
    } else {
        complain(format!("only {} may depend on {to}", reserved.for_crates.join(" and ")))
    }
}

/// Whether a crate is the one that a table names, or one of its family.
fn is_of(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}
