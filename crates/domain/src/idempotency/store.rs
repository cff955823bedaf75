//! The SQL of idempotency keys.

use super::{KEPT_FOR, Kept, Key};

use crate::error::{Error, Result};
use crate::events::Change;
use db::{Conn, Error as StoreError};
use db::{statements, values};

/// The number of expired keys to delete with each new one.
const FORGOTTEN: i64 = 20;

statements! {
    FIND = "select request_sha256, status, headers, body from idempotency_keys
        where account_id = $1 and token_id = $2 and name = $3 and created_at > $4";
    // A conflicting row was not found before, so it has expired.
    KEEP = "insert into idempotency_keys (account_id, token_id, name, request_sha256, status, headers, body, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (account_id, token_id, name) do update set request_sha256 = excluded.request_sha256,
            status = excluded.status, headers = excluded.headers, body = excluded.body,
            created_at = excluded.created_at";
    FORGET = "delete from idempotency_keys where account_id = $1 and (token_id, name) in (
        select token_id, name from idempotency_keys where account_id = $1 and created_at <= $2
        order by created_at limit $3)";
}

/// The response to the request with this key, unless it has expired.
///
/// # Errors
/// [`Error::KeyReused`] if that was a different request.
pub async fn find(conn: &mut Conn, change: &Change, key: &Key) -> Result<Option<Kept>> {
    let since = change.at.plus_seconds(-KEPT_FOR);
    let values = values![change.account_id, key.token_id, &key.name, since.0];
    let found = conn.first(FIND, &values, |row| {
        let headers = serde_json::from_str(row.text(2)?);
        let kept = Kept {
            status: row.get::<i64>(1)?.try_into().unwrap_or_default(),
            headers: headers.map_err(|error| StoreError::Other(error.to_string()))?,
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
    conn.run(FORGET, &values![change.account_id, until.0, FORGOTTEN]).await?;
    let headers = serde_json::json!(answer.headers).to_string();
    let row = values![
        change.account_id,
        key.token_id,
        &key.name,
        &key.request_sha256,
        i64::from(answer.status),
        &headers,
        answer.body.as_slice(),
        change.at.0
    ];
    conn.run(KEEP, &row).await.map(drop)
}
