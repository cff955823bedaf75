//! What a row of the portfolio says besides its weeks, and the headings above it, which sort.

use std::fmt::{self, Write};

use askama::filters::{Escaper, Html};

use super::view::{View, order_name};
use crate::desk::mark;
use crate::health::{Health, badge};
use crate::layout::Layout;
use crate::prose;
use crate::work_packages::evidence::line as line_of;
use base::clock::Date;
use domain::cadences::standing::Due;
use domain::portfolio::query::{Counts, Group, GroupBy, Row, SortBy};
use domain::portfolio::reasons::Reasons;
use domain::portfolio::{Level, Standing};
use domain::reporting_desk::State;
use domain::status_keys;
use domain::text::first_sentence;
use domain::work_packages::evidence::Evidence;

/// A column before the weeks.
pub struct Column {
    /// Its class.
    pub class: &'static str,
    /// The message of its heading.
    pub label: &'static str,
    /// The message that explains it; empty without one.
    help: &'static str,
    order: SortBy,
}

const fn column(class: &'static str, label: &'static str, help: &'static str, order: SortBy) -> Column {
    Column { class, label, help, order }
}

/// The columns before the weeks.
pub const COLUMNS: [Column; 6] = [
    column("c-title", "portfolio-workspace", "", SortBy::Name),
    column("c-lead", "portfolio-lead", "", SortBy::Lead),
    column("c-status", "portfolio-status", "", SortBy::Status),
    column("c-since", "portfolio-since", "portfolio-since-help", SortBy::Health),
    column("c-age", "portfolio-age", "portfolio-age-help", SortBy::Age),
    column("c-due", "workspace-due", "", SortBy::Due),
];

/// The headings of the table of numbers, which has the health itself.
pub fn headings(layout: &Layout, view: &View) -> String {
    let mut out = String::new();
    for column in COLUMNS {
        let column = match column.order {
            SortBy::Health => Column { label: "portfolio-health-label", help: "", ..column },
            SortBy::Age => Column { label: "portfolio-last-report", help: "", ..column },
            _ => column,
        };
        heading(&mut out, layout, view, &column).expect("writing to a string succeeds");
    }
    out
}

/// A heading, which sorts by its column.
pub fn heading(out: &mut String, layout: &Layout, view: &View, column: &Column) -> fmt::Result {
    out.push_str("<th scope=col rowspan=2");
    if view.order == column.order {
        write!(out, " aria-sort={}", if view.is_reversed { "descending" } else { "ascending" })?;
    }
    if !column.help.is_empty() {
        write!(out, " title=\"{}\"", layout.t(column.help))?;
    }
    write!(out, "><a id=sort-{} href=\"", order_name(column.order))?;
    Html.write_escaped_str(&mut *out, layout.root())?;
    Html.write_escaped_str(&mut *out, &view.sorted(column.order).address("/"))?;
    write!(out, "\">{}</a>", layout.t(column.label))
}

/// The row up to its weeks. The badge is in the cell that stays in view when the weeks are scrolled.
pub fn line(
    out: &mut String,
    layout: &Layout,
    row: &Row,
    (reasons, work, overdue): (Option<&Reasons>, &str, Option<Due>),
) -> fmt::Result {
    let reader = &layout.reader;
    write!(out, "<tr><th scope=row>{}<a dir=auto href=\"", badge(row, reader.language))?;
    Html.write_escaped_str(&mut *out, &reader.root)?;
    write!(out, "/workspaces/{}{}\" data-item>", row.id, layout.then())?;
    Html.write_escaped_str(&mut *out, &row.title)?;
    out.push_str("</a>");
    let sentence = reasons.map(|reasons| first_sentence(&prose::summary(&reasons.text))).unwrap_or_default();
    if !sentence.is_empty() {
        out.push_str("<p dir=auto>");
        Html.write_escaped_str(&mut *out, &sentence)?;
        out.push_str("</p>");
    }
    if let Some(due) = overdue {
        write!(out, "<p>{}</p>", late(layout, due))?;
    }
    if !work.is_empty() {
        write!(out, "<p class=work>{work}</p>")?;
    }
    out.push_str("<td class=c dir=auto>");
    if let Some((_, name)) = &row.lead {
        Html.write_escaped_str(&mut *out, name)?;
    }
    write!(out, "<td class=c><span class=stage>{}</span>", status(layout, row.status_key))?;
    out.push_str("<td class=c>");
    if let Some(since) = reasons.and_then(|reasons| reasons.since) {
        out.push_str(&reader.day(since));
    }
    age(out, layout, row)?;
    out.push_str("<td class=c>");
    due(out, layout, row, reasons)
}

