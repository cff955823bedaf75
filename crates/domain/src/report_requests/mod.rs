//! Requests for a report about a workspace. A request is open until the next report; a workspace has at most one that is open.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use crate::portfolio::Mark;
use base::clock::Time;

/// The maximum length of a message, in characters.
pub const MESSAGE_LIMIT: usize = 1_000;

/// A request for a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRequest {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspace.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Who asks.
    pub user_id: UserId,
    /// What they say to the owner of the report.
    pub message: Option<String>,
    /// The newest report of the workspace at that time.
    pub last_report_id: Option<ReportId>,
    /// When they asked.
    pub created_at: Time,
}

impl ReportRequest {
    /// Whether no report came after it, given the newest report of the workspace.
    pub fn is_open(&self, newest: Option<&Mark>) -> bool {
        let asked = (self.created_at, self.last_report_id.unwrap_or_default());
        newest.is_none_or(|report| (report.created_at, report.id) <= asked)
    }
}

/// The message of a request, without blanks at its ends; none if nothing is left.
///
/// # Errors
/// The violation of a message that is too long.
pub fn message(text: Option<&str>) -> Result<Option<String>, Violation> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > MESSAGE_LIMIT) {
        return Err(Violation::new("message", Problem::TooLong(MESSAGE_LIMIT)));
    }
    Ok(text.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status_reports::Color;

    #[test]
    fn a_report_after_a_request_closes_it() {
        let request = ReportRequest {
            id: 1,
            account_id: AccountId(1),
            workspace_id: WorkspaceId(1),
            user_id: UserId(1),
            message: None,
            last_report_id: Some(ReportId(7)),
            created_at: Time(100),
        };
        let report = |id, at| Mark {
            workspace_id: WorkspaceId(1),
            id: ReportId(id),
            color: Color::Green,
            created_at: Time(at),
        };
        assert!(request.is_open(None));
        assert!(request.is_open(Some(&report(7, 100))));
        assert!(request.is_open(Some(&report(9, 99))));
        assert!(!request.is_open(Some(&report(8, 100))));
        assert!(!request.is_open(Some(&report(3, 101))));
        assert!(!ReportRequest { last_report_id: None, ..request }.is_open(Some(&report(1, 100))));
    }

    #[test]
    fn a_message_has_a_bound() {
        assert_eq!(message(Some("  Please. \n")), Ok(Some("Please.".into())));
        assert_eq!((message(Some(" ")), message(None)), (Ok(None), Ok(None)));
        assert!(message(Some(&"é".repeat(MESSAGE_LIMIT))).is_ok());
        assert!(message(Some(&"é".repeat(MESSAGE_LIMIT + 1))).is_err());
    }
}
