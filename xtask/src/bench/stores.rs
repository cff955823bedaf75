//! Stores for measurements: seeded once, kept as compact files, copied for each run.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::servers::{copy, output};
use crate::machine::{root, shown, succeed};

const TIMEOUT: u64 = 900;
/// Added to the ids of an account when it is imported into a store with another account.
const OFFSET: i64 = 10_000_000;
/// The members of an archive's lines that are ids of rows.
const IDS: [&str; 7] =
    ["id", "account_id", "user_id", "workspace_id", "creator_id", "updater_id", "subject_id"];

/// The size of a store and its seed.
#[derive(Clone, Copy)]
pub struct Size {
    pub workspaces: u32,
    pub reports: u32,
    pub changes: u32,
    pub seed: u32,
}

/// The store of most measurements.
pub const MILLION: Size = Size { workspaces: 1000, reports: 1_000_000, changes: 20_000, seed: 1 };
/// As many rows in each workspace, in fewer workspaces.
pub const TEN_THOUSAND: Size = Size { workspaces: 10, reports: 10_000, changes: 200, seed: 2 };

/// A store in a folder that no server has open.
#[derive(Clone)]
pub struct Store {
    /// `--data`
    pub folder: PathBuf,
    /// The token of its administrator.
    pub token: String,
    /// Its size.
    pub size: Size,
    /// The id of the first workspace, minus one.
    pub before: i64,
}

impl Store {
    /// A copy of it.
    pub fn copy(&self, folder: PathBuf) -> Result<Self> {
        copy(&self.folder, &folder)?;
        Ok(Self { folder, ..self.clone() })
    }

    /// Its file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("statuary.db")
    }

    /// A Lua expression for the id of a random workspace.
    pub fn any_workspace(&self) -> String {
        format!("({} + math.random({}))", self.before, self.size.workspaces)
    }

    /// A Lua expression for the id of a random report.
    pub fn any_report(&self) -> String {
        format!("({} + math.random({}))", self.before, self.size.reports)
    }
}

impl Size {
    /// Seeds the store that `options` name: `--data DIR` or `--database-url URL`.
    pub fn seed(self, program: &Path, options: &[&str]) -> Result<String> {
        let mut seed = Command::new(program);
        for (name, number) in [
            ("--workspaces", self.workspaces),
            ("--reports", self.reports),
            ("--changes", self.changes),
            ("--seed", self.seed),
        ] {
            seed.args([name, &number.to_string()]);
        }
        let said = output(Command::new(program).arg("seed").args(seed.get_args()).args(options), TIMEOUT)?;
        Ok(said.trim().strip_prefix("token: ").context("seed prints no token")?.to_owned())
    }
}

/// The first line of an archive.
pub const HEADER: &str = "{\"kind\":\"statuary_archive\",\"version\":1}\n";

/// Imports an archive into the store that `options` name: `--data DIR` or `--database-url URL`.
pub fn import(program: &Path, archive: &Path, options: &[&str]) -> Result<()> {
    eprintln!("importing {}", archive.display());
    succeed(quiet(program).args(["import", text(archive)?]).args(options))
}

/// A seeded store, made again if the sources of the kept one have changed.
pub fn seeded(program: &Path, home: &Path, size: Size) -> Result<Store> {
    let Size { workspaces, reports, changes, seed } = size;
    let folder = home.join(format!("{workspaces}-{reports}-{changes}-{seed}"));
    let token = kept(&folder, |work, file| {
        eprintln!("seeding {reports} reports");
        let token = size.seed(program, &["--data", text(work)?])?;
        backup(program, work, file)?;
        Ok(token)
    })?;
    Ok(Store { folder, token, size, before: 0 })
}

/// A store that has the account of a small store and a large account.
pub fn with_neighbour(program: &Path, home: &Path, small: &Store, large: &Store) -> Result<Store> {
    let folder = home.join("with-neighbour");
    let token = kept(&folder, |work, file| {
        eprintln!("importing a second account");
        large.copy(work.to_owned())?;
        let archive = work.join("archive.jsonl");
        succeed(quiet(program).args(["export", text(&archive)?, "--data", text(&small.folder)?]))?;
        let mut moved = std::io::BufWriter::new(std::fs::File::create(work.join("moved.jsonl"))?);
        for line in std::fs::read_to_string(&archive)?.lines() {
            writeln!(moved, "{}", renumbered(line)?)?;
        }
        moved.flush()?;
        let moved = work.join("moved.jsonl");
        import(program, &moved, &["--data", text(work)?])?;
        backup(program, work, file)?;
        Ok(small.token.clone())
    })?;
    Ok(Store { folder, token, size: small.size, before: OFFSET })
}

