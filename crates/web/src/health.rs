//! Health on the pages: a shape, a letter and a colour, which all mean the same.

use std::borrow::Cow;
use std::fmt::Write;

use super::messages::Language;
use domain::portfolio::Standing;
use domain::portfolio::query::Row;
use domain::status_reports::Color;

/// A health, or none without a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health(pub Option<Color>);

impl Health {
    /// All healths, best first.
    pub const ALL: [Self; 4] =
        [Self(Some(Color::Green)), Self(Some(Color::Yellow)), Self(Some(Color::Red)), Self(None)];

    /// The name in forms.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Some(color) => color.name(),
            None => "none",
        }
    }

    /// The class of its shape and colour.
    pub const fn class(self) -> &'static str {
        match self.0 {
            Some(Color::Green) => "g",
            Some(Color::Yellow) => "y",
            Some(Color::Red) => "r",
            None => "n",
        }
    }

    /// The word for it.
    pub fn word(self, language: Language) -> Cow<'static, str> {
        language.health(self.0)
    }

    /// The letter for it, unique in the language.
    pub fn letter(self, language: Language) -> Cow<'static, str> {
        language.health_letter(self.0)
    }

    /// Shape, letter and colour, as HTML; screen readers read the word.
    pub fn mark(self, language: Language) -> String {
        let mut html = String::new();
        let (class, letter, word) = (self.class(), self.letter(language), self.word(language));
        let written =
            write!(html, "<span class=\"h {class}\" role=\"img\" aria-label=\"{word}\">{letter}</span>");
        written.expect("writing to a string succeeds");
        html
    }
}

/// The mark of a row's last report: hollow where the report is not recent.
pub fn badge(row: &Row, language: Language) -> String {
    standing_mark(row.last.map(|mark| mark.color), row.standing, language)
}

/// The mark of a last report: hollow where it is not recent.
pub fn standing_mark(last: Option<Color>, standing: Standing, language: Language) -> String {
    let health = Health(last);
    let key = match standing {
        Standing::Current(_) | Standing::Unreported => return health.mark(language),
        Standing::Silent => "health-silent",
        Standing::Resting => "health-resting",
    };
    let label = language.say(key, [("health", health.word(language).as_ref().into())]);
    let (class, letter) = (health.class(), health.letter(language));
    format!("<span class=\"h {class} o\" role=\"img\" aria-label=\"{label}\">{letter}</span>")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_look_alike_without_their_colour() {
        for language in Language::ALL {
            let letters: HashSet<_> = Health::ALL.iter().map(|health| health.letter(language)).collect();
            assert_eq!(letters.len(), Health::ALL.len(), "{language:?}");
        }
    }
}
