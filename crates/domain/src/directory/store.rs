//! The SQL of the people of a directory.

pub mod groups;

use super::{Entry, Person, name_key};
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, UserId};
use crate::table::{Table, record};
use crate::users;
use crate::users::access;
use crate::users::{Changes, NewUser, User, email_key};
use db::{Conn, List};
use db::{bind, in_ids, statements};

record! {
    Entry in directory_entries {
        id, account_id, user_id, user_name, external_id, given_name, family_name, created_at, updated_at
    }
    with |entry| { user_name_key: name_key(&entry.user_name) }
}

statements! {
    OF_USERS = "select ", Entry::COLUMNS, " from directory_entries where account_id = :account_id and ",
        in_ids!("user_id", "users"), " order by user_id";
    BY_EXTERNAL_ID = "select user_id from directory_entries
        where account_id = :account_id and external_id = :external_id order by user_id limit 100";
    // A person whom the directory has not named yet has the e-mail address as a name.
    BY_USER_NAME = "select user_id from directory_entries where account_id = :account_id and user_name_key = :key
        union select u.id from users u
            where u.account_id = :account_id and u.email_key = :key and u.active and not exists
            (select 1 from directory_entries e where e.account_id = u.account_id and e.user_id = u.id)";
    // A person whom the directory has deleted is deactivated and has no entry.
    SEEN = "select u.id from users u where u.account_id = :account_id
            and (u.active or exists (select 1 from directory_entries e
                where e.account_id = u.account_id and e.user_id = u.id))
        order by u.id limit :limit offset :offset";
    COUNT_SEEN = "select count(*) from users u where u.account_id = :account_id
            and (u.active or exists (select 1 from directory_entries e
                where e.account_id = u.account_id and e.user_id = u.id))";
    UPDATE = "update directory_entries
        set user_name = :user_name, user_name_key = :key, external_id = :external_id, given_name = :given_name,
            family_name = :family_name, updated_at = :updated_at
        where account_id = :account_id and id = :id";
}

/// A page of the people whom the directory sees, by their ids, and the total.
pub async fn seen(
    conn: &mut Conn,
    account_id: AccountId,
    limit: i64,
    offset: i64,
) -> Result<(Vec<User>, i64)> {
    let (page, count) = bind![SEEN, COUNT_SEEN; account_id, limit, offset];
    let ids = conn.all(&page, |row| row.get(0)).await?;
    let total = conn.scalar(&count).await?;
    Ok((users::store::of_account(conn, account_id, &ids.into_iter().collect()).await?, total))
}

/// A person whom the directory sees, with their entry.
///
/// # Errors
/// [`Error::NotFound`], also for a person whom the directory has deleted.
pub async fn find(conn: &mut Conn, account_id: AccountId, id: UserId) -> Result<(User, Option<Entry>)> {
    let user = users::store::find(conn, account_id, id).await?;
    let entry = of_user(conn, account_id, id).await?;
    if user.active || entry.is_some() { Ok((user, entry)) } else { Err(Error::NotFound) }
}

/// The entries of some people, by their ids.
pub async fn of_users(
    conn: &mut Conn,
    account_id: AccountId,
    users: &List<UserId>,
) -> db::Result<Vec<Entry>> {
    conn.all(&bind![OF_USERS; account_id, users], Entry::read).await
}

/// The entry of a person, if the directory has named them.
pub async fn of_user(conn: &mut Conn, account_id: AccountId, id: UserId) -> db::Result<Option<Entry>> {
    Ok(of_users(conn, account_id, &[id].into()).await?.pop())
}

/// The people with an id in the directory.
pub async fn by_external_id(conn: &mut Conn, account_id: AccountId, external_id: &str) -> Result<Vec<User>> {
    let ids = conn.all(&bind![BY_EXTERNAL_ID; account_id, external_id], |row| row.get(0)).await?;
    users::store::of_account(conn, account_id, &ids.into_iter().collect()).await
}

/// The person with a name in the directory.
pub async fn by_user_name(conn: &mut Conn, account_id: AccountId, user_name: &str) -> Result<Vec<User>> {
    let query = bind![BY_USER_NAME; account_id, key: name_key(user_name)];
    let ids = conn.all(&query, |row| row.get(0)).await?;
    users::store::of_account(conn, account_id, &ids.into_iter().collect()).await
}

