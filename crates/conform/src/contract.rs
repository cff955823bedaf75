//! Values that the contracts fix. This table is the checker's own and not the domain's, so that a mistake in one of the two
//! shows as a difference.

/// The project statuses of Kantata: key, label and color (docs/contracts/kantata.md#status-keys).
pub const STATUS_KEYS: [(i64, &str, &str); 73] = [
    (100, "Backlog", "grey"),
    (105, "Bid Stage", "grey"),
    (107, "Contingent", "grey"),
    (110, "Estimate", "grey"),
    (115, "In Planning", "grey"),
    (120, "In Setup", "grey"),
    (125, "Inactive", "grey"),
    (130, "Not Started", "grey"),
    (135, "On Hold", "grey"),
    (138, "Pipeline", "grey"),
    (140, "Proposed", "grey"),
    (143, "Prospect", "grey"),
    (145, "Quality Control", "grey"),
    (200, "Approved", "light_green"),
    (205, "Confirmed", "light_green"),
    (207, "Contingent", "light_green"),
    (210, "Okay to Start", "light_green"),
    (213, "Pending", "light_green"),
    (215, "Ready", "light_green"),
    (220, "Scheduled", "light_green"),
    (225, "Quality Control", "light_green"),
    (234, "Smart Start", "light_green"),
    (235, "Tech Setup", "light_green"),
    (255, "Not Started", "light_green"),
    (300, "Active", "green"),
    (305, "In Development", "green"),
    (310, "In Progress", "green"),
    (315, "In Testing", "green"),
    (317, "Live", "green"),
    (320, "On Track", "green"),
    (325, "Ready for Testing", "green"),
    (330, "Started", "green"),
    (335, "Quality Control", "green"),
    (340, "UAT", "green"),
    (400, "Alert", "yellow"),
    (401, "Active", "yellow"),
    (403, "At Risk", "yellow"),
    (405, "Issue", "yellow"),
    (410, "Keep Watch", "yellow"),
    (415, "Late", "yellow"),
    (420, "Needs Review", "yellow"),
    (423, "On Hold", "yellow"),
    (425, "Over Budget", "yellow"),
    (430, "Past Due", "yellow"),
    (435, "Pending Approval", "yellow"),
    (440, "Priority", "yellow"),
    (445, "Requires Feedback", "yellow"),
    (450, "Requires Follow-up", "yellow"),
    (455, "Requires Research", "yellow"),
    (459, "Quality Control", "yellow"),
    (465, "UAT", "yellow"),
    (500, "Alert", "red"),
    (501, "Cancelled", "red"),
    (505, "Blocked", "red"),
    (510, "Cancelled", "red"),
    (513, "Cancelled - Change Order", "red"),
    (515, "Concern", "red"),
    (520, "Late Payment", "red"),
    (525, "On Hold", "red"),
    (530, "Suspended", "red"),
    (535, "Terminated", "red"),
    (540, "Rejected", "red"),
    (545, "Quality Control", "red"),
    (555, "UAT", "red"),
    (600, "Closed", "blue"),
    (601, "Cancelled", "blue"),
    (602, "Cancelled Confirmed", "blue"),
    (605, "Completed", "blue"),
    (610, "Delivered", "blue"),
    (615, "Done", "blue"),
    (620, "Shipped", "blue"),
    (625, "Submitted", "blue"),
    (630, "Quality Control", "blue"),
];

/// The project statuses of OpenProject: code and name (docs/contracts/openproject.md#project-statuses).
pub const PROJECT_STATUSES: [(&str, &str); 6] = [
    ("on_track", "On track"),
    ("at_risk", "At risk"),
    ("off_track", "Off track"),
    ("not_started", "Not started"),
    ("finished", "Finished"),
    ("discontinued", "Discontinued"),
];

/// The label and the color of a status key.
pub fn status_key(key: i64) -> Option<(&'static str, &'static str)> {
    STATUS_KEYS.iter().find(|row| row.0 == key).map(|(_, label, color)| (*label, *color))
}

/// The name of a project status.
pub fn project_status(code: &str) -> Option<&'static str> {
    PROJECT_STATUSES.iter().find(|row| row.0 == code).map(|(_, name)| *name)
}
