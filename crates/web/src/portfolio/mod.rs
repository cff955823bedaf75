//! The portfolio as a page.

pub mod heatmap;
pub mod sheet;
pub mod view;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;

use self::view::{GROUPS, ORDERS, PERIODS, View};
use super::error_page::PageResult;
use super::health::Health;
use super::layout::Layout;
use super::prose;
use super::response::page;
use super::signed_in::SignedIn;
use base::clock::Date;
use domain::error::Error;
use domain::ids::WorkspaceId;
use domain::participations::Access;
use domain::portfolio::overview;
use domain::portfolio::overview::{HealthFilter, Overview, Page, Row};
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::portfolio::{Cell, Tally, store, tally};
use domain::status_reports::StatusReport;
use domain::table;
use domain::users::User;
use domain::work;
use domain::workspaces;
use service::app::App;
use service::form;
use service::params::Params;

/// The number of rows of a page; a spreadsheet has all rows.
const ROWS: usize = 1000;

/// The longest text in the preview of a cell, in characters.
const FIRST_LETTERS: usize = 280;

/// A filter by health, with the number of rows that pass it.
struct Chip {
    href: String,
    is_current: bool,
    mark: String,
    word: String,
    help: &'static str,
    count: usize,
}

/// An option of a form: value, label, and whether it is selected.
type Choice = (String, String, bool);

/// A field of the form with options.
struct Select {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

/// A row of the table.
struct Line<'r> {
    row: &'r Row,
    mark: String,
    word: String,
    status: String,
    tally: Tally,
}

impl Line<'_> {
    fn numbers(&self) -> [usize; 6] {
        let Tally { reports, green, yellow, red, stale, jumps } = self.tally;
        [reports, green, yellow, red, stale, jumps]
    }
}

#[derive(Template)]
#[template(path = "portfolio/index.html")]
struct Index<'r> {
    layout: Layout,
    view: View,
    chips: Vec<Chip>,
    selects: [Select; 5],
    heatmap: String,
    lines: Vec<Line<'r>>,
    hidden: &'r [(WorkspaceId, String)],
    has_any: bool,
    from: usize,
    to: usize,
    shown: usize,
}

impl Index<'_> {
    fn may_create(&self) -> bool {
        self.layout.signed_in.as_ref().is_some_and(|signed_in| signed_in.creates_workspaces)
    }

    fn other_view(&self, is_table: bool) -> String {
        self.view.with(|view| view.is_table = is_table).address("/")
    }

    fn sheet(&self, path: &str) -> String {
        self.view.with(|view| view.is_table = false).address(path)
    }

    fn page(&self, page: usize) -> String {
        View { page, ..self.view.clone() }.address("/")
    }

    fn pages(&self) -> String {
        let values = [("from", self.from.into()), ("to", self.to.into()), ("count", self.shown.into())];
        self.layout.reader.language.say("portfolio-page", values)
    }

    fn unnarrowed(&self) -> String {
        let narrowed = &self.view;
        let view = View { weeks: narrowed.weeks, until: narrowed.until, ..View::read(&Params::default()) };
        View { group: narrowed.group, order: narrowed.order, is_table: narrowed.is_table, ..view }
            .address("/")
    }

    /// The filters in words, for print, where the form is omitted.
    fn filters(&self) -> Vec<String> {
        let t = |key| self.layout.t(key);
        let words = Some(&self.view.words).filter(|words| !words.is_empty());
        let words = words.map(|words| format!("{}: {words}", t("portfolio-search-label")));
        let until = self.view.until.map(|until| self.layout.reader.date(until));
        let until = until.map(|until| format!("{}: {until}", t("portfolio-until")));
        let chosen = self.selects.iter().filter_map(|select| {
            let (_, words, _) =
                select.choices.iter().find(|(value, _, is_own)| *is_own && !value.is_empty())?;
            Some(format!("{}: {words}", t(select.label)))
        });
        words.into_iter().chain(chosen).chain(until).collect()
    }

    fn marks(&self) -> Vec<(String, String)> {
        let language = self.layout.reader.language;
        Health::ALL.iter().map(|health| (health.mark(language), health.word(language).into_owned())).collect()
    }
}

