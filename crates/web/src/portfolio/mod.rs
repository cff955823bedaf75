//! The portfolio as a page.

mod filters;
mod heatmap;
pub mod pack;
mod rows;
pub mod sheet;
pub mod view;

use std::borrow::Cow;
use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value};

use self::filters::{Chip, FieldSelect, Picker, Select};
use self::heatmap::Heatmap;
use self::view::{MOST_ROWS, ROWS, View};
use super::error_page::PageResult;
use super::health::{Health, badge};
use super::layout::Layout;
use super::prose;
use super::response::{page, see_other};
use super::signed_in::SignedIn;
use super::views::Saved;
use super::work_packages::evidence::moment;
use crate::form::QueryParams;
use base::clock::Date;
use domain::error::Error;
use domain::ids::WorkspaceId;
use domain::participations::Access;
use domain::portfolio::overview;
use domain::portfolio::overview::{Overview, Page};
use domain::portfolio::query::{GroupBy, Row};
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::portfolio::{Cell, Tally, store, tally};
use domain::status_reports;
use domain::status_reports::StatusReport;
use domain::table;
use domain::users::User;
use domain::versions::past::Past;
use domain::work;
use domain::work_packages::evidence::Evidence;
use domain::work_packages::store::evidence::of_workspaces;
use domain::workspaces;
use service::app::App;
use service::form;
use service::params::Params;

/// The figures of projects.
type Evidences = HashMap<WorkspaceId, Evidence>;

/// The header of requests by htmx, which replace a part of a page.
const PART: HeaderName = HeaderName::from_static("hx-request");

/// The header with the address that the page then has.
const PUSHED: HeaderName = HeaderName::from_static("hx-push-url");

/// The longest text in the preview of a cell, in characters.
const FIRST_LETTERS: usize = 280;

/// A row of the table.
struct Line<'r> {
    row: &'r Row,
    mark: String,
    word: String,
    note: Option<&'static str>,
    status: String,
    due: String,
    /// That its report is overdue.
    late: String,
    /// What its work packages say.
    work: String,
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
    taken: Vec<(String, String)>,
    pickers: Vec<Picker>,
    /// The filters by own fields.
    fields: Vec<FieldSelect>,
    /// The saved views.
    saved: Saved,
    selects: [Select; 2],
    heatmap: String,
    headings: String,
    lines: Vec<Line<'r>>,
    hidden: &'r [(WorkspaceId, String)],
    /// The reader's present day.
    present: Option<Date>,
    has_any: bool,
    /// Whether a row has figures of work packages.
    has_work: bool,
    from: usize,
    to: usize,
    matching: usize,
    shown: usize,
}

