//! Workbooks of Excel: dates are dates, colours are fills and words, the header row is frozen and has filters, and no text is
//! a formula. The pack and the file of the portfolio are such workbooks.

use jiff::civil;
use rust_xlsxwriter::{
    Color as Rgb, DocProperties, ExcelDateTime, Format, FormatAlign, FormatPattern, Workbook, Worksheet,
    XlsxError,
};

use super::palette::{colors, place};
use domain::status_reports::Color;
use messages::Language;

/// The numbers of Excel's built-in formats for a date and for a date with a time, which follow the reader's locale.
const DAY: u8 = 14;
const DAY_AND_TIME: u8 = 22;
/// The number of Excel's paper size A4.
const A4: u8 = 9;

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the content")]
pub enum Value {
    Empty,
    Text(String),
    Number(i64),
    Day(civil::Date),
    /// A time in the reader's time zone.
    Time(civil::DateTime),
    /// A colour, and whether it is carried over from an earlier week.
    Health(Color, bool),
}

/// A column: its heading (a text, or the first day of a week) and its width in digits.
#[derive(Clone, Debug)]
pub struct Column {
    /// The heading.
    pub head: Value,
    /// The width.
    pub width: u16,
}

/// A sheet of a workbook.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The name on its tab.
    pub name: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows below the header.
    pub rows: Vec<Vec<Value>>,
}

/// What a workbook is like.
#[derive(Clone, Copy, Debug)]
pub struct Style<'s> {
    /// The title of the document.
    pub title: &'s str,
    /// The language of its own words.
    pub language: Language,
    /// The name of the palette of health.
    pub palette: &'s str,
    /// The number of columns that stay in place.
    pub frozen: u16,
    /// Whether it is printed on A4.
    pub is_a4: bool,
}

/// A colour in words, in brackets if it is carried over.
pub fn health_word(color: Color, is_carried: bool, language: Language) -> String {
    let word = language.health(Some(color));
    if is_carried { format!("({word})") } else { word.into_owned() }
}

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

/// Writes a workbook, with a last sheet for notes; the same bytes for the same content.
///
/// # Errors
/// If there are more rows or columns than a sheet can have.
pub fn write(style: &Style<'_>, sheets: &[Sheet], notes: &[&str]) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    // A fixed creation time makes two files of the same rows equal; the notes have the actual time.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(style.title).set_creation_datetime(&created));
    let (language, is_rtl) = (style.language, style.language.direction() == "rtl");
    let formats = Formats::new(style.palette);
    for sheet in sheets {
        let page = workbook.add_worksheet();
        page.set_name(&sheet.name)?.set_right_to_left(is_rtl);
        for (place, column) in (0..).zip(&sheet.columns) {
            page.set_column_width(place, column.width)?;
            cell(page, (0, place), &column.head, language, (&formats.head, &formats.head_day, &formats))?;
        }
        for (row, values) in (1..).zip(&sheet.rows) {
            for (place, value) in (0..).zip(values) {
                cell(page, (row, place), value, language, (&formats.text, &formats.day, &formats))?;
            }
        }
        let last_row = u32::try_from(sheet.rows.len())?;
        let last_column = u16::try_from(sheet.columns.len().saturating_sub(1))?;
        page.autofilter(0, 0, last_row, last_column)?.set_freeze_panes(1, style.frozen)?;
        page.set_landscape().set_repeat_rows(0, 0)?;
        if style.is_a4 {
            page.set_paper_size(A4);
        }
    }
    let page = workbook.add_worksheet();
    page.set_name(language.t("sheet-notes"))?.set_right_to_left(is_rtl).set_column_width(0, 90)?;
    for (row, note) in (0..).zip(notes) {
        page.write_string(row, 0, *note)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Writes a cell, with the formats of its row for texts and dates.
fn cell(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    language: Language,
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
        Value::Day(date) => {
            if let Some(at) = excel(date.at(0, 0, 0, 0)) {
                page.write_datetime_with_format(row, column, &at, day)?;
            } else {
                page.write_string_with_format(row, column, date.to_string(), text)?;
            }
        }
        Value::Time(time) => {
            if let Some(at) = excel(*time) {
                page.write_datetime_with_format(row, column, &at, &formats.time)?;
            } else {
                let time = time.strftime("%Y-%m-%d %H:%M:%S").to_string();
                page.write_string_with_format(row, column, time, text)?;
            }
        }
        Value::Health(color, is_carried) => {
            let words = health_word(*color, *is_carried, language);
            let format = &formats.health[place(*color)][usize::from(*is_carried)];
            page.write_string_with_format(row, column, words, format)?;
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
