//! The heatmap as HTML: a table with one cell per week. A portfolio has tens of thousands of cells, so the HTML is written
//! without a template and kept as short as possible: no attribute but the class, no end tag.

use std::fmt::{self, Write};

use askama::filters::{Escaper, Html};

use super::view::View;
use crate::health::Health;
use crate::reader::Reader;
use base::clock::Date;
use domain::portfolio::Cell;
use domain::portfolio::overview::{Group, Row};
use domain::portfolio::weeks::Weeks;
use domain::status_keys;
use domain::status_reports::Color;

/// The number of columns before the weeks.
const COLUMNS: usize = 5;

/// The HTML of each kind of cell: the letter, and after a tab the same in words, for screen readers and for copies of the
/// table. The stylesheet hides the words.
struct Looks([[String; 3]; 4]);

impl Looks {
    fn of(reader: &Reader) -> Self {
        let language = reader.language;
        Self(Health::ALL.map(|health| {
            let (letter, class, word) = (health.letter(language), health.class(), health.word(language));
            let say = |key: &str| language.say(key, [("health", word.as_ref().into())]);
            let jump = if health.0 == Some(Color::Red) { "cell-dropped" } else { "cell-recovered" };
            match health.0 {
                None => ["", "", ""].map(|_| format!("<td class=n>{letter}\t{word}")),
                Some(_) => [
                    format!("<td class={class}>{letter}\t{word}"),
                    format!("<td class={class}s>{letter}\t{}", say("cell-carried-over")),
                    format!("<td class={class}j>{letter}\t{}", say(jump)),
                ],
            }
        }))
    }

    fn cell(&self, cell: &Cell) -> &str {
        let health = match cell.last.map(|mark| mark.color) {
            Some(Color::Green) => 0,
            Some(Color::Yellow) => 1,
            Some(Color::Red) => 2,
            None => 3,
        };
        let kind = if cell.jump { 2 } else { usize::from(cell.reports == 0) };
        &self.0[health][kind]
    }
}

/// The table.
pub fn html(reader: &Reader, view: &View, weeks: &Weeks, rows: &[(&Row, &[Cell])]) -> String {
    let mut out = String::with_capacity(4096 + rows.len() * (400 + weeks.count() * 32));
    table(&mut out, reader, view, weeks, rows).expect("writing to a string succeeds");
    out
}

fn table(
    out: &mut String,
    reader: &Reader,
    view: &View,
    weeks: &Weeks,
    rows: &[(&Row, &[Cell])],
) -> fmt::Result {
    let t = |key: &str| reader.language.t(key);
    let (count, label) = (weeks.count(), t("portfolio-grid-label"));
    write!(out, "<table class=heat data-grid={count}><caption class=vh>{label}</caption>")?;
    head(out, reader, weeks)?;
    let looks = Looks::of(reader);
    let columns = COLUMNS + weeks.count();
    let group = |(row, _): &(&Row, &[Cell])| view.group.map(|by| group_of(reader, by, row));
    out.push_str("<tbody>");
    for rows in rows.chunk_by(|one, other| group(one) == group(other)) {
        if let Some(name) = group(&rows[0]) {
            write!(out, "<tbody><tr class=group><th scope=rowgroup colspan={columns}><span><bdi>")?;
            Html.write_escaped_str(&mut *out, &name)?;
            write!(out, "</bdi> <small>{}</small></span>", rows.len())?;
        }
        for (row, cells) in rows {
            line(out, reader, row)?;
            trend(out, cells)?;
            for cell in *cells {
                out.push_str(looks.cell(cell));
            }
        }
    }
    out.push_str("</table>");
    Ok(())
}

fn group_of(reader: &Reader, by: Group, row: &Row) -> String {
    match by {
        Group::Lead => row
            .lead
            .as_ref()
            .map_or_else(|| reader.language.t("portfolio-no-lead").into_owned(), |(_, name)| name.clone()),
        Group::Status => status(reader, row.status_key).1,
    }
}

