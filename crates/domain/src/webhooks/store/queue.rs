//! The SQL of the queue, for the delivery engine. Each function runs in a transaction on the account, so that a delivery is
//! queued once and none is missed, however many processes share the store.

use super::rows::{Queued, imported, insert};
use super::{Found, rows};
use crate::error::Result;
use crate::events::Change;
use crate::feed;
use crate::feed::Published;
use crate::ids::AccountId;
use crate::table::{Codec, Json, Table};
use crate::webhooks::delivery::{Attempt, Delivery, MOST_ATTEMPTS, PATIENCE, State, next_attempt};
use crate::webhooks::{DisabledReason, WebhookEndpoint};
use base::clock::Time;
use db::Conn;
use db::{bind, statements};

/// The number of events that a transaction considers.
const EVENTS: usize = 50;
/// The number of deliveries after which a transaction considers no further event.
const ROWS: usize = 2_000;
/// The time for which deliveries are listed once they ended, in seconds.
const KEPT: i64 = 30 * 86_400;
/// The number of accounts or endpoints that a read finds.
const FOUND: i64 = 200;

statements! {
    BEHIND = "select a.id from accounts a where exists (select 1 from webhook_endpoints e
            where e.account_id = a.id and e.enabled and e.secret is not null and e.read_sequence < a.event_sequence)
        order by a.id limit :limit";
    ACTIVE = "select ", WebhookEndpoint::COLUMNS, ", read_sequence from webhook_endpoints
        where account_id = :account_id and enabled and secret is not null order by id";
    ADVANCE = "update webhook_endpoints set read_sequence = :until
        where account_id = :account_id and enabled and secret is not null and read_sequence < :until";
    DUE = "select account_id, id from webhook_endpoints
        where enabled and secret is not null and due_at <= :now and (leased_until is null or leased_until <= :machine)
        order by due_at, account_id, id limit :limit";
    OLDEST = "select min(due_at) from webhook_endpoints where enabled and secret is not null";
    LEASE = "update webhook_endpoints set leased_until = :until
        where account_id = :account_id and id = :id and enabled and due_at <= :now
            and (leased_until is null or leased_until <= :machine)";
    RELEASE = "update webhook_endpoints set leased_until = null, due_at = (select min(d.next_attempt_at)
            from webhook_deliveries d where d.account_id = :account_id and d.endpoint_id = :id
                and d.next_attempt_at is not null)
        where account_id = :account_id and id = :id";
    // The oldest of an endpoint, so that a turn has little to look at.
    FORGET = "delete from webhook_deliveries where account_id = :account_id and next_attempt_at is null
            and created_at < :before and id in (select o.id from webhook_deliveries o
                where o.account_id = :account_id and o.endpoint_id = :id order by o.id limit 100)";
    LEASED = "select count(*) from webhook_endpoints where leased_until is not null";
    RELEASE_ALL = "update webhook_endpoints set leased_until = null where leased_until is not null";
    SECRETS = "select secret, case when old_secret_ends_at > :now then old_secret end from webhook_endpoints
        where account_id = :account_id and id = :id";
    SUCCEEDED = "update webhook_endpoints set failing_since = null, last_attempt = :attempt
        where account_id = :account_id and id = :id";
    FAILED = "update webhook_endpoints set failing_since = coalesce(failing_since, :now), last_attempt = :attempt
        where account_id = :account_id and id = :id";
    FAILING = "select failing_since from webhook_endpoints where account_id = :account_id and id = :id";
}

/// What a process has to do for an endpoint.
#[derive(Clone, Debug)]
pub struct Work {
    /// The endpoint.
    pub endpoint: WebhookEndpoint,
    /// The secrets that sign: the current one, and for a day the one before.
    pub secrets: Vec<String>,
    /// The next deliveries, each with its event unless it is a test.
    pub deliveries: Vec<(Delivery, Option<Published>)>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The endpoint and the delivery.
    pub ids: (i64, i64),
    /// The attempt.
    pub attempt: Attempt,
    /// What the receiver asked for, in seconds.
    pub retry_after: Option<i64>,
    /// For the time of the next attempt.
    pub random: u64,
    /// The end of the attempt.
    pub at: Time,
}

/// Accounts with events that are not queued yet.
pub async fn behind(conn: &mut Conn) -> db::Result<Vec<AccountId>> {
    conn.all(&bind![BEHIND; limit: FOUND], |row| row.get(0)).await
}

/// Queues the next events of an account for its endpoints. Returns whether there may be more.
///
/// # Errors
/// Those of the store.
pub async fn enqueue(conn: &mut Conn, account_id: AccountId, now: Time) -> Result<bool> {
    let read = |row: &db::Row<'_>| Ok((WebhookEndpoint::read(row)?, row.get(WebhookEndpoint::FIELDS.len())?));
    let endpoints: Vec<(WebhookEndpoint, i64)> = conn.all(&bind![ACTIVE; account_id], read).await?;
    let Some(from) = endpoints.iter().map(|(_, sequence)| *sequence).min() else { return Ok(false) };
    let imported = imported(conn, account_id, from).await?;
    let mut until = imported.skip(from);
    let events = feed::store::all_after(conn, account_id, until, EVENTS).await?;
    let (mut rows, mut is_whole) = (Vec::new(), events.len() < EVENTS);
    for event in &events {
        if rows.len() >= ROWS {
            is_whole = false;
            break;
        }
        until = event.link.event.sequence;
        if imported.have(until) {
            continue;
        }
        let name = event.type_name();
        let takes = |(endpoint, sequence): &&(WebhookEndpoint, i64)| {
            *sequence < until && endpoint.takes(&name, event.workspace_id)
        };
        rows.extend(endpoints.iter().filter(takes).map(|(endpoint, _)| Queued::new(endpoint, event)));
    }
    insert(conn, account_id, &rows, now, false).await?;
    conn.run(&bind![ADVANCE; account_id, until]).await?;
    Ok(!is_whole)
}

