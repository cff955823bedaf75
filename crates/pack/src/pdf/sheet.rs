//! A document that grows page by page: what is drawn, and the tree of tags that says what it means.

use krilla::tagging::{Tag, TagKind};

use super::fonts::{Fonts, Weight};
use super::lines::{Breaker, Line, Style};

/// The short and the long side of A4, in points.
const A4: (f32, f32) = (595.28, 841.89);

/// The margins, in points.
pub const MARGIN: f32 = 36.0;

/// The height of the line at the foot of pages, in points.
const FOOT: f32 = 18.0;

/// The colour of texts.
pub const INK: u32 = 0x0016_191c;
/// The colour of texts that matter less.
pub const SOFT: u32 = 0x0050_575e;
/// The colour of lines.
pub const RULE: u32 = 0x00c3_c8ce;
/// The colour behind headings of tables.
pub const SHADE: u32 = 0x00ee_f0f2;

/// A small number, as a part of a length.
#[expect(clippy::cast_precision_loss, reason = "there are less than 2^23 of anything on a page")]
pub const fn amount(number: usize) -> f32 {
    number as f32
}

/// A style.
pub const fn style(size: f32, weight: Weight, color: u32) -> Style {
    Style { size, weight, color }
}

/// Where a text is in its space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    Center,
}

/// A space: its distance from the side where lines start, its distance from the top of the page, and its width.
#[derive(Clone, Copy, Debug)]
pub struct Space {
    pub start: f32,
    pub top: f32,
    pub width: f32,
}

/// Something on a page.
#[derive(Clone, Debug)]
pub enum Drawing {
    /// A line of text, from a point on its base line.
    Text { line: Line, at: (f32, f32), style: Style },
    /// A polygon or, with four points and `is_round`, the ellipse in their rectangle; filled or as an outline.
    Shape { points: Vec<(f32, f32)>, is_round: bool, fill: Option<u32>, stroke: Option<u32> },
}

/// A drawing, with its leaf in the tree of tags; none for what only adorns the page.
#[derive(Clone, Debug)]
pub struct Placed {
    pub drawing: Drawing,
    pub leaf: Option<usize>,
    /// What the drawing says, if its letters do not.
    pub says: Option<String>,
}

/// A node of the tree of tags.
#[derive(Clone, Debug)]
pub struct Node {
    pub tag: TagKind,
    pub children: Vec<Child>,
}

/// A part of a node.
#[derive(Clone, Debug)]
pub enum Child {
    Node(Node),
    Leaf(usize),
}

impl Node {
    /// A node without children.
    pub fn new(tag: impl Into<TagKind>) -> Self {
        Self { tag: tag.into(), children: Vec::new() }
    }

    /// Adds a node at the end.
    pub fn push(&mut self, node: Self) {
        self.children.push(Child::Node(node));
    }

    /// This node with another one at its end.
    pub fn with(mut self, node: Self) -> Self {
        self.push(node);
        self
    }
}

/// An entry of the outline: its depth, its text, its page and its distance from the top.
#[derive(Clone, Debug)]
pub struct Entry {
    pub depth: usize,
    pub text: String,
    pub page: usize,
    pub top: f32,
}

/// The document.
pub struct Sheet<'f> {
    pub breaker: Breaker<'f>,
    /// The width and the height of pages, in points.
    pub size: (f32, f32),
    /// What is on each page.
    pub pages: Vec<Vec<Placed>>,
    /// The end of what is on the last page, from its top.
    pub top: f32,
    /// The number of leaves.
    pub leaves: usize,
    /// The outline.
    pub outline: Vec<Entry>,
}

impl<'f> Sheet<'f> {
    /// A document with one empty page.
    pub fn new(fonts: &'f Fonts, is_rtl: bool, is_landscape: bool) -> Self {
        let (short, long) = A4;
        Self {
            breaker: Breaker { fonts, is_rtl },
            size: if is_landscape { (long, short) } else { (short, long) },
            pages: vec![Vec::new()],
            top: MARGIN,
            leaves: 0,
            outline: Vec::new(),
        }
    }

    /// The width between the margins.
    pub fn width(&self) -> f32 {
        self.size.0 - 2.0 * MARGIN
    }

    /// The end of the space for content, from the top.
    pub fn bottom(&self) -> f32 {
        self.size.1 - MARGIN - FOOT
    }

    /// Whether a height fits on the page.
    pub fn fits(&self, height: f32) -> bool {
        self.top + height <= self.bottom()
    }

    /// Begins a page.
    pub fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.top = MARGIN;
    }

    /// Begins a page unless a height fits on this one.
    pub fn need(&mut self, height: f32) {
        if !self.fits(height) && self.top > MARGIN {
            self.turn();
        }
    }

    /// The left end of a space.
    pub fn left(&self, start: f32, width: f32) -> f32 {
        if self.breaker.is_rtl { self.size.0 - start - width } else { start }
    }

    /// Draws something, and adds it to a node; in a node of its own, if its letters do not say what it says.
    pub fn draw(&mut self, drawing: Drawing, node: Option<&mut Node>, says: Option<String>) {
        let leaf = node.map(|node| {
            let leaf = Child::Leaf(self.leaves);
            let child = match &says {
                None => leaf,
                Some(_) => Child::Node(Node {
                    tag: Tag::Span.with_actual_text(says.clone()).into(),
                    children: vec![leaf],
                }),
            };
            node.children.push(child);
            self.leaves += 1;
            self.leaves - 1
        });
        if let Some(page) = self.pages.last_mut() {
            page.push(Placed { drawing, leaf, says });
        }
    }

    /// A filled rectangle that only adorns the page.
    pub fn fill(&mut self, space: Space, height: f32, color: u32) {
        let left = self.left(space.start, space.width);
        let (right, bottom) = (left + space.width, space.top + height);
        let points = vec![(left, space.top), (right, space.top), (right, bottom), (left, bottom)];
        self.draw(Drawing::Shape { points, is_round: false, fill: Some(color), stroke: None }, None, None);
    }

    /// A line across a space at its top.
    pub fn rule(&mut self, space: Space) {
        self.fill(space, 0.5, RULE);
    }

    /// Draws lines in a space, and adds them to a node; returns the height.
    pub fn put(
        &mut self,
        lines: &[Line],
        (style, align): (Style, Align),
        space: Space,
        mut node: Option<&mut Node>,
        says: Option<&str>,
    ) -> f32 {
        let left = self.left(space.start, space.width);
        let mut top = space.top;
        for line in lines {
            let free = (space.width - line.width).max(0.0);
            let x = match align {
                Align::Center => left + free / 2.0,
                Align::Start if self.breaker.is_rtl => left + free,
                Align::Start => left,
            };
            let at = (x - line.indent, top + style.ascent());
            let says = says.map(str::to_owned).or_else(|| line.whole.clone());
            self.draw(Drawing::Text { line: line.clone(), at, style }, node.as_deref_mut(), says);
            top += style.line_height();
        }
        top - space.top
    }

    /// Draws a text below what is on the page, on as many pages as it needs, and adds it to a node.
    pub fn flow(&mut self, text: &str, style: Style, indent: f32, node: &mut Node) {
        let width = self.width() - indent;
        for line in self.breaker.lines(text, style, width, usize::MAX) {
            self.need(style.line_height());
            let space = Space { start: MARGIN + indent, top: self.top, width };
            self.put(&[line], (style, Align::Start), space, Some(node), None);
            self.top += style.line_height();
        }
    }
}
