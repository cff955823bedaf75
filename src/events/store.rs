//! The SQL of the log.

use super::{Canonical, Log, hash};
use crate::db::{Conn, Error, Result};
use crate::{statements, values};

statements! {
    HEAD = "select event_sequence, event_hash from accounts where id = $1";
    APPEND = "insert into events (account_id, sequence, previous_hash, at, actor_id, surface, kind,
            subject_type, subject_id, before, after)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    MOVE_HEAD = "update accounts set event_sequence = $2, event_hash = $3 where id = $1";
}

/// Numbers the events of a write, chains them, and appends them to their account's log.
pub async fn append(conn: &mut Conn, log: Log<'_>) -> Result<()> {
    let change = log.change;
    let head = conn.first(HEAD, &values![change.account_id], |row| Ok((row.get(0)?, row.get(1)?))).await?;
    let (mut sequence, head): (i64, Vec<u8>) =
        head.ok_or_else(|| Error::Other(format!("account {} is gone", change.account_id)))?;
    let mut previous =
        <[u8; 32]>::try_from(head).map_err(|_| Error::Other("a hash of another length".into()))?;
    let mut chained = Vec::with_capacity(log.entries.len());
    for entry in &log.entries {
        sequence += 1;
        let event = Canonical {
            account_id: change.account_id,
            actor_id: change.actor_id,
            after: entry.after.as_deref(),
            at: change.at,
            before: entry.before.as_deref(),
            kind: entry.kind,
            sequence,
            subject_id: entry.subject_id,
            subject_type: entry.subject_type,
            surface: change.surface.name(),
        };
        let hash = hash(&previous, &event);
        chained.push((event, std::mem::replace(&mut previous, hash)));
    }
    let rows: Vec<_> = chained
        .iter()
        .map(|(event, previous)| {
            values![
                event.account_id,
                event.sequence,
                previous,
                event.at.0,
                event.actor_id,
                event.surface,
                event.kind,
                event.subject_type,
                event.subject_id,
                event.before,
                event.after
            ]
            .to_vec()
        })
        .collect();
    conn.run_many(APPEND, &rows).await?;
    conn.run(MOVE_HEAD, &values![change.account_id, sequence, &previous]).await?;
    Ok(())
}
