//! The begin of a transaction that locks accounts. The lock, the rows of the accounts and the ids that the writes are going to need
//! take one round trip.

use std::sync::Arc;

use futures_util::future::{join, try_join_all, try_join3};

use super::client::Client;
use super::ids::Expected;
use super::locked_account::LockedAccount;
use crate::deferred::Values;
use crate::transaction::Ahead;
use crate::{Result, Statement, Value, statement};

/// Waits for the lock of an account.
const LOCK: Statement = statement!(
    "select ",
    LockedAccount::COLUMNS,
    " from accounts where id = cast(:id as bigint) for update",
);
/// Locks those of some accounts that nobody else has locked, so that none waits for another.
const LOCK_FREE: Statement = statement!(
    "select ",
    LockedAccount::COLUMNS,
    " from accounts where id = any (cast(string_to_array(:ids, ',') as bigint[])) order by id for update skip locked",
);

impl Client {
    /// Begins a transaction that locks an account, for whose lock it waits, or those of several whose locks are free. Returns the
    /// ids of those that it has locked.
    pub async fn begin(&mut self, accounts: &[i64], expected: Expected) -> Result<Vec<i64>> {
        let (statement, value) = match accounts {
            [account] => (LOCK, Value::Int(*account)),
            _ => (LOCK_FREE, list(accounts)),
        };
        // Nothing comes between the begin and the lock, or between the lock and what needs it.
        self.prepare(statement).await?;
        self.send_script("begin");
        let found = Box::pin(self.lock(statement, value, accounts, expected)).await?;
        // A write finds out itself that its account is gone.
        Ok(if accounts.len() == 1 { accounts.to_vec() } else { found })
    }

    /// Locks those of further accounts whose locks are free. Returns their ids.
    pub async fn lock_further(&mut self, accounts: &[i64], expected: Expected) -> Result<Vec<i64>> {
        Box::pin(self.lock(LOCK_FREE, list(accounts), accounts, expected)).await
    }

    async fn lock(
        &mut self,
        statement: Statement,
        value: Value<'static>,
        accounts: &[i64],
        expected: Expected,
    ) -> Result<Vec<i64>> {
        let values = [value];
        let ahead = self.take_ahead(accounts).await?;
        let pending = self.take_pending();
        let (mut one, mut other) = (self.share(), self.share());
        let lock = one.all(statement, &values, LockedAccount::read);
        // Ids that are reserved before the lock could be below those of a transaction that has it before.
        let reserve = async {
            let Some((table, count)) = expected else { return Ok(None) };
            Ok(Some((table, other.reserve(table, count).await?)))
        };
        let asked = try_join_all(ahead.into_iter().map(|query| ask(self.share(), query)));
        let (settled, begun) = join(self.settled(pending), try_join3(lock, reserve, asked)).await;
        settled?;
        let (locked, ids, asked) = begun?;
        if let Some((table, ids)) = ids {
            self.ids.put(table, ids);
        }
        self.state.ahead.extend(asked.into_iter().flatten());
        let found = locked.iter().map(|account| account.id).collect();
        self.accounts.extend(locked);
        Ok(found)
    }

    /// The queries that are sent with the locks of some accounts.
    async fn take_ahead(&mut self, accounts: &[i64]) -> Result<Vec<(Statement, Values)>> {
        let Some(kept) = self.state.kept.clone() else { return Ok(Vec::new()) };
        let ahead: Vec<_> = accounts.iter().filter_map(|account| kept.take_ahead(*account)).collect();
        for (statement, _) in &ahead {
            self.prepare(*statement).await?;
        }
        Ok(ahead)
    }
}

/// The parameter of [`LOCK_FREE`].
fn list(accounts: &[i64]) -> Value<'static> {
    accounts.iter().map(i64::to_string).collect::<Vec<_>>().join(",").into()
}

/// Runs a query of two integers.
async fn ask(mut client: Client, (statement, values): (Statement, Values)) -> Result<Option<Ahead>> {
    let rows = client.all(statement, &values, |row| Ok([row.get(0)?, row.get(1)?])).await?;
    Ok(rows.first().map(|result| Ahead { statement, values: Arc::clone(&values), result: *result }))
}
