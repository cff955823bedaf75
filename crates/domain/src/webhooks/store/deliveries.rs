//! The SQL of deliveries: what administrators see of them, tests, retries and replays.

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::feed;
use crate::ids::AccountId;
use crate::webhooks::delivery::{Delivery, State, TEST};
use crate::webhooks::store::rows;
use crate::webhooks::store::rows::{COLUMNS, delivery};
use crate::webhooks::{DISABLED, LONG_REPLAY};
use db::{Conn, bind, statements};

/// The maximum number of events of a replay.
pub const MOST_REPLAYED: i64 = 10_000;
/// The number of events that a replay reads at a time.
const EVENTS: usize = 50;

statements! {
    LIST = "select ", COLUMNS, " from webhook_deliveries
        where account_id = :account_id and endpoint_id = :endpoint_id and id < :after
            and (cast(:state as text) is null or state = :state)
        order by id desc limit :limit";
    INSERT_TEST = "insert into webhook_deliveries (account_id, endpoint_id, message_id, type, state, attempts, tries,
            next_attempt_at, created_at)
        values (:account_id, :endpoint_id, '', :type_name, 'pending', '[]', 0, :now, :now) returning id";
    NAME_TEST = "update webhook_deliveries set message_id = :message_id where account_id = :account_id and id = :id";
    AGAIN = "update webhook_deliveries set state = 'pending', tries = 0, next_attempt_at = :now
        where account_id = :account_id and id = :id";
}

/// The deliveries of an endpoint with a lower id, the newest first; of one state, or of all.
pub async fn page(
    conn: &mut Conn,
    account_id: AccountId,
    endpoint_id: i64,
    state: Option<State>,
    (after, limit): (i64, i64),
) -> db::Result<Vec<Delivery>> {
    conn.all(&bind![LIST; account_id, endpoint_id, state, after, limit], delivery).await
}

/// Queues a test; for administrators. Returns the id of its delivery.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] if the endpoint is disabled.
pub async fn test(conn: &mut Conn, caller: &Caller, change: &Change, endpoint_id: i64) -> Result<i64> {
    require_enabled(conn, caller, change, endpoint_id).await?;
    let account_id = change.account_id;
    let id =
        conn.scalar(&bind![INSERT_TEST; account_id, endpoint_id, type_name: TEST, now: change.at]).await?;
    let message_id = format!("evt_{account_id}_test_{id}");
    conn.run(&bind![NAME_TEST; account_id, id, message_id]).await?;
    rows::mark_due(conn, account_id, vec![endpoint_id].into(), change.at).await?;
    Ok(id)
}

/// Queues a delivery again, whatever its state; for administrators.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] if the endpoint is disabled.
pub async fn retry(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<Delivery> {
    caller.require_administrator()?;
    let found = rows::find(conn, change.account_id, id).await?.ok_or(Error::NotFound)?;
    require_enabled(conn, caller, change, found.endpoint_id).await?;
    conn.run(&bind![AGAIN; change.account_id, id, now: change.at]).await?;
    rows::mark_due(conn, change.account_id, vec![found.endpoint_id].into(), change.at).await?;
    rows::find(conn, change.account_id, id).await?.ok_or(Error::NotFound)
}

/// Queues the events of a span of the log, `after` exclusive and `until` inclusive, that the endpoint takes; for
/// administrators. Returns their number. Imported events are left out.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] if the endpoint is disabled or the span is too long.
pub async fn replay(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    endpoint_id: i64,
    (after, until): (i64, i64),
) -> Result<usize> {
    let endpoint = require_enabled(conn, caller, change, endpoint_id).await?;
    let account_id = change.account_id;
    let until = until.min(rows::last(conn, account_id).await?);
    if until.saturating_sub(after) > MOST_REPLAYED {
        return Err(Error::invalid("until", LONG_REPLAY));
    }
    let imported = rows::imported(conn, account_id, after).await?;
    let (mut next, mut number) = (after, 0);
    while next < until {
        let events = feed::store::all_after(conn, account_id, next, EVENTS).await?;
        let Some(last) = events.last() else { break };
        next = last.link.event.sequence;
        let rows: Vec<_> = events
            .iter()
            .filter(|one| one.link.event.sequence <= until && !imported.have(one.link.event.sequence))
            .filter(|one| endpoint.takes(&one.type_name(), one.workspace_id))
            .map(|one| rows::Queued::new(&endpoint, one))
            .collect();
        number += rows.len();
        rows::insert(conn, account_id, &rows, change.at, true).await?;
    }
    Ok(number)
}

async fn require_enabled(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
) -> Result<crate::webhooks::WebhookEndpoint> {
    caller.require_administrator()?;
    let found = super::require(conn, change.account_id, id).await?;
    if found.has_secret && found.endpoint.enabled {
        return Ok(found.endpoint);
    }
    Err(Error::invalid("base", DISABLED))
}
