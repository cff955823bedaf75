//! Hints at what a report leaves open: a colour without a reason, colours that contradict each other, words that are
//! repeated week after week. They ask the author, and tell the reader; an account may refuse to publish with them.

pub mod store;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Category, Color, Detail, Draft, DraftDetail, StatusReport};
use crate::error::Problem;
use crate::portfolio::weeks;
use base::clock::{Date, Time};

/// The number of earlier reports that are compared: a year of weekly ones.
pub const COMPARED: i64 = 53;

/// A text with fewer letters gives no reason.
const LEAST_LETTERS: usize = 10;

/// The problem of a report with hints in an account that refuses them.
pub const OPEN: Problem = Problem::Sentence("Open hints; the account publishes no reports with hints");

/// What a report leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// The report is yellow or red, and its text has no words beside headings, or too few.
    NoReason(Color),
    /// The category is yellow or red without a comment.
    CategoryWithoutReason(Category, Color),
    /// The report is better than its worst category.
    BetterThanCategory(Category, Color),
    /// The text is that of the reports before.
    Unchanged(Repeated),
    /// The comment on a yellow or red category is that of the reports before.
    CategoryUnchanged(Category, Repeated),
    /// The report is green after the day on which the workspace was due.
    PastDue(Date),
}

/// Words that were published before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// When they were published first.
    pub since: Time,
    /// The number of weeks of the calendar, in UTC, in which they were published; 1 for the first.
    pub weeks: i64,
}

/// What a report says, published or not.
#[derive(Clone, Debug)]
pub struct Content {
    /// The health, if one is chosen.
    pub color: Option<Color>,
    /// The text.
    pub text: String,
    /// The categories.
    pub details: Vec<Detail>,
}

/// A hint for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HintObject {
    /// What it is about.
    pub kind: &'static str,
    /// The category, if it is about one.
    pub category: Option<Category>,
    /// The colour that has no reason, or that of the worst category.
    pub color: Option<Color>,
    /// When the words were published first.
    pub since: Option<Time>,
    /// The number of weeks with the same words; 1 is the first.
    pub weeks: Option<i64>,
    /// The day that is past.
    pub due_date: Option<Date>,
}

/// The names of the kinds of hints.
pub const KINDS: [&str; 6] = [
    "no_reason",
    "category_without_reason",
    "better_than_category",
    "unchanged",
    "category_unchanged",
    "past_due",
];

impl Content {
    /// The content of a draft, as far as it is there.
    pub fn of(draft: &Draft) -> Self {
        Self {
            color: draft.color.as_deref().and_then(Color::named),
            text: draft.description.clone().unwrap_or_default(),
            details: draft.details.iter().flatten().flatten().filter_map(DraftDetail::read).collect(),
        }
    }
}

impl From<&StatusReport> for Content {
    fn from(report: &StatusReport) -> Self {
        Self { color: Some(report.color), text: report.description.clone(), details: report.details.clone() }
    }
}

/// The hints at a report that is or would be published at an instant. `before` has the earlier reports, latest first; `due` is
/// the day on which the workspace is due, unless it is finished.
pub fn of(report: &Content, at: Time, before: &[StatusReport], due: Option<Date>) -> Vec<Hint> {
    let mut hints = Vec::new();
    let is_worse = |color: Color| color != Color::Green;
    if let Some(color) = report.color.filter(|color| is_worse(*color))
        && !report.text.trim().is_empty()
        && letters(&report.text) < LEAST_LETTERS
    {
        hints.push(Hint::NoReason(color));
    }
    if let Some(color) = report.color
        && let Some(worst) = report.details.iter().rev().max_by_key(|detail| detail.color)
        && worst.color > color
    {
        hints.push(Hint::BetterThanCategory(worst.category, worst.color));
    }
    if let Some(repeated) = repeated(at, before, &report.text, |earlier| Some(&*earlier.description)) {
        hints.push(Hint::Unchanged(repeated));
    }
    if let Some(due) = due
        && report.color == Some(Color::Green)
        && at.date().is_some_and(|today| due < today)
    {
        hints.push(Hint::PastDue(due));
    }
    for detail in report.details.iter().filter(|detail| is_worse(detail.color)) {
        let words = detail.description.as_deref().unwrap_or_default();
        if words.trim().is_empty() {
            hints.push(Hint::CategoryWithoutReason(detail.category, detail.color));
        } else if let Some(repeated) =
            repeated(at, before, words, |earlier| comment(earlier, detail.category))
        {
            hints.push(Hint::CategoryUnchanged(detail.category, repeated));
        }
    }
    hints
}

