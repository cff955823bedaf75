//! The SQL of users.

use super::{NewUser, User, email_key};
use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::{Change, Log};
use db::{Conn, Row};
use db::{listed_ids, statements, values};

macro_rules! columns {
    () => {
        "id, account_id, full_name, email_address, headline, photo_path, administrator, created_at, password_hash,
            active"
    };
}

/// The users whom a caller sees: administrators see all, others see themselves and the users who share a workspace with
/// them.
macro_rules! seen {
    () => {
        "account_id = $1
            and ($2 or id = $3 or id in (
                select other.user_id from participations mine
                join participations other
                    on other.account_id = mine.account_id and other.workspace_id = mine.workspace_id
                where mine.account_id = $1 and mine.user_id = $3))
            and (cast($4 as text) is null
                or id in (select cast(value as bigint) from json_each(cast($4 as text))))"
    };
}

statements! {
    INSERT = "insert into users (account_id, full_name, email_address, email_key, headline, administrator,
            created_at, password_hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning id";
    INSERT_WITH_IDS = "insert into users (account_id, id, full_name, email_address, email_key, headline, photo_path,
            administrator, created_at, password_hash, active)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    SET_PASSWORD = "update users set password_hash = $3 where account_id = $1 and id = $2";
    AFTER = concat!("select ", columns!(), " from users where id > $1 order by id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from users
        where id in (select cast(value as bigint) from json_each(cast($1 as text)))");
    OF_ACCOUNT = concat!("select ", columns!(), " from ", listed_ids!("$2"), " users
        where account_id = $1 and id = listed_id");
    BY_EMAIL = concat!("select ", columns!(), " from users where email_key = $1
        and (cast($2 as bigint) is null or account_id = $2) order by id");
    FIRST_ADMINISTRATOR = concat!("select ", columns!(), " from users
        where account_id = $1 and administrator and active order by id limit 1");
    ADMINISTRATORS = "select count(*) from users where administrator and active";
    OTHER_ADMINISTRATORS = "select count(*) from users
        where account_id = $1 and id <> $2 and administrator and active";
    UPDATE = "update users set full_name = $3, headline = $4, administrator = $5, active = $6
        where account_id = $1 and id = $2";
    SEEN_BEFORE = concat!("select ", columns!(), " from users where ", seen!(), "
        and id < $5 and (cast($6 as boolean) is null or active = cast($6 as boolean)) order by id desc limit $7");
    ANY = "select count(*) from (select id from users limit 1) as one";
    SEEN = concat!("select ", columns!(), " from users where ", seen!(), " order by id limit $5 offset $6");
    COUNT_SEEN = concat!("select count(*) from users where ", seen!());
}

fn user(row: &Row<'_>) -> db::Result<User> {
    Ok(User {
        id: row.get(0)?,
        account_id: row.get(1)?,
        full_name: row.get(2)?,
        email_address: row.get(3)?,
        headline: row.get(4)?,
        photo_path: row.get(5)?,
        administrator: row.get(6)?,
        created_at: row.get::<Option<i64>>(7)?.map(Time),
        password_hash: row.get(8)?,
        active: row.get(9)?,
    })
}

/// Adds a person without checks; the e-mail address must be unique in the account.
pub async fn create(conn: &mut Conn, change: &Change, new: &NewUser<'_>) -> Result<User> {
    let user = User {
        id: 0,
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
    let id = conn
        .scalar(
            INSERT,
            &values![
                user.account_id,
                &user.full_name,
                &user.email_address,
                &email_key(&user.email_address),
                user.headline.as_deref(),
                user.administrator,
                change.at.0,
                user.password_hash.as_deref()
            ],
        )
        .await?;
    let user = User { id, ..user };
    let mut log = Log::new(change);
    log.created(&user);
    events::store::append(conn, log).await?;
    Ok(user)
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
    conn.run(SET_PASSWORD, &values![user.account_id, user.id, hash]).await?;
    let mut log = Log::new(change);
    log.updated(user, &User { password_hash: Some(hash.to_owned()), ..user.clone() });
    events::store::append(conn, log).await
}

/// Writes the changed attributes of a person.
pub async fn update(conn: &mut Conn, change: &Change, before: &User, after: &User) -> Result<()> {
    let (headline, administrator) = (after.headline.as_deref(), after.administrator);
    let row = values![after.account_id, after.id, &after.full_name, headline, administrator, after.active];
    conn.run(UPDATE, &row).await?;
    let mut log = Log::new(change);
    log.updated(before, after);
    events::store::append(conn, log).await
}

/// A person of an account.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn find(conn: &mut Conn, account_id: i64, id: i64) -> Result<User> {
    of_account(conn, account_id, &format!("[{id}]")).await?.pop().ok_or(Error::NotFound)
}

/// The number of active administrators of an account other than this person.
pub async fn other_administrators(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<i64> {
    conn.scalar(OTHER_ADMINISTRATORS, &values![account_id, id]).await
}

/// The users that the caller sees with a lower id than `before`, the newest first; all, or those who are active or are not.
pub async fn seen_before(
    conn: &mut Conn,
    caller: &Caller,
    before: i64,
    active: Option<bool>,
    limit: i64,
) -> db::Result<Vec<User>> {
    let (account_id, administrator, id) = (caller.account_id, caller.administrator, caller.user_id);
    let none: Option<&str> = None;
    conn.all(SEEN_BEFORE, &values![account_id, administrator, id, none, before, active, limit], user).await
}

/// A page of the users that the caller sees, by id, and the total; `only` is a JSON list of ids.
pub async fn seen(
    conn: &mut Conn,
    caller: &Caller,
    only: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<User>, i64)> {
    let (account_id, administrator, id) = (caller.account_id, caller.administrator, caller.user_id);
    let page = conn.all(SEEN, &values![account_id, administrator, id, only, limit, offset], user).await?;
    let count = conn.scalar(COUNT_SEEN, &values![account_id, administrator, id, only]).await?;
    Ok((page, count))
}

/// Some users of the account, by id; `ids` is a JSON list.
pub async fn of_account(conn: &mut Conn, account_id: i64, ids: &str) -> Result<Vec<User>> {
    let mut found = conn.all(OF_ACCOUNT, &values![account_id, ids], user).await?;
    found.sort_unstable_by_key(|user| user.id);
    found.dedup_by_key(|user| user.id);
    Ok(found)
}

/// The users with an e-mail address, in one account or in all.
pub async fn by_email(
    conn: &mut Conn,
    email_address: &str,
    account_id: Option<i64>,
) -> db::Result<Vec<User>> {
    conn.all(BY_EMAIL, &values![&email_key(email_address), account_id], user).await
}

/// The active administrator of an account who was added first.
pub async fn first_administrator(conn: &mut Conn, account_id: i64) -> db::Result<Option<User>> {
    conn.first(FIRST_ADMINISTRATOR, &values![account_id], user).await
}

/// The number of active administrators of all accounts.
pub async fn administrators(conn: &mut Conn) -> db::Result<i64> {
    conn.scalar(ADMINISTRATORS, &[]).await
}

/// Whether the store has any user.
pub async fn any(conn: &mut Conn) -> Result<bool> {
    Ok(conn.scalar(ANY, &[]).await? > 0)
}

/// Users with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<User>> {
    conn.all(AFTER, &values![id, limit], user).await
}

/// The existing ones of some users, of all accounts; `ids` is a JSON list.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<User>> {
    conn.all(WITH_IDS, &values![ids], user).await
}

/// Adds users with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, users: &[User]) -> db::Result<()> {
    let keys: Vec<String> = users.iter().map(|user| email_key(&user.email_address)).collect();
    let rows: Vec<_> = users
        .iter()
        .zip(&keys)
        .map(|(user, key)| {
            values![
                user.account_id,
                user.id,
                &user.full_name,
                &user.email_address,
                key,
                user.headline.as_deref(),
                user.photo_path.as_deref(),
                user.administrator,
                user.created_at.map(|at| at.0),
                user.password_hash.as_deref(),
                user.active
            ]
            .to_vec()
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await
}
