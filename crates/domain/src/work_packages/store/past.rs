//! Work packages as they were.

use std::collections::HashMap;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ids::{AccountId, WorkPackageId};
use crate::table::Table;
use crate::versions::past::{Past, in_past};
use crate::work_packages::WorkPackage;
use crate::work_packages::store::tree::{Derived, derived_of, with_own};
use crate::workspaces;
use crate::workspaces::VisibleWorkspace;
use db::{Conn, List};
use db::{bind, in_ids, statements};

statements! {
    FIND = "select ", WorkPackage::COLUMNS, " from work_package_states w
        where w.account_id = :account_id and not w.deleted and w.sequence = ",
        in_past!("o.sequence" of "work_package" "cast(:id as bigint)" in "cast(:account_id as bigint)");
    // As the totals of now: the index by parent leads from level to level, among the states that held. `cross join` keeps SQLite
    // from beginning with the states of all work packages.
    TOTALS = "with recursive below (root, id, sequence) as (
            select w.parent_id, w.id, w.sequence from work_package_states w
            where w.account_id = :account_id and ", in_ids!("w.parent_id", "ids"), " and not w.deleted and w.sequence = ",
                in_past!("o.sequence" of "work_package" "w.id" in "w.account_id"), "
            union
            select below.root, w.id, w.sequence from below cross join work_package_states w
            where w.account_id = :account_id and w.parent_id = below.id and not w.deleted and w.sequence = ",
                in_past!("o.sequence" of "work_package" "w.id" in "w.account_id"), ")
        select below.root, min(w.start_date), min(w.due_date), max(w.start_date), max(w.due_date),
            cast(sum(case when not (", in_ids!("w.status_id", "excluded"), ") then w.work end) as bigint),
            cast(sum(case when not (", in_ids!("w.status_id", "excluded"), ") then w.remaining end) as bigint)
        from below cross join work_package_states w
        where w.account_id = :account_id and w.sequence = below.sequence
        group by below.root";
}

/// A work package as it was, with its workspace, if the caller sees it today.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkPackageId,
    past: Past,
) -> Result<(WorkPackage, VisibleWorkspace)> {
    let query = bind![FIND; caller.account_id, id, past.as_of, past.known_at];
    let package = conn.first(&query, WorkPackage::read).await?.ok_or(Error::NotFound)?;
    let visible = workspaces::store::find(conn, caller, package.workspace_id).await?;
    let visible = visible.filter(|visible| !visible.workspace.archived).ok_or(Error::NotFound)?;
    Ok((package, visible))
}

/// What was derived from some work packages and everything below them. `excluded` has the statuses that totals left out then.
pub async fn derived(
    conn: &mut Conn,
    account_id: AccountId,
    packages: &[WorkPackage],
    excluded: &[i64],
    past: Past,
) -> Result<HashMap<WorkPackageId, Derived>> {
    let ids: List<WorkPackageId> = packages.iter().map(|package| package.id).collect();
    let left_out = List::from(excluded.to_vec());
    let query = bind![TOTALS; account_id, ids: &ids, excluded: &left_out, past.as_of, past.known_at];
    let mut derived = conn.all(&query, derived_of).await?.into_iter().collect();
    with_own(&mut derived, packages, excluded);
    Ok(derived)
}
