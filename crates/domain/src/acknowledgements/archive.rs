//! Acknowledgements in the archive.

use super::Acknowledgement;
use crate::record::{Archived, Found, Needs};

impl Archived for Acknowledgement {
    const CONFLICT: &'static str = "the person acknowledged the report already";

    fn needs(&self, needs: &mut Needs) {
        needs.reports.insert(self.status_report_id);
        needs.deleted_reports.insert(self.status_report_id);
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.any_report(self.status_report_id)?.account_id;
        found.user_of(self.account_id, self.user_id)
    }
}
