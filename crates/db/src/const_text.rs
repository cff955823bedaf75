//! Functions on texts that the compiler executes, to make and check SQL statements.

/// Looks for the parameters of a statement, `:name`, in the texts that it is made of.
pub struct Scan {
    at: usize,
    is_literal: bool,
}

impl Scan {
    /// At the start of the first text.
    pub const fn new() -> Self {
        Self { at: 0, is_literal: false }
    }

    /// The next name in the text: where it begins, after its colon, and where it ends. At the end of the text the scan moves to the
    /// start of the next one, which begins in a string literal if this text ends in one.
    pub const fn next(&mut self, text: &[u8]) -> Option<(usize, usize)> {
        let (mut at, mut is_literal) = (next_mark(text, self.at), self.is_literal);
        while at < text.len() {
            let mut after = at + 1;
            if text[at] == b'\'' {
                is_literal = !is_literal;
            } else if text[at] == b'$' {
                let is_number = after < text.len() && text[after].is_ascii_digit();
                assert!(is_literal || !is_number, "parameters have names: `:name`, not `$1`");
            } else if !is_literal {
                assert!(after < text.len(), "a text ends with a colon");
                let end = end_of_name(text, after);
                if end > after {
                    (self.at, self.is_literal) = (end, is_literal);
                    return Some((after, end));
                }
                // The second colon of a cast does not begin a name.
                if text[after] == b':' {
                    after += 1;
                }
            }
            at = next_mark(text, after);
        }
        (self.at, self.is_literal) = (0, is_literal);
        None
    }
}

/// The place of the next colon, apostrophe or dollar sign, or the length of the text. The compiler executes this for every statement, and takes
/// as long for sixteen bytes at once as for four.
const fn next_mark(text: &[u8], mut at: usize) -> usize {
    const ONES: u128 = u128::from_le_bytes([1; 16]);
    const HIGHEST: u128 = ONES << 7;
    const COLONS: u128 = ONES * b':' as u128;
    const APOSTROPHES: u128 = ONES * b'\'' as u128;
    const DOLLARS: u128 = ONES * b'$' as u128;
    let (chunks, _) = text.as_chunks::<16>();
    while at < text.len() {
        if at.is_multiple_of(16) && at / 16 < chunks.len() {
            let chunk = u128::from_le_bytes(chunks[at / 16]);
            let (a, b, c) = (chunk ^ COLONS, chunk ^ APOSTROPHES, chunk ^ DOLLARS);
            // Only where a byte of a difference is zero does it borrow its highest bit.
            let borrowed =
                (a.wrapping_sub(ONES) & !a) | (b.wrapping_sub(ONES) & !b) | (c.wrapping_sub(ONES) & !c);
            if borrowed & HIGHEST == 0 {
                at += 16;
                continue;
            }
        }
        if matches!(text[at], b':' | b'\'' | b'$') {
            return at;
        }
        at += 1;
    }
    at
}

/// The end of the name that begins at `start`, which is `start` if none does. Names are of the form `name_1`.
const fn end_of_name(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < text.len()
        && (text[at].is_ascii_lowercase() || (at > start && (text[at] == b'_' || text[at].is_ascii_digit())))
    {
        at += 1;
    }
    at
}

pub const fn slice(text: &str, start: usize, end: usize) -> &str {
    text.split_at(end).0.split_at(start).1
}

/// The text of some bytes that were made of texts.
#[doc(hidden)]
pub const fn text(bytes: &[u8]) -> &str {
    let Ok(text) = std::str::from_utf8(bytes) else { panic!("only ASCII is replaced") };
    text
}

/// The position of a name in a list.
#[doc(hidden)]
pub const fn position(names: &[&str], name: &str) -> Option<usize> {
    let (mut index, key) = (0, key(name));
    while index < names.len() {
        if self::key(names[index]) == key {
            return Some(index);
        }
        index += 1;
    }
    None
}

/// A number for a name, which no other name of a statement has: names are compared by it, because the compiler would compare their
/// bytes one by one. FNV-1a of 64 bits.
pub const fn key(name: &str) -> u64 {
    let (name, mut key, mut at) = (name.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while at < name.len() {
        key = (key ^ name[at] as u64).wrapping_mul(0x100_0000_01b3);
        at += 1;
    }
    key
}

/// The total length of some texts.
#[doc(hidden)]
pub const fn length(parts: &[&str]) -> usize {
    let (mut length, mut index) = (0, 0);
    while index < parts.len() {
        length += parts[index].len();
        index += 1;
    }
    length
}

/// The bytes of some texts, one after the other.
#[doc(hidden)]
pub const fn join<const N: usize>(parts: &[&str]) -> [u8; N] {
    let (mut bytes, mut index) = ([0; N], 0);
    let mut rest: &mut [u8] = &mut bytes;
    while index < parts.len() {
        let (part, after) = rest.split_at_mut(parts[index].len());
        part.copy_from_slice(parts[index].as_bytes());
        (rest, index) = (after, index + 1);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::next_mark;

    #[test]
    fn a_mark_is_found_wherever_it_is() {
        for length in 0..40 {
            for place in 0..=length {
                for mark in [":", "'", "$"] {
                    let mut text = "ü9;&#\u{7f}x(\u{80}%".repeat(8).into_bytes();
                    text.truncate(length);
                    text.splice(place..place, mark.bytes());
                    assert_eq!(next_mark(&text, 0), place, "{text:?}");
                    assert_eq!(next_mark(&text, place + 1), length + 1, "{text:?}");
                }
            }
        }
    }
}
