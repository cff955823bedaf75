//! What all pages share: the frame around them, which every template receives as `layout`.

use std::borrow::Cow;

use askama::Template;
use fluent_bundle::FluentValue;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets;
use super::messages::Language;
use super::reader;
use super::reader::Reader;
use domain::notifications::store::inbox::MOST_COUNTED;

/// The values of the layout, which also translates the messages of every template.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The reader.
    pub reader: Reader,
    /// The person who is signed in.
    pub signed_in: Option<CurrentUser>,
}

/// A person with a session.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    /// First and last name.
    pub name: String,
    /// The CSRF token for forms.
    pub csrf: String,
    /// Whether the person is an administrator of the account.
    pub administrator: bool,
    /// Whether the person may see statuses of work packages.
    pub sees_statuses: bool,
    /// Whether the person may create workspaces.
    pub creates_workspaces: bool,
    /// Whether the person sees the health of any workspace.
    pub sees_health: bool,
    /// The number of unread items of the inbox.
    pub unread: i64,
    /// The number of webhooks that the service disabled, for administrators.
    pub disabled_webhooks: i64,
}

/// The bar at the head of a page: a template of its own, so that it is compiled once, not for each page.
#[derive(Template)]
#[template(path = "layout/bar.html")]
pub struct Bar<'l> {
    layout: &'l Layout,
}

/// The foot of a page, as [`Bar`].
#[derive(Template)]
#[template(path = "layout/foot.html")]
pub struct Foot<'l> {
    layout: &'l Layout,
}

/// What a page of the past says above its content; empty in the present.
#[derive(Template)]
#[template(path = "layout/past.html")]
pub struct Banner<'l> {
    layout: &'l Layout,
}

impl Layout {
    /// The layout of a page without a session.
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

    /// The bar at the head of a page.
    pub const fn bar(&self) -> Bar<'_> {
        Bar { layout: self }
    }

    /// The foot of a page, with the dialogs that keys open.
    pub const fn foot(&self) -> Foot<'_> {
        Foot { layout: self }
    }

    /// What a page of the past says above its content.
    pub const fn banner(&self) -> Banner<'_> {
        Banner { layout: self }
    }

    /// The CSRF token for forms; empty without a session.
    pub fn csrf(&self) -> &str {
        self.signed_in.as_ref().map_or("", |signed_in| &signed_in.csrf)
    }

    /// The number of unread items for the menu; none for none.
    pub fn unread(&self) -> Option<String> {
        let unread = self.signed_in.as_ref().map_or(0, |signed_in| signed_in.unread);
        (unread > 0).then(|| counted(unread))
    }

    /// Whether the page offers to create workspaces: pages of the past offer nothing to write.
    pub fn creates_workspaces(&self) -> bool {
        let may_create = self.signed_in.as_ref().is_some_and(|signed_in| signed_in.creates_workspaces);
        may_create && self.reader.as_of.is_none()
    }

    /// The `aria-current` attribute of a link in the menu.
    pub fn current(&self, path: &str) -> &'static str {
        let here = self.reader.path.split('?').next().unwrap_or_default();
        if here == path { " aria-current=\"page\"" } else { "" }
    }

    /// The URL of a file of [`assets`], by its name.
    pub fn asset(&self, name: &str) -> String {
        format!("{}{}", self.root(), assets::path(name))
    }

    /// The public path, with which every URL of this service in a page begins.
    pub fn root(&self) -> &str {
        &self.reader.root
    }

    /// The fields of the display preferences.
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

    /// The URL of the display preferences, with a link back to this page.
    pub fn preferences(&self) -> String {
        let path = utf8_percent_encode(&self.reader.path, NON_ALPHANUMERIC);
        format!("{}/preferences?return_to={path}", self.root())
    }

    /// The query of a link from a page of the past to another one; empty in the present.
    pub fn then(&self) -> String {
        self.reader.as_of.map(|day| format!("?as_of={day}")).unwrap_or_default()
    }

    /// The URL of this page in the present.
    pub fn today(&self) -> String {
        let (path, query) = self.reader.path.split_once('?').unwrap_or((&self.reader.path, ""));
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("as_of=")).collect();
        let query = kept.join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", self.root())
    }

    /// The time of the page, and its time zone.
    pub fn as_of(&self) -> String {
        let at = self.reader.zoned(self.reader.now);
        let values = [("at", self.reader.minute(&at).into()), ("zone", self.reader.zone_name().into())];
        self.reader.language.say("zone-note", values)
    }
}

/// A field with options: its name, the message of its label, and the options with their text and whether each is selected.
#[derive(Clone, Debug)]
pub struct Choice {
    pub name: &'static str,
    pub label: &'static str,
    pub options: Vec<(&'static str, Cow<'static, str>, bool)>,
}

/// The number of unread items, for the menu and the page.
pub fn counted(unread: i64) -> String {
    if unread >= MOST_COUNTED { format!("{}+", MOST_COUNTED - 1) } else { unread.to_string() }
}
