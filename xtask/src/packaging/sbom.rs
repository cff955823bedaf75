//! The list of the binary's parts in the format `CycloneDX`, and the licences of those parts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::parts::Part;
use super::tools::output;

/// The beginnings of the names of files with a licence.
const LICENCES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// The document, which is the same for the same sources and time (in seconds since 1970).
pub fn document(parts: &[Part], time: &str) -> Result<Value> {
    let own =
        parts.iter().find(|part| part.name == "statuary").context("the binary is not among its parts")?;
    let time = output(Command::new("date").args(["--utc", "--date", &format!("@{time}"), "+%FT%TZ"]))?;
    let others = parts.iter().filter(|part| part.name != own.name);
    let edges = parts.iter().map(|part| json!({ "ref": part.id(), "dependsOn": part.uses }));
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time,
            "lifecycles": [{ "phase": "build" }],
            "component": component(own, "application"),
        },
        "components": others.map(|part| component(part, "library")).collect::<Vec<_>>(),
        "dependencies": edges.collect::<Vec<_>>(),
    }))
}

fn component(part: &Part, kind: &str) -> Value {
    let mut component = json!({
        "type": kind,
        "bom-ref": part.id(),
        "name": part.name,
        "version": part.version,
        "purl": part.id(),
    });
    if !part.licence.is_empty() {
        component["licenses"] = json!([{ "expression": part.licence }]);
    }
    if let Some(checksum) = &part.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    component
}

/// The texts of all licences, each once, with the parts to which it applies.
pub fn licences(parts: &[Part]) -> Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut all = String::from("The program contains these parts, under these licences:\n\n");
    for part in parts.iter().filter(|part| !part.is_own) {
        writeln!(all, "{} {}: {}", part.name, part.version, part.licence)?;
        for text in texts_of(part)? {
            texts.entry(text).or_default().push(format!("{} {}", part.name, part.version));
        }
    }
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by(|(_, one), (_, other)| one.cmp(other));
    for (text, names) in texts {
        write!(all, "\n{}\n{}\n\n{text}\n", "=".repeat(80), names.join(", "))?;
    }
    Ok(all)
}

fn texts_of(part: &Part) -> Result<Vec<String>> {
    let folder = &part.folder;
    let files = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<_> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        path.is_file() && LICENCES.iter().any(|beginning| name.starts_with(beginning))
    });
    paths.sort();
    let read = |path| Ok(String::from_utf8_lossy(&std::fs::read(path)?).trim_end().to_owned());
    paths.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, checksum: Option<&str>, uses: &[&str]) -> Part {
        let folder = tempfile::tempdir().expect("a folder").keep();
        std::fs::write(folder.join("LICENSE-MIT"), "the same text\n").expect("a file");
        Part {
            name: name.into(),
            version: "1.0.0".into(),
            licence: "MIT".into(),
            url: format!("pkg:cargo/{name}"),
            checksum: checksum.map(str::to_owned),
            folder,
            is_own: name == "statuary",
            uses: uses.iter().map(|name| format!("pkg:cargo/{name}@1.0.0")).collect(),
        }
    }

    #[test]
    fn every_reference_of_the_document_is_defined() {
        let parts = [part("base", Some("ab"), &[]), part("statuary", None, &["base"])];
        let document = document(&parts, "1").expect("a document");
        assert_eq!(document["metadata"]["timestamp"], "1970-01-01T00:00:01Z");
        assert_eq!(document["metadata"]["component"]["bom-ref"], "pkg:cargo/statuary@1.0.0");
        assert_eq!(document["components"].as_array().map(Vec::len), Some(1));
        assert_eq!(document["components"][0]["hashes"][0]["content"], "ab");
        assert_eq!(document["dependencies"][1]["dependsOn"], json!(["pkg:cargo/base@1.0.0"]));
        for part in parts {
            std::fs::remove_dir_all(part.folder).expect("a folder");
        }
    }

    #[test]
    fn a_licence_is_written_once() {
        let parts = [part("one", None, &[]), part("two", None, &[]), part("statuary", None, &[])];
        let text = licences(&parts).expect("a text");
        assert_eq!(text.matches("the same text").count(), 1, "{text}");
        assert!(text.contains("one 1.0.0, two 1.0.0"), "{text}");
        assert!(!text.contains("statuary"), "{text}");
        for part in parts {
            std::fs::remove_dir_all(part.folder).expect("a folder");
        }
    }
}
