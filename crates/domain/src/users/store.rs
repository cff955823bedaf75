//! The SQL of users.

use super::mailbox::Mailbox;
use super::{NewUser, User, email_key, is_email_address};
use crate::ids::{AccountId, UserId};

use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::table::{Table, record};
use base::clock::Time;
use db::{Conn, LISTED_IDS, List};
use db::{bind, if_ids, in_ids, sql, statements};

record! {
    User(UserId) in users {
        id, account_id, full_name, email_address, headline, photo_path, administrator, created_at, password_hash, active,
        language, time_zone
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
            active = :active, language = :language, time_zone = :time_zone
        where account_id = :account_id and id = :id";
    SET_EMAIL_ADDRESS = "update users set email_address = :email_address, email_key = :email_key
        where account_id = :account_id and id = :id";
    SEEN_BEFORE = "select ", User::COLUMNS, " from users where ", SEEN_BY, "
        and id < :before and (cast(:active as boolean) is null or active = cast(:active as boolean))
        order by id desc limit :limit";
    LAST_USES = "select user_id, max(used_at) from (
            select t.user_id, t.used_at from tokens t where t.account_id = :account_id and t.used_at is not null and ",
                in_ids!("t.user_id", "users"), "
            union all
            select s.user_id, s.used_at from sessions s where s.account_id = :account_id and s.used_at is not null and ",
                in_ids!("s.user_id", "users"), ") uses group by user_id";
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
        language: None,
        time_zone: None,
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

/// Replaces the e-mail address of a person.
///
/// # Errors
/// [`Error::Invalid`] if it is none, or another person of the account has it.
pub async fn set_email_address(
    conn: &mut Conn,
    change: &Change,
    before: &User,
    email_address: &str,
) -> Result<User> {
    if !is_email_address(email_address) {
        return Err(Error::invalid("email_address", Problem::Malformed));
    }
    let owners = by_email(conn, email_address, Some(change.account_id)).await?;
    if owners.iter().any(|other| other.id != before.id) {
        return Err(Error::invalid("email_address", Problem::Taken));
    }
    let after = User { email_address: email_address.to_owned(), ..before.clone() };
    let key = email_key(email_address);
    conn.run(&bind![SET_EMAIL_ADDRESS; after.account_id, after.id, email_address, email_key: key]).await?;
    events::store::updated(conn, change, before, &after).await?;
    Ok(after)
}

/// Writes the changed attributes of a person.
pub async fn update(conn: &mut Conn, change: &Change, before: &User, after: &User) -> Result<()> {
    let query = bind![UPDATE;
        after.account_id, after.id, after.full_name, after.headline, after.administrator, after.active,
        after.language, after.time_zone
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

/// The number of users that a search reads with one statement.
const BATCH: i64 = 500;

/// As [`seen_before`], with a text that is a part of the name or of the e-mail address. Case is folded here, because `SQLite`
/// folds only ASCII.
pub async fn search(
    conn: &mut Conn,
    caller: &Caller,
    mut before: UserId,
    active: Option<bool>,
    text: Option<&str>,
    limit: i64,
) -> Result<Vec<User>> {
    let Some(text) = text else {
        return Ok(seen_before(conn, caller, before, active, limit).await?);
    };
    let limit = usize::try_from(limit).unwrap_or_default();
    let mut found = Vec::new();
    loop {
        let batch = seen_before(conn, caller, before, active, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(found) };
        before = last.id;
        let matches = |user: &User| {
            [&user.full_name, &user.email_address].iter().any(|own| own.to_lowercase().contains(text))
        };
        found.extend(batch.into_iter().filter(matches).take(limit - found.len()));
        if found.len() == limit {
            return Ok(found);
        }
    }
}

/// When tokens and sessions of some users were last used.
pub async fn last_uses(
    conn: &mut Conn,
    account_id: AccountId,
    users: &List<UserId>,
) -> db::Result<Vec<(UserId, Time)>> {
    conn.all(&bind![LAST_USES; account_id, users], |row| Ok((row.get(0)?, row.get(1)?))).await
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
