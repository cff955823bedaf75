//! The SQL of the figures. The desk of each account is read on its own, so that no read takes long.

use super::{Queues, Workspaces};
use crate::auth::Caller;
use crate::error::Result;
use crate::ids::AccountId;
use crate::{backups, reporting_desk};
use base::clock::Time;
use db::Conn;
use db::{bind, statements};

/// The number of accounts that a read finds.
const ACCOUNTS: i64 = 200;

statements! {
    NEXT_ACCOUNTS = "select id from accounts where id > :after order by id limit :limit";
    MAILS = "select count(*), cast(coalesce(sum(case when attempts > 0 then 1 else 0 end), 0) as bigint),
            min(next_attempt_at)
        from mails";
}

/// Accounts with a higher id.
pub async fn accounts(conn: &mut Conn, after: AccountId) -> db::Result<Vec<AccountId>> {
    conn.all(&bind![NEXT_ACCOUNTS; after, limit: ACCOUNTS], |row| row.get(0)).await
}

/// Adds the workspaces of an account.
///
/// # Errors
/// Those of the store.
pub async fn add(conn: &mut Conn, account_id: AccountId, now: Time, figures: &mut Workspaces) -> Result<()> {
    let rows = reporting_desk::store::read(conn, &Caller::service(account_id), now).await?;
    figures.add(&rows, now);
    Ok(())
}

/// The figures of the outbox and of backups.
pub async fn queues(conn: &mut Conn) -> db::Result<Queues> {
    let mails = conn.first(&bind![MAILS], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await?;
    let (mails, failing_mails, next_mail_at) = mails.unwrap_or_default();
    let backup_made_at = backups::store::schedule(conn).await?.made_at;
    Ok(Queues { mails, failing_mails, next_mail_at, backup_made_at })
}
