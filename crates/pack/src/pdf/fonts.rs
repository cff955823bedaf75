//! The fonts, and the shaping of texts with them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use harfrust::{Direction, FontRef, GlyphBuffer, ShapeOptions, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::MetadataProvider;
use skrifa::charmap::Charmap;

/// The files of each weight, in the order in which a character is looked for. The last one has what stands for a character
/// that none of them has.
const FILES: [[&[u8]; 4]; 2] = [
    [
        include_bytes!("../../assets/NotoSans-Regular.ttf"),
        include_bytes!("../../assets/NotoSansHebrew-Regular.ttf"),
        include_bytes!("../../assets/NotoSansMath-Regular.ttf"),
        include_bytes!("../../assets/NotoSansSymbols2-Regular.ttf"),
    ],
    [
        include_bytes!("../../assets/NotoSans-Bold.ttf"),
        include_bytes!("../../assets/NotoSansHebrew-Bold.ttf"),
        include_bytes!("../../assets/NotoSansMath-Regular.ttf"),
        include_bytes!("../../assets/NotoSansSymbols2-Regular.ttf"),
    ],
];

/// What is drawn instead of a character that no font has.
const REPLACEMENT: char = '□';

/// A weight of the fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    Regular,
    Bold,
}

/// A file.
struct Face {
    font: Font,
    reference: FontRef<'static>,
    letters: Charmap<'static>,
    shaper: ShaperData,
}

/// A part of a line in one font and one direction.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its font, for [`Fonts::font`].
    face: (Weight, usize),
    /// What it says.
    pub text: String,
    /// The glyphs from left to right.
    pub glyphs: Vec<KrillaGlyph>,
    /// The width, as a part of the size of the font.
    pub width: f32,
}

/// The fonts of a document.
pub struct Fonts {
    faces: [Vec<Face>; 2],
    replacement: GlyphId,
    /// The widths that were measured.
    widths: RefCell<HashMap<(Weight, String), f32>>,
}

impl Fonts {
    /// Reads the fonts.
    pub fn read() -> anyhow::Result<Self> {
        let face = |bytes: &'static [u8]| {
            let reference = FontRef::new(bytes)?;
            let font = Font::new(bytes.into(), 0).ok_or_else(|| anyhow::anyhow!("a font is broken"))?;
            Ok(Face { font, letters: reference.charmap(), shaper: ShaperData::new(&reference), reference })
        };
        let faces =
            |files: [&'static [u8]; 4]| files.into_iter().map(face).collect::<anyhow::Result<Vec<_>>>();
        let faces = [faces(FILES[0])?, faces(FILES[1])?];
        let replacement = faces[0].last().and_then(|face| face.letters.map(REPLACEMENT));
        let replacement = replacement.ok_or_else(|| anyhow::anyhow!("the fonts lack {REPLACEMENT}"))?;
        Ok(Self { faces, replacement: GlyphId::new(replacement.to_u32()), widths: RefCell::default() })
    }

    /// The font of a run.
    pub fn font(&self, run: &Run) -> Font {
        let (weight, place) = run.face;
        self.of(weight)[place].font.clone()
    }

    fn of(&self, weight: Weight) -> &[Face] {
        &self.faces[weight as usize]
    }

    /// The width of a text, as a part of the size of the font.
    pub fn width(&self, text: &str, weight: Weight) -> f32 {
        let key = (weight, text.to_owned());
        if let Some(width) = self.widths.borrow().get(&key) {
            return *width;
        }
        let width = self.shape(text, weight, false).iter().map(|run| run.width).sum();
        self.widths.borrow_mut().insert(key, width);
        width
    }

    /// The runs of a text of one direction, from left to right.
    pub fn shape(&self, text: &str, weight: Weight, is_rtl: bool) -> Vec<Run> {
        let mut runs = Vec::new();
        for (place, range) in self.parts(text, weight) {
            let part: String = text[range].chars().filter(|letter| !is_ignorable(*letter)).collect();
            let shaped = place.and_then(|place| self.run(&part, (weight, place), is_rtl));
            match shaped {
                Some(run) => runs.push(run),
                None => runs.extend(part.chars().map(|letter| self.replaced(letter, weight))),
            }
        }
        if is_rtl {
            runs.reverse();
        }
        runs
    }

