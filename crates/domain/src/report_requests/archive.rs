//! Requests for reports in the archive.

use super::{ReportRequest, message};
use crate::record::{Archived, Found, Needs};

impl Archived for ReportRequest {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        found.user_of(self.account_id, self.user_id)?;
        message(self.message.as_deref()).map(drop).map_err(|_| "`message` is too long".into())
    }
}