impl Index<'_> {
    fn may_create(&self) -> bool {
        self.layout.creates_workspaces()
    }

    fn other_view(&self, is_table: bool) -> String {
        self.view.with(|view| view.is_table = is_table).address("/")
    }

    fn sheet(&self, path: &str) -> String {
        self.view.with(|view| (view.is_table, view.folded) = (false, Vec::new())).address(path)
    }

    const fn has_pdf() -> bool {
        ::pack::HAS_PDF
    }

    /// The page that ends where this one begins.
    fn before(&self) -> String {
        self.view.after(self.from.saturating_sub(1 + ROWS)).address("/")
    }

    fn after(&self) -> String {
        self.view.after(self.to).address("/")
    }

    fn whole(&self) -> String {
        self.view.with(|view| view.rows = MOST_ROWS).address("/")
    }

    fn pages(&self) -> String {
        let values = [("from", self.from.into()), ("to", self.to.into()), ("count", self.shown.into())];
        // A project with several tags is in several groups, and is still one project.
        let key =
            if self.view.group == Some(GroupBy::Tag) { "portfolio-page-rows" } else { "portfolio-page" };
        self.layout.reader.language.say(key, values)
    }

    /// The parameters that links set, for the form.
    fn kept(&self) -> Vec<(Cow<'static, str>, String)> {
        let links = ["fold", "order", "health", "view", "as_of"];
        self.view.parameters().into_iter().filter(|(name, _)| links.contains(&&**name)).collect()
    }

    /// The filters in words, for print, where the form is omitted.
    fn filters(&self) -> Vec<String> {
        filters::words(&self.layout, &self.view, &self.selects, &self.taken)
    }

    /// The last day that the form takes.
    fn yesterday(&self) -> Option<Date> {
        let day = self.present?.civil().yesterday().ok()?;
        Date::from_civil(day)
    }

    /// The parameters of the view, for the form that chooses a day.
    fn others(&self) -> Vec<(Cow<'static, str>, String)> {
        self.view.with(|view| view.as_of = None).parameters()
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

/// `GET /`. The address of a page has the parameters that differ from their defaults, and no others: forms send more, and
/// are led to it.
pub async fn show(
    State(app): State<App>,
    mut signed_in: SignedIn,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> PageResult {
    let given = form::decode(query.unwrap_or_default().as_bytes())?;
    let params = Params::new(given.clone())?;
    let past = signed_in.reader.travel(&params);
    let view = View { as_of: signed_in.reader.as_of, ..View::read(&params) };
    let address = view.address("/");
    let usual: Map<String, Value> =
        view.parameters().into_iter().map(|(name, value)| (name.into_owned(), value.into())).collect();
    let is_part = headers.contains_key(PART);
    if given != usual && !is_part {
        return Ok(see_other(&address));
    }
    let mut response = index(&app, &signed_in, &view, past).await?;
    if given != usual {
        let address = HeaderValue::from_str(&format!("{}{address}", signed_in.reader.root));
        response.headers_mut().extend(address.ok().map(|address| (PUSHED, address)));
    }
    Ok(response)
}

async fn index(app: &App, signed_in: &SignedIn, view: &View, past: Option<Past>) -> PageResult {
    let weeks = view.weeks(&signed_in.reader);
    let overdue_at = Some(signed_in.reader.now);
    let page_of_view = Page { first: view.first(), size: view.rows, with_reasons: true, overdue_at };
    let overview = read(app, signed_in, (view, past), weeks.clone(), page_of_view).await?;
    let work = evidence(app, signed_in, &overview).await?;
    let saved = Saved::read(app, signed_in, view).await?;
    let (query, own) = (&overview.query, &overview.query.fields);
    let layout = signed_in.layout();
    let rows = overview.page().len();
    let is_empty = rows == 0 && overview.shown.groups.is_empty();
    let heatmap = if view.is_table || is_empty {
        String::new()
    } else {
        Heatmap { layout: &layout, view, weeks: &weeks, overview: &overview, work: &work }.html()
    };
    let lines = if view.is_table { lines(&layout, &overview, &work) } else { Vec::new() };
    let index = Index {
        chips: filters::chips(&layout, view, query, &overview.rows),
        taken: filters::taken(&layout, view, own, &overview.rows),
        pickers: filters::pickers(&layout, view, &overview.rows),
        fields: filters::fields(&layout, view, own, &overview.rows),
        selects: filters::selects(&layout, view, own, filters::has_tags(&overview.rows)),
        saved,
        headings: rows::headings(&layout, view),
        lines,
        has_any: !overview.rows.is_empty() || !view.words.is_empty() || view.as_of.is_some(),
        has_work: !work.is_empty(),
        hidden: &overview.hidden,
        present: present(&layout, past),
        from: overview.first + 1,
        to: overview.first + rows,
        matching: overview.shown.matching,
        shown: overview.shown.rows.len(),
        heatmap,
        view: view.clone(),
        layout: layout.clone(),
    };
    Ok(page(StatusCode::OK, &index))
}

/// The figures of the projects of a page that have work packages; none on a page of the past.
async fn evidence(
    app: &App,
    signed_in: &SignedIn,
    overview: &Overview,
) -> std::result::Result<Evidences, Error> {
    let Some(at) = moment(&signed_in.reader) else { return Ok(Evidences::new()) };
    let ids = overview.page().map(|(row, _)| row.id).collect();
    let account_id = signed_in.account.id;
    let work = app.db.read(work!(|conn| of_workspaces(conn, account_id, &ids, at).await));
    work.await
}

/// The reader's present day, on a page of the past, too.
fn present(layout: &Layout, past: Option<Past>) -> Option<Date> {
    let now = past.map_or(layout.reader.now, |past| past.known_at);
    Date::from_civil(layout.reader.zoned(now).date())
}

fn lines<'o>(layout: &Layout, overview: &'o Overview, work: &Evidences) -> Vec<Line<'o>> {
    let line = |(row, cells): (&'o Row, &[Cell])| {
        let mut due = String::new();
        let reasons = overview.reasons.get(&row.id);
        rows::due(&mut due, layout, row, reasons).expect("writing to a string succeeds");
        Line {
            row,
            mark: badge(row, layout.reader.language),
            word: Health(row.last.map(|mark| mark.color)).word(layout.reader.language).into_owned(),
            note: rows::standing_word(row.standing),
            status: rows::status(layout, row.status_key),
            due,
            late: overview.overdue.get(&row.id).map(|due| rows::late(layout, *due)).unwrap_or_default(),
            work: rows::work(layout, row, work.get(&row.id)),
            tally: tally(cells),
        }
    };
    overview.page().map(line).collect()
}

