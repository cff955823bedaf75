//! Tokens in the archive.

use super::Token;
use crate::record::{Found, Needs, Record, digest};
use crate::stored;

impl Record for Token {
    const KIND: &'static str = "token";
    const TABLE: &'static str = "tokens";
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

    stored!(super::store, account_id);
}
