//! The demo portfolio: ten projects of a software company with a year of status reports and status changes.

use super::desk;
use super::labels;
use super::template::report_template;
use super::words;
use super::work_packages::{Plan, statuses, work_packages};
use base::clock::Time;
use base::rng::Rng;
use domain::accounts::Account;
use domain::archive::Line;
use domain::external_references::{ExternalReference, SubjectType, SyncStatus};
use domain::ids::{AccountId, ReportId, UserId, WorkspaceId};
use domain::participations::{Participation, Permission, Side};
use domain::status_changes::StatusChange;
use domain::status_reports::{Category, Color, Detail, StatusReport};
use domain::users::User;
use domain::workspaces::{AccessLevel, ProjectStatus, Workspace};

/// The name of the account, which identifies a demo store.
pub const ACCOUNT: &str = "Statuary demo";

const WEEK: i64 = 7 * 86_400;
const WEEKS: i64 = 52;

/// Name, e-mail address and role. The first person is the administrator.
const PEOPLE: [(&str, &str, &str); 9] = [
    ("Mara Lindqvist", "mara@statuary.example", "Head of delivery"),
    ("Ada Park", "ada@statuary.example", "Delivery lead"),
    ("Jonas Weber", "jonas@statuary.example", "Delivery lead"),
    ("Priya Nair", "priya@statuary.example", "Programme manager"),
    ("Tomás Rivera", "tomas@statuary.example", "Solution architect"),
    ("Lena Okafor", "lena@statuary.example", "Business analyst"),
    ("Grace Holm", "grace@harbor.example", "Client: Harbor Authority"),
    ("Omar Haddad", "omar@northbank.example", "Client: Northbank"),
    ("Yuki Tanaka", "yuki@lumen.example", "Client: Lumen Hospitals"),
];

/// A project: its lead and client (indexes of [`PEOPLE`]), a letter per week for its health (`g`, `y`, `r`, `.` for a week
/// without a report), and its status changes as week and new key.
struct Project {
    title: &'static str,
    description: &'static str,
    lead: usize,
    client: usize,
    weeks: &'static str,
    moves: &'static [(i64, i64)],
    plan: Option<ProjectStatus>,
}

