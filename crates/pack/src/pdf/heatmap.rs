//! The heatmap: a table of projects and weeks whose cells are shapes with letters.

use krilla::tagging::{TableHeaderScope, Tag};

use domain::status_reports::Color;

use super::fonts::Weight;
use super::lines::{Line, Style};
use super::sheet::{Align, Drawing, INK, MARGIN, Node, RULE, SHADE, SOFT, Sheet, Space, amount, style};
use super::table::{GAP, HEAD, filled};
use crate::model::{Look, Pack, Project};
use crate::palette::{colors, place};

/// The narrowest and the widest cell of a week, in points.
const WEEK: (f32, f32) = (10.0, 20.0);

/// The width of the columns before the weeks, in points.
const NAMES: f32 = 250.0;

/// The part of it that has the titles.
const TITLES: f32 = 0.66;

const TITLE: Style = style(8.5, Weight::Bold, INK);
const LEAD: Style = style(8.0, Weight::Regular, INK);
const NOTE: Style = style(7.0, Weight::Regular, SOFT);

/// The heatmap of a pack.
pub struct Heatmap<'p> {
    pack: &'p Pack,
    /// The width of a week.
    week: f32,
    /// The widths of titles and leads.
    names: [f32; 2],
}

/// How a mark is drawn: in which space, with which height.
type Place = (Space, f32);

impl<'p> Heatmap<'p> {
    /// Fits the heatmap into the width of a document.
    pub fn new(pack: &'p Pack, sheet: &Sheet<'_>) -> Self {
        let count = amount(pack.weeks.len().max(1));
        let week = ((sheet.width() - NAMES) / count).clamp(WEEK.0, WEEK.1);
        let rest = sheet.width() - week * count;
        Self { pack, week, names: [rest * TITLES, rest * (1.0 - TITLES)] }
    }

    /// Draws the legend below what is on the page.
    pub fn legend(&self, sheet: &mut Sheet<'_>, node: &mut Node) {
        let look = |color, is_carried, is_jump| Look { color, is_carried, is_jump };
        let language = self.pack.language;
        let plain = [Some(Color::Green), Some(Color::Yellow), Some(Color::Red), None];
        let plain = plain.map(|color| (look(color, false, false), language.health(color).into_owned()));
        let others = [
            (look(Some(Color::Green), true, false), language.t("portfolio-legend-stale").into_owned()),
            (look(Some(Color::Red), false, true), language.t("portfolio-legend-down").into_owned()),
            (look(Some(Color::Green), false, true), language.t("portfolio-legend-up").into_owned()),
        ];
        let mut start = MARGIN;
        let height = NOTE.line_height() + 4.0;
        for (look, words) in plain.into_iter().chain(others) {
            let lines = sheet.breaker.lines(&words, NOTE, sheet.width() / 2.0, 1);
            let width = lines.first().map_or(0.0, |line| line.width);
            if start + 18.0 + width > MARGIN + sheet.width() {
                start = MARGIN;
                sheet.top += height;
            }
            self.mark(sheet, look, (Space { start, top: sheet.top, width: 14.0 }, height), None);
            let space = Space { start: start + 17.0, top: sheet.top + 2.0, width: width + 1.0 };
            sheet.put(&lines, (NOTE, Align::Start), space, Some(node), None);
            start += width + 27.0;
        }
        sheet.top += height + GAP;
    }

    /// Draws the table below what is on the page, and returns its node.
    pub fn draw(&self, sheet: &mut Sheet<'_>) -> Node {
        let language = self.pack.language;
        let summary = format!("{}. {}", language.t("portfolio-grid-label"), self.pack.counts);
        let mut node = Node::new(Tag::Table.with_summary(Some(summary)));
        let mut head = Node::new(Tag::TR);
        self.head(sheet, Some(&mut head));
        let mut body = Node::new(Tag::TBody);
        for project in &self.pack.projects {
            body.push(self.row(sheet, project));
        }
        node.push(Node::new(Tag::THead).with(head));
        node.push(body);
        node
    }

