//! Milestones in the archive.

use super::{Milestone, NAME_LIMIT};
use crate::record::{Archived, Found, Needs, filled};

impl Archived for Milestone {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.creator_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        found.user_of(self.account_id, self.creator_id)?;
        if self.name.chars().count() > NAME_LIMIT {
            return Err(format!("`name` is longer than {NAME_LIMIT} characters"));
        }
        filled("name", &self.name)
    }
}
