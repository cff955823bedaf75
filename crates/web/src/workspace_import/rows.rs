//! Reads the rows of an import: cells that were pasted from a spreadsheet, or CSV (RFC 4180) with commas or semicolons.

use csv::{Position, ReaderBuilder, StringRecord, Trim};

use domain::workspaces::import::{MOST, Row};
use service::sheet::separator;

/// The names of the columns in a header, folded.
const TITLES: [&str; 8] =
    ["title", "project", "project title", "name", "titel", "projekt", "projekttitel", "projektname"];
const LEADS: [&str; 12] = [
    "lead",
    "lead e-mail",
    "lead email",
    "e-mail",
    "email",
    "owner",
    "project lead",
    "leitung",
    "projektleitung",
    "e-mail der leitung",
    "verantwortlich",
    "manager",
];
const DUES: [&str; 9] =
    ["due", "due date", "deadline", "end", "end date", "fällig", "fällig am", "termin", "ende"];

/// The places of title, lead and last day in a header; `None` if the record is none.
fn header(record: &StringRecord) -> Option<[Option<usize>; 3]> {
    let place = |names: &[&str]| record.iter().position(|cell| names.contains(&cell.to_lowercase().as_str()));
    let title = place(&TITLES)?;
    Some([Some(title), place(&LEADS), place(&DUES)])
}

/// The number of the row at a position, where the reader has not skipped empty lines yet.
fn number_of(text: &str, at: &Position) -> u64 {
    let rest = usize::try_from(at.byte()).ok().and_then(|start| text.as_bytes().get(start..));
    at.line() + rest.into_iter().flatten().take_while(|byte| **byte == b'\n').fold(0, |count, _| count + 1)
}

/// The rows of a text, without those that are empty. Without a header, the columns are title, lead and last day.
///
/// # Errors
/// The number of rows, if there are more than [`MOST`].
pub fn read(text: &str) -> Result<Vec<Row>, usize> {
    // The reader counts lines by their LF.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(&text))
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut places = None;
    let mut rows = Vec::new();
    for record in reader.records().filter_map(Result::ok) {
        let is_first = places.is_none();
        let places = places.get_or_insert_with(|| header(&record).unwrap_or([Some(0), Some(1), Some(2)]));
        if record.iter().all(str::is_empty) || (is_first && header(&record).is_some()) {
            continue;
        }
        let cell =
            |place: Option<usize>| place.and_then(|place| record.get(place)).unwrap_or_default().to_owned();
        let number = record.position().map_or(0, |at| number_of(&text, at));
        rows.push(Row { number, title: cell(places[0]), lead: cell(places[1]), due: cell(places[2]) });
    }
    if rows.len() > MOST { Err(rows.len()) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_read(text: &str, rows: &[(u64, &str, &str, &str)]) {
        let read = read(text).expect("few rows");
        let read: Vec<_> = read
            .iter()
            .map(|row| (row.number, row.title.as_str(), row.lead.as_str(), row.due.as_str()))
            .collect();
        assert_eq!(read, rows, "{text:?}");
    }

    #[test]
    fn cells_are_separated_by_tabs_commas_or_semicolons() {
        let rows = [(1, "Dock", "ada@example.com", "2026-09-30"), (2, "Pier", "", "")];
        is_read("Dock\tada@example.com\t2026-09-30\nPier\t\t\n", &rows);
        is_read("Dock,ada@example.com,2026-09-30\r\nPier", &rows);
        is_read("Dock; ada@example.com ;2026-09-30\nPier;;;", &rows);
        is_read("\"Dock, 4\";ada@example.com;", &[(1, "Dock, 4", "ada@example.com", "")]);
        is_read("", &[]);
        is_read("\n\nOne\n", &[(3, "One", "", "")]);
    }

    #[test]
    fn a_header_names_the_columns() {
        is_read("Due date,Phase,Title,Lead\n2026-09-30,2,Dock,Ada", &[(2, "Dock", "Ada", "2026-09-30")]);
        is_read(
            "Titel;Fällig\nDock;30.9.2026\n;;\nPier",
            &[(2, "Dock", "", "30.9.2026"), (4, "Pier", "", "")],
        );
        is_read("Projekt", &[]);
    }

    #[test]
    fn there_is_a_limit() {
        assert_eq!(read(&"Dock\n".repeat(MOST)).map(|rows| rows.len()), Ok(MOST));
        assert_eq!(read(&"Dock\n".repeat(MOST + 1)), Err(MOST + 1));
    }
}
