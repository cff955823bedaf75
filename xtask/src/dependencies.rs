//! Checks the sources and licences of dependencies, and that banned ones are absent.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cargo::cargo;

/// Licences that allow distribution under this program's own. An expression passes if one of its alternatives does.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates under MPL-2.0, which are distributed with their source unchanged, as the licence requires.
const MPL: [&str; 2] = ["cssparser", "dtoa-short"];

/// TLS is rustls with ring. These are other TLS libraries, or take long to build.
const BANNED: [&str; 7] =
    ["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys", "boring", "zstd-sys"];

/// The crates of which there is more than one version, and the crates that need the older one.
const DUPLICATES: [(&str, &str); 12] = [
    ("base64", "postgres-protocol"),
    ("const-oid", "x509-cert"),
    ("fallible-iterator", "tokio-postgres"),
    ("getrandom", "ring"),
    ("hashbrown", "dashmap, and governor with quick_cache"),
    ("phf", "tokio-postgres"),
    ("phf_shared", "tokio-postgres"),
    ("r-efi", "getrandom, on other platforms"),
    ("rand_chacha", "rand of opentelemetry_sdk"),
    ("syn", "macros that have not moved to version 3"),
    ("wasi", "getrandom, on other platforms"),
    ("windows-sys", "ring, on other platforms"),
];

/// The crates of which `age` needs an older version; it is behind a feature of `statuary`.
const OLDER_FOR_AGE: [&str; 16] = [
    "aes",
    "block-buffer",
    "chacha20",
    "cipher",
    "cpufeatures",
    "crypto-common",
    "digest",
    "hmac",
    "hybrid-array",
    "inout",
    "rand",
    "rand_core",
    "sha2",
    "thiserror",
    "thiserror-impl",
    "toml",
];

/// Checks the lock files of the workspace and of the fuzzer's workspace.
pub fn check() -> Result<()> {
    let mut wrong = Vec::new();
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let packages = packages(manifest)?;
        let sources = registries(&packages);
        wrong.extend(packages.iter().flat_map(|package| violations(package, &sources)));
        wrong.extend(
            duplicates(&packages).map(|name| format!("{manifest} has more than one version of {name}")),
        );
    }
    wrong.dedup();
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("\n")) }
}

struct Package {
    name: String,
    licence: String,
    /// `None` for a package of this repository.
    source: Option<String>,
}

fn packages(manifest: &str) -> Result<Vec<Package>> {
    let mut cargo = cargo();
    cargo.args(["metadata", "--format-version", "1", "--locked", "--manifest-path", manifest]);
    let done = cargo.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
    if !done.status.success() {
        bail!("cargo metadata of {manifest} failed");
    }
    let metadata: Value = serde_json::from_slice(&done.stdout).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let package = |package: &Value| Package {
        name: text(&package["name"]),
        licence: text(&package["license"]),
        source: package["source"].as_str().map(str::to_owned),
    };
    Ok(packages.iter().map(package).collect())
}

/// The sources of the packages, the most frequent first.
fn registries(packages: &[Package]) -> Vec<String> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for source in packages.iter().filter_map(|package| package.source.as_deref()) {
        *counted.entry(source).or_default() += 1;
    }
    let mut sources: Vec<_> = counted.into_iter().collect();
    sources.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    sources.into_iter().map(|(source, _)| source.to_owned()).collect()
}

fn violations(package: &Package, sources: &[String]) -> Vec<String> {
    let name = &package.name;
    let mut wrong = Vec::new();
    if let Some(source) = &package.source {
        if !source.starts_with("registry+") || sources.first() != Some(source) {
            wrong.push(format!("{name} comes from {source} instead of the registry of the others"));
        }
        let is_mpl = package.licence == "MPL-2.0" && MPL.contains(&name.as_str());
        if !is_mpl && !passes(&package.licence) {
            wrong.push(format!("{name} has the licence `{}`, which is not on the list", package.licence));
        }
    }
    if BANNED.contains(&name.as_str()) {
        wrong.push(format!("{name} is banned"));
    }
    wrong
}

/// Whether an SPDX expression allows a choice of licences on the list. `AND` binds tighter than `OR`; parentheses are
/// supported around alternatives.
fn passes(expression: &str) -> bool {
    let alternatives = |text: &str| {
        text.split(" OR ").flat_map(|part| part.split('/')).any(|one| LICENCES.contains(&one.trim()))
    };
    if !expression.contains(" AND ") {
        return alternatives(expression.trim_matches(['(', ')']));
    }
    expression.split(" AND ").all(|part| {
        let is_group = part.starts_with('(') && part.ends_with(')');
        // Without parentheses an alternative would extend beyond the part.
        (is_group || !part.contains(" OR ")) && alternatives(part.trim_matches(['(', ')']))
    })
}

/// The crates that have more than one version without being listed.
fn duplicates(packages: &[Package]) -> impl Iterator<Item = &str> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for package in packages {
        *counted.entry(&package.name).or_default() += 1;
    }
    let is_listed =
        |name: &str| OLDER_FOR_AGE.contains(&name) || DUPLICATES.iter().any(|(listed, _)| *listed == name);
    counted.into_iter().filter(move |(name, number)| *number > 1 && !is_listed(name)).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_expressions_are_evaluated() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(passes(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MPL-2.0",
            "MIT AND GPL-3.0",
            "(MIT OR ISC) AND AGPL-3.0",
            "MIT OR ISC AND GPL-3.0",
        ] {
            assert!(!passes(bad), "{bad}");
        }
    }

    fn package(name: &str, licence: &str, source: Option<&str>) -> Package {
        Package { name: name.into(), licence: licence.into(), source: source.map(str::to_owned) }
    }

    #[test]
    fn unlisted_duplicates_are_found() {
        let packages = ["syn", "serde", "syn", "http", "http"].map(|name| package(name, "MIT", None));
        assert_eq!(duplicates(&packages).collect::<Vec<_>>(), ["http"]);
    }

    #[test]
    fn violations_are_found() {
        let here = "registry+https://registry.example/index";
        let sources = vec![here.to_owned()];
        let count = |package: &Package| violations(package, &sources).len();
        assert_eq!(count(&package("serde", "MIT", Some(here))), 0);
        assert_eq!(count(&package("statuary", "", None)), 0);
        assert_eq!(count(&package("serde", "GPL-3.0", Some(here))), 1);
        assert_eq!(count(&package("serde", "MIT", Some("git+https://git.example/serde"))), 1);
        assert_eq!(count(&package("openssl", "MIT", Some(here))), 1);
        assert_eq!(count(&package("cssparser", "MPL-2.0", Some(here))), 0);
        assert_eq!(count(&package("other", "MPL-2.0", Some(here))), 1);
    }
}
