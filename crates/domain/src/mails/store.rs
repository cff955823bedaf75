//! The SQL of mails: whether an account sends them, and what queues them. The inbox queues those of notifications.

pub mod content;
pub mod digests;
pub mod outbox;
pub mod requests;

use super::unsubscribe::Subscription;
use super::{Cause, MOST_PENDING};
use crate::accounts::store::row;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::ids::{AccountId, UserId};
use crate::notifications;
use crate::users;
use db::Conn;
use db::{bind, statements};

db::named_column! { Cause: named, name; }

/// The number of accounts that are switched on at once.
const FOUND: i64 = 200;

/// The condition that fewer than `:most` mails of an account wait.
pub const HAS_ROOM: &str = "(select count(*) from (select id from mails where account_id = :account_id limit :most) as waiting) < :most";

statements! {
    SWITCHED_OFF = "select id from accounts where not sends_mail order by id limit :limit";
    SWITCH_ON = "update accounts set sends_mail = true, mail_key = coalesce(mail_key, :key) where id = :id";
    IS_ANY_ON = "select count(*) from (select id from accounts where sends_mail limit 1) as found";
    SWITCH_OFF = "update accounts set sends_mail = false where sends_mail";
    KEY = "select mail_key from accounts where id = :account_id";
    QUEUE = "insert into mails (account_id, kind, user_id, at, by_id, text, secret, next_attempt_at)
        select a.id, cast(:cause as text), cast(:user_id as bigint), cast(:at as bigint), cast(:by_id as bigint), '',
            cast(:secret as text), cast(:at as bigint)
        from accounts a where a.id = :account_id and a.sends_mail
            and ", HAS_ROOM;
    FORGET = "delete from mails where account_id = :account_id and user_id = :user_id
        and kind in ('invitation', 'password_reset')";
}

/// Accounts for which mails are not queued yet.
pub async fn switched_off(conn: &mut Conn) -> db::Result<Vec<AccountId>> {
    conn.all(&bind![SWITCHED_OFF; limit: FOUND], |row| row.get(0)).await
}

/// Queues mails of an account from now on. `key` signs links, unless the account has a key.
///
/// # Errors
/// Those of the store.
pub async fn switch_on(conn: &mut Conn, id: AccountId, key: &[u8]) -> Result<()> {
    row::forget(conn).await?;
    conn.run(&bind![SWITCH_ON; id, key]).await?;
    Ok(())
}

/// Whether mails of any account are queued.
pub async fn is_any_on(conn: &mut Conn) -> db::Result<bool> {
    Ok(conn.scalar(&bind![IS_ANY_ON]).await? > 0)
}

/// Queues no mails from now on.
///
/// # Errors
/// Those of the store.
pub async fn switch_off(conn: &mut Conn) -> Result<()> {
    row::forget(conn).await?;
    conn.run(&bind![SWITCH_OFF]).await?;
    Ok(())
}

/// Whether mails of an account are queued; for a transaction with its lock.
pub async fn is_on(conn: &mut Conn, account_id: AccountId) -> db::Result<bool> {
    Ok(row::locked(conn, account_id).await?.sends_mail)
}

/// Queues the mail with a link by which a person chooses a password, in place of those that wait, where mails are sent.
pub async fn queue_link(
    conn: &mut Conn,
    change: &Change,
    cause: Cause,
    user_id: UserId,
    secret: &str,
) -> db::Result<()> {
    let account_id = change.account_id;
    conn.run(&bind![FORGET; account_id, user_id]).await?;
    let query = bind![QUEUE;
        account_id,
        cause,
        user_id,
        change.at,
        by_id: change.actor_id,
        secret,
        most: MOST_PENDING,
    ];
    conn.run(&query).await.map(drop)
}

/// The key that signs the links in mails of an account.
async fn key(conn: &mut Conn, account_id: AccountId) -> db::Result<Option<Vec<u8>>> {
    Ok(conn.first(&bind![KEY; account_id], |row| row.get(0)).await?.flatten())
}

/// What a link ends, if it is signed.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn subscription(conn: &mut Conn, link: &str) -> Result<Subscription> {
    let read = Subscription::read(link).ok_or(Error::NotFound)?;
    let key = key(conn, read.account_id).await?.ok_or(Error::NotFound)?;
    if read.is_signed(link, &key) { Ok(read) } else { Err(Error::NotFound) }
}

/// Ends the mails of a link.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn unsubscribe(conn: &mut Conn, change: &Change, link: &str) -> Result<()> {
    let Subscription { account_id, user_id, kind } = subscription(conn, link).await?;
    let user = users::store::find(conn, account_id, user_id).await?;
    let change = Change { account_id, actor_id: Some(user_id), ..change.clone() };
    let email = [(kind, false)].into();
    notifications::store::set(conn, &Caller::with_session(&user), &change, &email, true).await.map(drop)
}
