//! Participations in the archive.

use super::Participation;
use crate::record::{Archived, Found, Needs};

impl Archived for Participation {
    const CONFLICT: &'static str = "its user takes part in the workspace already";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        let workspace = found.workspace(self.workspace_id)?;
        self.account_id = workspace.account_id;
        self.created_at = workspace.created_at;
        self.updated_at = workspace.created_at;
        found.user_of(self.account_id, self.user_id)
    }
}
