//! Status reports in the archive.

use super::store::{blocks, deleted, history};
use super::{StatusReport, categories_differ};
use crate::events::Source;
use crate::record::{Archived, Counted, Entry, Found, Needs, filled};
use crate::report_history::{DeletedReport, ReportVersion};
use db::{Conn, Work};

impl Archived for StatusReport {
    const CONFLICT: &'static str = "it is there already and differs: it is deleted";

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
        Box::pin(async {
            deleted::check_imported(conn, reports).await?;
            blocks::count(conn, reports.iter().map(|report| (report.account_id, report.id, 1)));
            Ok(())
        })
    }
}

impl Archived for DeletedReport {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        self.report().needs(needs);
        needs.reports.insert(self.id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        if found.reports.contains_key(&self.id) {
            return Err(format!("status_report {} is there already and is not deleted", self.id));
        }
        let mut report = self.report();
        report.settle(found)?;
        self.account_id = report.account_id;
        Ok(())
    }

    /// The log has no records of this kind: it has the report, and its deletion.
    fn entries(&self) -> Vec<Entry> {
        let report = self.report();
        vec![Entry::created(&report), Entry::deleted(&report)]
    }

    fn imported<'c>(conn: &'c mut Conn, reports: &'c [Self]) -> Work<'c, (), db::Error> {
        Box::pin(deleted::imported(conn, reports))
    }
}

impl Archived for ReportVersion {
    const CONFLICT: &'static str = "the report has another version with this number, or a gap before it";

    fn needs(&self, needs: &mut Needs) {
        needs.deleted_reports.insert(self.status_report_id);
        needs.reports.insert(self.status_report_id);
        needs.users.extend(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        let report = found.any_report(self.status_report_id)?;
        self.account_id = report.account_id;
        self.report.account_id = report.account_id;
        self.user_id.map_or(Ok(()), |user| found.user_of(self.account_id, user))?;
        if self.report.id != self.status_report_id || self.report.workspace_id != report.workspace_id {
            return Err("`report` is another report, or one of another workspace".into());
        }
        if !Source::ALL.iter().any(|source| source.name() == self.surface) {
            return Err(format!("`surface` is `{}`, which is none", self.surface));
        }
        if self.version < 1 { Err("`version` is not above 0".into()) } else { Ok(()) }
    }

    fn after(conn: &mut Conn, id: i64, limit: i64) -> Work<'_, Vec<Self>, db::Error> {
        Box::pin(history::after(conn, id, limit))
    }

    fn existing<'c>(conn: &'c mut Conn, lines: Vec<&'c Self>) -> Work<'c, Vec<Self>, db::Error> {
        Box::pin(async move { history::existing(conn, &lines).await })
    }

    fn imported<'c>(conn: &'c mut Conn, versions: &'c [Self]) -> Work<'c, (), db::Error> {
        Box::pin(history::imported(conn, versions))
    }
}