    fn row(&self, sheet: &mut Sheet<'_>, project: &Project) -> Node {
        let widths = self.names.map(|width| width - GAP);
        let title = sheet.breaker.lines(filled(&project.title), TITLE, widths[0], 2);
        let lead = sheet.breaker.lines(filled(&project.lead), LEAD, widths[1], 2);
        let note = sheet.breaker.lines(&project.note, NOTE, widths[0], 1);
        let height_of = |lines: &[Line], style: Style| amount(lines.len()) * style.line_height();
        let named = height_of(&title, TITLE) + height_of(&note, NOTE);
        let height = named.max(height_of(&lead, LEAD)).max(self.week.min(15.0)) + 4.0;
        if !sheet.fits(height) && sheet.top > MARGIN {
            sheet.turn();
            self.head(sheet, None);
        }
        let top = sheet.top;
        let mut row = Node::new(Tag::TR);
        let mut cell = Node::new(Tag::TH(TableHeaderScope::Row));
        let space = Space { start: MARGIN + GAP / 2.0, top: top + 2.0, width: widths[0] };
        let used = sheet.put(&title, (TITLE, Align::Start), space, Some(&mut cell), None);
        let below = Space { top: space.top + used, ..space };
        sheet.put(&note, (NOTE, Align::Start), below, Some(&mut cell), None);
        row.push(cell);
        let mut cell = Node::new(Tag::TD);
        let start = MARGIN + self.names[0] + GAP / 2.0;
        let space = Space { start, top: top + 2.0, width: widths[1] };
        sheet.put(&lead, (LEAD, Align::Start), space, Some(&mut cell), None);
        row.push(cell);
        for (week, look) in project.cells.iter().enumerate() {
            let mut cell = Node::new(Tag::TD);
            let space = Space { start: self.start(week), top, width: self.week };
            self.mark(sheet, *look, (space, height), Some(&mut cell));
            row.push(cell);
        }
        sheet.top += height;
        sheet.rule(Space { start: MARGIN, top: sheet.top, width: sheet.width() });
        row
    }

    /// Where a week starts.
    fn start(&self, week: usize) -> f32 {
        MARGIN + self.names[0] + self.names[1] + amount(week) * self.week
    }