const PROJECTS: [Project; 10] = [
    Project {
        title: "Harbor rollout",
        description: "Berth planning for all twelve terminals of the harbor.",
        lead: 1,
        client: 6,
        weeks: "gggggggyyggggggggyyyrrryyygggggg.ggggyyggggggggggyyr",
        moves: &[(0, 310), (20, 403), (26, 310), (51, 403)],
        plan: Some(ProjectStatus::AtRisk),
    },
    Project {
        title: "Northbank core migration",
        description: "Accounts, cards and loans leave the mainframe.",
        lead: 2,
        client: 7,
        weeks: "ggggyyyyyyrrrrrryyyyyyyyggggggggyyyyyyrrrrryyyyyyyyy",
        moves: &[(0, 300), (10, 505), (16, 310), (38, 505), (43, 435)],
        plan: Some(ProjectStatus::AtRisk),
    },
    Project {
        title: "Lumen patient portal",
        description: "Appointments, results and messages for four hospitals.",
        lead: 3,
        client: 8,
        weeks: "......ggggggggggggggggyggggggggggggggggggggggggggggg",
        moves: &[(2, 115), (6, 305), (30, 315), (46, 340)],
        plan: Some(ProjectStatus::OnTrack),
    },
    Project {
        title: "Tariff engine",
        description: "One place that knows every price.",
        lead: 1,
        client: 6,
        weeks: "ggggggggggggggggggggggggggggggg.....................",
        moves: &[(0, 310), (31, 605)],
        plan: Some(ProjectStatus::Finished),
    },
    Project {
        title: "Data warehouse exit",
        description: "Reports move to the open lake; licences end in March.",
        lead: 2,
        client: 7,
        weeks: "yyyyyyyyyyrrrrrrrrrrrrrrr...........................",
        moves: &[(0, 310), (10, 515), (25, 510)],
        plan: Some(ProjectStatus::Discontinued),
    },
    Project {
        title: "Crane telemetry",
        description: "Forty cranes report what they lift and how they wear.",
        lead: 3,
        client: 6,
        weeks: "....................ggggggyyyyyyyggggggyyyygggggggyy",
        moves: &[(12, 120), (20, 310), (26, 410), (33, 310)],
        plan: Some(ProjectStatus::OnTrack),
    },
    Project {
        title: "Branch kiosks",
        description: "Self-service in 180 branches.",
        lead: 4,
        client: 7,
        weeks: "ggggggggggyyyygggggggggggyyyyyrrryyyyyyyyggggggggggg",
        moves: &[(0, 310), (30, 505), (33, 330), (49, 320)],
        plan: Some(ProjectStatus::OnTrack),
    },
    Project {
        title: "Ward staffing forecast",
        description: "Rosters that know the season.",
        lead: 3,
        client: 8,
        weeks: "..............................gggggggggggyyyyyyyyyrr",
        moves: &[(24, 140), (30, 310), (50, 425)],
        plan: Some(ProjectStatus::OffTrack),
    },
    Project {
        title: "Identity clean-up",
        description: "One sign-in for staff, and an end to shared passwords.",
        lead: 4,
        client: 8,
        weeks: "gg.gg..ggg.g..gg...gg...g....g.......g..............",
        moves: &[(0, 310), (44, 423)],
        plan: None,
    },
    Project {
        title: "Pilotage app",
        description: "What a pilot needs on the bridge, without a network.",
        lead: 1,
        client: 6,
        weeks: "............................................gggggggg",
        moves: &[(40, 205), (44, 300)],
        plan: Some(ProjectStatus::NotStarted),
    },
];

const GREEN: [&str; 8] = [
    "On plan. The sprint goal was met and the demo was well received.",
    "No surprises this week; the next milestone holds.",
    "Acceptance of the last increment is signed.",
    "The team is complete again and velocity is back to normal.",
    "All open decisions were taken in Tuesday's steering group.",
    "Tests are green on the production data set.",
    "The client confirmed the scope of the next release.",
    "Two weeks of buffer are still untouched.",
];
const YELLOW: [&str; 8] = [
    "The supplier slipped by one week; we re-plan the integration.",
    "Test data came late, so acceptance moves to next week.",
    "Two key people are ill; the pairs were re-shuffled.",
    "The scope of reporting is still under discussion.",
    "Budget is used faster than planned; a forecast is due on Friday.",
    "Performance under load is below the target. The cause is known.",
    "We wait for the security review of the interface.",
    "Decisions are open on the client's side since two weeks.",
];
const RED: [&str; 6] = [
    "Go-live cannot be held. A new date needs the steering group.",
    "The vendor's interface does not do what its contract says; escalated.",
    "The budget is exhausted before the scope is done.",
    "The client stopped acceptance after a data loss in the test system.",
    "No access to the production network for the third week.",
    "Three blockers are open and none has an owner on the other side.",
];

