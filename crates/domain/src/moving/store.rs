//! The SQL of moving in.

use std::collections::HashMap;

use super::{Position, Route};
use crate::error::Result;
use db::{Conn, List};
use db::{bind, in_ids, statements};

statements! {
    FIND = "select source_id, own_id, digest, created from source_records
        where account_id = :account_id and source = :source and kind = :kind and ", in_ids!("source_id", "ids");
    INSERT = "insert into source_records (account_id, source, kind, source_id, own_id, digest, created)
        values (:account_id, :source, :kind, :source_id, :own_id, :digest, :created)";
    UPDATE = "update source_records set digest = :digest
        where account_id = :account_id and source = :source and kind = :kind and source_id = :source_id";
    POSITION = "select stage, place from source_positions where account_id = :account_id and source = :source";
    KEEP_POSITION = "insert into source_positions (account_id, source, stage, place)
        values (:account_id, :source, :stage, :place)
        on conflict (account_id, source) do update set stage = excluded.stage, place = excluded.place";
    FORGET_POSITION = "delete from source_positions where account_id = :account_id and source = :source";
}

/// A record that came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its id here.
    pub own_id: i64,
    /// The digest of the record as it came; empty if a part of it is still to come.
    pub digest: String,
    /// Whether the import created it.
    pub created: bool,
}

/// The ones of some records that came before, by their ids there.
pub async fn find(
    conn: &mut Conn,
    route: &Route,
    kind: &str,
    ids: &List<i64>,
) -> Result<HashMap<i64, Known>> {
    let query = bind![FIND; route.change.account_id, source: &route.source, kind, ids];
    let known = conn.all(&query, |row| {
        Ok((row.get(0)?, Known { own_id: row.get(1)?, digest: row.get(2)?, created: row.get(3)? }))
    });
    Ok(known.await?.into_iter().collect())
}

/// Remembers a record that came for the first time.
pub async fn insert(
    conn: &mut Conn,
    route: &Route,
    kind: &str,
    source_id: i64,
    Known { own_id, digest, created }: &Known,
) -> Result<()> {
    let query = bind![INSERT;
        route.change.account_id, source: &route.source, kind, source_id, own_id: *own_id, digest, created: *created
    ];
    Ok(conn.run(&query).await.map(drop)?)
}

/// Remembers a record as it came now.
pub async fn update(conn: &mut Conn, route: &Route, kind: &str, source_id: i64, digest: &str) -> Result<()> {
    let query = bind![UPDATE; route.change.account_id, source: &route.source, kind, source_id, digest];
    Ok(conn.run(&query).await.map(drop)?)
}

/// How far an import from the source came that did not end.
pub async fn position(conn: &mut Conn, route: &Route) -> Result<Option<Position>> {
    let query = bind![POSITION; route.change.account_id, source: &route.source];
    let read = conn.first(&query, |row| Ok(Position { stage: row.get(0)?, place: row.get(1)? }));
    Ok(read.await?)
}

/// Remembers how far an import came; `None` if it ended.
pub async fn keep_position(conn: &mut Conn, route: &Route, position: Option<Position>) -> Result<()> {
    let query = match position {
        Some(Position { stage, place }) => {
            conn.run(&bind![KEEP_POSITION; route.change.account_id, source: &route.source, stage, place])
                .await
        }
        None => conn.run(&bind![FORGET_POSITION; route.change.account_id, source: &route.source]).await,
    };
    Ok(query.map(drop)?)
}
