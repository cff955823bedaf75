//! Statements with a name on the connection, or without one behind a pooler.

use deadpool_postgres::Object;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, RowStream};

use crate::{Statement, Value};

/// A statement that can be executed on a connection.
#[derive(Clone)]
pub enum Prepared {
    /// It has a name on this connection.
    Named(tokio_postgres::Statement),
    /// It is parsed each time: behind a pooler, the next transaction may be on another connection, where names mean other statements.
    Unnamed(&'static str),
}

impl Prepared {
    /// A statement without a name.
    pub fn unnamed(statement: Statement) -> Self {
        Self::Unnamed(statement.sql())
    }

    /// Executes it. Returns the number of rows that it changed.
    pub async fn execute(&self, object: &Object, values: &[Value<'_>]) -> Result<u64, Error> {
        match self {
            Self::Named(statement) => object.execute(statement, &borrowed(values)).await,
            Self::Unnamed(sql) => object.execute_typed(sql, &typed(values)).await,
        }
    }

    /// Executes it. Returns its rows as they arrive.
    pub async fn query(&self, object: &Object, values: &[Value<'_>]) -> Result<RowStream, Error> {
        match self {
            Self::Named(statement) => object.query_raw(statement, borrowed(values)).await,
            Self::Unnamed(sql) => object.query_typed_raw(sql, typed(values)).await,
        }
    }
}

fn borrowed<'v>(values: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// The values with the types that the server infers for their placeholders.
fn typed<'v>(values: &'v [Value<'_>]) -> Vec<(&'v (dyn ToSql + Sync), Type)> {
    let with_type = |value: &'v Value<'_>| {
        let kind = match value {
            Value::Null => Type::UNKNOWN,
            Value::Int(_) => Type::INT8,
            Value::Bool(_) => Type::BOOL,
            Value::Text(_) => Type::TEXT,
            Value::Bytes(_) => Type::BYTEA,
        };
        (value as &(dyn ToSql + Sync), kind)
    };
    values.iter().map(with_type).collect()
}
