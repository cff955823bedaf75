//! Splits Rust source into tokens, as far as the rules need it: names, punctuation, literals and comments, with lines.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// A character of punctuation, or `::`.
    Mark,
    /// A string, character or number.
    Literal,
    Lifetime,
    Comment,
}

/// A token and the line on which it starts, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'s> {
    pub kind: Kind,
    pub text: &'s str,
    pub line: usize,
}

impl Token<'_> {
    /// Whether it is this word or mark.
    pub fn is(&self, text: &str) -> bool {
        self.text == text && matches!(self.kind, Kind::Word | Kind::Mark)
    }
}

/// All tokens of a source text. A text that is not Rust gives some tokens, and no error.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut line, mut at) = (Vec::new(), 1, 0);
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '/' if rest.starts_with("//") => (Some(Kind::Comment), rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (Some(Kind::Comment), block_comment(rest)),
            '"' => (Some(Kind::Literal), string(rest, 0)),
            '\'' => quoted(rest),
            _ if is_word(first) => word(rest),
            ':' if rest.starts_with("::") => (Some(Kind::Mark), 2),
            _ => (Some(Kind::Mark), first.len_utf8()),
        };
        let text = &rest[..length];
        if let Some(kind) = kind {
            let text = if kind == Kind::Word { text.trim_start_matches("r#") } else { text };
            tokens.push(Token { kind, text, line });
        }
        line += text.matches('\n').count();
        at += length;
    }
    tokens
}

fn is_word(one: char) -> bool {
    one.is_alphanumeric() || one == '_'
}

fn word_length(text: &str) -> usize {
    text.find(|one| !is_word(one)).unwrap_or(text.len())
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a string with escapes, whose opening quotation mark is at `start`.
fn string(text: &str, start: usize) -> usize {
    let mut is_escaped = false;
    for (at, one) in text.char_indices().skip_while(|(at, _)| *at <= start) {
        match one {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A character or a lifetime.
fn quoted(text: &str) -> (Option<Kind>, usize) {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            (Some(Kind::Literal), text[after..].find('\'').map_or(text.len(), |end| after + end + 1))
        }
        (Some(_), Some((at, '\''))) => (Some(Kind::Literal), at + 1),
        _ => (Some(Kind::Lifetime), 1 + word_length(&text[1..])),
    }
}

/// A word, a number, or a literal with a prefix.
fn word(text: &str) -> (Option<Kind>, usize) {
    let length = word_length(text);
    let (prefix, rest) = text.split_at(length);
    let hashes = rest.bytes().take_while(|one| *one == b'#').count();
    match prefix {
        "r" | "br" | "cr" if rest[hashes..].starts_with('"') => {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = length + hashes + 1;
            let length = text[start..].find(&end).map_or(text.len(), |at| start + at + end.len());
            (Some(Kind::Literal), length)
        }
        "b" | "c" if rest.starts_with('"') => (Some(Kind::Literal), string(text, length)),
        "b" if rest.starts_with('\'') => (Some(Kind::Literal), 1 + quoted(rest).1),
        "r" if hashes == 1 => (Some(Kind::Word), 2 + word_length(&rest[1..])),
        _ if text.starts_with(|one: char| one.is_ascii_digit()) => (Some(Kind::Literal), length),
        _ => (Some(Kind::Word), length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_kind(source: &str, kind: Kind) -> Vec<&str> {
        tokens(source).into_iter().filter(|token| token.kind == kind).map(|token| token.text).collect()
    }

    #[test]
    fn words_are_told_from_strings_characters_lifetimes_and_comments() {
        let source = r###"let r#type: &'a str = r##"crate::a "# "##; // crate::b
            /* crate::c /* nested */ */ let x = ('\'', 'x', b'"', "\" crate::d", b"e", 1.5);"###;
        assert_eq!(of_kind(source, Kind::Word), ["let", "type", "str", "let", "x"]);
        assert_eq!(of_kind(source, Kind::Lifetime), ["'a"]);
        assert_eq!(of_kind(source, Kind::Comment).len(), 2);
        assert_eq!(of_kind(source, Kind::Literal).len(), 8);
    }

    #[test]
    fn lines_are_counted_within_strings_and_comments() {
        let source = "/* a\n b */ x \"c\nd\"\ny";
        let words: Vec<_> = tokens(source).into_iter().filter(|token| token.kind == Kind::Word).collect();
        assert_eq!(words.iter().map(|word| (word.text, word.line)).collect::<Vec<_>>(), [("x", 2), ("y", 4)]);
    }
}
