//! The records of an account that the rows of a sheet name.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cells::Cells;
use super::reason::Reason;
use crate::error::Result;
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::statuses::{self, Status};
use crate::table::{self, Table};
use crate::users;
use crate::users::mailbox::Mailbox;
use crate::workspaces::Workspace;
use db::Conn;

/// The number of records that are read with one statement.
pub const CHUNK: i64 = 1000;

/// Workspaces, statuses, and the people who were looked up.
pub struct Names {
    pub account_id: AccountId,
    workspaces: HashSet<WorkspaceId>,
    /// The ids of workspaces by title.
    titles: HashMap<String, Vec<WorkspaceId>>,
    pub statuses: Vec<Status>,
    people: HashMap<String, Option<UserId>>,
}

/// All records of a kind of an account, by id.
pub async fn all<R: Table>(conn: &mut Conn, account_id: AccountId) -> Result<BTreeMap<i64, R>> {
    let (mut last, mut found) = (i64::MIN, BTreeMap::new());
    loop {
        let records: Vec<R> = table::after_of_account(conn, account_id, last, CHUNK).await?;
        let Some(end) = records.last() else { return Ok(found) };
        last = end.id().into();
        found.extend(records.into_iter().map(|record| (record.id().into(), record)));
    }
}

impl Names {
    pub async fn read(conn: &mut Conn, account_id: AccountId) -> Result<Self> {
        let mut titles: HashMap<String, Vec<WorkspaceId>> = HashMap::new();
        let mut workspaces = HashSet::new();
        for (id, workspace) in all::<Workspace>(conn, account_id).await? {
            titles.entry(workspace.title.trim().to_lowercase()).or_default().push(WorkspaceId(id));
            workspaces.insert(WorkspaceId(id));
        }
        let statuses = statuses::store::list(conn, account_id).await?;
        Ok(Self { account_id, workspaces, titles, statuses, people: HashMap::new() })
    }

    /// The workspace of a row, by `workspace_id` or by its title in `workspace`.
    pub fn workspace(&self, cells: &mut Cells<'_>) -> Option<WorkspaceId> {
        if cells.text("workspace_id").is_some() {
            let id = cells.number("workspace_id").map(WorkspaceId)?;
            if self.workspaces.contains(&id) {
                return Some(id);
            }
            cells.refuse(Reason::NoWorkspace(id.to_string()));
            return None;
        }
        let title = cells.needed("workspace")?;
        match self.titles.get(&title.to_lowercase()).map(Vec::as_slice) {
            Some([id]) => return Some(*id),
            Some(_) => cells.refuse(Reason::SeveralWorkspaces(title)),
            None => cells.refuse(Reason::NoWorkspace(title)),
        }
        None
    }

    /// The person of a row, by the e-mail address in `NAME_email`, or by the address or the name in `NAME`.
    pub async fn person(
        &mut self,
        conn: &mut Conn,
        cells: &mut Cells<'_>,
        name: &str,
        is_needed: bool,
    ) -> Result<Option<UserId>> {
        let Some(text) = cells.text(&format!("{name}_email")).or_else(|| cells.text(name)) else {
            if is_needed {
                cells.refuse(Reason::Empty(name.to_owned()));
            }
            return Ok(None);
        };
        if !self.people.contains_key(text) {
            let user = users::store::named(conn, self.account_id, &Mailbox::read(text)).await?;
            self.people.insert(text.to_owned(), user.map(|user| user.id));
        }
        let found = self.people.get(text).copied().flatten();
        if found.is_none() {
            cells.refuse(Reason::NoPerson(name.to_owned(), text.to_owned()));
        }
        Ok(found)
    }

    /// The status of a row, by its name in `status`.
    pub fn status(&self, cells: &mut Cells<'_>) -> Option<i64> {
        cells.among("status", self.statuses.iter().map(|status| (status.name.as_str(), status.id)))
    }
}
