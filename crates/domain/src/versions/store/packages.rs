//! Work packages as each of their versions left them. Their lists and totals in the past are read from these states, which the
//! log writes with its events.

use crate::events::Link;
use crate::ids::AccountId;
use crate::record::Logged;
use crate::table::Table;
use crate::versions::Version;
use crate::work_packages::WorkPackage;
use base::clock::Time;
use db::{Conn, Row};
use db::{bind, statements};

statements! {
    ADD = "insert into work_package_states (account_id, sequence, deleted, id, workspace_id, type_id, status_id, priority_id,
            author_id, assignee_id, responsible_id, parent_id, subject, subject_key, description, description_key,
            start_date, due_date, duration, work, remaining, percent, lock_version, created_at, updated_at, effective)
        values (:account_id, :sequence, :deleted, :id, :workspace_id, :type_id, :status_id, :priority_id, :author_id,
            :assignee_id, :responsible_id, :parent_id, :subject, :subject_key, :description, :description_key, :start_date,
            :due_date, :duration, :work, :remaining, :percent, :lock_version, :created_at, :updated_at, :effective)";
    COMPLETE_TO = "select work_package_states_sequence from accounts where id = :account_id";
    SET_COMPLETE_TO = "update accounts set work_package_states_sequence = :sequence where id = :account_id";
    OF_LOG = "select ", WorkPackage::COLUMNS, ", w.sequence, w.deleted, w.effective, w.subject_key, w.description_key,
            w.duration
        from work_package_states w
        where w.account_id = :account_id and w.sequence > :after and w.sequence <= :until order by w.sequence";
}

/// A work package after an event, or before its deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The number of the event in its account.
    pub sequence: i64,
    deleted: bool,
    /// From when on it holds.
    effective: Time,
    package: WorkPackage,
    subject_key: String,
    description_key: String,
    duration: Option<i64>,
}

impl State {
    /// The state that a version of an account is about, from the record after its event or, if it was deleted, before. `None` if
    /// it is not about a work package.
    pub fn new(account_id: AccountId, version: &Version<'_>, content: &str) -> Option<Self> {
        if version.subject_type != WorkPackage::KIND {
            return None;
        }
        let package: WorkPackage = serde_json::from_str(content).ok()?;
        let package = WorkPackage { account_id, ..package };
        Some(Self {
            sequence: version.sequence,
            deleted: version.kind == "deleted",
            effective: version.effective,
            subject_key: package.subject_key(),
            description_key: package.description_key(),
            duration: package.duration(),
            package,
        })
    }

    /// The state after an event of a log.
    pub fn of(link: &Link) -> Option<Self> {
        let content = link.event.after.as_deref().or(link.event.before.as_deref()).unwrap_or_default();
        Self::new(link.account_id, &Version::of(&link.event)?, content)
    }

    fn read(row: &Row<'_>) -> db::Result<Self> {
        const WIDTH: usize = WorkPackage::FIELDS.len();
        Ok(Self {
            package: WorkPackage::read(row)?,
            sequence: row.get(WIDTH)?,
            deleted: row.get(WIDTH + 1)?,
            effective: row.get(WIDTH + 2)?,
            subject_key: row.get(WIDTH + 3)?,
            description_key: row.get(WIDTH + 4)?,
            duration: row.get(WIDTH + 5)?,
        })
    }
}

/// Adds states of an account.
pub async fn add(conn: &mut Conn, states: &[State]) -> db::Result<()> {
    let queries: Vec<_> = states
        .iter()
        .map(|state| {
            let package = &state.package;
            bind![ADD;
                package.account_id,
                state.sequence,
                state.deleted,
                package.id,
                package.workspace_id,
                package.type_id,
                package.status_id,
                package.priority_id,
                package.author_id,
                package.assignee_id,
                package.responsible_id,
                package.parent_id,
                package.subject,
                state.subject_key,
                package.description,
                state.description_key,
                package.start_date,
                package.due_date,
                state.duration,
                package.work,
                package.remaining,
                package.percent,
                package.lock_version,
                package.created_at,
                package.updated_at,
                state.effective,
            ]
        })
        .collect();
    conn.submit_many(&queries).await
}

/// The number of the last event after which the store has the state.
pub async fn complete_to(conn: &mut Conn, account_id: AccountId) -> db::Result<i64> {
    conn.scalar(&bind![COMPLETE_TO; account_id]).await
}

/// Says that the store has the states up to an event.
pub async fn set_complete_to(conn: &mut Conn, account_id: AccountId, sequence: i64) -> db::Result<()> {
    conn.run(&bind![SET_COMPLETE_TO; account_id, sequence]).await.map(drop)
}

/// The states that the store has of the events of an account after one and up to another.
pub async fn of_log(
    conn: &mut Conn,
    account_id: AccountId,
    (after, until): (i64, i64),
) -> db::Result<Vec<State>> {
    conn.all(&bind![OF_LOG; account_id, after, until], State::read).await
}
