//! Writes a document with krilla, which checks the rules of PDF/UA-1 that a program can check.

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{Metadata, TextDirection};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use super::sheet::{Child, Drawing, Entry, Node, Placed, Sheet};
use crate::model::Pack;

/// How far a curve reaches on the way to the corner, so that four of them are an ellipse.
const ROUND: f32 = 0.552_285;

/// Writes the document.
pub fn write(pack: &Pack, sheet: &Sheet<'_>, nodes: Vec<Node>) -> anyhow::Result<Vec<u8>> {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut leaves: Vec<Option<Identifier>> = vec![None; sheet.leaves];
    for page in &sheet.pages {
        let settings = PageSettings::from_wh(sheet.size.0, sheet.size.1);
        let settings = settings.ok_or_else(|| anyhow::anyhow!("a page without a size"))?;
        let mut page_of_document = document.start_page_with(settings);
        let mut surface = page_of_document.surface();
        for placed in page {
            draw(&mut surface, sheet, placed, &mut leaves);
        }
        surface.finish();
        page_of_document.finish();
    }
    let language = pack.language.code().to_owned();
    let direction =
        if sheet.breaker.is_rtl { TextDirection::RightToLeft } else { TextDirection::LeftToRight };
    let metadata = Metadata::new()
        .title(pack.title.clone())
        .language(language.clone())
        .text_direction(direction)
        .creator("Statuary".to_owned())
        .producer("Statuary".to_owned());
    document.set_metadata(metadata);
    document.set_outline(outline(&sheet.outline));
    let mut tree = TagTree::new().with_lang(Some(language));
    for node in nodes {
        tree.push(group(node, &mut leaves));
    }
    document.set_tag_tree(tree);
    document.finish().map_err(|error| anyhow::anyhow!("{error}: {error:?}"))
}

/// The tags of a node with the content that was drawn for it.
fn group(node: Node, leaves: &mut [Option<Identifier>]) -> TagGroup {
    let mut tags = TagGroup::new(node.tag);
    for child in node.children {
        match child {
            Child::Node(node) => tags.push(group(node, leaves)),
            Child::Leaf(place) => {
                if let Some(identifier) = leaves.get_mut(place).and_then(Option::take) {
                    tags.push(identifier);
                }
            }
        }
    }
    tags
}

fn outline(entries: &[Entry]) -> Outline {
    let mut outline = Outline::new();
    for node in nested(entries) {
        outline.push_child(node);
    }
    outline
}

/// The entries as a tree: each belongs to the last one before it with a smaller depth.
fn nested(entries: &[Entry]) -> Vec<OutlineNode> {
    let Some(first) = entries.first() else { return Vec::new() };
    let tops = entries.iter().enumerate().filter(|(_, entry)| entry.depth <= first.depth);
    let tops: Vec<usize> = tops.map(|(place, _)| place).collect();
    let ends = tops.iter().skip(1).copied().chain([entries.len()]);
    let node = |(start, end): (&usize, usize)| {
        let entry = &entries[*start];
        let place = XyzDestination::new(entry.page, Point::from_xy(0.0, entry.top));
        let mut node = OutlineNode::new(entry.text.clone(), place).with_open(true);
        for inner in nested(&entries[start + 1..end]) {
            node.push_child(inner);
        }
        node
    };
    tops.iter().zip(ends).map(node).collect()
}

fn draw(surface: &mut Surface<'_>, sheet: &Sheet<'_>, placed: &Placed, leaves: &mut [Option<Identifier>]) {
    let span = SpanTag::empty().with_actual_text(placed.says.as_deref());
    let tag = match placed.leaf {
        Some(_) => ContentTag::Span(span),
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
    };
    let identifier = surface.start_tagged(tag);
    match &placed.drawing {
        Drawing::Text { line, at, style } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(style.color)));
            let mut x = at.0;
            for run in &line.runs {
                let font = sheet.breaker.fonts.font(run);
                let start = Point::from_xy(x, at.1);
                surface.draw_glyphs(start, &run.glyphs, font, &run.text, style.size, false);
                x += run.width * style.size;
            }
        }
        Drawing::Shape { points, is_round, fill: inside, stroke } => {
            surface.set_fill(inside.map(fill));
            let line = |color: u32| Stroke { paint: color_of(color).into(), width: 0.8, ..Stroke::default() };
            surface.set_stroke(stroke.map(line));
            if let Some(path) = path(points, *is_round) {
                surface.draw_path(&path);
            }
        }
    }
    surface.end_tagged();
    if let Some(leaf) = placed.leaf.and_then(|place| leaves.get_mut(place)) {
        *leaf = Some(identifier);
    }
}

fn path(points: &[(f32, f32)], is_round: bool) -> Option<krilla::geom::Path> {
    let mut builder = PathBuilder::new();
    match points {
        [(left, top), _, (right, bottom), _] if is_round => {
            let center = (f32::midpoint(*left, *right), f32::midpoint(*top, *bottom));
            let (wide, high) = ((right - left) / 2.0, (bottom - top) / 2.0);
            let at = |across: f32, down: f32| (center.0 + across * wide, center.1 + down * high);
            builder.move_to(center.0 + wide, center.1);
            // Each quarter: the control points, and the end.
            for quarter in [
                [at(1.0, ROUND), at(ROUND, 1.0), at(0.0, 1.0)],
                [at(-ROUND, 1.0), at(-1.0, ROUND), at(-1.0, 0.0)],
                [at(-1.0, -ROUND), at(-ROUND, -1.0), at(0.0, -1.0)],
                [at(ROUND, -1.0), at(1.0, -ROUND), at(1.0, 0.0)],
            ] {
                let [first, second, end] = quarter;
                builder.cubic_to(first.0, first.1, second.0, second.1, end.0, end.1);
            }
            builder.close();
        }
        [first, rest @ ..] => {
            builder.move_to(first.0, first.1);
            for (x, y) in rest {
                builder.line_to(*x, *y);
            }
            if rest.len() > 1 {
                builder.close();
            }
        }
        [] => return None,
    }
    builder.finish()
}

fn fill(color: u32) -> Fill {
    Fill { paint: color_of(color).into(), ..Fill::default() }
}

fn color_of(color: u32) -> rgb::Color {
    let [_, red, green, blue] = color.to_be_bytes();
    rgb::Color::new(red, green, blue)
}
