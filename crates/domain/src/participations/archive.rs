//! Participations in the archive.

use super::Participation;
use crate::record::{Found, Needs, Record};
use crate::stored;

impl Record for Participation {
    const KIND: &'static str = "participation";
    const TABLE: &'static str = "participations";
    const CONFLICT: &'static str = "its user takes part in the workspace already";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?;
        found.user_of(self.account_id, self.user_id)?;
        if let Some((_, created_at)) = found.workspaces.get(&self.workspace_id) {
            self.created_at = *created_at;
            self.updated_at = *created_at;
        }
        Ok(())
    }

    stored!(super::store, account_id);
}
