//! Choices of notifications in the archive.

use super::NotificationSettings;
use crate::record::{Archived, Found, Needs};

impl Archived for NotificationSettings {
    const CONFLICT: &'static str = "the person has other settings";

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.user(self.user_id)?;
        Ok(())
    }
}
