//! The portfolio as a spreadsheet, as CSV and as XLSX: all rows of the view, with the text of each last report and a column
//! for each week, in the reader's language and time zone.

mod csv;
mod model;
mod xlsx;

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;

use self::model::{Column, File, Sheet, Value};
use super::view::View;
use crate::error_page::PageResult;
use crate::error_page::{internal_error, message_to};
use crate::form::QueryParams;
use crate::layout::Layout;
use crate::messages::Language;
use crate::portfolio as page;
use crate::signed_in::SignedIn;
use crate::status_reports::category::category;
use base::clock::Date;
use db::Conn;
use domain::error::Result;
use domain::fields::Field;
use domain::ids::{AccountId, ReportId, UserId};
use domain::labels::Labels;
use domain::portfolio::overview::{Overview, Page};
use domain::portfolio::query::{GroupBy, Row};
use domain::portfolio::weeks::Weeks;
use domain::portfolio::{Cell, Standing, tally};
use domain::status_reports::{Category, Color, StatusReport, store};
use domain::users;
use domain::versions::past::Past;
use domain::work;
use service::app::App;
use service::files::{Refused, attachment, in_turn};
use service::params::Params;
use service::sheet::cell_text;

pub use pack::XLSX;

/// The maximum number of rows of a file.
const MOST_ROWS: usize = 10_000;

/// All rows, whose reports are read with their texts.
const WHOLE: Page = Page { first: 0, size: MOST_ROWS, with_reasons: false, overdue_at: None };

/// The maximum size of all texts of a file, in bytes.
const MOST_TEXT: usize = 32 << 20;

/// The number of reports of one query.
const CHUNK: usize = 500;

/// `GET /portfolio.csv`
pub async fn csv(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    let separator = separator(params.text("separator").as_deref(), signed_in.reader.language);
    let write = move |file: &File| csv::write(file, separator);
    file(&app, signed_in, &params, write, "portfolio.csv", "text/csv; charset=utf-8").await
}

/// `GET /portfolio.xlsx`
pub async fn xlsx(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    file(&app, signed_in, &params, xlsx::write, "portfolio.xlsx", XLSX).await
}

/// The separator of CSV: the requested one, or else the usual one of the language.
fn separator(name: Option<&str>, language: Language) -> u8 {
    match name {
        Some("comma") => b',',
        Some("semicolon") => b';',
        Some("tab") => b'\t',
        _ => language.list_separator(),
    }
}

async fn file(
    app: &App,
    mut signed_in: SignedIn,
    params: &Params,
    write: impl FnOnce(&File) -> anyhow::Result<Vec<u8>> + Send + 'static,
    name: &str,
    content_type: &'static str,
) -> PageResult {
    let past = signed_in.reader.travel(params);
    let layout = signed_in.layout();
    let view = View::read(params);
    // A project with several tags is in several groups of the page, and in one line of the file.
    let group = view.group.filter(|group| *group != GroupBy::Tag);
    let view = View { as_of: signed_in.reader.as_of, group, ..view };
    let read = read(app, &signed_in, &layout, (view, past));
    match in_turn(read, move |file| write(&file)).await {
        Ok(Ok(bytes)) => Ok(attachment(bytes, content_type, name)),
        Ok(Err(error)) => {
            tracing::error!(%error, name, "the spreadsheet cannot be written");
            Ok(internal_error())
        }
        Err(Refused::TooLarge) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(message_to(layout, status, "sheet-large-title", "sheet-large-text"))
        }
        Err(Refused::Other(error)) => Err(error.into()),
    }
}

async fn read(
    app: &App,
    signed_in: &SignedIn,
    layout: &Layout,
    (view, past): (View, Option<Past>),
) -> std::result::Result<File, Refused> {
    let weeks = view.weeks(&signed_in.reader);
    let overview = page::read(app, signed_in, (&view, past), weeks.clone(), WHOLE).await?;
    if overview.shown.rows.len() > MOST_ROWS {
        return Err(Refused::TooLarge);
    }
    let Some(budget) = MOST_TEXT.checked_sub(labels_size(&overview)) else { return Err(Refused::TooLarge) };
    let ids: Vec<ReportId> = overview.page().filter_map(|(row, _)| row.last).map(|mark| mark.id).collect();
    let account_id = signed_in.account.id;
    let work = app.db.read(work!(|conn| reports(conn, account_id, &ids, (past, budget)).await));
    let Some((reports, authors)) = work.await? else { return Err(Refused::TooLarge) };
    let fields = &overview.query.fields;
    let lines = overview.page().map(|(row, cells)| {
        let report = row.last.and_then(|mark| reports.get(&mark.id));
        let mut line = line(layout, row, cells, report, &authors);
        line.extend(labels(row, fields));
        line
    });
    Ok(File {
        language: layout.reader.language,
        palette: layout.reader.palette,
        sheet: Sheet {
            name: layout.t("portfolio-title").into_owned(),
            columns: columns(layout, &weeks, fields),
            rows: lines.collect(),
        },
        notes: notes(layout, &weeks),
    })
}

/// Reports by id, and the names of their authors by user id.
type Reports = (HashMap<ReportId, StatusReport>, HashMap<UserId, String>);

