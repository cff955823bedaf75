//! The SQL of webhook endpoints.

pub mod deliveries;
pub mod queue;
pub(crate) mod rows;

use super::delivery::Attempt;
use super::{
    DisabledReason, Draft, Format, MOST, NO_SECRET, NOT_A_URL, TOO_MANY, UNKNOWN_TYPE, WebhookEndpoint,
    target,
};
use crate::accounts::store::row;
use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::feed;
use crate::ids::{AccountId, WorkspaceId};
use crate::table::{Codec, Json, Table, record};
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

/// The time for which the secret before the last rotation signs as well, in seconds.
const OVERLAP: i64 = 86_400;

db::named_column! { Format: named, name; DisabledReason: named, name; }

record! {
    WebhookEndpoint in webhook_endpoints {
        id, account_id, url, description, types as Json, workspace_ids as Json, format, enabled, disabled_reason,
        created_at, updated_at
    }
}

statements! {
    COUNT = "select count(*) from webhook_endpoints where account_id = :account_id";
    LIST = "select ", WebhookEndpoint::COLUMNS, ", version, secret, last_attempt from webhook_endpoints
        where account_id = :account_id and id < :after order by id desc limit :limit";
    ONE = "select ", WebhookEndpoint::COLUMNS, ", version, secret, last_attempt from webhook_endpoints
        where account_id = :account_id and id = :id";
    UPDATE = "update webhook_endpoints set url = :url, description = :description, types = :types,
            workspace_ids = :workspace_ids, format = :format, enabled = :enabled, disabled_reason = :disabled_reason,
            updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
    SET_SECRET = "update webhook_endpoints set old_secret = secret, old_secret_ends_at = :old_ends_at, secret = :secret
        where account_id = :account_id and id = :id";
    BEGIN = "update webhook_endpoints set failing_since = null,
            read_sequence = :sequence
        where account_id = :account_id and id = :id";
    DISABLED = "select count(*) from webhook_endpoints where account_id = :account_id and disabled_reason is not null";
    FORGET = "delete from webhook_deliveries where account_id = :account_id and endpoint_id = :id";
    WORKSPACES = "select count(*) from workspaces where account_id = :account_id and ", in_ids!("id", "ids");
}

/// An endpoint as the surfaces show it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The endpoint.
    pub endpoint: WebhookEndpoint,
    /// The number of its changes, from 1.
    pub version: i64,
    /// Whether it has a secret; an endpoint of an archive has none until it is rotated.
    pub has_secret: bool,
    /// How the last attempt to deliver to it went.
    pub last_attempt: Option<Attempt>,
}

fn found(row: &Row<'_>) -> db::Result<Found> {
    let next = WebhookEndpoint::FIELDS.len();
    let secret: Option<String> = row.get(next + 1)?;
    Ok(Found {
        endpoint: WebhookEndpoint::read(row)?,
        version: row.get(next)?,
        has_secret: secret.is_some(),
        last_attempt: <Json as Codec<_>>::read(row, next + 2)?,
    })
}

/// The endpoints of an account with a lower id, the newest first.
pub async fn page(conn: &mut Conn, account_id: AccountId, after: i64, limit: i64) -> db::Result<Vec<Found>> {
    conn.all(&bind![LIST; account_id, after, limit], found).await
}

/// The number of endpoints that the service disabled, until a person enables them or leaves them disabled.
pub async fn disabled(conn: &mut Conn, account_id: AccountId) -> db::Result<i64> {
    conn.scalar(&bind![DISABLED; account_id]).await
}

/// An endpoint of an account.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(conn: &mut Conn, account_id: AccountId, id: i64) -> Result<Found> {
    conn.first(&bind![ONE; account_id, id], found).await?.ok_or(Error::NotFound)
}

/// Adds an endpoint; for administrators. Its first event is the one after its creation.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    draft: &Draft,
    secret: &str,
) -> Result<Found> {
    caller.require_administrator()?;
    let account_id = change.account_id;
    let mut violations = draft.violations(true);
    if conn.scalar(&bind![COUNT; account_id]).await? >= MOST {
        violations.push(Violation::new("base", TOO_MANY));
    }
    check(conn, account_id, draft, violations).await?;
    let new = draft.apply(&WebhookEndpoint {
        id: 0,
        account_id,
        url: String::new(),
        description: None,
        types: None,
        workspace_ids: None,
        format: Format::default(),
        enabled: true,
        disabled_reason: None,
        created_at: change.at,
        updated_at: change.at,
    });
    let endpoint = events::store::create(conn, change, new).await?;
    let (id, old_ends_at) = (endpoint.id, None::<Time>);
    conn.run(&bind![SET_SECRET; account_id, id, secret, old_ends_at]).await?;
    begin(conn, account_id, id).await?;
    Ok(Found { endpoint, version: 1, has_secret: true, last_attempt: None })
}

