//! The SQL of identities, and who gets in with one.

use super::{Admission, Claimed, Identity, Place, Refusal};
use crate::accounts;
use crate::auth::Caller;
use crate::error::{Error, Problem, Result};
use crate::events;
use crate::events::{Change, Source};
use crate::ids::{AccountId, UserId};
use crate::invitations;
use crate::sessions;
use crate::table;
use crate::table::{Table, record};
use crate::users;
use crate::users::mailbox::Mailbox;
use crate::users::{Changes, NewUser, TEXT_LIMIT, User, access, is_email_address};
use base::clock::Time;
use db::Conn;
use db::{bind, statements};

record! {
    Identity in identities { id, account_id, user_id, issuer, subject, created_at }
}

statements! {
    // The subject determines the account, as the secret of a session does.
    OF_SUBJECT = "select ", Identity::COLUMNS, " from identities where subject = :subject and issuer = :issuer";
    OF_USER = "select ", Identity::COLUMNS, " from identities
        where account_id = :account_id and user_id = :user_id order by id";
}

/// The problem of the last way to sign in.
pub const LAST_WAY: Problem = Problem::Sentence("It is the only way in which the person can sign in");

/// The identity with a subject of a provider.
pub async fn of_subject(conn: &mut Conn, issuer: &str, subject: &str) -> db::Result<Option<Identity>> {
    conn.first(&bind![OF_SUBJECT; subject, issuer], Identity::read).await
}

