//! Texts of people as HTML: plain text in which web addresses become links. The stylesheet keeps the line breaks.

use askama::filters::{Escaper, Html};
use linkify::{LinkFinder, LinkKind};
use url::Url;

/// Escapes a text, and makes links of its web addresses.
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

/// Escapes a text for elements and attributes.
pub fn escape(out: &mut String, text: &str) {
    Html.write_escaped_str(out, text).expect("writing to a string succeeds");
}

/// Whether an address is `http` or `https`, and so nothing that a browser would execute.
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
