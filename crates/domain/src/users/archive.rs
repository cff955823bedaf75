//! Users in the archive.

use super::{LANGUAGES, User, is_email_address, password, time_zone};
use crate::record::{Archived, Found, Needs, filled};

impl Archived for User {
    const CONFLICT: &'static str = "its e-mail address is taken in the account";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        filled("full_name", &self.full_name)?;
        if self.password_hash.as_deref().is_some_and(|hash| !password::is_hash(hash)) {
            return Err("`password_hash` is no argon2id in the PHC form".into());
        }
        if self.language.as_deref().is_some_and(|code| !LANGUAGES.contains(&code)) {
            return Err("`language` is none".into());
        }
        if self.time_zone.as_deref().is_some_and(|name| time_zone(name).is_none()) {
            return Err("`time_zone` is none".into());
        }
        if is_email_address(&self.email_address) { Ok(()) } else { Err("`email_address` is none".into()) }
    }
}
