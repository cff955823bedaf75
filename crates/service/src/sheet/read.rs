//! Reading sheets: CSV, and workbooks of Excel. Both become texts under the names of their columns.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use csv::ReaderBuilder;
use encoding_rs::Encoding;
use zip::ZipArchive;

use super::{active, separator};

/// The largest file, in bytes.
pub const MOST_BYTES: usize = 64 << 20;
/// The largest workbook without its compression, in bytes.
const MOST_UNPACKED: u64 = 512 << 20;

/// A sheet: its header, and its other rows with their numbers, which begin at 1 for the header. Rows without a text are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The cells of each row.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Reads a workbook, if the bytes are one, or else CSV. `sheet` names a sheet of the workbook; without it, the first is read.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8], sheet: Option<&str>, most_rows: usize) -> Result<Table, String> {
    let mut lines = if bytes.starts_with(b"PK") { workbook(bytes, sheet)? } else { text(bytes)? };
    lines.retain(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    if lines.is_empty() {
        return Err("it has no header".into());
    }
    let (_, head) = lines.remove(0);
    if lines.len() > most_rows {
        return Err(format!("it has {} rows, and {most_rows} are the most", lines.len()));
    }
    Ok(Table { head, rows: lines })
}

/// The lines of CSV with their numbers, as a spreadsheet counts them.
fn text(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, String> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    let text = text.ok_or("it is neither a workbook (.xlsx) nor text in UTF-8")?;
    // The reader counts lines by their LF.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut number, mut lines) = (0, Vec::new());
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let start = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or_default();
        // The reader skips empty lines, which a spreadsheet counts.
        let skipped = text.as_bytes()[start..].iter().take_while(|byte| **byte == b'\n').count();
        number += 1 + skipped as u64;
        lines.push((number, record.iter().map(|cell| active(cell.trim()).to_owned()).collect()));
    }
    Ok(lines)
}

/// The rows of a sheet of a workbook with their numbers.
fn workbook(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<(u64, Vec<String>)>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|error| error.to_string())?;
        unpacked = unpacked.saturating_add(file.size());
    }
    if unpacked > MOST_UNPACKED {
        return Err(format!("it has more than {MOST_UNPACKED} bytes without its compression"));
    }
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let names = workbook.sheet_names();
    let name = sheet.map(str::to_owned).or_else(|| names.first().cloned()).unwrap_or_default();
    if !names.contains(&name) {
        return Err(format!("it has no sheet `{name}`, but {}", names.join(", ")));
    }
    let range = workbook.worksheet_range(&name).map_err(|error| error.to_string())?;
    let first = range.start().map_or(0, |(row, _)| u64::from(row));
    let rows = (first + 1..).zip(range.rows());
    Ok(rows.map(|(number, cells)| (number, cells.iter().map(cell).collect())).collect())
}

/// The text of a cell; times are in ISO 8601.
fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let civil = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                return civil;
            }
            format!("{civil}T{hour:02}:{minute:02}:{second:02}")
        }
        Data::Error(_) => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::workbook;

    fn cells(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn rows_have_the_numbers_that_a_spreadsheet_shows() {
        let text = "\u{feff}color;text\r\n\r\nred;\"two\r\nlines; one cell\"\r\n;\r\n'=1;b";
        let rows = vec![(3, cells(&["red", "two\nlines; one cell"])), (5, cells(&["=1", "b"]))];
        assert_eq!(read(text.as_bytes(), None, 2), Ok(Table { head: cells(&["color", "text"]), rows }));
        let wide: Vec<u8> = "\u{feff}a,ä\n1,2".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide, None, 1).map(|table| table.head), Ok(cells(&["a", "ä"])));
    }

    #[test]
    fn a_workbook_is_read_as_it_was_written() {
        let rows = vec![cells(&["7", "=1+1"]), cells(&["", ""]), cells(&["007", "two\nlines"])];
        let bytes = workbook::write("reports", &["id", "text"], &rows).expect("a workbook");
        let read = |sheet| read(&bytes, sheet, 2);
        let expected =
            Table { head: cells(&["id", "text"]), rows: vec![(2, rows[0].clone()), (4, rows[2].clone())] };
        assert_eq!(read(None), Ok(expected.clone()));
        assert_eq!(read(Some("reports")), Ok(expected));
        assert_eq!(read(Some("others")), Err("it has no sheet `others`, but reports".into()));
    }

    #[test]
    fn what_is_no_sheet_is_refused() {
        for (bytes, reason) in [
            (&b""[..], "it has no header"),
            (b"\n\n;;\n", "it has no header"),
            (b"a\n1\n2\n", "it has 2 rows, and 1 are the most"),
            (b"a\n\xff\n", "it is neither a workbook (.xlsx) nor text in UTF-8"),
        ] {
            assert_eq!(read(bytes, None, 1), Err(reason.to_owned()));
        }
        assert!(read(b"PK\x03\x04broken", None, 1).is_err());
    }
}
