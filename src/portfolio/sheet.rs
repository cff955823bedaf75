//! The page's rows as CSV, for spreadsheets.

use std::borrow::Cow;

use super::overview::Row;
use super::{Cell, tally};
use crate::clock::Time;
use crate::status_keys;

const HEAD: [&str; 13] = [
    "id",
    "title",
    "lead",
    "status_key",
    "status",
    "health",
    "stale",
    "last_report_at",
    "reports",
    "green_weeks",
    "yellow_weeks",
    "red_weeks",
    "weeks_without_report",
];

/// The rows, with a column for each of the weeks: the colour published in it, or in brackets the one carried over.
pub fn csv(weeks: &[Time], rows: &[(&Row, Vec<Cell>)]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let days = weeks.iter().filter_map(|week| week.date()).map(|date| date.to_string());
    writer.write_record(HEAD.map(str::to_owned).into_iter().chain(days))?;
    for (row, cells) in rows {
        let tally = tally(cells);
        let status = status_keys::find(row.status_key).map_or("", |status| status.message);
        let numbers = [tally.reports, tally.green, tally.yellow, tally.red, tally.stale];
        let record = [
            row.id.to_string().into(),
            inert(&row.title),
            row.lead.as_ref().map_or(Cow::Borrowed(""), |(_, name)| inert(name)),
            row.status_key.to_string().into(),
            status.into(),
            row.health().name().into(),
            if row.is_stale { "yes" } else { "no" }.into(),
            row.last.map_or(Cow::Borrowed(""), |mark| mark.created_at.to_string().into()),
        ];
        let weeks = cells.iter().map(|cell| match cell.last {
            None => Cow::Borrowed(""),
            Some(mark) if cell.reports > 0 => mark.color.name().into(),
            Some(mark) => format!("({})", mark.color.name()).into(),
        });
        let numbers = numbers.into_iter().map(|number| Cow::Owned(number.to_string()));
        let record: Vec<Cow<'_, str>> = record.into_iter().chain(numbers).chain(weeks).collect();
        writer.write_record(record.iter().map(AsRef::<str>::as_ref))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A text that no spreadsheet takes for a formula.
fn inert(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_no_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(inert(text), format!("'{text}"));
        }
        assert_eq!(inert("Harbor = rollout"), "Harbor = rollout");
    }
}
