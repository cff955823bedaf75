//! The SQL of tokens.

use super::VerifiedToken;
use super::{Caller, MOST_OF_PERSON, NewToken, Token};
use crate::ids::{AccountId, ApplicationId, GrantId, TokenId, UserId};
use base::clock::Time;

use crate::error::{Error as Refusal, Problem, Result};
use crate::events;
use crate::events::Change;
use crate::table::{Codec, Json, Table, record};
use crate::users::User;
use db::{Conn, Row};
use db::{bind, statements};

/// The rule that a person has no more than [`MOST_OF_PERSON`] tokens.
pub const TOO_MANY: &str = "cannot be added: the person has 200 tokens; revoke one first";

record! {
    Token(TokenId) in tokens {
        id, account_id, user_id, name, sha256 as Hex, scopes as Json, expires_at, application_id, grant_id, created_at,
        used_at
    }
}

/// The largest number of tokens of a look-up.
pub const LOOKED_UP: usize = 8;

const PROVED: &str =
    "select users.account_id, users.id, users.administrator, tokens.scopes, tokens.id, tokens.expires_at,
        accounts.event_hash, tokens.sha256
    from tokens join users on users.account_id = tokens.account_id and users.id = tokens.user_id
    join accounts on accounts.id = tokens.account_id
    where users.active and ";

statements! {
    // The look-ups that do not start from an account: the token determines the account.
    PROOF = PROVED, "tokens.sha256 = :sha256";
    PROOFS = PROVED, "tokens.sha256 in (:d1, :d2, :d3, :d4, :d5, :d6, :d7, :d8)";
    NAMED = "select ", Token::COLUMNS, " from tokens
        where account_id = :account_id and user_id = :user_id and name = :name order by id";
    WITH_DIGEST = "select ", Token::COLUMNS, " from tokens
        where sha256 = :sha256 and (expires_at is null or expires_at > :now)";
    OF_GRANT = "select ", Token::COLUMNS, " from tokens
        where account_id = :account_id and application_id = :application_id and grant_id = :grant_id order by id";
    ENDED = "select ", Token::COLUMNS, " from tokens
        where account_id = :account_id and application_id = :application_id and expires_at <= :now order by id";
    OF_APPLICATION = "select ", Token::COLUMNS, " from tokens
        where account_id = :account_id and application_id = :application_id order by id";
    OF_ITSELF = "select ", Token::COLUMNS, " from tokens
        where account_id = :account_id and application_id = :application_id and grant_id is null order by id";
    OF_USER = "select ", Token::COLUMNS, " from tokens
        where account_id = :account_id and user_id = :user_id order by id";
    // Several processes write; the latest use wins.
    USED = "update tokens set used_at = :used_at
        where account_id = :account_id and id = :id and (used_at is null or used_at < :used_at)";
}

/// The token with a digest, expired or not, if its user is active.
pub async fn prove(conn: &mut Conn, sha256: &[u8; 32]) -> db::Result<Option<VerifiedToken>> {
    Ok(conn.first(&bind![PROOF; sha256], proof).await?.map(|(_, token)| token))
}

/// The tokens with some digests, at most [`LOOKED_UP`], as [`prove`] returns them.
pub async fn prove_all(conn: &mut Conn, digests: &[[u8; 32]]) -> db::Result<Vec<([u8; 32], VerifiedToken)>> {
    match digests {
        [] => Ok(Vec::new()),
        [sha256] => conn.all(&bind![PROOF; sha256], proof).await,
        [first, ..] => {
            let [d1, d2, d3, d4, d5, d6, d7, d8] =
                std::array::from_fn(|index| digests.get(index).unwrap_or(first));
            conn.all(&bind![PROOFS; d1, d2, d3, d4, d5, d6, d7, d8], proof).await
        }
    }
}

fn proof(row: &Row<'_>) -> db::Result<([u8; 32], VerifiedToken)> {
    let scopes: Option<Vec<String>> = Json::read(row, 3)?;
    let caller = Caller {
        account_id: row.get(0)?,
        user_id: row.get(1)?,
        token_id: row.get(4)?,
        administrator: row.get(2)?,
        scopes: scopes.unwrap_or_default(),
    };
    Ok((row.get(7)?, VerifiedToken { caller, expires_at: row.get(5)?, head: row.get(6)? }))
}

