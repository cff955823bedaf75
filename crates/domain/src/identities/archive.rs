//! Identities in the archive.

use super::Identity;
use crate::record::{Archived, Found, Needs, filled};

impl Archived for Identity {
    const CONFLICT: &'static str = "the person has another identity there, or another person has this one";

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.user(self.user_id)?;
        filled("issuer", &self.issuer)?;
        filled("subject", &self.subject)
    }
}