/// `GET /portfolio/cells/{workspace}/{week}`: the preview of a cell, with the last report up to the end of a week.
pub async fn cell(
    State(app): State<App>,
    mut signed_in: SignedIn,
    Path((workspace, week)): Path<(String, String)>,
    QueryParams(query): QueryParams,
) -> PageResult {
    let past = signed_in.reader.travel(&query);
    let (Ok(id), Ok(week)) = (workspace.parse().map(WorkspaceId), week.parse::<Date>()) else {
        return Err(Error::NotFound.into());
    };
    let (caller, zone) = (signed_in.caller(), signed_in.reader.zone.clone());
    let week = Weeks::until(zone, weeks::number(week.civil()), 1);
    let end = week.end();
    let found = app.db.read(work!(|conn| {
        workspaces::store::require_health(conn, &caller, id, Access::View).await?;
        let visible = workspaces::store::past::require(conn, &caller, id, past).await?;
        let last = store::last(conn, caller.account_id, &[id].into(), end, past).await?;
        let last = last.get(&id).map(|mark| mark.id).unwrap_or_default();
        let last = [last].into();
        let report = status_reports::store::of_account_then(conn, caller.account_id, &last, past);
        let report = report.await?.pop();
        let creator = report.as_ref().map(|report| report.creator_id).unwrap_or_default();
        let author: Option<User> = table::find(conn, caller.account_id, creator).await?;
        Ok((visible.workspace.title, report, author))
    }));
    let (title, report, author) = found.await?;
    let (layout, language) = (signed_in.layout(), signed_in.reader.language);
    let preview = CellPart {
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
    Ok(page(StatusCode::OK, &preview))
}

/// Reads a page of a view.
pub(super) async fn read(
    app: &App,
    signed_in: &SignedIn,
    (view, past): (&View, Option<Past>),
    weeks: Weeks,
    page: Page,
) -> std::result::Result<Overview, Error> {
    let (caller, query) = (signed_in.caller(), view.query());
    app.db.read(work!(|conn| overview::read(conn, &caller, (&query, past), &weeks, page).await)).await
}

/// The beginning of a text, cut at the end of a word.
fn first_letters(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(FIRST_LETTERS) else { return text.to_owned() };
    let end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} …", text[..end].trim_end())
}
