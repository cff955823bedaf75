//! The SQL of accounts.

pub mod row;

use super::Account;
use crate::ids::AccountId;
use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log, NO_HASH, Source};
use crate::statuses;
use crate::table;
use crate::table::{Table, record};
use db::{Conn, List};
use db::{bind, statements};

record! {
    Account(AccountId) in accounts { id, name, blocks_hints, requires_factor }
    with |_account| { event_hash: &NO_HASH }
}

statements! {
    OLDEST = "select min(id) from accounts";
    COUNT_REPORTS = "update accounts set status_reports = status_reports + :more where id = :id";
    UPDATE = "update accounts set blocks_hints = :blocks_hints, requires_factor = :requires_factor where id = :id";
    STATUS_REPORTS = "select status_reports from accounts where id = :id";
}

/// Creates an account with the initial statuses.
pub async fn create(conn: &mut Conn, name: &str, surface: Source, at: Time) -> Result<AccountId> {
    let account =
        Account { id: AccountId(0), name: name.to_owned(), blocks_hints: false, requires_factor: false };
    let id = account.insert(conn).await?;
    let change = Change { account_id: id, actor_id: None, token_id: None, surface, at };
    let mut log = Log::new(&change);
    log.created(&account.with_id(id));
    events::store::append(conn, log).await?;
    statuses::store::create_initial(conn, &change).await?;
    Ok(id)
}

/// The oldest account, if there is any.
pub async fn oldest(conn: &mut Conn) -> Result<Option<AccountId>> {
    Ok(conn.first(&bind![OLDEST], |row| row.get(0)).await?.flatten())
}

/// The oldest account; creates one if there is none.
pub async fn oldest_or_default(conn: &mut Conn, surface: Source, at: Time) -> Result<AccountId> {
    match oldest(conn).await? {
        Some(id) => Ok(id),
        None => create(conn, super::DEFAULT_NAME, surface, at).await,
    }
}

/// An account.
pub async fn find(conn: &mut Conn, id: AccountId) -> db::Result<Option<Account>> {
    Ok(table::with_ids(conn, &List::from([id])).await?.pop())
}

/// Changes of the settings of an account; `None` keeps the value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changes {
    /// Whether reports with hints are refused.
    pub blocks_hints: Option<bool>,
    /// Whether people who sign in with a password need a second factor.
    pub requires_factor: Option<bool>,
}

/// Changes the settings of an account; for administrators.
///
/// # Errors
/// [`Error::Forbidden`]
pub async fn set(conn: &mut Conn, caller: &Caller, change: &Change, changes: Changes) -> Result<Account> {
    caller.require_administrator()?;
    let before = find(conn, change.account_id).await?.ok_or(Error::NotFound)?;
    let after = Account {
        blocks_hints: changes.blocks_hints.unwrap_or(before.blocks_hints),
        requires_factor: changes.requires_factor.unwrap_or(before.requires_factor),
        ..before.clone()
    };
    if before != after {
        conn.run(&bind![UPDATE; after.blocks_hints, after.requires_factor, after.id]).await?;
        events::store::updated(conn, change, &before, &after).await?;
    }
    Ok(after)
}

/// Adds to the counter of reports; a negative number subtracts.
pub async fn count_reports(conn: &mut Conn, id: AccountId, more: i64) -> db::Result<()> {
    conn.submit(&bind![COUNT_REPORTS; id, more]).await
}

/// The number of reports of the account.
pub async fn status_reports(conn: &mut Conn, id: AccountId) -> db::Result<i64> {
    conn.flush().await?;
    conn.scalar(&bind![STATUS_REPORTS; id]).await
}
