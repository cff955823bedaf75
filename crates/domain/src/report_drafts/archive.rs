//! Drafts of reports in the archive.

use super::{ReportDraft, State};
use crate::record::{Archived, Found, Needs, filled};
use crate::status_reports::categories_differ;

impl Archived for ReportDraft {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.insert(self.creator_id);
        needs.users.extend(self.updater_id);
        needs.users.extend(self.closer_id);
        needs.reports.extend(self.report_id);
        needs.deleted_reports.extend(self.report_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        for person in [Some(self.creator_id), self.updater_id, self.closer_id].into_iter().flatten() {
            found.user_of(self.account_id, person)?;
        }
        if let Some(id) = self.report_id
            && found.any_report(id)?.workspace_id != self.workspace_id
        {
            return Err(format!("status report {id} is of another workspace"));
        }
        if (self.state == State::Published) != self.report_id.is_some() {
            return Err("a draft has a `report_id` if it is published, and not otherwise".into());
        }
        if (self.state == State::Open) != (self.closer_id.is_none() && self.closed_at.is_none()) {
            return Err("a draft has `closer_id` and `closed_at` unless it is open".into());
        }
        if !categories_differ(&self.details) {
            return Err("`details` has the same category twice".into());
        }
        let mut sources = self.sentences.iter().flat_map(|sentence| &sentence.sources);
        if sources.any(|source| source.problem().is_some()) {
            return Err("`sentences` has a source that is neither a record nor an address".into());
        }
        filled("description", &self.description)?;
        filled("agent", &self.agent)
    }
}
