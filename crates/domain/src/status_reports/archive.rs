//! Status reports in the archive.

use super::store::blocks;
use super::{StatusReport, categories_differ};
use crate::record::{Archived, Counted, Found, Needs, filled};
use db::{Conn, Work};

impl Archived for StatusReport {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.users.extend([Some(self.creator_id), self.updater_id].into_iter().flatten());
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        found.user_of(self.account_id, self.creator_id)?;
        self.updater_id.map_or(Ok(()), |updater| found.user_of(self.account_id, updater))?;
        filled("description", &self.description)?;
        if categories_differ(&self.details) { Ok(()) } else { Err("`details` has a category twice".into()) }
    }

    fn counted(&self) -> Option<Counted> {
        Some(Counted { workspace_id: self.workspace_id, status_reports: 1, ..Counted::default() })
    }

    fn imported<'c>(conn: &'c mut Conn, reports: &'c [Self]) -> Work<'c, (), db::Error> {
        let more = reports.iter().map(|report| (report.account_id, report.id, 1));
        Box::pin(blocks::count(conn, more))
    }
}
