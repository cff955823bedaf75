//! The ids that transactions reserve and use.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The largest number of ids that are reserved at a time.
pub const RESERVED: usize = 32;

/// Ids to reserve: a table, and their number.
pub type Expected = Option<(&'static str, usize)>;

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

impl Ids {
    /// Uses an id of a table, if one is reserved.
    pub fn take(&mut self, table: &'static str) -> Option<i64> {
        let id = self.reserved.get_mut(table)?.pop_front()?;
        let before = self.used.filter(|(last, _)| *last == table).map_or(0, |(_, used)| used);
        self.used = Some((table, before + 1));
        Some(id)
    }

    /// Adds reserved ids.
    pub fn put(&mut self, table: &'static str, ids: Vec<i64>) {
        self.reserved.entry(table).or_default().extend(ids);
    }
}

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
