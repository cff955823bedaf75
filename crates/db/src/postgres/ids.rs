//! The sequences of ids.

use std::collections::VecDeque;

use super::client::Client;
use crate::{Error, Result, Statement, Value};

/// The largest number of ids that are reserved at a time.
const RESERVED: usize = 32;
const RESERVE: Statement = Statement::plain(
    "select nextval(cast(cast($1 as text) || '_id_seq' as regclass)) from generate_series(1, cast($2 as bigint))",
);

impl Client {
    /// An id of a table, from ids that are reserved together for this unit of work and those that wait.
    pub async fn reserve_id(&mut self, table: &'static str) -> Result<i64> {
        if let Some(id) = self.reserved.get_mut(table).and_then(VecDeque::pop_front) {
            return Ok(id);
        }
        let count = (1 + self.waiting).min(RESERVED);
        let values = [Value::from(table), Value::Int(i64::try_from(count).unwrap_or(1))];
        let ids = self.all(RESERVE, &values, |row| row.get(0)).await?;
        let ids = self.reserved.entry(table).insert_entry(ids.into());
        ids.into_mut().pop_front().ok_or_else(|| Error::Other(format!("no id for {table}")))
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
