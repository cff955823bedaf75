//! The SQL of sessions.

use super::{MOST_OF_PERSON, SECONDS, Session};
use base::clock::Time;

use crate::auth::digest;
use crate::error::Result;
use crate::events;
use crate::events::{Change, Log};
use db::{Conn, Row};
use db::{statements, values};

macro_rules! columns {
    () => {
        "id, account_id, user_id, sha256, created_at, expires_at, until"
    };
}

statements! {
    INSERT = "insert into sessions (account_id, user_id, sha256, created_at, expires_at, until)
        values ($1, $2, $3, $4, $5, $6) returning id";
    // The secret determines the account, as for tokens.
    WITH_DIGEST = concat!("select ", columns!(), " from sessions where sha256 = $1 and expires_at > $2");
    OF_USER = concat!("select ", columns!(), " from sessions where account_id = $1 and user_id = $2 order by id");
    AFTER = concat!("select ", columns!(), " from sessions where id > $1 order by id limit $2");
    DELETE = "delete from sessions where account_id = $1 and id = $2";
}

fn session(row: &Row<'_>) -> db::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        account_id: row.get(1)?,
        user_id: row.get(2)?,
        sha256: hex::encode(row.get::<Vec<u8>>(3)?),
        created_at: Time(row.get(4)?),
        expires_at: Time(row.get(5)?),
        until: row.get::<Option<i64>>(6)?.map(Time),
    })
}

/// Begins a session, which ends no later than `until`. Deletes expired sessions of the user, and the oldest ones beyond the
/// limit.
pub async fn create(
    conn: &mut Conn,
    change: &Change,
    user_id: i64,
    secret: &str,
    until: Option<Time>,
) -> Result<()> {
    let (ended, running): (Vec<_>, Vec<_>) = of_user(conn, change.account_id, user_id)
        .await?
        .into_iter()
        .partition(|earlier| earlier.expires_at <= change.at);
    let oldest = &running[..(running.len() + 1).saturating_sub(MOST_OF_PERSON)];
    for earlier in ended.iter().chain(oldest) {
        end(conn, change, earlier).await?;
    }
    let sha256 = digest(secret);
    let expires_at = change.at.plus_seconds(SECONDS).min(until.unwrap_or(Time::MAX));
    let row = values![change.account_id, user_id, &sha256, change.at.0, expires_at.0, until.map(|at| at.0)];
    let id = conn.scalar(INSERT, &row).await?;
    let session = Session {
        id,
        account_id: change.account_id,
        user_id,
        sha256: hex::encode(sha256),
        created_at: change.at,
        expires_at,
        until,
    };
    let mut log = Log::new(change);
    log.created(&session);
    events::store::append(conn, log).await
}

/// The session with a secret, unless it has expired.
pub async fn with_secret(conn: &mut Conn, secret: &str, now: Time) -> db::Result<Option<Session>> {
    conn.first(WITH_DIGEST, &values![&digest(secret), now.0], session).await
}

/// The sessions of a user, including expired ones.
pub async fn of_user(conn: &mut Conn, account_id: i64, user_id: i64) -> db::Result<Vec<Session>> {
    conn.all(OF_USER, &values![account_id, user_id], session).await
}

/// Sessions of all accounts with a higher id, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Session>> {
    conn.all(AFTER, &values![id, limit], session).await
}

/// Ends a session.
pub async fn end(conn: &mut Conn, change: &Change, session: &Session) -> Result<()> {
    if conn.run(DELETE, &values![session.account_id, session.id]).await? > 0 {
        let mut log = Log::new(change);
        log.deleted(session);
        events::store::append(conn, log).await?;
    }
    Ok(())
}

/// Ends every session of a user.
pub async fn end_all(conn: &mut Conn, change: &Change, user_id: i64) -> Result<()> {
    for session in of_user(conn, change.account_id, user_id).await? {
        end(conn, change, &session).await?;
    }
    Ok(())
}
