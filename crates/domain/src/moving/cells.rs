//! The cells of a row, read as values. What cannot be read is noted.

use std::collections::HashMap;

use super::reason::{Reason, Wanted};
use crate::status_reports::Color;
use crate::work_packages::hours::Hours;
use crate::workspaces::import::day;
use base::clock::{Date, Time};

/// A row under the names of its columns; empty cells are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number in the sheet, from 1.
    pub number: u64,
    /// The texts of the cells.
    pub cells: HashMap<String, String>,
}

/// A row, and what is wrong with it.
pub struct Cells<'r> {
    row: &'r Row,
    /// What is wrong.
    pub wrong: Vec<Reason>,
}

impl<'r> Cells<'r> {
    pub const fn new(row: &'r Row) -> Self {
        Self { row, wrong: Vec::new() }
    }

    /// Notes a reason, once.
    pub fn refuse(&mut self, reason: Reason) {
        if !self.wrong.contains(&reason) {
            self.wrong.push(reason);
        }
    }

    pub fn text(&self, name: &str) -> Option<&'r str> {
        self.row.cells.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    pub fn needed(&mut self, name: &str) -> Option<String> {
        let text = self.text(name);
        if text.is_none() {
            self.refuse(Reason::Empty(name.to_owned()));
        }
        text.map(str::to_owned)
    }

    fn read<T>(&mut self, name: &str, wanted: Wanted, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = read(text);
        if value.is_none() {
            let text: String = text.chars().take(40).collect();
            self.refuse(Reason::Unreadable(name.to_owned(), wanted, text));
        }
        value
    }

    pub fn number(&mut self, name: &str) -> Option<i64> {
        self.read(name, Wanted::Number, |text| text.strip_suffix(".0").unwrap_or(text).parse().ok())
    }

    pub fn color(&mut self, name: &str, is_needed: bool) -> Option<Color> {
        if is_needed {
            self.needed(name)?;
        }
        self.read(name, Wanted::Color, |text| Color::named(&text.to_lowercase()))
    }

    /// An instant, in UTC if it has no offset; a day is its beginning.
    pub fn time(&mut self, name: &str, is_needed: bool) -> Option<Time> {
        if is_needed {
            self.needed(name)?;
        }
        self.read(name, Wanted::Time, time)
    }

    pub fn day(&mut self, name: &str) -> Option<Date> {
        self.read(name, Wanted::Day, |text| day(text).or_else(|| time(text)?.date()))
    }

    /// Hours: a decimal number, or a duration of ISO 8601.
    pub fn hours(&mut self, name: &str) -> Option<Hours> {
        self.read(name, Wanted::Hours, |text| {
            let hours = Hours::parse(text).or_else(|| Hours::parse(&format!("PT{text}H")))?;
            (hours.0 >= 0).then_some(hours)
        })
    }

    /// The value of a name, whatever the case of its letters.
    pub fn among<'n>(&mut self, name: &str, mut values: impl Iterator<Item = (&'n str, i64)>) -> Option<i64> {
        self.read(name, Wanted::Name, |text| {
            let key = text.to_lowercase();
            values.find(|(name, _)| name.to_lowercase() == key).map(|(_, value)| value)
        })
    }
}

/// An instant: ISO 8601, also with a blank before the time of the day, or a day as in German sheets, with or without a time.
fn time(text: &str) -> Option<Time> {
    if let Ok(time) = Time::parse_lenient(text) {
        return Some(time);
    }
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let date = day(first)?;
    if rest.is_empty() {
        return Some(date.start());
    }
    Time::parse_lenient(&format!("{date}T{}", rest.trim())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_where_they_are_unambiguous() {
        for (text, read) in [
            ("2026-09-30", Some("2026-09-30T00:00:00Z")),
            ("2026-09-30 14:05:06", Some("2026-09-30T14:05:06Z")),
            ("2026-09-30T14:05:06+02:00", Some("2026-09-30T12:05:06Z")),
            ("30.9.2026", Some("2026-09-30T00:00:00Z")),
            ("30.9.2026 14:05", Some("2026-09-30T14:05:00Z")),
            ("9/30/2026", None),
            ("soon", None),
            ("30.9.2026 at noon", None),
        ] {
            assert_eq!(time(text).map(|time| time.to_string()).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_noted_once() {
        let cell = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let row = Row {
            number: 7,
            cells: [cell("work", "2,5"), cell("percent", "ten"), cell("color", "Amber"), cell("day", "1.2.")]
                .into(),
        };
        let mut cells = Cells::new(&row);
        assert_eq!(cells.hours("work"), Some(Hours(250)));
        assert_eq!((cells.number("percent"), cells.number("percent")), (None, None));
        assert_eq!(
            (cells.color("color", true), cells.day("day"), cells.needed("subject")),
            (None, None, None)
        );
        assert_eq!(
            cells.wrong.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "`percent` is not a whole number: ten",
                "`color` is not green, yellow or red: Amber",
                "`day` is not a day: 1.2.",
                "`subject` is empty",
            ]
        );
    }
}
