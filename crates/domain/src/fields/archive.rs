//! Own fields in the archive.

use super::Field;
use crate::record::{Archived, Found, Needs};

impl Archived for Field {
    const CONFLICT: &'static str = "there is one already";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        let first = self.violations().into_iter().next();
        first.map_or(Ok(()), |one| Err(format!("`{}` breaks a rule: {:?}", one.field, one.problem)))
    }
}
