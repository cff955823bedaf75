//! Lines: where a text is broken, and in which order its parts are drawn.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Direction, Level, get_base_direction};
use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::fonts::{Fonts, Run, Weight};

/// The look of a text.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The size in points.
    pub size: f32,
    /// The weight.
    pub weight: Weight,
    /// The colour.
    pub color: u32,
}

impl Style {
    /// The height of a line in points.
    pub fn line_height(self) -> f32 {
        self.size * 1.36
    }

    /// The distance of the base line from the top of a line in points.
    pub fn ascent(self) -> f32 {
        self.size * 1.06
    }
}

/// A line of text.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its runs from left to right.
    pub runs: Vec<Run>,
    /// The width without the spaces at its end, in points.
    pub width: f32,
    /// The width of the spaces at its end if they are at the left, in points.
    pub indent: f32,
    /// The text of which it shows the beginning, if it is cut.
    pub whole: Option<String>,
}

/// The part of a line that was cut.
const ELLIPSIS: &str = "…";

/// Breaks texts into lines.
pub struct Breaker<'f> {
    pub fonts: &'f Fonts,
    /// The direction of texts without letters.
    pub is_rtl: bool,
}

impl Breaker<'_> {
    /// The lines of a text that are not wider than `width` points: at most `most`, the last of which is cut if there is more.
    pub fn lines(&self, text: &str, style: Style, width: f32, most: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        for paragraph in text.split(is_separator).filter(|paragraph| !paragraph.trim().is_empty()) {
            let ranges = self.ranges(paragraph, style, width);
            for range in ranges {
                if lines.len() == most {
                    let place = lines.len() - 1;
                    let cut = self.cut(&lines[place], text, style, width);
                    lines[place] = cut;
                    return lines;
                }
                lines.push(self.line(paragraph, range, style));
            }
        }
        lines
    }

    /// The ranges of the lines of a paragraph.
    fn ranges(&self, text: &str, style: Style, width: f32) -> Vec<Range<usize>> {
        let most = width / style.size;
        let (mut ranges, mut start, mut end, mut filled) = (Vec::new(), 0, 0, 0.0);
        for (next, opportunity) in linebreaks(text) {
            let word = &text[end..next];
            let visible = self.fonts.width(word.trim_end(), style.weight);
            if filled + visible > most && start < end {
                ranges.push(start..end);
                (start, filled) = (end, 0.0);
            }
            if visible > most {
                let pieces = self.pieces(word, style.weight, most);
                // The last piece begins a line that goes on.
                for piece in pieces.iter().rev().skip(1).rev() {
                    ranges.push(start..end + piece);
                    start = end + piece;
                }
                filled = self.fonts.width(&text[start..next], style.weight);
            } else {
                filled += self.fonts.width(word, style.weight);
            }
            end = next;
            if opportunity == BreakOpportunity::Mandatory && start < end {
                ranges.push(start..end);
                (start, filled) = (end, 0.0);
            }
        }
        ranges
    }

    /// Where a word that is wider than a line is broken: the ends of its pieces.
    fn pieces(&self, word: &str, weight: Weight, most: f32) -> Vec<usize> {
        let (mut ends, mut start) = (Vec::new(), 0);
        while start < word.len() {
            let rest = &word[start..];
            let mut places: Vec<usize> = Vec::new();
            let mut widths = Vec::new();
            let (mut at, mut filled) = (0, 0.0);
            for run in self.fonts.shape(&rest[..bound(rest)], weight, false) {
                for glyph in &run.glyphs {
                    if glyph.text_range.start == 0 || places.last() != Some(&(at + glyph.text_range.start)) {
                        places.push(at + glyph.text_range.start);
                        widths.push(filled);
                    }
                    filled += glyph.x_advance;
                }
                at += run.text.len();
            }
            // Characters that are not drawn make the shaped text shorter, so that a place may be within a character.
            let fits = widths.iter().rposition(|own| *own <= most && *own > 0.0);
            let place = if filled <= most { rest.len() } else { fits.map_or(0, |found| places[found]) };
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let mut end = place.max(first).min(rest.len());
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            start += end;
            ends.push(start);
        }
        ends
    }

    /// A line of a paragraph.
    fn line(&self, text: &str, range: Range<usize>, style: Style) -> Line {
        let level = match get_base_direction(text) {
            Direction::Rtl => Level::rtl(),
            Direction::Mixed if self.is_rtl => Level::rtl(),
            Direction::Ltr | Direction::Mixed => Level::ltr(),
        };
        let bidi = BidiInfo::new(text, Some(level));
        let Some(paragraph) = bidi.paragraphs.first() else {
            return Line { runs: Vec::new(), width: 0.0, indent: 0.0, whole: None };
        };
        let (levels, visual) = bidi.visual_runs(paragraph, range.clone());
        let shape = |run: Range<usize>| {
            self.fonts.shape(&text[run.clone()], style.weight, levels[run.start].is_rtl())
        };
        let runs: Vec<Run> = visual.into_iter().flat_map(shape).collect();
        let own = &text[range];
        let spaces = self.fonts.width(&own[own.trim_end().len()..], style.weight) * style.size;
        let width = runs.iter().map(|run| run.width).sum::<f32>() * style.size - spaces;
        Line { runs, width, indent: if level.is_rtl() { spaces } else { 0.0 }, whole: None }
    }

    /// A line with an ellipsis at its end, for a text that goes on.
    fn cut(&self, line: &Line, text: &str, style: Style, width: f32) -> Line {
        let mut own: String = line.runs.iter().map(|run| run.text.as_str()).collect();
        // The runs are in visual order: the text itself has the beginning of the line.
        if let Some(found) = text.find(own.trim()) {
            let end = found + own.trim().len();
            text[found..end].clone_into(&mut own);
        }
        loop {
            let shown = format!("{}{ELLIPSIS}", own.trim_end());
            if self.fonts.width(&shown, style.weight) * style.size <= width || own.is_empty() {
                let cut = self.line(&shown, 0..shown.len(), style);
                return Line { whole: Some(text.replace('\n', " ")), ..cut };
            }
            own.pop();
        }
    }
}

/// Whether a character ends a paragraph, for the order of what is drawn.
const fn is_separator(letter: char) -> bool {
    matches!(
        letter,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// The length of the beginning of a word that is shaped at once.
fn bound(word: &str) -> usize {
    word.char_indices().nth(256).map_or(word.len(), |(end, _)| end)
}
