//! The past: what held at an instant, as the store knew it at another.

use base::clock::Time;

/// The point of view of a read in the past. The state of a record is what the last of its versions says, by `effective`
/// and the number of its event, of those that hold from `as_of` or earlier and were known at `known_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// When it held.
    pub as_of: Time,
    /// When the store knew it.
    pub known_at: Time,
}

impl Past {
    /// The end of the span in which records were created that can have been there, exclusive.
    pub const fn end(self) -> Time {
        Time(self.as_of.0.saturating_add(1))
    }
}

/// An expression of the version `o` that a record has in the past; null if the record was not there yet. The statement has
/// the parameters `:as_of` and `:known_at`.
macro_rules! in_past {
    ($value:literal of $kind:literal $id:literal in $account:literal) => {
        concat!(
            "(select ",
            $value,
            " from versions o where o.account_id = ",
            $account,
            " and o.subject_type = '",
            $kind,
            "' and o.subject_id = ",
            $id,
            " and o.effective <= :as_of and o.at <= :known_at order by o.effective desc, o.sequence desc limit 1)"
        )
    };
}
pub(crate) use in_past;

/// Whether a status change was there in the past.
macro_rules! change_in_past {
    ($change:literal) => {
        concat!(
            $change,
            ".created_at <= :as_of and exists (select 1 from versions k where k.account_id = ",
            $change,
            ".account_id and k.subject_type = 'workspace_status_change' and k.subject_id = ",
            $change,
            ".id and k.at <= :known_at)"
        )
    };
}
pub(crate) use change_in_past;

/// The status key of a workspace in the past: that of its last change, or the one before its first, or its own. `cross join`
/// keeps SQLite from beginning with the versions of all changes.
macro_rules! status_in_past {
    ($id:literal in $account:literal or $own:literal) => {
        concat!(
            "coalesce((select c.to_status_key from workspace_status_changes c cross join versions k
                where k.account_id = c.account_id and k.subject_type = 'workspace_status_change'
                    and k.subject_id = c.id and k.at <= :known_at and c.account_id = ",
            $account,
            " and c.workspace_id = ",
            $id,
            " and c.created_at <= :as_of order by c.created_at desc, k.sequence desc limit 1),
            (select c.from_status_key from workspace_status_changes c cross join versions k
                where k.account_id = c.account_id and k.subject_type = 'workspace_status_change'
                    and k.subject_id = c.id and k.at <= :known_at and c.account_id = ",
            $account,
            " and c.workspace_id = ",
            $id,
            " order by c.created_at, k.sequence limit 1), ",
            $own,
            ")"
        )
    };
}
pub(crate) use status_in_past;
