//! Status changes in the archive.

use super::StatusChange;
use crate::record::{Found, Needs, Record};
use crate::status_keys;
use crate::stored;

impl Record for StatusChange {
    const KIND: &'static str = "workspace_status_change";
    const TABLE: &'static str = "workspace_status_changes";
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?;
        found.user_of(self.account_id, self.user_id)?;
        self.from_status_key.map_or(Ok(()), status_keys::known)?;
        status_keys::known(self.to_status_key)
    }

    fn counts(&self) -> Option<(i64, i64, i64)> {
        Some((self.workspace_id, 0, 1))
    }

    stored!(super::store, account_id);
}
