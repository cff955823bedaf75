//! The SQL of second factors and recovery codes.

use super::webauthn::{Credential, Site};
use super::{
    CODES, Factor, Kind, MOST, MOST_WRONG, REQUIRED, RecoveryCodes, TOO_MANY, Typed, WRONG_SECONDS,
    name_violation, plain_code, recovery_code, totp, webauthn,
};
use crate::accounts;
use crate::auth::{Caller, digest};
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, UserId};
use crate::sessions;
use crate::sessions::Awaited;
use crate::table::{Codec, Json, Table, record};
use crate::users::access::require_self_or_administrator;
use base::rng::random_bytes;
use db::Conn;
use db::{bind, statements};

db::named_column! {
    Kind: named, name;
}

record! {
    Factor in factors { id, account_id, user_id, kind, name, secret as Hex, credential as Hex, counter, created_at, used_at }
}

record! {
    RecoveryCodes in recovery_codes { id, account_id, user_id, digests as Json, remaining, created_at, wrong, wrong_since }
}

statements! {
    OF_USER = "select ", Factor::COLUMNS, " from factors
        where account_id = :account_id and user_id = :user_id order by id";
    USED = "update factors set counter = :counter, used_at = :used_at where account_id = :account_id and id = :id";
    CODES_OF_USER = "select ", RecoveryCodes::COLUMNS, " from recovery_codes
        where account_id = :account_id and user_id = :user_id";
    WITH_CREDENTIAL = "select ", Factor::COLUMNS, " from factors
        where account_id = :account_id and credential = :credential";
    COUNT_WRONG = "update recovery_codes set wrong = :wrong, wrong_since = :wrong_since
        where account_id = :account_id and id = :id";
    USE_CODE = "update recovery_codes set digests = :digests, remaining = :remaining
        where account_id = :account_id and id = :id";
}

