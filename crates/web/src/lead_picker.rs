//! The field of a form that names the lead of a workspace: a text with suggestions, so that it works without script.

use base::rng::random_bytes;
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Problem, Result};
use domain::events::Change;
use domain::ids::UserId;
use domain::invitations;
use domain::invitations::Invitation;
use domain::participations;
use domain::participations::{Access, Side};
use domain::users::mailbox::Mailbox;
use domain::users::{NewUser, User, store};
use domain::workspaces::VisibleWorkspace;

/// The maximum number of suggestions. Others are found by their e-mail address.
const SUGGESTED: i64 = 500;

/// A person who was invited by being named, and the secret of the link.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The person.
    pub user: User,
    /// The invitation.
    pub invitation: Invitation,
    /// The secret.
    pub secret: String,
}

/// A person as the field shows and reads them.
pub fn text_of(user: &User) -> String {
    format!("{} <{}>", user.full_name, user.email_address)
}

/// The people to suggest: for a new workspace, and for its administrators, the people whom the caller sees; for others who may
/// write to the workspace, its provider side.
pub async fn suggested(
    conn: &mut Conn,
    caller: &Caller,
    workspace: Option<&VisibleWorkspace>,
) -> Result<Vec<String>> {
    let mut people = match workspace {
        Some(visible) if visible.access < Access::Admin => {
            let (account_id, own) = (caller.account_id, [visible.workspace.id].into());
            let parts = participations::store::of_workspaces(conn, account_id, &own, SUGGESTED).await?;
            let parts = parts.into_iter().filter(|part| part.side == Side::Provider);
            let ids: Vec<UserId> = parts.map(|part| part.user_id).collect();
            store::of_account(conn, caller.account_id, &ids.into()).await?
        }
        _ => store::seen(conn, caller, None, SUGGESTED, 0).await?.0,
    };
    people.retain(|user| user.active);
    people.sort_by_cached_key(|user| user.full_name.to_lowercase());
    Ok(people.iter().map(text_of).collect())
}

/// The person whom the field names. An administrator of the account invites the person of an unknown address.
///
/// # Errors
/// [`Error::Invalid`] for `lead_id` if nobody has the name or the address.
pub async fn read(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    text: &str,
) -> Result<(Option<UserId>, Option<Invited>)> {
    let mailbox = Mailbox::read(text);
    if mailbox.name.is_empty() && mailbox.address.is_empty() {
        return Ok((None, None));
    }
    if let Some(user) = store::named(conn, caller.account_id, &mailbox).await? {
        return Ok((Some(user.id), None));
    }
    if mailbox.address.is_empty() || !caller.administrator {
        return Err(Error::invalid("lead_id", Problem::Missing));
    }
    let (full_name, secret) = (mailbox.full_name(), hex::encode(random_bytes()));
    let new = NewUser {
        full_name: &full_name,
        email_address: mailbox.address,
        headline: None,
        administrator: false,
        password_hash: None,
    };
    let added = invitations::store::add_person(conn, change, &new, &secret).await;
    let (user, invitation) = added.map_err(|_| Error::invalid("lead_id", Problem::Malformed))?;
    Ok((Some(user.id), Some(Invited { user, invitation, secret })))
}