/// All lines of the portfolio, for a year that ends at `now`.
pub fn lines(now: Time) -> Vec<Line> {
    let start = now.plus_seconds(-WEEKS * WEEK);
    let mut lines = vec![Line::Account(Account {
        id: AccountId(1),
        name: ACCOUNT.to_owned(),
        blocks_hints: false,
        requires_factor: false,
    })];
    lines.extend((1..).zip(&PEOPLE).map(|(id, &(name, email, headline))| {
        Line::User(User {
            id: UserId(id),
            account_id: AccountId(1),
            full_name: name.to_owned(),
            email_address: email.to_owned(),
            headline: Some(headline.to_owned()),
            photo_path: None,
            administrator: id == 1,
            created_at: Some(start.second()),
            password_hash: None,
            active: true,
            language: None,
            time_zone: None,
        })
    }));
    lines.extend(statuses().into_iter().map(Line::Status));
    lines.push(Line::ReportTemplate(report_template(start)));
    lines.extend(labels::before(start));
    lines.extend((1..).zip(&PROJECTS).map(|(id, project)| Line::Workspace(workspace(id, project, start))));
    lines.extend(labels::after(start));
    lines.extend(participations().into_iter().map(Line::Participation));
    lines.extend(desk::cadences(now).into_iter().map(Line::Cadence));
    let reports = reports(start);
    let (references, request) = (references(&reports), desk::request(now, &reports));
    let words = words::lines(&reports, now);
    lines.extend(reports.into_iter().map(Line::StatusReport));
    lines.push(Line::ReportRequest(request));
    lines.extend(words);
    lines.extend(changes(start).into_iter().map(Line::StatusChange));
    lines.extend(references.into_iter().map(Line::ExternalReference));
    let (packages, activities) = work_packages(&plans(start), now);
    lines.extend(packages.into_iter().map(Line::WorkPackage));
    lines.extend(activities.into_iter().map(Line::Activity));
    lines
}

/// What the work packages of each project follow from.
fn plans(start: Time) -> Vec<Plan> {
    let plan = |(id, project): (i64, &Project)| {
        let begin = project.moves.first().map_or(0, |(week, _)| *week);
        Plan {
            workspace_id: WorkspaceId(id),
            people: [person(project.lead), person(if project.lead == 4 { 2 } else { 4 })],
            begin: start.plus_seconds(begin * WEEK),
            due: start.plus_seconds((WEEKS + 8 + id) * WEEK),
            status: project.plan,
            color: project.weeks.bytes().rev().find(|letter| *letter != b'.').unwrap_or(b'g'),
        }
    };
    (1..).zip(&PROJECTS).map(plan).collect()
}

fn person(place: usize) -> UserId {
    UserId(i64::try_from(place).unwrap_or_default() + 1)
}

/// The time of a report: a weekday and an hour that depend on the project and the week.
fn written(start: Time, week: i64, project: i64) -> Time {
    let hour = 9 + (project * 5 + week) % 8;
    let day = start.day().plus_seconds(week * WEEK + (project % 5) * 86_400);
    day.plus_seconds(hour * 3600 + (project * 677 + week * 131) % 3600)
}

fn workspace(id: i64, project: &Project, start: Time) -> Workspace {
    let last_move = project.moves.last();
    let last_at = last_move.map_or(start, |(week, _)| written(start, *week, id));
    let explanation = match project.plan {
        Some(ProjectStatus::AtRisk) => Some("See the last report: the **date** is in question."),
        Some(ProjectStatus::OffTrack) => Some("A new plan is due."),
        _ => None,
    };
    Workspace {
        id: WorkspaceId(id),
        account_id: AccountId(1),
        title: project.title.to_owned(),
        identifier: None,
        description: Some(project.description.to_owned()),
        start_date: start.date(),
        due_date: start.plus_seconds((WEEKS + 8 + id) * WEEK).date(),
        archived: false,
        status_key: last_move.map_or(domain::status_keys::BACKLOG, |(_, key)| *key),
        access_level: AccessLevel::Invitation,
        project_status: project.plan,
        status_explanation: explanation.map(str::to_owned),
        lead_id: None,
        creator_id: person(project.lead),
        created_at: start.second(),
        updated_at: last_at.max(start.second()),
    }
}

