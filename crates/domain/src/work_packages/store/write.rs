//! Writing work packages.

use std::collections::HashMap;

use super::{activities, read, tree};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::ids::{UserId, WorkPackageId};
use crate::participations::Access;
use crate::statuses::{self, Status};
use crate::table;
use crate::table::Table;
use crate::users;
use crate::work_packages::activities::Detail;
use crate::work_packages::attribute::Attribute;
use crate::work_packages::changes::changed;
use crate::work_packages::constants::{priority_of, type_of};
use crate::work_packages::hours::Hours;
use crate::work_packages::progress::Mode;
use crate::work_packages::rules::{self, Facts, Parent, frozen, is_frozen};
use crate::work_packages::{Draft, WorkPackage};
use crate::workspaces::VisibleWorkspace;
use db::{Conn, List};
use db::{bind, statements};

statements! {
    UPDATE = "update work_packages set type_id = :type_id, status_id = :status_id, priority_id = :priority_id,
            assignee_id = :assignee_id, responsible_id = :responsible_id, parent_id = :parent_id, subject = :subject,
            description = :description, start_date = :start_date, due_date = :due_date, work = :work,
            remaining = :remaining, percent = :percent, lock_version = :lock_version, updated_at = :updated_at,
            subject_key = :subject_key, description_key = :description_key, duration = :duration
        where account_id = :account_id and id = :id";
    DELETE_ACTIVITIES = "delete from work_package_activities where account_id = :account_id and work_package_id = :id";
}

/// A write that was checked and not made.
#[derive(Debug)]
pub struct Prepared {
    /// As it is; a new one has default values and the id 0.
    pub before: WorkPackage,
    /// As it would be.
    pub after: WorkPackage,
    /// The error that the write would give.
    pub refusal: Option<Error>,
}

/// Prepares the creation of a work package in a workspace.
pub async fn prepare_new(
    conn: &mut Conn,
    change: &Change,
    caller: &Caller,
    visible: &VisibleWorkspace,
    draft: &Draft,
    mode: Mode,
) -> Result<Prepared> {
    let statuses = statuses::store::list(conn, caller.account_id).await?;
    let of = (caller.account_id, visible.workspace.id);
    let before = WorkPackage::blank(of, caller.user_id, &statuses, change.at);
    prepare(conn, caller, draft, before, &statuses, mode).await
}

/// Prepares the change of a work package.
pub async fn prepare_change(
    conn: &mut Conn,
    caller: &Caller,
    before: WorkPackage,
    draft: &Draft,
    mode: Mode,
) -> Result<Prepared> {
    let statuses = statuses::store::list(conn, caller.account_id).await?;
    prepare(conn, caller, draft, before, &statuses, mode).await
}

async fn prepare(
    conn: &mut Conn,
    caller: &Caller,
    draft: &Draft,
    before: WorkPackage,
    statuses: &[Status],
    mode: Mode,
) -> Result<Prepared> {
    let after = draft.apply(&before, statuses, mode);
    let is_new = before.id == WorkPackageId(0);
    let violations = if !is_new && is_frozen(&before, &after, statuses) {
        frozen(draft, &before, &after)
    } else {
        let (account_id, workspace_id) = (before.account_id, before.workspace_id);
        let may = async |conn: &mut Conn, before: Option<UserId>, after: Option<UserId>| match after {
            Some(user) if before != after => read::is_assignable(conn, account_id, workspace_id, user).await,
            _ => Ok(true),
        };
        let facts = Facts {
            statuses,
            mode,
            has_children: !is_new && tree::has_children(conn, account_id, before.id).await?,
            parent: parent(conn, caller, &before, &after).await?,
            is_assignable: may(conn, before.assignee_id, after.assignee_id).await?,
            is_responsible: may(conn, before.responsible_id, after.responsible_id).await?,
        };
        rules::violations(draft, &before, &after, &facts)
    };
    let refusal = (!violations.is_empty()).then_some(Error::Invalid(violations));
    Ok(Prepared { before, after, refusal })
}

async fn parent(
    conn: &mut Conn,
    caller: &Caller,
    before: &WorkPackage,
    after: &WorkPackage,
) -> Result<Parent> {
    let Some(id) = after.parent_id.filter(|id| before.parent_id != Some(*id)) else {
        return Ok(Parent::Fits);
    };
    if id == before.id {
        return Ok(Parent::Itself);
    }
    let Some((parent, _)) = read::find(conn, caller, id).await? else { return Ok(Parent::Missing) };
    Ok(if parent.workspace_id != before.workspace_id {
        Parent::Elsewhere
    } else if tree::ancestors(conn, before.account_id, id).await?.contains(&before.id) {
        Parent::Below
    } else if parent.is_milestone() {
        Parent::Milestone
    } else {
        Parent::Fits
    })
}

/// Creates a prepared work package.
///
/// # Errors
/// The refusal.
pub async fn create(conn: &mut Conn, change: &Change, prepared: Prepared) -> Result<WorkPackage> {
    if let Some(refusal) = prepared.refusal {
        return Err(refusal);
    }
    let mut package = prepared.after;
    package.id = package.insert(conn).await?;
    let mut log = Log::new(change);
    log.created(&package);
    activities::append(conn, &mut log, &package, None, Vec::new()).await?;
    events::store::append(conn, log).await?;
    Ok(package)
}

