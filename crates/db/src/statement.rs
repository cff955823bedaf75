//! SQL statements, and the macros that declare them.

use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::const_text::{Scan, key, slice};

/// A SQL text with `$1..$n` placeholders that both engines understand. [`statements!`](crate::statements) declares them
/// with names, and [`bind!`](crate::bind) binds values to the names.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    text: Text,
    names: &'static Names,
}

#[derive(Clone, Copy, Debug)]
enum Text {
    /// A text without parameters.
    Plain(&'static str),
    /// A text with names.
    Named(&'static Numbered),
}

impl Statement {
    #[doc(hidden)]
    pub const fn named(numbered: &'static Numbered, names: &'static Names) -> Self {
        Self { text: Text::Named(numbered), names }
    }

    /// A text without parameters.
    pub(crate) const fn plain(sql: &'static str) -> Self {
        const NONE: &Names = &Names::of(&[]);
        Self { text: Text::Plain(sql), names: NONE }
    }

    /// The SQL text.
    pub fn sql(self) -> &'static str {
        match self.text {
            Text::Plain(sql) => sql,
            Text::Named(numbered) => numbered.sql(self.names),
        }
    }

    /// The number of parameters.
    #[doc(hidden)]
    pub const fn parameters(self) -> usize {
        self.names.count
    }

    /// For each of the `M` parameters, the index of its value among the values with the `given` names.
    ///
    /// # Panics
    /// If a parameter has no value. [`bind!`](crate::bind) calls this at compile time.
    #[doc(hidden)]
    pub const fn order<const M: usize>(self, given: &[&str]) -> [usize; M] {
        assert!(self.names.count <= M, "a parameter of the statement has no value");
        assert!(self.names.count == M, "a value has a name that the statement does not have");
        let given = Names::given(given);
        let (mut order, mut number) = ([0; M], 0);
        while number < M {
            let Some(index) = given.position(self.names.keys[number]) else {
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
            let key = key(given[index]);
            let is_used = self.names.position(key).is_some() || other.names.position(key).is_some();
            assert!(is_used, "a value has a name that neither statement has");
            index += 1;
        }
    }
}

/// The largest number of named parameters of a statement.
const PARAMETERS: usize = 80;

/// The names of the parameters of a statement, in the order of their numbers: of their first appearance. The compiler finds them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Names {
    /// The [`key`] of each.
    keys: [u64; PARAMETERS],
    count: usize,
}

impl Names {
    /// The names in some texts, one after the other. Names in string literals and casts (`::`) are none.
    ///
    /// # Panics
    /// At compile time, if a parameter has a number instead of a name, there are too many, or a text ends with a colon.
    pub const fn of(parts: &[&str]) -> Self {
        let mut found = Self { keys: [0; PARAMETERS], count: 0 };
        let (mut index, mut scan) = (0, Scan::new());
        while index < parts.len() {
            while let Some((start, end)) = scan.next(parts[index].as_bytes()) {
                let key = key(slice(parts[index], start, end));
                if found.position(key).is_none() {
                    found.push(key);
                }
            }
            index += 1;
        }
        found
    }

    /// The names of some values.
    const fn given(names: &[&str]) -> Self {
        let mut given = Self { keys: [0; PARAMETERS], count: 0 };
        while given.count < names.len() {
            given.push(key(names[given.count]));
        }
        given
    }

    const fn push(&mut self, key: u64) {
        self.keys[self.count] = key;
        self.count += 1;
    }

    const fn position(&self, key: u64) -> Option<usize> {
        let mut index = 0;
        while index < self.count {
            if self.keys[index] == key {
                return Some(index);
            }
            index += 1;
        }
        None
    }
}

/// A SQL text whose `:name` placeholders are replaced with `$n` when an engine first needs it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Numbered {
    parts: &'static [&'static str],
    sql: OnceLock<String>,
}

impl Numbered {
    /// The text that some texts make, one after the other.
    pub const fn new(parts: &'static [&'static str]) -> Self {
        Self { parts, sql: OnceLock::new() }
    }

    fn sql(&self, names: &Names) -> &str {
        self.sql.get_or_init(|| number(self.parts, names))
    }
}

/// Joins texts, and replaces the names of parameters with their numbers.
fn number(parts: &[&str], names: &Names) -> String {
    let (mut sql, mut scan) = (String::with_capacity(parts.iter().map(|part| part.len()).sum()), Scan::new());
    for part in parts {
        let mut pushed = 0;
        while let Some((start, end)) = scan.next(part.as_bytes()) {
            let index = names.position(key(&part[start..end])).unwrap_or_default();
            let _ = write!(sql, "{}${}", &part[pushed..start - 1], index + 1);
            pushed = end;
        }
        sql.push_str(&part[pushed..]);
    }
    sql
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
        // Statics, for the compiler to read the text once, and not for each use and each crate.
        static NAMES: $crate::Names = $crate::Names::of(PARTS);
        static NUMBERED: $crate::Numbered = $crate::Numbered::new(PARTS);
        $crate::Statement::named(&NUMBERED, &NAMES)
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
    use crate::const_text::key;

    const WHERE: &str = "c = :c2 and d = '::$1' || :a_b";

    crate::statements! {
        JOINED = "select :b::text, ':a', :a_b, :b where ", WHERE;
        MANY = ":a:b:c:d:e:f:g:h:i:j:k";
        SOME = WHERE;
    }

    #[test]
    fn names_are_numbered_by_their_first_appearance() {
        assert_eq!(JOINED.sql(), "select $1::text, ':a', $2, $1 where c = $3 and d = '::$1' || $2");
        assert_eq!(JOINED.names.keys[..4], [key("b"), key("a_b"), key("c2"), 0]);
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
        let _ = super::Names::of(&["select $1"]);
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
