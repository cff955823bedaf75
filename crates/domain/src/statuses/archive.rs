//! Statuses in the archive.

use super::{DONE_RATIO, NAME_LIMIT, Status, color};
use crate::record::{Archived, Found, Needs, filled};

impl Archived for Status {
    const CONFLICT: &'static str = "its name is taken in the account, or another status is the default";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        filled("name", &self.name)?;
        if self.name.chars().count() > NAME_LIMIT {
            return Err(format!("`name` is longer than {NAME_LIMIT} characters"));
        }
        if let Some(text) = &self.color {
            self.color = Some(color(text).ok_or("`color` is not of the form #RRGGBB")?);
        }
        if self.is_default && self.is_readonly {
            return Err("a status cannot be both default and read-only".into());
        }
        if !DONE_RATIO.contains(&self.default_done_ratio) {
            return Err("`default_done_ratio` is not between 0 and 100".into());
        }
        if self.position < 1 { Err("`position` is not above 0".into()) } else { Ok(()) }
    }
}
