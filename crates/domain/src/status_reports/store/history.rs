//! The versions of reports: from the log, and from before an import.

use std::collections::HashMap;

use crate::events;
use crate::ids::{AccountId, ReportId};
use crate::record::Logged;
use crate::report_history::{Change, ReportVersion};
use crate::status_reports::StatusReport;
use crate::table;
use crate::table::{Codec, Json, Table, record};
use crate::versions::past::Past;
use base::clock::Time;
use db::{Conn, Error, List, Row};
use db::{bind, in_ids, named_column, sql, statements};

record! {
    ReportVersion in status_report_versions { id, account_id, status_report_id, version, change, at, user_id, surface, report as Json }
}

named_column! { Change: named, name; }

/// The versions that follow from the log. What an import brought is the last version of those before it, and has no
/// number of its own if there are any.
const LOGGED: &str = sql!(
    "select v.account_id, v.sequence, v.subject_id, v.number, v.kind, v.at, e.actor_id, e.surface,
        coalesce(e.after, e.before)
    from versions v join events e on e.account_id = v.account_id and e.sequence = v.sequence
    where v.subject_type = '",
    StatusReport::KIND,
    "' and v.number > coalesce((select max(b.version) from status_report_versions b
        where b.account_id = v.account_id and b.status_report_id = v.subject_id), 0)"
);

/// Whether something happened to the report in this store, apart from its import.
const LIVED: &str = " and exists (select 1 from versions o
    join events i on i.account_id = o.account_id and i.sequence = o.sequence
    where o.account_id = v.account_id and o.subject_type = v.subject_type and o.subject_id = v.subject_id
        and i.surface <> 'command_line')";

statements! {
    OF_REPORT = LOGGED, " and v.account_id = :account_id and v.subject_id = :id and v.number < :before
            and v.effective <= :as_of and v.at <= :known_at
        order by v.number desc limit :limit";
    BEFORE_IMPORT = "select ", ReportVersion::COLUMNS, " from status_report_versions
        where account_id = :account_id and status_report_id = :id and version < :before and at <= :as_of
            and exists (select 1 from versions v where v.account_id = :account_id and v.subject_type = 'status_report'
                and v.subject_id = :id and v.at <= :known_at)
        order by version desc limit :limit";
    TO_EXPORT = LOGGED, LIVED, " and v.account_id = :account_id and v.sequence > :sequence
        order by v.sequence limit :limit";
    OF_REPORTS = LOGGED, LIVED, " and ", in_ids!("v.subject_id", "ids");
    LAST_ID = "select coalesce(max(id), 0) from status_report_versions";
    // What an import must not add to: a report that has been written here, and a history with a gap.
    REFUSED = "select v.subject_id from versions v where v.subject_type = 'status_report' and ",
        in_ids!("v.subject_id", "ids"), LIVED, "
        union select b.status_report_id from status_report_versions b where ", in_ids!("b.status_report_id", "ids"), "
        group by b.account_id, b.status_report_id having count(*) <> max(b.version)";
    RENUMBER = "update versions set number = number - (select max(o.number) from versions o
                where o.account_id = versions.account_id and o.subject_type = versions.subject_type
                    and o.subject_id = versions.subject_id)
            + (select max(b.version) from status_report_versions b
                where b.account_id = versions.account_id and b.status_report_id = versions.subject_id)
        where account_id = :account_id and subject_type = 'status_report' and subject_id = :id";
    NUMBER_REPORT = "update status_reports set version = (select max(b.version) from status_report_versions b
            where b.account_id = :account_id and b.status_report_id = :id)
        where account_id = :account_id and id = :id";
    NUMBER_DELETED = "update deleted_status_reports set version = (select max(b.version) from status_report_versions b
            where b.account_id = :account_id and b.status_report_id = :id)
        where account_id = :account_id and id = :id";
}

/// A row of [`LOGGED`], with an id from a number that it is added to.
fn logged(row: &Row<'_>, base: i64) -> db::Result<ReportVersion> {
    let account_id = row.get(0)?;
    let report = <Json as Codec<StatusReport>>::read(row, 8)?;
    Ok(ReportVersion {
        id: base + row.get::<i64>(1)?,
        account_id,
        status_report_id: row.get(2)?,
        version: row.get(3)?,
        change: row.get(4)?,
        at: row.get(5)?,
        user_id: row.get(6)?,
        surface: row.get(7)?,
        report: StatusReport { account_id, ..report },
    })
}

