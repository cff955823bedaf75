//! Finds the modules, imports, paths and names of items of a source file.

use super::tokens::{Kind, Token, tokens};

/// The modules around something, within its file.
pub type Scope = Vec<String>;

/// `mod name;` or `mod name { ... }`
#[derive(Debug, PartialEq, Eq)]
pub struct Module {
    pub scope: Scope,
    pub name: String,
    /// The value of `#[path = "..."]`.
    pub path: Option<String>,
    pub is_inline: bool,
}

/// One name that a `use` brings in; a path with `{a, b}` gives two.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    pub scope: Scope,
    pub path: Vec<String>,
    /// The name in this module; none of a glob.
    pub name: Option<String>,
    pub is_public: bool,
    pub line: usize,
}

/// A path of two segments or more, outside imports.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention {
    pub scope: Scope,
    pub path: Vec<String>,
    /// Whether a macro is called by it.
    pub is_macro: bool,
    pub line: usize,
}

/// A file without its comments and its test code.
#[derive(Debug, Default)]
pub struct Parsed {
    pub modules: Vec<Module>,
    pub imports: Vec<Import>,
    pub mentions: Vec<Mention>,
    /// Items with the modules around them.
    pub items: Vec<(Scope, String)>,
    /// Macros with `#[macro_export]`, which are at the root of the crate.
    pub exported_macros: Vec<String>,
    /// Macros that are called by their bare name, with the line.
    pub calls: Vec<(String, usize)>,
}

/// Parses a file. Items with `#[cfg(test)]` are left out, but for the names of modules.
pub fn parse(source: &str) -> Parsed {
    let tokens: Vec<_> = tokens(source).into_iter().filter(|token| token.kind != Kind::Comment).collect();
    let mut parser =
        Parser { tokens: &tokens, at: 0, depth: 0, scopes: Vec::new(), found: Parsed::default() };
    parser.run();
    parser.found
}

struct Parser<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
    depth: usize,
    /// Inline modules with the depth of braces around them.
    scopes: Vec<(String, usize)>,
    found: Parsed,
}

/// The attributes of the next item that matter to the rules.
#[derive(Default)]
struct Attributes {
    is_test: bool,
    is_exported: bool,
    path: Option<String>,
}

const ITEMS: [&str; 8] = ["fn", "struct", "enum", "trait", "const", "static", "type", "union"];

impl<'t> Parser<'t> {
    fn run(&mut self) {
        let mut attributes = Attributes::default();
        while self.at < self.tokens.len() {
            if self.is(0, "#") && (self.is(1, "[") || (self.is(1, "!") && self.is(2, "["))) {
                self.attribute(&mut attributes);
                continue;
            }
            if attributes.is_test {
                self.skip_item();
            } else {
                self.token(&attributes);
            }
            // Visibility is between the attributes and the item.
            let is_visibility = ["pub", "crate", "super", "(", ")"].iter().any(|mark| self.was(mark));
            if attributes.is_test || !is_visibility {
                attributes = Attributes::default();
            }
        }
    }

