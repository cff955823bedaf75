//! SQL statements, and the macros that declare them.

/// A SQL text with `$1..$n` placeholders that both engines understand. [`statements!`](crate::statements) declares them.
#[derive(Clone, Copy, Debug)]
pub struct Statement(&'static str);

impl Statement {
    #[doc(hidden)]
    pub const fn declared(sql: &'static str) -> Self {
        Self(sql)
    }

    /// The SQL text.
    pub const fn sql(self) -> &'static str {
        self.0
    }
}

/// Declares the statements of a module as constants, and `STATEMENTS`, the list of all of them.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::Statement = $crate::Statement::declared($sql);)*
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
