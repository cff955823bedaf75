//! The hierarchy of work packages: ancestors, children, and what is derived from everything below.

use std::collections::HashMap;

use crate::error::Result;
use crate::ids::{AccountId, WorkPackageId};
use crate::table::Table;
use crate::work_packages::WorkPackage;
use crate::work_packages::evidence::{percent, sum};
use crate::work_packages::hours::Hours;
use db::{Conn, List};
use db::{bind, in_ids, statements};

statements! {
    // The index by parent leads from level to level, and `cross join` keeps SQLite from beginning with all work packages. A circle,
    // which an archive could have, ends the recursion.
    TOTALS = "with recursive below (root, id) as (
            select w.parent_id, w.id from work_packages w
            where w.account_id = :account_id and ", in_ids!("w.parent_id", "ids"), "
            union
            select below.root, w.id from below cross join work_packages w
            where w.account_id = :account_id and w.parent_id = below.id)
        select below.root, min(w.start_date), min(w.due_date), max(w.start_date), max(w.due_date),
            cast(sum(case when not s.excluded_from_totals then w.work end) as bigint),
            cast(sum(case when not s.excluded_from_totals then w.remaining end) as bigint)
        from below cross join work_packages w cross join statuses s
        where w.account_id = :account_id and w.id = below.id and s.account_id = w.account_id and s.id = w.status_id
        group by below.root";
    ANCESTORS = "with recursive above (leaf, id, level) as (
            select w.id, w.parent_id, 1 from work_packages w
            where w.account_id = :account_id and w.parent_id is not null and ", in_ids!("w.id", "ids"), "
            union all
            select above.leaf, w.parent_id, above.level + 1 from above cross join work_packages w
            where w.account_id = :account_id and w.id = above.id and w.parent_id is not null and above.level < 10000)
        select above.leaf, w.id, w.subject from above cross join work_packages w
        where w.account_id = :account_id and w.id = above.id
        order by above.leaf, above.level desc";
    CHILDREN = "select w.parent_id, w.id, w.subject from work_packages w
        where w.account_id = :account_id and ", in_ids!("w.parent_id", "ids"), " order by w.parent_id, w.id";
    HAS_CHILDREN = "select count(*) from (select w.id from work_packages w
        where w.account_id = :account_id and w.parent_id = :id limit 1) as one";
    DESCENDANTS = "with recursive below (id) as (
            select w.id from work_packages w where w.account_id = :account_id and w.parent_id = :id
            union
            select w.id from below cross join work_packages w where w.account_id = :account_id and w.parent_id = below.id)
        select ", WorkPackage::COLUMNS, " from below cross join work_packages w
        where w.account_id = :account_id and w.id = below.id
        order by w.id";
}

/// A work package in a link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct Named {
    pub id: WorkPackageId,
    pub subject: String,
}

/// What is derived from a work package and everything below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// The earliest day of its descendants.
    pub start_date: Option<String>,
    /// The latest day of its descendants.
    pub due_date: Option<String>,
    /// The sum of Work.
    pub work: Option<Hours>,
    /// The sum of Remaining work.
    pub remaining: Option<Hours>,
}

impl Derived {
    /// % Complete of the sums.
    pub fn percent(&self) -> Option<i64> {
        percent(self.work, self.remaining)
    }
}

/// Where work packages are in their hierarchies.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    /// Of each work package with a parent; the top first.
    pub ancestors: HashMap<WorkPackageId, Vec<Named>>,
    /// Of each work package with children; by id.
    pub children: HashMap<WorkPackageId, Vec<Named>>,
    /// Of each work package with children.
    pub derived: HashMap<WorkPackageId, Derived>,
}

/// The hierarchies of some work packages. `excluded` has the statuses that totals leave out.
pub async fn trees(
    conn: &mut Conn,
    account_id: AccountId,
    packages: &[WorkPackage],
    excluded: &[i64],
) -> Result<Trees> {
    let ids: List<WorkPackageId> = packages.iter().map(|package| package.id).collect();
    let mut trees = Trees::default();
    let links = |row: &db::Row<'_>| {
        Ok((row.get::<WorkPackageId>(0)?, Named { id: row.get(1)?, subject: row.get(2)? }))
    };
    for (leaf, ancestor) in conn.all(&bind![ANCESTORS; account_id, ids: &ids], links).await? {
        trees.ancestors.entry(leaf).or_default().push(ancestor);
    }
    for (parent, child) in conn.all(&bind![CHILDREN; account_id, ids: &ids], links).await? {
        trees.children.entry(parent).or_default().push(child);
    }
    if trees.children.is_empty() {
        return Ok(trees);
    }
    trees.derived.extend(conn.all(&bind![TOTALS; account_id, ids: &ids], derived_of).await?);
    with_own(&mut trees.derived, packages, excluded);
    Ok(trees)
}

/// Reads a row of totals: what everything below a work package adds up to.
pub(super) fn derived_of(row: &db::Row<'_>) -> db::Result<(WorkPackageId, Derived)> {
    let first: [Option<String>; 2] = [row.get(1)?, row.get(2)?];
    let last: [Option<String>; 2] = [row.get(3)?, row.get(4)?];
    let derived = Derived {
        start_date: first.into_iter().flatten().min(),
        due_date: last.into_iter().flatten().max(),
        work: row.get(5)?,
        remaining: row.get(6)?,
    };
    Ok((row.get(0)?, derived))
}

/// Adds the work of work packages to what is below them.
pub(super) fn with_own(
    derived: &mut HashMap<WorkPackageId, Derived>,
    packages: &[WorkPackage],
    excluded: &[i64],
) {
    for package in packages.iter().filter(|package| !excluded.contains(&package.status_id)) {
        if let Some(derived) = derived.get_mut(&package.id) {
            derived.work = sum(derived.work, package.work);
            derived.remaining = sum(derived.remaining, package.remaining);
        }
    }
}

/// Whether other work packages are below one.
pub async fn has_children(conn: &mut Conn, account_id: AccountId, id: WorkPackageId) -> db::Result<bool> {
    Ok(conn.scalar(&bind![HAS_CHILDREN; account_id, id]).await? > 0)
}

/// The work packages above one, the top first.
pub async fn ancestors(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkPackageId,
) -> db::Result<Vec<WorkPackageId>> {
    let ids = List::from([id]);
    let query = bind![ANCESTORS; account_id, ids: &ids];
    conn.all(&query, |row| row.get(1)).await
}

/// Everything below a work package, by id.
pub async fn descendants(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkPackageId,
) -> db::Result<Vec<WorkPackage>> {
    conn.all(&bind![DESCENDANTS; account_id, id], WorkPackage::read).await
}
