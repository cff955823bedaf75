//! Hints at a report, in words.

use askama::Template;
use fluent_bundle::FluentValue;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions, FluentNumberType};

use super::category::category;
use crate::health::Health;
use crate::layout::Layout;
use domain::status_reports::Color;
use domain::status_reports::hints::{Hint, Repeated};

/// A list of hints; empty without any.
#[derive(Default, Template)]
#[template(path = "status_reports/hints.html")]
pub struct Hints {
    lines: Vec<String>,
}

impl Hints {
    /// The hints in the reader's language.
    pub fn of(layout: &Layout, hints: &[Hint]) -> Self {
        Self { lines: hints.iter().map(|hint| words(layout, hint)).collect() }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

fn words(layout: &Layout, hint: &Hint) -> String {
    let language = layout.reader.language;
    let color = |color: Color| FluentValue::from(Health(Some(color)).word(language).into_owned());
    let named = |own| FluentValue::from(category(layout, own));
    let day =
        |repeated: &Repeated| repeated.since.date().map(|day| layout.reader.date(day)).unwrap_or_default();
    let repeated = |repeated: &Repeated, name: String, [once, often]: [&str; 2]| {
        let key = if repeated.weeks < 2 { once } else { often };
        let week = ordinal(repeated.weeks);
        language.say(key, [("category", name.into()), ("date", day(repeated).into()), ("week", week)])
    };
    match hint {
        Hint::NoReason(own) => language.say("hint-no-reason", [("color", color(*own))]),
        Hint::CategoryWithoutReason(own, worse) => language
            .say("hint-category-without-reason", [("category", named(*own)), ("color", color(*worse))]),
        Hint::BetterThanCategory(own, worse) => {
            language.say("hint-better-than-category", [("category", named(*own)), ("color", color(*worse))])
        }
        Hint::Unchanged(own) => repeated(own, String::new(), ["hint-unchanged", "hint-unchanged-week"]),
        Hint::CategoryUnchanged(category_, own) => {
            let keys = ["hint-category-unchanged", "hint-category-unchanged-week"];
            repeated(own, category(layout, *category_), keys)
        }
        Hint::PastDue(day) => language.say("hint-past-due", [("date", layout.reader.date(*day).into())]),
    }
}

/// A number for messages that say which one it is, such as "3rd".
fn ordinal<'v>(number: i64) -> FluentValue<'v> {
    let options = FluentNumberOptions { r#type: FluentNumberType::Ordinal, ..FluentNumberOptions::default() };
    #[expect(clippy::cast_precision_loss, reason = "weeks of a life fit")]
    FluentValue::Number(FluentNumber::new(number as f64, options))
}
