//! The part of CBOR (RFC 8949) that authenticators write: definite lengths, no floating-point numbers, and few levels.

/// The largest number of levels.
const DEPTH: usize = 8;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'b> {
    /// A whole number.
    Integer(i64),
    /// Bytes.
    Bytes(&'b [u8]),
    /// A text.
    Text(&'b str),
    /// A list.
    Array(Vec<Value<'b>>),
    /// Pairs, in their order.
    Map(Vec<(Value<'b>, Value<'b>)>),
    /// `false`, `true`, null and the like.
    Simple(u8),
}

impl<'b> Value<'b> {
    /// Reads the value at the beginning of some bytes. Returns it and the rest.
    pub fn read(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        Self::at_depth(bytes, DEPTH)
    }

    fn at_depth(bytes: &'b [u8], depth: usize) -> Option<(Self, &'b [u8])> {
        let (first, rest) = bytes.split_first()?;
        let (number, rest) = number(first & 31, rest)?;
        let length = usize::try_from(number).ok()?;
        Some(match first >> 5 {
            0 => (Self::Integer(i64::try_from(number).ok()?), rest),
            1 => (Self::Integer(-1 - i64::try_from(number).ok()?), rest),
            2 => {
                let (own, rest) = rest.split_at_checked(length)?;
                (Self::Bytes(own), rest)
            }
            3 => {
                let (own, rest) = rest.split_at_checked(length)?;
                (Self::Text(str::from_utf8(own).ok()?), rest)
            }
            4 => {
                let (depth, mut rest, mut items) = (depth.checked_sub(1)?, rest, Vec::new());
                for _ in 0..length {
                    let (item, after) = Self::at_depth(rest, depth)?;
                    items.push(item);
                    rest = after;
                }
                (Self::Array(items), rest)
            }
            5 => {
                let (depth, mut rest, mut pairs) = (depth.checked_sub(1)?, rest, Vec::new());
                for _ in 0..length {
                    let (key, after) = Self::at_depth(rest, depth)?;
                    let (value, after) = Self::at_depth(after, depth)?;
                    pairs.push((key, value));
                    rest = after;
                }
                (Self::Map(pairs), rest)
            }
            7 if first & 31 < 24 => (Self::Simple(first & 31), rest),
            _ => return None,
        })
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &Value<'_>) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// The bytes of a key of a map.
    pub fn bytes(&self, key: &Value<'_>) -> Option<&'b [u8]> {
        if let Some(Value::Bytes(bytes)) = self.get(key) { Some(bytes) } else { None }
    }

    /// The number of a key of a map.
    pub fn integer(&self, key: i64) -> Option<i64> {
        if let Some(Value::Integer(number)) = self.get(&Value::Integer(key)) { Some(*number) } else { None }
    }
}

/// The number in the head of a value, and the bytes after the head.
fn number(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let length = match short {
        0..24 => return Some((short.into(), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (own, rest) = rest.split_at_checked(length)?;
    Some((own.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949, appendix A.
    #[test]
    fn values_of_the_standard_are_read() {
        for (bytes, value) in [
            (&[0x00][..], Value::Integer(0)),
            (&[0x18, 0x64], Value::Integer(100)),
            (&[0x1a, 0x00, 0x0f, 0x42, 0x40], Value::Integer(1_000_000)),
            (&[0x20], Value::Integer(-1)),
            (&[0x39, 0x03, 0xe7], Value::Integer(-1000)),
            (&[0xf4], Value::Simple(20)),
            (&[0x44, 1, 2, 3, 4], Value::Bytes(&[1, 2, 3, 4])),
            (&[0x64, 0x49, 0x45, 0x54, 0x46], Value::Text("IETF")),
            (&[0x82, 0x01, 0x02], Value::Array(vec![Value::Integer(1), Value::Integer(2)])),
            (&[0xa1, 0x61, 0x61, 0x01], Value::Map(vec![(Value::Text("a"), Value::Integer(1))])),
        ] {
            assert_eq!(Value::read(bytes), Some((value, &[][..])), "{bytes:x?}");
        }
    }

    #[test]
    fn other_bytes_are_none() {
        let deep = [[0x81; DEPTH + 1].as_slice(), &[0]].concat();
        let endless = [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0];
        for bytes in [
            &[][..],
            &[0x18],
            &[0x42, 1],
            &[0x62, 0xff, 0xff],
            &[0x9f, 0xff],
            &[0x5f, 0xff],
            &[0xa1, 0x00],
            &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0xc0, 0x00],
            &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &endless,
            &deep,
        ] {
            assert_eq!(Value::read(bytes), None, "{bytes:x?}");
        }
        assert!(Value::read(&deep[1..]).is_some());
    }
}
