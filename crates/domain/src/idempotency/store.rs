//! The SQL of idempotency keys.

use super::{KEPT_FOR, Kept, Key};

use crate::error::{Error, Result};
use crate::events::Change;
use crate::table::{Codec, Json};
use db::Conn;
use db::{bind, statements};

/// The number of expired keys to delete with each new one.
const FORGOTTEN: i64 = 20;

statements! {
    FIND = "select request_sha256, status, headers, body from idempotency_keys
        where account_id = :account_id and token_id = :token_id and name = :name and created_at > :since";
    // A conflicting row was not found before, so it has expired.
    KEEP = "insert into idempotency_keys (account_id, token_id, name, request_sha256, status, headers, body, created_at)
        values (:account_id, :token_id, :name, :request_sha256, :status, :headers, :body, :at)
        on conflict (account_id, token_id, name) do update set request_sha256 = excluded.request_sha256,
            status = excluded.status, headers = excluded.headers, body = excluded.body,
            created_at = excluded.created_at";
    FORGET = "delete from idempotency_keys where account_id = :account_id and (token_id, name) in (
        select token_id, name from idempotency_keys where account_id = :account_id and created_at <= :until
        order by created_at limit :limit)";
}

/// The response to the request with this key, unless it has expired.
///
/// # Errors
/// [`Error::KeyReused`] if that was a different request.
pub async fn find(conn: &mut Conn, change: &Change, key: &Key) -> Result<Option<Kept>> {
    let since = change.at.plus_seconds(-KEPT_FOR);
    // No request with the same key runs.
    let query = bind![FIND; change.account_id, key.token_id, key.name, since].apart();
    let found = conn.first(&query, |row| {
        let kept = Kept {
            status: row.get::<i64>(1)?.try_into().unwrap_or_default(),
            headers: Json::read(row, 2)?,
            body: row.get(3)?,
        };
        Ok((row.get::<Vec<u8>>(0)?, kept))
    });
    match found.await? {
        Some((request, _)) if request != key.request_sha256 => Err(Error::KeyReused),
        found => Ok(found.map(|(_, kept)| kept)),
    }
}

/// Stores the response to a change, in the transaction of the change.
pub async fn keep(conn: &mut Conn, change: &Change, key: &Key, answer: &Kept) -> db::Result<()> {
    let until = change.at.plus_seconds(-KEPT_FOR);
    conn.submit(&bind![FORGET; change.account_id, until, limit: FORGOTTEN].apart()).await?;
    let query = bind![KEEP;
        change.account_id,
        key.token_id,
        key.name,
        key.request_sha256,
        status: i64::from(answer.status),
        headers: Json::value(&answer.headers),
        answer.body,
        change.at,
    ];
    conn.defer(&query);
    Ok(())
}
