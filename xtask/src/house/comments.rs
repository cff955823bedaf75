//! Comments cite documents and sections that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::breach::Breach;
use super::sources::Sources;
use super::tokens::{Kind, Token, tokens};

/// Words that, before a number, name a place in a document.
const PLACES: [&str; 4] = ["section", "sections", "decision", "decisions"];
/// Text that marks a citation of an external document.
const STANDARDS: [&str; 3] = ["RFC", "http://", "https://"];

/// Checks the comments of all files against the documents below `root`.
pub fn breaches(root: &Path, sources: &Sources) -> Vec<Breach> {
    let mut documents = Documents { root, anchors: BTreeMap::new() };
    let mut breaches = Vec::new();
    for (path, text) in sources {
        let comments: Vec<_> = tokens(text).into_iter().filter(|token| token.kind == Kind::Comment).collect();
        // Comments on consecutive lines are one block.
        for block in comments.chunk_by(|one, next| next.line == one.line + 1) {
            let cites = block.iter().any(|comment| !citations(comment.text).is_empty());
            let is_elsewhere =
                block.iter().any(|comment| STANDARDS.iter().any(|standard| comment.text.contains(standard)));
            for (line, text) in block.iter().flat_map(lines) {
                let missing = citations(text).into_iter().filter_map(|cited| documents.lacks(cited));
                breaches.extend(missing.map(|missing| Breach::new(path, line, missing)));
                if let Some(place) = place(text).filter(|_| !cites && !is_elsewhere) {
                    let text = format!("`{place}` names no document; cite docs/PAGE.md#ANCHOR");
                    breaches.push(Breach::new(path, line, text));
                }
            }
        }
    }
    breaches
}

fn lines<'s>(comment: &Token<'s>) -> Vec<(usize, &'s str)> {
    (comment.line..).zip(comment.text.lines()).collect()
}

/// The paths below `docs/` in a text, with their anchors.
fn citations(text: &str) -> Vec<&str> {
    let is_path = |one: char| one.is_alphanumeric() || "._-/#".contains(one);
    let at = text.match_indices("docs/").map(|(at, _)| at);
    let ours = at.filter(|at| {
        let before = &text[..*at];
        before.ends_with("../") || !before.ends_with(is_path)
    });
    let cited = ours.map(|at| {
        let rest = &text[at..];
        rest[..rest.find(|one| !is_path(one)).unwrap_or(rest.len())].trim_end_matches(['.', '-', '#'])
    });
    cited.collect()
}

/// The first place in a text that has a number, or a letter and a number, and names no document.
fn place(text: &str) -> Option<&str> {
    let words: Vec<(usize, &str)> = text
        .split(|one: char| one.is_whitespace() || "(),;:`".contains(one))
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect();
    words.windows(2).find_map(|pair| {
        let [(start, word), (at, number)] = pair else { return None };
        let number = number.trim_end_matches('.');
        let digits = match number.split_once('.') {
            Some((letter, rest)) if letter.len() == 1 && letter.starts_with(char::is_alphabetic) => rest,
            _ => number,
        };
        let is_number = digits.starts_with(|one: char| one.is_ascii_digit());
        let is_place = PLACES.contains(&word.to_ascii_lowercase().as_str());
        (is_place && is_number).then(|| &text[*start..at + number.len()])
    })
}

struct Documents<'r> {
    root: &'r Path,
    anchors: BTreeMap<String, BTreeSet<String>>,
}

impl Documents<'_> {
    /// Describes what does not exist of a path with an anchor.
    fn lacks(&mut self, cited: &str) -> Option<String> {
        let (file, anchor) = cited.split_once('#').unwrap_or((cited, ""));
        let path = self.root.join(file);
        if !path.exists() {
            return Some(format!("{file} does not exist"));
        }
        if anchor.is_empty() {
            return None;
        }
        let known = self
            .anchors
            .entry(file.to_owned())
            .or_insert_with(|| std::fs::read_to_string(&path).map(|text| anchors(&text)).unwrap_or_default());
        (!known.contains(anchor)).then(|| format!("{file} has no section #{anchor}"))
    }
}

/// The anchors of a document: its headings, as GitHub names them, and those with `id` or `name`.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut is_code = false;
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if is_code {
            continue;
        }
        for attribute in ["<a id=\"", "<a name=\""] {
            anchors.extend(
                line.split(attribute).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
            );
        }
        let level = line.len() - line.trim_start_matches('#').len();
        if let Some(title) = line[level..].strip_prefix(' ').filter(|_| (1..=6).contains(&level)) {
            let anchor = anchor(title.trim());
            let numbers = (1..).map(|number| format!("{anchor}-{number}"));
            let free =
                std::iter::once(anchor.clone()).chain(numbers).find(|anchor| !anchors.contains(anchor));
            anchors.extend(free);
        }
    }
    anchors
}

fn anchor(title: &str) -> String {
    let mut text = String::new();
    let mut rest = title;
    // Of a link, its text.
    while let Some((before, after)) = rest.split_once("](") {
        text += before;
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    text += rest;
    let kept = text.chars().filter(|one| one.is_alphanumeric() || "-_ ".contains(*one));
    kept.flat_map(char::to_lowercase).map(|one| if one == ' ' { '-' } else { one }).collect()
}
