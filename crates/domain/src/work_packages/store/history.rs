//! The versions of work packages, from the log.

use std::collections::HashMap;

use crate::ids::{AccountId, UserId, WorkPackageId};
use crate::record::Logged;
use crate::table::{Codec, Json};
use crate::versions::past::{Past, in_past};
use crate::work_packages::WorkPackage;
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, sql, statements};

const SUBJECT: &str = sql!("v.account_id = :account_id and v.subject_type = '", WorkPackage::KIND, "'");

statements! {
    OF_PACKAGE = "select v.number, v.kind, v.at, e.actor_id, e.surface, coalesce(e.after, e.before)
        from versions v join events e on e.account_id = v.account_id and e.sequence = v.sequence
        where ", SUBJECT, " and v.subject_id = :id and v.number < :before and v.effective <= :as_of and v.at <= :known_at
        order by v.number desc limit :limit";
    LAST = "select v.subject_id, max(v.number) from versions v where ", SUBJECT, " and ",
        in_ids!("v.subject_id", "ids"), " group by v.subject_id";
    LAST_THEN = "select v.subject_id, v.number from json_each(cast(:ids as text)) asked cross join versions v
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "work_package" "cast(asked.value as bigint)" in "cast(:account_id as bigint)");
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

/// At most `limit` versions of a work package with a lower number than `before`, the newest first; in the past, those that were
/// there.
pub async fn of_package(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkPackageId,
    past: Option<Past>,
    (before, limit): (i64, i64),
) -> db::Result<Vec<Version>> {
    let Past { as_of, known_at } = past.unwrap_or(Past { as_of: Time::MAX, known_at: Time::MAX });
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
    conn.all(&bind![OF_PACKAGE; account_id, id, before, as_of, known_at, limit], version).await
}

/// The number of the last version of each of some work packages; in the past, of that which held.
pub async fn last(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkPackageId>,
    past: Option<Past>,
) -> db::Result<HashMap<WorkPackageId, i64>> {
    let number = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let found = match past {
        None => conn.all(&bind![LAST; account_id, ids], number).await?,
        Some(Past { as_of, known_at }) => {
            conn.all(&bind![LAST_THEN; account_id, ids, as_of, known_at], number).await?
        }
    };
    Ok(found.into_iter().collect())
}