/// The identities of a person.
pub async fn of_user(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> db::Result<Vec<Identity>> {
    conn.all(&bind![OF_USER; account_id, user_id], Identity::read).await
}

/// Where a person whom a provider signed in belongs: by the identity, or, if there is none, by the verified e-mail address, as far
/// as `admission` lets people in.
pub async fn place(
    conn: &mut Conn,
    claimed: &Claimed,
    admission: Admission<'_>,
) -> Result<std::result::Result<Place, Refusal>> {
    if let Some(identity) = of_subject(conn, &claimed.issuer, &claimed.subject).await? {
        return Ok(Ok(Place::Person(identity.account_id, identity.user_id)));
    }
    if matches!(admission, Admission::Nobody) {
        return Ok(Err(Refusal::Unknown));
    }
    let Some(address) = claimed.email_address.as_deref().filter(|address| is_email_address(address)) else {
        return Ok(Err(Refusal::Unverified));
    };
    let found = users::store::by_email(conn, address, None).await?;
    let found = match found.as_slice() {
        [] => match admission {
            Admission::Domain(domain) if claimed.is_of(domain) => {
                accounts::store::oldest(conn).await?.map(Place::New).ok_or(Refusal::Unknown)
            }
            _ => Err(Refusal::Unknown),
        },
        [one] => Ok(Place::Person(one.account_id, one.id)),
        _ => Err(Refusal::Ambiguous),
    };
    Ok(found)
}

/// Lets a person in at their [`place`], in a transaction on its account: adds them and connects the identity if needed, and takes
/// over whether they are an administrator. Returns the person and the identity.
pub async fn admit(
    conn: &mut Conn,
    claimed: &Claimed,
    place: Place,
    at: Time,
) -> Result<std::result::Result<(User, Identity), Refusal>> {
    let (account_id, known) = match place {
        Place::Person(account_id, id) => (account_id, Some(id)),
        Place::New(account_id) => (account_id, None),
    };
    // The provider decides, not the person.
    let change = Change { account_id, actor_id: None, token_id: None, surface: Source::Pages, at };
    let user = match known {
        Some(id) => users::store::find(conn, account_id, id).await?,
        None => add(conn, &change, claimed).await?,
    };
    if !user.active {
        return Ok(Err(Refusal::Deactivated));
    }
    let identity = match connect(conn, &change, claimed, &user).await? {
        Ok(identity) => identity,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let user = match claimed.administrator {
        Some(administrator) if administrator != user.administrator => {
            let changes = Changes { administrator: Some(administrator), ..Changes::default() };
            match access::change(conn, &change, &user, &changes).await {
                Ok(after) => after,
                // The last administrator stays one.
                Err(Error::Invalid(_)) => {
                    tracing::warn!(
                        user_id = user.id.0,
                        "the last administrator is not in the group of administrators"
                    );
                    user
                }
                Err(error) => return Err(error),
            }
        }
        _ => user,
    };
    Ok(Ok((user, identity)))
}

/// Adds a person with what the provider says.
async fn add(conn: &mut Conn, change: &Change, claimed: &Claimed) -> Result<User> {
    let address = claimed.email_address.clone().unwrap_or_default();
    // Another sign-in may have added them.
    if let Some(user) = users::store::by_email(conn, &address, Some(change.account_id)).await?.pop() {
        return Ok(user);
    }
    let name = claimed.full_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.map_or_else(|| Mailbox::read(&address).full_name(), str::to_owned);
    let name: String = name.chars().filter(|one| !one.is_control()).take(TEXT_LIMIT).collect();
    let new = NewUser {
        full_name: if name.trim().is_empty() { &address } else { &name },
        email_address: &address,
        headline: None,
        administrator: false,
        password_hash: None,
    };
    users::store::add(conn, change, &new).await
}

/// Connects a person with an identity, unless they are connected.
pub async fn connect(
    conn: &mut Conn,
    change: &Change,
    claimed: &Claimed,
    user: &User,
) -> Result<std::result::Result<Identity, Refusal>> {
    if let Some(identity) = of_subject(conn, &claimed.issuer, &claimed.subject).await? {
        let is_own = (identity.account_id, identity.user_id) == (user.account_id, user.id);
        return Ok(if is_own { Ok(identity) } else { Err(Refusal::Taken) });
    }
    let own = of_user(conn, user.account_id, user.id).await?;
    if own.iter().any(|identity| identity.issuer == claimed.issuer) {
        return Ok(Err(Refusal::Taken));
    }
    let identity = Identity {
        id: 0,
        account_id: user.account_id,
        user_id: user.id,
        issuer: claimed.issuer.clone(),
        subject: claimed.subject.clone(),
        created_at: change.at,
    };
    // They need no link to choose a password with.
    invitations::store::end_of(conn, change, user.id).await?;
    Ok(Ok(events::store::create(conn, change, identity).await?))
}

/// The identities of a person, for the person and for administrators.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn seen(conn: &mut Conn, caller: &Caller, user_id: UserId) -> Result<Vec<Identity>> {
    users::access::require_self_or_administrator(conn, caller, user_id).await?;
    Ok(of_user(conn, caller.account_id, user_id).await?)
}

/// Ends a connection, and the sessions that began with it. People keep the only way in which they can sign in; `by_password` is
/// whether passwords are one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn disconnect(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    (user_id, id): (UserId, i64),
    by_password: bool,
) -> Result<()> {
    users::access::require_self_or_administrator(conn, caller, user_id).await?;
    let identity: Option<Identity> = table::find(conn, caller.account_id, id).await?;
    let identity = identity.filter(|identity| identity.user_id == user_id).ok_or(Error::NotFound)?;
    if caller.user_id == user_id {
        let user = users::store::find(conn, caller.account_id, user_id).await?;
        let others = of_user(conn, caller.account_id, user_id).await?.len() > 1;
        let has_password = by_password && user.password_hash.is_some();
        if !(others || has_password) {
            return Err(Error::invalid("base", LAST_WAY));
        }
    }
    for session in sessions::store::of_user(conn, caller.account_id, user_id).await? {
        if session.identity_id == Some(id) {
            sessions::store::end(conn, change, &session).await?;
        }
    }
    events::store::delete(conn, change, &identity).await.map(drop)
}

/// Deletes the identities of a person whose sessions have ended.
pub async fn forget(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    for identity in of_user(conn, change.account_id, user_id).await? {
        events::store::delete(conn, change, &identity).await?;
    }
    Ok(())
}
