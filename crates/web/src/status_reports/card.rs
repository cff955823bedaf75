//! A report as a card: its colour, its text and its categories, alone or compared with the previous report.

use askama::Template;
use similar::ChangeTag;

use super::category::category;
use super::hints::Hints;
use crate::health::Health;
use crate::layout::Layout;
use crate::prose;
use base::clock::Time;
use domain::ids::ReportId;
use domain::status_reports::compare;
use domain::status_reports::compare::{Compared, Pair, Text};
use domain::status_reports::hints::Hint;
use domain::status_reports::{Color, Detail, StatusReport};

/// A report.
#[derive(Template)]
#[template(path = "status_reports/card.html")]
pub struct Card {
    layout: Layout,
    /// The id for a link to the report, on other pages than its own.
    link: Option<ReportId>,
    health: HealthMark,
    /// The previous health, if it differs.
    was: Option<HealthMark>,
    text: String,
    /// A message about the previous text, with the changed words or the whole text as HTML.
    text_before: Option<(&'static str, String)>,
    hints: Hints,
    rows: Vec<Row>,
    written: Option<(String, Time)>,
    is_edited: bool,
}

/// A category.
struct Row {
    name: String,
    /// `None` if the category is no longer reported.
    health: Option<HealthMark>,
    was: Option<HealthMark>,
    /// Whether the category is new, gone or changed.
    differs: bool,
    note: Option<&'static str>,
    words: String,
}

/// A health.
#[derive(Clone, Debug)]
pub struct HealthMark {
    /// Shape, letter and colour, as HTML.
    pub mark: String,
    /// The word for it.
    pub word: String,
}

impl HealthMark {
    /// The mark of a colour, or of none.
    pub fn of(layout: &Layout, color: Option<Color>) -> Self {
        let (health, language) = (Health(color), layout.reader.language);
        Self { mark: health.mark(language), word: health.word(language).into_owned() }
    }
}

impl Card {
    /// A report alone, with a link to its page.
    pub fn of(layout: &Layout, report: &StatusReport, author: &str) -> Self {
        let row = |detail: &Detail| Row {
            name: category(layout, detail.category),
            health: Some(HealthMark::of(layout, Some(detail.color))),
            was: None,
            differs: false,
            note: None,
            words: words(detail.description.as_deref()),
        };
        Self {
            layout: layout.clone(),
            link: Some(report.id),
            health: HealthMark::of(layout, Some(report.color)),
            was: None,
            text: prose::html(&report.description),
            text_before: None,
            hints: Hints::default(),
            rows: report.details.iter().map(row).collect(),
            written: Some((author.to_owned(), report.created_at)),
            is_edited: report.is_edited(),
        }
    }

    /// With hints at the report.
    #[must_use]
    pub fn with_hints(self, hints: &[Hint]) -> Self {
        // That the text is the one of the previous report is a hint.
        let says_same = hints.iter().any(|hint| matches!(hint, Hint::Unchanged(_)));
        let text_before = self.text_before.filter(|(key, _)| *key != "text-same" || !says_same);
        Self { hints: Hints::of(&self.layout, hints), text_before, ..self }
    }

    /// A report on its own page, compared with the previous one if there is one.
    pub fn beside(layout: &Layout, report: &StatusReport, before: Option<&StatusReport>) -> Self {
        let alone = Self { link: None, written: None, ..Self::of(layout, report, "") };
        let Some(before) = before else { return alone };
        let compared = Compared::of(before, report);
        Self {
            was: compared.color.map(|color| HealthMark::of(layout, Some(color))),
            text_before: match &compared.text {
                Text::Same => Some(("text-same", String::new())),
                Text::Edited(pieces) => Some(("text-edited", marked(pieces))),
                Text::New => Some(("text-before", prose::html(&before.description))),
            },
            rows: compared.categories.iter().map(|pair| row(layout, pair)).collect(),
            ..alone
        }
    }
}

/// The comment on a category as HTML; empty if it has no words.
fn words(text: Option<&str>) -> String {
    text.filter(|text| !text.trim().is_empty()).map(prose::html).unwrap_or_default()
}

fn row(layout: &Layout, pair: &Pair) -> Row {
    let typed = |detail: &Option<Detail>| {
        let words = detail.as_ref().and_then(|detail| detail.description.as_deref());
        words.unwrap_or_default().trim().to_owned()
    };
    let (before, after) = (typed(&pair.before), typed(&pair.after));
    Row {
        name: category(layout, pair.category),
        health: pair.after.as_ref().map(|detail| HealthMark::of(layout, Some(detail.color))),
        was: pair.moved_from().map(|color| HealthMark::of(layout, Some(color))),
        differs: pair.differs(),
        note: match (&pair.before, &pair.after) {
            (None, _) => Some("category-came"),
            (_, None) => Some("category-went"),
            _ => None,
        },
        words: match compare::text(&before, &after) {
            Text::Edited(pieces) => marked(&pieces),
            Text::New if pair.before.is_some() => {
                marked(&[(ChangeTag::Delete, before), (ChangeTag::Insert, after)])
            }
            _ => words(Some(&after)),
        },
    }
}

/// A text with deletions and insertions, as HTML.
pub fn marked(pieces: &[(ChangeTag, String)]) -> String {
    let mut out = "<p class=\"typed\">".to_owned();
    for (tag, piece) in pieces.iter().filter(|(_, piece)| !piece.is_empty()) {
        let (start, end) = match tag {
            ChangeTag::Equal => ("", ""),
            ChangeTag::Delete => ("<del>", "</del>"),
            ChangeTag::Insert => ("<ins>", "</ins>"),
        };
        out.push_str(start);
        prose::escape(&mut out, piece);
        out.push_str(end);
    }
    out.push_str("</p>");
    out
}
