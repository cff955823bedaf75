//! The heatmap as HTML: a table with one cell for each run of weeks that look alike. A portfolio has thousands of them, so
//! the HTML is written without a template and kept as short as possible: no attribute but the class and the number of weeks,
//! no end tag.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::ops::Range;

use askama::filters::{Escaper, Html};

use super::rows;
use super::rows::COLUMNS;
use super::view::{ROWS, View};
use crate::health::Health;
use crate::layout::Layout;
use base::clock::Date;
use domain::ids::WorkspaceId;
use domain::portfolio::overview::Overview;
use domain::portfolio::query::{Group, GroupBy, Shown};
use domain::portfolio::weeks::Weeks;
use domain::portfolio::{Run, runs};
use domain::status_reports::Color;
use domain::work_packages::evidence::Evidence;

/// The HTML of each kind of run: the letter, and after a tab the same in words, for screen readers and for copies of the
/// table. The stylesheet hides the words.
struct Looks {
    /// By health and kind: the class, and the text.
    looks: [[(String, String); 3]; 4],
    /// By the number of weeks.
    lengths: HashMap<usize, String>,
}

impl Looks {
    fn of(layout: &Layout, most: usize) -> Self {
        let language = layout.reader.language;
        let looks = Health::ALL.map(|health| {
            let (letter, class, word) = (health.letter(language), health.class(), health.word(language));
            let say = |key: &str| language.say(key, [("health", word.as_ref().into())]);
            let jump = if health.0 == Some(Color::Red) { "cell-dropped" } else { "cell-recovered" };
            let text = |words: &str| format!("{letter}\t{words}");
            match health.0 {
                None => ["", "", ""].map(|_| ("n".to_owned(), text(&word))),
                Some(_) => [
                    (class.to_owned(), text(&word)),
                    (format!("{class}s"), text(&say("cell-carried-over"))),
                    (format!("{class}j"), text(&say(jump))),
                ],
            }
        });
        let length = |weeks: usize| (weeks, layout.say("cell-weeks", "count", weeks));
        Self { looks, lengths: (2..=most).map(length).collect() }
    }

    fn write(&self, out: &mut String, run: Run) -> fmt::Result {
        let health = match run.first.last.map(|mark| mark.color) {
            Some(Color::Green) => 0,
            Some(Color::Yellow) => 1,
            Some(Color::Red) => 2,
            None => 3,
        };
        let kind = if run.first.jump { 2 } else { usize::from(run.first.reports == 0) };
        let (class, text) = &self.looks[health][kind];
        match self.lengths.get(&run.weeks) {
            Some(length) => write!(out, "<td class={class} colspan={}>{text}, {length}", run.weeks),
            None => write!(out, "<td class={class}>{text}"),
        }
    }
}

/// A group, if rows are grouped, with whether it began on an earlier page; and its rows as a range of those of the page.
type Part<'g> = (Option<(&'g Group, bool)>, Range<usize>);

/// What the table shows.
pub struct Heatmap<'o> {
    pub layout: &'o Layout,
    pub view: &'o View,
    pub weeks: &'o Weeks,
    pub overview: &'o Overview,
    /// What the work packages of the projects say.
    pub work: &'o HashMap<WorkspaceId, Evidence>,
}

impl<'g> Heatmap<'g> {
    /// The table.
    pub fn html(&self) -> String {
        let rows = self.overview.page().len();
        let mut out = String::with_capacity(8192 + rows * (700 + self.weeks.count() * 24));
        self.table(&mut out).expect("writing to a string succeeds");
        out
    }

