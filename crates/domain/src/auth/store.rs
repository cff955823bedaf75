//! The SQL of tokens.

use super::VerifiedToken;
use super::{Caller, MOST_OF_PERSON, NewToken, Token};
use base::clock::Time;

use crate::error::{Error as Refusal, Problem, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::users::User;
use db::{Conn, Error, Row};
use db::{statements, values};

/// The rule that a person has no more than [`MOST_OF_PERSON`] tokens.
pub const TOO_MANY: &str = "cannot be added: the person has 200 tokens; revoke one first";

macro_rules! columns {
    () => {
        "id, account_id, user_id, name, sha256, scopes, expires_at, application_id, grant_id, created_at,
            used_at"
    };
}

statements! {
    // The one look-up that does not start from an account: the token determines the account.
    PROOF = "select users.account_id, users.id, users.administrator, tokens.scopes, tokens.id, tokens.expires_at,
            accounts.event_hash
        from tokens join users on users.account_id = tokens.account_id and users.id = tokens.user_id
        join accounts on accounts.id = tokens.account_id
        where tokens.sha256 = $1 and users.active";
    INSERT = "insert into tokens (account_id, user_id, name, sha256, scopes, expires_at, application_id, grant_id,
            created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id";
    INSERT_WITH_IDS = "insert into tokens (account_id, id, user_id, name, sha256, scopes, expires_at, application_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    AFTER = concat!("select ", columns!(), " from tokens where id > $1 order by id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from tokens
        where id in (select cast(value as bigint) from json_each(cast($1 as text)))");
    NAMED = concat!("select ", columns!(), " from tokens
        where account_id = $1 and user_id = $2 and name = $3 order by id");
    WITH_DIGEST = concat!("select ", columns!(), " from tokens
        where sha256 = $1 and (expires_at is null or expires_at > $2)");
    OF_GRANT = concat!("select ", columns!(), " from tokens
        where account_id = $1 and application_id = $2 and grant_id = $3 order by id");
    ENDED = concat!("select ", columns!(), " from tokens
        where account_id = $1 and application_id = $2 and expires_at <= $3 order by id");
    OF_APPLICATION = concat!("select ", columns!(), " from tokens
        where account_id = $1 and application_id = $2 order by id");
    OF_ITSELF = concat!("select ", columns!(), " from tokens
        where account_id = $1 and application_id = $2 and grant_id is null order by id");
    OF_USER = concat!("select ", columns!(), " from tokens where account_id = $1 and user_id = $2 order by id");
    // Several processes write; the latest use wins.
    USED = "update tokens set used_at = $3
        where account_id = $1 and id = $2 and (used_at is null or used_at < $3)";
    DELETE = "delete from tokens where account_id = $1 and id = $2";
}

fn token(row: &Row<'_>) -> db::Result<Token> {
    Ok(Token {
        id: row.get(0)?,
        account_id: row.get(1)?,
        user_id: row.get(2)?,
        name: row.get(3)?,
        sha256: hex::encode(row.get::<Vec<u8>>(4)?),
        scopes: scopes(row, 5)?,
        expires_at: row.get::<Option<i64>>(6)?.map(Time),
        application_id: row.get(7)?,
        grant_id: row.get(8)?,
        created_at: row.get::<Option<i64>>(9)?.map(Time),
        used_at: row.get::<Option<i64>>(10)?.map(Time),
    })
}

/// A list of scopes in a column.
pub fn scopes(row: &Row<'_>, index: usize) -> db::Result<Option<Vec<String>>> {
    let list = row.optional_text(index)?.map(serde_json::from_str).transpose();
    list.map_err(|error| Error::Other(error.to_string()))
}

/// The text of a column that [`scopes`] reads.
pub fn scopes_text(scopes: Option<&[String]>) -> Option<String> {
    scopes.map(|scopes| serde_json::json!(scopes).to_string())
}

/// The token with a digest, expired or not, if its user is active.
pub async fn prove(conn: &mut Conn, sha256: &[u8; 32]) -> db::Result<Option<VerifiedToken>> {
    conn.first(PROOF, &values![sha256], |row| {
        let caller = Caller {
            account_id: row.get(0)?,
            user_id: row.get(1)?,
            token_id: row.get(4)?,
            administrator: row.get(2)?,
            scopes: scopes(row, 3)?.unwrap_or_default(),
        };
        Ok(VerifiedToken { caller, expires_at: row.get::<Option<i64>>(5)?.map(Time), head: row.get(6)? })
    })
    .await
}

/// Adds a personal token.
///
/// # Errors
/// [`Refusal::Invalid`] if the user has [`MOST_OF_PERSON`] personal tokens.
pub async fn create_own(conn: &mut Conn, change: &Change, new: NewToken<'_>) -> Result<i64> {
    let tokens = of_user(conn, change.account_id, new.user_id).await?;
    if tokens.iter().filter(|token| token.application_id.is_none()).count() >= MOST_OF_PERSON {
        return Err(Refusal::invalid("name", Problem::Sentence(TOO_MANY)));
    }
    create(conn, change, new).await
}

/// Adds a token of a user of the account.
pub async fn create(conn: &mut Conn, change: &Change, new: NewToken<'_>) -> Result<i64> {
    let token = Token {
        id: 0,
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
    let scopes = scopes_text(token.scopes.as_deref());
    let row = values![
        token.account_id,
        token.user_id,
        &token.name,
        &new.sha256,
        scopes.as_deref(),
        token.expires_at.map(|at| at.0),
        token.application_id,
        token.grant_id,
        change.at.0
    ];
    let id = conn.scalar(INSERT, &row).await?;
    let mut log = Log::new(change);
    log.created(&Token { id, ..token });
    events::store::append(conn, log).await?;
    Ok(id)
}

/// Deletes a token; it is refused from then on.
pub async fn revoke(conn: &mut Conn, change: &Change, token: &Token) -> Result<()> {
    if conn.run(DELETE, &values![token.account_id, token.id]).await? == 0 {
        return Err(Refusal::NotFound);
    }
    let mut log = Log::new(change);
    log.deleted(token);
    events::store::append(conn, log).await
}

/// The tokens of a user, in the order in which they were made.
pub async fn of_user(conn: &mut Conn, account_id: i64, user_id: i64) -> db::Result<Vec<Token>> {
    conn.all(OF_USER, &values![account_id, user_id], token).await
}

/// Writes when tokens were last used. It appends no event, because nobody's access changes.
pub async fn used(conn: &mut Conn, account_id: i64, uses: &[(i64, Time)]) -> db::Result<()> {
    let rows: Vec<_> =
        uses.iter().map(|(token_id, minute)| values![account_id, *token_id, minute.0].to_vec()).collect();
    conn.run_many(USED, &rows).await
}

/// The tokens of a user that have a name.
pub async fn named(conn: &mut Conn, user: &User, name: &str) -> db::Result<Vec<Token>> {
    conn.all(NAMED, &values![user.account_id, user.id, name], token).await
}

/// The token with a digest, unless it has expired; its user may be deactivated. To authenticate, call [`prove`].
pub async fn with_digest(conn: &mut Conn, sha256: &[u8; 32], now: Time) -> db::Result<Option<Token>> {
    conn.first(WITH_DIGEST, &values![sha256, now.0], token).await
}

/// The tokens that were issued to an application under a grant.
pub async fn of_grant(
    conn: &mut Conn,
    account_id: i64,
    application_id: i64,
    grant_id: i64,
) -> db::Result<Vec<Token>> {
    conn.all(OF_GRANT, &values![account_id, application_id, grant_id], token).await
}

/// Every token of an application.
pub async fn of_application(conn: &mut Conn, account_id: i64, application_id: i64) -> db::Result<Vec<Token>> {
    conn.all(OF_APPLICATION, &values![account_id, application_id], token).await
}

/// The tokens with which an application acts for itself, the oldest first.
pub async fn of_itself(conn: &mut Conn, account_id: i64, application_id: i64) -> db::Result<Vec<Token>> {
    conn.all(OF_ITSELF, &values![account_id, application_id], token).await
}

/// The expired tokens of an application.
pub async fn ended(
    conn: &mut Conn,
    account_id: i64,
    application_id: i64,
    now: Time,
) -> db::Result<Vec<Token>> {
    conn.all(ENDED, &values![account_id, application_id, now.0], token).await
}

/// Tokens with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Token>> {
    conn.all(AFTER, &values![id, limit], token).await
}

/// Those of the tokens that exist, of whatever account.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<Token>> {
    conn.all(WITH_IDS, &values![ids], token).await
}

/// Adds tokens with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, tokens: &[Token]) -> db::Result<()> {
    let texts: Vec<_> = tokens
        .iter()
        .map(|token| (hex::decode(&token.sha256).unwrap_or_default(), scopes_text(token.scopes.as_deref())))
        .collect();
    let rows: Vec<_> = tokens
        .iter()
        .zip(&texts)
        .map(|(token, (sha256, scopes))| {
            values![
                token.account_id,
                token.id,
                token.user_id,
                &token.name,
                sha256.as_slice(),
                scopes.as_deref(),
                token.expires_at.map(|at| at.0),
                token.application_id
            ]
            .to_vec()
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await
}
