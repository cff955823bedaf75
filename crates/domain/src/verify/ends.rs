//! The ends of the logs: checks that cost little, however long a log is.

use super::chain::Chain;
use crate::error::Result;
use crate::events;
use crate::events::Head;
use crate::ids::AccountId;
use db::Conn;

/// The number of accounts in memory at once.
const CHUNK: i64 = 500;
/// The number of events to check of each log.
const LAST: i64 = 100;

/// Checks the last events of every account, and passes each finding to `tell`.
///
/// # Errors
/// Those of the store.
pub async fn ends(conn: &mut Conn, mut tell: impl FnMut(String) + Send) -> Result<()> {
    let mut last = AccountId(i64::MIN);
    loop {
        let heads = events::store::heads(conn, last, CHUNK).await?;
        let Some(end) = heads.last() else { return Ok(()) };
        last = end.account_id;
        for head in &heads {
            let from = (head.sequence - LAST).max(0);
            let account = head.account_id;
            let mut chain = if from == 0 { Chain::new(account) } else { Chain::after(account, from) };
            for link in &events::store::chain(conn, head.account_id, from, LAST + 1).await? {
                chain.step(link, &link.content_digest(), &mut tell);
            }
            chain.end(head, &mut tell);
        }
    }
}

/// The finding if a log, whose chain is intact, does not contain a head that was kept earlier: its last events are lost, or
/// it is another log.
///
/// # Errors
/// Those of the store.
pub async fn missing(conn: &mut Conn, kept: &Head) -> Result<Option<String>> {
    let (account, sequence) = (kept.account_id, kept.sequence);
    let found = events::store::heads(conn, AccountId(account.0 - 1), 1)
        .await?
        .into_iter()
        .find(|head| head.account_id == account);
    let Some(head) = found else {
        return Ok(Some(format!(
            "account {account}: it is not there, and the head that was kept has {sequence} events"
        )));
    };
    if head.sequence < sequence {
        let last = head.sequence;
        return Ok(Some(format!(
            "account {account}: the log ends with event {last}, before the kept head {sequence}"
        )));
    }
    let hash = if head.sequence == sequence {
        Some(head.hash)
    } else {
        let next = events::store::chain(conn, account, sequence, 1).await?;
        next.into_iter().next().map(|link| link.previous_hash)
    };
    let is_same = hash.is_some_and(|hash| hash == kept.hash);
    Ok((!is_same).then(|| {
        format!("account {account}, event {sequence}: it has another hash than the kept head, so this is another log")
    }))
}
