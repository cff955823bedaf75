//! Labels of workspaces in the archive.

use super::{Labels, MOST_VALUES, VALUE_LIMIT};
use crate::fields::broken_line;
use crate::record::{Archived, Found, Needs};

impl Archived for Labels {
    const CONFLICT: &'static str = "the workspace has labels already";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.workspaces.insert(self.workspace_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        if found.workspace(self.workspace_id)?.account_id != self.account_id {
            return Err(format!("workspace {} is of another account", self.workspace_id));
        }
        if let Some(problem) = self.broken_tags() {
            return Err(format!("`tags` breaks a rule: {problem:?}"));
        }
        if self.fields.len() > MOST_VALUES {
            return Err(format!("`fields` has more than {MOST_VALUES} items"));
        }
        if !self.fields.is_sorted_by(|one, other| one.field_id < other.field_id) {
            return Err("`fields` is not in the order of `field_id`, each once".into());
        }
        match self.fields.iter().find_map(|own| broken_line(&own.value, VALUE_LIMIT)) {
            Some(problem) => Err(format!("a value of `fields` breaks a rule: {problem:?}")),
            None => Ok(()),
        }
    }
}