    /// Draws the headings; without a node, as those of an earlier page.
    fn head(&self, sheet: &mut Sheet<'_>, mut node: Option<&mut Node>) {
        let language = self.pack.language;
        let height = 2.0 * HEAD.line_height() + GAP;
        sheet.need(height + 60.0);
        let top = sheet.top;
        sheet.fill(Space { start: MARGIN, top, width: sheet.width() }, height, SHADE);
        let mut put = |sheet: &mut Sheet<'_>, text: &str, space: Space, align, says: Option<String>| {
            let style = if align == Align::Center { Style { size: 7.5, ..HEAD } } else { HEAD };
            let lines = sheet.breaker.lines(text, style, space.width.max(style.size * 2.0), 1);
            let mut cell = node.as_ref().map(|_| Node::new(Tag::TH(TableHeaderScope::Column)));
            sheet.put(&lines, (style, align), space, cell.as_mut(), says.as_deref());
            if let (Some(node), Some(cell)) = (node.as_deref_mut(), cell) {
                node.push(cell);
            }
        };
        let below = top + HEAD.line_height() + GAP / 2.0;
        let space = Space { start: MARGIN + GAP / 2.0, top: below, width: self.names[0] - GAP };
        put(sheet, &language.t("portfolio-workspace"), space, Align::Start, None);
        let space = Space { start: space.start + self.names[0], width: self.names[1] - GAP, ..space };
        put(sheet, &language.t("portfolio-lead"), space, Align::Start, None);
        for (week, monday) in self.pack.weeks.iter().enumerate() {
            let number = monday.iso_week_date().week().to_string();
            let values = [("week", number.clone().into()), ("date", language.date(*monday).into())];
            let says = language.say("portfolio-week", values);
            let space = Space { start: self.start(week), top: below + 0.5, width: self.week };
            put(sheet, &number, space, Align::Center, Some(says));
        }
        let mut week = 0;
        for month in self.pack.weeks.chunk_by(|one, other| one.month() == other.month()) {
            let width = self.week * amount(month.len());
            let name = language.month(month[0].month());
            let lines = sheet.breaker.lines(&name, Style { size: 7.5, ..HEAD }, f32::MAX, 1);
            if lines.first().is_some_and(|line| line.width < width) {
                let space = Space { start: self.start(week) + 2.0, top: top + GAP / 2.0, width };
                sheet.put(&lines, (Style { size: 7.5, ..HEAD }, Align::Start), space, None, None);
            }
            week += month.len();
        }
        sheet.top += height;
    }

    /// Draws the mark of a week: its shape, its letter and its colour. Its words are what it says.
    fn mark(&self, sheet: &mut Sheet<'_>, look: Look, (space, height): Place, node: Option<&mut Node>) {
        let language = self.pack.language;
        let side = (space.width - 1.0).min(height - 2.0).min(13.0);
        let center = (sheet.left(space.start, space.width) + space.width / 2.0, space.top + height / 2.0);
        let (half, mut ink) = (side / 2.0, SOFT);
        let square = [(-half, -half), (half, -half), (half, half), (-half, half)];
        let at = |points: &[(f32, f32)]| points.iter().map(|(x, y)| (center.0 + x, center.1 + y)).collect();
        let shape = |points, is_round, fill, stroke| Drawing::Shape { points, is_round, fill, stroke };
        let colors = look.color.map(|color| (color, colors(self.pack.palette)[place(color)]));
        match colors {
            None => {}
            Some((_, (fill, _))) if look.is_carried => {
                ink = INK;
                sheet.draw(shape(at(&square), false, None, Some(RULE)), None, None);
                // Hatching: lines from the lower left to the upper right.
                for step in [-0.5_f32, 0.0, 0.5] {
                    let (from, to) = (
                        (-half + step.max(0.0) * side, half + step.min(0.0) * side),
                        (half + step.min(0.0) * side, -half + step.max(0.0) * side),
                    );
                    sheet.draw(shape(at(&[from, to]), false, None, Some(fill)), None, None);
                }
            }
            Some((color, (fill, on_fill))) => {
                ink = on_fill;
                let triangle = [(0.0, -half), (half, half), (-half, half)];
                let points: &[(f32, f32)] = if color == Color::Yellow { &triangle } else { &square };
                sheet.draw(shape(at(points), color == Color::Green, Some(fill), None), None, None);
            }
        }
        if look.is_jump {
            // An arrow head beside the shape: down to red, up to green.
            let tip = if look.color == Some(Color::Red) { half * 0.45 } else { -half * 0.45 };
            let x = if sheet.breaker.is_rtl { -half } else { half };
            let head = [(x - 2.2, -tip - half + 1.2), (x + 2.2, -tip - half + 1.2), (x, tip - half + 1.2)];
            sheet.draw(shape(at(&head), false, Some(INK), None), None, None);
        }
        let height_of_letter = (side * 0.56).clamp(5.0, 7.0);
        let letter = style(height_of_letter, Weight::Bold, ink);
        let lines = sheet.breaker.lines(&language.health_letter(look.color), letter, space.width, 1);
        let lower = if look.color == Some(Color::Yellow) && !look.is_carried { half * 0.34 } else { 0.0 };
        let top = center.1 - letter.ascent() + height_of_letter * 0.36 + lower;
        let words = look.words(language);
        sheet.put(&lines, (letter, Align::Center), Space { top, ..space }, node, Some(&words));
    }
}
