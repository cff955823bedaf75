//! Where an account's events lead to, kept outside of memory: a log may name more records than fit.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::db::Error;
use crate::domain::events::Link;

/// SQLite keeps what does not fit into its cache in a file without a name, which ends with the connection.
const PREPARE: &str = "
    pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file; pragma cache_size = -16000;
    create table records (kind text, account_id integer, id integer, sequence integer not null, digest blob,
        writes integer not null, seen integer not null, primary key (kind, account_id, id)) without rowid;
    begin";

/// The records that the events lead to, each by the digest of its text.
pub struct Replay(Connection);

/// What the log knows of a record.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its last event.
    pub sequence: i64,
    /// The digest of what that event left; none where it left nothing.
    pub digest: Option<[u8; 32]>,
    /// How often it was written since it was made, its making included.
    pub writes: i64,
}

impl Replay {
    /// Before any event.
    pub fn new() -> Result<Self, Error> {
        let connection = Connection::open("")?;
        connection.execute_batch(PREPARE)?;
        Ok(Self(connection))
    }

    /// The next event of an account.
    pub fn step(&mut self, link: &Link, tell: &mut impl FnMut(String)) -> Result<(), Error> {
        let event = &link.event;
        let mut wrong =
            |what: &str| tell(format!("account {}, event {}: {what}", link.account_id, event.sequence));
        let kind = match (&event.before, &event.after) {
            (None, Some(_)) => "created",
            (Some(_), Some(_)) => "updated",
            (Some(_), None) => "deleted",
            (None, None) => "",
        };
        if kind != event.kind {
            wrong("its kind does not go with what was before and after");
        }
        let known = self.known(&event.subject_type, link.account_id, event.subject_id)?;
        if known.and_then(|known| known.digest) != event.before.as_deref().map(digest) {
            wrong("what was before it is not what the events up to it lead to");
        }
        let writes = known.filter(|known| known.digest.is_some()).map_or(0, |known| known.writes) + 1;
        let after = event.after.as_deref().map(digest);
        self.0.prepare_cached("insert or replace into records values (?1, ?2, ?3, ?4, ?5, ?6, 0)")?.execute(
            params![event.subject_type, link.account_id, event.subject_id, event.sequence, after, writes],
        )?;
        Ok(())
    }

    /// What the log knows of a record.
    pub fn known(&mut self, kind: &str, account_id: i64, id: i64) -> Result<Option<Known>, Error> {
        let mut find = self.0.prepare_cached(
            "select sequence, digest, writes from records where kind = ?1 and account_id = ?2 and id = ?3",
        )?;
        let known = find.query_row(params![kind, account_id, id], |row| {
            Ok(Known { sequence: row.get(0)?, digest: row.get(1)?, writes: row.get(2)? })
        });
        Ok(known.optional()?)
    }

    /// The same, of a record that the store has.
    pub fn seen(&mut self, kind: &str, account_id: i64, id: i64) -> Result<Option<Known>, Error> {
        self.0
            .prepare_cached("update records set seen = 1 where kind = ?1 and account_id = ?2 and id = ?3")?
            .execute(params![kind, account_id, id])?;
        self.known(kind, account_id, id)
    }

    /// The records that the log leads to and the store does not have: kind, account, id and last event.
    pub fn unseen(&mut self, limit: i64) -> Result<Vec<(String, i64, i64, i64)>, Error> {
        let mut find = self.0.prepare_cached(
            "select kind, account_id, id, sequence from records where seen = 0 and digest is not null limit ?1",
        )?;
        let found =
            find.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

/// The digest of a record's text: members in the order of their names, and a member that is null as one that is absent,
/// so that what an earlier version wrote is still the same when records get a further member.
pub fn digest(text: &str) -> [u8; 32] {
    match members(text) {
        Some(members) => Sha256::digest(serde_json::json!(members).to_string()).into(),
        None => Sha256::digest(text).into(),
    }
}

/// The members that two texts of a record do not share.
pub fn differing(one: &str, other: &str) -> Vec<String> {
    let (one, other) = (members(one).unwrap_or_default(), members(other).unwrap_or_default());
    let mut names: Vec<String> = one.keys().chain(other.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names.retain(|name| one.get(name) != other.get(name));
    names
}

fn members(text: &str) -> Option<BTreeMap<String, Value>> {
    let mut members: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
    members.retain(|_, value| !value.is_null());
    Some(members)
}
