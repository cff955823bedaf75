//! External references in the archive.

use super::{ExternalReference, SubjectType};
use crate::ids::{ReportId, WorkspaceId};
use crate::record::{Archived, Found, Needs, filled};

impl Archived for ExternalReference {
    const CONFLICT: &'static str = "its subject refers to that service already";

    fn needs(&self, needs: &mut Needs) {
        match self.subject_type {
            SubjectType::StatusReport => needs.reports.insert(ReportId(self.subject_id)),
            SubjectType::Workspace => needs.workspaces.insert(WorkspaceId(self.subject_id)),
        };
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        let id = self.subject_id;
        (self.account_id, self.workspace_id) = match self.subject_type {
            SubjectType::Workspace => (found.workspace(WorkspaceId(id))?.account_id, WorkspaceId(id)),
            SubjectType::StatusReport => {
                let report = found.report(ReportId(id))?;
                (report.account_id, report.workspace_id)
            }
        };
        filled("service_name", &self.service_name)?;
        filled("service_model", &self.service_model)?;
        filled("service_model_ref", &self.service_model_ref)
    }
}
