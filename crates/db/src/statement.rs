//! SQL statements, and the macros that declare them.

/// A SQL text with `$1..$n` placeholders that both engines understand. [`statements!`](crate::statements) declares them.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    sql: &'static str,
    /// The names of the parameters, in the order of their numbers; empty if the text has numbers itself.
    names: &'static [&'static str],
}

impl Statement {
    #[doc(hidden)]
    pub const fn declared(sql: &'static str) -> Self {
        Self { sql, names: &[] }
    }

    #[doc(hidden)]
    pub const fn numbered<const N: usize>(sql: &'static str, numbered: &'static Numbered<N>) -> Self {
        if numbered.count == 0 {
            Self::declared(sql)
        } else {
            Self { sql: numbered.sql(), names: numbered.names() }
        }
    }

    /// The SQL text.
    pub const fn sql(self) -> &'static str {
        self.sql
    }

    /// For each parameter, the index of its value among the values with these names.
    ///
    /// # Panics
    /// If a parameter has no value, or a value has no parameter. [`values!`](crate::values) calls this at compile time.
    #[doc(hidden)]
    pub const fn order<const N: usize>(self, given: &[&str; N]) -> [usize; N] {
        assert!(self.names.len() <= N, "a parameter of the statement has no value");
        assert!(self.names.len() == N, "a value has a name that the statement does not have");
        let (mut order, mut number) = ([0; N], 0);
        while number < N {
            let Some(index) = position(given, self.names[number]) else {
                panic!("a parameter of the statement has no value")
            };
            (order[number], number) = (index, number + 1);
        }
        order
    }
}

/// The largest number of named parameters of a statement.
const PARAMETERS: usize = 32;

/// A SQL text whose `:name` placeholders are replaced with `$n`, numbered by their first appearance. `N` bounds its length.
#[doc(hidden)]
pub struct Numbered<const N: usize> {
    bytes: [u8; N],
    length: usize,
    names: [&'static str; PARAMETERS],
    count: usize,
}

impl<const N: usize> Numbered<N> {
    /// Replaces the names. Names in string literals and casts (`::`) are left alone.
    ///
    /// # Panics
    /// At compile time, if the statement has too many parameters.
    pub const fn of(sql: &'static str) -> Self {
        let text = sql.as_bytes();
        let mut numbered = Self { bytes: [0; N], length: 0, names: [""; PARAMETERS], count: 0 };
        let (mut at, mut is_literal) = (0, false);
        while at < text.len() {
            is_literal ^= text[at] == b'\'';
            let end = if is_literal || text[at] != b':' { at } else { end_of_name(text, at + 1) };
            if end > at + 1 {
                numbered.push_parameter(slice(sql, at + 1, end));
                at = end;
            } else {
                numbered.push(text[at]);
                at += 1;
                // The second colon of a cast does not begin a name.
                if text[at - 1] == b':' && at < text.len() && text[at] == b':' {
                    numbered.push(b':');
                    at += 1;
                }
            }
        }
        numbered
    }

    const fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    const fn push_parameter(&mut self, name: &'static str) {
        let known = position(self.names.split_at(self.count).0, name);
        let index = if let Some(index) = known {
            index
        } else {
            self.names[self.count] = name;
            self.count += 1;
            self.count - 1
        };
        self.push(b'$');
        if index >= 9 {
            self.push(digit((index + 1) / 10));
        }
        self.push(digit((index + 1) % 10));
    }

    const fn sql(&self) -> &str {
        text(self.bytes.split_at(self.length).0)
    }

    const fn names(&self) -> &[&'static str] {
        self.names.split_at(self.count).0
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a digit")]
const fn digit(number: usize) -> u8 {
    b'0' + number as u8
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

const fn slice(text: &'static str, start: usize, end: usize) -> &'static str {
    text.split_at(end).0.split_at(start).1
}

const fn text(bytes: &[u8]) -> &str {
    let Ok(text) = std::str::from_utf8(bytes) else { panic!("names are ASCII") };
    text
}

const fn position(names: &[&str], name: &str) -> Option<usize> {
    let mut index = 0;
    while index < names.len() {
        if is_equal(names[index].as_bytes(), name.as_bytes()) {
            return Some(index);
        }
        index += 1;
    }
    None
}

const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// Declares the statements of a module as constants, and `STATEMENTS`, the list of all of them. Placeholders are `:name`,
/// which become `$n` at compile time, or `$n`.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::Statement = {
            const SQL: &str = $sql;
            const NUMBERED: &$crate::Numbered<{ 2 * SQL.len() }> = &$crate::Numbered::of(SQL);
            $crate::Statement::numbered(SQL, NUMBERED)
        };)*
        /// All statements of this module, for the test that prepares them.
        pub const STATEMENTS: &[$crate::Statement] = &[$($name),*];
    };
}

/// The ids of a JSON list as `listed.listed_id`, to join a table with. Each id is looked up in the table, and SQLite does
/// not materialize the list first. Duplicates are kept, and the rows come in no particular order.
#[macro_export]
macro_rules! listed_ids {
    ($list:literal) => {
        concat!(
            "(select cast(value as bigint) as listed_id from json_each(cast(",
            $list,
            " as text))) listed cross join"
        )
    };
}

#[cfg(test)]
mod tests {
    crate::statements! {
        BY_NAME = "select :b::text, ':a', :a_b, :b where c = :c2 and d = '::' || :a_b";
        BY_NUMBER = "select $2, $1::text";
        MANY = ":a:b:c:d:e:f:g:h:i:j:k";
    }

    #[test]
    fn names_are_numbered_by_their_first_appearance() {
        assert_eq!(BY_NAME.sql(), "select $1::text, ':a', $2, $1 where c = $3 and d = '::' || $2");
        assert_eq!(BY_NAME.names, ["b", "a_b", "c2"]);
        assert_eq!(BY_NUMBER.sql(), "select $2, $1::text");
        assert_eq!(STATEMENTS.len(), 3);
    }

    #[test]
    fn two_digits_are_written() {
        assert_eq!(MANY.sql(), "$1$2$3$4$5$6$7$8$9$10$11");
    }

    #[test]
    fn values_are_ordered_by_name() {
        let values = crate::values![BY_NAME; a_b: 2, b: 1, c2: 3];
        assert!(
            matches!(values, [crate::Value::Int(1), crate::Value::Int(2), crate::Value::Int(3)]),
            "{values:?}"
        );
    }

    #[test]
    #[should_panic(expected = "a parameter of the statement has no value")]
    fn a_missing_value_is_an_error() {
        let _ = BY_NAME.order(&["a_b", "c2"]);
    }

    #[test]
    #[should_panic(expected = "a value has a name that the statement does not have")]
    fn an_unknown_value_is_an_error() {
        let _ = BY_NAME.order(&["a_b", "b", "c2", "d"]);
    }

    #[test]
    #[should_panic(expected = "a parameter of the statement has no value")]
    fn a_misspelt_name_is_an_error() {
        let _ = BY_NAME.order(&["a_b", "b", "d"]);
    }
}
