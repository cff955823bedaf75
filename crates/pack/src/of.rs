//! What the domain knows of a week, as a [`Pack`] in a language and a time zone.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::clean;
use super::model::{Change, Detail, Look, Owed, Pack, Project, Red};
use super::prose::{Block, blocks, first_line};
use base::clock::Time;
use domain::changes;
use domain::ids::UserId;
use domain::portfolio::{Cell, Standing};
use domain::reporting_desk::{Row, State};
use domain::status_reports::StatusReport;
use domain::steering;
use domain::steering::Week;
use domain::text::first_sentence;
use messages::Language;

/// The maximum length of the text of a report, in characters.
const MOST_OF_TEXT: usize = 6_000;

/// The maximum length of what a report says of a category, in characters.
const MOST_OF_DETAIL: usize = 1_500;

/// The maximum length of all texts of reports of a pack, in characters. What comes after it is left out.
const MOST_OF_ALL: usize = 250_000;

pub use super::clean::line;

/// For whom a pack is.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language.
    pub language: Language,
    /// The time zone.
    pub zone: TimeZone,
    /// The name of the palette of health.
    pub palette: &'static str,
    /// What the projects were selected by, a sentence each.
    pub filters: Vec<String>,
}

impl Reader {
    fn date(&self, time: Time) -> Date {
        time.timestamp().to_zoned(self.zone.clone()).date()
    }

    fn t(&self, key: &str) -> String {
        self.language.t(key).into_owned()
    }

    fn status(&self, key: i64) -> String {
        self.language.status(key).unwrap_or_else(|| self.t("portfolio-no-status"))
    }

    /// The instant of the pack, and the time zone.
    fn as_of(&self, at: Time) -> String {
        let zoned = at.timestamp().to_zoned(self.zone.clone());
        let minute =
            format!("{}, {:02}:{:02}", self.language.date(zoned.date()), zoned.hour(), zoned.minute());
        let zone = self.zone.iana_name().unwrap_or("UTC");
        self.language.say("zone-note", [("at", minute.into()), ("zone", zone.into())])
    }
}

/// The pack of a week.
pub fn pack(week: &Week, reader: &Reader) -> Pack {
    let language = reader.language;
    let weeks: Vec<Date> = week.weeks.mondays().collect();
    let mut budget = MOST_OF_ALL;
    let reds = week.projects.iter().filter_map(|project| Some((project, project.red.as_ref()?)));
    let mut facts = Vec::new();
    if let Some(monday) = weeks.last() {
        let number = monday.iso_week_date().week().to_string();
        let values = [("week", number.into()), ("date", language.date(*monday).into())];
        facts.push(language.say("portfolio-week", values));
    }
    facts.push(reader.as_of(week.at));
    facts.extend(reader.filters.iter().map(|filter| clean::line(filter)));
    let all = language.say("portfolio-count", [("count", week.projects.len().into())]);
    Pack {
        language,
        palette: reader.palette,
        title: reader.t("pack-title"),
        facts,
        counts: format!("{all}: {}", language.standings(week.counts())),
        projects: week.projects.iter().map(|project| row(project, week, reader)).collect(),
        changes: week.changes.iter().map(|change| changed(change, week, reader)).collect(),
        reds: reds.map(|(project, report)| red((project, report), week, reader, &mut budget)).collect(),
        owed: week.owed.as_ref().map(|rows| rows.iter().map(|row| owed(row, reader)).collect()),
        weeks,
    }
}

fn name(people: &HashMap<UserId, String>, id: Option<UserId>) -> String {
    id.and_then(|id| people.get(&id)).map(|name| clean::line(name)).unwrap_or_default()
}

fn row(project: &steering::Project, week: &Week, reader: &Reader) -> Project {
    let note = match project.standing {
        Standing::Silent => reader.t("portfolio-silent"),
        Standing::Resting => reader.t("portfolio-resting"),
        Standing::Current(_) | Standing::Unreported => String::new(),
    };
    let look = |cell: &Cell| Look {
        color: cell.last.map(|mark| mark.color),
        is_carried: cell.last.is_some() && cell.reports == 0,
        is_jump: cell.jump,
    };
    Project {
        title: clean::line(&project.title),
        lead: name(&week.people, project.lead),
        status: reader.status(project.status_key),
        due: project.due.map(base::clock::Date::civil),
        note,
        cells: project.cells.iter().map(look).collect(),
    }
}