    /// The parts of a text with the font that has their characters, if any has.
    fn parts(&self, text: &str, weight: Weight) -> Vec<(Option<usize>, Range<usize>)> {
        let faces = self.of(weight);
        let has =
            |place: usize, letter| faces[place].letters.map(letter).is_some_and(|glyph| glyph.to_u32() > 0);
        let mut parts: Vec<(Option<usize>, Range<usize>)> = Vec::new();
        for (at, letter) in text.char_indices() {
            let end = at + letter.len_utf8();
            let current = parts.last().map(|(place, _)| *place);
            // Spaces, digits and marks stay in the font of what is before them.
            let stays = |place: &Option<usize>| {
                is_ignorable(letter)
                    || !letter.is_alphabetic() && place.is_some_and(|place| has(place, letter))
            };
            let place = match current.filter(stays) {
                Some(place) => place,
                None => (0..faces.len()).find(|place| has(*place, letter)),
            };
            match parts.last_mut() {
                Some((last, range)) if *last == place || is_ignorable(letter) => range.end = end,
                _ if is_ignorable(letter) => {}
                _ => parts.push((place, at..end)),
            }
        }
        parts
    }

    /// A run in a font; `None` if the font lacks a glyph after all.
    fn run(&self, text: &str, (weight, place): (Weight, usize), is_rtl: bool) -> Option<Run> {
        let face = &self.of(weight)[place];
        let engine = face.shaper.shaper(&face.reference).build();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = engine.shape(buffer, ShapeOptions::new());
        let glyphs = glyphs(&shaped, text.len(), face.font.units_per_em());
        if glyphs.iter().any(|glyph| glyph.glyph_id.to_u32() == 0) {
            return None;
        }
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Some(Run { face: (weight, place), text: text.to_owned(), glyphs, width })
    }

    /// What stands for a character that no font has; readers of the text still find the character.
    fn replaced(&self, letter: char, weight: Weight) -> Run {
        let place = self.of(weight).len() - 1;
        let face = &self.of(weight)[place];
        let metrics = face
            .reference
            .glyph_metrics(skrifa::instance::Size::unscaled(), skrifa::instance::LocationRef::default());
        let width = metrics.advance_width(self.replacement.to_u32().into()).unwrap_or(600.0)
            / face.font.units_per_em();
        // A document cannot say these.
        let text = if letter.is_control() { '\u{fffd}' } else { letter }.to_string();
        let glyph = KrillaGlyph::new(self.replacement, width, 0.0, 0.0, 0.0, 0..text.len(), None);
        Run { face: (weight, place), text, glyphs: vec![glyph], width }
    }
}

/// The glyphs of a shaped text, each with the part of the text that it belongs to.
#[expect(clippy::cast_precision_loss, reason = "positions are small whole numbers")]
fn glyphs(shaped: &GlyphBuffer, length: usize, units: f32) -> Vec<KrillaGlyph> {
    let infos = shaped.glyph_infos();
    let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    let end_of = |start: usize| {
        let next = starts.partition_point(|other| *other <= start);
        starts.get(next).copied().unwrap_or(length)
    };
    let glyph = |(info, at): (&harfrust::GlyphInfo, &harfrust::GlyphPosition)| {
        let start = info.cluster as usize;
        let part = |value: i32| value as f32 / units;
        KrillaGlyph::new(
            GlyphId::new(info.glyph_id),
            part(at.x_advance),
            part(at.x_offset),
            part(at.y_offset),
            part(at.y_advance),
            start..end_of(start),
            None,
        )
    };
    infos.iter().zip(shaped.glyph_positions()).map(glyph).collect()
}

/// Whether a character is not drawn: joiners, marks of direction, variation selectors and the like.
pub const fn is_ignorable(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}
