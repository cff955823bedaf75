//! The modules of a target (a library, a program, a test) and their files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::parse::{Import, Parsed};

/// The names from the root of the target to a module; the root has none.
pub type Name = Vec<String>;

/// The modules of one target.
pub struct Modules<'p> {
    /// The file of each module; inline modules have the file of the module around them.
    pub files: BTreeMap<Name, PathBuf>,
    parsed: &'p BTreeMap<PathBuf, Parsed>,
    items: BTreeSet<(Name, String)>,
    imports: BTreeMap<Name, Vec<&'p Import>>,
    macros: BTreeMap<String, PathBuf>,
}

/// The target of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Module(Name),
    /// An item, by its file.
    Item(PathBuf),
}

impl<'p> Modules<'p> {
    /// The modules that are declared from the root file of a target on.
    pub fn of(root: &Path, parsed: &'p BTreeMap<PathBuf, Parsed>) -> Self {
        let mut modules = Self {
            files: BTreeMap::new(),
            parsed,
            items: BTreeSet::new(),
            imports: BTreeMap::new(),
            macros: BTreeMap::new(),
        };
        modules.add(&[], root, root.parent().unwrap_or(Path::new("")));
        modules
    }

    /// Adds a module with those that its file declares; `folder` is where their files are.
    fn add(&mut self, name: &[String], file: &Path, folder: &Path) {
        let Some(parsed) = self.parsed.get(file) else { return };
        self.files.insert(name.to_vec(), file.to_owned());
        for (scope, item) in &parsed.items {
            self.items.insert((joined(name, scope), item.clone()));
        }
        for import in &parsed.imports {
            self.imports.entry(joined(name, &import.scope)).or_default().push(import);
        }
        for exported in &parsed.exported_macros {
            self.macros.insert(exported.clone(), file.to_owned());
        }
        for module in &parsed.modules {
            let mut child = joined(name, &module.scope);
            child.push(module.name.clone());
            let folder = module.scope.iter().fold(folder.to_owned(), |folder, name| folder.join(name));
            if module.is_inline {
                self.files.insert(child, file.to_owned());
            } else if let Some(path) = &module.path {
                let file = normal(&file.parent().unwrap_or(Path::new("")).join(path));
                self.add(&child, &file, file.parent().unwrap_or(Path::new("")));
            } else {
                let own = folder.join(&module.name);
                let flat = folder.join(format!("{}.rs", module.name));
                let file = if self.parsed.contains_key(&flat) { flat } else { own.join("mod.rs") };
                self.add(&child, &file, &own);
            }
        }
    }

    /// The target of a path in a module; `None` if it leads out of the target. A macro and another item may have the same
    /// name.
    pub fn resolve(&self, module: &Name, path: &[String], is_macro: bool) -> Option<Target> {
        if let (true, [head, name]) = (is_macro, path)
            && head == "crate"
            && let Some(file) = self.macros.get(name)
        {
            return Some(Target::Item(file.clone()));
        }
        self.resolve_within(module, path, 16)
    }

    fn resolve_within(&self, module: &Name, path: &[String], depth: u32) -> Option<Target> {
        let depth = depth.checked_sub(1)?;
        let (head, mut rest) = path.split_first()?;
        let mut at = match head.as_str() {
            "crate" => Name::new(),
            "self" => module.clone(),
            "super" => parent(module)?,
            _ => {
                let child = joined(module, std::slice::from_ref(head));
                if self.files.contains_key(&child) {
                    child
                } else {
                    match self.alias(module, head, depth)? {
                        Target::Module(name) => name,
                        Target::Item(_) => return None,
                    }
                }
            }
        };
        while let Some((next, more)) = rest.split_first() {
            let child = joined(&at, std::slice::from_ref(next));
            if next == "super" {
                at = parent(&at)?;
            } else if self.files.contains_key(&child) {
                at = child;
            } else {
                match self.named(&at, next, depth) {
                    Target::Module(name) => at = name,
                    item @ Target::Item(_) => return Some(item),
                }
            }
            rest = more;
        }
        Some(Target::Module(at))
    }

    /// The target of an imported name: `use crate::a::b;` makes `b` the name of a module.
    fn alias(&self, module: &Name, name: &str, depth: u32) -> Option<Target> {
        // Imports in functions count for the module.
        let imports = self.imports.get(module)?;
        let import = imports.iter().find(|import| {
            import.name.as_deref() == Some(name) && import.path.first().is_some_and(|head| head != name)
        })?;
        self.resolve_within(module, &import.path, depth)
    }

    /// The target of a name in a module: an item of its own, or a re-export, resolved to its source.
    fn named(&self, module: &Name, name: &str, depth: u32) -> Target {
        let own = Target::Item(self.files[module].clone());
        if self.items.contains(&(module.clone(), name.to_owned())) {
            return own;
        }
        let exports = self.imports.get(module).into_iter().flatten().filter(|import| import.is_public);
        let (mut through, mut globs) = (None, Vec::new());
        for export in exports {
            match &export.name {
                Some(exported) if exported == name => through = Some(export),
                None => globs.push(export),
                Some(_) => {}
            }
        }
        if let Some(export) = through {
            return self.resolve_within(module, &export.path, depth).unwrap_or(own);
        }
        for glob in globs {
            if let (Some(Target::Module(source)), Some(depth)) =
                (self.resolve_within(module, &glob.path, depth), depth.checked_sub(1))
                && self.knows(&source, name, depth)
            {
                return self.named(&source, name, depth);
            }
        }
        match self.macros.get(name) {
            Some(file) if module.is_empty() => Target::Item(file.clone()),
            _ => own,
        }
    }

    /// Whether a module has or re-exports an item of this name.
    fn knows(&self, module: &Name, name: &str, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        self.items.contains(&(module.clone(), name.to_owned()))
            || self.imports.get(module).into_iter().flatten().filter(|import| import.is_public).any(
                |import| match (&import.name, self.resolve_within(module, &import.path, depth)) {
                    (Some(exported), _) => exported == name,
                    (None, Some(Target::Module(source))) => self.knows(&source, name, depth),
                    (None, _) => false,
                },
            )
    }
}

/// A module's name and more.
pub fn joined(name: &[String], more: &[String]) -> Name {
    [name, more].concat()
}

fn parent(module: &Name) -> Option<Name> {
    let (_, parent) = module.split_last()?;
    Some(parent.to_vec())
}

/// A path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            normal.pop();
        } else {
            normal.push(part);
        }
    }
    normal
}
