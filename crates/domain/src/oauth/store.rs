//! The SQL of applications.

pub mod grants;
pub mod refresh_tokens;
pub mod registrations;

use super::Application;
use crate::ids::{AccountId, ApplicationId, UserId};

use crate::auth;
use crate::error::{Error as Refusal, Result};
use crate::events;
use crate::events::Change;
use crate::table::{Table, record};
use db::Conn;
use db::{bind, statements};

record! {
    Application(ApplicationId) in applications {
        id, account_id, name, client_id, secret_sha256 as Hex, redirect_uris as Json, scopes as Json, creator_id,
        created_at, self_registered
    }
}

statements! {
    // The client id determines the account, as for tokens.
    WITH_CLIENT_ID = "select ", Application::COLUMNS, " from applications where client_id = :client_id";
    OF_PERSON = "select ", Application::COLUMNS, " from applications
        where account_id = :account_id and id in (
            select application_id from grants
            where account_id = :account_id and user_id = :user_id and exchanged_at is not null)
        order by id";
    SET_SECRET = "update applications set secret_sha256 = :sha256 where account_id = :account_id and id = :id";
}

/// Adds an application; the store sets its id.
pub async fn create(conn: &mut Conn, change: &Change, new: Application) -> Result<Application> {
    events::store::create(conn, change, new).await
}

/// Deletes an application with all its grants and tokens.
pub async fn remove(conn: &mut Conn, change: &Change, application: &Application) -> Result<()> {
    for grant in grants::of_application(conn, application).await? {
        grants::end(conn, change, &grant).await?;
    }
    for token in auth::store::of_application(conn, application.account_id, application.id).await? {
        auth::store::revoke(conn, change, &token).await?;
    }
    if events::store::delete(conn, change, application).await? { Ok(()) } else { Err(Refusal::NotFound) }
}

/// Replaces the secret of an application. Grants and tokens stay.
pub async fn set_secret(
    conn: &mut Conn,
    change: &Change,
    application: &Application,
    sha256: &[u8; 32],
) -> Result<()> {
    conn.run(&bind![SET_SECRET; application.account_id, application.id, sha256]).await?;
    let after = Application { secret_sha256: Some(hex::encode(sha256)), ..application.clone() };
    events::store::updated(conn, change, application, &after).await
}

/// The application with a client id.
pub async fn with_client_id(conn: &mut Conn, client_id: &str) -> db::Result<Option<Application>> {
    conn.first(&bind![WITH_CLIENT_ID; client_id], Application::read).await
}

/// The applications to which a person has granted access.
pub async fn of_person(
    conn: &mut Conn,
    account_id: AccountId,
    user_id: UserId,
) -> db::Result<Vec<Application>> {
    conn.all(&bind![OF_PERSON; account_id, user_id], Application::read).await
}
