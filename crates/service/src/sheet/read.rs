//! Reading sheets: CSV, and workbooks of Excel. Both become texts under the names of their columns.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

use calamine::{Data, Reader, Xlsx, XlsxError};
use csv::ReaderBuilder;
use encoding_rs::Encoding;
use zip::ZipArchive;

use super::{active, separator};
use domain::moving::sheet::MOST_ROWS;

/// The most columns that are read; others are passed over.
const MOST_COLUMNS: usize = 256;

/// The bounds of a sheet that is read.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// The most rows below the header.
    pub rows: usize,
    /// The largest file, in bytes.
    pub bytes: usize,
    /// The most bytes of a workbook without its compression, and of all its cells.
    pub unpacked: usize,
}

/// The bounds of a sheet that the command line reads.
pub const OF_COMMANDS: Most = Most { rows: MOST_ROWS, bytes: 64 << 20, unpacked: 512 << 20 };
/// The bounds of a sheet that a request brings: other writes wait while it is stored.
pub const OF_REQUESTS: Most = Most { rows: 5_000, bytes: 4 << 20, unpacked: 64 << 20 };

/// A sheet: its header, and its other rows with their numbers, which begin at 1 for the header. Rows without a text are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The cells of each row.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// The lines that have a text, with their numbers.
struct Lines {
    found: Vec<(u64, Vec<String>)>,
    most: usize,
}

impl Lines {
    /// Adds a line if it has a text.
    ///
    /// # Errors
    /// If there are too many.
    fn add(&mut self, number: u64, cells: Vec<String>) -> Result<(), String> {
        if cells.iter().all(String::is_empty) {
            return Ok(());
        }
        self.found.push((number, cells));
        // The first one is the header.
        if self.found.len() > self.most + 1 {
            return Err(format!("it has more than {} rows", self.most));
        }
        Ok(())
    }
}

/// Reads a workbook, if the bytes are one, or else CSV. `sheet` names a sheet of the workbook; without it, the first is read.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8], sheet: Option<&str>, most: Most) -> Result<Table, String> {
    let mut lines = Lines { found: Vec::new(), most: most.rows };
    if bytes.starts_with(b"PK") {
        workbook(bytes, sheet, most.unpacked, &mut lines)?;
    } else {
        text(bytes, &mut lines)?;
    }
    if lines.found.is_empty() {
        return Err("it has no header".into());
    }
    let (_, head) = lines.found.remove(0);
    Ok(Table { head, rows: lines.found })
}

/// Reads the lines of CSV, numbered as a spreadsheet counts them.
fn text(bytes: &[u8], lines: &mut Lines) -> Result<(), String> {
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
    let mut number = 0;
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let start = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or_default();
        // The reader skips empty lines, which a spreadsheet counts.
        let skipped = text.as_bytes()[start..].iter().take_while(|byte| **byte == b'\n').count();
        number += 1 + skipped as u64;
        let cells = record.iter().take(MOST_COLUMNS).map(|cell| active(cell.trim()).to_owned());
        lines.add(number, cells.collect())?;
    }
    Ok(())
}

/// Returns `Ok` if the files of an archive are not too large without their compression. What the archive says of their sizes
/// may be wrong, so they are unpacked.
fn check_size(bytes: &[u8], most: u64) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut left = most;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| error.to_string())?;
        let length =
            io::copy(&mut file.take(left + 1), &mut io::sink()).map_err(|error| error.to_string())?;
        left = left
            .checked_sub(length)
            .ok_or_else(|| format!("it has more than {most} bytes without its compression"))?;
    }
    Ok(())
}