fn changed(change: &changes::Change, week: &Week, reader: &Reader) -> Change {
    let (compared, language) = (&change.compared, reader.language);
    let arrow = language.t("arrow-forward");
    let moved = |from: &str, to: &str| format!("{} {arrow} {}", clean::isolated(from), clean::isolated(to));
    let said = |key: &str, what: &str| format!("{}: {what}", language.t(key));
    let mut notes = Vec::new();
    if compared.is_created() {
        notes.push(reader.t("changes-new"));
    }
    if let (true, Some(from), Some(to)) = (compared.is_moved(), compared.status.from, compared.status.to) {
        notes.push(said("changes-moved", &moved(&reader.status(from), &reader.status(to))));
    }
    if compared.is_archived() {
        notes.push(reader.t("changes-archived"));
    }
    if compared.went_silent() {
        notes.push(reader.t("changes-silent"));
    }
    for (category, colors) in change.details() {
        let word = |color| language.health(color).into_owned();
        let colors = moved(&word(colors.from), &word(colors.to));
        notes.push(format!("{}: {colors}", language.category(category)));
    }
    if let (Some(from), Some(to)) = (&change.workspace.from, &change.workspace.to) {
        let dates = (from.workspace.due_date, to.workspace.due_date);
        if dates.0 != dates.1 {
            let word = |date: Option<base::clock::Date>| {
                date.map_or_else(|| reader.t("changes-no-date"), |date| language.date(date.civil()))
            };
            notes.push(said("changes-due", &moved(&word(dates.0), &word(dates.1))));
        }
        let leads = (from.primary_maven_id, to.primary_maven_id);
        if leads.0 != leads.1 {
            let word = |lead: Option<UserId>| match name(&week.people, lead) {
                name if name.is_empty() => reader.t("portfolio-no-lead"),
                name => name,
            };
            notes.push(said("changes-lead", &moved(&word(leads.0), &word(leads.1))));
        }
    }
    let end = change.workspace.to.as_ref().or(change.workspace.from.as_ref());
    let report = change.report.to.as_ref().filter(|_| !compared.reports.is_empty());
    let health = compared.health();
    Change {
        title: end.map(|end| clean::line(&end.workspace.title)).unwrap_or_default(),
        from: health.from,
        to: health.to,
        notes,
        sentence: report.map(sentence).unwrap_or_default(),
    }
}

/// The first sentence of a report.
fn sentence(report: &StatusReport) -> String {
    clean::line(&first_sentence(&first_line(&report.description)))
}

fn red(
    (project, report): (&steering::Project, &StatusReport),
    week: &Week,
    reader: &Reader,
    budget: &mut usize,
) -> Red {
    let language = reader.language;
    let lead = name(&week.people, project.lead);
    let mut facts = Vec::new();
    if !lead.is_empty() {
        facts.push(format!("{}: {}", language.t("portfolio-lead"), clean::isolated(&lead)));
    }
    if let Some(since) = project.since {
        facts.push(language.say("pack-since", [("date", language.date(reader.date(since)).into())]));
    }
    let author = name(&week.people, Some(report.creator_id));
    let values = [("name", author.into()), ("date", language.date(reader.date(report.created_at)).into())];
    facts.push(language.say("pack-written", values));
    if project.standing == Standing::Silent {
        facts.push(reader.t("portfolio-silent"));
    }
    let mut said = |text: &str, most: usize| -> Vec<Block> {
        let found = blocks(text, most.min(*budget));
        let length: usize = found.iter().map(|block| block.text.chars().count()).sum();
        *budget = budget.saturating_sub(length);
        found
    };
    let text = said(&report.description, MOST_OF_TEXT);
    let details = report.details.iter().map(|detail| {
        let text = said(detail.description.as_deref().unwrap_or_default(), MOST_OF_DETAIL);
        let category = language.category(detail.category).into_owned();
        Detail { category, color: detail.color, text }
    });
    Red { title: clean::line(&project.title), facts, text, details: details.collect() }
}

fn owed(row: &Row, reader: &Reader) -> Owed {
    Owed {
        title: clean::line(&row.title),
        owner: row.owner.as_ref().map(|(_, name)| clean::line(name)).unwrap_or_default(),
        is_overdue: row.state == State::Overdue,
        due: row.due.map(|due| reader.date(due.at)),
        last: row.newest.map(|mark| reader.date(mark.created_at)),
    }
}
