//! The pages of programmes: the list, and a programme with the projects that its colour comes from. [`form`] changes them.

pub mod form;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::days::Days;
use super::error_page::PageResult;
use super::form::{QueryParams, id};
use super::health::{Health as Mark, standing_mark};
use super::layout::Layout;
use super::reader::Reader;
use super::response::page;
use super::signed_in::SignedIn;
use domain::error::Error;
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::portfolio::{Level, Standing};
use domain::programmes::health::{Health, Part, Project};
use domain::programmes::rule::{AtLeast, Flip, Rule};
use domain::programmes::store;
use domain::programmes::store::Found;
use domain::programmes::{MOST, Programme};
use domain::versions::past::Past;
use domain::work;
use service::app::App;

/// A programme in the list.
struct Line {
    programme: Programme,
    mark: String,
    word: String,
    counts: String,
    hidden: usize,
}

#[derive(Template)]
#[template(path = "programmes/index.html")]
struct Index {
    layout: Layout,
    lines: Vec<Line>,
    may_create: bool,
    days: Days,
}

/// A project of a programme.
struct Input {
    project: Project,
    mark: String,
    /// Why it is left out; empty if it counts.
    reason: String,
}

/// The smallest change to another colour.
struct Change {
    mark: String,
    title: String,
    /// The title of each project, its present mark, and the one that it would have.
    projects: Vec<(String, String, String)>,
    /// The number of projects that are not listed.
    more: usize,
}

#[derive(Template)]
#[template(path = "programmes/show.html")]
struct Show {
    layout: Layout,
    programme: Programme,
    mark: String,
    word: String,
    rule_words: String,
    score_words: String,
    counts: String,
    hidden: usize,
    changes: Vec<Change>,
    inputs: Vec<Input>,
    is_weighted: bool,
    may_write: bool,
    /// Whether this program writes packs as PDF.
    has_pdf: bool,
    days: Days,
}

/// The number of projects of a change that are listed.
const LISTED: usize = 12;

/// This week and the one before, in the reader's time zone.
fn weeks(reader: &Reader) -> Weeks {
    Weeks::until(reader.zone.clone(), weeks::number_of(&reader.zone, reader.now), 2)
}

fn mark(layout: &Layout, level: Option<Level>) -> String {
    Mark(level.map(Level::color)).mark(layout.reader.language)
}

/// The colour in words; that nothing counts without one.
fn word(layout: &Layout, level: Option<Level>) -> String {
    match level {
        Some(level) => Mark(Some(level.color())).word(layout.reader.language).into_owned(),
        None => layout.t("programmes-no-color").into_owned(),
    }
}

/// The projects by what they are for the programme, as in "3 red, 4 silent".
fn counts(layout: &Layout, health: &Health) -> String {
    let key = |part| match part {
        Part::Counted(Level::Red) => "portfolio-count-red",
        Part::Counted(Level::Yellow) => "portfolio-count-yellow",
        Part::Counted(Level::Green) => "portfolio-count-green",
        Part::Silent => "portfolio-count-silent",
        Part::Resting => "programmes-count-resting",
        Part::Unreported => "portfolio-count-none",
        Part::Finished => "programmes-count-finished",
        Part::Archived => "programmes-count-archived",
    };
    let counted = Part::ALL.map(|part| (key(part), health.count(part)));
    let said = counted.iter().filter(|(_, count)| *count > 0);
    said.map(|(key, count)| layout.say(key, "count", *count)).collect::<Vec<_>>().join(", ")
}

/// A rule in words.
fn rule_words(layout: &Layout, rule: Rule) -> String {
    let part = |least, count: &str, percent: &str| match least {
        AtLeast::Count(number) => layout.say(count, "count", number),
        AtLeast::Percent(number) => layout.say(percent, "count", number),
    };
    match rule {
        Rule::Worst {} => layout.t("programmes-rule-worst-text").into_owned(),
        Rule::Weighted { red_below, yellow_below } => {
            let values = [("red", red_below.into()), ("yellow", yellow_below.into())];
            layout.reader.language.say("programmes-rule-weighted-text", values)
        }
        Rule::Threshold { red, yellow } => {
            let red = part(red, "programmes-red-count", "programmes-red-percent");
            let yellow = part(yellow, "programmes-yellow-count", "programmes-yellow-percent");
            let values = [("red", red.into()), ("yellow", yellow.into())];
            layout.reader.language.say("programmes-rule-threshold-text", values)
        }
    }
}

