//! The Markdown of reports as blocks of plain text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::clean;

/// The maximum depth of a list.
const MOST_DEPTH: usize = 4;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A heading of the text.
    Heading,
    /// A paragraph.
    Paragraph,
    /// An item of a list, at a depth from 1, with its number in a list that is ordered.
    Item(usize, Option<u64>),
}

/// A block of text; its lines are separated by line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// The text, not blank.
    pub text: String,
}

/// The blocks of a text of at most `most` characters.
pub fn blocks(text: &str, most: usize) -> Vec<Block> {
    let text = clean::cut(clean::letters(text).trim(), most);
    let (mut blocks, mut line) = (Vec::new(), String::new());
    // The next number of each open list.
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut item = None;
    let mut put = |line: &mut String, item: &mut Option<Kind>, is_heading: bool| {
        let usual = if is_heading { Kind::Heading } else { Kind::Paragraph };
        let text = std::mem::take(line).trim().to_owned();
        if !text.is_empty() {
            blocks.push(Block { kind: item.take().unwrap_or(usual), text });
        }
    };
    for event in Parser::new_ext(&text, Options::empty()) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                line.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => line.push('\n'),
            Event::Start(Tag::List(first)) => {
                put(&mut line, &mut item, false);
                lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                put(&mut line, &mut item, false);
                lists.pop();
            }
            Event::Start(Tag::Item) => {
                put(&mut line, &mut item, false);
                let number = lists.last_mut().and_then(Option::as_mut).map(|next| {
                    let number = *next;
                    *next = next.saturating_add(1);
                    number
                });
                item = Some(Kind::Item(lists.len().min(MOST_DEPTH), number));
            }
            Event::End(TagEnd::Heading(_)) => put(&mut line, &mut item, true),
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock)
            | Event::End(TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Item) => {
                put(&mut line, &mut item, false);
            }
            _ => {}
        }
    }
    put(&mut line, &mut item, false);
    blocks
}

/// The first line of a text that is not a heading, without markup.
pub fn first_line(text: &str) -> String {
    let blocks = blocks(text, 4096);
    let first = blocks.iter().find(|block| block.kind != Kind::Heading).or(blocks.first());
    first.and_then(|block| block.text.lines().next()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_blocks() {
        let text = "# Risks\n\nThe **crane** is late.\nSo are we.\n\n- one\n  1. *inner*\n  2. more\n- two\n\n```\ncode\n```\n<b>x</b>";
        let block = |kind, text: &str| Block { kind, text: text.to_owned() };
        assert_eq!(
            blocks(text, 1000),
            [
                block(Kind::Heading, "Risks"),
                block(Kind::Paragraph, "The crane is late.\nSo are we."),
                block(Kind::Item(1, None), "one"),
                block(Kind::Item(2, Some(1)), "inner"),
                block(Kind::Item(2, Some(2)), "more"),
                block(Kind::Item(1, None), "two"),
                block(Kind::Paragraph, "code"),
                block(Kind::Paragraph, "<b>x</b>"),
            ]
        );
        assert_eq!(first_line(text), "The crane is late.");
        assert_eq!(first_line("# Only"), "Only");
        assert_eq!(blocks("", 10), []);
        assert_eq!(blocks("abcdef", 3)[0].text, "abc…");
    }
}
