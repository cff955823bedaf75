//! The words of the demo on its latest reports: comments, and who has read them.

use base::clock::Time;
use db::Conn;
use domain::acknowledgements::Acknowledgement;
use domain::archive::Line;
use domain::auth::{Caller, digest};
use domain::comments::Comment;
use domain::error::Result;
use domain::events::{Change, Source};
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::share_links::{Part, ShareLink};
use domain::status_reports::{Color, Draft, StatusReport};
use domain::{comments, portfolio, status_reports, watches};

/// A comment on the last report of a project: the workspace, the author, the people whom it mentions, and the hours after the
/// report.
type Said = (i64, i64, &'static [i64], i64, &'static str);

const SAID: [Said; 5] = [
    (1, 1, &[2], 1, "@Ada Park, which date do we tell the harbor on Monday?"),
    (1, 2, &[], 2, "**12 March**, if the vendor delivers on Friday. I will know on Thursday."),
    (1, 5, &[1], 3, "The load test can wait until then. @Mara Lindqvist, shall I move the slot?"),
    (2, 1, &[], 4, "Thank you. Please bring the forecast to the steering group."),
    (8, 4, &[1], 2, "@mara@statuary.example, we need the ward leads in this week's call."),
];

/// The people who have read the last report of a project.
const READ: [(i64, i64); 6] = [(1, 1), (1, 5), (1, 6), (2, 1), (3, 1), (8, 1)];

/// The secret of the share link of the demo, which shows invented data: `/s/demo`.
const SHARED: &str = "demo";

/// The lines, which follow those of the reports.
pub fn lines(reports: &[StatusReport], now: Time) -> Vec<Line> {
    let last = |workspace: i64| {
        let own = reports.iter().filter(|report| report.workspace_id == WorkspaceId(workspace));
        own.max_by_key(|report| report.created_at)
    };
    let at =
        |report: &StatusReport, hours: i64| report.created_at.plus_seconds(hours * 3600).min(now.second());
    let mut lines = Vec::new();
    for (id, (workspace, author, mentions, hours, text)) in (1..).zip(SAID) {
        let Some(report) = last(workspace) else { continue };
        lines.push(Line::Comment(Comment {
            id,
            account_id: AccountId(1),
            status_report_id: report.id,
            text: text.to_owned(),
            author_id: UserId(author),
            mentions: mentions.iter().copied().map(UserId).collect(),
            created_at: at(report, hours),
            edited_at: None,
        }));
    }
    for (id, (workspace, user)) in (1..).zip(READ) {
        let Some(report) = last(workspace) else { continue };
        lines.push(Line::Acknowledgement(Acknowledgement {
            id,
            account_id: AccountId(1),
            status_report_id: report.id,
            user_id: UserId(user),
            created_at: at(report, 5),
        }));
    }
    lines.push(Line::ShareLink(ShareLink {
        id: 1,
        account_id: AccountId(1),
        workspace_ids: vec![WorkspaceId(1), WorkspaceId(2), WorkspaceId(8)],
        weeks: 12,
        parts: vec![Part::Health, Part::Details, Part::Status],
        expires_at: None,
        password_hash: None,
        sha256: hex::encode(digest(SHARED)),
        creator_id: UserId(1),
        created_at: now.second(),
    }));
    lines
}

/// Says what is new on the day of the demo, so that the inbox of its administrator, whom an import tells nothing, has something:
/// a report that is worse than the one before, a comment and a mention.
///
/// # Errors
/// Those of the store.
pub async fn say(conn: &mut Conn, now: Time) -> Result<()> {
    let account_id = AccountId(1);
    let by = |user_id, administrator| Caller { user_id, administrator, ..Caller::anonymous(account_id) };
    let change = |actor: UserId, at: Time| Change {
        account_id,
        actor_id: Some(actor),
        token_id: None,
        surface: Source::CommandLine,
        at,
    };
    let (mara, jonas, priya) = (UserId(1), UserId(3), UserId(4));
    for workspace in [WorkspaceId(2), WorkspaceId(6)] {
        watches::store::set(conn, &by(mara, true), &change(mara, now), workspace, true).await?;
    }
    let draft = Draft {
        workspace_id: Some(WorkspaceId(6)),
        color: Some(Color::Red.name().to_owned()),
        description: Some(
            "Telemetry of six cranes is lost since the update. The vendor is on site.".to_owned(),
        ),
        ..Draft::default()
    };
    let report = status_reports::store::create(conn, &by(priya, false), &change(priya, now), &draft).await?;
    let said = [
        (priya, "@Mara Lindqvist, can the update be rolled back before Monday?"),
        (mara, "Yes. I call them today."),
    ];
    for (user, text) in said {
        comments::store::create(conn, &by(user, user == mara), &change(user, now), report.id, Some(text))
            .await?;
    }
    super::hooks::add(conn, &by(mara, true), &change(mara, now)).await?;
    let last = [WorkspaceId(2)].into();
    let last = portfolio::store::last(conn, account_id, &last, Time::MAX, None).await?;
    for mark in last.values() {
        let text = "The forecast is on its way; the draft is in the project folder.";
        comments::store::create(conn, &by(jonas, false), &change(jonas, now), mark.id, Some(text)).await?;
    }
    Ok(())
}
