//! Functions on texts that the compiler executes, to make and check SQL statements.

#[expect(clippy::cast_possible_truncation, reason = "a digit")]
pub const fn digit(number: usize) -> u8 {
    b'0' + number as u8
}

/// The place of the next `:`, `'` or `$`, or the length of the text. The compiler executes this for every statement, so it looks at
/// eight bytes at a time.
pub const fn next_mark(text: &[u8], mut at: usize) -> usize {
    while let Some(eight) = text.split_at(at).1.first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        if has_byte(eight, b':') || has_byte(eight, b'\'') || has_byte(eight, b'$') {
            break;
        }
        at += 8;
    }
    while at < text.len() && !matches!(text[at], b':' | b'\'' | b'$') {
        at += 1;
    }
    at
}

/// Whether one of eight bytes has a value: only then does one of their differences become zero, and borrow its highest bit.
pub const fn has_byte(eight: u64, byte: u8) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let differences = eight ^ u64::from_le_bytes([byte; 8]);
    differences.wrapping_sub(ONES) & !differences & (ONES << 7) != 0
}

/// The end of the name that begins at `start`, which is `start` if none does. Names are of the form `name_1`.
pub const fn end_of_name(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < text.len()
        && (text[at].is_ascii_lowercase() || (at > start && (text[at] == b'_' || text[at].is_ascii_digit())))
    {
        at += 1;
    }
    at
}

pub const fn slice(text: &'static str, start: usize, end: usize) -> &'static str {
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
    let mut index = 0;
    while index < names.len() {
        if is_equal(names[index].as_bytes(), name.as_bytes()) {
            return Some(index);
        }
        index += 1;
    }
    None
}

pub const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len()
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
        for length in 0..20 {
            for place in 0..=length {
                for mark in [":", "'", "$"] {
                    let mut text = "ü9;&#\u{7f}x(\u{80}%".repeat(4).into_bytes();
                    text.truncate(length);
                    text.splice(place..place, mark.bytes());
                    assert_eq!(next_mark(&text, 0), place, "{text:?}");
                    assert_eq!(next_mark(&text, place + 1), length + 1, "{text:?}");
                }
            }
        }
    }
}
