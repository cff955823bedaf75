//! SQL statements, and the macros that declare them.

use crate::const_text::{digit, end_of_name, next_mark, position, slice, text};

/// A SQL text with `$1..$n` placeholders that both engines understand. [`statements!`](crate::statements) declares them
/// with names, and [`bind!`](crate::bind) binds values to the names.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    sql: &'static str,
    /// The names of the parameters, in the order of their numbers.
    names: &'static [&'static str],
}

impl Statement {
    #[doc(hidden)]
    pub const fn numbered<const N: usize>(numbered: &'static Numbered<N>) -> Self {
        Self { sql: numbered.sql(), names: numbered.names() }
    }

    /// A text without parameters.
    pub(crate) const fn plain(sql: &'static str) -> Self {
        Self { sql, names: &[] }
    }

    /// The SQL text.
    pub const fn sql(self) -> &'static str {
        self.sql
    }

    /// The number of parameters.
    #[doc(hidden)]
    pub const fn parameters(self) -> usize {
        self.names.len()
    }

    /// For each of the `M` parameters, the index of its value among the values with the `given` names.
    ///
    /// # Panics
    /// If a parameter has no value. [`bind!`](crate::bind) calls this at compile time.
    #[doc(hidden)]
    pub const fn order<const M: usize>(self, given: &[&str]) -> [usize; M] {
        assert!(self.names.len() <= M, "a parameter of the statement has no value");
        assert!(self.names.len() == M, "a value has a name that the statement does not have");
        let (mut order, mut number) = ([0; M], 0);
        while number < M {
            let Some(index) = position(given, self.names[number]) else {
                panic!("a parameter of the statement has no value")
            };
            (order[number], number) = (index, number + 1);
        }
        order
    }

    /// Checks that each of the `given` names is a parameter of one of two statements.
    ///
    /// # Panics
    /// If one is not.
    #[doc(hidden)]
    pub const fn check_used(self, other: Self, given: &[&str]) {
        let mut index = 0;
        while index < given.len() {
            let is_used =
                position(self.names, given[index]).is_some() || position(other.names, given[index]).is_some();
            assert!(is_used, "a value has a name that neither statement has");
            index += 1;
        }
    }
}

/// The largest number of named parameters of a statement.
const PARAMETERS: usize = 80;

