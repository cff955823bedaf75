//! Programmes in the archive.

use super::Programme;
use crate::record::{Archived, Found, Needs};

impl Archived for Programme {
    const CONFLICT: &'static str = "there is one already";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.workspaces.extend(self.members.iter().map(|member| member.workspace_id));
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        for member in &self.members {
            if found.workspace(member.workspace_id)?.account_id != self.account_id {
                return Err(format!("workspace {} is of another account", member.workspace_id));
            }
        }
        let first = self.violations().into_iter().next();
        first.map_or(Ok(()), |one| Err(format!("`{}` breaks a rule: {:?}", one.field, one.problem)))
    }
}
