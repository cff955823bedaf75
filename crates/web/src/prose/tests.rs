//! The rendering of texts, and a corpus of hostile ones.

use super::*;

const A: &str = " rel=\"noopener noreferrer nofollow\"";

#[test]
fn a_plain_text_keeps_its_lines_and_its_addresses_are_links() {
    let x = format!("<a href=\"https://x.example/a_b?c=1&amp;d=2\"{A}>https://x.example/a_b?c=1&amp;d=2</a>");
    for (text, written) in [
        ("a < b & \"c\"", "<p>a &lt; b &amp; \"c\"</p>".to_owned()),
        (" See https://x.example/a_b?c=1&d=2.\nThen", format!("<p>See {x}.<br>\nThen</p>")),
        ("(https://x.example/a_b?c=1&d=2)", format!("<p>({x})</p>")),
        ("a\n\nb  \nc", "<p>a</p>\n<p>b<br>\nc</p>".to_owned()),
        ("a\n\n    b\n    c", "<p>a</p>\n<p>b<br>\nc</p>".to_owned()),
        ("javascript://x.example/%0aalert(1)", "<p>javascript://x.example/%0aalert(1)</p>".to_owned()),
        ("ftp://x.example mail@x.example", "<p>ftp://x.example mail@x.example</p>".to_owned()),
        ("<a href=x>b", "<p>&lt;a href=x&gt;b</p>".to_owned()),
        ("#1 of 3 * 4 * 5, snake_case_word", "<p>#1 of 3 * 4 * 5, snake_case_word</p>".to_owned()),
        ("2026-11-28 ~10~ |a|b|", "<p>2026-11-28 ~10~ |a|b|</p>".to_owned()),
    ] {
        assert_eq!(html(text), written, "{text}");
    }
}

#[test]
fn markdown_is_rendered() {
    for (text, written) in [
        ("**a** _b_ `c<`", "<p><strong>a</strong> <em>b</em> <code>c&lt;</code></p>".to_owned()),
        ("Done:\n- a\n- b", "<p>Done:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>".to_owned()),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>".to_owned()),
        ("> a\nb", "<blockquote>\n<p>a<br>\nb</p>\n</blockquote>".to_owned()),
        ("```rust\na < b\n```", "<pre><code>a &lt; b\n</code></pre>".to_owned()),
        ("[a](https://x.example)", format!("<p><a href=\"https://x.example\"{A}>a</a></p>")),
        ("[a](mailto:a@x.example)", format!("<p><a href=\"mailto:a@x.example\"{A}>a</a></p>")),
        ("<a@x.example>", format!("<p><a href=\"mailto:a@x.example\"{A}>a@x.example</a></p>")),
        ("[a](/logout) [b](//x.example)", "<p>a b</p>".to_owned()),
        ("![a](https://x.example/a.png)", "<p>a</p>".to_owned()),
        (
            "[https://x.example](https://y.example)",
            format!("<p><a href=\"https://y.example\"{A}>https://x.example</a></p>"),
        ),
    ] {
        assert_eq!(html(text), written, "{text}");
    }
}

#[test]
fn headings_follow_those_of_the_page_and_leave_out_no_level() {
    let text = "#### a\n# b\n### c\n## d\n###### e\n# f";
    let levels: Vec<_> = html(text).split("<h").skip(1).map(|rest| rest[..1].to_owned()).collect();
    assert_eq!(levels, ["3", "3", "4", "4", "5", "3"]);
}

#[test]
fn a_summary_is_the_first_line_without_markup() {
    for (text, line) in [
        ("All is well.\nMore", "All is well."),
        ("**Late** by `two` [weeks](https://x.example) *now*\nMore", "Late by two weeks now"),
        ("## Done\n- quay\n- crane", "quay"),
        ("## Done\n## Next", "Done"),
        ("> Quoted\n\nb", "Quoted"),
        ("<b>a</b> c", "<b>a</b> c"),
        ("```\ncode\nmore\n```", "code"),
        ("\n", ""),
    ] {
        assert_eq!(summary(text), line, "{text}");
    }
    assert_eq!(beginning("# Done\n- **quay**\n- crane\n\nMore\nlines"), "quay crane More lines");
    assert_eq!(beginning("# Done\n# Next"), "Done Next");
}

/// Texts that have run scripts, loaded content or left their element in other renderers. The browser test publishes them.
const HOSTILE: &str = include_str!("../../../../tests/browser/hostile.md");

fn is_inert(html: &str) -> bool {
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    tags.into_iter().all(|tag| {
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        let attributes = tag[tag.trim_start_matches('/').find(' ').unwrap_or(tag.len())..].trim();
        let has_known = match name {
            "a" => {
                let href = attributes.strip_prefix("href=\"").and_then(|rest| rest.split_once('"'));
                tag.starts_with('/')
                    || href.is_some_and(|(address, rest)| {
                        is_followed(&address.replace("&amp;", "&")) && rest == A
                    })
            }
            "ol" => attributes.is_empty() || attributes.starts_with("start=\""),
            "p" => attributes.is_empty() || attributes == "class=\"typed\"",
            _ => attributes.is_empty(),
        };
        let known = [
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
        ];
        known.contains(&name) && has_known
    })
}

#[test]
fn hostile_texts_are_inert() {
    let parts: Vec<&str> = HOSTILE.split("\n\n").collect();
    assert!(parts.len() > 60, "{}", parts.len());
    for text in parts.iter().copied().chain([HOSTILE]) {
        let html = html(text);
        assert!(is_inert(&html), "{text}\n{html}");
    }
    assert!(!is_inert("<p onclick=\"a\">") && !is_inert("<img>") && !is_inert("<a href=\"javascript:a\">"));
}

#[test]
fn a_rendering_has_a_bound() {
    let definition = format!("[a]: https://x.example/{}\n\n", "b".repeat(8000));
    let cases = [
        ("> ".repeat(5000), ""),
        ("[".repeat(30_000), ""),
        ("- ".repeat(2000), ""),
        ("*a **b ".repeat(8000), ""),
        ("[a]".repeat(16_000), definition.as_str()),
        ("-\n".repeat(32_000), ""),
        ("\"\n".repeat(32_000), ""),
        ("http://a.b ".repeat(5900), ""),
        ("x".repeat(MAX_LENGTH + 1), ""),
    ];
    for (text, before) in cases {
        let html = html(&format!("{before}{text}"));
        assert!(html.len() < MAX_HTML + MAX_HTML / 4, "{}: {}", &text[..9], html.len());
        assert!(is_inert(&html), "{}", &text[..9]);
        assert!(summary(&text).len() <= MAX_LENGTH);
    }
    assert!(html(&"> ".repeat(5000)).starts_with("<p class=\"typed\">&"));
}
