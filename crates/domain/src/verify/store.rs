//! The SQL of the check, for rules that no constraint of the schema ensures.

pub mod references;
pub mod replay;

use crate::accounts::store::row::BLOCK_SIZES;
use crate::error::Result;
use crate::ids::{AccountId, ReportId};
use crate::table::Table;
use base::clock::Time;
use db::Conn;
use db::{bind, statements};

/// The maximal number of findings of one kind.
pub const LIMIT: i64 = 100;

statements! {
    ACCOUNT_COUNTERS = "select a.id, a.status_reports, coalesce(r.counted, 0) from accounts a
        left join (select account_id, count(*) as counted from status_reports group by account_id) r
            on r.account_id = a.id
        where a.status_reports <> coalesce(r.counted, 0) order by a.id limit :limit";
    WORKSPACE_COUNTERS = "select w.account_id, w.id, coalesce(k.status_reports, -1), coalesce(r.counted, 0),
            coalesce(k.status_changes, -1), coalesce(c.counted, 0)
        from workspaces w
        left join workspace_counters k on k.account_id = w.account_id and k.workspace_id = w.id
        left join (select account_id, workspace_id, count(*) as counted from status_reports
                group by account_id, workspace_id) r
            on r.account_id = w.account_id and r.workspace_id = w.id
        left join (select account_id, workspace_id, count(*) as counted from workspace_status_changes
                group by account_id, workspace_id) c
            on c.account_id = w.account_id and c.workspace_id = w.id
        where coalesce(k.status_reports, -1) <> coalesce(r.counted, 0)
            or coalesce(k.status_changes, -1) <> coalesce(c.counted, 0)
        order by w.account_id, w.id limit :limit";
    BLOCK_COUNTERS = "select coalesce(b.account_id, r.account_id), coalesce(b.block, r.block),
            coalesce(b.status_reports, 0), coalesce(r.counted, 0)
        from (select account_id, block, status_reports from status_report_blocks where size = :size) b
        full join (select account_id, id / cast(:size as bigint) as block, count(*) as counted from status_reports
                group by account_id, id / cast(:size as bigint)) r
            on r.account_id = b.account_id and r.block = b.block
        where coalesce(b.status_reports, 0) <> coalesce(r.counted, 0) order by 1, 2 limit :limit";
    SUBJECTS = "select r.account_id, r.id, r.subject_type, r.subject_id from external_references r
        where not case r.subject_type
            when 'Workspace' then r.subject_id = r.workspace_id
            when 'StatusReport' then exists (select 1 from status_reports s where s.account_id = r.account_id
                and s.id = r.subject_id and s.workspace_id = r.workspace_id)
            else false end
        order by r.account_id, r.id limit :limit";
    ACTORS = "select e.account_id, min(e.sequence), e.actor_id from events e
        where e.actor_id is not null
            and not exists (select 1 from users u where u.account_id = e.account_id and u.id = e.actor_id)
        group by e.account_id, e.actor_id order by e.account_id, min(e.sequence) limit :limit";
    LOST_EVENTS = "select e.account_id, count(*) from events e
        where not exists (select 1 from accounts a where a.id = e.account_id)
        group by e.account_id order by e.account_id limit :limit";
    VERSIONS = "select r.account_id, r.kind, r.id, r.version, r.written from (
            select account_id, 'workspace' as kind, id, version, (select max(v.number) from versions v
                where v.account_id = w.account_id and v.subject_type = 'workspace' and v.subject_id = w.id) as written
            from workspaces w
            union all select account_id, 'status_report', id, version, (select max(v.number) from versions v
                where v.account_id = s.account_id and v.subject_type = 'status_report' and v.subject_id = s.id)
            from status_reports s
            union all select account_id, 'deleted_status_report', id, version, (select max(v.number) from versions v
                where v.account_id = d.account_id and v.subject_type = 'status_report' and v.subject_id = d.id)
            from deleted_status_reports d) as r
        where r.version <> r.written order by 1, 2, 3 limit :limit";
    LAST_DELETION = "select v.kind, v.sequence, e.surface, e.at, e.before from versions v
        join events e on e.account_id = v.account_id and e.sequence = v.sequence
        where v.account_id = :account_id and v.subject_type = 'status_report' and v.subject_id = :id
        order by v.sequence desc limit 1";
    KEPT_DELETIONS = "select v.account_id, v.subject_id, max(v.sequence) from versions v
        where v.subject_type = 'status_report'
            and not exists (select 1 from status_reports s where s.account_id = v.account_id and s.id = v.subject_id)
            and not exists (select 1 from deleted_status_reports d
                where d.account_id = v.account_id and d.id = v.subject_id)
        group by v.account_id, v.subject_id order by 1, 2 limit :limit";
}

