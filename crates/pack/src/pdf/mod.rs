//! The PDF: A4 pages with a structure for screen readers, and fonts of which only the glyphs in use are embedded.

mod emit;
mod fonts;
mod heatmap;
mod lines;
mod sheet;
mod table;

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, Tag};

use self::fonts::{Fonts, Weight};
use self::heatmap::Heatmap;
use self::lines::Style;
use self::sheet::{Align, Entry, INK, MARGIN, Node, SOFT, Sheet, Space, amount, style};
use self::table::{Table, filled};
use crate::model::{Change, Owed, Pack, Red};
use crate::prose::{Block, Kind};

/// The number of weeks from which pages are broader than high.
const LANDSCAPE: usize = 27;

/// The indent of a level of a list, in points.
const INDENT: f32 = 12.0;

const TITLE: Style = style(20.0, Weight::Bold, INK);
const SECTION: Style = style(14.0, Weight::Bold, INK);
const PROJECT: Style = style(11.0, Weight::Bold, INK);
const BODY: Style = style(9.5, Weight::Regular, INK);
const STRONG: Style = style(9.5, Weight::Bold, INK);
const FACT: Style = style(8.5, Weight::Regular, SOFT);

/// Writes the document.
pub fn write(pack: &Pack) -> anyhow::Result<Vec<u8>> {
    let fonts = Fonts::read()?;
    let is_rtl = pack.language.direction() == "rtl";
    let sheet = Sheet::new(&fonts, is_rtl, pack.weeks.len() >= LANDSCAPE);
    let mut writer = Writer { pack, sheet, nodes: Vec::new() };
    writer.title();
    writer.heatmap();
    writer.changes();
    writer.reds();
    writer.owed();
    writer.feet();
    emit::write(pack, &writer.sheet, writer.nodes)
}

struct Writer<'w> {
    pack: &'w Pack,
    sheet: Sheet<'w>,
    /// The nodes below the root.
    nodes: Vec<Node>,
}

