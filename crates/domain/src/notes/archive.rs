//! Notes in the archive.

use super::{Note, TEXT_LIMIT};
use crate::record::{Archived, Found, Needs, filled};

impl Archived for Note {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.creator_id);
        needs.users.extend(self.owner_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        found.user_of(self.account_id, self.creator_id)?;
        if let Some(owner) = self.owner_id {
            found.user_of(self.account_id, owner)?;
        }
        if self.text.chars().count() > TEXT_LIMIT {
            return Err(format!("`text` is longer than {TEXT_LIMIT} characters"));
        }
        filled("text", &self.text)
    }
}
