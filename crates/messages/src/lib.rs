//! The messages of the pages and of the steering pack in each language: the files of `texts/`, in Fluent.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::Date;
use unic_langid::LanguageIdentifier;

use domain::portfolio::{Level, Standing};
use domain::status_keys;
use domain::status_reports::{Category, Color};

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the languages")]
pub enum Language {
    #[default]
    English,
    German,
    Hebrew,
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| Language::ALL.map(bundle));

impl Language {
    /// All languages, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Hebrew];

    /// The code in `lang` and in the cookie.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Hebrew => "he",
        }
    }

    /// The name in the language itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Hebrew => "עברית",
        }
    }

    /// The separator of CSV files; not the comma if that is the decimal separator.
    pub const fn list_separator(self) -> u8 {
        match self {
            Self::English | Self::Hebrew => b',',
            Self::German => b';',
        }
    }

    /// The direction of writing, for `dir`.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
            Self::Hebrew => "rtl",
        }
    }

    /// The language of a tag such as `de-AT`.
    pub fn tagged(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The one that `Accept-Language` prefers (RFC 9110, 12.5.4).
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best = None;
        for range in header.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
            let is_better = weight > 0.0 && best.is_none_or(|(most, _)| weight > most);
            if let Some(language) = Self::tagged(tag).filter(|_| is_better) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// A message.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// A message with values in it.
    pub fn say<const N: usize>(self, key: &str, values: [(&'static str, FluentValue<'_>); N]) -> String {
        self.format(key, Some(&values.into_iter().collect())).into_owned()
    }

    /// The name of a status key; `None` of one that the table lacks.
    pub fn status(self, key: i64) -> Option<String> {
        status_keys::find(key).map(|status| self.t(&message_of(status.message)).into_owned())
    }

    /// The name of a category.
    pub fn category(self, category: Category) -> Cow<'static, str> {
        self.t(match category {
            Category::Scope => "category-scope",
            Category::Budget => "category-budget",
            Category::Schedule => "category-schedule",
            Category::Client => "category-client",
        })
    }

    /// The word for a health, or for none.
    pub fn health(self, color: Option<Color>) -> Cow<'static, str> {
        self.t(match color {
            Some(Color::Green) => "health-green",
            Some(Color::Yellow) => "health-yellow",
            Some(Color::Red) => "health-red",
            None => "health-none",
        })
    }

    /// The letter for a health, or for none; unique in the language.
    pub fn health_letter(self, color: Option<Color>) -> Cow<'static, str> {
        self.t(match color {
            Some(Color::Green) => "health-green-letter",
            Some(Color::Yellow) => "health-yellow-letter",
            Some(Color::Red) => "health-red-letter",
            None => "health-none-letter",
        })
    }

    /// Numbers of projects by standing, as in "3 red, 4 silent". Those that are zero are left out.
    pub fn standings(self, counts: impl IntoIterator<Item = (Standing, usize)>) -> String {
        let message = |standing| match standing {
            Standing::Current(Level::Red) => "portfolio-count-red",
            Standing::Current(Level::Yellow) => "portfolio-count-yellow",
            Standing::Current(Level::Green) => "portfolio-count-green",
            Standing::Silent => "portfolio-count-silent",
            Standing::Unreported => "portfolio-count-none",
            Standing::Resting => "portfolio-count-resting",
        };
        let counted = counts.into_iter().filter(|(_, count)| *count > 0);
        let said = counted.map(|(standing, count)| self.say(message(standing), [("count", count.into())]));
        said.collect::<Vec<_>>().join(", ")
    }

    /// The short name of a month, from 1 to 12.
    pub fn month(self, month: i8) -> String {
        let names = self.t("months");
        let place = usize::try_from(month - 1).unwrap_or_default();
        names.split_whitespace().nth(place).unwrap_or_default().to_owned()
    }

    /// A date.
    pub fn date(self, date: Date) -> String {
        let (day, year) = (date.day().to_string(), date.year().to_string());
        let values = [("day", day.into()), ("month", self.month(date.month()).into()), ("year", year.into())];
        self.say("date", values)
    }

    fn format(self, key: &str, values: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let mut bundle = &BUNDLES[self as usize];
        if !bundle.has_message(key) {
            tracing::error!(key, language = self.code(), "a message is missing");
            bundle = &BUNDLES[Self::English as usize];
        }
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return Cow::Owned(key.to_owned());
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, values, &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, language = self.code(), ?errors, "a message lacks a value");
        }
        Cow::Owned(text.into_owned())
    }
}

/// The message for a label of the table of status keys.
fn message_of(label: &str) -> String {
    let words = label.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.fold("status-key".to_owned(), |message, word| message + "-" + &word.to_ascii_lowercase())
}

fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../texts/en.ftl"),
        Language::German => include_str!("../texts/de.ftl"),
        Language::Hebrew => include_str!("../texts/he.ftl"),
    }
}

fn bundle(language: Language) -> Bundle {
    let resource = FluentResource::try_new(source(language).to_owned()).expect("messages that can be read");
    let tag: LanguageIdentifier = language.code().parse().expect("a language's code");
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // Isolation marks matter only in right-to-left languages; elsewhere they would clutter every title.
    bundle.set_use_isolating(language.direction() == "rtl");
    bundle.set_formatter(Some(match language {
        Language::English | Language::Hebrew => |value, _| grouped(value, ','),
        Language::German => |value, _| grouped(value, '.'),
    }));
    bundle.add_resource(resource).expect("messages with a name each");
    bundle
}

