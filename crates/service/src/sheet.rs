//! Spreadsheets. This file writes CSV: with CRLF line ends (RFC 4180), and without formulas.

pub mod export;
pub mod import;
pub mod mapping;
pub mod read;
pub mod workbook;

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

/// Writes rows, with a separator between cells, after the bytes of `start`.
///
/// # Errors
/// If the rows have different numbers of cells.
pub fn write<'c, R>(
    start: &[u8],
    separator: u8,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, csv::Error>
where
    R: IntoIterator<Item = Cow<'c, str>>,
{
    let mut builder = WriterBuilder::new();
    builder.delimiter(separator).terminator(Terminator::CRLF);
    let mut writer = builder.from_writer(start.to_vec());
    for row in rows {
        let row: Vec<_> = row.into_iter().collect();
        writer.write_record(row.iter().map(|cell| cell.as_bytes()))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The media type of CSV.
const CSV: &str = "text/csv; charset=utf-8";

/// Writes the rows below their header as CSV that Excel opens with a double click: with a byte order mark, without which Excel
/// misreads UTF-8.
///
/// # Errors
/// If the rows have different numbers of cells.
fn plain(head: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let head = head.iter().map(|name| Cow::Borrowed(*name)).collect::<Vec<_>>();
    let rows = rows.iter().map(|row| row.iter().map(|cell| inert(cell)).collect::<Vec<_>>());
    write("\u{feff}".as_bytes(), b',', std::iter::once(head).chain(rows))
}

/// The longest text that spreadsheets accept in a cell, in UTF-16 code units.
const LONGEST: usize = 32_767;

/// A text for a cell: with uniform line breaks, without characters that XML cannot contain, and not too long.
pub fn cell_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = 0;
    for letter in text.trim().replace("\r\n", "\n").chars() {
        let letter = match letter {
            '\r' => '\n',
            '\t' | '\n' => letter,
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            letter if letter.is_control() => '\u{fffd}',
            letter => letter,
        };
        units += letter.len_utf16();
        if units > LONGEST - 1 {
            out.push('…');
            break;
        }
        out.push(letter);
    }
    out
}

/// The separator of the fields of a CSV text, by its first line that is not blank.
pub fn separator(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if line.contains('\t') {
        b'\t'
    } else if line.matches(';').count() > line.matches(',').count() {
        b';'
    } else {
        b','
    }
}

/// Escapes a text that a spreadsheet would treat as a formula.
pub fn inert(text: &str) -> Cow<'_, str> {
    let first = text.trim_start().chars().next();
    if first.is_some_and(|first| "=+-@＝＋－＠".contains(first)) || text.starts_with(['\t', '\r', '\n']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

/// The text of a cell that [`inert`] escaped, or that needed none.
pub fn active(text: &str) -> &str {
    let rest = text.strip_prefix('\'').filter(|rest| matches!(inert(rest), Cow::Owned(_)));
    rest.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_no_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{a0}=1", "＝1"] {
            assert_eq!(inert(text), format!("'{text}"));
            assert_eq!(active(&inert(text)), text);
        }
        assert_eq!(inert("Harbor = rollout"), "Harbor = rollout");
        assert_eq!(active("'Harbor'"), "'Harbor'");
    }
}
