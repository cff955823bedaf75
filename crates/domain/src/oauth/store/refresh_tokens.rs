//! The SQL of refresh tokens.

use base::clock::Time;

use crate::error::Result;
use crate::events;
use crate::events::{Change, Log};
use crate::oauth::{Grant, RefreshToken};
use db::{Conn, Row};
use db::{statements, values};

macro_rules! columns {
    () => {
        "id, account_id, grant_id, sha256, created_at, used_at"
    };
}

statements! {
    INSERT = "insert into refresh_tokens (account_id, grant_id, sha256, created_at)
        values ($1, $2, $3, $4) returning id";
    WITH_DIGEST = concat!("select ", columns!(), " from refresh_tokens
        where account_id = $1 and sha256 = $2");
    OF_GRANT = concat!("select ", columns!(), " from refresh_tokens
        where account_id = $1 and grant_id = $2 order by id");
    MARK_USED = "update refresh_tokens set used_at = $3 where account_id = $1 and id = $2";
    AFTER = concat!("select ", columns!(), " from refresh_tokens where id > $1 order by id limit $2");
    DELETE = "delete from refresh_tokens where account_id = $1 and id = $2";
}

fn refresh_token(row: &Row<'_>) -> db::Result<RefreshToken> {
    Ok(RefreshToken {
        id: row.get(0)?,
        account_id: row.get(1)?,
        grant_id: row.get(2)?,
        sha256: hex::encode(row.get::<Vec<u8>>(3)?),
        created_at: Time(row.get(4)?),
        used_at: row.get::<Option<i64>>(5)?.map(Time),
    })
}

/// Adds a refresh token of a grant.
pub async fn create(conn: &mut Conn, change: &Change, grant_id: i64, sha256: &[u8; 32]) -> Result<()> {
    let account_id = change.account_id;
    let id = conn.scalar(INSERT, &values![account_id, grant_id, sha256, change.at.0]).await?;
    let token = RefreshToken {
        id,
        account_id,
        grant_id,
        sha256: hex::encode(sha256),
        created_at: change.at,
        used_at: None,
    };
    let mut log = Log::new(change);
    log.created(&token);
    events::store::append(conn, log).await
}

/// The refresh token of an account with this digest, used or not.
pub async fn with_digest(
    conn: &mut Conn,
    account_id: i64,
    sha256: &[u8; 32],
) -> db::Result<Option<RefreshToken>> {
    conn.first(WITH_DIGEST, &values![account_id, sha256], refresh_token).await
}

/// The refresh tokens of a grant, the oldest first.
pub async fn of_grant(conn: &mut Conn, grant: &Grant) -> db::Result<Vec<RefreshToken>> {
    conn.all(OF_GRANT, &values![grant.account_id, grant.id], refresh_token).await
}

/// Records that a refresh token was used, which works once.
pub async fn mark_used(conn: &mut Conn, change: &Change, token: &RefreshToken) -> Result<()> {
    conn.run(MARK_USED, &values![token.account_id, token.id, change.at.0]).await?;
    let mut log = Log::new(change);
    log.updated(token, &RefreshToken { used_at: Some(change.at), ..token.clone() });
    events::store::append(conn, log).await
}

/// Deletes a refresh token.
pub async fn delete(conn: &mut Conn, change: &Change, token: &RefreshToken) -> Result<()> {
    conn.run(DELETE, &values![token.account_id, token.id]).await?;
    let mut log = Log::new(change);
    log.deleted(token);
    events::store::append(conn, log).await
}

/// Refresh tokens of all accounts with a higher id, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<RefreshToken>> {
    conn.all(AFTER, &values![id, limit], refresh_token).await
}
