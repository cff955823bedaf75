//! Moving in: records of another system, which keep their authors and times and are remembered by their ids there, so that a
//! second run changes only what changed. The command line calls this module, and for sheets the native surface and the pages.

pub mod apply;
mod cells;
mod kinds;
pub mod levels;
pub mod lists;
mod names;
pub mod reason;
pub mod sheet;
pub mod store;

use std::collections::BTreeMap;

use crate::events::Change;
use crate::external_references::ExternalReference;
use crate::participations::Participation;
use crate::status_changes::StatusChange;
use crate::status_reports::StatusReport;
use crate::statuses::Status;
use crate::users::User;
use crate::work_packages::{Activity, WorkPackage};
use crate::workspaces::Workspace;

/// The API that a system has: it decides which attributes of a record come from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the APIs")]
pub enum Vendor {
    Kantata,
    OpenProject,
    Sheet,
}

/// Where records come from and where they go.
#[derive(Clone, Debug)]
pub struct Route {
    /// The context of the writes: the account that gets them, the instant of the import, and who imports them from where.
    pub change: Change,
    /// The name of the system under which its records are remembered: that of its API, and its address.
    pub source: String,
    /// The API of the system.
    pub vendor: Vendor,
}

/// Records of one kind, as the other system has them: their ids, and the ids to which they refer, are those of that system.
/// The account of a record does not matter.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the kinds")]
pub enum Batch {
    Users(Vec<User>),
    Statuses(Vec<Status>),
    Workspaces(Vec<Workspace>),
    Participations(Vec<Participation>),
    Reports(Vec<StatusReport>),
    StatusChanges(Vec<StatusChange>),
    References(Vec<ExternalReference>),
    WorkPackages(Vec<WorkPackage>),
    Activities(Vec<Activity>),
}

/// How far an import came: a stage, and a place in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the order compares both")]
pub struct Position {
    pub stage: i64,
    pub place: i64,
}

/// A record that did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The kind of record.
    pub kind: &'static str,
    /// Its id in the other system.
    pub id: i64,
    /// Why.
    pub reason: String,
}

/// The numbers of records of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "what became of them")]
pub struct Count {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub refused: u64,
}

/// The result of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// By the kind of record.
    pub counts: BTreeMap<&'static str, Count>,
    /// The records that did not come.
    pub refused: Vec<Refused>,
}

impl Outcome {
    /// The numbers of a kind, to be changed.
    pub fn of(&mut self, kind: &'static str) -> &mut Count {
        self.counts.entry(kind).or_default()
    }

    /// Adds a record that did not come.
    pub fn refuse(&mut self, kind: &'static str, id: i64, reason: String) {
        self.of(kind).refused += 1;
        self.refused.push(Refused { kind, id, reason });
    }

    /// The numbers of all kinds together.
    pub fn total(&self) -> Count {
        self.counts.values().fold(Count::default(), |sum, count| Count {
            new: sum.new + count.new,
            changed: sum.changed + count.changed,
            unchanged: sum.unchanged + count.unchanged,
            refused: sum.refused + count.refused,
        })
    }

    /// Adds another result.
    pub fn add(&mut self, other: Self) {
        for (kind, more) in other.counts {
            let count = self.of(kind);
            count.new += more.new;
            count.changed += more.changed;
            count.unchanged += more.unchanged;
            count.refused += more.refused;
        }
        self.refused.extend(other.refused);
    }
}
