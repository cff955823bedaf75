//! Status keys: the fixed table of project statuses of Kantata (docs/contracts/kantata.md#status-keys).

pub mod store;

/// The key of a new workspace.
pub const BACKLOG: i64 = 100;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusKey {
    /// The number in requests and responses.
    pub key: i64,
    /// The English label.
    pub message: &'static str,
    /// The group.
    pub color: Color,
}

/// The six groups: not yet started, close to starting, in progress, with a pending action, blocked or ended, finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Color {
    Grey,
    LightGreen,
    Green,
    Yellow,
    Red,
    Blue,
}

/// The keys of projects that ended before they were finished, and of those on hold.
const AT_REST: [i64; 9] = [135, 423, 501, 510, 513, 525, 530, 535, 540];

const TABLE: [(i64, &str, Color); 73] = [
    (100, "Backlog", Color::Grey),
    (105, "Bid Stage", Color::Grey),
    (107, "Contingent", Color::Grey),
    (110, "Estimate", Color::Grey),
    (115, "In Planning", Color::Grey),
    (120, "In Setup", Color::Grey),
    (125, "Inactive", Color::Grey),
    (130, "Not Started", Color::Grey),
    (135, "On Hold", Color::Grey),
    (138, "Pipeline", Color::Grey),
    (140, "Proposed", Color::Grey),
    (143, "Prospect", Color::Grey),
    (145, "Quality Control", Color::Grey),
    (200, "Approved", Color::LightGreen),
    (205, "Confirmed", Color::LightGreen),
    (207, "Contingent", Color::LightGreen),
    (210, "Okay to Start", Color::LightGreen),
    (213, "Pending", Color::LightGreen),
    (215, "Ready", Color::LightGreen),
    (220, "Scheduled", Color::LightGreen),
    (225, "Quality Control", Color::LightGreen),
    (234, "Smart Start", Color::LightGreen),
    (235, "Tech Setup", Color::LightGreen),
    (255, "Not Started", Color::LightGreen),
    (300, "Active", Color::Green),
    (305, "In Development", Color::Green),
    (310, "In Progress", Color::Green),
    (315, "In Testing", Color::Green),
    (317, "Live", Color::Green),
    (320, "On Track", Color::Green),
    (325, "Ready for Testing", Color::Green),
    (330, "Started", Color::Green),
    (335, "Quality Control", Color::Green),
    (340, "UAT", Color::Green),
    (400, "Alert", Color::Yellow),
    (401, "Active", Color::Yellow),
    (403, "At Risk", Color::Yellow),
    (405, "Issue", Color::Yellow),
    (410, "Keep Watch", Color::Yellow),
    (415, "Late", Color::Yellow),
    (420, "Needs Review", Color::Yellow),
    (423, "On Hold", Color::Yellow),
    (425, "Over Budget", Color::Yellow),
    (430, "Past Due", Color::Yellow),
    (435, "Pending Approval", Color::Yellow),
    (440, "Priority", Color::Yellow),
    (445, "Requires Feedback", Color::Yellow),
    (450, "Requires Follow-up", Color::Yellow),
    (455, "Requires Research", Color::Yellow),
    (459, "Quality Control", Color::Yellow),
    (465, "UAT", Color::Yellow),
    (500, "Alert", Color::Red),
    (501, "Cancelled", Color::Red),
    (505, "Blocked", Color::Red),
    (510, "Cancelled", Color::Red),
    (513, "Cancelled - Change Order", Color::Red),
    (515, "Concern", Color::Red),
    (520, "Late Payment", Color::Red),
    (525, "On Hold", Color::Red),
    (530, "Suspended", Color::Red),
    (535, "Terminated", Color::Red),
    (540, "Rejected", Color::Red),
    (545, "Quality Control", Color::Red),
    (555, "UAT", Color::Red),
    (600, "Closed", Color::Blue),
    (601, "Cancelled", Color::Blue),
    (602, "Cancelled Confirmed", Color::Blue),
    (605, "Completed", Color::Blue),
    (610, "Delivered", Color::Blue),
    (615, "Done", Color::Blue),
    (620, "Shipped", Color::Blue),
    (625, "Submitted", Color::Blue),
    (630, "Quality Control", Color::Blue),
];

/// Whether a workspace with this status is finished: it owes no reports.
pub fn is_finished(key: i64) -> bool {
    find(key).is_some_and(|status| status.color == Color::Blue)
}

/// All rows, by key.
pub fn all() -> impl Iterator<Item = StatusKey> {
    TABLE.iter().map(|&(key, message, color)| StatusKey { key, message, color })
}

/// The row of a key.
pub fn find(key: i64) -> Option<StatusKey> {
    let index = TABLE.binary_search_by_key(&key, |row| row.0).ok()?;
    let (key, message, color) = TABLE[index];
    Some(StatusKey { key, message, color })
}

/// Whether a project with this status is expected to report: it is neither finished, nor cancelled, nor on hold.
pub fn expects_reports(key: i64) -> bool {
    !is_finished(key) && !AT_REST.contains(&key)
}

/// Returns `Ok` if the table has the key.
///
/// # Errors
/// The reason, for an unknown key.
pub fn known(key: i64) -> Result<(), String> {
    find(key).map(drop).ok_or_else(|| format!("there is no status key {key}"))
}

impl Color {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::LightGreen => "light_green",
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Blue => "blue",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_every_key_is_found() {
        assert!(TABLE.is_sorted_by_key(|row| row.0));
        for row in all() {
            assert_eq!(find(row.key), Some(row));
        }
        assert_eq!(find(99), None);
    }
}
