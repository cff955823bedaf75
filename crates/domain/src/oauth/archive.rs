//! Applications in the archive.

use super::{Application, redirect_uris, scopes};
use crate::record::{Archived, Found, Needs, digest, filled};

impl Archived for Application {
    const CONFLICT: &'static str = "its client id is that of another application";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.users.insert(self.creator_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        found.user_of(self.account_id, self.creator_id)?;
        filled("name", &self.name)?;
        filled("client_id", &self.client_id)?;
        if let Some(secret) = &mut self.secret_sha256 {
            digest("secret_sha256", secret)?;
        }
        for uri in &self.redirect_uris {
            redirect_uris::check(uri)?;
        }
        match self.scopes.iter().flatten().find(|scope| !scopes::is_known(scope)) {
            Some(scope) => Err(format!("there is no scope `{scope}`")),
            None => Ok(()),
        }
    }
}
