//! Comments on a report, and who acknowledged it: a part of the report's page.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::prose;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use base::clock::Time;
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::comments::{Comment, store};
use domain::error::{Error, Result};
use domain::ids::{ReportId, UserId};
use domain::users::{User, name_among as name};
use domain::work;
use domain::{acknowledgements, users};
use service::app::App;
use service::params::Params;

/// The number of comments on a page; Statuary's own API has all.
const SHOWN: i64 = 200;
/// The number of people that are named.
const NAMED: usize = 20;

const LABELS: &Labels = &[("text", "comment-text")];

/// What the part shows.
#[derive(Clone, Debug)]
pub struct Found {
    caller: Caller,
    report_id: ReportId,
    comments: Vec<Comment>,
    total: i64,
    readers: Vec<UserId>,
    people: Vec<User>,
}

/// The comments on a report and who acknowledged it, with the forms for both.
#[derive(Template)]
#[template(path = "comments/part.html")]
pub struct Comments {
    layout: Layout,
    report_id: ReportId,
    lines: Vec<Line>,
    /// The number of comments before those.
    hidden: i64,
    readers: Vec<String>,
    /// The number of people after those.
    more_readers: usize,
    has_read: bool,
}

/// A comment.
struct Line {
    id: i64,
    author: String,
    at: Time,
    edited_at: Option<Time>,
    html: String,
    may_edit: bool,
    may_delete: bool,
}

/// The form of a comment, after a mistake or to change it.
#[derive(Template)]
#[template(path = "comments/form.html")]
struct Edit {
    layout: Layout,
    title: &'static str,
    action: String,
    button: &'static str,
    text: String,
    back: String,
    form_errors: FormErrors,
}

impl Found {
    /// Reads what belongs to a report that the caller sees.
    pub async fn read(conn: &mut Conn, caller: &Caller, report_id: ReportId) -> Result<Self> {
        let (account_id, own) = (caller.account_id, [report_id].into());
        let comments = store::latest(conn, account_id, report_id, SHOWN).await?;
        let total = store::counts(conn, account_id, &own).await?.first().map_or(0, |(_, count)| *count);
        let readers = acknowledgements::store::of_reports(conn, account_id, &own).await?;
        let readers: Vec<UserId> = readers.into_iter().map(|(_, user)| user).collect();
        let people = comments.iter().map(|comment| comment.author_id);
        let people: Vec<UserId> = people.chain(readers.iter().copied().take(NAMED)).collect();
        let people = users::store::of_account(conn, account_id, &people.into()).await?;
        Ok(Self { caller: caller.clone(), report_id, comments, total, readers, people })
    }
}

impl Comments {
    /// The part as its reader sees it.
    pub fn of(layout: &Layout, found: &Found) -> Self {
        let line = |comment: &Comment| Line {
            id: comment.id,
            author: name(&found.people, comment.author_id),
            at: comment.created_at,
            edited_at: comment.edited_at,
            html: prose::html(&comment.text),
            may_edit: comment.is_editable_by(&found.caller),
            may_delete: comment.is_deletable_by(&found.caller),
        };
        let shown = i64::try_from(found.comments.len()).unwrap_or(i64::MAX);
        let named = found.readers.iter().take(NAMED);
        Self {
            layout: layout.clone(),
            report_id: found.report_id,
            lines: found.comments.iter().map(line).collect(),
            hidden: found.total - shown,
            readers: named.map(|id| name(&found.people, *id)).collect(),
            more_readers: found.readers.len().saturating_sub(NAMED),
            has_read: found.readers.contains(&found.caller.user_id),
        }
    }

    /// What comes after the name at a place.
    fn separator(&self, place: usize) -> &'static str {
        if place + 1 < self.readers.len() || self.more_readers > 0 { ", " } else { "" }
    }
}

fn report_page(id: ReportId) -> String {
    format!("/status_reports/{id}#comments-title")
}

