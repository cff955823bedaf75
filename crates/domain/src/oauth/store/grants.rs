//! The SQL of grants, and the writes that issue tokens and end them.

use base::clock::Time;

use super::refresh_tokens;
use crate::auth;
use crate::auth::{NewToken, Token};
use crate::error::Result;
use crate::events;
use crate::events::{Change, Source};
use crate::ids::{AccountId, GrantId, UserId};
use crate::oauth::pkce::Method;
use crate::oauth::refusal::{INVALID_GRANT, Refusal, UNAUTHORIZED_CLIENT};
use crate::oauth::scopes::granted;
use crate::oauth::{Application, Grant, RefreshToken, TOKEN_SECONDS, answers_as_openproject};
use crate::table::{Table, record};
use crate::users;
use db::Conn;
use db::{bind, named_column, statements};

/// The maximal number of a person's unexchanged codes; one more ends the oldest.
const CODES_OF_PERSON: usize = 20;
/// The maximal number of a person's grants to an application; one more ends the oldest with its tokens.
const GRANTS_OF_PERSON: usize = 100;
/// The maximal number of tokens with which an application acts for itself; one more ends the oldest.
const TOKENS_OF_ITSELF: usize = 50;

record! {
    Grant(GrantId) in grants {
        id, account_id, application_id, user_id, scopes as Json, redirect_uri, code_sha256 as Hex, code_challenge,
        code_challenge_method, code_expires_at, exchanged_at, created_at
    }
}

named_column! { Method: named, name; }

statements! {
    WITH_CODE = "select ", Grant::COLUMNS, " from grants
        where account_id = :account_id and application_id = :application_id and code_sha256 = :code_sha256";
    WITH_ID = "select ", Grant::COLUMNS, " from grants
        where account_id = :account_id and application_id = :application_id and id = :id";
    STALE = "select ", Grant::COLUMNS, " from grants
        where account_id = :account_id and user_id = :user_id and exchanged_at is null and code_expires_at <= :now
        order by id";
    OF_PERSON = "select ", Grant::COLUMNS, " from grants
        where account_id = :account_id and user_id = :user_id and exchanged_at is not null order by id";
    ALL_OF_PERSON = "select ", Grant::COLUMNS, " from grants
        where account_id = :account_id and user_id = :user_id order by id";
    OF_APPLICATION = "select ", Grant::COLUMNS, " from grants
        where account_id = :account_id and application_id = :application_id order by id";
    CODES = "select ", Grant::COLUMNS, " from grants
        where account_id = :account_id and user_id = :user_id and exchanged_at is null order by id";
    EXCHANGE = "update grants set exchanged_at = :at where account_id = :account_id and id = :id";
}

/// The digests of new tokens.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Of the access token.
    pub access: [u8; 32],
    /// Of the refresh token.
    pub refresh: [u8; 32],
}

/// The outcome of a request for tokens. A refusal is not an error of the unit of work, because its writes are kept: a code
/// that is used twice revokes its tokens.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The tokens are issued.
    Issued(Issued),
    /// They are not.
    Refused(Refusal),
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The issued tokens.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The scopes of the access token.
    pub scopes: Option<Vec<String>>,
    /// Whether the response has the format of OpenProject.
    pub is_openproject: bool,
    /// Whether it expires after [`TOKEN_SECONDS`].
    pub ends: bool,
    /// Whether a refresh token was issued with it.
    pub can_be_refreshed: bool,
}

fn change(account_id: AccountId, actor_id: UserId, at: Time) -> Change {
    Change { account_id, actor_id: Some(actor_id), token_id: None, surface: Source::OAuth, at }
}

/// Adds a grant, and deletes the person's expired codes.
pub async fn create(conn: &mut Conn, new: Grant) -> Result<()> {
    let change = change(new.account_id, new.user_id, new.created_at);
    let stale = conn.all(&bind![STALE; new.account_id, new.user_id, now: change.at], Grant::read).await?;
    for grant in &stale {
        delete(conn, &change, grant).await?;
    }
    let codes = conn.all(&bind![CODES; new.account_id, new.user_id], Grant::read).await?;
    for grant in oldest_beyond(&codes, CODES_OF_PERSON) {
        delete(conn, &change, grant).await?;
    }
    events::store::create(conn, &change, new).await.map(drop)
}

