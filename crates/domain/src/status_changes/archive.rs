//! Status changes in the archive.

use super::StatusChange;
use crate::record::{Archived, Counted, Found, Needs};
use crate::status_keys;

impl Archived for StatusChange {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        found.user_of(self.account_id, self.user_id)?;
        self.from_status_key.map_or(Ok(()), status_keys::known)?;
        status_keys::known(self.to_status_key)
    }

    fn counted(&self) -> Option<Counted> {
        Some(Counted { workspace_id: self.workspace_id, status_changes: 1, ..Counted::default() })
    }
}
