//! The SQL of versions.

pub mod packages;

use super::{Facts, Version};
use crate::ids::AccountId;
use crate::record::CREATED;
use base::clock::Time;
use db::{Conn, Row};
use db::{bind, statements};

statements! {
    ADD = "with n (account_id, sequence, subject_type, subject_id, kind, at, effective, color, archived, status_key,
            title_key, search_text, updated_at, workspace_id, created_at) as (
        values (cast(:account_id as bigint), cast(:sequence as bigint), cast(:subject_type as text),
            cast(:subject_id as bigint), cast(:kind as text), cast(:at as bigint), cast(:effective as bigint),
            cast(:color as text), cast(:archived as boolean), cast(:status_key as bigint), cast(:title_key as text),
            cast(:search_text as text), cast(:updated_at as bigint), cast(:workspace_id as bigint),
            cast(:created_at as bigint)))
        insert into versions (account_id, sequence, subject_type, subject_id, number, kind, at, effective, color,
            archived, status_key, title_key, search_text, updated_at, workspace_id, created_at)
        select n.account_id, n.sequence, n.subject_type, n.subject_id,
            coalesce((select max(v.number) from versions v where v.account_id = n.account_id
                and v.subject_type = n.subject_type and v.subject_id = n.subject_id), 0) + 1,
            n.kind, n.at, n.effective, n.color, n.archived, n.status_key, n.title_key, n.search_text, n.updated_at,
            n.workspace_id, n.created_at
        from n";
    ADD_FIRST = "insert into versions (account_id, sequence, subject_type, subject_id, number, kind, at, effective, color,
            archived, status_key, title_key, search_text, updated_at, workspace_id, created_at)
        values (:account_id, :sequence, :subject_type, :subject_id, 1, :kind, :at, :effective, :color, :archived, :status_key,
            :title_key, :search_text, :updated_at, :workspace_id, :created_at)";
    INCOMPLETE = "select id from accounts where versions_sequence < event_sequence
            or work_package_states_sequence < event_sequence
        order by id limit 1";
    COMPLETE_TO = "select versions_sequence from accounts where id = :account_id";
    SET_COMPLETE_TO = "update accounts set versions_sequence = :sequence where id = :account_id";
    RENUMBER_REPORTS = "update status_reports set version = (select max(v.number) from versions v
            where v.account_id = status_reports.account_id and v.subject_type = 'status_report'
                and v.subject_id = status_reports.id)
        where account_id = :account_id and exists (select 1 from versions v
            where v.account_id = status_reports.account_id and v.subject_type = 'status_report'
                and v.subject_id = status_reports.id and v.kind = 'deleted')";
    OF_LOG = "select sequence, subject_type, subject_id, kind, at, effective, color, archived, status_key, title_key,
            search_text, updated_at, workspace_id, created_at
        from versions where account_id = :account_id and sequence > :after and sequence <= :until order by sequence";
    MISNUMBERED = "select v.account_id, v.subject_type, v.subject_id from versions v
        group by v.account_id, v.subject_type, v.subject_id
        having max(v.number) - min(v.number) + 1 <> count(*) or (min(v.number) <> 1 and not exists
            (select 1 from status_report_versions b where v.subject_type = 'status_report'
                and b.account_id = v.account_id and b.status_report_id = v.subject_id))
        order by 1, 2, 3 limit :limit";
}

macro_rules! bind_version {
    ($statement:ident, $account_id:ident, $version:ident) => {{
        let (account_id, version, facts) = ($account_id, $version, &$version.facts);
        bind![$statement;
            account_id,
            version.sequence,
            version.subject_type,
            version.subject_id,
            version.kind,
            version.at,
            version.effective,
            facts.color,
            facts.archived,
            facts.status_key,
            facts.title_key,
            facts.search_text,
            facts.updated_at,
            facts.workspace_id,
            facts.created_at,
        ]
    }};
}

/// Adds the first version of a record, whose id is new.
pub fn add_first(conn: &mut Conn, account_id: AccountId, version: &Version<'_>) {
    conn.defer(&bind_version![ADD_FIRST, account_id, version]);
}

/// Adds versions of an account, in the order of their events.
pub async fn add(conn: &mut Conn, account_id: AccountId, versions: &[Version<'_>]) -> db::Result<()> {
    for version in versions {
        let query = bind_version![ADD, account_id, version];
        // Other versions are counted when they are added, so that those of one record get one number after the other.
        if version.kind == CREATED {
            conn.defer(&query);
        } else {
            conn.submit(&query).await?;
        }
    }
    Ok(())
}

/// An account whose versions, or whose states of work packages, are not complete: it was written before the store had them.
pub async fn incomplete(conn: &mut Conn) -> db::Result<Option<AccountId>> {
    conn.first(&bind![INCOMPLETE], |row| row.get(0)).await
}

/// The number of the last event whose version the store has.
pub async fn complete_to(conn: &mut Conn, account_id: AccountId) -> db::Result<i64> {
    conn.scalar(&bind![COMPLETE_TO; account_id]).await
}

/// Says that the store has the versions up to an event.
pub async fn set_complete_to(conn: &mut Conn, account_id: AccountId, sequence: i64) -> db::Result<()> {
    conn.run(&bind![SET_COMPLETE_TO; account_id, sequence]).await.map(drop)
}

/// Numbers the reports of an account that were deleted and imported again.
pub async fn renumber_reports(conn: &mut Conn, account_id: AccountId) -> db::Result<()> {
    conn.run(&bind![RENUMBER_REPORTS; account_id]).await.map(drop)
}

/// A version as the store has it.
#[derive(Clone, Debug)]
pub struct Stored {
    subject_type: String,
    kind: String,
    version: (i64, i64, Time, Time, Facts),
}

impl Stored {
    /// The version.
    pub fn version(&self) -> Version<'_> {
        let (sequence, subject_id, at, effective, facts) = &self.version;
        Version {
            sequence: *sequence,
            subject_type: &self.subject_type,
            subject_id: *subject_id,
            kind: &self.kind,
            at: *at,
            effective: *effective,
            facts: facts.clone(),
        }
    }
}

/// The versions of an account after an event, up to another, in their order.
pub async fn of_log(
    conn: &mut Conn,
    account_id: AccountId,
    (after, until): (i64, i64),
) -> db::Result<Vec<Stored>> {
    let stored = |row: &Row<'_>| {
        let facts = Facts {
            color: row.get(6)?,
            archived: row.get(7)?,
            status_key: row.get(8)?,
            title_key: row.get(9)?,
            search_text: row.get(10)?,
            updated_at: row.get(11)?,
            workspace_id: row.get(12)?,
            created_at: row.get(13)?,
        };
        let version = (row.get(0)?, row.get(2)?, row.get(4)?, row.get(5)?, facts);
        Ok(Stored { subject_type: row.get(1)?, kind: row.get(3)?, version })
    };
    conn.all(&bind![OF_LOG; account_id, after, until], stored).await
}

/// The subjects whose versions are not numbered without a gap: account, kind and id.
pub async fn misnumbered(conn: &mut Conn, limit: i64) -> db::Result<Vec<(AccountId, String, i64)>> {
    conn.all(&bind![MISNUMBERED; limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await
}