/// That a report is overdue, and since when, as HTML.
pub fn late(layout: &Layout, due: Due) -> String {
    format!("{} {}", mark(layout, State::Overdue), layout.reader.day(due.at))
}

/// What the work packages of a row say; empty without any.
pub fn work(layout: &Layout, row: &Row, evidence: Option<&Evidence>) -> String {
    evidence.map(|evidence| line_of(layout, evidence, (row.start, row.due))).unwrap_or_default()
}

fn age(out: &mut String, layout: &Layout, row: &Row) -> fmt::Result {
    match row.last {
        Some(mark) => {
            let age = layout.reader.ago(mark.created_at);
            match standing_word(row.standing) {
                Some(word) => {
                    write!(
                        out,
                        "<td class=c><span class=old>{age}<span class=vh> ({})</span></span>",
                        layout.t(word)
                    )
                }
                None => write!(out, "<td class=c>{age}"),
            }
        }
        None => write!(out, "<td class=c><span class=never>{}</span>", layout.t("portfolio-never")),
    }
}

/// The due date, marked when it has passed, and by how many days it moved.
pub fn due(out: &mut String, layout: &Layout, row: &Row, reasons: Option<&Reasons>) -> fmt::Result {
    let Some(due) = row.due else { return Ok(()) };
    let date = layout.reader.date(due);
    if is_late(layout, row, due) {
        write!(out, "<b class=late>{date}<span class=vh>, {}</span></b>", layout.t("portfolio-late"))?;
    } else {
        out.push_str(&date);
    }
    let slip = reasons.map_or(0, |reasons| reasons.slip(row.due));
    if let Some(first) = reasons.and_then(|reasons| reasons.first_due).filter(|_| slip != 0) {
        let first = layout.say("portfolio-first-due", "date", layout.reader.date(first));
        let (arrow, sign) = if slip > 0 { ("arrow-forward", "+") } else { ("arrow-back", "−") };
        let (arrow, slip) = (layout.t(arrow), slip.unsigned_abs());
        let days = layout.say("age-days", "count", format!("{sign}{slip}"));
        write!(out, " <small title=\"{first}\"><span aria-hidden=true>{arrow}</span> {days}</small>")?;
    }
    Ok(())
}

/// Whether the due date has passed in the reader's time zone, and the project is not finished.
fn is_late(layout: &Layout, row: &Row, due: Date) -> bool {
    layout.reader.today().is_some_and(|today| due < today) && !status_keys::is_finished(row.status_key)
}

/// The message of a standing without a recent report.
pub const fn standing_word(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Silent => Some("portfolio-silent"),
        Standing::Resting => Some("portfolio-resting"),
        Standing::Current(_) | Standing::Unreported => None,
    }
}

/// The name of a status key.
pub fn status(layout: &Layout, key: i64) -> String {
    layout.reader.language.status(key).unwrap_or_else(|| layout.t("portfolio-no-status").into_owned())
}

/// The name of a group, one of whose rows is given.
pub fn group_name(layout: &Layout, by: GroupBy, group: &Group, row: &Row) -> String {
    match by {
        GroupBy::Tag if group.tag.is_empty() => layout.t("portfolio-no-tag").into_owned(),
        GroupBy::Tag => group.tag.clone(),
        GroupBy::Lead => row
            .lead
            .as_ref()
            .map_or_else(|| layout.t("portfolio-no-lead").into_owned(), |(_, name)| name.clone()),
        GroupBy::Status => status(layout, row.status_key),
        GroupBy::Health => standing(layout, row.standing),
        GroupBy::Field(id) => {
            let value = row.labels.as_ref().map_or("", |labels| labels.value(id));
            if value.is_empty() { layout.t("portfolio-no-value").into_owned() } else { value.to_owned() }
        }
    }
}

/// A standing in words.
pub fn standing(layout: &Layout, standing: Standing) -> String {
    match standing {
        Standing::Current(level) => health_of(level).word(layout.reader.language).into_owned(),
        Standing::Unreported => Health(None).word(layout.reader.language).into_owned(),
        Standing::Silent | Standing::Resting => {
            layout.t(standing_word(standing).unwrap_or_default()).into_owned()
        }
    }
}

/// The health of a level.
pub const fn health_of(level: Level) -> Health {
    Health(Some(level.color()))
}

/// The rows of a group by standing, as in "3 red, 4 silent".
pub fn counts(layout: &Layout, counts: &Counts) -> String {
    layout.reader.language.standings(Standing::ALL.map(|standing| (standing, counts.get(standing))))
}
