//! The inbox, the choice of what comes by e-mail, and the button that watches a project.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::error_page::PageResult;
use super::form::{QueryParams, id};
use super::layout::{Layout, counted};
use super::prose;
use super::reader::Reader;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use base::clock::Time;
use db::Scope;
use domain::ids::{ReportId, UserId, WorkspaceId};
use domain::notifications::store::inbox::{Item, page as items, read as mark_as_read, unread};
use domain::notifications::{Kind, NotificationSettings, store};
use domain::users;
use domain::users::name_among as name;
use domain::watches;
use domain::work;
use service::app::App;

/// The number of items of a page.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "notifications/inbox.html")]
struct Show {
    layout: Layout,
    lines: Vec<Line>,
    unread: String,
    only_unread: bool,
    /// The newest item, up to which the button marks.
    newest: Option<i64>,
    /// The address of the next page.
    after: Option<String>,
    is_first: bool,
}

/// An item.
struct Line {
    kind: &'static str,
    at: Time,
    is_read: bool,
    title: String,
    path: String,
    by: String,
    text: String,
}

#[derive(Template)]
#[template(path = "notifications/settings.html")]
struct Choose {
    layout: Layout,
    kinds: Vec<(&'static str, &'static str, bool)>,
    is_saved: bool,
    /// Whether the service sends mails.
    sends_mail: bool,
}

/// The message of a kind.
pub const fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::ReportDue => "notify-report-due",
        Kind::ReportOverdue => "notify-report-overdue",
        Kind::ReportRequested => "notify-report-requested",
        Kind::ReportPublished => "notify-report-published",
        Kind::HealthWorsened => "notify-health-worsened",
        Kind::Comment => "notify-comment",
        Kind::Mention => "notify-mention",
        Kind::WeeklyDigest => "notify-weekly-digest",
    }
}

/// What an item says: a reminder has the instant for which a report is owed.
pub fn words(reader: &Reader, kind: Kind, text: &str) -> String {
    let instant = matches!(kind, Kind::ReportDue | Kind::ReportOverdue).then(|| text.parse().ok()).flatten();
    instant.map_or_else(
        || prose::beginning(text),
        |at| {
            let values =
                [("at", reader.minute(&reader.zoned(at)).into()), ("zone", reader.zone_name().into())];
            reader.language.say("notify-due-at", values)
        },
    )
}

/// Where an item leads.
pub fn path(workspace: WorkspaceId, report: Option<ReportId>, comment: Option<i64>) -> String {
    match (report, comment) {
        (Some(report), Some(comment)) => format!("/status_reports/{report}#comment-{comment}"),
        (Some(report), None) => format!("/status_reports/{report}"),
        (None, _) => format!("/workspaces/{workspace}"),
    }
}

/// `GET /inbox`
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(query): QueryParams,
) -> PageResult {
    let caller = signed_in.caller();
    let only_unread = query.has("unread");
    let before = query.text("before").and_then(|text| text.parse().ok());
    let read = app.db.read(work!(|conn| {
        let unread = unread(conn, &caller).await?;
        let found = items(conn, &caller, only_unread, before.unwrap_or(i64::MAX), SHOWN + 1).await?;
        let people: Vec<UserId> = found.iter().filter_map(|item| item.by_id).collect();
        Ok((unread, found, users::store::of_account(conn, caller.account_id, &people.into()).await?))
    }));
    let (unread, mut found, people) = read.await?;
    let has_more = i64::try_from(found.len()).is_ok_and(|found| found > SHOWN);
    found.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    let after = found
        .last()
        .filter(|_| has_more)
        .map(|last| format!("/inbox?before={}{}", last.id, if only_unread { "&unread=1" } else { "" }));
    let newest = found.first().map(|item| item.id).filter(|_| unread > 0 && before.is_none());
    let reader = signed_in.layout().reader;
    let line = |item: Item| Line {
        kind: label(item.kind),
        at: item.at,
        is_read: item.is_read,
        path: path(item.workspace_id, item.report_id, item.comment_id),
        by: item.by_id.map(|id| name(&people, id)).unwrap_or_default(),
        title: item.title,
        text: words(&reader, item.kind, &item.text),
    };
    let show = Show {
        layout: signed_in.layout(),
        lines: found.into_iter().map(line).collect(),
        unread: counted(unread),
        only_unread,
        newest,
        after,
        is_first: before.is_none(),
    };
    Ok(page(StatusCode::OK, &show))
}

/// `POST /inbox/read`: marks the items up to one as read.
pub async fn read(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, until) = (signed_in.caller(), form.text("until").and_then(|text| text.parse().ok()));
    if let Some(until) = until {
        let work = app.db.write(
            Scope::Account(caller.account_id.0),
            work!(|conn| Ok(mark_as_read(conn, &caller, until).await?)),
        );
        work.await?;
    }
    Ok(see_other("/inbox"))
}

fn choose(app: &App, layout: Layout, found: &NotificationSettings, is_saved: bool) -> Choose {
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.name(), label(kind), found.is_mailed(kind)));
    Choose { kinds: kinds.collect(), is_saved, sends_mail: app.settings.mail.is_some(), layout }
}

/// `GET /notifications`
pub async fn settings(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    let caller = signed_in.caller();
    let found = app.db.read(work!(|conn| Ok(store::of_caller(conn, &caller).await?))).await?;
    Ok(page(StatusCode::OK, &choose(&app, signed_in.layout(), &found, false)))
}

/// `POST /notifications`
pub async fn update(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let email = Kind::ALL.into_iter().map(|kind| (kind, form.has(kind.name()))).collect();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::set(conn, &caller, &change, &email, false).await),
    );
    let found = work.await?;
    Ok(page(StatusCode::OK, &choose(&app, signed_in.layout(), &found, true)))
}

/// `POST /workspaces/{id}/watch`: the reader watches it, or with `undo` does not.
pub async fn watch(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (SubmittedForm { signed_in, form }, workspace_id) = (submitted, WorkspaceId(id(&text)?));
    let (caller, change, is_watching) = (signed_in.caller(), signed_in.change(&app), !form.has("undo"));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| watches::store::set(conn, &caller, &change, workspace_id, is_watching).await),
    );
    work.await?;
    Ok(see_other(&format!("/workspaces/{workspace_id}")))
}
