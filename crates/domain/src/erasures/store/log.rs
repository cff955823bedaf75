//! The log of an account under an erasure: contents are replaced, and the digests that the chain has hashed are kept.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::tables::TABLES;
use crate::directory::Entry;
use crate::erasures::words::Words;
use crate::erasures::{ErasedEvent, Seal, erased_address, erased_name};
use crate::events;
use crate::events::{Link, content_digest};
use crate::factors::Factor;
use crate::identities::Identity;
use crate::ids::{AccountId, UserId};
use crate::kinds;
use crate::record::Logged;
use crate::users::User;
use db::Conn;
use db::{bind, statements};

/// The number of events in memory at once.
const CHUNK: i64 = 200;
/// The members of a person in the log that are erased without a mark.
const OWN: [&str; 5] = ["headline", "photo_path", "password_hash", "language", "time_zone"];

statements! {
    RECORDS = "select before, after from events
        where account_id = :account_id and subject_type = :kind and subject_id = :id order by sequence";
    REWRITE = "update events set before = :before, after = :after, content_sha256 = :content_sha256
        where account_id = :account_id and sequence = :sequence";
    KEEP = "insert into erased_events (account_id, sequence, erasure_id, before_sha256, after_sha256)
        values (:account_id, :sequence, :erasure_id, :before, :after)";
    OF_SPAN = "select sequence, erasure_id, before_sha256, after_sha256 from erased_events
        where account_id = :account_id and sequence > :after and sequence <= :until order by sequence, erasure_id";
}

/// The names and the addresses that a person has and had.
pub async fn names(
    conn: &mut Conn,
    account_id: AccountId,
    id: UserId,
) -> db::Result<BTreeSet<(String, String)>> {
    let query = bind![RECORDS; account_id, kind: User::KIND, id];
    let records = conn.all(&query, |row| Ok([row.get::<Option<String>>(0)?, row.get(1)?])).await?;
    let (name, address) = (erased_name(id), erased_address(id));
    let texts = records.iter().flatten().flatten();
    let read = texts.filter_map(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    let text = |record: &Map<String, Value>, member: &str| {
        record.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let names = read.map(|record| (text(&record, "full_name"), text(&record, "email_address")));
    Ok(names.filter(|own| own.0 != name && own.1 != address).collect())
}

/// Replaces words in all events of an account. Returns the number of changed events and their seal.
pub async fn erase(
    conn: &mut Conn,
    account_id: AccountId,
    (erasure_id, person): (i64, UserId),
    words: &Words,
) -> db::Result<(i64, String)> {
    let (mut seal, mut last) = (Seal::default(), 0);
    loop {
        let links = events::store::chain(conn, account_id, last, CHUNK).await?;
        let Some(end) = links.last() else { return Ok(seal.finish()) };
        last = end.event.sequence;
        let (mut rewrites, mut kept) = (Vec::new(), Vec::new());
        for mut link in links {
            let before = content_digest(&link.canonical());
            let original = link.content_digest();
            if !replace(&mut link, person, words) {
                continue;
            }
            let sequence = link.event.sequence;
            let after = content_digest(&link.canonical());
            let erased = ErasedEvent { sequence, erasure_id, before, after };
            seal.add(&erased);
            kept.push(erased);
            rewrites.push((sequence, original, link.event));
        }
        let queries: Vec<_> = rewrites
            .iter()
            .map(|(sequence, original, event)| {
                bind![REWRITE; account_id, sequence: *sequence, event.before, event.after, content_sha256: original]
            })
            .collect();
        conn.run_many(&queries).await?;
        let queries: Vec<_> = kept
            .iter()
            .map(|one| bind![KEEP; account_id, one.sequence, one.erasure_id, one.before, one.after])
            .collect();
        conn.run_many(&queries).await?;
    }
}

/// Replaces words in the records of an event. Returns whether it had any.
fn replace(link: &mut Link, person: UserId, words: &Words) -> bool {
    let event = &mut link.event;
    let kind = &event.subject_type;
    let is_person = kind == User::KIND && event.subject_id == person.0;
    let mut is_changed = false;
    for record in [&mut event.before, &mut event.after].into_iter().flatten() {
        let replaced = if is_person {
            own(record, person)
        } else if [Entry::KIND, Identity::KIND, Factor::KIND].contains(&kind.as_str()) {
            from_elsewhere(kind, record, person).or_else(|| replaced(kind, record, words))
        } else {
            replaced(kind, record, words)
        };
        if let Some(replaced) = replaced.filter(|replaced| replaced != record) {
            (*record, is_changed) = (replaced, true);
        }
    }
    is_changed
}

/// The record of the person.
fn own(record: &str, id: UserId) -> Option<String> {
    let mut members: Map<String, Value> = serde_json::from_str(record).ok()?;
    for (name, mark) in [("full_name", erased_name(id)), ("email_address", erased_address(id))] {
        members.insert(name.to_owned(), mark.into());
    }
    for name in OWN {
        if let Some(member) = members.get_mut(name) {
            *member = Value::Null;
        }
    }
    Some(Value::Object(members).to_string())
}

/// What a directory or a provider says of the person, and what they call a factor; `None` if it is about another person.
fn from_elsewhere(kind: &str, record: &str, id: UserId) -> Option<String> {
    let mut members: Map<String, Value> = serde_json::from_str(record).ok()?;
    if members.get("user_id").and_then(Value::as_i64) != Some(id.0) {
        return None;
    }
    let (name, others): (_, &[&str]) = match kind {
        Identity::KIND => ("subject", &[]),
        Factor::KIND => ("name", &[]),
        _ => ("user_name", &["external_id", "given_name", "family_name"]),
    };
    members.insert(name.to_owned(), erased_address(id).into());
    for name in others {
        members.insert((*name).to_owned(), Value::Null);
    }
    Some(Value::Object(members).to_string())
}

/// The record of another kind, or of another person.
fn replaced(kind: &str, record: &str, words: &Words) -> Option<String> {
    if !words.may_be_in(record) {
        return None;
    }
    let name = kinds::table(kind)?;
    let table = TABLES.iter().find(|table| table.name == name)?;
    let mut members: Map<String, Value> = serde_json::from_str(record).ok()?;
    let found = table.columns.iter().fold(false, |found, (column, form)| {
        members.get_mut(*column).is_some_and(|member| words.replace_in_member(*form, member)) | found
    });
    found.then(|| Value::Object(members).to_string())
}

/// The changes of the contents of an account's events after one and up to another, in the order of the events.
pub async fn of_span(
    conn: &mut Conn,
    account_id: AccountId,
    (after, until): (i64, i64),
) -> db::Result<Vec<ErasedEvent>> {
    conn.all(&bind![OF_SPAN; account_id, after, until], |row| {
        let (sequence, erasure_id) = (row.get(0)?, row.get(1)?);
        Ok(ErasedEvent { sequence, erasure_id, before: row.get(2)?, after: row.get(3)? })
    })
    .await
}
