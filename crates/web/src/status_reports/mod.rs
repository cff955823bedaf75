//! The page of a report: the comparison with the previous one, references, source and edits.

pub mod card;
pub mod category;
pub mod form;
pub mod form_fields;
pub mod form_input;
mod hints;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use similar::ChangeTag;

use self::card::{Card, HealthMark, marked};
use self::category::category;
use super::comments;
use super::comments::Comments;
use super::error_page::PageResult;
use super::layout::Layout;
use super::milestones::Milestones;
use super::prose;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use crate::form::QueryParams;
use base::clock::Time;
use db::{Conn, Scope};
use domain::auth::{Caller, Token};
use domain::error::{Error, Result};
use domain::events;
use domain::events::Link;
use domain::external_references;
use domain::external_references::{ExternalReference, SubjectType, SyncStatus};
use domain::ids::{ReportId, TokenId, UserId};
use domain::milestones;
use domain::milestones::Milestone;
use domain::participations::Access;
use domain::record::Logged;
use domain::report_drafts;
use domain::report_drafts::ReportDraft;
use domain::status_reports::compare;
use domain::status_reports::compare::{Compared, Text};
use domain::status_reports::hints::Hint;
use domain::status_reports::hints::store::context;
use domain::status_reports::{Category, ReportState, StatusReport, store};
use domain::table;
use domain::users;
use domain::users::{User, name_among as name};
use domain::versions::past::Past;
use domain::{timeline, workspaces};
use service::app::App;

use domain::work;

/// The maximum number of events of a report.
const EVENTS: i64 = 200;

/// The maximum number of references of a report.
const REFERENCES: i64 = 200;

/// The data of the page.
struct Read {
    report: StatusReport,
    deleted_at: Option<Time>,
    visible: workspaces::VisibleWorkspace,
    before: Option<StatusReport>,
    hints: Vec<Hint>,
    next: Option<ReportId>,
    references: Vec<ExternalReference>,
    events: Vec<Link>,
    people: Vec<User>,
    tokens: Vec<Token>,
    milestones: Vec<(Milestone, i64)>,
    comments: Option<comments::Found>,
    /// The draft by an agent from which it came.
    draft: Option<ReportDraft>,
}

/// A record in another system.
struct Reference {
    name: String,
    /// Its web address, if it has one.
    link: Option<String>,
    /// The CSS class and the message of its synchronisation status.
    sync: Option<(&'static str, &'static str)>,
    external_status: Option<String>,
    message: Option<String>,
    synced_at: Option<Time>,
}

/// An event of the report.
struct EventLine {
    at: Time,
    who: String,
    surface: &'static str,
    token: Option<String>,
    /// The changes, as HTML; empty for the creation.
    changes: Vec<String>,
    /// The changed words, each with what they are of, as HTML.
    words: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "status_reports/show.html")]
struct Show {
    layout: Layout,
    workspace: workspaces::Workspace,
    report: StatusReport,
    health: HealthMark,
    card: Card,
    author: String,
    before: Option<ReportId>,
    next: Option<ReportId>,
    references: Vec<Reference>,
    made: Option<EventLine>,
    edits: Vec<EventLine>,
    milestones: Milestones,
    comments: Option<Comments>,
    may_write: bool,
    may_restore: bool,
    /// The agent that drafted it, and the draft if the reader may see it.
    drafted: Option<(String, Option<i64>)>,
    /// When the report was deleted, if it is.
    deleted_at: Option<Time>,
}

/// `GET /status_reports/{id}`
pub async fn show(
    State(app): State<App>,
    mut signed_in: SignedIn,
    Path(id): Path<String>,
    QueryParams(query): QueryParams,
) -> PageResult {
    let (caller, id) = (signed_in.caller(), crate::form::id(&id)?);
    let past = signed_in.reader.travel(&query);
    let read = app.db.read(work!(|conn| read(conn, &caller, id, past).await)).await?;
    let layout = signed_in.layout();
    let Read {
        report,
        deleted_at,
        visible,
        before,
        hints,
        next,
        references,
        events,
        people,
        tokens,
        milestones,
        comments,
        draft,
    } = read;
    let may_write = visible.access >= Access::Edit && past.is_none();
    let mut lines =
        events.iter().map(|link| (link.event.kind == "created", line(&layout, link, &people, &tokens)));
    let (made, edits): (Vec<_>, Vec<_>) = lines.by_ref().partition(|(is_made, _)| *is_made);
    let show = Show {
        health: HealthMark::of(&layout, Some(report.color)),
        card: Card::beside(&layout, &report, before.as_ref()).with_hints(&hints),
        author: name(&people, report.creator_id),
        before: before.map(|before| before.id),
        next,
        references: references.into_iter().map(reference).collect(),
        made: made.into_iter().next().map(|(_, line)| line),
        edits: edits.into_iter().rev().map(|(_, line)| line).collect(),
        milestones: Milestones::of(&layout, visible.workspace.id, milestones, false),
        comments: comments.map(|found| Comments::of(&layout, &found)),
        may_write: may_write && deleted_at.is_none(),
        may_restore: may_write && deleted_at.is_some(),
        drafted: draft.map(|draft| (draft.agent, may_write.then_some(draft.id))),
        deleted_at,
        workspace: visible.workspace,
        report,
        layout,
    };
    Ok(page(StatusCode::OK, &show))
}