/// Whole numbers with thousands separators.
fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits = number.as_string();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// The keys of the messages, with their values.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in source(language).lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
                key.clone_into(&mut current);
                assert!(
                    messages.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{current} is there twice"
                );
            }
            let values = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
            });
            messages.entry(current.clone()).or_default().extend(values);
        }
        messages.remove("");
        messages
    }

    fn sources(folder: &Path, texts: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, texts);
            } else {
                texts.push_str(&std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }

    #[test]
    fn all_languages_have_the_same_messages() {
        let english = messages(Language::English);
        assert!(english.len() > 50, "{}", english.len());
        for language in Language::ALL {
            assert_eq!(messages(language), english, "{language:?}");
        }
    }

    #[test]
    fn every_file_of_messages_is_a_language() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
        let names = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name());
        let names: BTreeSet<_> = names.filter_map(|name| name.into_string().ok()).collect();
        let known: BTreeSet<_> =
            Language::ALL.iter().map(|language| format!("{}.ftl", language.code())).collect();
        assert_eq!(names, known);
        let people: BTreeSet<_> = domain::users::LANGUAGES.into_iter().map(str::to_owned).collect();
        assert_eq!(people, Language::ALL.iter().map(|language| language.code().to_owned()).collect());
    }

    #[test]
    fn hebrew_has_the_dual_and_isolates_values() {
        let text = source(Language::Hebrew);
        for plural in text.split("->").skip(1).map(|rest| rest.split('}').next().unwrap_or_default()) {
            assert!(plural.contains("[one]") && plural.contains("[two]"), "{plural}");
        }
        let count = |count: i64| Language::Hebrew.say("portfolio-count", [("count", count.into())]);
        assert_eq!((&*count(1), &*count(2)), ("פרויקט אחד", "שני פרויקטים"));
        assert_eq!(count(1234), "\u{2068}1,234\u{2069} פרויקטים");
        let named = Language::Hebrew.say("delete-named", [("name", "Harbor".into())]);
        assert_eq!(named, "מחיקת \u{2068}Harbor\u{2069}");
    }

    #[test]
    fn every_message_exists_and_is_used() {
        // The domain names the messages of scopes, and this file those of dates and health.
        let own = include_str!("lib.rs").split("#[cfg(test)]").next().expect("the code before the tests");
        let mut texts = include_str!("../../domain/src/oauth/scopes.rs").to_owned() + own;
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for folder in ["web/src", "web/templates", "pack/src"] {
            sources(&crates.join(folder), &mut texts);
        }
        for status in status_keys::all() {
            texts = texts + "\"" + &message_of(status.message) + "\"";
        }
        let english = messages(Language::English);
        let unused: Vec<_> = english.keys().filter(|key| !texts.contains(&format!("\"{key}\""))).collect();
        assert!(unused.is_empty(), "{unused:?}");
        // Not `get("` and `insert("`.
        let is_whole = |at: usize| !texts[..at].ends_with(|letter: char| letter.is_alphanumeric());
        let calls = ["t(\"", "say(\""].into_iter().flat_map(|call| texts.match_indices(call));
        let named = calls.filter(|(at, _)| is_whole(*at)).map(|(at, call)| &texts[at + call.len()..]);
        let keys = named.map(|rest| rest.split('"').next().unwrap_or_default());
        let is_key = |key: &&str| {
            key.contains('-') && key.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-'))
        };
        let missing: Vec<_> = keys.filter(is_key).filter(|key| !english.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_status_key_has_its_label_in_english_and_a_name_elsewhere() {
        for status in status_keys::all() {
            assert_eq!(Language::English.status(status.key).as_deref(), Some(status.message));
        }
        assert_eq!(Language::German.status(513).as_deref(), Some("Abgebrochen – Änderungsauftrag"));
        assert_eq!(Language::German.status(999), None);
    }

    #[test]
    fn every_message_can_be_formatted() {
        for language in Language::ALL {
            for (key, values) in messages(language) {
                for number in [0, 1, 2, 1234] {
                    let mut arguments = FluentArgs::new();
                    for value in &values {
                        arguments.set(value.clone(), number);
                    }
                    let bundle = &BUNDLES[language as usize];
                    let pattern = bundle.get_message(&key).and_then(|message| message.value());
                    let mut errors = Vec::new();
                    let text = bundle.format_pattern(pattern.expect("a text"), Some(&arguments), &mut errors);
                    assert!(errors.is_empty() && !text.is_empty(), "{language:?} {key}: {errors:?}");
                }
            }
        }
    }

    #[test]
    fn a_language_is_chosen_as_browsers_ask() {
        for (header, language) in [
            ("de", Some(Language::German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("en-GB,de", Some(Language::English)),
            ("fr,de;q=0.5,en;q=0.6", Some(Language::English)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("fr, *;q=0.5", None),
            ("", None),
            (";;q=,,", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn numbers_have_the_separators_of_the_language() {
        let say = |language: Language| language.say("portfolio-count", [("count", 12_345.into())]);
        assert_eq!(say(Language::English), "12,345 projects");
        assert_eq!(say(Language::German), "12.345 Projekte");
    }
}
