//! Saved views in the archive.

use super::{Draft, View, query};
use crate::record::{Archived, Found, Needs};

impl Archived for View {
    const CONFLICT: &'static str = "another view is the start page of its owner";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        found.user_of(self.account_id, self.user_id)?;
        if query::normal(&self.query).as_ref() != Ok(&self.query) {
            return Err("`query` is not a normal query of the portfolio".into());
        }
        let first = Draft::default().apply(self).1.into_iter().next();
        first.map_or(Ok(()), |one| Err(format!("`{}` breaks a rule: {:?}", one.field, one.problem)))
    }
}