/// `POST /status_reports/{id}/delete`
pub async fn delete(State(app): State<App>, Path(id): Path<String>, submitted: SubmittedForm) -> PageResult {
    let signed_in = submitted.signed_in;
    let (caller, change, id) = (signed_in.caller(), signed_in.change(&app), crate::form::id(&id)?);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            store::delete(conn, &caller, &change, id).await?;
            Ok(())
        }),
    );
    work.await?;
    Ok(see_other(&format!("/status_reports/{id}")))
}

/// `POST /status_reports/{id}/restore`
pub async fn restore(State(app): State<App>, Path(id): Path<String>, submitted: SubmittedForm) -> PageResult {
    let signed_in = submitted.signed_in;
    let (caller, change, id) = (signed_in.caller(), signed_in.change(&app), crate::form::id(&id)?);
    let restored = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::restore(conn, &caller, &change, id).await),
    );
    match restored.await {
        // Somebody else was faster.
        Ok(_) | Err(Error::NotDeleted) => Ok(see_other(&format!("/status_reports/{id}"))),
        Err(error) => Err(error.into()),
    }
}

/// The report, deleted or not, or as it was.
async fn find(conn: &mut Conn, caller: &Caller, id: ReportId, past: Option<Past>) -> Result<ReportState> {
    if let Some(past) = past {
        return store::require_in_past(conn, caller, id, false, past).await;
    }
    if let Some(found) = store::deleted::require(conn, caller, id, Access::View).await? {
        return Ok(found);
    }
    let report = store::require(conn, caller, id, Access::View).await?;
    Ok(ReportState { report, version: 0, deleted_at: None })
}

async fn read(conn: &mut Conn, caller: &Caller, id: ReportId, past: Option<Past>) -> Result<Read> {
    let account_id = caller.account_id;
    let ReportState { report, deleted_at, .. } = find(conn, caller, id, past).await?;
    let visible = workspaces::store::past::require(conn, caller, report.workspace_id, past).await?;
    let place = timeline::store::Place::from(&report);
    let (before, hints, next) = match past {
        None => {
            let mut context = context(conn, visible.workspace.clone(), Some(place)).await?;
            let hints = context.hints(&(&report).into(), report.created_at);
            let before = (!context.before.is_empty()).then(|| context.before.swap_remove(0));
            (before, hints, timeline::store::next(conn, account_id, report.workspace_id, place).await?)
        }
        Some(past) => {
            let (id, span) = (report.workspace_id, (Time::MAX, past));
            let before = timeline::store::marks_in_past(conn, caller, id, span, Some(place), 1).await?.pop();
            let next = timeline::store::next_in_past(conn, caller, &report, past).await?;
            (before.map(|(report, _)| report), Vec::new(), next)
        }
    };
    let (kind, own) = (SubjectType::StatusReport, [id.0].into());
    let references = if past.is_none() {
        external_references::store::of_subjects(conn, account_id, kind, &own, REFERENCES).await?
    } else {
        Vec::new()
    };
    let subject = (StatusReport::KIND, id.0);
    let mut events = events::store::of_subject(conn, account_id, subject, report.created_at, EVENTS).await?;
    events.retain(|link| past.is_none_or(|past| link.event.at <= past.as_of));
    let actors = events.iter().filter_map(|link| link.event.actor_id);
    let people: Vec<UserId> = actors.chain([report.creator_id]).collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let used: Vec<TokenId> = events.iter().filter_map(|link| link.token_id).collect();
    let tokens = table::of_account(conn, account_id, &used.into()).await?;
    let milestones = milestones::store::list(conn, account_id, report.workspace_id).await?;
    // They are not kept over time, and are back when the report is.
    let comments = if past.is_none() && deleted_at.is_none() {
        Some(comments::Found::read(conn, caller, id).await?)
    } else {
        None
    };
    let draft = report_drafts::store::of_report(conn, account_id, report.workspace_id, id).await?;
    Ok(Read {
        report,
        deleted_at,
        visible,
        before,
        hints,
        next,
        references,
        events,
        people,
        tokens,
        milestones,
        comments,
        draft,
    })
}

