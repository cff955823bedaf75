//! The SQL of applications.

pub mod grants;
pub mod refresh_tokens;

use super::Application;
use base::clock::Time;

use crate::auth;
use crate::auth::store::{scopes, scopes_text};
use crate::error::{Error as Refusal, Result};
use crate::events;
use crate::events::{Change, Log};
use db::{Conn, Error, Row};
use db::{statements, values};

macro_rules! columns {
    () => {
        "id, account_id, name, client_id, secret_sha256, redirect_uris, scopes, creator_id, created_at"
    };
}

statements! {
    INSERT = "insert into applications (account_id, name, client_id, secret_sha256, redirect_uris, scopes, creator_id,
            created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning id";
    INSERT_WITH_IDS = "insert into applications (account_id, id, name, client_id, secret_sha256, redirect_uris, scopes,
            creator_id, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    // The client id determines the account, as for tokens.
    WITH_CLIENT_ID = concat!("select ", columns!(), " from applications where client_id = $1");
    OF_PERSON = concat!("select ", columns!(), " from applications
        where account_id = $1 and id in (
            select application_id from grants
            where account_id = $1 and user_id = $2 and exchanged_at is not null)
        order by id");
    SET_SECRET = "update applications set secret_sha256 = $3 where account_id = $1 and id = $2";
    DELETE = "delete from applications where account_id = $1 and id = $2";
    AFTER = concat!("select ", columns!(), " from applications where id > $1 order by id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from applications
        where id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

fn application(row: &Row<'_>) -> db::Result<Application> {
    let uris = serde_json::from_str(row.text(5)?).map_err(|error| Error::Other(error.to_string()))?;
    Ok(Application {
        id: row.get(0)?,
        account_id: row.get(1)?,
        name: row.get(2)?,
        client_id: row.get(3)?,
        secret_sha256: row.get::<Option<Vec<u8>>>(4)?.map(hex::encode),
        redirect_uris: uris,
        scopes: scopes(row, 6)?,
        creator_id: row.get(7)?,
        created_at: Time(row.get(8)?),
    })
}

/// The columns whose types differ from those of the fields.
fn converted(application: &Application) -> (Option<Vec<u8>>, String, Option<String>) {
    (
        application.secret_sha256.as_ref().and_then(|secret| hex::decode(secret).ok()),
        serde_json::json!(application.redirect_uris).to_string(),
        scopes_text(application.scopes.as_deref()),
    )
}

/// Adds an application; the store sets its id.
pub async fn create(conn: &mut Conn, change: &Change, new: Application) -> Result<Application> {
    let (secret, uris, scopes) = converted(&new);
    let row = values![
        new.account_id,
        &new.name,
        &new.client_id,
        secret.as_deref(),
        &uris,
        scopes.as_deref(),
        new.creator_id,
        new.created_at.0
    ];
    let id = conn.scalar(INSERT, &row).await?;
    let application = Application { id, ..new };
    let mut log = Log::new(change);
    log.created(&application);
    events::store::append(conn, log).await?;
    Ok(application)
}

/// Deletes an application with all its grants and tokens.
pub async fn remove(conn: &mut Conn, change: &Change, application: &Application) -> Result<()> {
    for grant in grants::of_application(conn, application).await? {
        grants::end(conn, change, &grant).await?;
    }
    for token in auth::store::of_application(conn, application.account_id, application.id).await? {
        auth::store::revoke(conn, change, &token).await?;
    }
    if conn.run(DELETE, &values![application.account_id, application.id]).await? == 0 {
        return Err(Refusal::NotFound);
    }
    let mut log = Log::new(change);
    log.deleted(application);
    events::store::append(conn, log).await
}

/// Replaces the secret of an application. Grants and tokens stay.
pub async fn set_secret(
    conn: &mut Conn,
    change: &Change,
    application: &Application,
    sha256: &[u8; 32],
) -> Result<()> {
    conn.run(SET_SECRET, &values![application.account_id, application.id, sha256]).await?;
    let after = Application { secret_sha256: Some(hex::encode(sha256)), ..application.clone() };
    let mut log = Log::new(change);
    log.updated(application, &after);
    events::store::append(conn, log).await
}

/// The application with a client id.
pub async fn with_client_id(conn: &mut Conn, client_id: &str) -> db::Result<Option<Application>> {
    conn.first(WITH_CLIENT_ID, &values![client_id], application).await
}

/// The applications to which a person has granted access.
pub async fn of_person(conn: &mut Conn, account_id: i64, user_id: i64) -> db::Result<Vec<Application>> {
    conn.all(OF_PERSON, &values![account_id, user_id], application).await
}

/// Applications with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Application>> {
    conn.all(AFTER, &values![id, limit], application).await
}

/// The existing ones of some applications, of all accounts; `ids` is a JSON list.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<Application>> {
    conn.all(WITH_IDS, &values![ids], application).await
}

/// Adds applications with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, applications: &[Application]) -> db::Result<()> {
    let columns: Vec<_> = applications.iter().map(converted).collect();
    let rows: Vec<_> = applications
        .iter()
        .zip(&columns)
        .map(|(one, (secret, uris, scopes))| {
            values![
                one.account_id,
                one.id,
                &one.name,
                &one.client_id,
                secret.as_deref(),
                uris,
                scopes.as_deref(),
                one.creator_id,
                one.created_at.0
            ]
            .to_vec()
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await
}
