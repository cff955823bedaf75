//! The SQL of invitations.

use super::{Invitation, NewPerson, SECONDS};
use crate::ids::UserId;
use base::clock::Time;

use crate::auth::digest;
use crate::error::{Error, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::mails;
use crate::mails::Cause;
use crate::table::{Table, record};
use crate::users;
use crate::users::{NewUser, User};
use db::Conn;
use db::{bind, statements};

record! {
    Invitation in invitations { id, account_id, user_id, sha256 as Hex, created_at, expires_at }
}

statements! {
    // The secret determines the account, as for tokens.
    WITH_DIGEST = "select ", Invitation::COLUMNS, " from invitations where sha256 = :sha256 and expires_at > :now";
    OF_USER = "select ", Invitation::COLUMNS, " from invitations where account_id = :account_id and user_id = :user_id";
}

/// Adds a person, who chooses a password with an invitation, and queues a mail with its link where the service sends mail.
///
/// # Errors
/// [`Error::Invalid`] as [`users::store::add`].
pub async fn add_person(
    conn: &mut Conn,
    change: &Change,
    new: &NewUser<'_>,
    secret: &str,
) -> Result<(User, Invitation)> {
    let user = users::store::add(conn, change, new).await?;
    let invitation = create(conn, change, user.id, secret).await?;
    mails::store::queue_link(conn, change, Cause::Invitation, user.id, secret).await?;
    Ok((user, invitation))
}

/// Invites a person by mail, where the service sends mail.
///
/// # Errors
/// Those of the store.
pub async fn mail(conn: &mut Conn, change: &Change, user_id: UserId, secret: &str) -> Result<()> {
    if mails::store::is_on(conn, change.account_id).await? {
        create(conn, change, user_id, secret).await?;
        mails::store::queue_link(conn, change, Cause::Invitation, user_id, secret).await?;
    }
    Ok(())
}

/// Adds the people of some rows, each with the secret of an invitation. A row that breaks a rule is left out, and says why.
///
/// # Errors
/// [`Error::Store`]
pub async fn add_people(
    conn: &mut Conn,
    change: &Change,
    rows: Vec<(NewPerson, String)>,
) -> Result<Vec<(NewPerson, Result<(User, Invitation), Vec<Violation>>)>> {
    let mut done = Vec::with_capacity(rows.len());
    for (row, secret) in rows {
        let new = NewUser {
            full_name: &row.full_name,
            email_address: &row.email_address,
            headline: None,
            administrator: false,
            password_hash: None,
        };
        let added = match add_person(conn, change, &new, &secret).await {
            Ok(added) => Ok(added),
            Err(Error::Invalid(violations)) => Err(violations),
            Err(error) => return Err(error),
        };
        done.push((row, added));
    }
    Ok(done)
}

/// Creates an invitation, in place of an earlier one.
pub async fn create(conn: &mut Conn, change: &Change, user_id: UserId, secret: &str) -> Result<Invitation> {
    end_of(conn, change, user_id).await?;
    let invitation = Invitation {
        id: 0,
        account_id: change.account_id,
        user_id,
        sha256: hex::encode(digest(secret)),
        created_at: change.at,
        expires_at: change.at.plus_seconds(SECONDS),
    };
    events::store::create(conn, change, invitation).await
}

/// The invitation with a secret, unless it has expired.
pub async fn with_secret(conn: &mut Conn, secret: &str, now: Time) -> db::Result<Option<Invitation>> {
    conn.first(&bind![WITH_DIGEST; sha256: &digest(secret), now], Invitation::read).await
}

/// The person whose invitation has this secret.
///
/// # Errors
/// [`Error::NotFound`] if it has expired, or the person is deactivated.
pub async fn person(conn: &mut Conn, secret: &str, now: Time) -> Result<User> {
    let invitation = with_secret(conn, secret, now).await?.ok_or(Error::NotFound)?;
    let user = users::store::find(conn, invitation.account_id, invitation.user_id).await?;
    if user.active { Ok(user) } else { Err(Error::NotFound) }
}

/// Deletes the invitation of a person, if there is one.
pub async fn end_of(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    let found = conn.first(&bind![OF_USER; change.account_id, user_id], Invitation::read).await?;
    if let Some(invitation) = found {
        events::store::delete(conn, change, &invitation).await?;
    }
    Ok(())
}
