//! Limits the length of files.

use std::path::Path;

use super::breach::Breach;
use super::rules::LINES;
use super::sources::Sources;

/// Checks all files; `exceptions` are longer ones, each with its reason.
pub fn breaches(sources: &Sources, exceptions: &[(&str, &str)]) -> Vec<Breach> {
    let is_exception = |path: &Path| exceptions.iter().any(|(file, _)| Path::new(file) == path);
    let is_long = |text: &str| text.lines().count() > LINES;
    let long =
        sources.iter().filter(|(path, text)| is_long(text) && !is_exception(path)).map(|(path, text)| {
            let text = format!("{} lines; a file has at most {LINES}", text.lines().count());
            Breach::new(path, LINES + 1, text)
        });
    let settled = exceptions.iter().map(|(file, _)| Path::new(file));
    let settled = settled.filter(|file| !sources.get(*file).is_some_and(|text| is_long(text)));
    let settled = settled.map(|file| Breach::new(file, 1, "it is in the list of long files and is not long"));
    long.chain(settled).collect()
}
