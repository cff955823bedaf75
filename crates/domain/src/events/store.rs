//! The SQL of the log.

use super::{Canonical, Change, Event, Head, Link, Log, content_digest, hash};
use crate::accounts::store::row;
use crate::ids::{AccountId, UserId};
use base::clock::Time;

use crate::error::Result;
use crate::order::{CreatedAt, Order};
use crate::participations::store::known;
use crate::record::{Logged, snapshot};
use crate::span::Span;
use crate::versions;
use crate::versions::Version;
use crate::versions::store::packages::State;
use db::{Conn, List, Row, TraceParent};
use db::{bind, if_ids, if_texts, in_texts, sql, statements};

const LISTED: &str = sql!(
    "e.account_id = :account_id and e.at >= :start and e.at < :end and ",
    in_texts!("e.subject_type", "subject_types"),
    " and ",
    if_ids!("e.subject_id", "subject_ids"),
    " and ",
    if_texts!("e.subject_type || ':' || e.kind", "types"),
    " and ",
    if_ids!("e.actor_id", "actors"),
    " and ",
    if_ids!("e.sequence", "only")
);

/// `:latest`: 0 for all, 1 for the last of each subject, 2 for the last of each kind of each subject.
const LATEST_LISTED: &str = sql!(
    LISTED,
    " and (cast(:latest as bigint) = 0 or e.sequence in (select max(e.sequence) from events e where ",
    LISTED,
    " group by e.subject_type, e.subject_id, case when cast(:latest as bigint) = 2 then e.kind else '' end))"
);

/// The page from the index alone; the rows after, with the records before and after if requested.
macro_rules! page {
    ($at:literal) => {
        sql!(
            "select e.sequence, e.at, e.actor_id, e.kind, e.subject_type, e.subject_id,
                case when :before then e.before end, case when :after then e.after end
            from (select e.sequence from events e where ",
            LATEST_LISTED,
            " order by e.",
            $at,
            ", e.sequence limit :limit offset :offset) as page
            join events e on e.account_id = :account_id and e.sequence = page.sequence
            order by e.",
            $at,
            ", e.sequence"
        )
    };
}

/// For how many later events the trace context of an event is kept.
const TRACES: i64 = 10_000;

statements! {
    KEEP_TRACE = "insert into event_traces (account_id, last_sequence, first_sequence, traceparent)
        values (:account_id, :last, :first, :traceparent)";
    FORGET_TRACES = "delete from event_traces where account_id = :account_id and last_sequence < :oldest";
    TRACE_OF = "select traceparent from event_traces
        where account_id = :account_id and last_sequence >= :sequence and first_sequence <= :sequence
        order by last_sequence limit 1";
    APPEND = "insert into events (account_id, sequence, previous_hash, at, actor_id, surface, kind,
            subject_type, subject_id, before, after, token_id)
        values (:account_id, :sequence, :previous_hash, :at, :actor_id, :surface, :kind, :subject_type, :subject_id,
            :before, :after, :token_id)";
    NEWEST_FIRST = page!("at desc");
    OLDEST_FIRST = page!("at");
    COUNT = "select count(*) from events e where ", LATEST_LISTED;
    CHAIN = "select sequence, at, actor_id, kind, subject_type, subject_id, before, after, previous_hash, surface, token_id,
            content_sha256
        from events where account_id = :account_id and sequence > :sequence order by sequence limit :limit";
    // The inner select uses the index by time, from the creation of the record on.
    OF_SUBJECT = "select sequence, at, actor_id, kind, subject_type, subject_id, before, after, previous_hash, surface, token_id,
            content_sha256
        from events where account_id = :account_id and sequence in (select e.sequence from events e
            where e.account_id = :account_id and e.at >= :since and e.subject_type = :subject_type
                and e.subject_id = :subject_id)
        order by sequence limit :limit";
    HEADS = "select id, event_sequence, event_hash from accounts where id > :id order by id limit :limit";
    LATEST = "select max(at) from events";
}

/// The filter of a list of events; of each list, one item must match.
#[derive(Clone, Debug)]
pub struct Filter {
    /// When they happened.
    pub at: Span,
    /// Kinds of records.
    pub subject_types: List<String>,
    /// Records' ids.
    pub subject_ids: Option<List<i64>>,
    /// Pairs of a kind of record and a kind of event, as `workspace:updated`.
    pub types: Option<List<String>>,
    /// The users who made the changes.
    pub actors: Option<List<UserId>>,
    /// Sequences.
    pub only: Option<List<i64>>,
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
        at: row.get(1)?,
        actor_id: row.get(2)?,
        kind: row.get(3)?,
        subject_type: row.get(4)?,
        subject_id: row.get(5)?,
        before: row.get(6)?,
        after: row.get(7)?,
    })
}

/// Reads a row of an account: the columns of an event, then the previous hash, the surface, the token, and the digest of an
/// erased content.
pub(crate) fn link(account_id: AccountId, row: &Row<'_>) -> db::Result<Link> {
    Ok(Link {
        account_id,
        previous_hash: row.get(8)?,
        surface: row.get(9)?,
        token_id: row.get(10)?,
        content_sha256: row.get(11)?,
        event: event(row)?,
    })
}