/// At most `limit` versions of a report with a lower number than `before`, the newest first; in the past, those that were there.
pub async fn of_report(
    conn: &mut Conn,
    account_id: AccountId,
    id: ReportId,
    past: Option<Past>,
    (before, limit): (i64, i64),
) -> db::Result<Vec<ReportVersion>> {
    let Past { as_of, known_at } = past.unwrap_or(Past { as_of: Time::MAX, known_at: Time::MAX });
    let query = bind![OF_REPORT; account_id, id, before, as_of, known_at, limit];
    let mut found = conn.all(&query, |row| logged(row, 0)).await?;
    let rest = limit - i64::try_from(found.len()).unwrap_or(limit);
    let query = bind![BEFORE_IMPORT; account_id, id, before, as_of, known_at, limit: rest];
    found.extend(conn.all(&query, ReportVersion::read).await?);
    Ok(found)
}

/// The versions to export with a higher id than `id`, by id: those from before an import, and those from the log of one
/// account after the other. The versions of reports that were imported and nothing else are left out.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<ReportVersion>> {
    let mut found: Vec<ReportVersion> = table::after(conn, id, limit).await?;
    let mut base: i64 = conn.scalar(&bind![LAST_ID]).await?;
    let mut account = AccountId(i64::MIN);
    loop {
        let heads = events::store::heads(conn, account, limit).await?;
        let Some(end) = heads.last() else { return Ok(found) };
        account = end.account_id;
        for head in &heads {
            let rest = limit - i64::try_from(found.len()).unwrap_or(limit);
            if rest > 0 && id < base + head.sequence {
                let query = bind![TO_EXPORT; head.account_id, sequence: id.saturating_sub(base), limit: rest];
                found.extend(conn.all(&query, |row| logged(row, base)).await?);
            }
            base += head.sequence;
        }
    }
}

/// The existing ones of the versions in some lines. A version from the log gets the id of its line.
pub async fn existing(conn: &mut Conn, lines: &[&ReportVersion]) -> db::Result<Vec<ReportVersion>> {
    let ids = lines.iter().map(|line| line.id).collect();
    let mut found: Vec<ReportVersion> = table::with_ids(conn, &ids).await?;
    let reports: List<ReportId> = lines.iter().map(|line| line.status_report_id).collect();
    let logged = conn.all(&bind![OF_REPORTS; ids: &reports], |row| logged(row, 0)).await?;
    let mut logged: HashMap<_, _> =
        logged.into_iter().map(|version| ((version.status_report_id, version.version), version)).collect();
    for line in lines {
        let version = logged.remove(&(line.status_report_id, line.version));
        found.extend(version.map(|version| version.with_id(line.id)));
    }
    Ok(found)
}

/// Finishes the import of versions: those that the log has of the reports get the numbers after them.
///
/// # Errors
/// [`Error::Constraint`] with the first version of a report that has been written here, or whose history has a gap.
pub async fn imported(conn: &mut Conn, new: &[ReportVersion]) -> db::Result<()> {
    let ids: List<ReportId> = new.iter().map(|version| version.status_report_id).collect();
    let refused: Vec<ReportId> = conn.all(&bind![REFUSED; ids: &ids], |row| row.get(0)).await?;
    if let Some(row) = new.iter().position(|version| refused.contains(&version.status_report_id)) {
        return Err(Error::Constraint { text: "the report has other versions".into(), row: Some(row) });
    }
    let mut reports: Vec<_> =
        new.iter().map(|version| (version.account_id, version.status_report_id)).collect();
    reports.sort_unstable();
    reports.dedup();
    macro_rules! run {
        ($($statement:ident),+) => {
            $(
                let queries: Vec<_> =
                    reports.iter().map(|(account_id, id)| bind![$statement; account_id: *account_id, id: *id]).collect();
                conn.run_many(&queries).await?;
            )+
        };
    }
    run!(RENUMBER, NUMBER_REPORT, NUMBER_DELETED);
    Ok(())
}