/// Endpoints with a delivery that is due, the longest waiting first. `machine` is the time of the machine's clock.
pub async fn due(conn: &mut Conn, now: Time, machine: Time) -> db::Result<Vec<(AccountId, i64)>> {
    conn.all(&bind![DUE; now, machine, limit: FOUND], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// The time of the first attempt that waits.
pub async fn oldest(conn: &mut Conn) -> db::Result<Option<Time>> {
    Ok(conn.first(&bind![OLDEST], |row| row.get(0)).await?.flatten())
}

/// Takes the turn to deliver to an endpoint until a time of the machine's clock. Returns whether this process has it.
pub async fn lease(
    conn: &mut Conn,
    (account_id, id): (AccountId, i64),
    now: Time,
    (machine, until): (Time, Time),
) -> Result<bool> {
    Ok(conn.run(&bind![LEASE; account_id, id, now, machine, until]).await? == 1)
}

/// Ends the turn of this process. Deliveries that ended are forgotten after 30 days.
pub async fn release(conn: &mut Conn, (account_id, id): (AccountId, i64), now: Time) -> Result<()> {
    conn.run(&bind![FORGET; account_id, id, before: now.plus_seconds(-KEPT)]).await?;
    conn.run(&bind![RELEASE; account_id, id]).await?;
    Ok(())
}

/// Whether a process has a turn, or had one when it ended.
pub async fn is_any_leased(conn: &mut Conn) -> db::Result<bool> {
    Ok(conn.scalar(&bind![LEASED]).await? > 0)
}

/// Ends the turns of processes that are gone; only for the one process of a store.
pub async fn release_all(conn: &mut Conn) -> Result<()> {
    conn.run(&bind![RELEASE_ALL]).await?;
    Ok(())
}

/// The next deliveries to an endpoint after a place in the queue; none if the endpoint is disabled or gone.
///
/// # Errors
/// Those of the store.
pub async fn work(
    conn: &mut Conn,
    (account_id, id): (AccountId, i64),
    after: rows::Place,
    now: Time,
    limit: i64,
) -> Result<Option<Work>> {
    let Some(endpoint) = crate::table::find::<WebhookEndpoint>(conn, account_id, id).await? else {
        return Ok(None);
    };
    let secrets = conn
        .first(&bind![SECRETS; account_id, id, now], |row| Ok([row.get(0)?, row.get::<Option<String>>(1)?]))
        .await?;
    let secrets: Vec<String> = secrets.into_iter().flatten().flatten().collect();
    if !endpoint.enabled || secrets.is_empty() {
        return Ok(None);
    }
    let mut deliveries = Vec::new();
    for delivery in rows::waiting(conn, account_id, id, after, (now, limit)).await? {
        let event = match delivery.event_sequence {
            None => None,
            Some(sequence) => feed::store::all_after(conn, account_id, sequence - 1, 1).await?.pop(),
        };
        deliveries.push((delivery, event));
    }
    Ok(Some(Work { endpoint, secrets, deliveries }))
}

/// Writes how an attempt ended. Returns the endpoint if that disables it: the receiver is gone, or every attempt has failed for
/// five days.
///
/// # Errors
/// Those of the store.
pub async fn ended(conn: &mut Conn, account_id: AccountId, ended: &Ended) -> Result<Option<WebhookEndpoint>> {
    let (endpoint_id, delivery_id) = ended.ids;
    let Some(mut delivery) = rows::find(conn, account_id, delivery_id).await? else { return Ok(None) };
    let attempt = &ended.attempt;
    if attempt.is_success() {
        (delivery.state, delivery.next_attempt_at) = (State::Succeeded, None);
        conn.run(&bind![SUCCEEDED; account_id, id: endpoint_id, attempt: Json::value(attempt)]).await?;
    } else {
        if delivery.state == State::Pending {
            delivery.tries += 1;
            let next = next_attempt(ended.at, delivery.tries, ended.retry_after, ended.random);
            delivery.next_attempt_at = next.filter(|_| !attempt.is_gone());
            if delivery.next_attempt_at.is_none() {
                delivery.state = State::Failed;
            }
        }
        let attempt = Json::value(attempt);
        conn.run(&bind![FAILED; account_id, id: endpoint_id, now: ended.at, attempt]).await?;
    }
    delivery.attempts.push(attempt.clone());
    let surplus = delivery.attempts.len().saturating_sub(MOST_ATTEMPTS);
    delivery.attempts.drain(..surplus);
    rows::save(conn, account_id, &delivery).await?;
    if attempt.is_success() {
        return Ok(None);
    }
    let since = conn.first(&bind![FAILING; account_id, id: endpoint_id], |row| row.get(0)).await?.flatten();
    let is_failing = since.is_some_and(|since: Time| ended.at >= since.plus_seconds(PATIENCE));
    let reason = match (attempt.is_gone(), is_failing) {
        (true, _) => DisabledReason::Gone,
        (false, true) => DisabledReason::Failing,
        (false, false) => return Ok(None),
    };
    let Ok(found @ Found { endpoint: WebhookEndpoint { enabled: true, .. }, .. }) =
        super::require(conn, account_id, endpoint_id).await
    else {
        return Ok(None);
    };
    let change = Change::of_service(account_id, ended.at);
    Ok(Some(super::disable(conn, &change, found, reason).await?.endpoint))
}
