//! Cadences in the archive.

use super::Cadence;
use crate::ids::WorkspaceId;
use crate::record::{Archived, Found, Needs};

impl Archived for Cadence {
    const CONFLICT: &'static str = "there is one already";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.workspaces.extend(self.workspace_id);
        needs.users.extend(self.owner_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        if let Some(id) = self.workspace_id
            && found.workspace(id)?.account_id != self.account_id
        {
            return Err(format!("workspace {id} is of another account"));
        }
        if let Some(owner) = self.owner_id {
            found.user_of(self.account_id, owner)?;
        }
        if self.terms.is_empty() {
            return Err("`terms` is empty".into());
        }
        if !self.terms.is_sorted_by(|one, other| one.since < other.since) {
            return Err("`terms` are not in the order of `since`".into());
        }
        match self.terms.iter().find_map(|terms| terms.violations().pop()) {
            Some(violation) => Err(format!("`{}` is not valid", violation.field)),
            None => Ok(()),
        }
    }

    fn quiets(&self) -> Option<Option<WorkspaceId>> {
        Some(self.workspace_id)
    }
}
