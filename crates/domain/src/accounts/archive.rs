//! Accounts in the archive.

use super::Account;
use crate::record::{Found, Needs, Record, filled};
use crate::stored;

impl Record for Account {
    const KIND: &'static str = "account";
    const TABLE: &'static str = "accounts";
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, _: &mut Needs) {}

    fn settle(&mut self, _: &Found) -> Result<(), String> {
        filled("name", &self.name)
    }

    stored!(super::store, id);
}
