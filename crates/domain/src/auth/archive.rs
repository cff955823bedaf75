//! Tokens in the archive.

use super::Token;
use crate::record::{Archived, Found, Needs, digest};

impl Archived for Token {
    const CONFLICT: &'static str = "its text is that of another token";

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.user_id);
        needs.applications.extend(self.application_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.user(self.user_id)?;
        if let Some(id) = self.application_id {
            found.application_of(self.account_id, id)?;
        }
        digest("sha256", &mut self.sha256)
    }
}
