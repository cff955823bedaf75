//! Comments in the archive.

use super::{Comment, violations};
use crate::record::{Archived, Found, Needs};

impl Archived for Comment {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.reports.insert(self.status_report_id);
        needs.deleted_reports.insert(self.status_report_id);
        needs.users.insert(self.author_id);
        needs.users.extend(&self.mentions);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.any_report(self.status_report_id)?.account_id;
        for id in [self.author_id].iter().chain(&self.mentions) {
            found.user_of(self.account_id, *id)?;
        }
        match violations(Some(&self.text), true).first() {
            None => Ok(()),
            Some(one) => Err(format!("`{}` breaks a rule: {:?}", one.field, one.problem)),
        }
    }
}
