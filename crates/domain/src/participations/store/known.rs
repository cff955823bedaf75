//! The participations of users in workspaces that a process has read for earlier writes, so that a write need not read them.
//!
//! The log of an account has an event for each change of its users, workspaces and participations. So what a transaction has read
//! holds in the next one, if the log has the same head as then, or has grown from it by other events only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::accounts::store::row;
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::participations::{Part, Participation};
use crate::record::{DELETED, Logged};
use crate::users::User;
use crate::workspaces::Workspace;
use db::Conn;
use db::{bind, statements};

/// The largest number of accounts.
const ACCOUNTS: usize = 256;
/// The largest number of users and workspaces of an account.
const PAIRS: usize = 10_000;

/// The largest number of events that are looked at instead of reading participations again.
const EVENTS: i64 = 1_000;

/// The number and the hash of the last event of a log.
type Head = (i64, [u8; 32]);

statements! {
    // Whether the log goes on from a head, and the events since that may change participations. The order has PostgreSQL use the
    // primary key, without knowing how many events there are.
    CHANGES = "select (select count(*) from events e
            where e.account_id = :account_id and e.sequence = :next and e.previous_hash = :hash),
        (select count(*) from (select e.subject_type, e.kind from events e
                where e.account_id = :account_id and e.sequence >= :next order by e.sequence limit :most) as later
            where subject_type in ('participation', 'user') or (subject_type = 'workspace' and kind = 'deleted'))";
}

/// The participations that a process knows.
#[derive(Default)]
pub struct Known(Mutex<HashMap<AccountId, Account>>);

#[derive(Default)]
struct Account {
    /// The heads of the log with which the participations hold: that of the last transaction that read some, and the one that it
    /// has left, if it was committed.
    heads: [Head; 2],
    /// Whether the last transaction has found another head, because another process writes to the account, too.
    is_shared: bool,
    parts: HashMap<(UserId, WorkspaceId), Part>,
}

/// Whether the participations of an account still hold in this transaction.
#[derive(Clone, Default)]
struct Holding(Vec<(AccountId, bool)>);

impl Known {
    fn accounts(&self) -> MutexGuard<'_, HashMap<AccountId, Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The participation of a user, if it is known.
    pub fn get(&self, account_id: AccountId, key: (UserId, WorkspaceId)) -> Option<Part> {
        self.accounts().get(&account_id)?.parts.get(&key).copied()
    }

    /// Adds a participation that this transaction has read.
    pub fn put(&self, account_id: AccountId, key: (UserId, WorkspaceId), part: Part) {
        if let Some(account) = self.accounts().get_mut(&account_id) {
            if account.parts.len() >= PAIRS {
                account.parts.clear();
            }
            account.parts.insert(key, part);
        }
    }

    /// The heads with which the participations of an account hold.
    fn heads(&self, account_id: AccountId) -> [Head; 2] {
        self.accounts().get(&account_id).map_or_else(Default::default, |account| account.heads)
    }

    /// Records the head of the log, with which the participations of an account hold; otherwise they are forgotten.
    fn begin(&self, account_id: AccountId, head: Head, holds: bool, is_shared: bool) {
        let mut accounts = self.accounts();
        if accounts.len() >= ACCOUNTS && !accounts.contains_key(&account_id) {
            accounts.clear();
        }
        let account = accounts.entry(account_id).or_default();
        if !holds {
            account.parts.clear();
        }
        account.heads = [head; 2];
        account.is_shared = is_shared;
    }

    /// Records the head that a transaction leaves. Returns whether another process may move it.
    fn leave(&self, account_id: AccountId, head: Head) -> bool {
        let mut accounts = self.accounts();
        let Some(account) = accounts.get_mut(&account_id) else { return false };
        account.heads[1] = head;
        account.is_shared
    }
}

fn holds(conn: &Conn, account_id: AccountId) -> Option<bool> {
    let mut all = conn.remembered::<Holding>()?.0.iter();
    all.find(|(id, _)| *id == account_id).map(|(_, holds)| *holds)
}

/// The participations that hold in this transaction, which has the lock of the account; `None` if it reads only, or has changed some.
pub async fn of_account(conn: &mut Conn, account_id: AccountId) -> db::Result<Option<Arc<Known>>> {
    let Some(known) = conn.kept::<Known>() else { return Ok(None) };
    if let Some(holds) = holds(conn, account_id) {
        return Ok(holds.then_some(known));
    }
    let row = row::locked(conn, account_id).await?;
    let (head, heads) = ((row.event_sequence, row.event_hash), known.heads(account_id));
    let is_shared = !heads.contains(&head);
    let holds = !is_shared
        || has_grown(conn, account_id, heads[1], head).await?
        || has_grown(conn, account_id, heads[0], head).await?;
    known.begin(account_id, head, holds, is_shared);
    conn.remember(|holding: &mut Holding| holding.0.push((account_id, true)));
    Ok(Some(known))
}

/// Whether a log has grown from a head to another by events that change no participation.
async fn has_grown(
    conn: &mut Conn,
    account_id: AccountId,
    (from, hash): Head,
    (to, _): Head,
) -> db::Result<bool> {
    if from == 0 || !(1..=EVENTS).contains(&(to - from)) {
        return Ok(false);
    }
    let query = bind![CHANGES; account_id, next: from + 1, hash: &hash, most: EVENTS];
    let found = match conn.asked_ahead(&query) {
        Some(found) => Some(found),
        None => conn.first(&query, |row| Ok([row.get(0)?, row.get(1)?])).await?,
    };
    Ok(found == Some([1, 0]))
}

/// Records an event that the transaction appends to the log: after a change of participations, those known do not hold.
pub fn appended(conn: &mut Conn, account_id: AccountId, subject_type: &str, kind: &str) {
    let changes = subject_type == Participation::KIND
        || subject_type == User::KIND
        || (subject_type == Workspace::KIND && kind == DELETED);
    if changes && holds(conn, account_id) == Some(true) {
        conn.remember(|holding: &mut Holding| {
            holding.0.iter_mut().filter(|(id, _)| *id == account_id).for_each(|(_, holds)| *holds = false);
        });
    }
}

/// Records the head of the log that the transaction leaves, unless it appends further events.
pub fn leave(conn: &Conn, account_id: AccountId, head: Head) {
    if holds(conn, account_id) == Some(true)
        && let Some(known) = conn.kept::<Known>()
        && known.leave(account_id, head)
    {
        let (sequence, hash) = head;
        conn.ask_ahead(
            account_id.into(),
            &bind![CHANGES; account_id, next: sequence + 1, hash: &hash, most: EVENTS],
        );
    }
}