/// The oldest items of a list sorted by age that must go so that one more is within the limit.
fn oldest_beyond<T>(all: &[T], limit: usize) -> &[T] {
    &all[..(all.len() + 1).saturating_sub(limit)]
}

/// Exchanges a code for tokens. A code that is used a second time revokes the tokens of the first time.
pub async fn exchange(
    conn: &mut Conn,
    application: &Application,
    code_sha256: &[u8; 32],
    redirect_uri: &str,
    verifier: Option<&str>,
    fresh: Fresh,
    at: Time,
) -> Result<Outcome> {
    let query = bind![WITH_CODE; application.account_id, application_id: application.id, code_sha256];
    let Some(grant) = conn.first(&query, Grant::read).await? else { return Ok(INVALID_GRANT.into()) };
    let change = change(grant.account_id, grant.user_id, at);
    if grant.exchanged_at.is_some() {
        end(conn, &change, &grant).await?;
        return Ok(INVALID_GRANT.into());
    }
    if !grant.accepts(redirect_uri, verifier, at) || !is_active(conn, &grant).await? {
        return Ok(INVALID_GRANT.into());
    }
    let earlier = of_person(conn, grant.account_id, grant.user_id).await?;
    let earlier: Vec<_> = earlier.into_iter().filter(|one| one.application_id == application.id).collect();
    for oldest in oldest_beyond(&earlier, GRANTS_OF_PERSON) {
        end(conn, &change, oldest).await?;
    }
    conn.run(&bind![EXCHANGE; grant.account_id, grant.id, at]).await?;
    let exchanged = Grant { exchanged_at: Some(at), ..grant.clone() };
    events::store::updated(conn, &change, &grant, &exchanged).await?;
    give(conn, &change, application, &grant, grant.scopes.clone(), fresh).await.map(Outcome::Issued)
}

/// Exchanges a refresh token for tokens, and revokes the old ones. A refresh token of a public client that is used a second
/// time was stolen, and revokes the grant (RFC 9700, 4.14.2).
pub async fn refresh(
    conn: &mut Conn,
    application: &Application,
    sha256: &[u8; 32],
    asked: Option<&str>,
    fresh: Fresh,
    at: Time,
) -> Result<Outcome> {
    let Some((grant, token)) = refreshable(conn, application, sha256).await? else {
        return Ok(INVALID_GRANT.into());
    };
    let change = change(grant.account_id, grant.user_id, at);
    if token.used_at.is_some() {
        if application.is_public() {
            end(conn, &change, &grant).await?;
        }
        return Ok(INVALID_GRANT.into());
    }
    if !is_active(conn, &grant).await? {
        return Ok(INVALID_GRANT.into());
    }
    let scopes = match granted(asked, grant.scopes.as_deref()) {
        Ok(scopes) => scopes,
        Err(refusal) => return Ok(refusal.into()),
    };
    for earlier in refresh_tokens::of_grant(conn, &grant).await? {
        if earlier.id != token.id {
            refresh_tokens::delete(conn, &change, &earlier).await?;
        }
    }
    for access in auth::store::of_grant(conn, grant.account_id, application.id, grant.id).await? {
        auth::store::revoke(conn, &change, &access).await?;
    }
    refresh_tokens::mark_used(conn, &change, &token).await?;
    give(conn, &change, application, &grant, scopes, fresh).await.map(Outcome::Issued)
}

/// Whether the person of a grant is active.
async fn is_active(conn: &mut Conn, grant: &Grant) -> Result<bool> {
    Ok(users::store::find(conn, grant.account_id, grant.user_id).await?.active)
}

/// Issues a token with which an application acts for itself, as the administrator who registered it.
pub async fn give_to_itself(
    conn: &mut Conn,
    application: &Application,
    scopes: Option<Vec<String>>,
    access: [u8; 32],
    at: Time,
) -> Result<Outcome> {
    let change = change(application.account_id, application.creator_id, at);
    if !users::store::find(conn, application.account_id, application.creator_id).await?.active {
        return Ok(UNAUTHORIZED_CLIENT.into());
    }
    let new = NewToken {
        user_id: application.creator_id,
        name: &application.name,
        sha256: access,
        scopes: scopes.clone(),
        expires_at: Some(at.plus_seconds(TOKEN_SECONDS)),
        application_id: Some(application.id),
        grant_id: None,
    };
    add(conn, &change, new, application).await?;
    let tokens = auth::store::of_itself(conn, application.account_id, application.id).await?;
    for oldest in &tokens[..tokens.len().saturating_sub(TOKENS_OF_ITSELF)] {
        auth::store::revoke(conn, &change, oldest).await?;
    }
    let is_openproject = answers_as_openproject(scopes.as_deref());
    Ok(Outcome::Issued(Issued { scopes, is_openproject, ends: true, can_be_refreshed: false }))
}