/// The group of a status key, and its words.
pub fn status(reader: &Reader, key: i64) -> (&'static str, String) {
    status_keys::find(key).map_or_else(
        || ("grey", reader.language.t("portfolio-no-status").into_owned()),
        |status| (status.color.name(), status.message.to_owned()),
    )
}

fn head(out: &mut String, reader: &Reader, weeks: &Weeks) -> fmt::Result {
    let t = |key: &str| reader.language.t(key);
    out.push_str("<thead><tr>");
    for key in
        ["portfolio-workspace", "portfolio-lead", "portfolio-status", "portfolio-age", "portfolio-trend"]
    {
        let help = if key == "portfolio-age" {
            format!(" title=\"{}\"", t("portfolio-age-help"))
        } else {
            String::new()
        };
        write!(out, "<th scope=col rowspan=2{help}>{}", t(key))?;
    }
    let dates: Vec<_> = weeks.mondays().collect();
    for month in dates.chunk_by(|one, other| one.month() == other.month()) {
        let name = if month.len() > 1 { reader.month(month[0].month()) } else { String::new() };
        write!(out, "<th scope=colgroup class=m colspan={}>{name}", month.len())?;
    }
    out.push_str("<tr>");
    for date in dates.iter().copied().filter_map(Date::from_civil) {
        let number = date.civil().iso_week_date().week();
        let values = [("week", number.to_string().into()), ("date", reader.date(date).into())];
        let label = reader.language.say("portfolio-week", values);
        write!(out, "<th scope=col class=w title=\"{label}\" data-week={date}>{number}")?;
    }
    Ok(())
}

fn line(out: &mut String, reader: &Reader, row: &Row) -> fmt::Result {
    // The mark is in the cell that stays in view when the weeks are scrolled.
    write!(out, "<tr><th scope=row>{}<a dir=auto href=\"", Health::of(row).mark(reader.language))?;
    Html.write_escaped_str(&mut *out, &reader.root)?;
    write!(out, "/workspaces/{}\" data-item>", row.id)?;
    Html.write_escaped_str(&mut *out, &row.title)?;
    out.push_str("</a><td class=l dir=auto>");
    if let Some((_, name)) = &row.lead {
        Html.write_escaped_str(&mut *out, name)?;
    }
    let (group, words) = status(reader, row.status_key);
    write!(out, "<td class=l><i class=k-{group}></i>{words}<td class=a>")?;
    match row.last {
        Some(mark) => {
            let age = reader.ago(mark.created_at);
            if row.is_stale {
                let stale = reader.language.t("portfolio-stale");
                write!(out, "<span class=old>{age}<span class=vh> ({stale})</span></span>")
            } else {
                write!(out, "{age}")
            }
        }
        None => write!(out, "<span class=soft>{}</span>", reader.language.t("portfolio-never")),
    }
}

/// A step line: green at the top, red at the bottom, a gap without reports.
fn trend(out: &mut String, cells: &[Cell]) -> fmt::Result {
    let level = |cell: &Cell| {
        cell.last.map(|mark| match mark.color {
            Color::Green => 1,
            Color::Yellow => 3,
            Color::Red => 5,
        })
    };
    write!(
        out,
        "<td class=t><svg viewBox=\"0 0 {} 6\" preserveAspectRatio=none aria-hidden=true><path d=\"",
        cells.len()
    )?;
    let (mut at, mut height) = (0, None);
    for run in cells.chunk_by(|one, other| level(one) == level(other)) {
        match (height, level(&run[0])) {
            (_, None) => {}
            (None, Some(own)) => write!(out, "M{at} {own}h{}", run.len())?,
            (Some(last), Some(own)) => write!(out, "v{}h{}", own - last, run.len())?,
        }
        height = level(&run[0]);
        at += run.len();
    }
    out.push_str("\"/></svg>");
    Ok(())
}