impl Writer<'_> {
    fn t(&self, key: &str) -> String {
        self.pack.language.t(key).into_owned()
    }

    /// A heading, with room for some lines below it.
    fn heading(&mut self, level: u16, text: &str, (style, before): (Style, f32)) {
        let text = filled(text);
        if self.sheet.top > MARGIN {
            self.sheet.top += before;
        }
        self.sheet.need(style.line_height() + 60.0);
        let (page, top) = (self.sheet.pages.len() - 1, self.sheet.top);
        self.sheet.outline.push(Entry { depth: usize::from(level), text: text.to_owned(), page, top });
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        let mut node = Node::new(Tag::Hn(level, Some(text.to_owned())));
        self.sheet.flow(text, style, 0.0, &mut node);
        self.sheet.top += 3.0;
        self.nodes.push(node);
    }

    fn section(&mut self, text: &str) {
        self.heading(2, text, (SECTION, 16.0));
    }

    fn paragraph(&mut self, text: &str, style: Style) {
        let mut node = Node::new(Tag::P);
        self.sheet.flow(text, style, 0.0, &mut node);
        self.sheet.top += 2.0;
        self.nodes.push(node);
    }

    fn title(&mut self) {
        self.heading(1, &self.pack.title, (TITLE, 0.0));
        for fact in &self.pack.facts {
            self.paragraph(fact, FACT);
        }
    }

    fn heatmap(&mut self) {
        self.section(&self.t("portfolio-view-grid"));
        if self.pack.projects.is_empty() {
            self.paragraph(&self.t("portfolio-nothing-title"), BODY);
            return;
        }
        self.paragraph(&self.pack.counts, BODY);
        let heatmap = Heatmap::new(self.pack, &self.sheet);
        let mut legend = Node::new(Tag::P);
        heatmap.legend(&mut self.sheet, &mut legend);
        self.nodes.push(legend);
        let table = heatmap.draw(&mut self.sheet);
        self.nodes.push(table);
    }

    fn changes(&mut self) {
        let title = self.t("pack-changes");
        self.section(&title);
        if self.pack.changes.is_empty() {
            self.paragraph(&self.t("changes-none"), BODY);
            return;
        }
        let columns = [
            (self.t("portfolio-workspace"), 0.28),
            (self.t("portfolio-health-label"), 0.17),
            (self.t("pack-what"), 0.55),
        ];
        let row = |change: &Change| {
            let mut what = change.notes.clone();
            what.extend(Some(change.sentence.clone()).filter(|sentence| !sentence.is_empty()));
            vec![change.title.clone(), self.moved(change), what.join("\n")]
        };
        let rows = self.pack.changes.iter().map(row).collect();
        let table = Table { columns: &columns, summary: title, rows }.draw(&mut self.sheet);
        self.nodes.push(table);
    }

    /// The colours of a change in words.
    fn moved(&self, change: &Change) -> String {
        let language = self.pack.language;
        let (from, to) = (language.health(change.from), language.health(change.to));
        if change.from == change.to {
            return to.into_owned();
        }
        format!("{from} {} {to}", language.t("arrow-forward"))
    }

    fn reds(&mut self) {
        self.section(&self.t("pack-reds"));
        if self.pack.reds.is_empty() {
            self.paragraph(&self.t("pack-no-reds"), BODY);
        }
        for red in &self.pack.reds {
            self.red(red);
        }
    }

    fn red(&mut self, red: &Red) {
        self.heading(3, &red.title, (PROJECT, 8.0));
        self.paragraph(&red.facts.join(" · "), FACT);
        self.blocks(&red.text);
        for detail in &red.details {
            let health = self.pack.language.health(Some(detail.color));
            self.sheet.need(STRONG.line_height() + 2.0 * BODY.line_height());
            self.paragraph(&format!("{}: {health}", detail.category), STRONG);
            self.blocks(&detail.text);
        }
    }

    /// Blocks of a text; items that follow each other are a list.
    fn blocks(&mut self, blocks: &[Block]) {
        let is_item = |block: &Block| matches!(block.kind, Kind::Item(..));
        for part in blocks.chunk_by(|one, other| is_item(one) && is_item(other)) {
            if part.iter().any(is_item) {
                self.list(part);
            } else {
                for block in part {
                    let style = if block.kind == Kind::Heading { STRONG } else { BODY };
                    self.paragraph(&block.text, style);
                }
            }
        }
    }

    fn list(&mut self, items: &[Block]) {
        let is_numbered = matches!(items.first().map(|item| item.kind), Some(Kind::Item(_, Some(_))));
        let numbering = if is_numbered { ListNumbering::Decimal } else { ListNumbering::Disc };
        let mut list = Node::new(Tag::L(numbering));
        for item in items {
            let Kind::Item(depth, number) = item.kind else { continue };
            let sign = number.map_or_else(|| "•".to_owned(), |number| format!("{number}."));
            let indent = amount(depth) * INDENT + 4.0;
            self.sheet.need(BODY.line_height());
            let lines = self.sheet.breaker.lines(&sign, BODY, 40.0, 1);
            let width = lines.first().map_or(0.0, |line| line.width).max(INDENT);
            let space = Space { start: MARGIN + indent - INDENT, top: self.sheet.top, width };
            let (mut label, mut body) = (Node::new(Tag::Lbl), Node::new(Tag::LBody));
            self.sheet.put(&lines, (BODY, Align::Start), space, Some(&mut label), None);
            self.sheet.flow(&item.text, BODY, indent - INDENT + width.max(INDENT), &mut body);
            list.push(Node::new(Tag::LI).with(label).with(body));
        }
        self.sheet.top += 2.0;
        self.nodes.push(list);
    }

    fn owed(&mut self) {
        let title = self.t("pack-owed");
        self.section(&title);
        let owed = match &self.pack.owed {
            None => return self.paragraph(&self.t("pack-owed-past"), BODY),
            Some(owed) if owed.is_empty() => return self.paragraph(&self.t("pack-nothing-owed"), BODY),
            Some(owed) => owed,
        };
        let columns = [
            (self.t("portfolio-workspace"), 0.36),
            (self.t("desk-owner"), 0.22),
            (self.t("desk-state"), 0.14),
            (self.t("desk-due-at"), 0.14),
            (self.t("portfolio-last-report"), 0.14),
        ];
        let language = self.pack.language;
        let row = |owed: &Owed| {
            let date =
                |date: Option<jiff::civil::Date>| date.map(|date| language.date(date)).unwrap_or_default();
            let last = if owed.last.is_none() { self.t("portfolio-never") } else { date(owed.last) };
            vec![owed.title.clone(), owed.owner.clone(), owed.state(language), date(owed.due), last]
        };
        let rows = owed.iter().map(row).collect();
        let table = Table { columns: &columns, summary: title, rows }.draw(&mut self.sheet);
        self.nodes.push(table);
    }

    /// The title and the number of the page at the foot of each page, which are not read.
    fn feet(&mut self) {
        let count = self.sheet.pages.len();
        let (start, width) = (MARGIN, self.sheet.width());
        let top = self.sheet.size.1 - MARGIN - FACT.line_height();
        for number in 1..=count {
            let values = [("number", number.into()), ("count", count.into())];
            let page = self.pack.language.say("pack-page", values);
            let foot = format!("{} · {page}", self.pack.title);
            let lines = self.sheet.breaker.lines(&foot, FACT, width, 1);
            // The feet are drawn last, each on its page.
            let later = self.sheet.pages.split_off(number);
            self.sheet.put(&lines, (FACT, Align::Start), Space { start, top, width }, None, None);
            self.sheet.pages.extend(later);
        }
    }
}
