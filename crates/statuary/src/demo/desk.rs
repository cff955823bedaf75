//! The desk of the demo: cadences with which every state occurs, and a request for a report.

use base::clock::Time;
use domain::cadences::{Cadence, Frequency, On, Terms};
use domain::calendar::WorkingDay;
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::report_requests::ReportRequest;
use domain::status_reports::StatusReport;

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
/// The administrator, who also owes the reports of some projects.
const OFFICE: UserId = UserId(1);
/// The project that is overdue.
const LATE: WorkspaceId = WorkspaceId(9);

/// Projects, who owes their reports if it is not the lead, the age of their cadence in weeks, and the weeks for which it is
/// paused. The others owe none.
const PROJECTS: [(i64, Option<UserId>, i64, Option<i64>); 9] = [
    (1, None, 26, None),
    (2, None, 26, None),
    (3, None, 26, None),
    (4, None, 26, None),
    (6, Some(OFFICE), 26, None),
    (7, None, 26, Some(3)),
    (8, None, 20, None),
    (LATE.0, None, 6, None),
    (10, Some(OFFICE), 7, None),
];

/// The cadences: weekly, due on the day after `now`.
pub fn cadences(now: Time) -> Vec<Cadence> {
    let tomorrow = now.plus_seconds(DAY).unix_seconds().div_euclid(DAY);
    // 1 January 1970 was a Thursday.
    let weekday = usize::try_from((tomorrow + 3).rem_euclid(7)).unwrap_or_default();
    let cadence =
        |(id, (project, owner_id, weeks, paused)): (i64, (i64, Option<UserId>, i64, Option<i64>))| {
            let since = now.second().plus_seconds(-weeks * WEEK);
            let terms = Terms {
                every: Frequency::Week,
                on: On::Weekday(WorkingDay::ALL[weekday]),
                at: "16:00".into(),
                time_zone: "UTC".into(),
                grace_hours: 24,
                paused_until: paused.and_then(|weeks| now.plus_seconds(weeks * WEEK).date()),
                starting: None,
                since,
            };
            Cadence {
                id,
                account_id: AccountId(1),
                workspace_id: Some(WorkspaceId(project)),
                owner_id,
                terms: vec![terms],
                created_at: since,
                updated_at: since,
            }
        };
    (1..).zip(PROJECTS).map(cadence).collect()
}

/// A request for the report that is overdue.
pub fn request(now: Time, reports: &[StatusReport]) -> ReportRequest {
    let last = reports.iter().rfind(|report| report.workspace_id == LATE);
    ReportRequest {
        id: 1,
        account_id: AccountId(1),
        workspace_id: LATE,
        user_id: OFFICE,
        message: Some("Is this still on hold, or can we close it?".into()),
        last_report_id: last.map(|report| report.id),
        created_at: now.second().plus_seconds(-2 * DAY),
    }
}
