//! The records that result from the events, on disk, because they may not fit into memory.

use crate::ids::AccountId;
use db::{Conn, Error, Row, Statement, bind, statement};

use crate::events::Link;
use crate::verify::digests::digest;

/// SQLite keeps what does not fit into its cache in a file without a name, which ends with the connection.
const PREPARE: &str = "
    pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file; pragma cache_size = -16000;
    create table records (kind text, account_id integer, id integer, sequence integer not null, digest blob,
        seen integer not null, primary key (kind, account_id, id)) without rowid;
    begin";

/// Statements of this file run on SQLite alone, and not on the store.
const KEEP: Statement =
    statement!("insert or replace into records values (:kind, :account_id, :id, :sequence, :digest, 0)");
const FIND: Statement = statement!(
    "select sequence, digest from records where kind = :kind and account_id = :account_id and id = :id"
);
const MARK: Statement =
    statement!("update records set seen = 1 where kind = :kind and account_id = :account_id and id = :id");
const UNSEEN: Statement = statement!(
    "select kind, account_id, id, sequence from records where seen = 0 and digest is not null limit :limit"
);

/// The records that result from the events, each as the digest of its text.
pub struct Replay(Conn);

/// The state of a record by the log.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its last event.
    pub sequence: i64,
    /// The digest of the record after that event; none if it was deleted.
    pub digest: Option<[u8; 32]>,
}

impl Replay {
    /// Before any event.
    pub fn new() -> Result<Self, Error> {
        Conn::scratch(PREPARE).map(Self)
    }

    /// Applies the next event of an account, and returns the findings about it.
    pub async fn step(&mut self, link: &Link) -> Result<Vec<String>, Error> {
        let (event, mut wrong) = (&link.event, Vec::new());
        let mut tell =
            |what: &str| wrong.push(format!("account {}, event {}: {what}", link.account_id, event.sequence));
        let kind = match (&event.before, &event.after) {
            (None, Some(_)) => "created",
            (Some(_), Some(_)) => "updated",
            (Some(_), None) => "deleted",
            (None, None) => "",
        };
        let is_back = kind == "created" && event.kind == "restored";
        if kind != event.kind && !is_back {
            tell("its kind does not go with what was before and after");
        }
        let known = self.known(&event.subject_type, link.account_id, event.subject_id).await?;
        if known.and_then(|known| known.digest) != event.before.as_deref().map(digest) {
            tell("what was before it is not what the events up to it lead to");
        }
        let after = event.after.as_deref().map(digest);
        let query = bind![KEEP;
            kind: &event.subject_type,
            link.account_id,
            id: event.subject_id,
            event.sequence,
            digest: &after,
        ];
        self.0.run(&query).await?;
        Ok(wrong)
    }

    /// The state of a record by the log.
    pub async fn known(
        &mut self,
        kind: &str,
        account_id: AccountId,
        id: i64,
    ) -> Result<Option<Known>, Error> {
        let known = |row: &Row<'_>| Ok(Known { sequence: row.get(0)?, digest: row.get(1)? });
        self.0.first(&bind![FIND; kind, account_id, id], known).await
    }

    /// [`Replay::known`] of a record that the store has.
    pub async fn seen(&mut self, kind: &str, account_id: AccountId, id: i64) -> Result<Option<Known>, Error> {
        self.0.run(&bind![MARK; kind, account_id, id]).await?;
        self.known(kind, account_id, id).await
    }

    /// The records that result from the log and that the store does not have: kind, account, id and last event.
    pub async fn unseen(&mut self, limit: i64) -> Result<Vec<(String, i64, i64, i64)>, Error> {
        let record = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        self.0.all(&bind![UNSEEN; limit], record).await
    }
}
