//! The tables of the records: reading rows and inserting them.

use std::fmt::Display;
use std::hash::Hash;

use hex::FromHex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::AccountId;
use db::{Bind, Column, Conn, Error, List, Row, Statement, Value, bind};

/// A record that is a row of a table. [`record!`] implements it.
pub trait Table: Clone + Send + Sync + Sized + 'static {
    /// The type of its ids.
    type Id: Id;
    /// The name of the table.
    const NAME: &'static str;
    /// The alias of the table in statements, with a full stop; empty if it has none.
    const PREFIX: &'static str;
    /// The names of the columns that [`Table::read`] reads, in this order.
    const FIELDS: &'static [&'static str];
    /// Those columns, for `select`.
    const COLUMNS: &'static str;
    /// Finds records of all accounts with a higher id, by id.
    const AFTER: Statement;
    /// Finds records of an account with a higher id, by id.
    const AFTER_OF_ACCOUNT: Statement;
    /// Finds the records with some ids, of all accounts.
    const WITH_IDS: Statement;
    /// Finds a record of an account.
    const FIND: Statement;
    /// Finds the records of an account with some ids, by id.
    const OF_ACCOUNT: Statement;
    /// Finds the next id, of a row that may not be readable.
    const NEXT_ID: Statement;
    /// Deletes a record.
    const DELETE: Statement;
    /// All statements of the table, for the test that prepares them.
    const STATEMENTS: &'static [Statement];

    /// Unique in the table.
    fn id(&self) -> Self::Id;
    /// The account that it belongs to.
    fn account_id(&self) -> AccountId;
    /// The record with another id.
    #[must_use]
    fn with_id(self, id: Self::Id) -> Self;
    /// Reads a row that begins with [`Table::COLUMNS`].
    fn read(row: &Row<'_>) -> db::Result<Self>;
    /// Inserts the record, whatever its id is, and returns the id.
    fn insert(&self, conn: &mut Conn) -> impl Future<Output = db::Result<Self::Id>> + Send;
    /// Inserts the record by the time of the commit, and returns its id; see [`Conn::defer`].
    fn defer(&self, conn: &mut Conn) -> impl Future<Output = db::Result<Self::Id>> + Send;
    /// Inserts records with their own ids.
    fn insert_with_ids(conn: &mut Conn, records: &[Self]) -> impl Future<Output = db::Result<()>> + Send;
}

