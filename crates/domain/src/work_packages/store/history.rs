//! The versions of work packages, from the log.

use std::collections::HashMap;

use crate::ids::{AccountId, UserId, WorkPackageId};
use crate::record::Logged;
use crate::table::{Codec, Json};
use crate::work_packages::WorkPackage;
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, sql, statements};

const SUBJECT: &str = sql!("v.account_id = :account_id and v.subject_type = '", WorkPackage::KIND, "'");

statements! {
    OF_PACKAGE = "select v.number, v.kind, v.at, e.actor_id, e.surface, coalesce(e.after, e.before)
        from versions v join events e on e.account_id = v.account_id and e.sequence = v.sequence
        where ", SUBJECT, " and v.subject_id = :id and v.number < :before order by v.number desc limit :limit";
    LAST = "select v.subject_id, max(v.number) from versions v where ", SUBJECT, " and ",
        in_ids!("v.subject_id", "ids"), " group by v.subject_id";
}

/// A state of a work package.
#[derive(Clone, Debug)]
pub struct Version {
    /// 1, 2, 3, ... of each work package.
    pub number: i64,
    /// The kind of its event.
    pub kind: String,
    /// When it was written.
    pub at: Time,
    /// Who wrote it.
    pub user_id: Option<UserId>,
    /// Where it was written.
    pub surface: String,
    /// The work package then.
    pub package: WorkPackage,
}

/// At most `limit` versions of a work package with a lower number than `before`, the newest first.
pub async fn of_package(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkPackageId,
    before: i64,
    limit: i64,
) -> db::Result<Vec<Version>> {
    let version = |row: &Row<'_>| {
        let package = <Json as Codec<WorkPackage>>::read(row, 5)?;
        Ok(Version {
            number: row.get(0)?,
            kind: row.get(1)?,
            at: row.get(2)?,
            user_id: row.get(3)?,
            surface: row.get(4)?,
            package: WorkPackage { account_id, ..package },
        })
    };
    conn.all(&bind![OF_PACKAGE; account_id, id, before, limit], version).await
}

/// The number of the last version of each of some work packages.
pub async fn last(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkPackageId>,
) -> db::Result<HashMap<WorkPackageId, i64>> {
    let found = conn.all(&bind![LAST; account_id, ids], |row| Ok((row.get(0)?, row.get(1)?))).await?;
    Ok(found.into_iter().collect())
}
