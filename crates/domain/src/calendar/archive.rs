//! Working calendars in the archive.

use super::{Calendar, Draft};
use crate::record::{Archived, Found, Needs};

impl Archived for Calendar {
    const CONFLICT: &'static str = "the account has a calendar";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        let wrong = Draft::of(self).violations();
        match wrong.first() {
            Some(violation) => Err(format!("`{}` is not valid", violation.field)),
            None => Ok(()),
        }
    }
}
