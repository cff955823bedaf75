//! The sequences of ids.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::client::Client;
use super::lock::Expected;
use crate::{Error, Result, Statement, Value};

/// The largest number of ids that are reserved at a time.
const RESERVED: usize = 32;
const RESERVE: Statement = Statement::plain(
    "select nextval(cast(cast($1 as text) || '_id_seq' as regclass)) from generate_series(1, cast($2 as bigint))",
);

/// The ids of a transaction.
#[derive(Default)]
pub struct Ids {
    /// Those that are reserved and not used, by table.
    reserved: HashMap<&'static str, VecDeque<i64>>,
    /// The table of the last one that was used, and the number of those of this table.
    used: Option<(&'static str, usize)>,
}

/// The ids that the next transaction is going to use, if its writes are like those of the last one.
#[derive(Default)]
pub struct Forecast(Mutex<Option<Share>>);

/// A table, its ids that a transaction has used, and the writes of the transaction.
type Share = (&'static str, usize, usize);

impl Forecast {
    /// The table and the number of ids for a number of writes; `None` if too few of them are going to use one.
    pub fn of(&self, writes: usize) -> Expected {
        let (table, ids, of) = (*self.share())?;
        (writes > 1 && 2 * ids >= of).then_some((table, writes.min(RESERVED)))
    }

    /// Records the ids that a transaction has used.
    pub fn record(&self, ids: &Ids, writes: usize) {
        *self.share() = ids.used.map(|(table, used)| (table, used, writes));
    }

    fn share(&self) -> MutexGuard<'_, Option<Share>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// An id of a table, from ids that are reserved together for this unit of work and those that wait.
    pub async fn reserve_id(&mut self, table: &'static str) -> Result<i64> {
        if self.ids.reserved.get(table).is_none_or(VecDeque::is_empty) {
            let ids = self.reserve(table, 1 + self.waiting).await?;
            self.keep_ids(table, ids);
        }
        let id = self.ids.reserved.get_mut(table).and_then(VecDeque::pop_front);
        let before = self.ids.used.filter(|(last, _)| *last == table).map_or(0, |(_, used)| used);
        self.ids.used = Some((table, before + 1));
        id.ok_or_else(|| Error::Other(format!("no id for {table}")))
    }

    /// Reserves ids of a table, at most 32.
    pub async fn reserve(&mut self, table: &'static str, count: usize) -> Result<Vec<i64>> {
        let count = i64::try_from(count.min(RESERVED)).unwrap_or(1);
        self.all(RESERVE, &[Value::from(table), Value::Int(count)], |row| row.get(0)).await
    }

    /// Keeps reserved ids for this transaction.
    pub fn keep_ids(&mut self, table: &'static str, ids: Vec<i64>) {
        self.ids.reserved.entry(table).or_default().extend(ids);
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

#[cfg(test)]
mod tests {
    use super::{Forecast, Ids};

    #[test]
    fn ids_are_expected_where_most_writes_of_the_last_transaction_used_one() {
        let forecast = Forecast::default();
        assert_eq!(forecast.of(10), None);
        let used = |number| Ids { used: Some(("users", number)), ..Ids::default() };
        forecast.record(&used(10), 20);
        assert_eq!(
            [1, 2, 100].map(|writes| forecast.of(writes)),
            [None, Some(("users", 2)), Some(("users", 32))]
        );
        forecast.record(&used(9), 20);
        assert_eq!(forecast.of(10), None);
        forecast.record(&Ids::default(), 20);
        assert_eq!(forecast.of(10), None);
    }
}
