//! The sequences of ids.

use super::client::Client;
use super::ids::RESERVED;
use crate::{Error, Result, Statement, Value};

/// At most 32. A series with a known end has one plan for any number.
const RESERVE: Statement = Statement::plain(
    "select nextval(cast(cast($1 as text) || '_id_seq' as regclass)) from generate_series(1, 32) limit cast($2 as bigint)",
);

impl Client {
    /// An id of a table, from ids that are reserved together for this unit of work and those that wait.
    pub async fn reserve_id(&mut self, table: &'static str) -> Result<i64> {
        if let Some(id) = self.ids.take(table) {
            return Ok(id);
        }
        let ids = self.reserve(table, 1 + self.waiting).await?;
        self.ids.put(table, ids);
        self.ids.take(table).ok_or_else(|| Error::Other(format!("no id for {table}")))
    }

    /// Reserves ids of a table, at most 32.
    pub async fn reserve(&mut self, table: &'static str, count: usize) -> Result<Vec<i64>> {
        let count = i64::try_from(count.min(RESERVED)).unwrap_or(1);
        self.all(RESERVE, &[Value::from(table), Value::Int(count)], |row| row.get(0)).await
    }

    pub async fn reserve_ids(&self, table: &'static str, last: i64) -> Result<()> {
        self.script(&format!(
            "select setval('{table}_id_seq', greatest({last}, last_value)) from {table}_id_seq"
        ))
        .await
    }

    pub async fn sync_id_sequence(&self, table: &'static str) -> Result<()> {
        // A sequence never goes back, so that no id is assigned twice.
        self.script(&format!(
            "select setval('{table}_id_seq', greatest((select max(id) from {table}), last_value)) from {table}_id_seq"
        ))
        .await
    }
}
