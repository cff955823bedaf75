//! The page "What changed": the projects that differ between two instants, by what happened to them.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::civil::Weekday;
use jiff::{Span, ToSpan};

use super::error_page::PageResult;
use super::form::QueryParams;
use super::health::Health;
use super::layout::Layout;
use super::prose;
use super::reader::Reader;
use super::response::page;
use super::signed_in::SignedIn;
use base::clock::{Date, Time};
use domain::changes::{Change, Changes, Direction, Ends, Window, store};
use domain::error::Error;
use domain::ids::UserId;
use domain::labels;
use domain::portfolio::store::Filter;
use domain::status_reports::Color;
use domain::text::first_sentence;
use domain::users;
use domain::users::User;
use domain::work;
use service::app::App;
use service::origin::base_url;

/// The maximum number of projects on the page.
const MOST: usize = 500;

/// A section of the page.
pub struct Section {
    /// The message of its title, and its id on the page.
    pub key: &'static str,
    /// The projects.
    pub rows: Vec<Row>,
}

/// What happened to a project.
pub struct Row {
    pub id: i64,
    pub title: String,
    pub was: Option<Side>,
    pub is: Option<Side>,
    /// What is said about it.
    pub text: String,
    /// The report that says so.
    pub report: Option<i64>,
    pub who: String,
    at: Option<Time>,
}

/// One end of a change.
pub struct Side {
    /// Shape, letter and colour, as HTML; empty if it is not about health.
    mark: String,
    /// The word.
    pub text: String,
}

impl Row {
    /// The project of a change.
    fn of(change: &Change) -> Self {
        Self {
            id: change.compared.id.0,
            title: change.workspace.to.as_ref().map(|end| end.workspace.title.clone()).unwrap_or_default(),
            was: None,
            is: None,
            text: String::new(),
            report: None,
            who: String::new(),
            at: None,
        }
    }
}

impl Side {
    /// A text, which is not about health.
    const fn plain(text: String) -> Self {
        Self { mark: String::new(), text }
    }
}

#[derive(Template)]
#[template(path = "changes/index.html")]
struct Index {
    layout: Layout,
    /// The days of the form.
    from: String,
    to: String,
    /// The ends in words.
    span: Option<(Time, Time)>,
    presets: Vec<(&'static str, String)>,
    /// The address that gives the same page later.
    link: String,
    problem: Option<&'static str>,
    sections: Vec<Section>,
    compared: usize,
    /// The number of projects that are left out.
    more: usize,
}

impl Index {
    fn is_quiet(&self) -> bool {
        self.problem.is_none() && self.sections.is_empty()
    }

    fn span_words(&self) -> String {
        self.span.map_or_else(String::new, |span| span_words(&self.layout, span))
    }
}

/// Two instants in words.
pub fn span_words(layout: &Layout, (from, to): (Time, Time)) -> String {
    let reader = &layout.reader;
    let words = |time| reader.minute(&reader.zoned(time)).into();
    reader.language.say("changes-span", [("from", words(from)), ("to", words(to))])
}

/// `GET /changes`: with `from`, `to` and `known_at`, each a day of the reader or an instant.
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
    QueryParams(params): QueryParams,
) -> PageResult {
    if !signed_in.sees_health {
        return Err(Error::NotFound.into());
    }
    let layout = signed_in.layout();
    let reader = &layout.reader;
    let read = |name: &str, is_end| match params.text(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => instant(reader, &text, is_end).map(Some).ok_or("changes-invalid"),
    };
    let window = || {
        let window = Window {
            from: read("from", false)?.unwrap_or_else(|| monday(reader)),
            to: read("to", true)?.unwrap_or(reader.now),
            known_at: read("known_at", true)?.unwrap_or(reader.now),
        };
        let is_past = window.from <= window.to && window.to.max(window.known_at) <= reader.now;
        if is_past { Ok(window) } else { Err("changes-order") }
    };
    let day = |time: Time| reader.zoned(time).date().to_string();
    let mut index = Index {
        from: params.text("from").unwrap_or_default().into_owned(),
        to: params.text("to").unwrap_or_default().into_owned(),
        span: None,
        presets: presets(reader),
        link: String::new(),
        problem: None,
        sections: Vec::new(),
        compared: 0,
        more: 0,
        layout: layout.clone(),
    };
    let window = match window() {
        Ok(window) => window,
        Err(problem) => {
            index.problem = Some(problem);
            return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &index));
        }
    };
    (index.from, index.to) = (day(window.from), day(window.to));
    index.span = Some((window.from, window.to));
    index.link = format!("{}{}", base_url(&app.settings, &headers), address(window));
    let (found, changes, people) = find(&app, &signed_in, window).await?;
    index.compared = found.summary.workspaces;
    index.more = found.workspaces.len().saturating_sub(MOST);
    index.sections = sections(&layout, window, &changes, &people);
    Ok(page(StatusCode::OK, &index))
}

