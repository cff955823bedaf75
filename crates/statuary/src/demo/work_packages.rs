//! The work packages of the demo and their statuses: four phases for each project, as far as its report says that it has come.

use base::clock::Time;
use base::rng::Rng;
use domain::ids::{AccountId, UserId, WorkPackageId, WorkspaceId};
use domain::statuses::Status;
use domain::work_packages::activities::Detail;
use domain::work_packages::attribute::Attribute;
use domain::work_packages::hours::Hours;
use domain::work_packages::{Activity, WorkPackage};
use domain::workspaces::ProjectStatus;

const DAY: i64 = 86_400;

/// The phases of each project with their tasks; the last one is a milestone.
const PHASES: [(&str, [&str; 8]); 4] = [
    (
        "Discovery",
        [
            "Interview the people who will use it",
            "Map the present process",
            "List the interfaces and their owners",
            "Agree on what is measured",
            "Estimate the migration",
            "Security review of the idea",
            "Write the business case",
            "Scope is agreed",
        ],
    ),
    (
        "Design",
        [
            "Draw the main screens",
            "Test the draft with five people",
            "Model the data",
            "Choose the message format",
            "Plan roles and rights",
            "Size the servers",
            "Describe failure and recovery",
            "Design is accepted",
        ],
    ),
    (
        "Build",
        [
            "Sign-in and rights",
            "Import of existing data",
            "Interface to the ledger",
            "Screens for daily work",
            "Reports and exports",
            "Load test with last year's data",
            "Fix the findings of the load test",
            "First release is on the test system",
        ],
    ),
    (
        "Rollout",
        [
            "Train the trainers",
            "Write the handbook",
            "Pilot with one site",
            "Fix the findings of the pilot",
            "Move the remaining sites",
            "Switch off the old system",
            "Hand over to operations",
            "Go-live",
        ],
    ),
];

const COMMENTS: [&str; 5] = [
    "Waiting for an answer from the client.",
    "The test data is there; I go on tomorrow.",
    "Split off the export, which needs a decision first.",
    "Reviewed together; two findings are left.",
    "The estimate was too low. New remaining work entered.",
];

/// The ids of types.
const MILESTONE: i64 = 2;
const SUMMARY: i64 = 3;

/// The ids of the statuses of the demo.
const NEW: i64 = 1;
const IN_PROGRESS: i64 = 2;
const RESOLVED: i64 = 3;
const FEEDBACK: i64 = 4;
const CLOSED: i64 = 5;
const REJECTED: i64 = 6;
const NAMES: [&str; 6] = ["New", "In Progress", "Resolved", "Feedback", "Closed", "Rejected"];

/// The statuses of work packages (`docs/contracts/openproject.md#sample-set`).
pub fn statuses() -> Vec<Status> {
    let status = |id, closed, color: &str, default, frozen, ratio, position| Status {
        id,
        account_id: AccountId(1),
        name: name_of(id),
        is_closed: closed,
        color: Some(color.to_owned()),
        is_default: default,
        is_readonly: frozen,
        excluded_from_totals: frozen,
        default_done_ratio: ratio,
        position,
    };
    vec![
        status(NEW, false, "#3997AD", true, false, 0, 1),
        status(IN_PROGRESS, false, "#3852C6", false, false, 50, 3),
        status(RESOLVED, false, "#93D2AE", false, false, 75, 3),
        status(FEEDBACK, false, "#A96FFE", false, false, 25, 4),
        status(CLOSED, true, "#DF6DA1", false, false, 100, 5),
        status(REJECTED, true, "#D32937", false, true, 100, 6),
    ]
}

/// The name of a status of the demo.
fn name_of(id: i64) -> String {
    NAMES[usize::try_from(id - 1).unwrap_or_default()].to_owned()
}

/// What the work packages of a project follow from.
pub struct Plan {
    /// The project.
    pub workspace_id: WorkspaceId,
    /// Its lead, and who helps.
    pub people: [UserId; 2],
    /// When its work begins.
    pub begin: Time,
    /// When it is due.
    pub due: Time,
    /// Its status.
    pub status: Option<ProjectStatus>,
    /// The letter of the health in its last report.
    pub color: u8,
}