/// The factors of a person.
pub async fn of_user(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> db::Result<Vec<Factor>> {
    conn.all(&bind![OF_USER; account_id, user_id], Factor::read).await
}

/// What a session of a person waits for whose password was right.
pub async fn awaited(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> Result<Option<Awaited>> {
    if !of_user(conn, account_id, user_id).await?.is_empty() {
        return Ok(Some(Awaited::Factor));
    }
    let account = accounts::store::find(conn, account_id).await?;
    Ok(account.filter(|account| account.requires_factor).map(|_| Awaited::NewFactor))
}

/// The recovery codes of a person.
pub async fn codes_of(
    conn: &mut Conn,
    account_id: AccountId,
    user_id: UserId,
) -> db::Result<Option<RecoveryCodes>> {
    conn.first(&bind![CODES_OF_USER; account_id, user_id], RecoveryCodes::read).await
}

/// The factors of a person, and the number of recovery codes, for the person and for administrators.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn seen(conn: &mut Conn, caller: &Caller, user_id: UserId) -> Result<(Vec<Factor>, i64)> {
    require_self_or_administrator(conn, caller, user_id).await?;
    let factors = of_user(conn, caller.account_id, user_id).await?;
    let codes = codes_of(conn, caller.account_id, user_id).await?;
    Ok((factors, codes.map_or(0, |codes| codes.remaining)))
}

/// Adds an app whose first code was accepted at `step`. Returns the recovery codes, if it is the first factor.
///
/// # Errors
/// [`Error::Invalid`]
pub async fn add_app(
    conn: &mut Conn,
    change: &Change,
    user_id: UserId,
    name: &str,
    (secret, step): (&[u8], i64),
) -> Result<Option<Vec<String>>> {
    let factor =
        Factor { secret: hex::encode(secret), counter: step, ..blank(change, user_id, Kind::App, name) };
    add(conn, change, factor).await
}

/// Adds a passkey. Returns the recovery codes, if it is the first factor.
///
/// # Errors
/// [`Error::Invalid`]
pub async fn add_passkey(
    conn: &mut Conn,
    change: &Change,
    user_id: UserId,
    name: &str,
    credential: &Credential,
) -> Result<Option<Vec<String>>> {
    let factor = Factor {
        secret: hex::encode(&credential.public_key),
        credential: Some(hex::encode(&credential.id)),
        counter: credential.signatures.into(),
        ..blank(change, user_id, Kind::Passkey, name)
    };
    add(conn, change, factor).await
}

fn blank(change: &Change, user_id: UserId, kind: Kind, name: &str) -> Factor {
    Factor {
        id: 0,
        account_id: change.account_id,
        user_id,
        kind,
        name: name.trim().to_owned(),
        secret: String::new(),
        credential: None,
        counter: 0,
        created_at: change.at,
        used_at: Some(change.at),
    }
}

async fn add(conn: &mut Conn, change: &Change, factor: Factor) -> Result<Option<Vec<String>>> {
    let (account_id, user_id) = (factor.account_id, factor.user_id);
    let own = of_user(conn, account_id, user_id).await?;
    let mut violations: Vec<_> = name_violation(&factor.name).into_iter().collect();
    let is_known = match &factor.credential {
        Some(id) => {
            let id = hex::decode(id).unwrap_or_default();
            conn.first(&bind![WITH_CREDENTIAL; account_id, credential: &id[..]], Factor::read)
                .await?
                .is_some()
        }
        None => false,
    };
    if own.len() >= MOST {
        violations.push(Violation::new("base", TOO_MANY));
    } else if is_known {
        violations.push(Violation::new("base", Problem::Taken));
    }
    Error::check(violations)?;
    events::store::create(conn, change, factor).await?;
    if own.is_empty() { new_codes(conn, change, user_id).await.map(Some) } else { Ok(None) }
}

/// Makes new recovery codes, in place of earlier ones.
pub async fn new_codes(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<Vec<String>> {
    end_codes(conn, change, user_id).await?;
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code(random_bytes())).collect();
    let plain = codes.iter().filter_map(|code| plain_code(code));
    let digests: Vec<String> = plain.map(|code| hex::encode(digest(&code))).collect();
    let record = RecoveryCodes {
        id: 0,
        account_id: change.account_id,
        user_id,
        remaining: i64::try_from(digests.len()).unwrap_or_default(),
        digests,
        created_at: change.at,
        wrong: 0,
        wrong_since: None,
    };
    events::store::create(conn, change, record).await?;
    Ok(codes)
}

async fn end_codes(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    if let Some(codes) = codes_of(conn, change.account_id, user_id).await? {
        events::store::delete(conn, change, &codes).await?;
    }
    Ok(())
}

/// Uses a code of an app, or a recovery code. It counts once: in the transaction on the account, a code is compared with the last one
/// that was used, and a recovery code is removed. Wrong codes are counted, whatever the process that reads them.
pub async fn use_code(conn: &mut Conn, change: &Change, user_id: UserId, typed: &str) -> Result<Typed> {
    let Some(codes) = codes_of(conn, change.account_id, user_id).await? else { return Ok(Typed::Wrong) };
    let since = codes.wrong_since.filter(|since| change.at < since.plus_seconds(WRONG_SECONDS));
    let wrong = if since.is_some() { codes.wrong } else { 0 };
    if let Some(since) = since.filter(|_| wrong >= MOST_WRONG) {
        let seconds = since.plus_seconds(WRONG_SECONDS).unix_seconds() - change.at.unix_seconds();
        return Ok(Typed::Later(u64::try_from(seconds.max(1)).unwrap_or(1)));
    }
    let is_right = use_app_code(conn, change, user_id, typed).await?
        || use_recovery_code(conn, change, &codes, typed).await?;
    let (wrong, since) = if is_right { (0, None) } else { (wrong + 1, since.or(Some(change.at))) };
    if (wrong, since) != (codes.wrong, codes.wrong_since) {
        let query = bind![COUNT_WRONG; wrong, wrong_since: since, codes.account_id, codes.id];
        conn.run(&query).await?;
    }
    Ok(if is_right { Typed::Right } else { Typed::Wrong })
}

async fn use_app_code(conn: &mut Conn, change: &Change, user_id: UserId, typed: &str) -> Result<bool> {
    for factor in of_user(conn, change.account_id, user_id).await? {
        if factor.kind != Kind::App {
            continue;
        }
        let secret = hex::decode(&factor.secret).unwrap_or_default();
        if let Some(step) = totp::accepted(&secret, typed, change.at, Some(factor.counter)) {
            used(conn, change, &factor, step).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

async fn use_recovery_code(
    conn: &mut Conn,
    change: &Change,
    before: &RecoveryCodes,
    typed: &str,
) -> Result<bool> {
    let Some(plain) = plain_code(typed) else { return Ok(false) };
    let digest = hex::encode(digest(&plain));
    let digests: Vec<String> = before.digests.iter().filter(|own| **own != digest).cloned().collect();
    if digests.len() == before.digests.len() {
        return Ok(false);
    }
    let remaining = i64::try_from(digests.len()).unwrap_or_default();
    let after = RecoveryCodes { digests, remaining, ..before.clone() };
    let query = bind![USE_CODE;
        digests: <Json as Codec<Vec<String>>>::value(&after.digests), after.remaining, after.account_id, after.id
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, before, &after).await?;
    Ok(true)
}

/// The answer of a passkey.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The id of the passkey.
    pub credential: Vec<u8>,
    /// What the browser says.
    pub client_data: Vec<u8>,
    /// What the authenticator says.
    pub authenticator_data: Vec<u8>,
    /// The signature of both.
    pub signature: Vec<u8>,
}

/// Whether the answer of a passkey of a person is valid. The challenge counts once: the caller takes it from the session.
pub async fn use_passkey(
    conn: &mut Conn,
    change: &Change,
    user_id: UserId,
    answer: &Answer,
    site: Site<'_>,
) -> Result<std::result::Result<(), &'static str>> {
    let id = hex::encode(&answer.credential);
    let own = of_user(conn, change.account_id, user_id).await?;
    let Some(factor) = own.into_iter().find(|factor| factor.credential.as_ref() == Some(&id)) else {
        return Ok(Err("the passkey is unknown"));
    };
    let credential = Credential {
        id: answer.credential.clone(),
        public_key: hex::decode(&factor.secret).unwrap_or_default(),
        signatures: u32::try_from(factor.counter).unwrap_or_default(),
    };
    let Answer { client_data, authenticator_data, signature, .. } = answer;
    Ok(match webauthn::signed(&credential, client_data, authenticator_data, signature, site) {
        Ok(signatures) => {
            used(conn, change, &factor, signatures.into()).await?;
            Ok(())
        }
        Err(reason) => Err(reason),
    })
}

async fn used(conn: &mut Conn, change: &Change, factor: &Factor, counter: i64) -> db::Result<()> {
    conn.run(&bind![USED; counter, used_at: change.at, factor.account_id, factor.id]).await.map(drop)
}

/// Removes a factor of a person, and the recovery codes with the last one. Where the account requires a factor, the last one stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn remove(conn: &mut Conn, change: &Change, (user_id, id): (UserId, i64)) -> Result<()> {
    let own = of_user(conn, change.account_id, user_id).await?;
    let factor = own.iter().find(|factor| factor.id == id).ok_or(Error::NotFound)?;
    let account = accounts::store::find(conn, change.account_id).await?.ok_or(Error::NotFound)?;
    let is_last = own.len() == 1;
    if is_last && account.requires_factor {
        return Err(Error::invalid("base", REQUIRED));
    }
    events::store::delete(conn, change, factor).await?;
    if is_last { end_codes(conn, change, user_id).await } else { Ok(()) }
}

/// Removes all factors and recovery codes of a person who lost them, and ends the person's sessions.
pub async fn reset(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    forget(conn, change, user_id).await?;
    sessions::store::end_all(conn, change, user_id).await
}

/// Deletes the factors and the recovery codes of a person.
pub async fn forget(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    for factor in of_user(conn, change.account_id, user_id).await? {
        events::store::delete(conn, change, &factor).await?;
    }
    end_codes(conn, change, user_id).await
}