/// The projects that changed, what they were at both ends, and the people that they name.
async fn find(
    app: &App,
    signed_in: &SignedIn,
    window: Window,
) -> Result<(Changes, Vec<Change>, Vec<User>), Error> {
    let caller = signed_in.caller();
    let found = app.db.read(work!(|conn| {
        let labels = labels::Filter::default();
        let filter =
            Filter { clients: false, archived: true, status_keys: None, search: None, labels, past: None };
        let mut found = store::compare(conn, &caller, &filter, window, false).await?;
        // What was archived before is over.
        found.workspaces.retain(|one| !one.was_archived());
        let shown = found.workspaces.iter().take(MOST).cloned().collect();
        let changes = store::read(conn, &caller, window, shown).await?;
        let people: Vec<UserId> = changes.iter().flat_map(Change::people).collect();
        let people = users::store::of_account(conn, caller.account_id, &people.into()).await?;
        Ok((found, changes, people))
    }));
    found.await
}

/// The beginning or the end of a day of the reader, today until now; or an instant.
fn instant(reader: &Reader, text: &str, is_end: bool) -> Option<Time> {
    let Ok(day) = text.parse::<Date>() else { return text.parse().ok() };
    let day = day.civil();
    if !is_end {
        return reader.start_of(day);
    }
    if reader.zoned(reader.now).date() == day { Some(reader.now) } else { reader.end_of(day) }
}

/// The beginning of the last Monday before today.
fn monday(reader: &Reader) -> Time {
    let today = reader.zoned(reader.now).date();
    let days = match today.weekday().since(Weekday::Monday) {
        0 => 7,
        days => days,
    };
    reader.start_of(today.saturating_sub(i64::from(days).days())).unwrap_or(reader.now)
}

/// The spans of time to choose from, which end now.
fn presets(reader: &Reader) -> Vec<(&'static str, String)> {
    let today = reader.zoned(reader.now).date();
    let since = |span: Span| format!("/changes?from={}", today.saturating_sub(span));
    vec![
        ("changes-since-monday", format!("/changes?from={}", reader.zoned(monday(reader)).date())),
        ("changes-7-days", since(7.days())),
        ("changes-14-days", since(14.days())),
        ("changes-month", since(1.month())),
    ]
}

/// The address of the same page at any time.
fn address(window: Window) -> String {
    let Window { from, to, known_at } = window;
    format!("/changes?from={from}&to={to}&known_at={known_at}")
}

