//! The SQL of sessions.

use super::{Awaited, Beginning, MOST_OF_PERSON, MOST_WAITING, SECONDS, Session, WAITING_SECONDS};
use crate::factors::webauthn::{challenge, is_current};
use crate::ids::{AccountId, UserId};
use base::clock::Time;
use base::rng::random_bytes;

use crate::auth::digest;
use crate::error::Result;
use crate::events;
use crate::events::Change;
use crate::table;
use crate::table::{Table, record};
use db::Conn;
use db::{bind, statements};

db::named_column! {
    Awaited: named, name;
}

record! {
    Session in sessions { id, account_id, user_id, sha256 as Hex, created_at, expires_at, until, identity_id, provider_session,
        id_token, awaits, is_proven, challenge as Hex, agent, used_at }
}

statements! {
    // The secret determines the account, as for tokens.
    WITH_DIGEST = "select ", Session::COLUMNS, " from sessions where sha256 = :sha256 and expires_at > :now";
    OF_USER = "select ", Session::COLUMNS, " from sessions
        where account_id = :account_id and user_id = :user_id order by id";
    OF_PROVIDER = "select ", Session::COLUMNS, " from sessions where provider_session = :provider_session
        and identity_id in (select i.id from identities i where i.account_id = sessions.account_id and i.issuer = :issuer)
        order by id limit :limit";
    CHALLENGE = "update sessions set challenge = :challenge where account_id = :account_id and id = :id";
    PROVE = "update sessions set is_proven = true where account_id = :account_id and id = :id";
    USED = "update sessions set used_at = :now where account_id = :account_id and id = :id";
}

/// Begins a session, which ends no later than its beginning says. Deletes expired sessions of the user, and the oldest ones beyond the
/// limit.
pub async fn create(
    conn: &mut Conn,
    change: &Change,
    user_id: UserId,
    secret: &str,
    beginning: Beginning,
    awaits: Option<Awaited>,
) -> Result<()> {
    let Beginning { is_proven, until, provider, agent } = beginning;
    let (seconds, most) =
        if awaits.is_some() { (WAITING_SECONDS, MOST_WAITING) } else { (SECONDS, MOST_OF_PERSON) };
    let (ended, running): (Vec<_>, Vec<_>) = of_user(conn, change.account_id, user_id)
        .await?
        .into_iter()
        .partition(|earlier| earlier.expires_at <= change.at);
    // Those that wait do not end others, so that a password alone signs nobody out.
    let running: Vec<_> =
        running.into_iter().filter(|earlier| earlier.awaits.is_some() == awaits.is_some()).collect();
    let oldest = &running[..(running.len() + 1).saturating_sub(most)];
    for earlier in ended.iter().chain(oldest) {
        end(conn, change, earlier).await?;
    }
    let session = Session {
        id: 0,
        account_id: change.account_id,
        user_id,
        sha256: hex::encode(digest(secret)),
        created_at: change.at,
        expires_at: change.at.plus_seconds(seconds).min(until.unwrap_or(Time::MAX)),
        until,
        identity_id: provider.as_ref().map(|provider| provider.identity_id),
        provider_session: provider.as_ref().and_then(|provider| provider.name.clone()),
        id_token: provider.and_then(|provider| provider.id_token),
        awaits,
        is_proven,
        challenge: None,
        agent,
        used_at: Some(change.at),
    };
    events::store::create(conn, change, session).await.map(drop)
}

/// The session with a secret, unless it has expired.
pub async fn with_secret(conn: &mut Conn, secret: &str, now: Time) -> db::Result<Option<Session>> {
    conn.first(&bind![WITH_DIGEST; sha256: &digest(secret), now], Session::read).await
}

/// The sessions of a user, including expired ones.
pub async fn of_user(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> db::Result<Vec<Session>> {
    conn.all(&bind![OF_USER; account_id, user_id], Session::read).await
}

/// The sessions that began in a session of a provider, of all accounts.
pub async fn of_provider(conn: &mut Conn, issuer: &str, provider_session: &str) -> db::Result<Vec<Session>> {
    /// One person signs in with a few browsers.
    const LIMIT: i64 = 1000;
    conn.all(&bind![OF_PROVIDER; provider_session, issuer, limit: LIMIT], Session::read).await
}

/// Writes that a session is used now.
pub async fn used(conn: &mut Conn, session: &Session, now: Time) -> db::Result<()> {
    conn.run(&bind![USED; session.account_id, session.id, now]).await.map(drop)
}

/// Keeps that a second factor was given in a session.
pub async fn prove(conn: &mut Conn, session: &Session) -> db::Result<()> {
    conn.run(&bind![PROVE; session.account_id, session.id]).await.map(drop)
}

/// Asks passkeys something in a session, in place of what they were asked before.
pub async fn ask(conn: &mut Conn, session: &Session, now: Time) -> db::Result<[u8; 32]> {
    let challenge = challenge(random_bytes(), now);
    let query = bind![CHALLENGE; challenge: Some(&challenge[..]), session.account_id, session.id];
    conn.run(&query).await?;
    Ok(challenge)
}

/// What passkeys were asked in a session, which counts once and for a while.
pub async fn take_challenge(conn: &mut Conn, session: &Session, now: Time) -> db::Result<Option<Vec<u8>>> {
    let kept: Option<Session> = table::find(conn, session.account_id, session.id).await?;
    let query = bind![CHALLENGE; challenge: None::<&[u8]>, session.account_id, session.id];
    conn.run(&query).await?;
    let asked = kept.and_then(|kept| kept.challenge).and_then(|text| hex::decode(text).ok());
    Ok(asked.filter(|asked| is_current(asked, now)))
}

/// Ends a session.
pub async fn end(conn: &mut Conn, change: &Change, session: &Session) -> Result<()> {
    events::store::delete(conn, change, session).await.map(drop)
}

/// Ends every session of a user.
pub async fn end_all(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    for session in of_user(conn, change.account_id, user_id).await? {
        end(conn, change, &session).await?;
    }
    Ok(())
}