async fn give(
    conn: &mut Conn,
    change: &Change,
    application: &Application,
    grant: &Grant,
    scopes: Option<Vec<String>>,
    fresh: Fresh,
) -> Result<Issued> {
    let is_openproject = grant.is_openproject();
    let new = NewToken {
        user_id: grant.user_id,
        name: &application.name,
        sha256: fresh.access,
        scopes: scopes.clone(),
        expires_at: is_openproject.then(|| change.at.plus_seconds(TOKEN_SECONDS)),
        application_id: Some(application.id),
        grant_id: Some(grant.id),
    };
    add(conn, change, new, application).await?;
    if is_openproject {
        refresh_tokens::create(conn, change, grant.id, &fresh.refresh).await?;
    }
    Ok(Issued { scopes, is_openproject, ends: is_openproject, can_be_refreshed: is_openproject })
}

/// Adds an access token, and deletes the expired ones of the application.
async fn add(conn: &mut Conn, change: &Change, new: NewToken<'_>, application: &Application) -> Result<()> {
    for ended in auth::store::ended(conn, application.account_id, application.id, change.at).await? {
        auth::store::revoke(conn, change, &ended).await?;
    }
    auth::store::create(conn, change, new).await.map(drop)
}

/// The refresh token of an application with this digest, used or not, and its grant.
pub async fn refreshable(
    conn: &mut Conn,
    application: &Application,
    sha256: &[u8; 32],
) -> Result<Option<(Grant, RefreshToken)>> {
    let token = refresh_tokens::with_digest(conn, application.account_id, sha256).await?;
    let Some(token) = token else { return Ok(None) };
    let query = bind![WITH_ID; application.account_id, application_id: application.id, id: token.grant_id];
    Ok(conn.first(&query, Grant::read).await?.map(|grant| (grant, token)))
}

/// Revokes a token, and its grant with all tokens if it has one.
pub async fn revoke(conn: &mut Conn, change: &Change, token: &Token) -> Result<()> {
    if let (Some(application_id), Some(grant_id)) = (token.application_id, token.grant_id) {
        let query = bind![WITH_ID; token.account_id, application_id, id: grant_id];
        if let Some(grant) = conn.first(&query, Grant::read).await? {
            return end(conn, change, &grant).await;
        }
    }
    auth::store::revoke(conn, change, token).await
}

/// The exchanged grants of a person.
pub async fn of_person(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> db::Result<Vec<Grant>> {
    conn.all(&bind![OF_PERSON; account_id, user_id], Grant::read).await
}

/// The grants of a person, exchanged or not.
pub async fn all_of_person(
    conn: &mut Conn,
    account_id: AccountId,
    user_id: UserId,
) -> db::Result<Vec<Grant>> {
    conn.all(&bind![ALL_OF_PERSON; account_id, user_id], Grant::read).await
}

/// The grants of an application.
pub async fn of_application(conn: &mut Conn, application: &Application) -> db::Result<Vec<Grant>> {
    conn.all(&bind![OF_APPLICATION; application.account_id, application_id: application.id], Grant::read)
        .await
}

/// Deletes the unexchanged codes of a person.
pub async fn end_codes(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    for grant in conn.all(&bind![CODES; change.account_id, user_id], Grant::read).await? {
        delete(conn, change, &grant).await?;
    }
    Ok(())
}

/// Deletes a grant and all its tokens.
pub async fn end(conn: &mut Conn, change: &Change, grant: &Grant) -> Result<()> {
    for token in auth::store::of_grant(conn, grant.account_id, grant.application_id, grant.id).await? {
        auth::store::revoke(conn, change, &token).await?;
    }
    for token in refresh_tokens::of_grant(conn, grant).await? {
        refresh_tokens::delete(conn, change, &token).await?;
    }
    delete(conn, change, grant).await
}

async fn delete(conn: &mut Conn, change: &Change, grant: &Grant) -> Result<()> {
    events::store::delete(conn, change, grant).await.map(drop)
}