    fn table(&self, out: &mut String) -> fmt::Result {
        let (count, label) = (self.weeks.count(), self.layout.t("portfolio-grid-label"));
        write!(out, "<table class=heat data-grid={count} data-first={}>", COLUMNS.len())?;
        write!(out, "<caption class=vh>{label}</caption><colgroup>")?;
        for column in &COLUMNS {
            write!(out, "<col class={}>", column.class)?;
        }
        write!(out, "<colgroup><col span={count} class=w>")?;
        self.head(out)?;
        let looks = Looks::of(self.layout, count);
        let rows: Vec<_> = self.overview.page().collect();
        let width = COLUMNS.len() + count;
        out.push_str("<tbody>");
        for (group, own) in self.parts(rows.len()) {
            if let Some((group, is_again)) = group {
                out.push_str("<tbody>");
                self.group(out, group, is_again, width)?;
            }
            for (row, cells) in &rows[own] {
                let work = rows::work(self.layout, row, self.work.get(&row.id));
                rows::line(
                    out,
                    self.layout,
                    row,
                    (self.overview.reasons.get(&row.id), &work, self.overview.overdue.get(&row.id).copied()),
                )?;
                runs(cells).try_for_each(|run| looks.write(out, run))?;
            }
        }
        self.more(out, rows.len(), width)?;
        out.push_str("</table>");
        Ok(())
    }

    /// The parts of the page. A folded group is on the page of the row after it.
    fn parts(&self, count: usize) -> Vec<Part<'g>> {
        let shown: &'g Shown = &self.overview.shown;
        if shown.groups.is_empty() {
            return vec![(None, 0..count)];
        }
        let page = self.overview.first..self.overview.first + count;
        let is_last = page.end == shown.rows.len();
        let of_page = |group: &&Group| {
            let (start, end) = (group.rows.start, group.rows.end);
            let begins = page.contains(&start) || (is_last && start == page.end);
            begins || (start < page.end && end > page.start)
        };
        let part = |group: &'g Group| {
            let start = group.rows.start.max(page.start);
            let end = group.rows.end.min(page.end).max(start);
            let is_again = group.rows.start < page.start;
            (Some((group, is_again)), start - page.start..end - page.start)
        };
        shown.groups.iter().filter(of_page).map(part).collect()
    }

    fn group(&self, out: &mut String, group: &Group, is_again: bool, width: usize) -> fmt::Result {
        let by = self.view.group.unwrap_or(GroupBy::Lead);
        let name = rows::group_name(self.layout, by, group, &self.overview.rows[group.example]);
        let is_open = !self.view.folded.contains(&group.key);
        let again = if is_again { " again" } else { "" };
        write!(out, "<tr class=\"group{again}\"><th scope=rowgroup colspan={width}><span><a href=\"")?;
        Html.write_escaped_str(&mut *out, self.layout.root())?;
        Html.write_escaped_str(&mut *out, &self.view.folding(group.key).address("/"))?;
        write!(out, "\" id=group-{} hx-boost=true aria-expanded={is_open}><bdi>", group.key)?;
        Html.write_escaped_str(&mut *out, &name)?;
        write!(out, "</bdi></a> <small>{}</small></span>", rows::counts(self.layout, &group.counts))
    }

    /// The link to the rows after those of the page, which take its place when it comes into view.
    fn more(&self, out: &mut String, count: usize, width: usize) -> fmt::Result {
        let end = self.overview.first + count;
        if end >= self.overview.shown.rows.len() {
            return Ok(());
        }
        let next = self.view.after(end).address("/");
        let mut address = String::new();
        Html.write_escaped_str(&mut address, &format!("{}{next}", self.layout.root()))?;
        write!(
            out,
            "<tbody class=further><tr><td class=c colspan={width}><a href=\"{address}\" data-rows={} data-step={ROWS} \
             hx-get=\"{address}\" hx-trigger=\"intersect once\" hx-select=\".heat tbody\" hx-target=\"closest tbody\" \
             hx-swap=outerHTML hx-push-url=false>{}</a>",
            end + ROWS,
            self.layout.t("portfolio-next")
        )
    }

    fn head(&self, out: &mut String) -> fmt::Result {
        out.push_str("<thead hx-boost=true><tr>");
        for column in &COLUMNS {
            rows::heading(out, self.layout, self.view, column)?;
        }
        let reader = &self.layout.reader;
        let dates: Vec<_> = self.weeks.mondays().collect();
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
}