fn text(form: &Params) -> String {
    form.text("text").unwrap_or_default().replace("\r\n", "\n").trim().to_owned()
}

/// `POST /status_reports/{id}/comments`
pub async fn create(
    State(app): State<App>,
    Path(path): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form }, report_id) = (submitted, ReportId(id(&path)?));
    let (caller, change, text) = (signed_in.caller(), signed_in.change(&app), text(&form));
    let typed = text.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::create(conn, &caller, &change, report_id, Some(&text)).await),
    );
    let Err(error) = work.await else { return Ok(see_other(&report_page(report_id))) };
    let edit = Edit {
        title: "comment-new",
        action: format!("/status_reports/{report_id}/comments"),
        button: "comment-send",
        text: typed,
        back: report_page(report_id),
        form_errors: FormErrors::of(error, LABELS, signed_in.reader.language)?,
        layout: signed_in.layout(),
    };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &edit))
}

fn edit(layout: Layout, comment: &Comment, text: String, form_errors: FormErrors) -> Edit {
    Edit {
        title: "comment-edit",
        action: format!("/comments/{}", comment.id),
        button: "save",
        text,
        back: report_page(comment.status_report_id),
        form_errors,
        layout,
    }
}

/// `GET /comments/{id}`: the form to change it.
pub async fn show(State(app): State<App>, signed_in: SignedIn, Path(path): Path<String>) -> PageResult {
    let (caller, id) = (signed_in.caller(), id(&path)?);
    let found = app.db.read(work!(|conn| store::require_author(conn, &caller, id).await));
    let comment = found.await?.comment;
    let text = comment.text.clone();
    Ok(page(StatusCode::OK, &edit(signed_in.layout(), &comment, text, FormErrors::default())))
}

/// `POST /comments/{id}`
pub async fn update(
    State(app): State<App>,
    Path(path): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form }, id) = (submitted, id(&path)?);
    let (caller, change, text) = (signed_in.caller(), signed_in.change(&app), text(&form));
    let typed = text.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let before = store::require_author(conn, &caller, id).await?.comment;
            let refused = match store::update(conn, &caller, &change, id, Some(&text)).await {
                Ok(_) => None,
                Err(error @ Error::Invalid(_)) => Some(error),
                Err(error) => return Err(error),
            };
            Ok((before, refused))
        }),
    );
    let (comment, refused) = work.await?;
    let Some(error) = refused else { return Ok(see_other(&report_page(comment.status_report_id))) };
    let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &edit(signed_in.layout(), &comment, typed, form_errors)))
}

/// `GET /comments/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(path): Path<String>) -> PageResult {
    let (caller, id) = (signed_in.caller(), id(&path)?);
    let found = app.db.read(work!(|conn| store::require_deletable(conn, &caller, id).await));
    let (comment, layout) = (found.await?.comment, signed_in.layout());
    let question = Confirm {
        title: layout.t("comment-delete-title").into_owned(),
        text: layout.t("note-delete-text").into_owned(),
        action: Some(format!("/comments/{id}/delete")),
        button: "delete",
        back: &report_page(comment.status_report_id),
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /comments/{id}/delete`
pub async fn delete(
    State(app): State<App>,
    Path(path): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&path)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::delete(conn, &caller, &change, id).await),
    );
    Ok(see_other(&report_page(work.await?.status_report_id)))
}

/// `POST /status_reports/{id}/acknowledgement`: the reader has read it, or with `undo` has not.
pub async fn acknowledge(
    State(app): State<App>,
    Path(path): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form }, report_id) = (submitted, ReportId(id(&path)?));
    let (caller, change, undo) = (signed_in.caller(), signed_in.change(&app), form.has("undo"));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            if undo {
                acknowledgements::store::delete(conn, &caller, &change, report_id).await
            } else {
                acknowledgements::store::put(conn, &caller, &change, report_id).await
            }
        }),
    );
    work.await?;
    Ok(see_other(&report_page(report_id)))
}
