//! The SQL of applications that register themselves.

use super::{create, remove};
use crate::accounts;
use crate::error::Result;
use crate::events::Change;
use crate::ids::{AccountId, ApplicationId, UserId};
use crate::oauth::Application;
use crate::oauth::registration::{MOST, PER_HOUR, Registration, allowed};
use crate::table::Table;
use db::Conn;
use db::{bind, statements};

/// An hour, in seconds.
const HOUR: i64 = 60 * 60;

statements! {
    ACCOUNTS = "select count(*) from (select id from accounts limit 2) as one";
    ADMINISTRATOR = "select id from users where account_id = :account_id and administrator and active order by id limit 1";
    COUNTS = "select count(*), cast(coalesce(sum(case when created_at > :since then 1 else 0 end), 0) as bigint) from applications
        where account_id = :account_id and self_registered";
    // The oldest one that nobody authorized.
    UNUSED = "select ", Application::COLUMNS, " from applications a
        where a.account_id = :account_id and a.self_registered and not exists (select 1 from grants g
            where g.account_id = a.account_id and g.application_id = a.id)
        order by a.id limit 1";
}

/// The account in which programs register themselves: the only one, because a program cannot say which one it means.
pub async fn place(conn: &mut Conn) -> Result<Option<AccountId>> {
    if conn.scalar(&bind![ACCOUNTS]).await? != 1 {
        return Ok(None);
    }
    accounts::store::oldest(conn).await
}

/// Registers a program; none if there are too many registrations, or no administrator.
pub async fn register(
    conn: &mut Conn,
    change: &Change,
    client_id: String,
    new: Registration,
) -> Result<Option<Application>> {
    let account_id = change.account_id;
    let query = bind![COUNTS; account_id, since: change.at.plus_seconds(-HOUR)];
    let counts = conn.first(&query, |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))).await?;
    let (all, lately) = counts.unwrap_or_default();
    if lately >= PER_HOUR {
        return Ok(None);
    }
    if all >= MOST {
        match conn.first(&bind![UNUSED; account_id], Application::read).await? {
            Some(unused) => remove(conn, change, &unused).await?,
            None => return Ok(None),
        }
    }
    let read = conn.first(&bind![ADMINISTRATOR; account_id], |row| row.get::<UserId>(0)).await?;
    let Some(creator_id) = read else { return Ok(None) };
    let application = Application {
        id: ApplicationId(0),
        account_id,
        name: new.name,
        client_id,
        secret_sha256: None,
        redirect_uris: new.redirect_uris,
        scopes: Some(allowed()),
        creator_id,
        created_at: change.at,
        self_registered: true,
    };
    create(conn, change, application).await.map(Some)
}
