//! An Excel workbook: dates are dates, colours are fills, the header row is frozen and has filters, and no text is a
//! formula.

use jiff::civil;
use rust_xlsxwriter::{
    Color as Rgb, DocProperties, ExcelDateTime, Format, FormatAlign, FormatPattern, Workbook, Worksheet,
    XlsxError,
};

use super::model::{Sheet, Value, health_word};
use pack::palette::{colors, place};

/// The numbers of Excel's built-in formats for a date and for a date with a time, which follow the reader's locale.
const DAY: u8 = 14;
const DAY_AND_TIME: u8 = 22;

/// The number of frozen columns: id and title.
const FROZEN: u16 = 2;

/// The formats of cells.
struct Formats {
    head: Format,
    head_day: Format,
    text: Format,
    day: Format,
    time: Format,
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
            time: plain().set_num_format_index(DAY_AND_TIME),
            health,
        }
    }
}

/// Writes the file.
pub fn write(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    // A fixed creation time makes two files of the same rows equal; the notes have the actual time.
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&sheet.name)
            .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?),
    );
    let formats = Formats::new(sheet.palette);
    let is_rtl = sheet.language.direction() == "rtl";
    let page = workbook.add_worksheet();
    page.set_name(&sheet.name)?.set_right_to_left(is_rtl);
    for (place, column) in (0..).zip(&sheet.columns) {
        page.set_column_width(place, column.width)?;
        cell(page, (0, place), &column.head, sheet, (&formats.head, &formats.head_day, &formats))?;
    }
    for (row, values) in (1..).zip(&sheet.rows) {
        for (place, value) in (0..).zip(values) {
            cell(page, (row, place), value, sheet, (&formats.text, &formats.day, &formats))?;
        }
    }
    let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    page.autofilter(0, 0, last_row, last_column)?;
    page.set_freeze_panes(1, FROZEN)?;
    page.set_landscape().set_repeat_rows(0, 0)?;
    let notes = workbook.add_worksheet();
    notes.set_name(&sheet.notes_name)?.set_right_to_left(is_rtl);
    notes.set_column_width(0, 90)?;
    for (row, note) in (0..).zip(&sheet.notes) {
        notes.write_string(row, 0, note)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Writes a cell, with the formats of its row for texts and dates.
fn cell(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    sheet: &Sheet,
    (text, day, formats): (&Format, &Format, &Formats),
) -> Result<(), XlsxError> {
    match value {
        Value::Empty => {}
        Value::Text(own) => {
            page.write_string_with_format(row, column, own, text)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "the numbers of a spreadsheet are such")]
        Value::Number(number) => {
            page.write_number_with_format(row, column, *number as f64, &formats.text)?;
        }
        Value::Day(date) => match excel(date.at(0, 0, 0, 0)) {
            Some(at) => {
                page.write_datetime_with_format(row, column, &at, day)?;
            }
            None => {
                page.write_string_with_format(row, column, date.to_string(), text)?;
            }
        },
        Value::Time(time) => match excel(*time) {
            Some(at) => {
                page.write_datetime_with_format(row, column, &at, &formats.time)?;
            }
            None => {
                page.write_string_with_format(
                    row,
                    column,
                    time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                    text,
                )?;
            }
        },
        Value::Health(color, is_carried) => {
            let words = health_word(*color, *is_carried, sheet.language);
            page.write_string_with_format(
                row,
                column,
                words,
                &formats.health[place(*color)][usize::from(*is_carried)],
            )?;
        }
    }
    Ok(())
}

/// A time for Excel, which supports the years 1900 to 9999.
fn excel(at: civil::DateTime) -> Option<ExcelDateTime> {
    let part = |number: i8| u8::try_from(number).ok();
    let year = u16::try_from(at.year()).ok().filter(|year| *year >= 1900)?;
    let day = ExcelDateTime::from_ymd(year, part(at.month())?, part(at.day())?).ok()?;
    day.and_hms(u16::from(part(at.hour())?), part(at.minute())?, f64::from(at.second())).ok()
}