/// Adds a personal token.
///
/// # Errors
/// [`Refusal::Invalid`] if the user has [`MOST_OF_PERSON`] personal tokens.
pub async fn create_own(conn: &mut Conn, change: &Change, new: NewToken<'_>) -> Result<TokenId> {
    let tokens = of_user(conn, change.account_id, new.user_id).await?;
    if tokens.iter().filter(|token| token.application_id.is_none()).count() >= MOST_OF_PERSON {
        return Err(Refusal::invalid("name", Problem::Sentence(TOO_MANY)));
    }
    create(conn, change, new).await
}

/// Adds a token of a user of the account.
pub async fn create(conn: &mut Conn, change: &Change, new: NewToken<'_>) -> Result<TokenId> {
    let token = Token {
        id: TokenId(0),
        account_id: change.account_id,
        user_id: new.user_id,
        name: new.name.to_owned(),
        sha256: hex::encode(new.sha256),
        scopes: new.scopes,
        expires_at: new.expires_at,
        application_id: new.application_id,
        grant_id: new.grant_id,
        created_at: Some(change.at),
        used_at: None,
    };
    Ok(events::store::create(conn, change, token).await?.id)
}

/// Deletes a token; it is refused from then on.
pub async fn revoke(conn: &mut Conn, change: &Change, token: &Token) -> Result<()> {
    if events::store::delete(conn, change, token).await? { Ok(()) } else { Err(Refusal::NotFound) }
}

/// The tokens of a user, in the order in which they were made.
pub async fn of_user(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> db::Result<Vec<Token>> {
    conn.all(&bind![OF_USER; account_id, user_id], Token::read).await
}

/// Writes when tokens were last used. It appends no event, because nobody's access changes.
pub async fn used(conn: &mut Conn, account_id: AccountId, uses: &[(TokenId, Time)]) -> db::Result<()> {
    let queries: Vec<_> =
        uses.iter().map(|(id, minute)| bind![USED; account_id, id, used_at: minute]).collect();
    conn.run_many(&queries).await
}

/// The tokens of a user that have a name.
pub async fn named(conn: &mut Conn, user: &User, name: &str) -> db::Result<Vec<Token>> {
    conn.all(&bind![NAMED; user.account_id, user_id: user.id, name], Token::read).await
}

/// The token with a digest, unless it has expired; its user may be deactivated. To authenticate, call [`prove`].
pub async fn with_digest(conn: &mut Conn, sha256: &[u8; 32], now: Time) -> db::Result<Option<Token>> {
    conn.first(&bind![WITH_DIGEST; sha256, now], Token::read).await
}

/// The tokens that were issued to an application under a grant.
pub async fn of_grant(
    conn: &mut Conn,
    account_id: AccountId,
    application_id: ApplicationId,
    grant_id: GrantId,
) -> db::Result<Vec<Token>> {
    conn.all(&bind![OF_GRANT; account_id, application_id, grant_id], Token::read).await
}

/// Every token of an application.
pub async fn of_application(
    conn: &mut Conn,
    account_id: AccountId,
    application_id: ApplicationId,
) -> db::Result<Vec<Token>> {
    conn.all(&bind![OF_APPLICATION; account_id, application_id], Token::read).await
}

/// The tokens with which an application acts for itself, the oldest first.
pub async fn of_itself(
    conn: &mut Conn,
    account_id: AccountId,
    application_id: ApplicationId,
) -> db::Result<Vec<Token>> {
    conn.all(&bind![OF_ITSELF; account_id, application_id], Token::read).await
}

/// The expired tokens of an application.
pub async fn ended(
    conn: &mut Conn,
    account_id: AccountId,
    application_id: ApplicationId,
    now: Time,
) -> db::Result<Vec<Token>> {
    conn.all(&bind![ENDED; account_id, application_id, now], Token::read).await
}
