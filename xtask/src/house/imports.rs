//! Which files may use the database: stores contain the SQL, and the rules of a resource use no database.

use std::path::Path;

use super::breach::Breach;
use super::parse::{Parsed, parse};
use super::rules::{DB_OF_SURFACES, SURFACES};
use super::sources::Sources;

/// Checks all files; `exceptions` are files with `statements!` that are not stores.
pub fn breaches(sources: &Sources, exceptions: &[(&str, &str)]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in sources {
        let parsed = parse(text);
        let krate = of_crate(path).unwrap_or_default();
        if krate != "db" && !is_store(path) && !exceptions.iter().any(|(file, _)| Path::new(file) == path) {
            breaches.extend(statements(&parsed).map(|line| {
                Breach::new(path, line, "statements! is allowed in stores (store.rs, store/) and in db only")
            }));
        }
        let is_rules = krate == "domain" && path.file_name().is_some_and(|name| name == "mod.rs");
        let is_surface = SURFACES.contains(&krate) && !is_store(path);
        for (path_of_db, line) in paths(&parsed).filter_map(|(path, line)| Some((of_db(path)?, line))) {
            let name = path_of_db.first().map_or("db", String::as_str);
            if is_rules {
                breaches.push(Breach::new(
                    path,
                    line,
                    "mod.rs of a domain module names db; SQL belongs in store.rs",
                ));
            } else if is_surface && !path_of_db.is_empty() && !DB_OF_SURFACES.contains(&name) {
                let allowed = DB_OF_SURFACES.join(", ");
                let text = format!("a surface uses db::{name}; of db it may use: {allowed}");
                breaches.push(Breach::new(path, line, text));
            }
        }
    }
    breaches.sort();
    breaches.dedup();
    breaches
}

/// The folder below `crates`, for a file in its `src`.
fn of_crate(path: &Path) -> Option<&str> {
    let mut parts = path.iter().map(|part| part.to_str().unwrap_or_default());
    match (parts.next(), parts.next(), parts.next()) {
        (Some("crates"), krate, Some("src")) => krate,
        _ => None,
    }
}

fn is_store(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "store.rs") || path.iter().any(|part| part == "store")
}

/// The lines that call `statements!`.
fn statements(parsed: &Parsed) -> impl Iterator<Item = usize> {
    let calls = parsed.calls.iter().filter(|(name, _)| name == "statements").map(|(_, line)| *line);
    let by_path = parsed
        .mentions
        .iter()
        .filter(|mention| mention.is_macro && mention.path.last().is_some_and(|name| name == "statements"));
    calls.chain(by_path.map(|mention| mention.line))
}

fn paths(parsed: &Parsed) -> impl Iterator<Item = (&[String], usize)> {
    let imports = parsed.imports.iter().map(|import| (import.path.as_slice(), import.line));
    imports.chain(parsed.mentions.iter().map(|mention| (mention.path.as_slice(), mention.line)))
}

/// What a path names below `db`.
fn of_db(path: &[String]) -> Option<&[String]> {
    let path = match path.first()?.as_str() {
        "crate" | "::" => &path[1..],
        _ => path,
    };
    let (head, rest) = path.split_first()?;
    (head == "db").then_some(rest)
}
