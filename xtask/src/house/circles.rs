//! No circle of files: a file does not use another one that uses it, directly or through others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::breach::Breach;
use super::modules::{Modules, Name, Target, joined};
use super::parse::{Parsed, parse};
use super::sources::Sources;

/// The files that each file uses, with the first line that does, and the path on it.
type Graph = BTreeMap<PathBuf, BTreeMap<PathBuf, (usize, String)>>;

/// Finds the circles of every target, and the files that belong to no target, whose circles would go unnoticed.
pub fn breaches(sources: &Sources) -> Vec<Breach> {
    let parsed = sources.iter().map(|(path, text)| (path.clone(), parse(text))).collect();
    let mut circles = BTreeSet::new();
    let mut unreached: BTreeSet<&PathBuf> = sources.keys().collect();
    for root in sources.keys().filter(|path| is_root(path, sources)) {
        let modules = Modules::of(root, &parsed);
        for file in modules.files.values() {
            unreached.remove(file);
        }
        let graph = graph(&modules, &parsed);
        circles.extend(
            graph.keys().filter_map(|file| shortest(&graph, file)).map(|circle| described(&graph, &circle)),
        );
    }
    let unreached =
        unreached.into_iter().map(|file| Breach::new(file, 1, "no target has a module for this file"));
    circles.into_iter().chain(unreached).collect()
}

/// Whether this is the root file of a target.
fn is_root(path: &Path, sources: &Sources) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    let stem = path.file_stem().unwrap_or_default();
    let is_named = |path: &Path, names: &[&str]| {
        path.file_name().is_some_and(|own| names.iter().any(|name| own == *name))
    };
    let of_targets = ["bin", "tests", "benches", "targets", "examples"];
    if is_named(folder, &["src"]) {
        return stem == "lib" || stem == "main";
    }
    // A folder of this name below src is a module.
    let is_in_src =
        folder.parent().is_some_and(|above| above.components().any(|part| part.as_os_str() == "src"));
    let is_program =
        is_named(folder, &["bin"]) && folder.parent().is_some_and(|above| is_named(above, &["src"]));
    let declares = |name: &str| sources.contains_key(&folder.join(name));
    if is_named(folder, &of_targets) {
        return is_program || (!is_in_src && !declares("mod.rs"));
    }
    let above = folder.parent().unwrap_or(Path::new(""));
    stem == "main" && is_named(above, &of_targets) && !is_in_src
}

fn graph(modules: &Modules<'_>, parsed: &BTreeMap<PathBuf, Parsed>) -> Graph {
    let mut graph = Graph::new();
    for (name, file) in &modules.files {
        graph.entry(file.clone()).or_default();
        // Inline modules are read with their file.
        if name.split_last().is_some_and(|(_, above)| modules.files.get(above) == Some(file)) {
            continue;
        }
        let parsed = &parsed[file];
        let ignored = tested(name).and_then(|tested| modules.files.get(&tested));
        let mut add = |target: Option<Target>, line: usize, path: &[String]| {
            let to = match target {
                Some(Target::Item(to)) => to,
                Some(Target::Module(module)) => modules.files[&module].clone(),
                None => return,
            };
            if to != *file && Some(&to) != ignored {
                let edge = (line, path.join("::"));
                let known = graph.entry(file.clone()).or_default().entry(to).or_insert_with(|| edge.clone());
                if line < known.0 {
                    *known = edge;
                }
            }
        };
        for import in &parsed.imports {
            let module = joined(name, &import.scope);
            let is_macro =
                import.name.as_ref().is_some_and(|name| parsed.calls.iter().any(|(call, _)| call == name));
            let target = modules.resolve(&module, &import.path, is_macro);
            // An imported module is used where a path goes through it.
            let is_use = import.is_public || import.name.is_none() || matches!(target, Some(Target::Item(_)));
            if is_use {
                add(target, import.line, &import.path);
            }
        }
        for mention in &parsed.mentions {
            let module = joined(name, &mention.scope);
            add(modules.resolve(&module, &mention.path, mention.is_macro), mention.line, &mention.path);
        }
    }
    graph
}

/// The module that a module of tests belongs to, which its tests may use.
fn tested(name: &Name) -> Option<Name> {
    let at = name.iter().position(|part| part == "tests")?;
    Some(name[..at].to_vec())
}

/// The shortest circle through a file, which begins at the first of its files.
fn shortest(graph: &Graph, file: &Path) -> Option<Vec<PathBuf>> {
    let mut before: BTreeMap<&Path, &Path> = BTreeMap::new();
    let mut waiting = VecDeque::from([file]);
    while let Some(from) = waiting.pop_front() {
        for to in graph.get(from).into_iter().flat_map(BTreeMap::keys) {
            if to == file {
                let mut circle = vec![from.to_owned()];
                while *circle.last()? != *file {
                    circle.push(before[circle.last()?.as_path()].to_owned());
                }
                circle.reverse();
                let first = circle.iter().enumerate().min_by_key(|(_, file)| *file).map_or(0, |(at, _)| at);
                circle.rotate_left(first);
                return Some(circle);
            }
            if !before.contains_key(to.as_path()) {
                before.insert(to, from);
                waiting.push_back(to);
            }
        }
    }
    None
}

fn described(graph: &Graph, circle: &[PathBuf]) -> Breach {
    let mut text = String::from("a circle of files:");
    let mut first = 0;
    for (at, from) in circle.iter().enumerate() {
        let to = &circle[(at + 1) % circle.len()];
        let (line, path) = &graph[from][to];
        if at == 0 {
            first = *line;
        }
        let _ = write!(text, "\n    {}:{line} uses {} ({path})", from.display(), to.display());
    }
    Breach::new(&circle[0], first, text)
}