/// A SQL text whose `:name` placeholders are replaced with `$n`, numbered by their first appearance. `N` bounds its length.
#[doc(hidden)]
pub struct Numbered<const N: usize> {
    bytes: [u8; N],
    length: usize,
    names: [&'static str; PARAMETERS],
    count: usize,
}

impl<const N: usize> Numbered<N> {
    /// Joins texts and replaces the names. Names in string literals and casts (`::`) are left alone.
    ///
    /// # Panics
    /// At compile time, if a parameter has a number instead of a name, there are too many, or a text ends within a name.
    pub const fn of(parts: &[&'static str]) -> Self {
        let mut numbered = Self { bytes: [0; N], length: 0, names: [""; PARAMETERS], count: 0 };
        let (mut index, mut is_literal) = (0, false);
        while index < parts.len() {
            is_literal = numbered.push_part(parts[index], is_literal);
            index += 1;
        }
        numbered
    }

    /// Adds a text, which begins in a string literal or not. Returns whether it ends in one.
    const fn push_part(&mut self, sql: &'static str, mut is_literal: bool) -> bool {
        let text = sql.as_bytes();
        // The text before `pushed` is there already.
        let (mut pushed, mut at) = (0, next_mark(text, 0));
        while at < text.len() {
            let next = at + 1;
            let mut after = next;
            if text[at] == b'\'' {
                is_literal = !is_literal;
            } else if text[at] == b'$' {
                let is_number = next < text.len() && text[next].is_ascii_digit();
                assert!(is_literal || !is_number, "parameters have names: `:name`, not `$1`");
            } else if !is_literal {
                assert!(next < text.len(), "a text ends with a colon");
                after = end_of_name(text, next);
                if after > next {
                    self.push(slice(sql, pushed, at));
                    self.push_parameter(slice(sql, next, after));
                    pushed = after;
                } else if text[next] == b':' {
                    // The second colon of a cast does not begin a name.
                    after = next + 1;
                }
            }
            at = next_mark(text, after);
        }
        self.push(slice(sql, pushed, text.len()));
        is_literal
    }

    const fn push(&mut self, text: &str) {
        let free = self.bytes.split_at_mut(self.length).1;
        free.split_at_mut(text.len()).0.copy_from_slice(text.as_bytes());
        self.length += text.len();
    }

    const fn push_byte(&mut self, byte: u8) {
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
        self.push_byte(b'$');
        if index >= 9 {
            self.push_byte(digit((index + 1) / 10));
        }
        self.push_byte(digit((index + 1) % 10));
    }

    const fn sql(&self) -> &str {
        text(self.bytes.split_at(self.length).0)
    }

    const fn names(&self) -> &[&'static str] {
        self.names.split_at(self.count).0
    }
}

/// Joins constant texts at compile time: `const PAGE: &str = sql!("select ", COLUMNS, " from statuses");`
#[macro_export]
macro_rules! sql {
    ($($part:expr),+ $(,)?) => {{
        const PARTS: &[&str] = &[$($part),+];
        const BYTES: [u8; $crate::length(PARTS)] = $crate::join(PARTS);
        $crate::text(&BYTES)
    }};
}

/// A [`Statement`] from a text with `:name` placeholders, or from several texts, which are joined:
/// `const FIND: Statement = statement!("select ", COLUMNS, " from statuses where account_id = :account_id and id = :id");`
#[macro_export]
macro_rules! statement {
    ($($part:expr),+ $(,)?) => {{
        const PARTS: &[&str] = &[$($part),+];
        const NUMBERED: &$crate::Numbered<{ 2 * $crate::length(PARTS) }> = &$crate::Numbered::of(PARTS);
        $crate::Statement::numbered(NUMBERED)
    }};
}

/// Declares the statements of a module as constants, each as [`statement!`](crate::statement), and `STATEMENTS`, the list
/// of all of them:
///
/// ```
/// db::statements! {
///     NAMED = "select id from statuses where account_id = :account_id and name = :name";
/// }
/// let (account_id, name) = (1, "New");
/// let query = db::bind![NAMED; account_id, name];
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $($part:expr),+;)*) => {
        $($(#[$doc])* const $name: $crate::Statement = $crate::statement!($($part),+);)*
        /// All statements of this module, for the test that prepares them.
        pub const STATEMENTS: &[$crate::Statement] = &[$($name),*];
    };
}

/// The ids of the [`List`](crate::List) `:ids` as `listed.listed_id`, to join a table with. Each id is looked up in the
/// table, and SQLite does not materialize the list first. Duplicates are kept, and the rows come in no particular order.
pub const LISTED_IDS: &str =
    "(select cast(value as bigint) as listed_id from json_each(cast(:ids as text))) listed cross join";

/// The condition that a column has one of the ids of the [`List`](crate::List) with a name: `in_ids!("r.id", "only")`
#[macro_export]
macro_rules! in_ids {
    ($column:literal, $list:literal) => {
        concat!($column, " in (select cast(value as bigint) from json_each(cast(:", $list, " as text)))")
    };
}

/// The condition that a column has one of the texts of the [`List`](crate::List) with a name.
#[macro_export]
macro_rules! in_texts {
    ($column:literal, $list:literal) => {
        concat!($column, " in (select cast(value as text) from json_each(cast(:", $list, " as text)))")
    };
}

/// As [`in_ids!`](crate::in_ids), and true if the list is null.
#[macro_export]
macro_rules! if_ids {
    ($column:literal, $list:literal) => {
        concat!("(cast(:", $list, " as text) is null or ", $crate::in_ids!($column, $list), ")")
    };
}

/// As [`in_texts!`](crate::in_texts), and true if the list is null.
#[macro_export]
macro_rules! if_texts {
    ($column:literal, $list:literal) => {
        concat!("(cast(:", $list, " as text) is null or ", $crate::in_texts!($column, $list), ")")
    };
}

#[cfg(test)]
mod tests {
    use crate::Value;

    const WHERE: &str = "c = :c2 and d = '::$1' || :a_b";

    crate::statements! {
        JOINED = "select :b::text, ':a', :a_b, :b where ", WHERE;
        MANY = ":a:b:c:d:e:f:g:h:i:j:k";
        SOME = WHERE;
    }

    #[test]
    fn names_are_numbered_by_their_first_appearance() {
        assert_eq!(JOINED.sql(), "select $1::text, ':a', $2, $1 where c = $3 and d = '::$1' || $2");
        assert_eq!(JOINED.names, ["b", "a_b", "c2"]);
        assert_eq!(STATEMENTS.len(), 3);
    }

    #[test]
    fn two_digits_are_written() {
        assert_eq!(MANY.sql(), "$1$2$3$4$5$6$7$8$9$10$11");
    }

    #[test]
    fn values_are_ordered_by_name() {
        struct Filter {
            a_b: i64,
        }
        let (filter, b) = (Filter { a_b: 2 }, 1);
        let query = crate::bind![JOINED; filter.a_b, b, c2: 3];
        assert!(matches!(query.values, [Value::Int(1), Value::Int(2), Value::Int(3)]), "{query:?}");
        let (all, some) = crate::bind![JOINED, SOME; filter.a_b, b, c2: 3];
        assert!(matches!(all.values, [Value::Int(1), Value::Int(2), Value::Int(3)]), "{all:?}");
        assert!(matches!(some.values, [Value::Int(3), Value::Int(2)]), "{some:?}");
    }

    #[test]
    #[should_panic(expected = "parameters have names")]
    fn a_number_is_an_error() {
        let _ = super::Numbered::<20>::of(&["select $1"]);
    }

    #[test]
    #[should_panic(expected = "a parameter of the statement has no value")]
    fn a_missing_value_is_an_error() {
        let _ = JOINED.order::<2>(&["a_b", "c2"]);
    }

    #[test]
    #[should_panic(expected = "a value has a name that the statement does not have")]
    fn an_unknown_value_is_an_error() {
        let _ = JOINED.order::<4>(&["a_b", "b", "c2", "d"]);
    }

    #[test]
    #[should_panic(expected = "a parameter of the statement has no value")]
    fn a_misspelt_name_is_an_error() {
        let _ = JOINED.order::<3>(&["a_b", "b", "d"]);
    }

    #[test]
    #[should_panic(expected = "a value has a name that neither statement has")]
    fn an_unknown_value_of_two_statements_is_an_error() {
        JOINED.check_used(SOME, &["a_b", "d"]);
    }
}