/// The next id of a kind, of a row that may not be readable.
pub async fn next_id<R: Table>(conn: &mut Conn, id: i64) -> Result<Option<i64>> {
    Ok(conn.first(&bind![R::NEXT_ID; id], |row| row.get(0)).await?.flatten())
}

/// Findings about wrong counters.
pub async fn counters(conn: &mut Conn) -> Result<Vec<String>> {
    let mut found = conn
        .all(&bind![ACCOUNT_COUNTERS; limit: LIMIT], |row| {
            let (id, kept, counted): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(format!("account {id}: its counter of status reports says {kept}, and there are {counted}"))
        })
        .await?;
    let of_workspaces = conn
        .all(&bind![WORKSPACE_COUNTERS; limit: LIMIT], |row| {
            let (account, id): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (reports, counted_reports): (i64, i64) = (row.get(2)?, row.get(3)?);
            let (changes, counted_changes): (i64, i64) = (row.get(4)?, row.get(5)?);
            Ok(if reports < 0 && changes < 0 {
                format!("account {account}, workspace {id}: it has no counters")
            } else {
                format!(
                    "account {account}, workspace {id}: its counters say {reports} status reports and {changes} \
                     status changes, and there are {counted_reports} and {counted_changes}"
                )
            })
        })
        .await?;
    found.extend(of_workspaces);
    for size in BLOCK_SIZES {
        let query = bind![BLOCK_COUNTERS; limit: LIMIT, size];
        let of_blocks = conn.all(&query, |row| {
            let (account, block): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (kept, counted): (i64, i64) = (row.get(2)?, row.get(3)?);
            let first = block * size;
            Ok(format!(
                "account {account}: its counter of the {size} status reports from {first} on says {kept}, and there are \
                 {counted}"
            ))
        });
        found.extend(of_blocks.await?);
    }
    Ok(found)
}

/// Findings about broken references that the schema does not declare.
pub async fn undeclared(conn: &mut Conn) -> Result<Vec<String>> {
    let mut found = conn
        .all(&bind![SUBJECTS; limit: LIMIT], |row| {
            let (account, id, subject): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let of: String = row.get(2)?;
            Ok(format!(
                "account {account}, external_reference {id}: its subject, {of} {subject}, is not there"
            ))
        })
        .await?;
    let actors = conn
        .all(&bind![ACTORS; limit: LIMIT], |row| {
            let (account, sequence, actor): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(format!("account {account}, event {sequence}: who wrote it, user {actor}, is not there"))
        })
        .await?;
    let lost = conn
        .all(&bind![LOST_EVENTS; limit: LIMIT], |row| {
            let (account, count): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(format!("account {account}: it is not there, and has {count} events"))
        })
        .await?;
    found.extend(actors);
    found.extend(lost);
    Ok(found)
}

/// Findings about wrong numbers of versions.
pub async fn versions(conn: &mut Conn) -> db::Result<Vec<String>> {
    conn.all(&bind![VERSIONS; limit: LIMIT], |row| {
        let (account, kind, id): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (version, written): (i64, i64) = (row.get(3)?, row.get(4)?);
        Ok(format!(
            "account {account}, {kind} {id}: its version is {version}, and it was written {written} times"
        ))
    })
    .await
}

/// The last event of a report.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the event")]
pub struct LastEvent {
    pub kind: String,
    pub sequence: i64,
    pub surface: String,
    pub at: Time,
    pub before: Option<String>,
}

/// The last event of a report that has versions.
pub async fn last_event(
    conn: &mut Conn,
    account_id: AccountId,
    id: ReportId,
) -> db::Result<Option<LastEvent>> {
    conn.first(&bind![LAST_DELETION; account_id, id], |row| {
        let (kind, sequence, surface) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(LastEvent { kind, sequence, surface, at: row.get(3)?, before: row.get(4)? })
    })
    .await
}

/// Findings about reports that are neither there nor among the deleted ones.
pub async fn lost_reports(conn: &mut Conn) -> db::Result<Vec<String>> {
    conn.all(&bind![KEPT_DELETIONS; limit: LIMIT], |row| {
        let (account, id, sequence): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!(
            "account {account}, deleted_status_report {id}: it is not there, and event {sequence} deleted the report"
        ))
    })
    .await
}