#[derive(Template)]
#[template(path = "portfolio/cell.html")]
struct CellPart {
    layout: Layout,
    title: String,
    week: String,
    weeks_since: i64,
    report: Option<(StatusReport, String, String)>,
    author: String,
}

/// `GET /`
pub async fn show(State(app): State<App>, signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    let view = read_view(query)?;
    let weeks = view.weeks(&signed_in.reader);
    let overview = read(&app, &signed_in, &view, weeks.clone(), ROWS).await?;
    let reader = &signed_in.reader;
    let rows: Vec<(&Row, &[Cell])> = overview.page().collect();
    let heatmap = if view.is_table || rows.is_empty() {
        String::new()
    } else {
        heatmap::html(reader, &view, &weeks, &rows)
    };
    let line = |&(row, cells): &(_, &[Cell])| Line {
        row,
        mark: Health::of(row).mark(reader.language),
        word: Health::of(row).word(reader.language).into_owned(),
        status: heatmap::status(reader, row.status_key).1,
        tally: tally(cells),
    };
    let layout = signed_in.layout();
    let index = Index {
        chips: chips(&layout, &view, &overview.rows),
        selects: selects(&layout, &view, &overview.rows),
        lines: if view.is_table { rows.iter().map(line).collect() } else { Vec::new() },
        has_any: !overview.rows.is_empty() || !view.words.is_empty(),
        hidden: &overview.hidden,
        from: overview.first + 1,
        to: overview.first + rows.len(),
        shown: overview.matching.len(),
        heatmap,
        view: view.clone(),
        layout: layout.clone(),
    };
    Ok(page(StatusCode::OK, &index))
}

/// `GET /portfolio/cells/{workspace}/{week}`: the preview of a cell, with the last report up to the end of a week.
pub async fn cell(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((workspace, week)): Path<(String, String)>,
) -> PageResult {
    let (Ok(id), Ok(week)) = (workspace.parse().map(WorkspaceId), week.parse::<Date>()) else {
        return Err(Error::NotFound.into());
    };
    let (caller, zone) = (signed_in.caller(), signed_in.reader.zone.clone());
    let week = Weeks::until(zone, weeks::number(week.civil()), 1);
    let end = week.end();
    let found = app.db.read(work!(|conn| {
        let visible = workspaces::store::require(conn, &caller, id, Access::Client).await?;
        if !visible.access.sees_health() {
            return Err(Error::NotFound);
        }
        let last = store::last(conn, caller.account_id, &[id].into(), end).await?;
        let last = last.first().map(|mark| mark.id).unwrap_or_default();
        let report: Option<StatusReport> = table::find(conn, caller.account_id, last).await?;
        let creator = report.as_ref().map(|report| report.creator_id).unwrap_or_default();
        let author: Option<User> = table::find(conn, caller.account_id, creator).await?;
        Ok((visible.workspace.title, report, author))
    }));
    let (title, report, author) = found.await?;
    let (layout, language) = (signed_in.layout(), signed_in.reader.language);
    let part = CellPart {
        week: week.dates()[0].map(|date| signed_in.reader.date(date)).unwrap_or_default(),
        weeks_since: report.as_ref().map_or(0, |report| week.last() - week.number_of(report.created_at)),
        report: report.map(|report| {
            let mark = Health(Some(report.color)).mark(language);
            let text = first_letters(&prose::beginning(&report.description));
            (report, mark, text)
        }),
        author: author.map(|user| user.full_name).unwrap_or_default(),
        layout,
        title,
    };
    Ok(page(StatusCode::OK, &part))
}

fn read_view(query: Option<String>) -> std::result::Result<View, Error> {
    Ok(View::read(&Params::new(form::decode(query.unwrap_or_default().as_bytes())?)?))
}