/// The work packages of the projects at an instant, and their activities.
pub fn work_packages(plans: &[Plan], now: Time) -> (Vec<WorkPackage>, Vec<Activity>) {
    let (mut rng, mut packages, mut activities) = (Rng(20), Vec::new(), Vec::new());
    for plan in plans {
        let tasks = i64::try_from(PHASES.iter().map(|(_, tasks)| tasks.len()).sum::<usize>()).unwrap_or(1);
        let step = plan.due.seconds_since(plan.begin) / tasks;
        let mut number = 0;
        for (phase, names) in PHASES {
            let begin = plan.begin.plus_seconds(number * step);
            let parent = package(plan, &mut packages, phase, begin);
            let place = packages.len() - 1;
            let mut statuses = Vec::new();
            for (index, name) in names.into_iter().enumerate() {
                let start = plan.begin.plus_seconds(number * step);
                number += 1;
                let id = package(plan, &mut packages, name, begin);
                let Some(task) = packages.last_mut() else { continue };
                task.parent_id = Some(parent);
                (task.start_date, task.due_date) = (start.date(), start.plus_seconds(3 * step / 2).date());
                task.assignee_id = Some(plan.people[rng.below(2)]);
                task.priority_id = [8, 8, 8, 9][rng.below(4)];
                if index + 1 == names.len() {
                    (task.type_id, task.start_date) = (MILESTONE, task.due_date);
                } else {
                    task.work = Some(Hours(800 * (1 + i64::try_from(rng.below(10)).unwrap_or(0))));
                }
                let status = status(plan, &mut rng, (start, start.plus_seconds(3 * step / 2)), now);
                settle(task, status);
                statuses.push(status);
                let moved = moved_at(&mut rng, (status, start, step), now);
                history(&mut rng, task, &mut activities, moved);
                debug_assert_eq!(task.id, id);
            }
            let all = |done: &[i64]| statuses.iter().all(|status| done.contains(status));
            let own = match () {
                () if all(&[CLOSED, REJECTED]) => CLOSED,
                () if all(&[NEW]) => NEW,
                () => IN_PROGRESS,
            };
            let parent = &mut packages[place];
            (parent.type_id, parent.status_id) = (SUMMARY, own);
            let moved = if own == NEW { begin.min(now) } else { now.plus_seconds(-9 * DAY) };
            history(&mut rng, parent, &mut activities, moved);
        }
    }
    activities.sort_by_key(|one: &Activity| (one.created_at, one.work_package_id, one.version));
    for (id, activity) in (1..).zip(&mut activities) {
        activity.id = id;
    }
    (packages, activities)
}

/// Adds a work package in the default status.
fn package(plan: &Plan, packages: &mut Vec<WorkPackage>, subject: &str, begin: Time) -> WorkPackageId {
    let id = WorkPackageId(i64::try_from(packages.len()).unwrap_or_default() + 1);
    let at = plan.begin.min(begin).second();
    packages.push(WorkPackage {
        id,
        status_id: NEW,
        subject: subject.to_owned(),
        ..WorkPackage::blank((AccountId(1), plan.workspace_id), plan.people[0], &[], at)
    });
    id
}

/// The status of a task between two instants. The worse the health, the more of them are late.
fn status(plan: &Plan, rng: &mut Rng, (start, end): (Time, Time), now: Time) -> i64 {
    let is_late = rng.below(100)
        < match plan.color {
            b'r' => 30,
            b'y' => 15,
            _ => 4,
        };
    match plan.status {
        Some(ProjectStatus::Finished) => CLOSED,
        Some(ProjectStatus::Discontinued) if end > now.plus_weeks(-26) => REJECTED,
        _ if start > now => NEW,
        _ if end <= now && !is_late => CLOSED,
        _ => [IN_PROGRESS, IN_PROGRESS, RESOLVED, FEEDBACK][rng.below(4)],
    }
}

/// Gives a task its status, and the remaining work that goes with it.
fn settle(task: &mut WorkPackage, status: i64) {
    task.status_id = status;
    let percent = [0, 50, 75, 25, 100, 0][usize::try_from(status - 1).unwrap_or_default()];
    task.percent = task.work.map(|_| percent);
    task.remaining = task.work.map(|work| work.without(percent));
}

/// When a task got its status.
fn moved_at(rng: &mut Rng, (status, start, step): (i64, Time, i64), now: Time) -> Time {
    let days = i64::try_from(rng.below(40)).unwrap_or_default();
    let moved = match status {
        NEW => return start.min(now),
        CLOSED | REJECTED => start.plus_seconds(step),
        _ => now.plus_seconds(-days * DAY),
    };
    moved.min(now.plus_seconds(-DAY))
}

/// The activities of a task: its creation, the change to its status at an instant, and sometimes a comment.
fn history(rng: &mut Rng, task: &mut WorkPackage, activities: &mut Vec<Activity>, moved: Time) {
    let entry = |version, user_id, comment, details, at| Activity {
        id: 0,
        account_id: task.account_id,
        workspace_id: task.workspace_id,
        work_package_id: task.id,
        version,
        user_id: Some(user_id),
        comment,
        details,
        created_at: at,
        updated_at: at,
    };
    activities.push(entry(1, task.author_id, None, Vec::new(), task.created_at));
    if task.status_id == NEW {
        return;
    }
    let at = moved.max(task.created_at).second();
    let details = vec![Detail::new(Attribute::Status, Some(name_of(NEW)), Some(name_of(task.status_id)))];
    let comment = (rng.below(6) == 0).then(|| (*rng.pick(&COMMENTS)).to_owned());
    let user = task.assignee_id.unwrap_or(task.author_id);
    activities.push(entry(2, user, comment, details, at));
    (task.lock_version, task.updated_at) = (1, at);
}
