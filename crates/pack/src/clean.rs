//! Texts of people, made fit for documents.

/// The maximum length of a line such as a title, in characters.
const MOST_OF_LINE: usize = 300;

/// A line such as a title: without line breaks, and not too long.
pub fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    cut(&letters(&words.join(" ")), MOST_OF_LINE)
}

/// A text without characters that a document cannot contain, or that would change the order of what is beside it. Line breaks
/// stay.
pub fn letters(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter(|letter| !is_direction(*letter)).map(fit).collect()
}

/// The beginning of a text, up to a number of characters; with an ellipsis if there is more.
pub fn cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    format!("{}…", text[..end].trim_end())
}

/// A text whose direction does not depend on what is beside it.
pub fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// Whether a character embeds, overrides or isolates a direction.
const fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn fit(letter: char) -> char {
    match letter {
        '\n' => letter,
        '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => '\n',
        '\t' => ' ',
        _ if letter.is_control() || is_private(letter) => '\u{fffd}',
        _ => letter,
    }
}

/// Whether a character has no meaning outside of an agreement: of an area for private use, or none at all.
fn is_private(letter: char) -> bool {
    let code = u32::from(letter);
    matches!(code, 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfeff | 0xf_0000..) || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_document_is_replaced() {
        assert_eq!(line(" Harbor\n\trollout\u{2028}"), "Harbor rollout");
        assert_eq!(letters("a\u{0}b\u{feff}c\u{e000}d\u{10ffff}"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}");
        assert_eq!(letters("\u{202e}cba\u{202c}\r\nd"), "cba\nd");
        assert_eq!(line(&"ab ".repeat(200)).chars().count(), MOST_OF_LINE);
    }
}