/// Reads the page of a view.
pub(super) async fn read(
    app: &App,
    signed_in: &SignedIn,
    view: &View,
    weeks: Weeks,
    size: usize,
) -> std::result::Result<Overview, Error> {
    let (caller, query) = (signed_in.caller(), view.query());
    let page = Page { number: view.page, size };
    app.db.read(work!(|conn| overview::read(conn, &caller, &query, &weeks, page).await)).await
}

fn choice(layout: &Layout, name: &str, key: &str, is_own: bool) -> Choice {
    (name.to_owned(), layout.t(key).into_owned(), is_own)
}

fn chips(layout: &Layout, view: &View, rows: &[Row]) -> Vec<Chip> {
    let language = layout.reader.language;
    let query = view.query();
    let counted: Vec<&Row> = rows.iter().filter(|row| query.passes(row)).collect();
    let chip = |filter: Option<HealthFilter>, mark: String, word: String, help, count| Chip {
        href: view.with(|view| view.health = filter).address("/"),
        is_current: view.health == filter,
        mark,
        word,
        help,
        count,
    };
    let all = chip(None, String::new(), layout.t("portfolio-all").into_owned(), "", counted.len());
    let healths = Health::ALL.into_iter().rev().map(|health| {
        let count = counted.iter().filter(|row| Health::of(row) == health).count();
        let filter = Some(HealthFilter::Color(health.0));
        chip(filter, health.mark(language), health.word(language).into_owned(), "", count)
    });
    let stale = counted.iter().filter(|row| row.is_stale).count();
    let hatch = "<span class=\"h s\" aria-hidden=true></span>".to_owned();
    let word = layout.t("portfolio-stale").into_owned();
    let mut healths: Vec<Chip> = healths.collect();
    // Red, yellow, green, none.
    healths.rotate_left(1);
    let stale = chip(Some(HealthFilter::Stale), hatch, word, "portfolio-stale-help", stale);
    std::iter::once(all).chain(healths).chain([stale]).collect()
}

fn selects(layout: &Layout, view: &View, rows: &[Row]) -> [Select; 5] {
    let select = |name, label, first: Option<&str>, choices: Vec<Choice>| {
        let first = first.map(|key| choice(layout, "", key, false));
        Select { name, label, choices: first.into_iter().chain(choices).collect() }
    };
    let period =
        |weeks: i64| (weeks.to_string(), layout.say("portfolio-weeks", "count", weeks), weeks == view.weeks);
    let groups = GROUPS.map(|(one, name, key)| choice(layout, name, key, view.group == Some(one)));
    let orders = ORDERS.map(|(one, name, key)| choice(layout, name, key, view.order == one));
    [
        select("lead", "portfolio-lead", Some("portfolio-any"), leads(view, rows)),
        select("status", "portfolio-status", Some("portfolio-any"), statuses(view, rows)),
        select("weeks", "portfolio-period", None, PERIODS.map(period).into()),
        select("group", "portfolio-group", Some("portfolio-group-none"), groups.into()),
        select("order", "portfolio-order", None, orders.into()),
    ]
}

fn statuses(view: &View, rows: &[Row]) -> Vec<Choice> {
    let mut keys: Vec<i64> = rows.iter().map(|row| row.status_key).chain(view.status).collect();
    keys.sort_unstable();
    keys.dedup();
    let words = |key| domain::status_keys::find(key).map(|status| status.message.to_owned());
    keys.into_iter()
        .filter_map(|key| Some((key.to_string(), words(key)?, view.status == Some(key))))
        .collect()
}

fn leads(view: &View, rows: &[Row]) -> Vec<Choice> {
    let mut leads: Vec<_> = rows.iter().filter_map(|row| row.lead.clone()).collect();
    leads.sort_by_key(|(id, name)| (name.to_lowercase(), *id));
    leads.dedup();
    leads.into_iter().map(|(id, name)| (id.to_string(), name, view.lead == Some(id))).collect()
}

/// The beginning of a text, cut at the end of a word.
fn first_letters(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(FIRST_LETTERS) else { return text.to_owned() };
    let end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} …", text[..end].trim_end())
}
