//! The SQL of refresh tokens.

use crate::error::Result;
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, GrantId};
use crate::oauth::{Grant, RefreshToken};
use crate::table::{Table, record};
use db::Conn;
use db::{bind, statements};

record! {
    RefreshToken in refresh_tokens { id, account_id, grant_id, sha256 as Hex, created_at, used_at }
}

statements! {
    WITH_DIGEST = "select ", RefreshToken::COLUMNS, " from refresh_tokens
        where account_id = :account_id and sha256 = :sha256";
    OF_GRANT = "select ", RefreshToken::COLUMNS, " from refresh_tokens
        where account_id = :account_id and grant_id = :grant_id order by id";
    MARK_USED = "update refresh_tokens set used_at = :used_at where account_id = :account_id and id = :id";
}

/// Adds a refresh token of a grant.
pub async fn create(conn: &mut Conn, change: &Change, grant_id: GrantId, sha256: &[u8; 32]) -> Result<()> {
    let token = RefreshToken {
        id: 0,
        account_id: change.account_id,
        grant_id,
        sha256: hex::encode(sha256),
        created_at: change.at,
        used_at: None,
    };
    events::store::create(conn, change, token).await.map(drop)
}

/// The refresh token of an account with this digest, used or not.
pub async fn with_digest(
    conn: &mut Conn,
    account_id: AccountId,
    sha256: &[u8; 32],
) -> db::Result<Option<RefreshToken>> {
    conn.first(&bind![WITH_DIGEST; account_id, sha256], RefreshToken::read).await
}

/// The refresh tokens of a grant, the oldest first.
pub async fn of_grant(conn: &mut Conn, grant: &Grant) -> db::Result<Vec<RefreshToken>> {
    conn.all(&bind![OF_GRANT; grant.account_id, grant_id: grant.id], RefreshToken::read).await
}

/// Records that a refresh token was used, which works once.
pub async fn mark_used(conn: &mut Conn, change: &Change, token: &RefreshToken) -> Result<()> {
    conn.run(&bind![MARK_USED; token.account_id, token.id, used_at: change.at]).await?;
    let after = RefreshToken { used_at: Some(change.at), ..token.clone() };
    events::store::updated(conn, change, token, &after).await
}

/// Deletes a refresh token.
pub async fn delete(conn: &mut Conn, change: &Change, token: &RefreshToken) -> Result<()> {
    events::store::delete(conn, change, token).await.map(drop)
}
