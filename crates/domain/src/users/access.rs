//! Changes of access and passwords, and their effects on sessions, links, tokens and grants. Each runs in one transaction
//! on the account.

use super::{Changes, User, store};
use crate::auth;
use crate::error::{Error, Problem, Result, Violation};
use crate::events::Change;
use crate::oauth::store::grants;
use crate::{invitations, sessions};
use db::Conn;

/// Whether a new password also revokes the tokens and grants of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// They keep working.
    Keep,
    /// They are revoked.
    End,
}

/// The rule that an account keeps an active administrator.
pub const LAST_ADMINISTRATOR: &str = "is the last active administrator of the account";

/// Checks the changes, and that the account keeps an active administrator.
///
/// # Errors
/// [`Error::Invalid`]
async fn check(conn: &mut Conn, before: &User, after: &User, changes: &Changes) -> Result<()> {
    let mut violations = changes.violations();
    let is_lost = |user: &User| !(user.administrator && user.active);
    if !is_lost(before)
        && is_lost(after)
        && store::other_administrators(conn, before.account_id, before.id).await? == 0
    {
        let lost = [("administrator", !after.administrator), ("active", !after.active)];
        let lost = lost.into_iter().filter(|(_, is_lost)| *is_lost);
        violations
            .extend(lost.map(|(field, _)| Violation::new(field, Problem::Sentence(LAST_ADMINISTRATOR))));
    }
    Error::check(violations)
}

/// Changes a person. Deactivation ends sessions, the password link and unexchanged codes. Tokens and grants stay, and are
/// refused while the person is deactivated.
///
/// # Errors
/// [`Error::Invalid`], also for a change that would leave the account without an active administrator.
pub async fn change(conn: &mut Conn, change: &Change, before: &User, changes: &Changes) -> Result<User> {
    let after = changes.apply(before);
    check(conn, before, &after, changes).await?;
    if after == *before {
        return Ok(after);
    }
    store::update(conn, change, before, &after).await?;
    if !after.active {
        sessions::store::end_all(conn, change, after.id).await?;
        invitations::store::end_of(conn, change, after.id).await?;
        grants::end_codes(conn, change, after.id).await?;
    }
    Ok(after)
}

/// Sets a new password and ends sessions and the password link; tokens and grants as `tokens` says.
pub async fn set_password(
    conn: &mut Conn,
    change: &Change,
    user: &User,
    hash: &str,
    tokens: Tokens,
) -> Result<()> {
    store::set_password(conn, change, user, hash).await?;
    invitations::store::end_of(conn, change, user.id).await?;
    sessions::store::end_all(conn, change, user.id).await?;
    if tokens == Tokens::End { end_tokens(conn, change, user).await } else { Ok(()) }
}

/// Ends the sessions, the password link, the tokens and the grants of a person.
///
/// # Errors
/// Those of the store.
pub async fn end_all(conn: &mut Conn, change: &Change, user: &User) -> Result<()> {
    invitations::store::end_of(conn, change, user.id).await?;
    sessions::store::end_all(conn, change, user.id).await?;
    grants::end_codes(conn, change, user.id).await?;
    end_tokens(conn, change, user).await
}

async fn end_tokens(conn: &mut Conn, change: &Change, user: &User) -> Result<()> {
    for grant in grants::all_of_person(conn, user.account_id, user.id).await? {
        grants::end(conn, change, &grant).await?;
    }
    for token in auth::store::of_user(conn, user.account_id, user.id).await? {
        auth::store::revoke(conn, change, &token).await?;
    }
    Ok(())
}
