//! The SQL of invitations.

use super::{Invitation, SECONDS};
use base::clock::Time;

use crate::auth::digest;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::users;
use crate::users::User;
use db::{Conn, Row};
use db::{statements, values};

macro_rules! columns {
    () => {
        "id, account_id, user_id, sha256, created_at, expires_at"
    };
}

statements! {
    INSERT = "insert into invitations (account_id, user_id, sha256, created_at, expires_at)
        values ($1, $2, $3, $4, $5) returning id";
    // The secret determines the account, as for tokens.
    WITH_DIGEST = concat!("select ", columns!(), " from invitations where sha256 = $1 and expires_at > $2");
    OF_USER = concat!("select ", columns!(), " from invitations where account_id = $1 and user_id = $2");
    AFTER = concat!("select ", columns!(), " from invitations where id > $1 order by id limit $2");
    DELETE = "delete from invitations where account_id = $1 and id = $2";
}

fn invitation(row: &Row<'_>) -> db::Result<Invitation> {
    Ok(Invitation {
        id: row.get(0)?,
        account_id: row.get(1)?,
        user_id: row.get(2)?,
        sha256: hex::encode(row.get::<Vec<u8>>(3)?),
        created_at: Time(row.get(4)?),
        expires_at: Time(row.get(5)?),
    })
}

/// Creates an invitation, in place of an earlier one.
pub async fn create(conn: &mut Conn, change: &Change, user_id: i64, secret: &str) -> Result<Invitation> {
    end_of(conn, change, user_id).await?;
    let (sha256, expires_at) = (digest(secret), change.at.plus_seconds(SECONDS));
    let row = values![change.account_id, user_id, &sha256, change.at.0, expires_at.0];
    let invitation = Invitation {
        id: conn.scalar(INSERT, &row).await?,
        account_id: change.account_id,
        user_id,
        sha256: hex::encode(sha256),
        created_at: change.at,
        expires_at,
    };
    let mut log = Log::new(change);
    log.created(&invitation);
    events::store::append(conn, log).await?;
    Ok(invitation)
}

/// The invitation with a secret, unless it has expired.
pub async fn with_secret(conn: &mut Conn, secret: &str, now: Time) -> db::Result<Option<Invitation>> {
    conn.first(WITH_DIGEST, &values![&digest(secret), now.0], invitation).await
}

/// Invitations of all accounts with a higher id, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Invitation>> {
    conn.all(AFTER, &values![id, limit], invitation).await
}

/// The person whose invitation has this secret.
///
/// # Errors
/// [`Error::NotFound`] if it has expired, or the person is deactivated.
pub async fn person(conn: &mut Conn, secret: &str, now: Time) -> Result<User> {
    let invitation = with_secret(conn, secret, now).await?.ok_or(Error::NotFound)?;
    let user = users::store::find(conn, invitation.account_id, invitation.user_id).await?;
    if user.active { Ok(user) } else { Err(Error::NotFound) }
}

/// Deletes the invitation of a person, if there is one.
pub async fn end_of(conn: &mut Conn, change: &Change, user_id: i64) -> Result<()> {
    let found = conn.first(OF_USER, &values![change.account_id, user_id], invitation).await?;
    let Some(invitation) = found else { return Ok(()) };
    conn.run(DELETE, &values![change.account_id, invitation.id]).await?;
    let mut log = Log::new(change);
    log.deleted(&invitation);
    events::store::append(conn, log).await
}
