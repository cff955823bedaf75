//! Reports, status changes and work packages of an account as the rows of a sheet, which [`super::sheet`] can read again.

use std::collections::BTreeMap;

use super::names::{CHUNK, all};
use super::sheet::Kind;
use crate::error::{Error, Result};
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::status_changes::StatusChange;
use crate::status_reports::{Category, StatusReport};
use crate::statuses::{self, Status};
use crate::table::{self, Table};
use crate::users::User;
use crate::work_packages::WorkPackage;
use crate::work_packages::constants::{priority_of, type_of};
use crate::work_packages::hours::Hours;
use crate::workspaces::Workspace;
use db::Conn;

/// What the rows name.
struct Named {
    people: BTreeMap<i64, User>,
    workspaces: BTreeMap<i64, Workspace>,
    statuses: Vec<Status>,
}

/// The bounds of a sheet that is written.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// The most rows.
    pub rows: usize,
    /// The most bytes of all their texts.
    pub bytes: usize,
}

/// The rows, by id, in the order of [`Kind::columns`]. Reading ends where they exceed a bound.
///
/// # Errors
/// [`Error::TooMuch`]
pub async fn rows(
    conn: &mut Conn,
    account_id: AccountId,
    kind: Kind,
    most: Most,
) -> Result<Vec<Vec<String>>> {
    let named = Named {
        people: all(conn, account_id).await?,
        workspaces: all(conn, account_id).await?,
        statuses: statuses::store::list(conn, account_id).await?,
    };
    match kind {
        Kind::Reports => bounded(conn, account_id, most, |one: &StatusReport| named.report(one)).await,
        Kind::StatusChanges => bounded(conn, account_id, most, |one: &StatusChange| named.change(one)).await,
        Kind::WorkPackages => bounded(conn, account_id, most, |one: &WorkPackage| named.package(one)).await,
    }
}

/// The rows of all records of a kind, as far as the bounds allow.
async fn bounded<R: Table>(
    conn: &mut Conn,
    account_id: AccountId,
    most: Most,
    row: impl Fn(&R) -> Vec<String> + Send,
) -> Result<Vec<Vec<String>>> {
    let (mut last, mut bytes, mut rows) = (i64::MIN, 0, Vec::new());
    loop {
        let records: Vec<R> = table::after_of_account(conn, account_id, last, CHUNK).await?;
        let Some(end) = records.last() else { return Ok(rows) };
        last = end.id().into();
        for record in &records {
            let row = row(record);
            bytes += row.iter().map(String::len).sum::<usize>();
            rows.push(row);
        }
        let Most { rows: most_rows, bytes: most_bytes } = most;
        if rows.len() > most_rows {
            return Err(Error::TooMuch(format!(
                "there are more than {most_rows} records, the most of a sheet"
            )));
        }
        if bytes > most_bytes {
            let message =
                format!("the texts of the records have more than {most_bytes} bytes, the most of a sheet");
            return Err(Error::TooMuch(message));
        }
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl Named {
    /// The id and the title of a workspace.
    fn workspace(&self, id: WorkspaceId) -> [String; 2] {
        [id.to_string(), text(self.workspaces.get(&id.0).map(|workspace| &workspace.title))]
    }

    /// The name and the e-mail address of a person.
    fn person(&self, id: Option<UserId>) -> [String; 2] {
        let user = id.and_then(|id| self.people.get(&id.0));
        [text(user.map(|user| &user.full_name)), text(user.map(|user| &user.email_address))]
    }

    fn report(&self, report: &StatusReport) -> Vec<String> {
        let mut row = vec![report.id.to_string()];
        row.extend(self.workspace(report.workspace_id));
        row.extend(self.person(Some(report.creator_id)));
        row.extend(self.person(report.updater_id));
        row.extend([report.created_at, report.updated_at].map(|time| time.to_string()));
        row.extend([report.color.name().to_owned(), report.description.clone()]);
        for category in Category::ALL {
            let detail = report.details.iter().find(|detail| detail.category == category);
            row.push(text(detail.map(|detail| detail.color.name())));
            row.push(text(detail.and_then(|detail| detail.description.as_ref())));
        }
        row
    }

    fn change(&self, change: &StatusChange) -> Vec<String> {
        let mut row = vec![change.id.to_string()];
        row.extend(self.workspace(change.workspace_id));
        row.extend(self.person(Some(change.user_id)));
        row.extend([change.created_at.to_string(), text(change.from_status_key)]);
        row.extend([change.to_status_key.to_string(), text(change.reason.as_ref())]);
        row
    }

    fn package(&self, package: &WorkPackage) -> Vec<String> {
        let mut row = vec![package.id.to_string()];
        row.extend(self.workspace(package.workspace_id));
        row.extend(
            [Some(package.author_id), package.assignee_id, package.responsible_id]
                .map(|id| self.person(id))
                .concat(),
        );
        row.extend([package.created_at, package.updated_at].map(|time| time.to_string()));
        let status = self.statuses.iter().find(|status| status.id == package.status_id);
        row.extend([
            package.subject.clone(),
            text(type_of(package.type_id).map(|one| one.name)),
            text(status.map(|status| &status.name)),
            text(priority_of(package.priority_id).map(|one| one.name)),
            text(package.parent_id),
            text(package.start_date),
            text(package.due_date),
            text(package.work.map(Hours::decimal)),
            text(package.remaining.map(Hours::decimal)),
            text(package.percent),
            text(package.description.as_ref()),
        ]);
        row
    }
}