/// A small store with work packages, whose archive lines `lines` writes for some statuses and people.
pub fn with_work_packages(
    program: &Path,
    home: &Path,
    lines: impl FnOnce(&[i64], &[i64]) -> String,
) -> Result<Store> {
    let folder = home.join("with-work-packages");
    let token = kept(&folder, |work, file| {
        eprintln!("importing work packages");
        let token = TEN_THOUSAND.seed(program, &["--data", text(work)?])?;
        let archive = work.join("archive.jsonl");
        succeed(quiet(program).args(["export", text(&archive)?, "--data", text(work)?]))?;
        let archive = std::fs::read_to_string(&archive)?;
        let ids = |kind: &str| {
            let all = archive.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            all.filter(|line| line["kind"] == kind).filter_map(|line| line["id"].as_i64()).collect::<Vec<_>>()
        };
        let (header, _) = archive.split_once('\n').context("the archive is empty")?;
        let file_of_lines = work.join("work-packages.jsonl");
        std::fs::write(&file_of_lines, format!("{header}\n{}", lines(&ids("status"), &ids("user"))))?;
        import(program, &file_of_lines, &["--data", text(work)?])?;
        backup(program, work, file)?;
        Ok(token)
    })?;
    Ok(Store { folder, token, size: TEN_THOUSAND, before: 0 })
}

fn renumbered(line: &str) -> Result<Value> {
    let mut line: Value = serde_json::from_str(line)?;
    for member in IDS {
        if let Some(id) = line[member].as_i64() {
            line[member] = (id + OFFSET).into();
        }
    }
    if let Some(address) = line["email_address"].as_str() {
        line["email_address"] = format!("small.{address}").into();
    }
    // Indexing has inserted a missing member as null.
    if let Some(members) = line.as_object_mut() {
        members.retain(|name, value| !(value.is_null() && IDS.contains(&name.as_str())));
    }
    Ok(line)
}

/// The token of the store in a folder. `make` makes the store if the one in the folder was made from other sources.
fn kept(folder: &Path, make: impl FnOnce(&Path, &Path) -> Result<String>) -> Result<String> {
    let (origin, sources) = (folder.join("made-from"), sources()?);
    let token = folder.join("token");
    if std::fs::read_to_string(&origin).is_ok_and(|text| text == sources) {
        return Ok(std::fs::read_to_string(token)?);
    }
    let work = folder.with_extension("work");
    for old in [folder, &work] {
        if old.exists() {
            std::fs::remove_dir_all(old)?;
        }
    }
    std::fs::create_dir_all(folder)?;
    let new_token = make(&work, &folder.join("statuary.db"))?;
    std::fs::remove_dir_all(work)?;
    std::fs::write(token, &new_token)?;
    std::fs::write(origin, sources)?;
    Ok(new_token)
}

/// A hash of the sources that determine the rows of a seeded store.
fn sources() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for folder in ["crates/db/migrations", "crates/statuary/src/demo"] {
        let entries = std::fs::read_dir(root().join(folder))?;
        let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            hasher.write(&std::fs::read(file)?);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Compacts a store to one file, without a write-ahead log that a start would have to read.
fn backup(program: &Path, folder: &Path, file: &Path) -> Result<()> {
    succeed(quiet(program).args(["backup", text(file)?, "--data", text(folder)?]))
}

fn quiet(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// A path as an argument.
pub fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}

/// A new token of the person with this address, in the store that `options` name.
pub fn token(program: &Path, email: &str, options: &[&str]) -> Result<String> {
    let mut add = Command::new(program);
    add.args(["token", "add", "--email", email]).args(options);
    let said = output(&mut add, TIMEOUT)?;
    ensure!(!said.trim().is_empty(), "{} prints nothing", shown(&add));
    Ok(said.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_moved_to_other_ids_and_keeps_the_rest() {
        let line = r#"{"kind":"user","id":2,"account_id":1,"headline":null,"email_address":"a@b"}"#;
        let moved = renumbered(line).unwrap();
        assert_eq!(moved["id"], 10_000_002);
        assert_eq!(moved["email_address"], "small.a@b");
        assert_eq!(moved.as_object().unwrap().len(), 5);
        assert_eq!(renumbered(r#"{"kind":"x","version":1}"#).unwrap().as_object().unwrap().len(), 2);
    }
}
