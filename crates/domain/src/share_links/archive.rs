//! Share links in the archive, which has the digests of their secrets: the links work where they are imported.

use super::{MOST_WEEKS, MOST_WORKSPACES, ShareLink};
use crate::record::{Archived, Found, Needs, digest};
use crate::users::password::is_hash;

impl Archived for ShareLink {
    const CONFLICT: &'static str = "another share link has its secret";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.users.insert(self.creator_id);
        needs.workspaces.extend(&self.workspace_ids);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        found.user_of(self.account_id, self.creator_id)?;
        for id in &self.workspace_ids {
            if found.workspace(*id)?.account_id != self.account_id {
                return Err(format!("workspace {id} is of another account"));
            }
        }
        digest("sha256", &mut self.sha256)?;
        if !(1..=MOST_WORKSPACES).contains(&self.workspace_ids.len()) {
            return Err(format!("`workspace_ids` has not 1 to {MOST_WORKSPACES} items"));
        }
        if !(1..=MOST_WEEKS).contains(&self.weeks) {
            return Err(format!("`weeks` is not from 1 to {MOST_WEEKS}"));
        }
        match &self.password_hash {
            Some(hash) if !is_hash(hash) => Err("`password_hash` is not an argon2id hash".into()),
            _ => Ok(()),
        }
    }
}
