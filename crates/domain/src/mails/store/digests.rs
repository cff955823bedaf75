//! Queues the weekly digests. Who is seen for the first time gets the next one.

use crate::error::Result;
use crate::ids::{AccountId, UserId};
use crate::mails::store::HAS_ROOM;
use crate::mails::{Cause, MOST_PENDING, digest};
use crate::notifications::Kind;
use crate::notifications::store::CHOICE;
use base::clock::Time;
use db::Conn;
use db::{bind, statements};

/// The number of digests of a transaction.
const DIGESTS: usize = 200;
/// The number of accounts that a read finds.
const ACCOUNTS: i64 = 200;

statements! {
    ON = "select id from accounts where sends_mail and id > :after order by id limit :limit";
    PEOPLE = "select u.id, u.time_zone, d.last_at from users u
        left join digests d on d.account_id = u.account_id and d.user_id = u.id
        where u.account_id = :account_id and u.active order by u.id";
    SAVE = "insert into digests (account_id, user_id, last_at) values (:account_id, :user_id, :last_at)
        on conflict (account_id, user_id) do update set last_at = excluded.last_at";
    // Who sees no health gets none.
    QUEUE = "insert into mails (account_id, kind, user_id, at, text, next_attempt_at)
        select u.account_id, cast(:cause as text), u.id, cast(:last_at as bigint), '', cast(:now as bigint) from users u
        where u.account_id = :account_id and u.id = :user_id and u.active and ", CHOICE, "
            and (u.administrator or exists (select 1 from participations p
                where p.account_id = u.account_id and p.user_id = u.id and p.side = 'provider'))
            and ", HAS_ROOM;
}

/// A person, and the digest that they get next.
#[derive(Clone, Copy, Debug)]
struct Pending {
    user_id: UserId,
    last_at: Time,
    /// Whether it is sent, or the person is seen for the first time.
    is_sent: bool,
}

/// Accounts that send mails, with a higher id.
pub async fn accounts(conn: &mut Conn, after: AccountId) -> db::Result<Vec<AccountId>> {
    conn.all(&bind![ON; after, limit: ACCOUNTS], |row| row.get(0)).await
}

/// Whether there is a digest to queue in an account.
///
/// # Errors
/// Those of the store.
pub async fn is_any_pending(conn: &mut Conn, account_id: AccountId, now: Time) -> Result<bool> {
    Ok(!pending(conn, account_id, now).await?.is_empty())
}

/// Queues the next digests of an account. Returns whether there are more.
///
/// # Errors
/// Those of the store.
pub async fn queue(conn: &mut Conn, account_id: AccountId, now: Time) -> Result<bool> {
    let pending = pending(conn, account_id, now).await?;
    for Pending { user_id, last_at, is_sent } in pending.iter().copied().take(DIGESTS) {
        if is_sent {
            let kind = Kind::WeeklyDigest;
            let query = bind![QUEUE;
                account_id,
                cause: Cause::Notification(kind),
                user_id,
                last_at,
                now,
                by_default: kind.is_mailed_by_default(),
                refused: kind.chosen(false),
                wanted: kind.chosen(true),
                most: MOST_PENDING,
            ];
            conn.run(&query).await?;
        }
        conn.run(&bind![SAVE; account_id, user_id, last_at]).await?;
    }
    Ok(pending.len() > DIGESTS)
}

async fn pending(conn: &mut Conn, account_id: AccountId, now: Time) -> Result<Vec<Pending>> {
    let read = |row: &db::Row<'_>| {
        Ok((row.get::<UserId>(0)?, row.get::<Option<String>>(1)?, row.get::<Option<Time>>(2)?))
    };
    let people = conn.all(&bind![PEOPLE; account_id], read).await?;
    let next = |(user_id, zone, told): (UserId, Option<String>, Option<Time>)| {
        let last_at = digest::last(&digest::zone(zone.as_deref()), now)?;
        // After a move to another zone, the same Monday is not of a second digest.
        let is_new = told.is_none_or(|told| last_at.seconds_since(told) > SAME_MONDAY);
        is_new.then_some(Pending { user_id, last_at, is_sent: told.is_some() })
    };
    Ok(people.into_iter().filter_map(next).collect())
}

/// The time by which Monday mornings in two zones differ at most, in seconds.
const SAME_MONDAY: i64 = 26 * 3_600;
