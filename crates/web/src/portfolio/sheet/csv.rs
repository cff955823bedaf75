//! CSV that Excel opens with a double click: with a byte order mark, without which Excel misreads UTF-8, with CRLF line
//! ends (RFC 4180), and with the separator of the reader's language.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use super::model::{Sheet, Value, health_word};
use crate::messages::Language;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes the file.
pub fn write(sheet: &Sheet, separator: u8) -> anyhow::Result<Vec<u8>> {
    let mut builder = WriterBuilder::new();
    builder.delimiter(separator).terminator(Terminator::CRLF);
    let mut writer = builder.from_writer(BYTE_ORDER_MARK.to_vec());
    let written = |value| cell(value, sheet.language);
    let head: Vec<_> = sheet.columns.iter().map(|column| written(&column.head)).collect();
    writer.write_record(head.iter().map(|cell| cell.as_bytes()))?;
    for row in &sheet.rows {
        let row: Vec<_> = row.iter().map(written).collect();
        writer.write_record(row.iter().map(|cell| cell.as_bytes()))?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
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

/// Escapes a text that a spreadsheet would treat as a formula.
fn inert(text: &str) -> Cow<'_, str> {
    let first = text.trim_start().chars().next();
    if first.is_some_and(|first| "=+-@＝＋－＠".contains(first)) || text.starts_with(['\t', '\r', '\n']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_no_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{a0}=1", "＝1"] {
            assert_eq!(inert(text), format!("'{text}"));
        }
        assert_eq!(inert("Harbor = rollout"), "Harbor = rollout");
    }
}
