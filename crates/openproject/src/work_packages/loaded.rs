//! The records that work packages refer to, read with them.

use std::collections::HashMap;

use db::{Conn, List};
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::statuses::Status;
use domain::users::User;
use domain::work_packages::WorkPackage;
use domain::work_packages::store::tree::{Trees, trees};
use domain::workspaces::VisibleWorkspace;
use domain::{statuses, users, workspaces};

/// Everything that the objects of some work packages show.
pub struct Loaded {
    /// By id.
    pub workspaces: HashMap<WorkspaceId, VisibleWorkspace>,
    /// In the order of the account.
    pub statuses: Vec<Status>,
    /// Authors, assignees and accountable people, by id.
    pub users: HashMap<UserId, User>,
    /// Where the work packages are in their hierarchies.
    pub trees: Trees,
}

impl Loaded {
    /// Reads what some work packages refer to.
    pub async fn of(conn: &mut Conn, caller: &Caller, packages: &[WorkPackage]) -> Result<Self> {
        let account_id: AccountId = caller.account_id;
        let statuses = statuses::store::list(conn, account_id).await?;
        let excluded: Vec<i64> =
            statuses.iter().filter(|status| status.excluded_from_totals).map(|status| status.id).collect();
        let mut ids: Vec<WorkspaceId> = packages.iter().map(|package| package.workspace_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let seen = workspaces::store::with_ids_seen(conn, caller, &ids.into()).await?;
        let mut people: Vec<UserId> = packages
            .iter()
            .flat_map(|one| [Some(one.author_id), one.assignee_id, one.responsible_id])
            .flatten()
            .collect();
        people.sort_unstable();
        people.dedup();
        let users = users::store::of_account(conn, account_id, &List::from(people)).await?;
        Ok(Self {
            workspaces: seen.into_iter().map(|one| (one.workspace.id, one)).collect(),
            statuses,
            users: users.into_iter().map(|user| (user.id, user)).collect(),
            trees: trees(conn, account_id, packages, &excluded).await?,
        })
    }

    /// The status of a work package.
    pub fn status(&self, package: &WorkPackage) -> Option<&Status> {
        self.statuses.iter().find(|status| status.id == package.status_id)
    }
}