/// A page of an account's events by time, and the total.
pub async fn list(
    conn: &mut Conn,
    account_id: AccountId,
    filter: &Filter,
    records: Records,
    order: Order<CreatedAt>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Event>, i64)> {
    let latest = match filter.latest {
        Latest::All => 0_i64,
        Latest::OfSubject => 1,
        Latest::OfSubjectAndKind => 2,
    };
    macro_rules! queries {
        ($page:ident) => {
            bind![$page, COUNT;
                account_id,
                filter.at.start,
                filter.at.end,
                filter.subject_types,
                filter.subject_ids,
                filter.types,
                filter.actors,
                filter.only,
                latest,
                records.before,
                records.after,
                limit,
                offset,
            ]
        };
    }
    let (page, count) = if order.descending { queries!(NEWEST_FIRST) } else { queries!(OLDEST_FIRST) };
    let count = conn.scalar(&count).await?;
    Ok((conn.all(&page, event).await?, count))
}

/// The events of an account after a number, in their order.
pub async fn chain(conn: &mut Conn, account_id: AccountId, after: i64, limit: i64) -> db::Result<Vec<Link>> {
    conn.all(&bind![CHAIN; account_id, sequence: after, limit], |row| link(account_id, row)).await
}

/// The first events of a record since an instant, in order.
pub async fn of_subject(
    conn: &mut Conn,
    account_id: AccountId,
    (subject_type, subject_id): (&str, i64),
    since: Time,
    limit: i64,
) -> db::Result<Vec<Link>> {
    let query = bind![OF_SUBJECT; account_id, since, subject_type, subject_id, limit];
    conn.all(&query, |row| link(account_id, row)).await
}

/// The heads of the logs of accounts with a higher id than `id`, by account.
pub async fn heads(conn: &mut Conn, id: AccountId, limit: i64) -> db::Result<Vec<Head>> {
    conn.all(&bind![HEADS; id, limit], |row| {
        Ok(Head { account_id: row.get(0)?, sequence: row.get(1)?, hash: row.get(2)? })
    })
    .await
}

/// Appends the events of a write to the log of their account, with their numbers and hashes.
pub async fn append(conn: &mut Conn, log: Log<'_>) -> Result<()> {
    let change = log.change;
    let row = row::locked(conn, change.account_id).await?;
    let (mut sequence, mut previous) = (row.event_sequence, row.event_hash);
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
    for (event, previous_hash) in &chained {
        let query = bind![APPEND;
            event.account_id,
            event.sequence,
            previous_hash,
            event.at,
            event.actor_id,
            event.surface,
            event.kind,
            event.subject_type,
            event.subject_id,
            event.before,
            event.after,
            event.token_id,
        ];
        conn.defer(&query);
        known::appended(conn, change.account_id, event.subject_type, event.kind);
    }
    let (mut versions, mut states) = (Vec::new(), Vec::new());
    for ((event, _), entry) in chained.iter().zip(&log.entries) {
        let content = event.after.or(event.before).unwrap_or_default();
        let subject = (event.subject_type, event.subject_id);
        let Some(version) = Version::new((event.sequence, event.at), subject, event.kind, content) else {
            continue;
        };
        states.extend(State::new(event.account_id, &version, content));
        if entry.is_first {
            versions::store::add_first(conn, change.account_id, &version);
        } else {
            versions.push(version);
        }
    }
    versions::store::add(conn, change.account_id, &versions).await?;
    versions::store::packages::add(conn, &states).await?;
    row::append(conn, change.account_id, (sequence, previous), log.reports);
    known::leave(conn, change.account_id, (sequence, previous));
    conn.add_events(chained.len());
    if let (Some(trace), Some((first, _))) = (TraceParent::current(), chained.first()) {
        keep_trace(conn, change.account_id, (first.sequence, sequence), trace).await?;
    }
    Ok(())
}

/// Keeps the trace context of a request that appended events, for a number of later events.
async fn keep_trace(
    conn: &mut Conn,
    account_id: AccountId,
    (first, last): (i64, i64),
    trace: TraceParent,
) -> Result<()> {
    let traceparent = trace.to_string();
    conn.defer(&bind![KEEP_TRACE; account_id, last, first, traceparent]);
    conn.submit(&bind![FORGET_TRACES; account_id, oldest: last - TRACES].apart()).await?;
    Ok(())
}

/// The trace context of the request that appended an event, if it had one.
pub async fn trace_of(
    conn: &mut Conn,
    account_id: AccountId,
    sequence: i64,
) -> db::Result<Option<TraceParent>> {
    let found = conn.first(&bind![TRACE_OF; account_id, sequence], |row| row.get::<String>(0)).await?;
    Ok(found.and_then(|text| text.parse().ok()))
}

/// Inserts a record, whatever its id is, and appends the event.
pub async fn create<R: Logged>(conn: &mut Conn, change: &Change, record: R) -> Result<R> {
    let id = record.insert(conn).await?;
    let record = record.with_id(id);
    let mut log = Log::new(change);
    log.created(&record);
    append(conn, log).await?;
    Ok(record)
}

/// Appends the event of an update.
pub async fn updated<R: Logged>(conn: &mut Conn, change: &Change, before: &R, after: &R) -> Result<()> {
    let mut log = Log::new(change);
    log.updated(before, after);
    append(conn, log).await
}

/// Deletes a record and appends the event. Returns whether the record existed.
pub async fn delete<R: Logged>(conn: &mut Conn, change: &Change, record: &R) -> Result<bool> {
    let (account_id, id) = (record.account_id(), record.id());
    if conn.run(&bind![R::DELETE; account_id, id: &id]).await? == 0 {
        return Ok(false);
    }
    let mut log = Log::new(change);
    log.deleted(record);
    append(conn, log).await?;
    Ok(true)
}

/// The latest instant that the log of any account has, for the clock.
pub async fn latest(conn: &mut Conn) -> Result<Option<Time>> {
    Ok(conn.first(&bind![LATEST], |row| row.get(0)).await?.flatten())
}