/// What changed, by what happened.
pub fn sections(layout: &Layout, window: Window, changes: &[Change], people: &[User]) -> Vec<Section> {
    let name = |id: Option<UserId>| {
        let person = id.and_then(|id| people.iter().find(|one| one.id == id));
        person.map(|person| person.full_name.clone())
    };
    // With the report that did it, if it is of the span.
    let reported = |change: &Change| {
        let health = change.compared.health();
        let is_new = |id| change.compared.reports.contains(id);
        let report = change.report.to.as_ref();
        let said = report.filter(|report| health.from != health.to || is_new(&report.id));
        Row {
            was: health.from.map(|color| side(layout, color)).filter(|_| health.from != health.to),
            is: health.to.map(|color| side(layout, color)),
            text: said.map(|report| first_sentence(&prose::summary(&report.description))).unwrap_or_default(),
            report: said.map(|report| report.id.0),
            who: said.and_then(|report| name(Some(report.creator_id))).unwrap_or_default(),
            at: said.map(|report| report.created_at),
            ..Row::of(change)
        }
    };
    let of = |key, of: &dyn Fn(&Change) -> Option<Row>| Section {
        key,
        rows: changes.iter().filter_map(of).collect(),
    };
    let went = |direction| {
        move |change: &Change| (change.compared.direction() == direction).then(|| reported(change))
    };
    let status_name = |key| {
        layout.reader.language.status(key).unwrap_or_else(|| layout.t("portfolio-no-status").into_owned())
    };
    let silent = |change: &Change| {
        let last = change.report.to.as_ref().map(|report| report.created_at);
        let text = last.map(|at| layout.say("changes-last-report", "date", layout.reader.age(at)));
        let row = || Row { text: text.unwrap_or_default(), was: None, ..reported(change) };
        change.compared.went_silent().then(row)
    };
    let new = |change: &Change| {
        let is_first = change.compared.direction() == Direction::FirstReport;
        (is_first || change.compared.is_created()).then(|| reported(change))
    };
    let moved = |change: &Change| {
        let status = change.compared.status.map(|key| key.map(|key| Side::plain(status_name(key))));
        let moved = change.moved.as_ref().filter(|moved| moved.created_at > window.from);
        let row = || Row {
            was: status.from,
            is: status.to,
            text: moved.and_then(|moved| moved.reason.clone()).unwrap_or_default(),
            who: moved.and_then(|moved| name(Some(moved.user_id))).unwrap_or_default(),
            at: moved.map(|moved| moved.created_at),
            ..Row::of(change)
        };
        change.compared.is_moved().then(row)
    };
    let lead = |change: &Change| {
        let Ends { from: Some(from), to: Some(to) } =
            change.workspace.as_ref().map(|end| end.as_ref().map(|end| end.primary_maven_id))
        else {
            return None;
        };
        let words = |id| Side::plain(name(id).unwrap_or_else(|| layout.t("portfolio-no-lead").into_owned()));
        (from != to).then(|| Row { was: Some(words(from)), is: Some(words(to)), ..Row::of(change) })
    };
    let archived = |change: &Change| change.compared.is_archived().then(|| Row::of(change));
    let sections = [
        of("changes-worse", &went(Direction::Worse)),
        of("changes-better", &went(Direction::Better)),
        of("changes-silent", &silent),
        of("changes-new", &new),
        of("changes-moved", &moved),
        of("changes-due", &|change| due(layout, change)),
        of("changes-lead", &lead),
        of("changes-archived", &archived),
    ];
    sections.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn side(layout: &Layout, color: Color) -> Side {
    let (health, language) = (Health(Some(color)), layout.reader.language);
    Side { mark: health.mark(language), text: health.word(language).into_owned() }
}

/// A due date that moved.
fn due(layout: &Layout, change: &Change) -> Option<Row> {
    let Ends { from: Some(from), to: Some(to) } =
        change.workspace.as_ref().map(|end| end.as_ref().map(|end| end.workspace.due_date))
    else {
        return None;
    };
    let words = |day: Option<Date>| {
        Side::plain(
            day.map_or_else(|| layout.t("changes-no-date").into_owned(), |day| layout.reader.date(day)),
        )
    };
    let days = from.zip(to).map(|(from, to)| to.days_since(from));
    let text = days.map(|days| {
        let key = if days > 0 { "changes-later" } else { "changes-earlier" };
        layout.say(key, "count", days.unsigned_abs())
    });
    let row = || Row {
        was: Some(words(from)),
        is: Some(words(to)),
        text: text.unwrap_or_default(),
        ..Row::of(change)
    };
    (from != to).then(row)
}
