//! Texts of people as HTML. A text is Markdown without images and raw HTML; its line breaks stay, and its web addresses
//! become links, so that a text that was written as plain text reads as it did.

use std::sync::LazyLock;

use ammonia::Builder;
use askama::filters::{Escaper, Html};
use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream,
};
use url::Url;

/// The maximum length of a text that is rendered, in bytes; a longer one is shown as typed.
const MAX_LENGTH: usize = 64 * 1024;
/// The maximum nesting depth of a text that is rendered.
const MAX_DEPTH: usize = 24;
/// The maximum length of a rendering, in bytes.
const MAX_HTML: usize = 1024 * 1024;
/// The length of the beginning of a text that is read for its first lines, in letters.
const MAX_PLAIN: usize = 4096;
/// The level of the highest heading of a text: pages have headings up to level 2.
const FIRST_LEVEL: usize = 3;
/// The attribute `rel` of links.
const REL: &str = "noopener noreferrer nofollow";

/// What a rendering can have. The renderer writes nothing else; this is the second line of defence.
static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut allowed = Builder::empty();
    allowed
        .add_tags([
            "p",
            "br",
            "hr",
            "ul",
            "ol",
            "li",
            "strong",
            "em",
            "a",
            "h3",
            "h4",
            "h5",
            "h6",
            "code",
            "pre",
            "blockquote",
        ])
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attribute_values("p", "class", ["typed"])
        .add_url_schemes(["http", "https", "mailto"])
        .link_rel(Some(REL));
    allowed
});

/// Renders a text.
pub fn html(text: &str) -> String {
    let text = text.trim();
    if text.len() > MAX_LENGTH {
        return as_typed(text);
    }
    let Some(events) = events(text) else { return as_typed(text) };
    let mut html = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    if html.len() > MAX_HTML {
        return as_typed(text);
    }
    ALLOWED.clean(html.trim_end()).to_string()
}

/// The first line of a text without its markup; that of a heading only if the text has nothing else.
pub fn summary(text: &str) -> String {
    let (headings, lines) = plain(text);
    lines.into_iter().chain(headings).next().unwrap_or_default()
}

/// The beginning of a text in one line, without markup and headings.
pub fn beginning(text: &str) -> String {
    let (headings, lines) = plain(text);
    if lines.is_empty() { headings.join(" ") } else { lines.join(" ") }
}

/// The headings and the other lines of the beginning of a text, without markup and without empty ones.
fn plain(text: &str) -> (Vec<String>, Vec<String>) {
    let text = text.trim();
    let end = text.char_indices().nth(MAX_PLAIN).map_or(text.len(), |(end, _)| end);
    let (mut lines, mut headings, mut line) = (Vec::new(), Vec::new(), String::new());
    for event in parser(&text[..end]) {
        match &event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                line.push_str(text);
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak
            | Event::HardBreak
            | Event::Start(Tag::Item | Tag::Paragraph)
            | Event::End(_) => {
                let own =
                    if matches!(event, Event::End(TagEnd::Heading(_))) { &mut headings } else { &mut lines };
                own.extend(line.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
                line.clear();
            }
            _ => {}
        }
    }
    (headings, lines)
}

/// Escapes a text for elements and attributes.
pub fn escape(out: &mut String, text: &str) {
    Html.write_escaped_str(out, text).expect("writing to a string succeeds");
}

/// Whether an address is `http` or `https`, and so nothing that a browser would execute.
pub fn is_web(address: &str) -> bool {
    address.contains("://")
        && Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether a link to an address is written: to the web, or to an e-mail address.
fn is_followed(address: &str) -> bool {
    is_web(address) || Url::parse(address).is_ok_and(|url| url.scheme() == "mailto")
}

/// The text as one paragraph whose line breaks the stylesheet keeps.
fn as_typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    out.push_str("<p class=\"typed\">");
    escape(&mut out, text);
    out.push_str("</p>");
    out
}

fn parser(text: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(text, Options::empty()))
}

/// The levels of the headings around a place, so that no level is left out.
#[derive(Default)]
struct Outline(Vec<HeadingLevel>);

impl Outline {
    /// The level at which a heading is shown.
    fn enter(&mut self, level: HeadingLevel) -> HeadingLevel {
        while self.0.last().is_some_and(|above| *above >= level) {
            self.0.pop();
        }
        self.0.push(level);
        HeadingLevel::try_from(FIRST_LEVEL + self.0.len() - 1).unwrap_or(HeadingLevel::H6)
    }
}

/// The events of a text without images, raw HTML and links to anywhere but pages and e-mail addresses; `None` if it is
/// nested too deeply.
fn events(text: &str) -> Option<Vec<Event<'_>>> {
    let (mut out, mut outline, mut level) = (Vec::new(), Outline::default(), HeadingLevel::H6);
    // Whether each open link is written, and the number of open code blocks.
    let (mut links, mut depth, mut codes) = (Vec::new(), 0_usize, 0_usize);
    for event in parser(text) {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return None;
        }
        match event {
            Event::Start(Tag::Heading { level: own, .. }) => {
                level = outline.enter(own);
                let (id, classes, attrs) = (None, Vec::new(), Vec::new());
                out.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
            }
            Event::End(TagEnd::Heading(_)) => out.push(Event::End(TagEnd::Heading(level))),
            Event::Start(Tag::Link { dest_url, link_type, .. }) => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}").into(),
                    _ => dest_url,
                };
                links.push(is_followed(&address));
                if is_followed(&address) {
                    out.push(Event::Start(link(address)));
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    out.push(event);
                }
            }
            // What stands for an image stays, and an indented paragraph is one.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                codes += 1;
                // The language would be a class.
                out.push(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced("".into()))));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented) | Tag::HtmlBlock) => {
                out.push(Event::Start(Tag::Paragraph));
            }
            Event::End(TagEnd::CodeBlock) if codes > 0 => {
                codes -= 1;
                out.push(event);
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
            Event::SoftBreak => out.push(Event::HardBreak),
            Event::Text(text) if codes > 0 => out.push(Event::Text(text)),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                lines(&mut out, &text, links.contains(&true));
            }
            other => out.push(other),
        }
    }
    Some(out)
}

fn link(address: CowStr<'_>) -> Tag<'_> {
    Tag::Link { link_type: LinkType::Inline, dest_url: address, title: "".into(), id: "".into() }
}

/// Adds a text, its line breaks and, outside of a link, links for its web addresses.
fn lines(out: &mut Vec<Event<'_>>, text: &str, is_link: bool) {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    for (index, line) in text.trim_end_matches('\n').split('\n').enumerate() {
        if index > 0 {
            out.push(Event::HardBreak);
        }
        for span in finder.spans(line) {
            let own = || CowStr::from(span.as_str().to_owned());
            if span.kind().is_some() && !is_link && is_web(span.as_str()) {
                out.extend([Event::Start(link(own())), Event::Text(own()), Event::End(TagEnd::Link)]);
            } else {
                out.push(Event::Text(own()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
