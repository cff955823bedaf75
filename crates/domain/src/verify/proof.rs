//! A proof that an event is in the log, for a verifier who knows the hash of the head.

use std::io::Write;

use crate::error::{Error, Result};
use crate::events;
use crate::events::Head;
use crate::ids::AccountId;
use db::{Conn, Error as StoreError};

const CHUNK: i64 = 500;

/// Writes the proof of an event: its content, the hash before it, and the digests of the contents of those after it.
/// Without an account, of the only one.
///
/// # Errors
/// [`Error::Unreadable`] when there is no such event, or the log does not lead to its head; those of the store.
pub async fn write(
    conn: &mut Conn,
    account_id: Option<AccountId>,
    sequence: i64,
    out: &mut (impl Write + Send),
) -> Result<()> {
    let head = head(conn, account_id).await?;
    let none = || Error::unreadable(format!("account {} has no event {sequence}", head.account_id));
    let mut links = events::store::chain(conn, head.account_id, sequence - 1, CHUNK).await?.into_iter();
    let link = links.next().filter(|link| link.event.sequence == sequence).ok_or_else(none)?;
    let event = link.canonical();
    let mut hash = events::hash(&link.previous_hash, &link.content_digest());
    let text = serde_json::json!(event);
    let previous = hex::encode(&link.previous_hash);
    let put =
        |out: &mut dyn Write, text: &str| out.write_all(text.as_bytes()).map_err(|error| unwritable(&error));
    put(out, &format!("{{\"account_id\":{},\"sequence\":{sequence},", head.account_id))?;
    // The content of an erased event does not have the digest that the chain has.
    let erased = link.content_sha256.map(hex::encode);
    let erased = erased.map_or_else(String::new, |digest| format!("\"content_sha256\":\"{digest}\",\n"));
    put(out, &format!("\"previous_hash\":\"{previous}\",\n\"event\":{text},\n{erased}\"following\":["))?;
    let mut last = sequence;
    loop {
        for link in links {
            let content = link.content_digest();
            hash = events::hash(&hash, &content);
            let comma = if last == sequence { "" } else { "," };
            put(out, &format!("{comma}\n\"{}\"", hex::encode(content)))?;
            last = link.event.sequence;
        }
        let more = events::store::chain(conn, head.account_id, last, CHUNK).await?;
        if more.is_empty() {
            break;
        }
        links = more.into_iter();
    }
    if hash[..] != head.hash[..] || last != head.sequence {
        return Err(Error::unreadable(format!(
            "the log of account {} does not lead to its head: `statuary verify` says where",
            head.account_id
        )));
    }
    put(out, &format!("],\n\"head\":{{\"sequence\":{last},\"hash\":\"{}\"}}}}\n", hex::encode(hash)))?;
    out.flush().map_err(|error| unwritable(&error))
}

async fn head(conn: &mut Conn, account_id: Option<AccountId>) -> Result<Head> {
    let after = AccountId(account_id.map_or(i64::MIN, |id| id.0.saturating_sub(1)));
    let mut heads = events::store::heads(conn, after, 2).await?;
    match account_id {
        Some(id) => {
            heads.retain(|head| head.account_id == id);
            heads.pop().ok_or_else(|| Error::unreadable(format!("there is no account {id}")))
        }
        None if heads.len() > 1 => {
            Err(Error::unreadable("there are several accounts: name the event as ACCOUNT:SEQUENCE"))
        }
        None => heads.pop().ok_or_else(|| Error::unreadable("the store has no account")),
    }
}

fn unwritable(error: &std::io::Error) -> Error {
    StoreError::Unavailable(format!("the proof cannot be written: {error}")).into()
}
