//! The row of an account and its counters, in the transaction that has its lock: read once, and written once for all units of work that
//! share the transaction.

use std::collections::BTreeMap;

use crate::counters::Delta;
use crate::ids::{AccountId, WorkspaceId};
use db::{Conn, Error, LockedAccount, Work};
use db::{bind, statements};

/// The largest number of accounts whose rows a transaction remembers.
const ACCOUNTS: usize = 16;
/// The sizes of blocks of reports, in ids; each is a multiple of the next.
pub const BLOCK_SIZES: [i64; 2] = [16_384, 256];

statements! {
    ROW = "select ", LockedAccount::COLUMNS, " from accounts where id = :account_id";
    // The account exists, so that it is never inserted.
    MOVE = "insert into accounts (id, name, event_sequence, event_hash, status_reports)
        values (:account_id, '', :sequence, :hash, :reports)
        on conflict (id) do update set event_sequence = excluded.event_sequence, event_hash = excluded.event_hash,
            versions_sequence = excluded.event_sequence, work_package_states_sequence = excluded.event_sequence,
            status_reports = accounts.status_reports + excluded.status_reports";
    ADD_TO_WORKSPACE = "insert into workspace_counters (account_id, workspace_id, status_reports, status_changes)
        values (:account_id, :workspace_id, :status_reports, :status_changes)
        on conflict (account_id, workspace_id)
            do update set status_reports = workspace_counters.status_reports + excluded.status_reports,
                status_changes = workspace_counters.status_changes + excluded.status_changes";
    ADD_TO_BLOCK = "insert into status_report_blocks (account_id, size, block, status_reports)
        values (:account_id, :size, :block, :reports)
        on conflict (account_id, size, block)
            do update set status_reports = status_report_blocks.status_reports + excluded.status_reports";
}

/// What is still to be written.
#[derive(Clone, Debug, Default)]
struct Additions {
    /// Whether the last event is another than the row has.
    is_moved: bool,
    reports: i64,
    /// By size and number of the block.
    blocks: BTreeMap<(i64, i64), i64>,
    /// Reports and changes of status.
    workspaces: BTreeMap<WorkspaceId, (i64, i64)>,
}

/// An account that the transaction remembers.
#[derive(Clone, Debug)]
struct Known {
    account_id: AccountId,
    row: LockedAccount,
    additions: Additions,
}

#[derive(Clone, Default)]
struct Rows(Vec<Known>);

/// The row of the account whose lock the transaction holds.
pub async fn locked(conn: &mut Conn, account_id: AccountId) -> db::Result<LockedAccount> {
    let known = |rows: &Rows| Some(rows.0.iter().find(|known| known.account_id == account_id)?.row);
    if let Some(row) = conn.remembered().and_then(known) {
        return Ok(row);
    }
    if conn.remembered::<Rows>().is_some_and(|rows| rows.0.len() >= ACCOUNTS) {
        forget(conn).await?;
    }
    let row = match conn.take_locked(account_id.into()) {
        Some(row) => row,
        None => read(conn, account_id).await?,
    };
    conn.remember(|rows: &mut Rows| {
        rows.0.push(Known { account_id, row, additions: Additions::default() });
    });
    Ok(row)
}

async fn read(conn: &mut Conn, account_id: AccountId) -> db::Result<LockedAccount> {
    let found = conn.first(&bind![ROW; account_id].apart(), LockedAccount::read).await?;
    found.ok_or_else(|| Error::Other(format!("account {account_id} is gone")))
}

/// Records the last event of an account, and adds to its number of reports.
pub fn append(conn: &mut Conn, account_id: AccountId, (sequence, hash): (i64, [u8; 32]), reports: i64) {
    change(conn, account_id, |known| {
        (known.row.event_sequence, known.row.event_hash, known.additions.is_moved) = (sequence, hash, true);
        known.additions.reports += reports;
    });
}

/// Adds to the counters of a workspace.
pub async fn add(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    (reports, changes): (i64, i64),
) -> db::Result<()> {
    locked(conn, account_id).await?;
    change(conn, account_id, |known| {
        let counters = known.additions.workspaces.entry(workspace_id).or_default();
        *counters = (counters.0 + reports, counters.1 + changes);
    });
    Ok(())
}

/// Adds to the numbers of reports of the blocks that have a report.
pub async fn add_to_blocks(
    conn: &mut Conn,
    account_id: AccountId,
    report_id: i64,
    reports: i64,
) -> db::Result<()> {
    locked(conn, account_id).await?;
    change(conn, account_id, |known| {
        for size in BLOCK_SIZES {
            *known.additions.blocks.entry((size, report_id / size)).or_default() += reports;
        }
    });
    Ok(())
}

/// Writes and forgets the rows, before a statement changes one.
pub async fn forget(conn: &mut Conn) -> db::Result<()> {
    conn.flush().await?;
    conn.forget::<Rows>();
    conn.forget_locked();
    Ok(())
}

/// Adds to the counters of workspaces at once.
pub fn write_counters(conn: &mut Conn, deltas: impl IntoIterator<Item = Delta>) {
    for one in deltas {
        let query =
            bind![ADD_TO_WORKSPACE; one.account_id, one.workspace_id, one.status_reports, one.status_changes];
        conn.defer(&query);
    }
}

/// Adds to the numbers of reports of blocks, by account, size and number, at once.
pub fn write_blocks(conn: &mut Conn, blocks: impl IntoIterator<Item = ((AccountId, i64, i64), i64)>) {
    for ((account_id, size, block), reports) in blocks {
        conn.defer(&bind![ADD_TO_BLOCK; account_id, size, block, reports]);
    }
}

fn change(conn: &mut Conn, account_id: AccountId, change: impl FnOnce(&mut Known)) {
    conn.remember(|rows: &mut Rows| {
        if let Some(known) = rows.0.iter_mut().find(|known| known.account_id == account_id) {
            change(known);
        }
    });
    conn.before_commit(flush);
}

/// Writes what is to be added.
fn flush(conn: &mut Conn) -> Work<'_, (), Error> {
    Box::pin(async move {
        let mut changed = Vec::new();
        conn.remember(|rows: &mut Rows| {
            for Known { account_id, row, additions } in &mut rows.0 {
                changed.push((*account_id, *row, std::mem::take(additions)));
            }
        });
        for (account_id, row, Additions { is_moved, reports, blocks, workspaces }) in changed {
            if is_moved {
                let (sequence, hash) = (row.event_sequence, &row.event_hash);
                conn.defer(&bind![MOVE; account_id, sequence, hash, reports]);
            }
            let blocks = blocks.into_iter().map(|((size, block), more)| ((account_id, size, block), more));
            write_blocks(conn, blocks);
            let delta = |(workspace_id, (status_reports, status_changes))| Delta {
                account_id,
                workspace_id,
                status_reports,
                status_changes,
            };
            write_counters(conn, workspaces.into_iter().map(delta));
        }
        Ok(())
    })
}
