//! What a pack says: plain texts, dates and colours.

use jiff::civil::Date;

use super::prose::Block;
use domain::status_reports::Color;
use messages::Language;

/// The content of a pack.
#[derive(Clone, Debug)]
pub struct Pack {
    /// The language of its own words.
    pub language: Language,
    /// The colours of health, by the name of a palette.
    pub palette: &'static str,
    /// The title of the document.
    pub title: String,
    /// What it is about: the week, the time, the filters.
    pub facts: Vec<String>,
    /// The Monday of each week.
    pub weeks: Vec<Date>,
    /// The numbers of projects by health, in words.
    pub counts: String,
    /// The projects, a row of the heatmap each.
    pub projects: Vec<Project>,
    /// What changed in the last week.
    pub changes: Vec<Change>,
    /// The projects that are red.
    pub reds: Vec<Red>,
    /// The reports that are owed; none in the past.
    pub owed: Option<Vec<Owed>>,
}

/// A row of the heatmap.
#[derive(Clone, Debug)]
pub struct Project {
    /// The title.
    pub title: String,
    /// The name of the lead; empty without one.
    pub lead: String,
    /// The name of the status.
    pub status: String,
    /// The due date.
    pub due: Option<Date>,
    /// That it is silent, closed or on hold, in a word; empty otherwise.
    pub note: String,
    /// A cell for each week.
    pub cells: Vec<Look>,
}

/// How a week of a project looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The colour of the last report; none before the first one.
    pub color: Option<Color>,
    /// Whether the report is from an earlier week.
    pub is_carried: bool,
    /// Whether the colour went from green to red or back.
    pub is_jump: bool,
}

impl Look {
    /// The look in words.
    pub fn words(self, language: Language) -> String {
        let word = language.health(self.color);
        let key = match self.color {
            Some(Color::Red) if self.is_jump => "cell-dropped",
            Some(_) if self.is_jump => "cell-recovered",
            Some(_) if self.is_carried => "cell-carried-over",
            Some(_) | None => return word.into_owned(),
        };
        language.say(key, [("health", word.as_ref().into())])
    }
}

/// A project that changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// The title.
    pub title: String,
    /// The colour before the week.
    pub from: Option<Color>,
    /// The colour at its end.
    pub to: Option<Color>,
    /// What changed besides, in words.
    pub notes: Vec<String>,
    /// The first sentence of the report of the week; empty without one.
    pub sentence: String,
}

/// A project that is red, with the words of its last report.
#[derive(Clone, Debug)]
pub struct Red {
    /// The title.
    pub title: String,
    /// The lead, since when it is red, the author, the day of the report: a sentence each.
    pub facts: Vec<String>,
    /// The text of the report.
    pub text: Vec<Block>,
    /// The categories, with a colour and words each.
    pub details: Vec<Detail>,
}

/// A category of a report.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The name of the category.
    pub category: String,
    /// Its colour.
    pub color: Color,
    /// What the report says about it.
    pub text: Vec<Block>,
}

/// A report that is owed.
#[derive(Clone, Debug)]
pub struct Owed {
    /// The title of the project.
    pub title: String,
    /// The name of the person; empty if nobody owes it.
    pub owner: String,
    /// Whether it is overdue.
    pub is_overdue: bool,
    /// The day for which it is owed.
    pub due: Option<Date>,
    /// The day of the last report.
    pub last: Option<Date>,
}

impl Owed {
    /// The state in a word.
    pub fn state(&self, language: Language) -> String {
        language.t(if self.is_overdue { "desk-overdue" } else { "desk-due" }).into_owned()
    }
}
