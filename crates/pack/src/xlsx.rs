//! The pack as a workbook: a sheet for the heatmap, the changes, the reds and the owed reports. No text is a formula, dates are
//! dates, and colours are words as well.

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color as Rgb, DocProperties, ExcelDateTime, Format, FormatAlign, FormatPattern, Workbook, Worksheet,
    XlsxError,
};

use super::clean;
use super::model::{Look, Owed, Pack};
use super::palette::{colors, place};
use super::prose::{Block, Kind};
use domain::status_reports::Color;

/// The number of Excel's built-in format for a date, which follows the reader's locale.
const DAY: u8 = 14;

/// The longest text of a cell, in characters: half of what a cell can have, as a character may take two places.
const LONGEST: usize = 16_000;

/// A cell.
enum Value {
    Text(String),
    Day(Option<Date>),
    Look(Look),
}

struct Formats {
    head: Format,
    head_day: Format,
    text: Format,
    day: Format,
    /// For each colour: published, and carried over.
    health: [[Format; 2]; 3],
}

impl Formats {
    fn new(palette: &str) -> Self {
        let plain = || Format::new().set_align(FormatAlign::Top);
        let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        let health = colors(palette).map(|(fill, text)| {
            let (fill, text) = (Rgb::RGB(fill), Rgb::RGB(text));
            let published = plain().set_background_color(fill).set_font_color(text);
            let hatched = plain().set_pattern(FormatPattern::LightUp).set_foreground_color(fill);
            [published, hatched.set_background_color(Rgb::White).set_font_color(Rgb::Black)]
        });
        Self {
            head_day: head.clone().set_num_format_index(DAY).set_align(FormatAlign::Left),
            head,
            text: plain().set_text_wrap(),
            day: plain().set_num_format_index(DAY),
            health,
        }
    }
}

/// Writes the workbook; the same bytes for the same pack.
///
/// # Errors
/// Those of the writer.
pub fn write(pack: &Pack) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(&pack.title).set_creation_datetime(&created));
    let formats = Formats::new(pack.palette);
    for (name, columns, rows) in [heatmap(pack), changes(pack), reds(pack), owed(pack)] {
        let page = workbook.add_worksheet();
        page.set_name(&name)?.set_right_to_left(pack.language.direction() == "rtl");
        for (column, (value, width)) in (0..).zip(&columns) {
            page.set_column_width(column, *width)?;
            put(page, (0, column), value, pack, (&formats.head, &formats.head_day, &formats))?;
        }
        for (row, values) in (1..).zip(&rows) {
            for (column, value) in (0..).zip(values) {
                put(page, (row, column), value, pack, (&formats.text, &formats.day, &formats))?;
            }
        }
        let last = (u32::try_from(rows.len())?, u16::try_from(columns.len().saturating_sub(1))?);
        page.autofilter(0, 0, last.0, last.1)?.set_freeze_panes(1, 1)?;
        page.set_landscape().set_paper_size(9).set_repeat_rows(0, 0)?;
    }
    let notes = workbook.add_worksheet();
    notes.set_name(pack.language.t("sheet-notes"))?.set_column_width(0, 90)?;
    for (row, note) in (0..).zip(pack.facts.iter().chain([&pack.counts])) {
        notes.write_string(row, 0, note)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A sheet: its name, its columns with their widths, and its rows.
type Sheet = (String, Vec<(Value, u16)>, Vec<Vec<Value>>);

fn text(text: &str) -> Value {
    Value::Text(clean::cut(text, LONGEST))
}

fn column(pack: &Pack, key: &str, width: u16) -> (Value, u16) {
    (Value::Text(pack.language.t(key).into_owned()), width)
}

const fn health(color: Option<Color>) -> Value {
    Value::Look(Look { color, is_carried: false, is_jump: false })
}

fn heatmap(pack: &Pack) -> Sheet {
    let mut columns = vec![
        column(pack, "portfolio-workspace", 36),
        column(pack, "portfolio-lead", 20),
        column(pack, "portfolio-status", 18),
        column(pack, "workspace-due", 12),
        column(pack, "portfolio-silent", 14),
    ];
    columns.extend(pack.weeks.iter().map(|monday| (Value::Day(Some(*monday)), 11)));
    let rows = pack.projects.iter().map(|project| {
        let mut row = vec![
            text(&project.title),
            text(&project.lead),
            text(&project.status),
            Value::Day(project.due),
            text(&project.note),
        ];
        row.extend(project.cells.iter().map(|look| Value::Look(*look)));
        row
    });
    (pack.language.t("portfolio-view-grid").into_owned(), columns, rows.collect())
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
        vec![text(&change.title), health(change.from), health(change.to), notes, text(&change.sentence)]
    });
    (pack.language.t("changes-menu").into_owned(), columns, rows.collect())
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
        let overall = health(Some(Color::Red));
        rows.push(vec![text(&red.title), text(""), overall, text(&plain(&red.text)), text(&facts)]);
        rows.extend(red.details.iter().map(|detail| {
            let words = text(&plain(&detail.text));
            vec![text(&red.title), text(&detail.category), health(Some(detail.color)), words, text("")]
        }));
    }
    (pack.language.t("pack-reds").into_owned(), columns, rows)
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
        vec![text(&owed.title), text(&owed.owner), state, Value::Day(owed.due), Value::Day(owed.last)]
    };
    let rows = match &pack.owed {
        Some(owed) => owed.iter().map(row).collect(),
        None => vec![vec![Value::Text(pack.language.t("pack-owed-past").into_owned())]],
    };
    (pack.language.t("pack-owed").into_owned(), columns, rows)
}

/// Writes a cell, with the formats of its row for texts and dates.
fn put(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    pack: &Pack,
    (text, day, formats): (&Format, &Format, &Formats),
) -> Result<(), XlsxError> {
    match value {
        Value::Day(None) => {}
        Value::Text(own) => {
            page.write_string_with_format(row, column, own, text)?;
        }
        Value::Day(Some(date)) => match excel(*date) {
            Some(at) => {
                page.write_datetime_with_format(row, column, &at, day)?;
            }
            None => {
                page.write_string_with_format(row, column, date.to_string(), text)?;
            }
        },
        Value::Look(look) => {
            let words = pack.language.health(look.color);
            let words = if look.is_carried { format!("({words})") } else { words.into_owned() };
            let format = look.color.map(|color| &formats.health[place(color)][usize::from(look.is_carried)]);
            page.write_string_with_format(row, column, words, format.unwrap_or(text))?;
        }
    }
    Ok(())
}

/// A date for Excel, which supports the years 1900 to 9999.
fn excel(date: Date) -> Option<ExcelDateTime> {
    let part = |number: i8| u8::try_from(number).ok();
    let year = u16::try_from(date.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, part(date.month())?, part(date.day())?).ok()
}
