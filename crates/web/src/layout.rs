//! What all pages share: the frame around them, which every template receives as `layout`.

use std::borrow::Cow;

use fluent_bundle::FluentValue;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets;
use super::messages::Language;
use super::reader;
use super::reader::Reader;

/// What the layout shows, and what every template says its words by.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Who reads.
    pub reader: Reader,
    /// Who is signed in.
    pub signed_in: Option<CurrentUser>,
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    /// First and last name.
    pub name: String,
    /// What forms of this session carry.
    pub csrf: String,
    /// May do everything in the account.
    pub administrator: bool,
}

impl Layout {
    /// A page for anybody.
    pub const fn plain(reader: Reader) -> Self {
        Self { reader, signed_in: None }
    }

    /// A message in the reader's language.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.reader.language.t(key)
    }

    /// A message with a value in it: `layout.say("greeting", "name", name)`.
    pub fn say<'v>(&self, key: &str, name: &'static str, value: impl Into<FluentValue<'v>>) -> String {
        self.reader.language.say(key, [(name, value.into())])
    }

    /// What a form carries.
    pub fn csrf(&self) -> &str {
        self.signed_in.as_ref().map_or("", |signed_in| &signed_in.csrf)
    }

    /// `aria-current` of a link of the menu.
    pub fn current(&self, path: &str) -> &'static str {
        let here = self.reader.path.split('?').next().unwrap_or_default();
        if here == path { " aria-current=\"page\"" } else { "" }
    }

    /// Where a file is that pages load, by the name that [`assets`] has for it.
    pub fn asset(&self, name: &str) -> String {
        format!("{}{}", self.root(), assets::path(name))
    }

    /// The public path: every address of this service in a page is this and a path that the router knows.
    pub fn root(&self) -> &str {
        &self.reader.root
    }

    /// The choices of the reader, each with its name, its label and what it can be.
    pub fn choices(&self) -> [Choice; 4] {
        let reader = &self.reader;
        let select = |name, label, own: &str, names: &[&'static str], keys: &[&'static str]| Choice {
            name,
            label,
            options: std::iter::zip(names, keys)
                .map(|(name, key)| (*name, self.t(key), *name == own))
                .collect(),
        };
        let languages = Language::ALL
            .map(|language| (language.code(), Cow::Borrowed(language.name()), language == reader.language));
        let themes = ["theme-auto", "theme-light", "theme-dark"];
        let palettes = ["palette-default", "palette-safe", "palette-mono"];
        let shortcuts = ["shortcuts-on", "shortcuts-off"];
        [
            Choice { name: "language", label: "language", options: languages.to_vec() },
            select("theme", "theme", reader.theme, &reader::THEMES, &themes),
            select("palette", "colours", reader.palette, &reader::PALETTES, &palettes),
            select("shortcuts", "shortcuts", reader.shortcuts, &reader::SHORTCUTS, &shortcuts),
        ]
    }

    /// Where the reader's choices are, with the way back to this page.
    pub fn preferences(&self) -> String {
        let path = utf8_percent_encode(&self.reader.path, NON_ALPHANUMERIC);
        format!("{}/preferences?return_to={path}", self.root())
    }

    /// What the page's days and times are counted in, and as of when it was written.
    pub fn as_of(&self) -> String {
        let at = self.reader.zoned(self.reader.now);
        let values = [("at", self.reader.minute(&at).into()), ("zone", self.reader.zone_name().into())];
        self.reader.language.say("zone-note", values)
    }
}

/// A choice of a form: its field, the message that labels it, and what it can be, with the words and whether it is that.
#[derive(Clone, Debug)]
pub struct Choice {
    pub name: &'static str,
    pub label: &'static str,
    pub options: Vec<(&'static str, Cow<'static, str>, bool)>,
}