/// Implements [`Table`] for a record, from the list of its columns. The type of its ids, if they have one, stands after its
/// name. A column has the name and the type of the field, which is a [`db::Column`] and [`db::Bind`], or is converted by a
/// [`Codec`] (`details as Json`). Columns that are only written follow with their values:
///
/// ```ignore
/// record! {
///     User(UserId) in users { id, account_id, full_name, email_address, administrator }
///     with |user| { email_key: email_key(&user.email_address) }
/// }
/// ```
macro_rules! record {
    ($type:ident $(($id:ty))? in $table:ident $(as $alias:ident)? { id, account_id, $($fields:tt)* } $($with:tt)*) => {
        $crate::table::record!(@impl $type ($($id)?) $table [$($alias)?] account_id { account_id, $($fields)* } $($with)*);
    };
    ($type:ident $(($id:ty))? in $table:ident $(as $alias:ident)? { id, $($fields:tt)* } $($with:tt)*) => {
        $crate::table::record!(@impl $type ($($id)?) $table [$($alias)?] id { $($fields)* } $($with)*);
    };
    (
        @impl $type:ident ($($id:ty)?) $table:ident [$($alias:ident)?] $account:ident { $($field:ident $(as $codec:ident)?),* $(,)? }
        $(with |$record:ident| { $($column:ident: $value:expr),* $(,)? })?
    ) => {
        const _: () = {
            use $crate::table::{Codec, Table};

            const NAME: &str = stringify!($table);
            const FROM: &str = concat!(" from ", stringify!($table) $(, " ", stringify!($alias))?);
            const PREFIX: &str = concat!($(stringify!($alias), ".",)? "");
            const COLUMNS: &str = db::sql!(PREFIX, "id" $(, ", ", PREFIX, stringify!($field))*);
            const INSERT: db::Statement = db::statement!(
                concat!("insert into ", stringify!($table), " ("),
                $crate::table::names!($($field)* $($($column)*)?), ") values (",
                $crate::table::names!(: $($field)* $($($column)*)?), ") returning id"
            );
            const INSERT_WITH_ID: db::Statement = db::statement!(
                concat!("insert into ", stringify!($table), " ("),
                $crate::table::names!($($field)* $($($column)*)? id), ") values (",
                $crate::table::names!(: $($field)* $($($column)*)? id), ")"
            );

            impl Table for $type {
                type Id = $crate::table::id!($($id)?);

                const NAME: &'static str = NAME;
                const PREFIX: &'static str = PREFIX;
                const FIELDS: &'static [&'static str] = &["id" $(, stringify!($field))*];
                const COLUMNS: &'static str = COLUMNS;
                const AFTER: db::Statement = db::statement!(
                    "select ", COLUMNS, FROM, " where ", PREFIX, "id > :id order by ", PREFIX, "id limit :limit"
                );
                const AFTER_OF_ACCOUNT: db::Statement = db::statement!(
                    "select ", COLUMNS, FROM, " where ", PREFIX, stringify!($account), " = :account_id and ",
                    PREFIX, "id > :id order by ", PREFIX, "id limit :limit"
                );
                const WITH_IDS: db::Statement =
                    db::statement!("select ", COLUMNS, FROM, " where ", PREFIX, db::in_ids!("id", "ids"));
                const FIND: db::Statement = db::statement!(
                    "select ", COLUMNS, FROM, " where ", PREFIX, stringify!($account), " = :account_id and ",
                    PREFIX, "id = :id"
                );
                const OF_ACCOUNT: db::Statement = db::statement!(
                    "select ", COLUMNS, FROM, " where ", PREFIX, stringify!($account), " = :account_id and ",
                    PREFIX, db::in_ids!("id", "ids"), " order by ", PREFIX, "id"
                );
                const NEXT_ID: db::Statement = db::statement!("select min(id) from ", NAME, " where id > :id");
                const DELETE: db::Statement = db::statement!(
                    "delete from ", NAME, " where ", stringify!($account), " = :account_id and id = :id"
                );
                const STATEMENTS: &'static [db::Statement] = &[
                    INSERT, INSERT_WITH_ID, Self::AFTER, Self::AFTER_OF_ACCOUNT, Self::WITH_IDS, Self::FIND,
                    Self::OF_ACCOUNT, Self::NEXT_ID, Self::DELETE,
                ];

                fn id(&self) -> Self::Id {
                    self.id
                }

                fn account_id(&self) -> $crate::ids::AccountId {
                    self.$account
                }

                fn with_id(self, id: Self::Id) -> Self {
                    Self { id, ..self }
                }

                fn read(row: &db::Row<'_>) -> db::Result<Self> {
                    Ok(Self {
                        id: row.get(0)?,
                        $($field: <$crate::table::codec!($($codec)?)>::read(
                            row,
                            const { db::position(<$type as Table>::FIELDS, stringify!($field)).unwrap() },
                        )?,)*
                    })
                }

                async fn insert(&self, conn: &mut db::Conn) -> db::Result<Self::Id> {
                    $(let $record = self;)?
                    let query = db::bind![INSERT;
                        $($field: <$crate::table::codec!($($codec)?)>::value(&self.$field),)*
                        $($($column: $value,)*)?
                    ];
                    Ok(conn.scalar(&query).await?.into())
                }

                async fn defer(&self, conn: &mut db::Conn) -> db::Result<Self::Id> {
                    let id = conn.reserve_id(NAME).await?;
                    $(let $record = self;)?
                    let query = db::bind![INSERT_WITH_ID;
                        $($field: <$crate::table::codec!($($codec)?)>::value(&self.$field),)*
                        $($($column: $value,)*)?
                        id
                    ];
                    conn.defer(&query);
                    Ok(id.into())
                }

                async fn insert_with_ids(conn: &mut db::Conn, records: &[Self]) -> db::Result<()> {
                    let queries: Vec<_> = records.iter().map(|record| {
                        $(let $record = record;)?
                        db::bind![INSERT_WITH_ID;
                            $($field: <$crate::table::codec!($($codec)?)>::value(&record.$field),)*
                            $($($column: $value,)*)?
                            record.id
                        ]
                    }).collect();
                    conn.run_many(&queries).await
                }
            }
        };
    };
}

