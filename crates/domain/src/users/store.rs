//! The SQL of users.

use super::mailbox::Mailbox;
use super::{NewUser, User, email_key};
use crate::ids::{AccountId, UserId};

use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::table::{Table, record};
use db::{Conn, LISTED_IDS, List};
use db::{bind, if_ids, sql, statements};

record! {
    User(UserId) in users {
        id, account_id, full_name, email_address, headline, photo_path, administrator, created_at, password_hash, active
    }
    with |user| { email_key: email_key(&user.email_address) }
}

/// The users whom a caller sees: administrators see all, others see themselves and the users who share a workspace with
/// them.
const SEEN_BY: &str = sql!(
    "account_id = :account_id
        and (:administrator or id = :user_id or id in (
            select other.user_id from participations mine
            join participations other
                on other.account_id = mine.account_id and other.workspace_id = mine.workspace_id
            where mine.account_id = :account_id and mine.user_id = :user_id)) and ",
    if_ids!("id", "only")
);

statements! {
    SET_PASSWORD = "update users set password_hash = :hash where account_id = :account_id and id = :id";
    OF_ACCOUNT = "select ", User::COLUMNS, " from ", LISTED_IDS, " users
        where account_id = :account_id and id = listed_id";
    BY_EMAIL = "select ", User::COLUMNS, " from users where email_key = :email_key
        and (cast(:account_id as bigint) is null or account_id = :account_id) order by id";
    BY_NAME = "select ", User::COLUMNS, " from users
        where account_id = :account_id and full_name = :full_name and active order by id limit 2";
    FIRST_ADMINISTRATOR = "select ", User::COLUMNS, " from users
        where account_id = :account_id and administrator and active order by id limit 1";
    ADMINISTRATORS = "select count(*) from users where administrator and active";
    OTHER_ADMINISTRATORS = "select count(*) from users
        where account_id = :account_id and id <> :id and administrator and active";
    UPDATE = "update users set full_name = :full_name, headline = :headline, administrator = :administrator,
            active = :active
        where account_id = :account_id and id = :id";
    SEEN_BEFORE = "select ", User::COLUMNS, " from users where ", SEEN_BY, "
        and id < :before and (cast(:active as boolean) is null or active = cast(:active as boolean))
        order by id desc limit :limit";
    ANY = "select count(*) from (select id from users limit 1) as one";
    SEEN = "select ", User::COLUMNS, " from users where ", SEEN_BY, " order by id limit :limit offset :offset";
    COUNT_SEEN = "select count(*) from users where ", SEEN_BY;
}

/// Adds a person without checks; the e-mail address must be unique in the account.
pub async fn create(conn: &mut Conn, change: &Change, new: &NewUser<'_>) -> Result<User> {
    let user = User {
        id: UserId(0),
        account_id: change.account_id,
        full_name: new.full_name.to_owned(),
        email_address: new.email_address.to_owned(),
        headline: new.headline.map(str::to_owned),
        photo_path: None,
        administrator: new.administrator,
        created_at: Some(change.at),
        password_hash: new.password_hash.clone(),
        active: true,
    };
    events::store::create(conn, change, user).await
}

/// Checks and adds a person.
///
/// # Errors
/// [`Error::Invalid`] if an attribute is missing or wrong, or the address is taken.
pub async fn add(conn: &mut Conn, change: &Change, new: &NewUser<'_>) -> Result<User> {
    let mut violations = new.violations();
    if !by_email(conn, new.email_address, Some(change.account_id)).await?.is_empty() {
        violations.push(Violation::new("email_address", Problem::Taken));
    }
    Error::check(violations)?;
    create(conn, change, new).await
}

/// Replaces the password of a person.
pub async fn set_password(conn: &mut Conn, change: &Change, user: &User, hash: &str) -> Result<()> {
    conn.run(&bind![SET_PASSWORD; user.account_id, user.id, hash]).await?;
    let after = User { password_hash: Some(hash.to_owned()), ..user.clone() };
    events::store::updated(conn, change, user, &after).await
}

/// Writes the changed attributes of a person.
pub async fn update(conn: &mut Conn, change: &Change, before: &User, after: &User) -> Result<()> {
    let query = bind![UPDATE;
        after.account_id, after.id, after.full_name, after.headline, after.administrator, after.active
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, before, after).await
}

/// A person of an account.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn find(conn: &mut Conn, account_id: AccountId, id: UserId) -> Result<User> {
    of_account(conn, account_id, &List::from([id])).await?.pop().ok_or(Error::NotFound)
}

/// The number of active administrators of an account other than this person.
pub async fn other_administrators(conn: &mut Conn, account_id: AccountId, id: UserId) -> db::Result<i64> {
    conn.scalar(&bind![OTHER_ADMINISTRATORS; account_id, id]).await
}

/// The users that the caller sees with a lower id than `before`, the newest first; all, or those who are active or are not.
pub async fn seen_before(
    conn: &mut Conn,
    caller: &Caller,
    before: UserId,
    active: Option<bool>,
    limit: i64,
) -> db::Result<Vec<User>> {
    let query = bind![SEEN_BEFORE;
        caller.account_id, caller.administrator, caller.user_id, only: None::<&str>, before, active, limit
    ];
    conn.all(&query, User::read).await
}

/// A page of the users that the caller sees, or of some of them, by id, and the total.
pub async fn seen(
    conn: &mut Conn,
    caller: &Caller,
    only: Option<&List<UserId>>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<User>, i64)> {
    let (page, count) = bind![SEEN, COUNT_SEEN;
        caller.account_id, caller.administrator, caller.user_id, only, limit, offset
    ];
    Ok((conn.all(&page, User::read).await?, conn.scalar(&count).await?))
}

/// Some users of the account, by id.
pub async fn of_account(conn: &mut Conn, account_id: AccountId, ids: &List<UserId>) -> Result<Vec<User>> {
    let mut found = conn.all(&bind![OF_ACCOUNT; account_id, ids], User::read).await?;
    found.sort_unstable_by_key(|user| user.id);
    found.dedup_by_key(|user| user.id);
    Ok(found)
}

/// The users with an e-mail address, in one account or in all.
pub async fn by_email(
    conn: &mut Conn,
    email_address: &str,
    account_id: Option<AccountId>,
) -> db::Result<Vec<User>> {
    conn.all(&bind![BY_EMAIL; email_key: email_key(email_address), account_id], User::read).await
}

/// The person of an account whom a text names: by e-mail address, or by a name that one active person has.
pub async fn named(
    conn: &mut Conn,
    account_id: AccountId,
    mailbox: &Mailbox<'_>,
) -> db::Result<Option<User>> {
    if !mailbox.address.is_empty() {
        return Ok(by_email(conn, mailbox.address, Some(account_id)).await?.pop());
    }
    let query = bind![BY_NAME; account_id, full_name: mailbox.name];
    let mut found = conn.all(&query, User::read).await?;
    Ok(found.pop().filter(|_| found.is_empty()))
}

/// The active administrator of an account who was added first.
pub async fn first_administrator(conn: &mut Conn, account_id: AccountId) -> db::Result<Option<User>> {
    conn.first(&bind![FIRST_ADMINISTRATOR; account_id], User::read).await
}

/// The number of active administrators of all accounts.
pub async fn administrators(conn: &mut Conn) -> db::Result<i64> {
    conn.scalar(&bind![ADMINISTRATORS]).await
}

/// Whether the store has any user.
pub async fn any(conn: &mut Conn) -> Result<bool> {
    Ok(conn.scalar(&bind![ANY]).await? > 0)
}