/// Makes a prepared change; one that changes nothing leaves no trace.
///
/// # Errors
/// The refusal.
pub async fn update(conn: &mut Conn, change: &Change, prepared: Prepared) -> Result<WorkPackage> {
    let Prepared { before, after, refusal } = prepared;
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    if before == after {
        return Ok(before);
    }
    let after = WorkPackage { lock_version: before.lock_version + 1, updated_at: change.at, ..after };
    let mut log = Log::new(change);
    save(conn, &mut log, &before, &after).await?;
    let details = details(conn, &before, &after).await?;
    activities::append(conn, &mut log, &after, None, details).await?;
    events::store::append(conn, log).await?;
    Ok(after)
}

/// Deletes a work package and everything below it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, change: &Change, caller: &Caller, id: WorkPackageId) -> Result<()> {
    let (package, _) = read::require(conn, caller, id, Access::Admin).await?;
    let mut all = tree::descendants(conn, caller.account_id, id).await?;
    all.push(package);
    let mut log = Log::new(change);
    for package in &all {
        for activity in activities::list(conn, package.account_id, package.id).await? {
            log.deleted(&activity);
        }
        conn.run(&bind![DELETE_ACTIVITIES; package.account_id, package.id]).await?;
        conn.run(&bind![WorkPackage::DELETE; package.account_id, package.id]).await?;
        log.deleted(package);
    }
    events::store::append(conn, log).await
}

/// Writes a changed work package and its event.
pub async fn save(
    conn: &mut Conn,
    log: &mut Log<'_>,
    before: &WorkPackage,
    after: &WorkPackage,
) -> Result<()> {
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.type_id,
        after.status_id,
        after.priority_id,
        after.assignee_id,
        after.responsible_id,
        after.parent_id,
        after.subject,
        after.description,
        after.start_date,
        after.due_date,
        after.work,
        after.remaining,
        after.percent,
        after.lock_version,
        after.updated_at,
        subject_key: after.subject_key(),
        description_key: after.description_key(),
        duration: after.duration(),
    ];
    conn.run(&query).await?;
    log.updated(before, after);
    Ok(())
}

/// What changed, with the names of the records that the values refer to.
pub async fn details(conn: &mut Conn, before: &WorkPackage, after: &WorkPackage) -> Result<Vec<Detail>> {
    let account_id = after.account_id;
    let people: List<UserId> =
        [before, after].iter().flat_map(|one| [one.assignee_id, one.responsible_id]).flatten().collect();
    let people = users::store::of_account(conn, account_id, &people).await?;
    let people: HashMap<_, _> = people.into_iter().map(|user| (user.id, user.full_name)).collect();
    let parents: List<WorkPackageId> = [before.parent_id, after.parent_id].into_iter().flatten().collect();
    let parents = table::of_account::<WorkPackage>(conn, account_id, &parents).await?;
    let parents: HashMap<_, _> = parents.into_iter().map(|one| (one.id, one.subject)).collect();
    let statuses = statuses::store::list(conn, account_id).await?;
    let value = |attribute: Attribute, package: &WorkPackage| match attribute {
        Attribute::Assignee => package.assignee_id.and_then(|id| people.get(&id).cloned()),
        Attribute::Responsible => package.responsible_id.and_then(|id| people.get(&id).cloned()),
        Attribute::Parent => package.parent_id.and_then(|id| parents.get(&id).cloned()),
        _ => plain(attribute, package, &statuses),
    };
    Ok(changed(before, after)
        .into_iter()
        .map(|attribute| Detail::new(attribute, value(attribute, before), value(attribute, after)))
        .collect())
}

/// The value of an attribute that refers to nobody and to no other work package.
fn plain(attribute: Attribute, package: &WorkPackage, statuses: &[Status]) -> Option<String> {
    match attribute {
        Attribute::Subject => Some(package.subject.clone()),
        Attribute::Description => package.description.as_ref().map(|_| String::new()),
        Attribute::Type => type_of(package.type_id).map(|one| one.name.to_owned()),
        Attribute::Status => {
            let status = statuses.iter().find(|status| status.id == package.status_id);
            status.map(|status| status.name.clone())
        }
        Attribute::Priority => priority_of(package.priority_id).map(|one| one.name.to_owned()),
        Attribute::StartDate => package.start_date.map(|day| day.to_string()),
        Attribute::DueDate | Attribute::Date => package.due_date.map(|day| day.to_string()),
        Attribute::Work => package.work.map(Hours::decimal),
        Attribute::Remaining => package.remaining.map(Hours::decimal),
        Attribute::Percent => package.percent.map(|percent| percent.to_string()),
        Attribute::Assignee | Attribute::Responsible | Attribute::Parent => None,
    }
}

/// Writes a work package whose status or progress a change of statuses moves, with its activity. `statuses` has those of it.
pub async fn rewrite(
    conn: &mut Conn,
    log: &mut Log<'_>,
    before: &WorkPackage,
    after: WorkPackage,
    statuses: &[Status],
) -> Result<()> {
    let after = WorkPackage { lock_version: before.lock_version + 1, updated_at: log.change().at, ..after };
    save(conn, log, before, &after).await?;
    let value = |attribute, package| plain(attribute, package, statuses);
    let details = changed(before, &after).into_iter();
    let details =
        details.map(|attribute| Detail::new(attribute, value(attribute, before), value(attribute, &after)));
    activities::append(conn, log, &after, None, details.collect()).await.map(drop)
}