fn participations() -> Vec<Participation> {
    let mut parts = Vec::new();
    for (workspace_id, project) in (1..).zip(&PROJECTS) {
        let mut join = |user_id, side, permission| {
            parts.push(Participation {
                id: i64::try_from(parts.len()).unwrap_or_default() + 1,
                account_id: AccountId(1),
                workspace_id: WorkspaceId(workspace_id),
                user_id,
                side,
                permission,
                created_at: Time(0),
                updated_at: Time(0),
            });
        };
        join(person(project.lead), Side::Provider, Permission::Admin);
        let helper = if project.lead == 4 { 2 } else { 4 };
        join(person(helper), Side::Provider, Permission::Edit);
        join(person(5), Side::Provider, Permission::View);
        join(person(project.client), Side::Client, Permission::View);
    }
    parts
}

fn reports(start: Time) -> Vec<StatusReport> {
    let mut rng = Rng(7);
    let mut reports = Vec::new();
    for week in 0..WEEKS {
        for (workspace_id, project) in (1..).zip(&PROJECTS) {
            let letter = usize::try_from(week).ok().and_then(|week| project.weeks.as_bytes().get(week));
            let color = match letter {
                Some(b'g') => Color::Green,
                Some(b'y') => Color::Yellow,
                Some(b'r') => Color::Red,
                _ => continue,
            };
            let at = written(start, week, workspace_id);
            reports.push(StatusReport {
                id: ReportId(i64::try_from(reports.len()).unwrap_or_default() + 1),
                color,
                description: text(&mut rng, color).to_owned(),
                details: details(&mut rng, color),
                ..StatusReport::blank(AccountId(1), WorkspaceId(workspace_id), person(project.lead), at)
            });
        }
    }
    reports
}

fn text(rng: &mut Rng, color: Color) -> &'static str {
    let texts: &[&'static str] = match color {
        Color::Green => &GREEN,
        Color::Yellow => &YELLOW,
        Color::Red => &RED,
    };
    texts[rng.below(texts.len())]
}

/// One category has the colour of the report; the others are green.
fn details(rng: &mut Rng, color: Color) -> Vec<Detail> {
    let categories = [Category::Scope, Category::Budget, Category::Schedule, Category::Client];
    let worst = *rng.pick(&categories);
    categories
        .into_iter()
        .map(|category| {
            let own = if category == worst { color } else { Color::Green };
            let description = (own != Color::Green).then(|| text(rng, own).to_owned());
            Detail { category, color: own, description }
        })
        .collect()
}

fn changes(start: Time) -> Vec<StatusChange> {
    let mut changes = Vec::new();
    for (workspace_id, project) in (1..).zip(&PROJECTS) {
        let mut from = domain::status_keys::BACKLOG;
        for &(week, to) in project.moves {
            changes.push((written(start, week, workspace_id), workspace_id, person(project.lead), from, to));
            from = to;
        }
    }
    changes.sort();
    let change = |(id, (at, workspace_id, user_id, from, to))| StatusChange {
        id,
        account_id: AccountId(1),
        workspace_id: WorkspaceId(workspace_id),
        user_id,
        from_status_key: Some(from),
        to_status_key: to,
        reason: None,
        created_at: at,
    };
    (1..).zip(changes).map(change).collect()
}

/// Every ninth report has a reference to an issue of another system.
fn references(reports: &[StatusReport]) -> Vec<ExternalReference> {
    (1..)
        .zip(reports.iter().step_by(9))
        .map(|(id, report)| {
            let issue = format!("PMO-{}", 100 + report.id.0);
            ExternalReference {
                id,
                account_id: AccountId(1),
                workspace_id: report.workspace_id,
                subject_type: SubjectType::StatusReport,
                subject_id: report.id.0,
                service_name: "jira".into(),
                service_model: "Issue".into(),
                external_link: Some(format!("https://jira.example/browse/{issue}")),
                service_model_ref: issue,
                status: Some(SyncStatus::Successful),
                external_message: None,
                external_status: Some("open".into()),
                locked: false,
                last_synced_at: Some(report.created_at),
                created_at: report.created_at,
                updated_at: report.created_at,
            }
        })
        .collect()
}
