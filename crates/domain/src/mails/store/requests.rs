//! Requests of people who forgot their password. Every request is written, whether somebody has the address or not; the engine of
//! notifications finds that out later, so that neither the answer nor its time depends on it.

use crate::error::Result;
use crate::events::Change;
use crate::ids::AccountId;
use crate::invitations;
use crate::mails::{Cause, store};
use crate::table::Table;
use crate::users::User;
use crate::users::email_key;
use base::clock::Time;
use db::Conn;
use db::{bind, statements};

/// The maximum number of requests that wait.
const MOST: i64 = 1_000;
/// The time after a link in which the person gets no other one, in seconds.
const APART: i64 = 300;
/// The account of all requests.
const NO_ACCOUNT: AccountId = AccountId(0);

statements! {
    ADD = "insert into password_requests (account_id, email_key, at)
        select cast(:account_id as bigint), cast(:email_key as text), cast(:at as bigint)
        where (select count(*) from password_requests) < :most
        on conflict (account_id, email_key) do nothing";
    IS_ANY = "select count(*) from (select id from password_requests limit 1) as found";
    NEXT = "select id, email_key from password_requests order by id limit 1";
    DELETE = "delete from password_requests where account_id = :account_id and id = :id";
    WITH_KEY = "select ", User::COLUMNS, " from users where email_key = :email_key and active order by account_id";
    RECENT = "select count(*) from invitations
        where account_id = :account_id and user_id = :user_id and created_at > :after";
}

/// Writes a request for an address.
///
/// # Errors
/// Those of the store.
pub async fn add(conn: &mut Conn, email_address: &str, at: Time) -> Result<()> {
    let email_key = email_key(email_address);
    conn.run(&bind![ADD; account_id: NO_ACCOUNT, email_key, at, most: MOST]).await?;
    Ok(())
}

/// Whether a request waits.
pub async fn is_any(conn: &mut Conn) -> db::Result<bool> {
    Ok(conn.scalar(&bind![IS_ANY]).await? > 0)
}

/// Answers the oldest request: queues a link for each active person with the address, unless they got one in the last minutes.
/// `secret` makes the secret of a link. Returns whether there was a request.
///
/// # Errors
/// Those of the store.
pub async fn answer_next(conn: &mut Conn, now: Time, secret: impl Fn() -> String + Send) -> Result<bool> {
    let read = |row: &db::Row<'_>| Ok((row.get::<i64>(0)?, row.get::<String>(1)?));
    let Some((id, email_key)) = conn.first(&bind![NEXT], read).await? else { return Ok(false) };
    conn.run(&bind![DELETE; account_id: NO_ACCOUNT, id]).await?;
    for user in conn.all(&bind![WITH_KEY; email_key], User::read).await? {
        let (account_id, user_id, after) = (user.account_id, user.id, now.plus_seconds(-APART));
        if !store::is_on(conn, account_id).await?
            || conn.scalar(&bind![RECENT; account_id, user_id, after]).await? > 0
        {
            continue;
        }
        let (change, secret) = (Change::of_service(account_id, now), secret());
        invitations::store::create(conn, &change, user_id, &secret).await?;
        store::queue_link(conn, &change, Cause::PasswordReset, user_id, &secret).await?;
    }
    Ok(true)
}
