//! The SQL of erasures.

pub mod log;
pub mod tables;

use super::words::Words;
use super::{Erasure, SAME_NAMES, checked, erased_address, erased_name};
use crate::directory;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::factors;
use crate::identities;
use crate::ids::{AccountId, UserId};
use crate::table::{Codec, Json, Table, record};
use crate::users;
use crate::users::{Changes, User, access, email_key};
use db::Conn;
use db::{bind, statements};

record! {
    Erasure in erasures { id, account_id, user_id, events, seal, created_at }
}

statements! {
    FINISH = "update erasures set events = :events, seal = :seal where account_id = :account_id and id = :id";
    OF_ACCOUNT = "select ", Erasure::COLUMNS, " from erasures where account_id = :account_id and user_id = :user_id
        order by id";
    ERASE_USER = "update users set full_name = :full_name, email_address = :email_address, email_key = :email_key,
            headline = null, photo_path = null, password_hash = null, language = null, time_zone = null
        where account_id = :account_id and id = :id";
    FORGET_INBOX = "delete from inbox_items where account_id = :account_id and user_id = :user_id";
    FORGET_MAILS = "delete from mails where account_id = :account_id and user_id = :user_id";
    FORGET_REQUESTS = "delete from password_requests where account_id = :account_id and email_key = :email_key";
    ANSWERS = "select token_id, name, headers, body from idempotency_keys where account_id = :account_id
            and (token_id, name) > (cast(:token_id as bigint), cast(:name as text))
        order by token_id, name limit 100";
    FORGET_ANSWER = "delete from idempotency_keys
        where account_id = :account_id and token_id = :token_id and name = :name";
    CUT_ANSWER = "update idempotency_keys set headers = :headers, body = :body
        where account_id = :account_id and token_id = :token_id and name = :name";
}

/// The result of an erasure.
#[derive(Clone, Debug)]
pub struct Erased {
    /// The person after it.
    pub user: User,
    /// Its note.
    pub erasure: Erasure,
}

/// Erases a person: deactivates them, ends their sessions, tokens and grants, and replaces their names, their addresses and
/// further words in every table and in the log of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; [`crate::error::Error::Invalid`] for the last active administrator, and for words
/// that [`checked`] refuses.
pub async fn erase(conn: &mut Conn, change: &Change, id: UserId, words: Vec<String>) -> Result<Erased> {
    let account_id = change.account_id;
    let further = checked(&words)?;
    let before = users::store::find(conn, account_id, id).await?;
    let changes = Changes { active: Some(false), administrator: Some(false), ..Changes::default() };
    access::change(conn, change, &before, &changes).await?;
    access::end_all(conn, change, &before).await?;
    directory::store::forget(conn, change, id).await?;
    identities::store::forget(conn, change, id).await?;
    factors::store::forget(conn, change, id).await?;
    conn.flush().await?;

    let names = log::names(conn, account_id, id).await?;
    let mut words = Words::default();
    for (name, address) in names.iter().map(|(name, address)| (name.as_str(), address.as_str())) {
        words.add(name, &erased_name(id));
        words.add(address, &erased_address(id));
        conn.run(&bind![FORGET_REQUESTS; account_id, email_key: email_key(address)]).await?;
    }
    words.add_all(&further);
    conn.run(&bind![FORGET_INBOX; account_id, user_id: id]).await?;
    conn.run(&bind![FORGET_MAILS; account_id, user_id: id]).await?;
    erase_user(conn, account_id, id).await?;
    for table in tables::TABLES {
        table.erase(conn, account_id, &words).await.map_err(same_names)?;
    }
    erase_answers(conn, account_id, &words).await?;

    let erasure =
        Erasure { id: 0, account_id, user_id: id, events: 0, seal: String::new(), created_at: change.at };
    let erasure_id = erasure.insert(conn).await?;
    let (events, seal) = log::erase(conn, account_id, (erasure_id, id), &words).await?;
    conn.run(&bind![FINISH; account_id, id: erasure_id, events, seal: &seal]).await?;
    let erasure = Erasure { id: erasure_id, events, seal, ..erasure };
    let mut log = Log::new(change);
    log.created(&erasure);
    events::store::append(conn, log).await?;
    Ok(Erased { user: users::store::find(conn, account_id, id).await?, erasure })
}

/// Two names that must differ may become the same.
fn same_names(error: db::Error) -> Error {
    match error {
        db::Error::Constraint { .. } => Error::invalid("words", SAME_NAMES),
        error => error.into(),
    }
}

async fn erase_user(conn: &mut Conn, account_id: AccountId, id: UserId) -> db::Result<()> {
    let (full_name, email_address) = (erased_name(id), erased_address(id));
    let email_key = email_key(&email_address);
    conn.run(&bind![ERASE_USER; account_id, id, full_name, email_address, email_key]).await.map(drop)
}

/// Keeps a response that has one of the words without its body, so that a request which is sent again still has no further
/// effect; one whose key has a word is deleted.
async fn erase_answers(conn: &mut Conn, account_id: AccountId, words: &Words) -> db::Result<()> {
    let (mut token_id, mut name) = (i64::MIN, String::new());
    loop {
        let query = bind![ANSWERS; account_id, token_id, name: &name];
        let answers = conn.all(&query, |row| {
            let key: (i64, String) = (row.get(0)?, row.get(1)?);
            let headers: Vec<(String, String)> = Json::read(row, 2)?;
            Ok((key, headers, row.get::<Vec<u8>>(3)?))
        });
        let answers = answers.await?;
        let Some((last, ..)) = answers.last() else { return Ok(()) };
        (token_id, name) = last.clone();
        for ((token_id, name), mut headers, body) in answers {
            if words.may_be_in(&name) {
                conn.run(&bind![FORGET_ANSWER; account_id, token_id, name: &name]).await?;
                continue;
            }
            let had = headers.len();
            headers.retain(|(_, value)| !words.may_be_in(value));
            let has_words = words.may_be_in(&String::from_utf8_lossy(&body));
            if has_words || headers.len() < had {
                let body = if has_words { Vec::new() } else { body };
                let headers = Json::value(&headers);
                conn.run(&bind![CUT_ANSWER; account_id, token_id, name: &name, headers, body: &body]).await?;
            }
        }
    }
}

/// The erasures of a person, the oldest first.
pub async fn of_user(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> db::Result<Vec<Erasure>> {
    conn.all(&bind![OF_ACCOUNT; account_id, user_id], Erasure::read).await
}
