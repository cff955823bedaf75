//! The comparison of a report with the one before it, for the page of a report.

use similar::{ChangeTag, TextDiff};

use super::{Category, Color, Detail, StatusReport};

/// Texts longer than this are not compared word by word, in bytes: the time that it takes grows with the square.
const LONGEST: usize = 10_000;

/// The least percentage of common letters; below it, a text counts as rewritten, and common words as coincidence.
const LEAST_COMMON: usize = 50;

/// A report beside the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The previous colour, if it was different.
    pub color: Option<Color>,
    /// The categories of either report, in the order of [`Category::ALL`].
    pub categories: Vec<Pair>,
    /// The text.
    pub text: Text,
}

/// A category before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as its words say")]
pub struct Pair {
    pub category: Category,
    pub before: Option<Detail>,
    pub after: Option<Detail>,
}

/// How a text differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Equal.
    Same,
    /// Edited: unchanged, deleted and inserted pieces.
    Edited(Vec<(ChangeTag, String)>),
    /// Rewritten.
    New,
}

impl Pair {
    /// Whether colour or text differ, or only one report has the category.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }

    /// The previous colour, if it was different.
    pub fn moved_from(&self) -> Option<Color> {
        let (before, after) = (self.before.as_ref()?.color, self.after.as_ref()?.color);
        (before != after).then_some(before)
    }
}

impl Compared {
    /// A report beside the one before it.
    pub fn of(before: &StatusReport, after: &StatusReport) -> Self {
        let detail = |report: &StatusReport, category| {
            report.details.iter().find(|detail| detail.category == category).cloned()
        };
        let pair =
            |category| Pair { category, before: detail(before, category), after: detail(after, category) };
        Self {
            color: (before.color != after.color).then_some(before.color),
            categories: Category::ALL
                .into_iter()
                .map(pair)
                .filter(|pair| pair.before.is_some() || pair.after.is_some())
                .collect(),
            text: text(before.description.trim(), after.description.trim()),
        }
    }
}

/// How a text differs from the one before it.
pub fn text(before: &str, after: &str) -> Text {
    if before == after {
        return Text::Same;
    }
    if before.len().max(after.len()) > LONGEST {
        return Text::New;
    }
    let diff = TextDiff::from_words(before, after);
    let mut pieces: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match pieces.last_mut() {
            Some((tag, piece)) if *tag == change.tag() => piece.push_str(change.value()),
            _ => pieces.push((change.tag(), change.value().to_owned())),
        }
    }
    let letters = |text: &str| text.split_whitespace().map(str::len).sum::<usize>();
    let kept = pieces.iter().filter(|(tag, _)| *tag == ChangeTag::Equal);
    let common: usize = kept.map(|(_, piece)| letters(piece)).sum();
    if common * 200 < LEAST_COMMON * (letters(before) + letters(after)) {
        return Text::New;
    }
    Text::Edited(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_words_differ_or_all() {
        assert_eq!(text("A b.", "A b."), Text::Same);
        let pieces = |before, after| match text(before, after) {
            Text::Edited(pieces) => pieces.into_iter().map(|(tag, piece)| format!("{tag}{piece}")).collect(),
            other => vec![format!("{other:?}")],
        };
        let edited = pieces("The vendor slipped one week.", "The vendor slipped two weeks.");
        assert_eq!(edited, [" The vendor slipped ", "-one", "+two", "  ", "-week.", "+weeks."]);
        let by_chance = pieces(
            "The client stopped after a loss in the test.",
            "The vendor delivers on time, see the plan.",
        );
        assert_eq!(by_chance, ["New"]);
        assert_eq!(pieces("Kickoff done, team staffed.", "The vendor slipped one week."), ["New"]);
        assert_eq!(text(&"a ".repeat(LONGEST), "a"), Text::New);
    }
}