    fn is(&self, ahead: usize, text: &str) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|token| token.is(text))
    }

    /// Whether the last token was this one.
    fn was(&self, text: &str) -> bool {
        self.at > 0 && self.tokens[self.at - 1].is(text)
    }

    fn word(&self, ahead: usize) -> Option<&'t str> {
        let token = self.tokens.get(self.at + ahead)?;
        (token.kind == Kind::Word).then_some(token.text)
    }

    fn scope(&self) -> Scope {
        self.scopes.iter().map(|(name, _)| name.clone()).collect()
    }

    fn attribute(&mut self, attributes: &mut Attributes) {
        self.at += if self.is(1, "!") { 3 } else { 2 };
        let start = self.at;
        let mut depth = 1;
        while self.at < self.tokens.len() && depth > 0 {
            depth += usize::from(self.is(0, "["));
            depth -= usize::from(self.is(0, "]"));
            let token = self.tokens[self.at];
            let text = token.text.trim_matches('"');
            if token.kind == Kind::Literal
                && ["crate::", "super::", "self::"].iter().any(|head| text.starts_with(head))
            {
                let path = text.split("::").map(str::to_owned).collect();
                self.found.mentions.push(Mention {
                    scope: self.scope(),
                    path,
                    is_macro: false,
                    line: token.line,
                });
                self.at += 1;
            } else if !self.path() {
                self.at += 1;
            }
        }
        let end = self.at.saturating_sub(1).max(start);
        let texts: Vec<&str> = self.tokens[start..end].iter().map(|token| token.text).collect();
        match texts[..] {
            ["cfg", "(", "test", ..] | ["cfg", "(", "all", "(", "test", ..] => attributes.is_test = true,
            ["macro_export", ..] => attributes.is_exported = true,
            ["path", "=", path] => attributes.path = Some(path.trim_matches('"').to_owned()),
            _ => {}
        }
    }

    fn token(&mut self, attributes: &Attributes) {
        let token = self.tokens[self.at];
        let is_in_module = self.depth == self.scopes.last().map_or(0, |(_, depth)| *depth + 1);
        if token.kind == Kind::Mark {
            self.depth += usize::from(token.is("{"));
            if token.is("}") {
                self.depth = self.depth.saturating_sub(1);
                if self.scopes.last().is_some_and(|(_, depth)| *depth == self.depth) {
                    self.scopes.pop();
                }
            }
        } else if token.is("use") && !self.is(1, "<") {
            return self.import();
        } else if token.is("mod") && self.word(1).is_some() && (self.is(2, ";") || self.is(2, "{")) {
            return self.module(attributes);
        } else if token.is("macro_rules") && self.is(1, "!") {
            let name = self.word(2).unwrap_or_default().to_owned();
            self.found.items.push((self.scope(), name.clone()));
            if attributes.is_exported {
                self.found.exported_macros.push(name);
            }
            self.at += 3;
            return;
        } else if token.is("in") && self.was("(") && self.at > 1 && self.tokens[self.at - 2].is("pub") {
            // `pub(in crate::a)` is no use of `crate::a`.
            while self.at < self.tokens.len() && !self.is(0, ")") {
                self.at += 1;
            }
            return;
        } else if is_in_module && ITEMS.contains(&token.text) && self.word(1).is_some_and(|next| next != "fn")
        {
            let name = self.word(1).unwrap_or_default().to_owned();
            self.found.items.push((self.scope(), name));
        } else if token.kind == Kind::Word && self.is(1, "!") && !self.was("::") {
            self.found.calls.push((token.text.to_owned(), token.line));
        } else if self.path() {
            return;
        }
        self.at += 1;
    }

    /// Reads a path of two segments or more, if one begins here.
    fn path(&mut self) -> bool {
        if self.word(0).is_none() || !self.is(1, "::") || self.was("::") || self.was(".") {
            return false;
        }
        let line = self.tokens[self.at].line;
        let mut path = Vec::new();
        while let Some(word) = self.word(0) {
            path.push(word.to_owned());
            self.at += 1;
            if !self.is(0, "::") || self.word(1).is_none() {
                break;
            }
            self.at += 1;
        }
        if path.len() > 1 {
            let is_macro = self.is(0, "!");
            self.found.mentions.push(Mention { scope: self.scope(), path, is_macro, line });
        }
        true
    }

    fn module(&mut self, attributes: &Attributes) {
        let name = self.word(1).unwrap_or_default().to_owned();
        let is_inline = self.is(2, "{");
        let path = attributes.path.clone();
        self.found.modules.push(Module { scope: self.scope(), name: name.clone(), path, is_inline });
        if is_inline {
            self.scopes.push((name, self.depth));
            self.depth += 1;
        }
        self.at += 3;
    }

    fn import(&mut self) {
        let is_public = self.was("pub") || self.was(")");
        self.at += 1;
        let mut ends = Vec::new();
        self.tree(&[], &mut ends);
        for (path, name, line) in ends {
            self.found.imports.push(Import { scope: self.scope(), path, name, is_public, line });
        }
        while self.at < self.tokens.len() && !self.is(0, ";") {
            self.at += 1;
        }
        self.at += 1;
    }

    /// Reads a tree of imports up to its `,`, `}` or `;`.
    fn tree(&mut self, before: &[String], ends: &mut Vec<(Vec<String>, Option<String>, usize)>) {
        let mut path = before.to_vec();
        while let Some(token) = self.tokens.get(self.at).copied() {
            self.at += 1;
            match token.text {
                // `::name` is a crate, whatever a module is called.
                "::" if path.is_empty() => path.push("::".into()),
                "::" => {}
                "*" => {
                    ends.push((path, None, token.line));
                    return;
                }
                "{" => {
                    while self.at < self.tokens.len() && !self.is(0, "}") {
                        if self.is(0, ",") {
                            self.at += 1;
                        } else {
                            self.tree(&path, ends);
                        }
                    }
                    self.at += 1;
                    return;
                }
                word if token.kind == Kind::Word => {
                    if word != "self" || path.is_empty() {
                        path.push(word.to_owned());
                    }
                    if self.is(0, "::") {
                        continue;
                    }
                    let mut name = path.last().cloned();
                    if self.is(0, "as") {
                        name = self.word(1).map(str::to_owned);
                        self.at += 2;
                    }
                    ends.push((path, name, token.line));
                    return;
                }
                _ => {
                    self.at -= 1;
                    return;
                }
            }
        }
    }

    /// Skips an item, a field or an arm; the name of a module is kept.
    fn skip_item(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        let (mut is_item, mut is_import) = (false, false);
        while let Some(token) = self.tokens.get(self.at) {
            // Before the keyword there is at most a visibility.
            if !is_item && self.at - start < 8 && depth == 0 {
                is_import = token.is("use");
                is_item = ["use", "mod", "impl", "extern"].iter().chain(&ITEMS).any(|word| token.is(word));
                if token.is("mod") && self.is(2, ";") {
                    return self.module(&Attributes::default());
                }
            }
            match token.text {
                "(" | "[" | "{" if token.kind == Kind::Mark => depth += 1,
                ")" | "]" | "}" if token.kind == Kind::Mark => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                    if token.is("}") && depth == 0 && !is_import {
                        self.at += 1;
                        return;
                    }
                }
                ";" if depth == 0 => {
                    self.at += 1;
                    return;
                }
                "," if depth == 0 && !is_item => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_code_is_left_out_and_what_follows_it_is_not() {
        let source = "#[cfg(test)]\nmod tests { use a::B; fn f() { a::c(); } }\n#[cfg(test)]\nuse x::{y, z};\n\
            #[cfg(test)]\npub(crate) mod stories;\nstruct S { #[cfg(test)] f: a::F<u8>, g: b::G }\n\
            #[cfg(test)]\nimpl S { fn f() -> a::H {} }\nuse c::D;\nfn g(s: d::E) {}";
        let parsed = parse(source);
        let mentions: Vec<_> = parsed.mentions.iter().map(|mention| mention.path.join("::")).collect();
        assert_eq!(mentions, ["b::G", "d::E"]);
        assert_eq!(parsed.imports.iter().map(|import| import.line).collect::<Vec<_>>(), [10]);
        assert_eq!(parsed.modules.iter().map(|module| module.name.as_str()).collect::<Vec<_>>(), ["stories"]);
        assert_eq!(parsed.items, [(vec![], "S".to_owned()), (vec![], "g".to_owned())]);
    }

    #[test]
    fn trees_of_imports_are_read_to_their_ends() {
        let parsed = parse("pub(crate) use a::{self, b::{C as D, e::*}, r#type};\nuse ::f;");
        let imports: Vec<_> = parsed
            .imports
            .iter()
            .map(|import| (import.path.join("::"), import.name.as_deref(), import.is_public))
            .collect();
        assert_eq!(
            imports,
            [
                ("a".to_owned(), Some("a"), true),
                ("a::b::C".to_owned(), Some("D"), true),
                ("a::b::e".to_owned(), None, true),
                ("a::type".to_owned(), Some("type"), true),
                (":::: f".replace(' ', ""), Some("f"), false),
            ]
        );
    }

    #[test]
    fn visibilities_and_captures_are_no_paths() {
        let parsed = parse("pub(in crate::a) fn f() -> impl Fn() + use<'_> { super::b::<u8>() }");
        assert_eq!(parsed.mentions.len(), 1);
        assert_eq!(parsed.mentions[0].path, ["super", "b"]);
        assert!(parsed.imports.is_empty());
    }
}
