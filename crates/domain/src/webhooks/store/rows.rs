//! The rows of deliveries, and of the events that imports brought in.

use crate::accounts::store::row;
use crate::feed::Published;
use crate::ids::AccountId;
use crate::table::{Codec, Json};
use crate::webhooks::WebhookEndpoint;
use crate::webhooks::delivery::Delivery;
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

/// The columns that [`delivery`] reads.
pub(super) const COLUMNS: &str =
    "id, endpoint_id, event_sequence, message_id, type, state, attempts, tries, next_attempt_at, created_at";

statements! {
    ONE = "select ", COLUMNS, " from webhook_deliveries where account_id = :account_id and id = :id";
    // The ones that wait, in the order of the queue, which an index has.
    WAITING = "select ", COLUMNS, " from webhook_deliveries
        where account_id = :account_id and endpoint_id = :endpoint_id and next_attempt_at is not null
            and next_attempt_at <= :now and (next_attempt_at, id) > (:after_at, :after_id)
        order by next_attempt_at, id limit :limit";
    SAVE = "update webhook_deliveries set state = :state, attempts = :attempts, tries = :tries,
            next_attempt_at = :next_attempt_at
        where account_id = :account_id and id = :id";
    IMPORTED = "select first_sequence, last_sequence from imported_events
        where account_id = :account_id and last_sequence > :after order by last_sequence";
    ADD_IMPORTED = "insert into imported_events (account_id, first_sequence, last_sequence)
        values (:account_id, :first, :last)";
    INSERT = "insert into webhook_deliveries (account_id, endpoint_id, event_sequence, message_id, type, state, attempts,
            tries, next_attempt_at, created_at)
        values (:account_id, :endpoint_id, :event_sequence, :message_id, :type_name, 'pending', '[]', 0, :now, :now)
        on conflict (account_id, endpoint_id, event_sequence) do nothing";
    INSERT_AGAIN = "insert into webhook_deliveries (account_id, endpoint_id, event_sequence, message_id, type, state,
            attempts, tries, next_attempt_at, created_at)
        values (:account_id, :endpoint_id, :event_sequence, :message_id, :type_name, 'pending', '[]', 0, :now, :now)
        on conflict (account_id, endpoint_id, event_sequence) do update set state = excluded.state, tries = 0,
            next_attempt_at = excluded.next_attempt_at";
    MARK_DUE = "update webhook_endpoints set due_at = :now
        where account_id = :account_id and ", in_ids!("id", "ids"), " and (due_at is null or due_at > :now)";
}

/// The spans of the log that imports appended.
pub(super) struct Imported(Vec<(i64, i64)>);

/// A delivery to insert.
pub(super) struct Queued {
    endpoint_id: i64,
    sequence: i64,
    type_name: String,
}

impl Imported {
    /// Whether an import appended an event.
    pub fn have(&self, sequence: i64) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&sequence))
    }

    /// The number of the last event before the next one that no import appended.
    pub fn skip(&self, after: i64) -> i64 {
        let mut after = after;
        for (first, last) in &self.0 {
            if (*first..=*last).contains(&(after + 1)) {
                after = *last;
            }
        }
        after
    }
}

impl Queued {
    /// The delivery of an event to an endpoint.
    pub fn new(endpoint: &WebhookEndpoint, event: &Published) -> Self {
        Self { endpoint_id: endpoint.id, sequence: event.link.event.sequence, type_name: event.type_name() }
    }
}

/// Reads a row of [`COLUMNS`].
pub(super) fn delivery(row: &Row<'_>) -> db::Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        endpoint_id: row.get(1)?,
        event_sequence: row.get(2)?,
        message_id: row.get(3)?,
        type_name: row.get(4)?,
        state: row.get(5)?,
        attempts: <Json as Codec<_>>::read(row, 6)?,
        tries: row.get(7)?,
        next_attempt_at: row.get(8)?,
        created_at: row.get(9)?,
    })
}

/// A delivery of an account.
pub(super) async fn find(conn: &mut Conn, account_id: AccountId, id: i64) -> db::Result<Option<Delivery>> {
    conn.first(&bind![ONE; account_id, id], delivery).await
}

/// A place in the queue of an endpoint: the time of the next attempt, and the id of the delivery. What is queued together is in
/// the order of the log.
pub type Place = (Time, i64);

/// The next deliveries of an endpoint that are due, after a place in the queue.
pub(super) async fn waiting(
    conn: &mut Conn,
    account_id: AccountId,
    endpoint_id: i64,
    (after_at, after_id): Place,
    (now, limit): (Time, i64),
) -> db::Result<Vec<Delivery>> {
    conn.all(&bind![WAITING; account_id, endpoint_id, after_at, after_id, now, limit], delivery).await
}

/// Writes how a delivery went.
pub(super) async fn save(conn: &mut Conn, account_id: AccountId, delivery: &Delivery) -> db::Result<()> {
    let query = bind![SAVE;
        account_id,
        delivery.id,
        delivery.state,
        attempts: Json::value(&delivery.attempts),
        delivery.tries,
        delivery.next_attempt_at,
    ];
    conn.run(&query).await.map(drop)
}

/// Inserts deliveries. One that is there stays as it is, or is queued `again`.
pub(super) async fn insert(
    conn: &mut Conn,
    account_id: AccountId,
    rows: &[Queued],
    now: Time,
    again: bool,
) -> db::Result<()> {
    let queries: Vec<_> = rows
        .iter()
        .map(|row| {
            let message_id = format!("evt_{account_id}_{}", row.sequence);
            let (once, replayed) = bind![INSERT, INSERT_AGAIN;
                account_id: &account_id, endpoint_id: row.endpoint_id, event_sequence: row.sequence, message_id,
                type_name: &row.type_name, now];
            if again { replayed } else { once }
        })
        .collect();
    conn.run_many(&queries).await?;
    let mut endpoints: Vec<i64> = rows.iter().map(|row| row.endpoint_id).collect();
    endpoints.sort_unstable();
    endpoints.dedup();
    if endpoints.is_empty() { Ok(()) } else { mark_due(conn, account_id, endpoints.into(), now).await }
}

/// Notes that endpoints have a delivery that is due.
pub(super) async fn mark_due(
    conn: &mut Conn,
    account_id: AccountId,
    ids: List<i64>,
    now: Time,
) -> db::Result<()> {
    conn.run(&bind![MARK_DUE; account_id, ids: &ids, now]).await.map(drop)
}

/// The number of the last event of an account.
pub(super) async fn last(conn: &mut Conn, account_id: AccountId) -> db::Result<i64> {
    Ok(row::locked(conn, account_id).await?.event_sequence)
}

/// The spans of the log after a number that imports appended.
pub(super) async fn imported(conn: &mut Conn, account_id: AccountId, after: i64) -> db::Result<Imported> {
    Ok(Imported(conn.all(&bind![IMPORTED; account_id, after], |row| Ok((row.get(0)?, row.get(1)?))).await?))
}

/// Notes that an import appended the events after a number, up to the last one.
pub async fn note_import(conn: &mut Conn, account_id: AccountId, number: usize) -> db::Result<()> {
    let last = last(conn, account_id).await?;
    let first = last - i64::try_from(number).unwrap_or(last) + 1;
    conn.run(&bind![ADD_IMPORTED; account_id, first, last]).await.map(drop)
}