/// Changes an endpoint; for administrators. An endpoint that is enabled again goes on with the next event.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<Found> {
    caller.require_administrator()?;
    let before = require(conn, change.account_id, id).await?;
    let mut violations = draft.violations(false);
    let is_lost = |url: &&String| target(url).is_none() && **url != before.endpoint.shown_url();
    if draft.url.as_ref().is_some_and(|url| is_lost(&url)) && violations.iter().all(|one| one.field != "url")
    {
        violations.push(Violation::new("url", NOT_A_URL));
    }
    if draft.enabled == Some(true) && !before.has_secret {
        violations.push(Violation::new("enabled", NO_SECRET));
    }
    check(conn, change.account_id, draft, violations).await?;
    let changed = draft.apply(&before.endpoint);
    if changed == before.endpoint {
        return Ok(before);
    }
    save(conn, change, before, changed).await
}

/// Replaces the secret of an endpoint; for administrators. For a day, the secret before signs as well.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]
pub async fn rotate_secret(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    secret: &str,
) -> Result<Found> {
    caller.require_administrator()?;
    let before = require(conn, change.account_id, id).await?;
    let (account_id, old_ends_at) = (change.account_id, Some(change.at.plus_seconds(OVERLAP)));
    conn.run(&bind![SET_SECRET; account_id, id, secret, old_ends_at]).await?;
    let (had_secret, same) = (before.has_secret, before.endpoint.clone());
    let after = save(conn, change, before, same).await?;
    if !had_secret {
        begin(conn, account_id, id).await?;
    }
    Ok(Found { has_secret: true, ..after })
}

/// Deletes an endpoint with its deliveries; for administrators.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    caller.require_administrator()?;
    let found = require(conn, change.account_id, id).await?;
    conn.run(&bind![FORGET; change.account_id, id]).await?;
    events::store::delete(conn, change, &found.endpoint).await.map(drop)
}

/// Disables an endpoint, for a reason of the service.
async fn disable(conn: &mut Conn, change: &Change, before: Found, reason: DisabledReason) -> Result<Found> {
    let after = WebhookEndpoint { enabled: false, disabled_reason: Some(reason), ..before.endpoint.clone() };
    save(conn, change, before, after).await
}

async fn check(
    conn: &mut Conn,
    account_id: AccountId,
    draft: &Draft,
    mut violations: Vec<Violation>,
) -> Result<()> {
    let mut types = draft.types.iter().flatten().flatten();
    if types.any(|name| feed::types(name).is_none()) {
        violations.push(Violation::new("types", UNKNOWN_TYPE));
    }
    if let Some(Some(ids)) = &draft.workspace_ids {
        let mut known = ids.clone();
        known.sort_unstable();
        known.dedup();
        let ids: List<WorkspaceId> = known.into();
        let found = conn.scalar(&bind![WORKSPACES; account_id, ids: &ids]).await?;
        if usize::try_from(found).is_ok_and(|found| found < ids.len()) {
            violations.push(Violation::new("workspace_ids", Problem::Missing));
        }
    }
    Error::check(violations)
}

async fn save(conn: &mut Conn, change: &Change, before: Found, changed: WebhookEndpoint) -> Result<Found> {
    let after = WebhookEndpoint { updated_at: change.at, ..changed };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.url,
        after.description,
        types: Json::value(&after.types),
        workspace_ids: Json::value(&after.workspace_ids),
        after.format,
        after.enabled,
        after.disabled_reason,
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before.endpoint, &after).await?;
    if after.enabled && !before.endpoint.enabled {
        begin(conn, after.account_id, after.id).await?;
    }
    Ok(Found { endpoint: after, version: before.version + 1, ..before })
}

/// Lets an endpoint go on with the next event.
async fn begin(conn: &mut Conn, account_id: AccountId, id: i64) -> db::Result<()> {
    let sequence = row::locked(conn, account_id).await?.event_sequence;
    conn.submit(&bind![BEGIN; account_id, id, sequence]).await
}
