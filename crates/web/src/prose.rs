//! What people wrote, as HTML: plain text whose links to pages lead there. Line breaks are the stylesheet's.

use askama::filters::{Escaper, Html};
use linkify::{LinkFinder, LinkKind};
use url::Url;

/// A text; everything in it but its links stands for itself.
pub fn html(text: &str) -> String {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for span in finder.spans(text.trim()) {
        if span.kind().is_some() && is_web(span.as_str()) {
            out.push_str("<a href=\"");
            escape(&mut out, span.as_str());
            out.push_str("\" rel=\"noopener noreferrer nofollow\">");
            escape(&mut out, span.as_str());
            out.push_str("</a>");
        } else {
            escape(&mut out, span.as_str());
        }
    }
    out
}

/// A part of a text as it is written in HTML, within elements and attributes.
pub fn escape(out: &mut String, text: &str) {
    Html.write_escaped_str(out, text).expect("a text takes everything");
}

/// Whether an address is one of a page, and not of something that a browser would run.
pub fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_and_nothing_else_is_markup() {
        for (text, written) in [
            ("a < b & \"c\"", "a &#60; b &#38; &#34;c&#34;"),
            (
                " See https://x.example/a?b=1&c=2.\nThen",
                "See <a href=\"https://x.example/a?b=1&#38;c=2\" rel=\"noopener noreferrer nofollow\">\
                 https://x.example/a?b=1&#38;c=2</a>.\nThen",
            ),
            ("javascript://x.example/%0aalert(1)", "javascript://x.example/%0aalert(1)"),
            ("ftp://x.example mail@x.example", "ftp://x.example mail@x.example"),
            ("<a href=x>", "&#60;a href=x&#62;"),
        ] {
            assert_eq!(html(text), written);
        }
        assert!(!html("https://x.example/\"onclick=\"alert(1)").contains(" onclick"));
    }
}
