//! External references in the archive.

use super::{ExternalReference, SubjectType};
use crate::record::{Found, Needs, Record, filled};
use crate::stored;

impl Record for ExternalReference {
    const KIND: &'static str = "external_reference";
    const TABLE: &'static str = "external_references";
    const CONFLICT: &'static str = "its subject refers to that service already";

    fn needs(&self, needs: &mut Needs) {
        match self.subject_type {
            SubjectType::StatusReport => needs.reports.insert(self.subject_id),
            SubjectType::Workspace => needs.workspaces.insert(self.subject_id),
        };
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        let id = self.subject_id;
        (self.account_id, self.workspace_id) = match self.subject_type {
            SubjectType::Workspace => (found.workspace(id)?, id),
            SubjectType::StatusReport => {
                let report = found.reports.get(&id).copied();
                report.ok_or_else(|| format!("there is no status report {id} above it"))?
            }
        };
        filled("service_name", &self.service_name)?;
        filled("service_model", &self.service_model)?;
        filled("service_model_ref", &self.service_model_ref)
    }

    stored!(super::store, account_id);
}