/// The names of columns, or of the parameters with these names, with commas.
macro_rules! names {
    ($first:ident $($name:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($name))*) };
    (: $first:ident $($name:ident)*) => { concat!(":", stringify!($first) $(, ", :", stringify!($name))*) };
}

/// The codec of a column: its own, or [`Plain`].
macro_rules! codec {
    () => {
        $crate::table::Plain
    };
    ($codec:ident) => {
        $crate::table::$codec
    };
}

/// The type of the ids of a table: its own, or a bare number.
macro_rules! id {
    () => {
        i64
    };
    ($id:ty) => {
        $id
    };
}

pub(crate) use {codec, id, names, record};

/// A type of ids.
pub trait Id:
    Copy + Ord + Hash + Display + Bind + Column + Serialize + From<i64> + Into<i64> + Send + Sync
{
}
impl<T: Copy + Ord + Hash + Display + Bind + Column + Serialize + From<i64> + Into<i64> + Send + Sync> Id
    for T
{
}

/// How a field of type `T` is stored in a column.
pub trait Codec<T> {
    /// Reads the column at a position.
    fn read(row: &Row<'_>, index: usize) -> db::Result<T>;
    /// The value of the column.
    fn value(field: &T) -> Value<'_>;
}

/// A column of the type of the field.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

/// A JSON text; null if the value is.
#[derive(Clone, Copy, Debug)]
pub struct Json;

/// The bytes of a text in hex.
#[derive(Clone, Copy, Debug)]
pub struct Hex;

impl<T: Column + Bind> Codec<T> for Plain {
    fn read(row: &Row<'_>, index: usize) -> db::Result<T> {
        row.get(index)
    }

    fn value(field: &T) -> Value<'_> {
        field.value()
    }
}

impl<T: Serialize + DeserializeOwned> Codec<T> for Json {
    fn read(row: &Row<'_>, index: usize) -> db::Result<T> {
        let text: Option<String> = row.get(index)?;
        serde_json::from_str(text.as_deref().unwrap_or("null"))
            .map_err(|error| Error::Other(error.to_string()))
    }

    fn value(field: &T) -> Value<'_> {
        let text = serde_json::to_string(field).expect("a field is made of texts and lists");
        if text == "null" { Value::Null } else { text.into() }
    }
}

impl Codec<String> for Hex {
    fn read(row: &Row<'_>, index: usize) -> db::Result<String> {
        row.get::<Vec<u8>>(index).map(hex::encode)
    }

    fn value(field: &String) -> Value<'_> {
        Value::Bytes(Vec::from_hex(field).unwrap_or_default().into())
    }
}

impl Codec<Option<String>> for Hex {
    fn read(row: &Row<'_>, index: usize) -> db::Result<Option<String>> {
        Ok(row.get::<Option<Vec<u8>>>(index)?.map(hex::encode))
    }

    fn value(field: &Option<String>) -> Value<'_> {
        field.as_ref().map_or(Value::Null, Self::value)
    }
}

/// Records of all accounts with a higher id than `id`, by id.
pub async fn after<R: Table>(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<R>> {
    conn.all(&bind![R::AFTER; id, limit], R::read).await
}

/// Records of an account with a higher id than `id`, by id.
pub async fn after_of_account<R: Table>(
    conn: &mut Conn,
    account_id: AccountId,
    id: i64,
    limit: i64,
) -> db::Result<Vec<R>> {
    conn.all(&bind![R::AFTER_OF_ACCOUNT; account_id, id, limit], R::read).await
}

/// The existing ones of some records, of all accounts.
pub async fn with_ids<R: Table>(conn: &mut Conn, ids: &List<R::Id>) -> db::Result<Vec<R>> {
    conn.all(&bind![R::WITH_IDS; ids], R::read).await
}

/// The ones of some records that an account has, by id.
pub async fn of_account<R: Table>(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<R::Id>,
) -> db::Result<Vec<R>> {
    conn.all(&bind![R::OF_ACCOUNT; account_id, ids], R::read).await
}

/// A record of an account.
pub async fn find<R: Table>(conn: &mut Conn, account_id: AccountId, id: R::Id) -> db::Result<Option<R>> {
    conn.first(&bind![R::FIND; account_id, id: &id], R::read).await
}