/// Reads the rows of a sheet of a workbook, with their numbers.
fn workbook(bytes: &[u8], sheet: Option<&str>, most: usize, lines: &mut Lines) -> Result<(), String> {
    check_size(bytes, most as u64)?;
    let said = |error: XlsxError| error.to_string();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(said)?;
    let names = workbook.sheet_names();
    let name = sheet.map(str::to_owned).or_else(|| names.first().cloned()).unwrap_or_default();
    if !names.contains(&name) {
        return Err(format!("it has no sheet `{name}`, but {}", names.join(", ")));
    }
    // Cell by cell: two cells far from each other would make a whole table of what is between them.
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(said)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut length = 0;
    while let Some(found) = cells.next_cell().map_err(said)? {
        let (row, column) = found.get_position();
        let column = usize::try_from(column).unwrap_or(MOST_COLUMNS);
        let text = cell(&Data::from(found.get_value().clone()));
        if text.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        length += text.len();
        if length > most {
            return Err(format!("its cells have more than {most} bytes"));
        }
        let texts = rows.entry(row).or_default();
        if texts.len() <= column {
            texts.resize(column + 1, String::new());
        }
        texts[column] = text;
        if rows.len() > lines.most + 1 {
            return Err(format!("it has more than {} rows", lines.most));
        }
    }
    rows.into_iter().try_for_each(|(row, cells)| lines.add(u64::from(row) + 1, cells))
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

    const FEW: Most = Most { rows: 2, bytes: 1 << 20, unpacked: 1 << 20 };

    fn cells(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn rows_have_the_numbers_that_a_spreadsheet_shows() {
        let text = "\u{feff}color;text\r\n\r\nred;\"two\r\nlines; one cell\"\r\n;\r\n'=1;b";
        let rows = vec![(3, cells(&["red", "two\nlines; one cell"])), (5, cells(&["=1", "b"]))];
        assert_eq!(read(text.as_bytes(), None, FEW), Ok(Table { head: cells(&["color", "text"]), rows }));
        let wide: Vec<u8> = "\u{feff}a,ä\n1,2".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide, None, FEW).map(|table| table.head), Ok(cells(&["a", "ä"])));
    }

    #[test]
    fn a_workbook_is_read_as_it_was_written() {
        let rows = vec![cells(&["7", "=1+1"]), cells(&["", ""]), cells(&["007", "two\nlines"])];
        let bytes = workbook::write("reports", &["id", "text"], &rows).expect("a workbook");
        let read = |sheet| read(&bytes, sheet, FEW);
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
            (b"a\n1\n2\n3\n", "it has more than 2 rows"),
            (b"a\n\xff\n", "it is neither a workbook (.xlsx) nor text in UTF-8"),
        ] {
            assert_eq!(read(bytes, None, FEW), Err(reason.to_owned()));
        }
        assert!(read(b"PK\x03\x04broken", None, FEW).is_err());
    }

    #[test]
    fn a_workbook_is_read_within_bounds() {
        let (long, rows) = ("x".repeat(10_000), |count| vec![cells(&["7"]); count]);
        let many = workbook::write("reports", &["id"], &rows(3)).expect("a workbook");
        assert_eq!(read(&many, None, FEW), Err("it has more than 2 rows".into()));
        // The text is in the file once.
        let wide: Vec<String> = vec![long; 200];
        let large = workbook::write("reports", &["id"; 200], &[wide]).expect("a workbook");
        assert!(large.len() < 100_000, "{}", large.len());
        assert_eq!(read(&large, None, FEW), Err("its cells have more than 1048576 bytes".into()));
        let small = Most { unpacked: 1000, ..FEW };
        assert_eq!(
            read(&many, None, small),
            Err("it has more than 1000 bytes without its compression".into())
        );
    }

    #[test]
    fn a_cell_far_away_costs_nothing() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, column, text) in [(0, 0, "id"), (1_048_575, 0, "last"), (9, 16_383, "far")] {
            sheet.write_string(row, column, text).expect("a cell");
        }
        let bytes = book.save_to_buffer().expect("a workbook");
        let rows = vec![(1_048_576, cells(&["last"]))];
        assert_eq!(read(&bytes, None, FEW), Ok(Table { head: cells(&["id"]), rows }));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn a_broken_workbook_is_refused_or_read(places in proptest::collection::vec((0..1_usize << 20, 0..=255_u8), 1..6)) {
            let rows = vec![cells(&["7", "=1+1"]), cells(&["007", "two\nlines"])];
            let mut bytes = workbook::write("reports", &["id", "text"], &rows).expect("a workbook");
            let length = bytes.len();
            for (place, byte) in places {
                bytes[place % length] = byte;
            }
            drop(read(&bytes, None, FEW));
        }
    }
}
