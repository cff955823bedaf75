//! What a process keeps of a store between writing transactions.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Statement;
use crate::deferred::Values;

/// The largest number of accounts that have a query waiting.
const ACCOUNTS: usize = 1_024;

/// What a process keeps.
#[derive(Default)]
pub struct Kept {
    /// One value of each type.
    values: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
    /// The queries that are sent with the next locks of accounts.
    ahead: Mutex<HashMap<i64, (Statement, Values)>>,
}

impl Kept {
    /// The value of a type, which is made when it is first asked for.
    pub fn get<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let known = values.iter().find_map(|value| Arc::clone(value).downcast().ok());
        known.unwrap_or_else(|| {
            let value = Arc::<T>::default();
            values.push(Arc::clone(&value) as _);
            value
        })
    }

    /// Has a query sent with the next lock of an account, instead of the one before.
    pub fn ask_ahead(&self, account_id: i64, statement: Statement, values: Values) {
        let mut ahead = self.ahead();
        if ahead.len() >= ACCOUNTS {
            ahead.clear();
        }
        ahead.insert(account_id, (statement, values));
    }

    /// The query that is sent with a lock of an account, once.
    pub fn take_ahead(&self, account_id: i64) -> Option<(Statement, Values)> {
        self.ahead().remove(&account_id)
    }

    fn ahead(&self) -> MutexGuard<'_, HashMap<i64, (Statement, Values)>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
