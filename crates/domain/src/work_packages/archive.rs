//! Work packages and their activities in the archive.

use super::WorkPackage;
use super::activities::Activity;
use super::constants::{priority_of, type_of};
use super::progress::PERCENT;
use super::rules::SUBJECT_LIMIT;
use crate::record::{Archived, Found, Needs, filled};

/// The largest number of a version: others are added to it.
const MOST: i64 = 1 << 53;

impl Archived for WorkPackage {
    const CONFLICT: &'static str = "it cannot be added";

    fn needs(&self, needs: &mut Needs) {
        needs.workspaces.insert(self.workspace_id);
        needs.statuses.insert(self.status_id);
        needs
            .users
            .extend([Some(self.author_id), self.assignee_id, self.responsible_id].into_iter().flatten());
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.workspace(self.workspace_id)?.account_id;
        found.status_of(self.account_id, self.status_id)?;
        for user in [Some(self.author_id), self.assignee_id, self.responsible_id].into_iter().flatten() {
            found.user_of(self.account_id, user)?;
        }
        filled("subject", &self.subject)?;
        if self.subject.chars().count() > SUBJECT_LIMIT {
            return Err(format!("`subject` is longer than {SUBJECT_LIMIT} characters"));
        }
        if type_of(self.type_id).is_none() || priority_of(self.priority_id).is_none() {
            return Err("`type_id` or `priority_id` is unknown".into());
        }
        if self.parent_id == Some(self.id) {
            return Err("it is its own parent".into());
        }
        if !(0..=MOST).contains(&self.lock_version)
            || self.percent.is_some_and(|percent| !PERCENT.contains(&percent))
        {
            return Err("`lock_version` or `percent` is out of range".into());
        }
        Ok(())
    }
}

impl Archived for Activity {
    const CONFLICT: &'static str = "the work package has an activity of this version already";

    fn needs(&self, needs: &mut Needs) {
        needs.work_packages.insert(self.work_package_id);
        needs.users.extend(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        let (account_id, workspace_id) = found.work_package(self.work_package_id)?;
        if workspace_id != self.workspace_id {
            return Err(format!("work package {} is of another workspace", self.work_package_id));
        }
        self.account_id = account_id;
        if let Some(user) = self.user_id {
            found.user_of(self.account_id, user)?;
        }
        if (1..=MOST).contains(&self.version) { Ok(()) } else { Err("`version` is out of range".into()) }
    }
}
