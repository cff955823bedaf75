//! Workspaces in the archive.

use super::store::identifiers;
use super::{Workspace, identifier};
use crate::counters;
use crate::ids::WorkspaceId;
use crate::record::{Archived, Found, Needs, filled};
use crate::status_keys;
use db::{Conn, Work};

impl Archived for Workspace {
    const CONFLICT: &'static str = "another workspace of the account has its `identifier`";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.users.extend([Some(self.creator_id), self.lead_id].into_iter().flatten());
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        found.user_of(self.account_id, self.creator_id)?;
        self.lead_id.map_or(Ok(()), |lead| found.user_of(self.account_id, lead))?;
        filled("title", &self.title)?;
        if self.identifier.as_deref().is_some_and(|identifier| !identifier::violations(identifier).is_empty())
        {
            return Err("`identifier` breaks the rules of identifiers".into());
        }
        status_keys::known(self.status_key)
    }

    fn quiets(&self) -> Option<Option<WorkspaceId>> {
        Some(Some(self.id))
    }

    fn imported<'c>(conn: &'c mut Conn, workspaces: &'c [Self]) -> Work<'c, (), db::Error> {
        Box::pin(async {
            identifiers::check_imported(conn, workspaces).await?;
            counters::store::begin(conn, workspaces).await
        })
    }
}