fn reference(one: ExternalReference) -> Reference {
    Reference {
        name: format!("{} {} {}", one.service_name, one.service_model, one.service_model_ref),
        link: one.external_link.filter(|link| prose::is_web(link)),
        sync: one.status.map(|status| match status {
            SyncStatus::Pending => ("pending", "sync-pending"),
            SyncStatus::Successful => ("successful", "sync-successful"),
            SyncStatus::Failed => ("failed", "sync-failed"),
        }),
        external_status: one.external_status,
        message: one.external_message,
        synced_at: one.last_synced_at,
    }
}

fn line(layout: &Layout, link: &Link, people: &[User], tokens: &[Token]) -> EventLine {
    let event = &link.event;
    let parsed = |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let (changes, words) = match (parsed(&event.before), parsed(&event.after)) {
        (Some(before), Some(after)) => {
            (changes(layout, &Compared::of(&before, &after), &after), words(layout, &before, &after))
        }
        _ if event.kind == "deleted" => (vec![layout.t("edit-deleted").into_owned()], Vec::new()),
        _ if event.kind == "restored" => (vec![layout.t("edit-restored").into_owned()], Vec::new()),
        _ => (Vec::new(), Vec::new()),
    };
    EventLine {
        at: event.at,
        who: event.actor_id.map(|id| name(people, id)).unwrap_or_default(),
        surface: surface(&link.surface),
        token: link.token_id.map(|id| match tokens.iter().find(|token| token.id == id) {
            Some(token) => token.name.clone(),
            None => layout.say("origin-token-ended", "id", id.to_string()),
        }),
        changes,
        words,
    }
}

/// The message for a surface, by its name in the log.
fn surface(name: &str) -> &'static str {
    match name {
        "kantata" => "surface-kantata",
        "openproject" => "surface-openproject",
        "command_line" => "surface-command-line",
        "native" => "surface-native",
        "mcp" => "surface-agents",
        _ => "surface-pages",
    }
}

/// The changes of an edit, as HTML.
fn changes(layout: &Layout, compared: &Compared, after: &StatusReport) -> Vec<String> {
    let mark = |color| HealthMark::of(layout, Some(color)).mark;
    let arrow = layout.t("arrow-forward");
    let mut changes = Vec::new();
    if let Some(color) = compared.color {
        changes.push(format!(
            "{} {} {arrow} {}",
            layout.t("portfolio-health-label"),
            mark(color),
            mark(after.color)
        ));
    }
    if compared.text != Text::Same {
        changes.push(layout.t("edit-text").into_owned());
    }
    for pair in compared.categories.iter().filter(|pair| pair.differs()) {
        let name = category(layout, pair.category);
        let moved = pair.moved_from().zip(pair.after.as_ref());
        changes.push(moved.map_or_else(
            || name.clone(),
            |(from, to)| format!("{name} {} {arrow} {}", mark(from), mark(to.color)),
        ));
    }
    changes
}

/// The words that an edit changed, before and after, each with what they are of, as HTML.
fn words(layout: &Layout, before: &StatusReport, after: &StatusReport) -> Vec<(String, String)> {
    let text = (layout.t("edit-text").into_owned(), before.description.clone(), after.description.clone());
    let comment = |report: &StatusReport, own: Category| {
        let detail = report.details.iter().find(|detail| detail.category == own);
        detail.and_then(|detail| detail.description.clone()).unwrap_or_default()
    };
    let comments = Category::ALL
        .into_iter()
        .map(|own| (category(layout, own), comment(before, own), comment(after, own)));
    let changed = |(name, before, after): (String, String, String)| {
        let html = match compare::text(before.trim(), after.trim()) {
            Text::Same => return None,
            Text::Edited(pieces) => marked(&pieces),
            Text::New => marked(&[(ChangeTag::Delete, before), (ChangeTag::Insert, after)]),
        };
        Some((name, html))
    };
    [text].into_iter().chain(comments).filter_map(changed).collect()
}

impl Show {
    /// The time of an edit that the log does not have.
    fn last_edit(&self) -> Option<Time> {
        (self.report.updated_at != self.report.created_at && self.edits.is_empty())
            .then_some(self.report.updated_at)
    }
}
