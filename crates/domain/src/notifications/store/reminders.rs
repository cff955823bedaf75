//! Telling reminders: a process looks at the desk of each account now and then, and tells in a transaction on the account what
//! was not told yet, so that several processes tell it once.

use crate::auth::Caller;
use crate::error::Result;
use crate::events::Change;
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::notifications::reminders::{Reminder, Told};
use crate::notifications::store::inbox;
use crate::notifications::store::inbox::{Audience, News};
use crate::reporting_desk;
use base::clock::Time;
use db::{Conn, List};
use db::{bind, in_ids, statements};
use std::collections::HashMap;

/// The number of accounts that a read finds.
pub const ACCOUNTS: i64 = 200;
/// The number of reminders of a transaction.
const REMINDERS: usize = 100;

statements! {
    WITH_CADENCES = "select distinct account_id from cadences where account_id > :after order by account_id limit :limit";
    TOLD = "select workspace_id, due_at, missed_at, times, quiet_until from report_reminders where account_id = :account_id";
    SAVE = "insert into report_reminders (account_id, workspace_id, due_at, missed_at, times)
        values (:account_id, :workspace_id, :due_at, :missed_at, :times)
        on conflict (account_id, workspace_id) do update set due_at = excluded.due_at, missed_at = excluded.missed_at,
            times = excluded.times";
    QUIET = "insert into report_reminders (account_id, workspace_id, quiet_until)
        select w.account_id, w.id, cast(:at as bigint) from workspaces w
        where w.account_id = :account_id and (:whole or ", in_ids!("w.id", "ids"), ")
        on conflict (account_id, workspace_id) do update set quiet_until = excluded.quiet_until";
    ADMINISTRATORS = "select user_id from participations
        where account_id = :account_id and workspace_id = :workspace_id and side = 'provider' and permission = 'admin'
        order by user_id";
}

/// A reminder that has to be told, or passed over.
#[derive(Clone, Debug)]
struct Pending {
    workspace_id: WorkspaceId,
    owner: Option<UserId>,
    due_at: Time,
    reminder: Option<Reminder>,
    after: Told,
}

/// Accounts with cadences and a higher id.
pub async fn accounts(conn: &mut Conn, after: AccountId) -> db::Result<Vec<AccountId>> {
    conn.all(&bind![WITH_CADENCES; after, limit: ACCOUNTS], |row| row.get(0)).await
}

/// Whether there is a reminder to tell in an account.
///
/// # Errors
/// Those of the store.
pub async fn is_any_pending(conn: &mut Conn, account_id: AccountId, now: Time) -> Result<bool> {
    Ok(!pending(conn, account_id, now).await?.is_empty())
}

/// Tells the next reminders of an account. Returns whether there are more.
///
/// # Errors
/// Those of the store.
pub async fn tell(conn: &mut Conn, account_id: AccountId, now: Time) -> Result<bool> {
    let change = Change::of_service(account_id, now);
    let pending = pending(conn, account_id, now).await?;
    for one in pending.iter().take(REMINDERS) {
        let (workspace_id, after) = (one.workspace_id, one.after);
        if let Some(reminder) = one.reminder {
            let mut also: Vec<UserId> = one.owner.into_iter().collect();
            if reminder == Reminder::OverdueAgain {
                also.extend(administrators(conn, account_id, workspace_id).await?);
            }
            let text = one.due_at.to_string();
            let kind = reminder.kind();
            let news = News { kind, workspace_id, report_id: None, comment_id: None, text: &text };
            inbox::tell(conn, &change, &news, &Audience { also, ..Audience::default() }).await?;
        }
        let query = bind![SAVE; account_id, workspace_id, after.due_at, after.missed_at, after.times];
        conn.run(&query).await?;
    }
    Ok(pending.len() > REMINDERS)
}

async fn pending(conn: &mut Conn, account_id: AccountId, now: Time) -> Result<Vec<Pending>> {
    let rows = reporting_desk::store::read(conn, &Caller::service(account_id), now).await?;
    let read = |row: &db::Row<'_>| {
        let told = Told {
            due_at: row.get(1)?,
            missed_at: row.get(2)?,
            times: row.get(3)?,
            quiet_until: row.get(4)?,
        };
        Ok((row.get::<WorkspaceId>(0)?, told))
    };
    let told: HashMap<WorkspaceId, Told> =
        conn.all(&bind![TOLD; account_id], read).await?.into_iter().collect();
    let next = |row: &reporting_desk::Row| {
        let due = row.due?;
        let (reminder, after) = told.get(&row.id).copied().unwrap_or_default().next(row.state, due, now)?;
        let owner = row.owner.as_ref().map(|(id, _)| *id);
        Some(Pending { workspace_id: row.id, owner, due_at: due.at, reminder, after })
    };
    Ok(rows.iter().filter_map(next).collect())
}

async fn administrators(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
) -> db::Result<Vec<UserId>> {
    conn.all(&bind![ADMINISTRATORS; account_id, workspace_id], |row| row.get(0)).await
}

/// Leaves out the reminders from before an import, of the workspaces that it brought in or gave a cadence; `None` stands for all.
pub async fn quiet(
    conn: &mut Conn,
    account_id: AccountId,
    workspaces: &[Option<WorkspaceId>],
    at: Time,
) -> db::Result<()> {
    if workspaces.is_empty() {
        return Ok(());
    }
    let whole = workspaces.contains(&None);
    let ids: List<WorkspaceId> = workspaces.iter().copied().flatten().collect();
    conn.run(&bind![QUIET; account_id, at, whole, ids: &ids]).await.map(drop)
}
