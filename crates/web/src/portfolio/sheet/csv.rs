//! CSV that Excel opens with a double click: with a byte order mark, without which Excel misreads UTF-8, and with the
//! separator of the reader's language.

use std::borrow::Cow;

use service::sheet;
use service::sheet::inert;

use super::model::{File, Value, health_word};
use crate::messages::Language;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes the file.
pub fn write(file: &File, separator: u8) -> anyhow::Result<Vec<u8>> {
    let written = |value| cell(value, file.language);
    let head: Vec<_> = file.sheet.columns.iter().map(|column| written(&column.head)).collect();
    let rows = file.sheet.rows.iter().map(|row| row.iter().map(written).collect::<Vec<_>>());
    Ok(sheet::write(BYTE_ORDER_MARK, separator, std::iter::once(head).chain(rows))?)
}

fn cell(value: &Value, language: Language) -> Cow<'_, str> {
    match value {
        Value::Empty => Cow::Borrowed(""),
        Value::Text(text) => inert(text),
        Value::Number(number) => number.to_string().into(),
        Value::Day(date) => date.to_string().into(),
        // Spreadsheets in every language parse this format.
        Value::Time(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string().into(),
        Value::Health(color, is_carried) => health_word(*color, *is_carried, language).into(),
    }
}
