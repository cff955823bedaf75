//! What the binary is made of: crates, and the C libraries and assets inside them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::tools::output;
use crate::cargo::cargo;
use crate::machine;

/// A part of the binary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: String,
    /// The package URL, without the version.
    pub url: String,
    /// The SHA-256 of the crate's archive.
    pub checksum: Option<String>,
    /// The folder with its sources and licences.
    pub folder: PathBuf,
    /// Whether it is a crate of this repository.
    pub is_own: bool,
    /// The parts that it uses, by their [`Part::id`].
    pub uses: Vec<String>,
}

impl Part {
    /// The part as documents refer to it.
    pub fn id(&self) -> String {
        format!("{}@{}", self.url, self.version)
    }
}

/// All parts, sorted by name.
pub fn all() -> Result<Vec<Part>> {
    let mut parts = crates()?;
    let bundled = bundled(&parts)?;
    parts.extend(bundled);
    parts.sort();
    Ok(parts)
}

/// The crates that are linked into the binary: neither macros nor tools of the build.
fn crates() -> Result<Vec<Part>> {
    let mut tree = cargo();
    tree.args(["tree", "--locked", "--package", "statuary", "--edges", "normal,no-proc-macro"]);
    tree.args(["--features", "pdf", "--prefix", "none", "--format", "{p}"]);
    let tree = output(&mut tree)?;
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
    let checksums = checksums(&std::fs::read_to_string(machine::root().join("Cargo.lock"))?);

    let mut linked: Vec<(&str, &str)> = tree.lines().filter_map(name_and_version).collect();
    linked.sort_unstable();
    linked.dedup();
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    let mut parts = BTreeMap::new();
    for package in packages {
        let text = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
        let (name, version) = (text("name"), text("version"));
        if !linked.contains(&(name.as_str(), version.as_str())) {
            continue;
        }
        let folder = Path::new(&text("manifest_path")).parent().context("a manifest in a folder")?.to_owned();
        let checksum = checksums.get(&(name.clone(), version.clone())).cloned();
        let part = Part {
            url: format!("pkg:cargo/{name}"),
            licence: text("license").replace('/', " OR "),
            is_own: package["source"].is_null(),
            uses: Vec::new(),
            name,
            version,
            checksum,
            folder,
        };
        parts.insert(text("id"), part);
    }
    if parts.len() != linked.len() {
        bail!("cargo tree has {} crates, and cargo metadata {} of them", linked.len(), parts.len());
    }
    let ids: BTreeMap<String, String> = parts.iter().map(|(id, part)| (id.clone(), part.id())).collect();
    for node in metadata["resolve"]["nodes"].as_array().context("cargo metadata resolves nothing")? {
        let Some(part) = node["id"].as_str().and_then(|id| parts.get_mut(id)) else { continue };
        let uses = node["deps"].as_array().into_iter().flatten().filter(|edge| {
            edge["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
        });
        let uses = uses.filter_map(|edge| edge["pkg"].as_str().and_then(|id| ids.get(id)).cloned());
        part.uses = uses.collect();
        part.uses.sort();
    }
    Ok(parts.into_values().collect())
}

/// Reads a line of `cargo tree`, such as `serde v1.0.228` or `base v0.1.0 (/folder) (*)`.
fn name_and_version(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    Some((words.next()?, words.next()?.strip_prefix('v')?))
}

/// The checksums of a lock file.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""));
        line.map(|text| text.trim_end_matches('"').to_owned())
    };
    let blocks = lock.split("[[package]]");
    let read = |block| Some(((value(block, "name")?, value(block, "version")?), value(block, "checksum")?));
    blocks.filter_map(read).collect()
}

/// C libraries and assets that crates contain, which no registry of crates names.
fn bundled(crates: &[Part]) -> Result<Vec<Part>> {
    let folder = |name: &str| -> Result<&PathBuf> {
        let found = crates.iter().find(|part| part.name == name);
        Ok(&found.with_context(|| format!("the crate {name} is not in the binary"))?.folder)
    };
    let part = |name: &str, version: String, licence: &str, url: &str, folder: PathBuf| Part {
        name: name.into(),
        version,
        licence: licence.into(),
        url: url.into(),
        checksum: None,
        folder,
        is_own: false,
        uses: Vec::new(),
    };
    let sqlite = folder("libsqlite3-sys")?.join("sqlite3");
    let sqlite_version = defined(&sqlite.join("sqlite3.h"), "SQLITE_VERSION")?;
    let mimalloc = folder("libmimalloc-sys")?.join("c_src/mimalloc/v2");
    let number = defined(&mimalloc.join("include/mimalloc.h"), "MI_MALLOC_VERSION")?;
    let assets = folder("web")?.join("assets");
    let fonts = folder("pack")?.join("assets");
    Ok(vec![
        part("sqlite", sqlite_version, "blessing", "pkg:generic/sqlite", sqlite),
        part("mimalloc", mimalloc_version(&number)?, "MIT", "pkg:generic/mimalloc", mimalloc),
        part("htmx.org", htmx_version(&assets)?, "0BSD", "pkg:npm/htmx.org", assets),
        // Subsets of the fonts of Debian's package fonts-noto-core.
        part("noto-fonts", "20201225".into(), "OFL-1.1", "pkg:generic/noto-fonts", fonts),
    ])
}

/// The value of a name in a C header.
fn defined(header: &Path, name: &str) -> Result<String> {
    let text =
        std::fs::read_to_string(header).with_context(|| format!("cannot read {}", header.display()))?;
    let value = text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some("#define") && words.next() == Some(name)).then(|| words.next()).flatten()
    });
    let value = value.with_context(|| format!("{} does not define {name}", header.display()))?;
    Ok(value.trim_matches('"').to_owned())
}

/// `20302` is version 2.3.2.
fn mimalloc_version(number: &str) -> Result<String> {
    let number: u32 = number.parse().context("the version of mimalloc is not a number")?;
    Ok(format!("{}.{}.{}", number / 10_000, number / 100 % 100, number % 100))
}

/// The version in the name of the file.
fn htmx_version(assets: &Path) -> Result<String> {
    let mut files = std::fs::read_dir(assets)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let version =
        files.find_map(|name| Some(name.strip_prefix("htmx-")?.strip_suffix(".min.js")?.to_owned()));
    version.context("there is no htmx among the assets")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cargo_tree_are_read() {
        assert_eq!(name_and_version("serde v1.0.228"), Some(("serde", "1.0.228")));
        assert_eq!(name_and_version("base v0.1.0 (/folder) (*)"), Some(("base", "0.1.0")));
        assert_eq!(name_and_version(""), None);
    }

    #[test]
    fn checksums_are_read() {
        let lock = "version = 4\n\n[[package]]\nname = \"one\"\nversion = \"1.0.0\"\nchecksum = \"ab\"\n\n\
                    [[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        let read = checksums(lock);
        assert_eq!(read.into_iter().collect::<Vec<_>>(), [(("one".into(), "1.0.0".into()), "ab".into())]);
    }

    #[test]
    fn versions_of_bundled_libraries_are_read() {
        assert_eq!(mimalloc_version("20302").expect("a version"), "2.3.2");
        assert!(mimalloc_version("v2").is_err());
    }
}
