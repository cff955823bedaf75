//! Values that are bound to placeholders, and rows of results.

use std::error::Error as StdError;

use bytes::BytesMut;
use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::{Error, Result};

/// A value bound to a placeholder.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `bigint`
    Int(i64),
    /// `boolean`
    Bool(bool),
    /// `text`
    Text(&'a str),
    /// `bytea`
    Bytes(&'a [u8]),
}

macro_rules! from {
    ($($source:ty => |$value:ident| $made:expr;)*) => {
        $(impl<'a> From<$source> for Value<'a> {
            fn from($value: $source) -> Self {
                $made
            }
        })*
    };
}

from! {
    i64 => |value| Self::Int(value);
    bool => |value| Self::Bool(value);
    &'a str => |value| Self::Text(value);
    &'a String => |value| Self::Text(value);
    &'a [u8] => |value| Self::Bytes(value);
    &'a [u8; 32] => |value| Self::Bytes(value);
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// An array of [`Value`]s from anything that converts into one: by number (`values![id, name]`), or by name for a statement
/// with named parameters (`values![INSERT; id: id, name: name]`), where a missing or unknown name does not compile.
#[macro_export]
macro_rules! values {
    ($statement:ident; $($name:ident: $value:expr),+ $(,)?) => {
        $crate::in_order(const { $statement.order(&[$(stringify!($name)),+]) }, [$($crate::Value::from($value)),+])
    };
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}

/// Puts values into the order of the parameters of a statement.
#[doc(hidden)]
pub fn in_order<const N: usize>(order: [usize; N], given: [Value<'_>; N]) -> [Value<'_>; N] {
    order.map(|index| given[index])
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(value),
            Self::Bool(value) => ValueRef::Integer(value.into()),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *kind == Type::INT8 => value.to_sql(kind, out),
            Self::Bool(value) if *kind == Type::BOOL => value.to_sql(kind, out),
            Self::Text(value) if *kind == Type::TEXT => value.to_sql(kind, out),
            Self::Bytes(value) if *kind == Type::BYTEA => value.to_sql(kind, out),
            other => Err(format!("{other:?} is bound to a placeholder of type {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A row of a result. Columns are read by position.
pub enum Row<'r> {
    #[doc(hidden)]
    Sqlite(&'r rusqlite::Row<'r>),
    #[doc(hidden)]
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The column at a position.
    ///
    /// # Errors
    /// If the column has another type, or is null and `T` is not an `Option`.
    pub fn get<'r, T: Column<'r>>(&'r self, index: usize) -> Result<T> {
        match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(index).map_err(Error::from)?;
                T::column_result(value).map_err(|error| Error::Other(format!("column {index}: {error}")))
            }
            Self::Postgres(row) => row.try_get(index).map_err(|error| Error::Other(error.to_string())),
        }
    }

    /// The text at a position, borrowed from the row.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn text(&self, index: usize) -> Result<&str> {
        self.optional_text(index)?.ok_or_else(|| Error::Other(format!("column {index} is null")))
    }

    /// The text at a position, borrowed from the row; `None` if it is null.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn optional_text(&self, index: usize) -> Result<Option<&str>> {
        match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(index).map_err(Error::from)?;
                value.as_str_or_null().map_err(|error| Error::Other(format!("column {index}: {error}")))
            }
            Self::Postgres(row) => row.try_get(index).map_err(|error| Error::Other(error.to_string())),
        }
    }
}

/// A type that both engines can read a column as.
pub trait Column<'r>: FromSql + tokio_postgres::types::FromSql<'r> {}
impl<'r, T: FromSql + tokio_postgres::types::FromSql<'r>> Column<'r> for T {}
