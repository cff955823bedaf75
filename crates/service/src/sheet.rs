//! CSV for spreadsheets: with CRLF line ends (RFC 4180), and without formulas.

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

/// Escapes a text that a spreadsheet would treat as a formula.
pub fn inert(text: &str) -> Cow<'_, str> {
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
