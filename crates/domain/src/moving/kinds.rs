//! What each kind of record needs to come from another system.

use super::{Route, Vendor};
use crate::error::Result;
use crate::events;
use crate::events::{Change, Log};
use crate::external_references::{ExternalReference, SubjectType};
use crate::ids::{ReportId, WorkspaceId};
use crate::participations::Participation;
use crate::record::{Archived, Logged};
use crate::status_changes::StatusChange;
use crate::status_reports::StatusReport;
use crate::statuses::{Status, name_key};
use crate::table;
use crate::users::User;
use crate::work_packages::{Activity, WorkPackage};
use crate::workspaces::Workspace;
use crate::{
    external_references, participations, status_reports, statuses, users, work_packages, workspaces,
};
use db::Conn;

/// Finds the id here of a record of a kind, by its id there.
pub type Find<'f> = &'f mut (dyn FnMut(&'static str, i64) -> Option<i64> + Send);

/// A kind of record that comes from other systems.
pub trait Moved: Archived {
    /// Replaces the ids of the other system by those of this store, and sets the account.
    ///
    /// # Errors
    /// If a record that it needs did not come.
    fn refer(&mut self, route: &Route, find: Find<'_>) -> Result<(), String>;
    /// The record after an update: with what the other system has, and what only this store has.
    fn over(self, before: &Self, route: &Route) -> Self;
    /// Removes what does not fit other records of this store. `own_id` is its id here, if it came before.
    fn fit(&mut self, _conn: &mut Conn, _own_id: Option<i64>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
    /// A record of the account that stands for it, although it did not come from the other system.
    fn twin(conn: &mut Conn, record: &Self) -> impl Future<Output = Result<Option<Self>>> + Send;
    /// Writes a changed record and its one event.
    fn save(
        conn: &mut Conn,
        change: &Change,
        before: Self,
        after: Self,
    ) -> impl Future<Output = Result<()>> + Send;
}

fn needed<R: Logged>(find: Find<'_>, id: impl Into<i64>) -> Result<R::Id, String> {
    let id = id.into();
    find(R::KIND, id)
        .map(R::Id::from)
        .ok_or_else(|| format!("it refers to {} {id}, which did not come", R::KIND.replace('_', " ")))
}

fn optional<R: Logged>(find: Find<'_>, id: Option<impl Into<i64>>) -> Option<R::Id> {
    find(R::KIND, id?.into()).map(R::Id::from)
}

impl Moved for User {
    fn refer(&mut self, route: &Route, _: Find<'_>) -> Result<(), String> {
        self.account_id = route.change.account_id;
        self.created_at = Some(route.change.at);
        Ok(())
    }

    fn over(self, before: &Self, _: &Route) -> Self {
        Self { full_name: self.full_name, headline: self.headline, ..before.clone() }
    }

    async fn twin(conn: &mut Conn, user: &Self) -> Result<Option<Self>> {
        Ok(users::store::by_email(conn, &user.email_address, Some(user.account_id)).await?.pop())
    }

    async fn save(conn: &mut Conn, change: &Change, before: Self, after: Self) -> Result<()> {
        users::store::update(conn, change, &before, &after).await
    }
}

impl Moved for Status {
    fn refer(&mut self, route: &Route, _: Find<'_>) -> Result<(), String> {
        self.account_id = route.change.account_id;
        self.is_default = false;
        Ok(())
    }

    fn over(self, before: &Self, _: &Route) -> Self {
        let (id, is_default, position) = (before.id, before.is_default, before.position);
        let is_readonly = self.is_readonly && !is_default;
        Self { id, is_default, is_readonly, position, ..self }
    }

    async fn twin(conn: &mut Conn, status: &Self) -> Result<Option<Self>> {
        let all = statuses::store::list(conn, status.account_id).await?;
        Ok(all.into_iter().find(|one| name_key(&one.name) == name_key(&status.name)))
    }

    async fn save(conn: &mut Conn, change: &Change, before: Self, after: Self) -> Result<()> {
        let mut log = Log::new(change);
        statuses::store::save(conn, &mut log, &before, &after).await?;
        events::store::append(conn, log).await
    }
}

impl Moved for Workspace {
    fn refer(&mut self, route: &Route, find: Find<'_>) -> Result<(), String> {
        self.account_id = route.change.account_id;
        self.creator_id = needed::<User>(find, self.creator_id)?;
        self.lead_id = optional::<User>(find, self.lead_id);
        Ok(())
    }

    fn over(self, before: &Self, route: &Route) -> Self {
        let own = Self { id: before.id, identifier: before.identifier.clone(), ..self };
        let kept = before.clone();
        if route.vendor == Vendor::OpenProject {
            return Self {
                status_key: kept.status_key,
                lead_id: kept.lead_id,
                start_date: kept.start_date,
                due_date: kept.due_date,
                creator_id: kept.creator_id,
                ..own
            };
        }
        Self { project_status: kept.project_status, status_explanation: kept.status_explanation, ..own }
    }

    async fn twin(_: &mut Conn, _: &Self) -> Result<Option<Self>> {
        Ok(None)
    }

    async fn save(conn: &mut Conn, change: &Change, before: Self, mut after: Self) -> Result<()> {
        if after.title != before.title {
            workspaces::store::identifiers::settle(conn, &mut after).await?;
        }
        workspaces::store::save(conn, change, &before, &after).await
    }
}

impl Moved for Participation {
    fn refer(&mut self, _: &Route, find: Find<'_>) -> Result<(), String> {
        self.workspace_id = needed::<Workspace>(find, self.workspace_id)?;
        self.user_id = needed::<User>(find, self.user_id)?;
        Ok(())
    }

    fn over(self, before: &Self, route: &Route) -> Self {
        Self { side: self.side, permission: self.permission, updated_at: route.change.at, ..before.clone() }
    }

    async fn twin(conn: &mut Conn, part: &Self) -> Result<Option<Self>> {
        let found = participations::store::of_user(conn, part.account_id, part.workspace_id, part.user_id);
        Ok(found.await?)
    }

    async fn save(conn: &mut Conn, change: &Change, before: Self, after: Self) -> Result<()> {
        participations::store::save(conn, change, &before, &after).await
    }
}

impl Moved for StatusReport {
    fn refer(&mut self, _: &Route, find: Find<'_>) -> Result<(), String> {
        self.workspace_id = needed::<Workspace>(find, self.workspace_id)?;
        self.creator_id = needed::<User>(find, self.creator_id)?;
        self.updater_id = optional::<User>(find, self.updater_id);
        Ok(())
    }

    fn over(self, before: &Self, _: &Route) -> Self {
        let own = before.clone();
        Self {
            id: own.id,
            workspace_id: own.workspace_id,
            creator_id: own.creator_id,
            created_at: own.created_at,
            ..self
        }
    }

    async fn twin(_: &mut Conn, _: &Self) -> Result<Option<Self>> {
        Ok(None)
    }

    async fn save(conn: &mut Conn, change: &Change, before: Self, after: Self) -> Result<()> {
        status_reports::store::save(conn, change, &before, &after).await
    }
}

/// Status changes never change.
impl Moved for StatusChange {
    fn refer(&mut self, _: &Route, find: Find<'_>) -> Result<(), String> {
        self.workspace_id = needed::<Workspace>(find, self.workspace_id)?;
        self.user_id = needed::<User>(find, self.user_id)?;
        Ok(())
    }

    fn over(self, before: &Self, _: &Route) -> Self {
        before.clone()
    }

    async fn twin(_: &mut Conn, _: &Self) -> Result<Option<Self>> {
        Ok(None)
    }

    async fn save(_: &mut Conn, _: &Change, _: Self, _: Self) -> Result<()> {
        Ok(())
    }
}

impl Moved for ExternalReference {
    fn refer(&mut self, _: &Route, find: Find<'_>) -> Result<(), String> {
        self.subject_id = match self.subject_type {
            SubjectType::StatusReport => needed::<StatusReport>(find, ReportId(self.subject_id))?.0,
            SubjectType::Workspace => needed::<Workspace>(find, WorkspaceId(self.subject_id))?.0,
        };
        Ok(())
    }

    fn over(self, before: &Self, _: &Route) -> Self {
        let (id, subject_type, subject_id) = (before.id, before.subject_type, before.subject_id);
        let (service_name, created_at) = (before.service_name.clone(), before.created_at);
        Self { id, subject_type, subject_id, service_name, created_at, ..self }
    }

    async fn twin(conn: &mut Conn, reference: &Self) -> Result<Option<Self>> {
        let of = (reference.subject_type, reference.subject_id);
        let (account_id, service) = (reference.account_id, &reference.service_name);
        Ok(external_references::store::of_service(conn, account_id, of, service).await?)
    }

    async fn save(conn: &mut Conn, change: &Change, before: Self, after: Self) -> Result<()> {
        external_references::store::save(conn, change, &before, &after).await
    }
}

impl Moved for WorkPackage {
    fn refer(&mut self, _: &Route, find: Find<'_>) -> Result<(), String> {
        self.workspace_id = needed::<Workspace>(find, self.workspace_id)?;
        self.status_id = needed::<Status>(find, self.status_id)?;
        self.author_id = needed::<User>(find, self.author_id)?;
        self.assignee_id = optional::<User>(find, self.assignee_id);
        self.responsible_id = optional::<User>(find, self.responsible_id);
        self.parent_id = optional::<Self>(find, self.parent_id);
        Ok(())
    }

    fn over(self, before: &Self, _: &Route) -> Self {
        Self {
            id: before.id,
            workspace_id: before.workspace_id,
            author_id: before.author_id,
            lock_version: before.lock_version,
            created_at: before.created_at,
            ..self
        }
    }

    async fn twin(_: &mut Conn, _: &Self) -> Result<Option<Self>> {
        Ok(None)
    }

    /// A parent is of the same workspace, and not below the work package.
    async fn fit(&mut self, conn: &mut Conn, own_id: Option<i64>) -> Result<()> {
        let Some(parent_id) = self.parent_id else { return Ok(()) };
        let parent = table::find::<Self>(conn, self.account_id, parent_id).await?;
        let is_near = parent.is_some_and(|parent| parent.workspace_id == self.workspace_id);
        let above = work_packages::store::tree::ancestors(conn, self.account_id, parent_id).await?;
        let is_below = own_id.is_some_and(|own| parent_id.0 == own || above.iter().any(|id| id.0 == own));
        if !is_near || is_below {
            self.parent_id = None;
        }
        Ok(())
    }

    /// The activities of the change come from the other system, too.
    async fn save(conn: &mut Conn, change: &Change, before: Self, after: Self) -> Result<()> {
        let after = Self { lock_version: before.lock_version + 1, ..after };
        let mut log = Log::new(change);
        work_packages::store::write::save(conn, &mut log, &before, &after).await?;
        events::store::append(conn, log).await
    }
}

impl Moved for Activity {
    fn refer(&mut self, _: &Route, find: Find<'_>) -> Result<(), String> {
        self.workspace_id = needed::<Workspace>(find, self.workspace_id)?;
        self.work_package_id = needed::<WorkPackage>(find, self.work_package_id)?;
        self.user_id = optional::<User>(find, self.user_id);
        Ok(())
    }

    fn over(self, before: &Self, _: &Route) -> Self {
        Self { comment: self.comment, updated_at: self.updated_at, ..before.clone() }
    }

    async fn twin(_: &mut Conn, _: &Self) -> Result<Option<Self>> {
        Ok(None)
    }

    async fn save(conn: &mut Conn, change: &Change, before: Self, after: Self) -> Result<()> {
        let mut log = Log::new(change);
        work_packages::store::activities::save(conn, &mut log, &before, &after).await?;
        events::store::append(conn, log).await
    }
}