fn change(layout: &Layout, health: &Health, flip: &Flip) -> Change {
    let key = match flip.to {
        Level::Red => "programmes-turns-red",
        Level::Yellow => "programmes-turns-yellow",
        Level::Green => "programmes-turns-green",
    };
    let project = |(index, to): &(usize, Level)| {
        let project = &health.projects[*index];
        let from = Mark(project.last.map(|mark| mark.color)).mark(layout.reader.language);
        (project.title.clone(), from, mark(layout, Some(*to)))
    };
    Change {
        mark: mark(layout, Some(flip.to)),
        title: layout.say(key, "count", flip.changes.len()),
        projects: flip.changes.iter().take(LISTED).map(project).collect(),
        more: flip.changes.len().saturating_sub(LISTED),
    }
}

fn input(layout: &Layout, project: Project) -> Input {
    let reason = match project.part {
        Part::Counted(_) => None,
        Part::Silent => Some("portfolio-silent"),
        Part::Resting => Some("programmes-resting"),
        Part::Unreported => Some("programmes-unreported"),
        Part::Finished => Some("programmes-finished"),
        Part::Archived => Some("programmes-archived"),
    };
    let standing = match project.part {
        Part::Counted(level) => Standing::Current(level),
        Part::Silent => Standing::Silent,
        Part::Resting | Part::Finished | Part::Archived if project.last.is_some() => Standing::Resting,
        _ => Standing::Unreported,
    };
    Input {
        mark: standing_mark(project.last.map(|mark| mark.color), standing, layout.reader.language),
        reason: reason.map(|key| layout.t(key).into_owned()).unwrap_or_default(),
        project,
    }
}

/// `GET /programmes`
pub async fn show_all(
    State(app): State<App>,
    mut signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    let today = signed_in.reader.today();
    let past = signed_in.reader.travel(&params);
    let (caller, weeks) = (signed_in.caller(), weeks(&signed_in.reader));
    let found = app.db.read(work!(|conn| store::list(conn, &caller, &weeks, past).await)).await?;
    let layout = signed_in.layout();
    let may_create = signed_in.user.administrator && past.is_none() && found.len() < MOST;
    let line = |found: Found| Line {
        mark: mark(&layout, found.health.color),
        word: word(&layout, found.health.color),
        counts: counts(&layout, &found.health),
        hidden: found.health.hidden,
        programme: found.programme,
    };
    let lines = found.into_iter().map(line).collect();
    let days = Days::of(&layout, "/programmes".to_owned(), today);
    Ok(page(StatusCode::OK, &Index { lines, may_create, days, layout: layout.clone() }))
}

/// `GET /programmes/{id}`
pub async fn show(
    State(app): State<App>,
    mut signed_in: SignedIn,
    Path(text): Path<String>,
    QueryParams(params): QueryParams,
) -> PageResult {
    let today = signed_in.reader.today();
    let past = signed_in.reader.travel(&params);
    let Found { programme, health, .. } = find(&app, &signed_in, id(&text)?, past).await?;
    let layout = signed_in.layout();
    let rule = programme.rule;
    let is_weighted = matches!(rule, Rule::Weighted { .. });
    let score = is_weighted.then(|| Rule::percent(&health.inputs())).flatten();
    let show = Show {
        mark: mark(&layout, health.color),
        word: word(&layout, health.color),
        rule_words: rule_words(&layout, rule),
        score_words: score.map(|score| layout.say("programmes-score", "count", score)).unwrap_or_default(),
        counts: counts(&layout, &health),
        hidden: health.hidden,
        changes: health.flips(rule).iter().map(|flip| change(&layout, &health, flip)).collect(),
        inputs: health.projects.into_iter().map(|project| input(&layout, project)).collect(),
        is_weighted,
        may_write: signed_in.user.administrator && past.is_none(),
        has_pdf: pack::HAS_PDF,
        days: Days::of(&layout, format!("/programmes/{}", programme.id), today),
        programme,
        layout,
    };
    Ok(page(StatusCode::OK, &show))
}

/// A programme that the person sees.
pub async fn find(app: &App, signed_in: &SignedIn, id: i64, past: Option<Past>) -> Result<Found, Error> {
    let (caller, weeks) = (signed_in.caller(), weeks(&signed_in.reader));
    let work = app.db.read(work!(|conn| store::require(conn, &caller, id, &weeks, past).await));
    work.await
}
