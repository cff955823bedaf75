//! The SQL of the log.

use super::{Canonical, Event, Head, Link, Log, content_digest, hash, snapshot};
use base::clock::Time;

use crate::error::Result;
use crate::span::Span;
use db::{Conn, Error, Row};
use db::{statements, values};

macro_rules! listed {
    () => {
        "e.account_id = $1 and e.at >= $2 and e.at < $3
            and e.subject_type in (select cast(value as text) from json_each(cast($4 as text)))
            and (cast($5 as text) is null
                or e.subject_id in (select cast(value as bigint) from json_each(cast($5 as text))))
            and (cast($6 as text) is null
                or e.subject_type || ':' || e.kind
                    in (select cast(value as text) from json_each(cast($6 as text))))
            and (cast($7 as text) is null
                or e.actor_id in (select cast(value as bigint) from json_each(cast($7 as text))))
            and (cast($8 as text) is null
                or e.sequence in (select cast(value as bigint) from json_each(cast($8 as text))))"
    };
}

/// `$9`: 0 for all, 1 for the last of each subject, 2 for the last of each kind of each subject.
macro_rules! latest {
    () => {
        concat!(
            listed!(),
            " and (cast($9 as bigint) = 0 or e.sequence in (select max(e.sequence) from events e where ",
            listed!(),
            " group by e.subject_type, e.subject_id, case when cast($9 as bigint) = 2 then e.kind else '' end))"
        )
    };
}

/// The page from the index alone; the rows after, with what was before (`$10`) and after (`$11`) where asked for.
macro_rules! page {
    ($at:literal) => {
        concat!(
            "select e.sequence, e.at, e.actor_id, e.kind, e.subject_type, e.subject_id,
                case when $10 then e.before end, case when $11 then e.after end
            from (select e.sequence from events e where ",
            latest!(),
            " order by e.",
            $at,
            ", e.sequence limit $12 offset $13) as page
            join events e on e.account_id = $1 and e.sequence = page.sequence
            order by e.",
            $at,
            ", e.sequence"
        )
    };
}

statements! {
    HEAD = "select event_sequence, event_hash from accounts where id = $1";
    APPEND = "insert into events (account_id, sequence, previous_hash, at, actor_id, surface, kind,
            subject_type, subject_id, before, after, token_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    MOVE_HEAD = "update accounts set event_sequence = $2, event_hash = $3 where id = $1";
    NEWEST_FIRST = page!("at desc");
    OLDEST_FIRST = page!("at");
    COUNT = concat!("select count(*) from events e where ", latest!());
    CHAIN = "select sequence, at, actor_id, kind, subject_type, subject_id, before, after, previous_hash, surface, token_id
        from events where account_id = $1 and sequence > $2 order by sequence limit $3";
    // The inner select uses the index by time, from the creation of the record on.
    OF_SUBJECT = "select sequence, at, actor_id, kind, subject_type, subject_id, before, after, previous_hash, surface, token_id
        from events where account_id = $1 and sequence in (select e.sequence from events e
            where e.account_id = $1 and e.at >= $2 and e.subject_type = $3 and e.subject_id = $4)
        order by sequence limit $5";
    HEADS = "select id, event_sequence, event_hash from accounts where id > $1 order by id limit $2";
    LATEST = "select max(at) from events";
}

/// The filter of a list of events; texts are JSON lists, of which one item must match.
#[derive(Clone, Debug)]
pub struct Filter {
    /// When they happened.
    pub at: Span,
    /// Kinds of records.
    pub subject_types: String,
    /// Records' ids.
    pub subject_ids: Option<String>,
    /// Pairs of a kind of record and a kind of event, as `workspace:updated`.
    pub types: Option<String>,
    /// The users who made the changes.
    pub actors: Option<String>,
    /// Sequences.
    pub only: Option<String>,
    /// Which of the matching events to keep.
    pub latest: Latest,
}

/// Which of the events of a record to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latest {
    /// All of them.
    All,
    /// The last one of each record.
    OfSubject,
    /// The last one of each kind of event of each record.
    OfSubjectAndKind,
}

/// Which versions of the records to read with the events.
#[derive(Clone, Copy, Debug)]
pub struct Records {
    /// As they were before.
    pub before: bool,
    /// As they were after.
    pub after: bool,
}

fn event(row: &Row<'_>) -> db::Result<Event> {
    Ok(Event {
        sequence: row.get(0)?,
        at: Time(row.get(1)?),
        actor_id: row.get(2)?,
        kind: row.get(3)?,
        subject_type: row.get(4)?,
        subject_id: row.get(5)?,
        before: row.get(6)?,
        after: row.get(7)?,
    })
}

fn link(account_id: i64, row: &Row<'_>) -> db::Result<Link> {
    Ok(Link {
        account_id,
        previous_hash: row.get(8)?,
        surface: row.get(9)?,
        token_id: row.get(10)?,
        event: event(row)?,
    })
}

/// A page of an account's events by time, and the total.
pub async fn list(
    conn: &mut Conn,
    account_id: i64,
    filter: &Filter,
    records: Records,
    newest_first: bool,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Event>, i64)> {
    let latest = match filter.latest {
        Latest::All => 0_i64,
        Latest::OfSubject => 1,
        Latest::OfSubjectAndKind => 2,
    };
    let mut narrowed = values![
        account_id,
        filter.at.start.0,
        filter.at.end.0,
        &filter.subject_types,
        filter.subject_ids.as_deref(),
        filter.types.as_deref(),
        filter.actors.as_deref(),
        filter.only.as_deref(),
        latest
    ]
    .to_vec();
    let count = conn.scalar(COUNT, &narrowed).await?;
    narrowed.extend(values![records.before, records.after, limit, offset]);
    let statement = if newest_first { NEWEST_FIRST } else { OLDEST_FIRST };
    Ok((conn.all(statement, &narrowed, event).await?, count))
}

/// The events of an account after a number, in their order.
pub async fn chain(conn: &mut Conn, account_id: i64, after: i64, limit: i64) -> db::Result<Vec<Link>> {
    conn.all(CHAIN, &values![account_id, after, limit], |row| link(account_id, row)).await
}

/// The first events of a record since an instant, in order.
pub async fn of_subject(
    conn: &mut Conn,
    account_id: i64,
    (subject_type, id): (&str, i64),
    since: Time,
    limit: i64,
) -> db::Result<Vec<Link>> {
    let values = values![account_id, since.0, subject_type, id, limit];
    conn.all(OF_SUBJECT, &values, |row| link(account_id, row)).await
}

/// The heads of the logs of accounts with a higher id than `after`, by account.
pub async fn heads(conn: &mut Conn, after: i64, limit: i64) -> db::Result<Vec<Head>> {
    conn.all(HEADS, &values![after, limit], |row| {
        Ok(Head { account_id: row.get(0)?, sequence: row.get(1)?, hash: row.get(2)? })
    })
    .await
}

/// Appends the events of a write to the log of their account, with their numbers and hashes.
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
            token_id: change.token_id,
        };
        let hash = hash(&previous, &content_digest(&snapshot(&event)));
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
                event.after,
                event.token_id
            ]
            .to_vec()
        })
        .collect();
    conn.run_many(APPEND, &rows).await?;
    conn.run(MOVE_HEAD, &values![change.account_id, sequence, &previous]).await?;
    conn.add_events(rows.len());
    Ok(())
}

/// The latest instant that the log of any account has, for the clock.
pub async fn latest(conn: &mut Conn) -> Result<Option<Time>> {
    Ok(conn.first(LATEST, &[], |row| row.get::<Option<i64>>(0)).await?.flatten().map(Time))
}
