//! Values that are bound to placeholders, and rows of results.

use std::borrow::Cow;
use std::error::Error as StdError;

use base::clock::{Date, Time};
use bytes::BytesMut;
use rusqlite::types::{FromSqlResult, ToSqlOutput, ValueRef};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Error, Result};

/// A value bound to a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `bigint`
    Int(i64),
    /// `boolean`
    Bool(bool),
    /// `text`
    Text(Cow<'a, str>),
    /// `bytea`
    Bytes(Cow<'a, [u8]>),
}

impl Value<'_> {
    /// The value, without what it borrows.
    pub(crate) fn to_owned(&self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Bool(is_true) => Value::Bool(*is_true),
            Self::Text(text) => Value::Text(Cow::Owned(text.as_ref().to_owned())),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.as_ref().to_owned())),
        }
    }
}

/// A type whose values can be bound to a placeholder.
pub trait Bind {
    /// The value to bind.
    fn value(&self) -> Value<'_>;
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// How the engines return it.
    type Stored<'r>: Stored<'r>;

    /// Converts what the engines return.
    ///
    /// # Errors
    /// If the type has no such value.
    fn read(stored: Self::Stored<'_>) -> Result<Self>;
}

/// A type of columns that both engines have.
pub trait Stored<'r>: FromSql<'r> {
    /// Converts a value of SQLite.
    ///
    /// # Errors
    /// If it has another type.
    fn from_sqlite(value: ValueRef<'r>) -> FromSqlResult<Self>;
}

/// Implements [`Stored`], and [`Column`] and [`Bind`] for a type that the engines return as another.
macro_rules! columns {
    (stored $($stored:ty => |$sqlite:ident| $from_sqlite:expr;)*) => {
        $(impl<'r> Stored<'r> for $stored {
            fn from_sqlite($sqlite: ValueRef<'r>) -> FromSqlResult<Self> {
                $from_sqlite
            }
        })*
    };
    ($($type:ty as $stored:ty => |$read:ident| $made:expr, |$self:ident| $value:expr;)*) => {
        $(
            impl Column for $type {
                type Stored<'r> = $stored;

                fn read<'r>($read: $stored) -> Result<Self> {
                    $made
                }
            }

            impl Bind for $type {
                fn value(&$self) -> Value<'_> {
                    $value
                }
            }
        )*
    };
}

columns! { stored
    i64 => |value| value.as_i64();
    bool => |value| value.as_i64().map(|number| number != 0);
    &'r str => |value| value.as_str();
    &'r [u8] => |value| value.as_blob();
}

columns! {
    i64 as i64 => |number| Ok(number), |self| Value::Int(*self);
    bool as bool => |is_true| Ok(is_true), |self| Value::Bool(*self);
    Time as i64 => |microseconds| Ok(Self(microseconds)), |self| Value::Int(self.0);
    String as &'r str => |text| Ok(text.to_owned()), |self| self.as_str().into();
    Vec<u8> as &'r [u8] => |bytes| Ok(bytes.to_owned()), |self| self.as_slice().into();
    [u8; 32] as &'r [u8] => |bytes| bytes.try_into().map_err(|_| Error::unknown("digest")), |self| self[..].into();
    Date as &'r str => |text| text.parse().map_err(|_| Error::unknown("date")), |self| Value::Text(self.to_string().into());
}

impl<'r, T: Stored<'r>> Stored<'r> for Option<T> {
    fn from_sqlite(value: ValueRef<'r>) -> FromSqlResult<Self> {
        if value == ValueRef::Null { Ok(None) } else { T::from_sqlite(value).map(Some) }
    }
}

impl<T: Column> Column for Option<T> {
    type Stored<'r> = Option<T::Stored<'r>>;

    fn read(stored: Self::Stored<'_>) -> Result<Self> {
        stored.map(T::read).transpose()
    }
}

impl Bind for str {
    fn value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl Bind for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Bytes(Cow::Borrowed(self))
    }
}

impl<T: Bind> Bind for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Bind::value)
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<'a, T: Bind + ?Sized> From<&'a T> for Value<'a> {
    fn from(value: &'a T) -> Self {
        value.value()
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Time> for Value<'_> {
    fn from(value: Time) -> Self {
        Self::Int(value.0)
    }
}

/// Stores a type by its name in a column of texts, from the functions that convert from and to the name:
/// `named_column!(Color: named, name);`
#[macro_export]
macro_rules! named_column {
    ($($type:ident: $named:ident, $name:ident;)+) => {
        $(
            impl $crate::Column for $type {
                type Stored<'r> = &'r str;

                fn read(name: &str) -> $crate::Result<Self> {
                    $type::$named(name).ok_or_else(|| $crate::Error::unknown(stringify!($type)))
                }
            }

            impl $crate::Bind for $type {
                fn value(&self) -> $crate::Value<'_> {
                    self.$name().into()
                }
            }

            impl From<$type> for $crate::Value<'_> {
                fn from(value: $type) -> Self {
                    value.$name().into()
                }
            }
        )+
    };
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Bool(value) => ValueRef::Integer((*value).into()),
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
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        T::read(match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(index).map_err(Error::from)?;
                Stored::from_sqlite(value)
                    .map_err(|error| Error::Other(format!("column {index}: {error}")))?
            }
            Self::Postgres(row) => row.try_get(index).map_err(|error| Error::Other(error.to_string()))?,
        })
    }
}