/// The reports, with texts cut to the limit of a cell; `None` if they are larger than `most` bytes together.
async fn reports(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &[ReportId],
    (past, most): (Option<Past>, usize),
) -> Result<Option<Reports>> {
    let (mut reports, mut size) = (HashMap::new(), 0);
    for ids in ids.chunks(CHUNK) {
        let found = store::of_account_then(conn, account_id, &ids.to_vec().into(), past).await?;
        for mut report in found {
            let details = report.details.iter_mut().filter_map(|detail| detail.description.as_mut());
            for text in details.chain([&mut report.description]) {
                *text = cell_text(text);
                size += text.len();
            }
            reports.insert(report.id, report);
        }
        if size > most {
            return Ok(None);
        }
    }
    let mut authors: Vec<UserId> = reports.values().map(|report| report.creator_id).collect();
    authors.sort_unstable();
    authors.dedup();
    let authors = users::store::of_account(conn, account_id, &authors.into()).await?;
    Ok(Some((reports, authors.into_iter().map(|user| (user.id, user.full_name)).collect())))
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(cell_text(text)) }
}

fn columns(layout: &Layout, weeks: &Weeks, fields: &[Field]) -> Vec<Column> {
    let named = |head: String, width| Column { head: Value::Text(head), width };
    let column = |key: &str, width| named(layout.t(key).into_owned(), width);
    let zone = layout.reader.zone_name();
    let mut columns = vec![
        column("sheet-id", 11),
        column("portfolio-workspace", 36),
        column("portfolio-lead", 20),
        column("sheet-status-key", 10),
        column("portfolio-status", 18),
        column("portfolio-health-label", 12),
        column("portfolio-silent", 9),
        column("workspace-due", 12),
        named(format!("{} ({zone})", layout.t("portfolio-last-report")), 18),
        column("reports-author", 20),
        column("reports-text", 60),
    ];
    for one in Category::ALL {
        let name = category(layout, one);
        columns.push(named(name.clone(), 12));
        columns.push(named(layout.say("sheet-category-text", "category", name), 30));
    }
    for key in [
        "portfolio-reports",
        "portfolio-green-weeks",
        "portfolio-yellow-weeks",
        "portfolio-red-weeks",
        "portfolio-stale-weeks",
        "portfolio-jumps",
    ] {
        columns.push(column(key, 10));
    }
    columns.extend(weeks.mondays().map(|monday| Column { head: Value::Day(monday), width: 11 }));
    // After the others, whose places programs know.
    columns.push(column("labels-tags", 24));
    columns.extend(fields.iter().map(|field| named(field.name.clone(), 20)));
    columns
}

fn line(
    layout: &Layout,
    row: &Row,
    cells: &[Cell],
    report: Option<&StatusReport>,
    authors: &HashMap<UserId, String>,
) -> Vec<Value> {
    let status = layout.reader.language.status(row.status_key).unwrap_or_default();
    let health = |color: Option<Color>| color.map_or(Value::Empty, |color| Value::Health(color, false));
    let is_silent = row.standing == Standing::Silent;
    let silent = layout.t(if is_silent { "yes" } else { "no" });
    let at = |time| layout.reader.zoned(time).datetime();
    let author = report.and_then(|report| authors.get(&report.creator_id));
    let mut line = vec![
        Value::Number(row.id.0),
        text(&row.title),
        text(row.lead.as_ref().map_or("", |(_, name)| name)),
        Value::Number(row.status_key),
        text(&status),
        health(row.last.map(|mark| mark.color)),
        text(&silent),
        row.due.map_or(Value::Empty, |due| Value::Day(due.civil())),
        row.last.map_or(Value::Empty, |mark| Value::Time(at(mark.created_at))),
        text(author.map_or("", |name| name)),
        text(report.map_or("", |report| &report.description)),
    ];
    for one in Category::ALL {
        let detail = report.and_then(|report| report.details.iter().find(|detail| detail.category == one));
        line.push(health(detail.map(|detail| detail.color)));
        line.push(text(detail.and_then(|detail| detail.description.as_deref()).unwrap_or_default()));
    }
    let tally = tally(cells);
    for number in [tally.reports, tally.green, tally.yellow, tally.red, tally.stale, tally.jumps] {
        line.push(Value::Number(i64::try_from(number).unwrap_or(i64::MAX)));
    }
    line.extend(
        cells
            .iter()
            .map(|cell| cell.last.map_or(Value::Empty, |mark| Value::Health(mark.color, cell.reports == 0))),
    );
    line
}

/// The size of all tags and values of own fields, in bytes.
fn labels_size(overview: &Overview) -> usize {
    let labels = overview.page().filter_map(|(row, _)| row.labels.as_ref());
    let size = |labels: &Labels| {
        let values = labels.fields.iter().map(|own| own.value.len());
        values.chain(labels.tags.iter().map(|tag| tag.len() + 2)).sum::<usize>()
    };
    labels.map(size).sum()
}

/// The tags of a row, and its value of each own field.
fn labels(row: &Row, fields: &[Field]) -> Vec<Value> {
    let tags = row.labels.as_ref().map(|labels| labels.tags.join(", ")).unwrap_or_default();
    let value = |field: &Field| text(row.labels.as_ref().map_or("", |labels| labels.value(field.id)));
    std::iter::once(text(&tags)).chain(fields.iter().map(value)).collect()
}

fn notes(layout: &Layout, weeks: &Weeks) -> Vec<String> {
    let date = |date: Option<Option<Date>>| date.flatten().map(|date| layout.reader.date(date));
    let dates = weeks.dates();
    let first = date(dates.first().copied()).unwrap_or_default();
    let last = date(dates.last().copied()).unwrap_or_default();
    let values = [("from", first.into()), ("to", last.into())];
    vec![
        layout.as_of(),
        layout.reader.language.say("sheet-weeks", values),
        layout.t("sheet-carried-over").into_owned(),
        layout.t("portfolio-silent-help").into_owned(),
    ]
}
