//! Changes to what people may do, with the sessions, links, tokens and grants that end with them. Each is one
//! transaction on the account, whose writers come one after the other.

use super::{Changes, User, store};
use crate::auth;
use crate::error::{Error, Problem, Result, Violation};
use crate::events::Change;
use crate::oauth::store::grants;
use crate::{invitations, sessions};
use db::Conn;

/// Whether a new password ends the tokens and grants of its person too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// They go on to work.
    Keep,
    /// They end.
    End,
}

const LAST_ADMINISTRATOR: &str = "is the last active administrator of the account";

/// Checks that an account keeps an active administrator, and that the changes fit.
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

/// Changes a person. Deactivation ends sessions, the password link, and codes that were not exchanged; tokens and grants
/// stay and are refused for as long as the person is deactivated.
///
/// # Errors
/// [`Error::Invalid`], with which the last active administrator of the account keeps both.
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

/// Gives a person a new password. Sessions and the password link end; tokens and grants if `tokens` says so.
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
    if tokens == Tokens::End {
        for grant in grants::all_of_person(conn, user.account_id, user.id).await? {
            grants::end(conn, change, &grant).await?;
        }
        for token in auth::store::of_user(conn, user.account_id, user.id).await? {
            auth::store::revoke(conn, change, &token).await?;
        }
    }
    Ok(())
}
