//! Watches in the archive.

use super::Watch;
use crate::record::{Archived, Found, Needs};

impl Archived for Watch {
    const CONFLICT: &'static str = "the person has another watch of the workspace";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        found.user_of(self.account_id, self.user_id)
    }
}
