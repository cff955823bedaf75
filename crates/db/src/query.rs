//! Statements with the values of their parameters.

use crate::{Statement, Value};

/// A statement and the values of its parameters, in the order of their numbers. [`bind!`](crate::bind) makes them.
#[derive(Clone, Copy, Debug)]
pub struct Query<V: ?Sized> {
    pub(crate) statement: Statement,
    pub(crate) is_apart: bool,
    pub(crate) values: V,
}

impl Query<[Value<'static>; 0]> {
    /// A SQL text without parameters.
    pub const fn plain(sql: &'static str) -> Self {
        Self { statement: Statement::plain(sql), is_apart: false, values: [] }
    }
}

impl<const N: usize> Query<[Value<'_>; N]> {
    /// The query, which has nothing to do with statements that the transaction has deferred: see
    /// [`Conn::defer`](crate::Conn::defer).
    #[must_use]
    pub fn apart(self) -> Self {
        Self { is_apart: true, ..self }
    }
}

/// Binds values to the parameters of a statement, as a [`Query`]. `name` is short for `name: name`, and `a.b.name` for
/// `name: &a.b.name`. A missing or unknown name does not compile.
///
/// With two statements, it makes a pair of queries, each with those of the values that its statement has parameters for:
/// a list and its count share a filter in this way.
///
/// ```
/// # struct Caller { account_id: i64 }
/// db::statements! {
///     LIST = "select id from statuses where account_id = :account_id order by id limit :limit";
///     COUNT = "select count(*) from statuses where account_id = :account_id";
/// }
/// # let caller = Caller { account_id: 1 };
/// let (page, count) = db::bind![LIST, COUNT; caller.account_id, limit: 20];
/// ```
#[macro_export]
macro_rules! bind {
    ($statement:expr) => { $crate::bind_values!(($statement) []) };
    ($statement:expr; $($values:tt)+) => { $crate::bind_values!(($statement) [] $($values)+) };
    ($one:expr, $other:expr; $($values:tt)+) => { $crate::bind_values!(($one, $other) [] $($values)+) };
}

/// Expands the short forms of [`bind!`](crate::bind).
#[doc(hidden)]
#[macro_export]
macro_rules! bind_values {
    (($statement:expr) [$(($name:ident, $value:expr))*]) => {
        $crate::query(
            $statement,
            const { $statement.order(&[$(stringify!($name)),*]) },
            [$($crate::Value::from($value)),*],
        )
    };
    (($one:expr, $other:expr) [$(($name:ident, $value:expr))*]) => {
        $crate::queries(
            ($one, const { $one.order::<{ $one.parameters() }>(&[$(stringify!($name)),*]) }),
            ($other, const { $other.order::<{ $other.parameters() }>(&[$(stringify!($name)),*]) }),
            &{
                const { $one.check_used($other, &[$(stringify!($name)),*]) };
                [$($crate::Value::from($value)),*]
            },
        )
    };
    ($to:tt [$($done:tt)*] $name:ident: $value:expr $(, $($rest:tt)*)?) => {
        $crate::bind_values!($to [$($done)* ($name, $value)] $($($rest)*)?)
    };
    ($to:tt [$($done:tt)*] $name:ident $(, $($rest:tt)*)?) => {
        $crate::bind_values!($to [$($done)* ($name, $name)] $($($rest)*)?)
    };
    ($to:tt [$($done:tt)*] $object:ident.$name:ident $(, $($rest:tt)*)?) => {
        $crate::bind_values!($to [$($done)* ($name, &$object.$name)] $($($rest)*)?)
    };
    ($to:tt [$($done:tt)*] $object:ident.$part:ident.$name:ident $(, $($rest:tt)*)?) => {
        $crate::bind_values!($to [$($done)* ($name, &$object.$part.$name)] $($($rest)*)?)
    };
}

/// A query, from values in another order.
#[doc(hidden)]
pub fn query<const N: usize>(
    statement: Statement,
    order: [usize; N],
    mut given: [Value<'_>; N],
) -> Query<[Value<'_>; N]> {
    Query {
        statement,
        is_apart: false,
        values: order.map(|index| std::mem::replace(&mut given[index], Value::Null)),
    }
}

/// Two queries, each with some of the values.
#[doc(hidden)]
pub fn queries<'v, const A: usize, const B: usize, const N: usize>(
    (one, first): (Statement, [usize; A]),
    (other, second): (Statement, [usize; B]),
    given: &[Value<'v>; N],
) -> (Query<[Value<'v>; A]>, Query<[Value<'v>; B]>) {
    let values = |index: usize| given[index].clone();
    (
        Query { statement: one, is_apart: false, values: first.map(values) },
        Query { statement: other, is_apart: false, values: second.map(values) },
    )
}
