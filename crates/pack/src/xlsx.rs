//! The pack as a workbook: a sheet for the heatmap, the changes, the reds and the owed reports.

use jiff::civil::Date;

use super::clean;
use super::model::{Owed, Pack};
use super::prose::{Block, Kind};
use super::workbook::{self, Column, Sheet, Style, Value};
use domain::status_reports::Color;

/// The longest text of a cell, in characters: half of what a cell can have, as a character may take two places.
const LONGEST: usize = 16_000;

/// Writes the workbook; the same bytes for the same pack.
///
/// # Errors
/// Those of the writer.
pub fn write(pack: &Pack) -> anyhow::Result<Vec<u8>> {
    let style =
        Style { title: &pack.title, language: pack.language, palette: pack.palette, frozen: 1, is_a4: true };
    let sheets = [heatmap(pack), changes(pack), reds(pack), owed(pack)];
    let notes: Vec<&str> = pack.facts.iter().chain([&pack.counts]).map(String::as_str).collect();
    workbook::write(&style, &sheets, &notes)
}

fn text(text: &str) -> Value {
    Value::Text(clean::cut(text, LONGEST))
}

fn column(pack: &Pack, key: &str, width: u16) -> Column {
    Column { head: Value::Text(pack.language.t(key).into_owned()), width }
}

fn sheet(pack: &Pack, key: &str, columns: Vec<Column>, rows: Vec<Vec<Value>>) -> Sheet {
    Sheet { name: pack.language.t(key).into_owned(), columns, rows }
}

fn day(date: Option<Date>) -> Value {
    date.map_or(Value::Empty, Value::Day)
}

fn health(pack: &Pack, color: Option<Color>, is_carried: bool) -> Value {
    match color {
        Some(color) => Value::Health(color, is_carried),
        None => Value::Text(pack.language.health(None).into_owned()),
    }
}

fn heatmap(pack: &Pack) -> Sheet {
    let mut columns = vec![
        column(pack, "portfolio-workspace", 36),
        column(pack, "portfolio-lead", 20),
        column(pack, "portfolio-status", 18),
        column(pack, "workspace-due", 12),
        column(pack, "portfolio-silent", 14),
    ];
    columns.extend(pack.weeks.iter().map(|monday| Column { head: Value::Day(*monday), width: 11 }));
    let rows = pack.projects.iter().map(|project| {
        let mut row = vec![
            text(&project.title),
            text(&project.lead),
            text(&project.status),
            day(project.due),
            text(&project.note),
        ];
        row.extend(project.cells.iter().map(|look| health(pack, look.color, look.is_carried)));
        row
    });
    sheet(pack, "portfolio-view-grid", columns, rows.collect())
}

fn changes(pack: &Pack) -> Sheet {
    let columns = vec![
        column(pack, "portfolio-workspace", 36),
        column(pack, "changes-from", 14),
        column(pack, "changes-to", 14),
        column(pack, "pack-what", 50),
        column(pack, "reports-text", 60),
    ];
    let rows = pack.changes.iter().map(|change| {
        let notes = text(&change.notes.join("\n"));
        vec![
            text(&change.title),
            health(pack, change.from, false),
            health(pack, change.to, false),
            notes,
            text(&change.sentence),
        ]
    });
    sheet(pack, "changes-menu", columns, rows.collect())
}

/// A row for each red project, and one for each of its categories.
fn reds(pack: &Pack) -> Sheet {
    let columns = vec![
        column(pack, "portfolio-workspace", 36),
        column(pack, "pack-category", 16),
        column(pack, "portfolio-health-label", 12),
        column(pack, "reports-text", 80),
        column(pack, "sheet-notes", 40),
    ];
    let mut rows = Vec::new();
    for red in &pack.reds {
        let facts = red.facts.join("\n");
        let overall = Value::Health(Color::Red, false);
        rows.push(vec![text(&red.title), text(""), overall, text(&plain(&red.text)), text(&facts)]);
        rows.extend(red.details.iter().map(|detail| {
            let words = text(&plain(&detail.text));
            vec![
                text(&red.title),
                text(&detail.category),
                Value::Health(detail.color, false),
                words,
                text(""),
            ]
        }));
    }
    sheet(pack, "pack-reds", columns, rows)
}

/// Blocks as one text.
fn plain(blocks: &[Block]) -> String {
    let line = |block: &Block| match block.kind {
        Kind::Item(depth, None) => format!("{}• {}", "  ".repeat(depth - 1), block.text),
        Kind::Item(depth, Some(number)) => format!("{}{number}. {}", "  ".repeat(depth - 1), block.text),
        Kind::Heading | Kind::Paragraph => block.text.clone(),
    };
    blocks.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn owed(pack: &Pack) -> Sheet {
    let columns = vec![
        column(pack, "portfolio-workspace", 36),
        column(pack, "desk-owner", 20),
        column(pack, "desk-state", 14),
        column(pack, "desk-due-at", 12),
        column(pack, "portfolio-last-report", 12),
    ];
    let row = |owed: &Owed| {
        let state = Value::Text(owed.state(pack.language));
        vec![text(&owed.title), text(&owed.owner), state, day(owed.due), day(owed.last)]
    };
    let rows = match &pack.owed {
        Some(owed) => owed.iter().map(row).collect(),
        None => vec![vec![Value::Text(pack.language.t("pack-owed-past").into_owned())]],
    };
    sheet(pack, "pack-owed", columns, rows)
}
