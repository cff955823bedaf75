//! Tables: rows that are not broken over pages, with headings that are drawn again on each page.

use krilla::tagging::{TableHeaderScope, Tag};

use super::fonts::Weight;
use super::lines::{Line, Style};
use super::sheet::{Align, INK, MARGIN, Node, SHADE, Sheet, Space, amount, style};

/// The space between columns and around rows, in points.
pub const GAP: f32 = 5.0;

/// The maximum number of lines of a cell, so that a row fits on a page.
const MOST_LINES: usize = 16;

/// The style of headings.
pub const HEAD: Style = style(8.5, Weight::Bold, INK);
/// The style of cells.
pub const CELL: Style = style(9.0, Weight::Regular, INK);
/// The style of the cells that name their rows.
pub const NAME: Style = style(9.0, Weight::Bold, INK);

/// The text of a cell: a cell without one would not be in the structure.
pub fn filled(text: &str) -> &str {
    if text.trim().is_empty() { "–" } else { text }
}

/// A table of texts.
pub struct Table<'t> {
    /// The headings, each with the part of the width that its column takes.
    pub columns: &'t [(String, f32)],
    /// What the table is about, for those who do not see it.
    pub summary: String,
    /// The cells of each row; the first one names the row.
    pub rows: Vec<Vec<String>>,
}

impl Table<'_> {
    /// Draws the table below what is on the page, and returns its node.
    pub fn draw(&self, sheet: &mut Sheet<'_>) -> Node {
        let mut node = Node::new(Tag::Table.with_summary(Some(self.summary.clone())));
        let mut head = Node::new(Tag::TR);
        self.head(sheet, Some(&mut head));
        let mut body = Node::new(Tag::TBody);
        for row in &self.rows {
            let style_of = |place: usize| if place == 0 { NAME } else { CELL };
            let cells: Vec<Vec<Line>> = (row.iter().enumerate())
                .map(|(place, text)| {
                    let width = self.space(sheet, place).width;
                    sheet.breaker.lines(filled(text), style_of(place), width, MOST_LINES)
                })
                .collect();
            let height = amount(cells.iter().map(Vec::len).max().unwrap_or(1)) * CELL.line_height() + GAP;
            if !sheet.fits(height) && sheet.top > MARGIN {
                sheet.turn();
                self.head(sheet, None);
            }
            let mut line = Node::new(Tag::TR);
            for (place, lines) in cells.iter().enumerate() {
                let mut cell = match place {
                    0 => Node::new(Tag::TH(TableHeaderScope::Row)),
                    _ => Node::new(Tag::TD),
                };
                let space = Space { top: sheet.top + GAP / 2.0, ..self.space(sheet, place) };
                sheet.put(lines, (style_of(place), Align::Start), space, Some(&mut cell), None);
                line.push(cell);
            }
            sheet.top += height;
            sheet.rule(Space { start: MARGIN, top: sheet.top, width: sheet.width() });
            body.push(line);
        }
        node.push(Node::new(Tag::THead).with(head));
        node.push(body);
        node
    }

    /// Draws the headings; without a node, as those of an earlier page.
    fn head(&self, sheet: &mut Sheet<'_>, mut node: Option<&mut Node>) {
        let cells: Vec<Vec<Line>> = (self.columns.iter().enumerate())
            .map(|(place, (text, _))| {
                let width = self.space(sheet, place).width;
                sheet.breaker.lines(text, HEAD, width, 3)
            })
            .collect();
        let height = amount(cells.iter().map(Vec::len).max().unwrap_or(1)) * HEAD.line_height() + GAP;
        // A heading is not alone at the end of a page.
        sheet.need(height + 4.0 * CELL.line_height());
        let (start, top, width) = (MARGIN, sheet.top, sheet.width());
        sheet.fill(Space { start, top, width }, height, SHADE);
        for (place, lines) in cells.iter().enumerate() {
            let space = Space { top: top + GAP / 2.0, ..self.space(sheet, place) };
            let mut cell = node.as_ref().map(|_| Node::new(Tag::TH(TableHeaderScope::Column)));
            sheet.put(lines, (HEAD, Align::Start), space, cell.as_mut(), None);
            if let (Some(node), Some(cell)) = (node.as_deref_mut(), cell) {
                node.push(cell);
            }
        }
        sheet.top += height;
    }

    /// The space of a column.
    fn space(&self, sheet: &Sheet<'_>, place: usize) -> Space {
        let whole: f32 = self.columns.iter().map(|(_, part)| part).sum();
        let before: f32 = self.columns.iter().take(place).map(|(_, part)| part).sum();
        let part = self.columns.get(place).map_or(0.0, |(_, part)| *part);
        let scale = sheet.width() / whole;
        Space { start: MARGIN + before * scale + GAP / 2.0, top: sheet.top, width: part * scale - GAP }
    }
}
