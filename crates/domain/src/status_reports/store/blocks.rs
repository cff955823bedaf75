//! The numbers of an account's reports by blocks of ids, so that a page at a large offset costs as much as the first.

use std::collections::BTreeMap;

use crate::accounts::store::row;
use crate::accounts::store::row::BLOCK_SIZES as SIZES;
use crate::ids::{AccountId, ReportId};
use db::Conn;
use db::{bind, statements};

statements! {
    BLOCKS = "select block, status_reports from status_report_blocks
        where account_id = :account_id and size = :size and block >= :block order by block limit :limit";
}

/// Where to start reading to skip the first `offset` reports: the least id, and the number of reports to skip from there.
pub async fn start(conn: &mut Conn, account_id: AccountId, offset: i64) -> db::Result<(i64, i64)> {
    let (mut first, mut rest) = (0, offset);
    if offset < SIZES[1] {
        return Ok((first, rest));
    }
    conn.flush().await?;
    let mut most = i64::MAX;
    for size in SIZES {
        let query = bind![BLOCKS; account_id, size, block: first / size, limit: most];
        let blocks = conn.all(&query, |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)));
        for (block, reports) in blocks.await? {
            first = block * size;
            if rest < reports {
                break;
            }
            rest -= reports;
            first += size;
        }
        most = SIZES[0] / SIZES[1];
    }
    Ok((first, rest))
}

/// Adds to the numbers of reports of the blocks that have them: account, id, and the number to add or subtract.
pub fn count(conn: &mut Conn, more: impl IntoIterator<Item = (AccountId, ReportId, i64)>) {
    let mut counts: BTreeMap<(AccountId, i64, i64), i64> = BTreeMap::new();
    for (account_id, id, more) in more {
        for size in SIZES {
            *counts.entry((account_id, size, id.0 / size)).or_default() += more;
        }
    }
    row::write_blocks(conn, counts);
}
