//! The numbers of an account's reports by blocks of ids, so that a page at a large offset costs as much as the first.

use std::collections::BTreeMap;

use db::Conn;
use db::{statements, values};

/// The sizes of blocks, in ids; each is a multiple of the next.
pub const SIZES: [i64; 2] = [16_384, 256];

statements! {
    COUNT = "insert into status_report_blocks (account_id, size, block, status_reports) values ($1, $2, $3, $4)
        on conflict (account_id, size, block)
            do update set status_reports = status_report_blocks.status_reports + excluded.status_reports";
    BLOCKS = "select block, status_reports from status_report_blocks
        where account_id = $1 and size = $2 and block >= $3 order by block limit $4";
}

/// Where to start reading to skip the first `offset` reports: the least id, and the number of reports to skip from there.
pub async fn start(conn: &mut Conn, account_id: i64, offset: i64) -> db::Result<(i64, i64)> {
    let (mut first, mut rest) = (0, offset);
    if offset < SIZES[1] {
        return Ok((first, rest));
    }
    let mut most = i64::MAX;
    for size in SIZES {
        let values = values![account_id, size, first / size, most];
        for (block, reports) in conn.all(BLOCKS, &values, |row| Ok((row.get(0)?, row.get(1)?))).await? {
            let (block, reports): (i64, i64) = (block, reports);
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

/// So many reports more, or less: account, id, and how many.
pub async fn count(
    conn: &mut Conn,
    more: impl IntoIterator<Item = (i64, i64, i64)> + Send,
) -> db::Result<()> {
    let mut counts: BTreeMap<(i64, i64, i64), i64> = BTreeMap::new();
    for (account_id, id, more) in more {
        for size in SIZES {
            *counts.entry((account_id, size, id / size)).or_default() += more;
        }
    }
    let rows: Vec<_> = counts
        .into_iter()
        .map(|((account_id, size, block), more)| values![account_id, size, block, more].to_vec())
        .collect();
    conn.run_many(COUNT, &rows).await
}
