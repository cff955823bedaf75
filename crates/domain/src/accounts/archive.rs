//! Accounts in the archive.

use super::Account;
use crate::record::{Archived, Found, Needs, filled};

impl Archived for Account {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, _: &mut Needs) {}

    fn settle(&mut self, _: &Found) -> Result<(), String> {
        filled("name", &self.name)
    }
}
