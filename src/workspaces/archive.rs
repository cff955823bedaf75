//! Workspaces in the archive.

use super::Workspace;
use crate::archive::record::{Found, Needs, Record, filled};
use crate::status_keys;
use crate::stored;

impl Record for Workspace {
    const KIND: &'static str = "workspace";
    const TABLE: &'static str = "workspaces";
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.users.insert(self.creator_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        found.user_of(self.account_id, self.creator_id)?;
        filled("title", &self.title)?;
        status_keys::known(self.status_key)
    }

    stored!(super::store, account_id);
}
