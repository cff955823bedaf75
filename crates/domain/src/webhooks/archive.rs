//! Webhook endpoints in the archive, which has no secrets: an imported endpoint delivers nothing until its secret is rotated.

use super::{Draft, WebhookEndpoint};
use crate::feed;
use crate::record::{Archived, Found, Needs};

impl Archived for WebhookEndpoint {
    const CONFLICT: &'static str = "the store has another webhook endpoint in its place";

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account_id);
        needs.workspaces.extend(self.workspace_ids.iter().flatten());
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        found.account(self.account_id)?;
        for id in self.workspace_ids.iter().flatten() {
            if found.workspace(*id)?.account_id != self.account_id {
                return Err(format!("workspace {id} is of another account"));
            }
        }
        if let Some(name) = self.types.iter().flatten().find(|name| feed::types(name).is_none()) {
            return Err(format!("there is no type `{name}`"));
        }
        let draft = Draft {
            url: Some(self.url.clone()),
            description: Some(self.description.clone()),
            types: Some(self.types.clone()),
            workspace_ids: Some(self.workspace_ids.clone()),
            ..Draft::default()
        };
        let first = draft.violations(true).into_iter().next();
        first.map_or(Ok(()), |one| Err(format!("`{}` breaks a rule: {:?}", one.field, one.problem)))
    }
}