/// The number of letters and digits of a text without its headings.
fn letters(text: &str) -> usize {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(str::chars).filter(|letter| letter.is_alphanumeric()).take(LEAST_LETTERS).count()
}

/// The comment on a category.
fn comment(report: &StatusReport, category: Category) -> Option<&str> {
    report.details.iter().find(|detail| detail.category == category)?.description.as_deref()
}

/// Since when words are the same in every report, if they are those of the last one.
fn repeated(
    at: Time,
    before: &[StatusReport],
    words: &str,
    of: impl Fn(&StatusReport) -> Option<&str>,
) -> Option<Repeated> {
    let words = words.trim();
    let same = |earlier: &&StatusReport| of(earlier).is_some_and(|text| text.trim() == words);
    let first = before.iter().take_while(same).last().filter(|_| !words.is_empty())?;
    let week = |at: Time| at.date().map_or(0, |day| weeks::number(day.civil()));
    Some(Repeated { since: first.created_at, weeks: (week(at) - week(first.created_at)).max(0) + 1 })
}

impl Hint {
    /// The hint for programs.
    pub const fn object(&self) -> HintObject {
        let mut object = HintObject {
            kind: KINDS[0],
            category: None,
            color: None,
            since: None,
            weeks: None,
            due_date: None,
        };
        match *self {
            Self::NoReason(color) => object.color = Some(color),
            Self::CategoryWithoutReason(category, color) => {
                (object.kind, object.category, object.color) = (KINDS[1], Some(category), Some(color));
            }
            Self::BetterThanCategory(category, color) => {
                (object.kind, object.category, object.color) = (KINDS[2], Some(category), Some(color));
            }
            Self::Unchanged(Repeated { since, weeks }) => {
                (object.kind, object.since, object.weeks) = (KINDS[3], Some(since), Some(weeks));
            }
            Self::CategoryUnchanged(category, Repeated { since, weeks }) => {
                (object.kind, object.category) = (KINDS[4], Some(category));
                (object.since, object.weeks) = (Some(since), Some(weeks));
            }
            Self::PastDue(date) => (object.kind, object.due_date) = (KINDS[5], Some(date)),
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, UserId, WorkspaceId};

    fn report(
        day: &str,
        color: Color,
        text: &str,
        details: &[(Category, Color, Option<&str>)],
    ) -> StatusReport {
        let at: Time = format!("2026-11-{day}T16:00:00Z").parse().expect("a time");
        let detail = |(category, color, words): &(Category, Color, Option<&str>)| Detail {
            category: *category,
            color: *color,
            description: words.map(str::to_owned),
        };
        StatusReport {
            color,
            description: text.to_owned(),
            details: details.iter().map(detail).collect(),
            ..StatusReport::blank(AccountId(1), WorkspaceId(1), UserId(1), at)
        }
    }

    /// The hints at the last of some reports, by time.
    fn hints(reports: &[StatusReport], due: Option<&str>) -> Vec<Hint> {
        let (last, before) = reports.split_last().expect("a report");
        let before: Vec<_> = before.iter().rev().cloned().collect();
        of(&last.into(), last.created_at, &before, due.map(|day| day.parse().expect("a day")))
    }

    #[test]
    fn each_hint_has_its_case_and_its_counter_case() {
        use Category::{Client, Schedule, Scope};
        use Color::{Green, Red, Yellow};
        let fine = "The quay is paved and open.";
        let one = |color, text, details: &[_]| hints(&[report("20", color, text, details)], None);
        assert_eq!(one(Green, fine, &[]), []);
        assert_eq!(one(Green, "OK", &[]), []);
        assert_eq!(one(Red, "The vendor stopped.", &[]), []);
        assert_eq!(one(Red, "Late.", &[]), [Hint::NoReason(Red)]);
        assert_eq!(one(Yellow, "## What went wrong\n\n## What is next\n", &[]), [Hint::NoReason(Yellow)]);
        assert_eq!(one(Yellow, "供应商的接口与合同不符,已上报。", &[]), []);
        assert_eq!(one(Red, "The vendor stopped.", &[(Scope, Yellow, Some("Cut"))]), []);
        assert_eq!(
            one(Red, "The vendor stopped.", &[(Scope, Yellow, None), (Client, Red, Some(" "))]),
            [Hint::CategoryWithoutReason(Scope, Yellow), Hint::CategoryWithoutReason(Client, Red)]
        );
        assert_eq!(
            one(
                Green,
                fine,
                &[(Scope, Yellow, Some("Cut")), (Schedule, Red, Some("Late")), (Client, Red, Some("No"))]
            ),
            [Hint::BetterThanCategory(Schedule, Red)]
        );
        assert_eq!(one(Yellow, "The vendor is slow.", &[(Scope, Yellow, Some("Cut"))]), []);
    }

    #[test]
    fn words_are_repeated_by_weeks_of_the_calendar() {
        use Category::{Client, Scope};
        use Color::{Green, Red};
        let text = "The quay is paved and open.";
        let on = |day: &str, text: &str| report(day, Green, text, &[]);
        let since: Time = "2026-11-06T16:00:00Z".parse().expect("a time");
        let unchanged = |weeks| [Hint::Unchanged(Repeated { since, weeks })];
        assert_eq!(hints(&[on("06", text), on("13", text), on("20", text)], None), unchanged(3));
        assert_eq!(hints(&[on("06", text), on("09", &format!("{text}\n"))], None), unchanged(2));
        assert_eq!(hints(&[on("06", text), on("06", text)], None), unchanged(1));
        assert_eq!(hints(&[on("06", text), on("13", "Other words."), on("20", text)], None), []);
        let with = |day, color, words| {
            report(day, Red, day, &[(Client, color, Some(words)), (Scope, Green, Some("Same"))])
        };
        let no_reason = Hint::NoReason(Red);
        assert_eq!(
            hints(&[with("06", Green, "No answer"), with("13", Red, "No answer")], None),
            [no_reason, Hint::CategoryUnchanged(Client, Repeated { since, weeks: 2 })]
        );
        assert_eq!(
            hints(&[with("06", Red, "No answer"), with("13", Red, "Half an answer")], None),
            [no_reason]
        );
    }

    #[test]
    fn green_after_the_due_day_is_a_hint() {
        let green = [report("20", Color::Green, "All is well here.", &[])];
        assert_eq!(hints(&green, Some("2026-11-20")), []);
        assert_eq!(hints(&green, Some("2026-11-19")), [Hint::PastDue("2026-11-19".parse().expect("a day"))]);
        assert_eq!(hints(&[report("20", Color::Red, "The vendor stopped.", &[])], Some("2026-11-01")), []);
    }

    #[test]
    fn every_kind_has_its_name() {
        let repeated = Repeated { since: Time(0), weeks: 2 };
        let (client, red) = (Category::Client, Color::Red);
        let all = [
            Hint::NoReason(red),
            Hint::CategoryWithoutReason(client, red),
            Hint::BetterThanCategory(client, red),
            Hint::Unchanged(repeated),
            Hint::CategoryUnchanged(client, repeated),
            Hint::PastDue("2026-11-20".parse().expect("a day")),
        ];
        assert_eq!(all.map(|hint| hint.object().kind), KINDS);
    }
}