/// Adds a person, or takes one back whom the directory has deleted.
///
/// # Errors
/// [`Error::Invalid`], also if somebody has the name or the e-mail address.
pub async fn create(conn: &mut Conn, change: &Change, person: &Person) -> Result<User> {
    let account_id = change.account_id;
    let mut violations = person.violations();
    if !by_user_name(conn, account_id, &person.user_name).await?.is_empty() {
        violations.push(Violation::new("userName", Problem::Taken));
    }
    let gone = users::store::by_email(conn, &person.email_address, Some(account_id)).await?;
    let gone = gone.into_iter().find(|user| !user.active);
    Error::check(violations)?;
    if let Some(user) = gone
        && of_user(conn, account_id, user.id).await?.is_none()
    {
        keep_entry(conn, change, user.id, person).await?;
        return set_access(conn, change, &user, person).await;
    }
    let new = NewUser {
        full_name: &person.full_name,
        email_address: person.email_address.trim(),
        headline: person.headline.as_deref(),
        administrator: false,
        password_hash: None,
    };
    let user = users::store::add(conn, change, &new).await?;
    keep_entry(conn, change, user.id, person).await?;
    set_access(conn, change, &user, person).await
}

/// Changes a person. One who is deactivated loses sessions, tokens and grants at once.
///
/// # Errors
/// [`Error::Invalid`]
pub async fn update(conn: &mut Conn, change: &Change, before: &User, person: &Person) -> Result<User> {
    let account_id = change.account_id;
    let mut violations = person.violations();
    let named = by_user_name(conn, account_id, &person.user_name).await?;
    if named.iter().any(|other| other.id != before.id) {
        violations.push(Violation::new("userName", Problem::Taken));
    }
    Error::check(violations)?;
    let mut user = before.clone();
    if email_key(&user.email_address) != email_key(&person.email_address) {
        user = users::store::set_email_address(conn, change, &user, person.email_address.trim()).await?;
    }
    keep_entry(conn, change, user.id, person).await?;
    set_access(conn, change, &user, person).await
}

/// Writes the name, the title and the state of a person.
async fn set_access(conn: &mut Conn, change: &Change, before: &User, person: &Person) -> Result<User> {
    let changes = Changes {
        full_name: Some(person.full_name.clone()),
        headline: Some(person.headline.clone()),
        active: Some(person.active),
        ..Changes::default()
    };
    let after = access::change(conn, change, before, &changes).await?;
    if before.active && !after.active {
        access::end_all(conn, change, &after).await?;
    }
    Ok(after)
}

/// Deactivates a person; the records of the person stay.
///
/// # Errors
/// [`Error::Invalid`] for the last active administrator.
pub async fn deactivate(conn: &mut Conn, change: &Change, before: &User) -> Result<()> {
    let changes = Changes { active: Some(false), ..Changes::default() };
    let after = access::change(conn, change, before, &changes).await?;
    access::end_all(conn, change, &after).await
}

async fn keep_entry(conn: &mut Conn, change: &Change, user_id: UserId, person: &Person) -> Result<()> {
    let account_id = change.account_id;
    let found = of_user(conn, account_id, user_id).await?;
    let (id, created_at, updated_at) =
        found.as_ref().map_or((0, change.at, change.at), |own| (own.id, own.created_at, own.updated_at));
    let mut after = Entry {
        id,
        account_id,
        user_id,
        user_name: person.user_name.trim().to_owned(),
        external_id: person.external_id.clone(),
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        created_at,
        updated_at,
    };
    let Some(before) = found else {
        return events::store::create(conn, change, after).await.map(drop);
    };
    if after == before {
        return Ok(());
    }
    after.updated_at = change.at;
    let key = name_key(&after.user_name);
    let query = bind![UPDATE;
        account_id, after.id, after.user_name, key, after.external_id, after.given_name, after.family_name,
        after.updated_at
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await
}

/// Deletes the entry of a person, if there is one.
///
/// # Errors
/// Those of the store.
pub async fn forget(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    if let Some(entry) = of_user(conn, change.account_id, user_id).await? {
        events::store::delete(conn, change, &entry).await?;
    }
    groups::leave_all(conn, change, user_id).await
}
