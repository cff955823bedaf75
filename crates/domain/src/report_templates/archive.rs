//! Report templates in the archive.

use super::{Draft, ReportTemplate};
use crate::record::{Archived, Found, Needs};

impl Archived for ReportTemplate {
    const CONFLICT: &'static str = "another report template is the default";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        let draft = Draft {
            name: Some(self.name.clone()),
            is_default: None,
            sections: Some(Some(self.sections.clone())),
        };
        let first = draft.violations(true).into_iter().next();
        first.map_or(Ok(()), |one| Err(format!("`{}` breaks a rule: {:?}", one.field, one.problem)))
    }
}
