//! Decisions and actions: a part of the pages of a project and of a meeting.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::{id, parsed};
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::Error;
use domain::ids::{UserId, WorkspaceId};
use domain::notes::{Draft, KINDS, Note, store};
use domain::participations;
use domain::participations::{Access, Side};
use domain::users;
use domain::users::{User, name_among as name};
use domain::work;
use domain::workspaces::store::require_health;
use service::app::App;
use service::params::Params;

/// The number of notes on a page; Statuary's own API has all.
const SHOWN: i64 = 20;

/// The maximum number of people to choose an owner from.
const OWNERS: i64 = 500;

const LABELS: &Labels =
    &[("kind", "note-kind"), ("text", "note-text"), ("owner_id", "note-owner"), ("due_date", "note-due")];

/// What the part shows.
#[derive(Clone, Debug, Default)]
pub struct Found {
    notes: Vec<(Note, i64)>,
    people: Vec<User>,
    owners: Vec<UserId>,
}

/// The notes of a project, with a form that adds one.
#[derive(Template)]
#[template(path = "notes/part.html")]
pub struct Notes {
    layout: Layout,
    workspace_id: WorkspaceId,
    lines: Vec<Line>,
    fields: Fields,
    owners: Vec<(UserId, String)>,
    may_write: bool,
    /// The path of the meeting, if the part is on its page.
    meeting: Option<String>,
    /// Whether the form is shown without a click.
    is_open: bool,
}

/// A note.
pub struct Line {
    /// The note.
    pub note: Note,
    /// The name of its owner.
    pub owner: String,
    is_overdue: bool,
}

/// The input of the form.
#[derive(Clone, Debug, Default)]
struct Fields {
    kind: String,
    text: String,
    owner_id: String,
    due_date: String,
}

#[derive(Template)]
#[template(path = "notes/form.html")]
struct Edit {
    layout: Layout,
    part: Notes,
    back: String,
    form_errors: FormErrors,
}

impl Found {
    /// Reads the latest notes of a workspace whose health the caller sees.
    pub async fn read(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> Result<Self, Error> {
        let account_id = caller.account_id;
        let notes = store::page(conn, account_id, id, i64::MAX, SHOWN).await?;
        let parts = participations::store::of_workspaces(conn, account_id, &[id].into(), OWNERS).await?;
        let owners: Vec<UserId> =
            parts.iter().filter(|part| part.side == Side::Provider).map(|part| part.user_id).collect();
        let people = notes.iter().filter_map(|(note, _)| note.owner_id).chain(owners.iter().copied());
        let people: Vec<UserId> = people.collect();
        let people = users::store::of_account(conn, account_id, &people.into()).await?;
        Ok(Self { notes, people, owners })
    }

    /// Those that were there on the day of the page.
    #[must_use]
    pub fn at(&self, layout: &Layout) -> Self {
        let mut found = self.clone();
        if let Some(day) = layout.reader.as_of {
            found.notes.retain(|(note, _)| note.created_at <= layout.reader.now);
            for (note, _) in &mut found.notes {
                note.done_date = note.done_date.filter(|done| *done <= day);
            }
        }
        found
    }

    /// The notes as lines.
    pub fn lines(&self, layout: &Layout) -> Vec<Line> {
        let today = layout.reader.today();
        let is_past = |note: &Note| {
            let due = note.due_date.filter(|_| note.done_date.is_none());
            due.zip(today).is_some_and(|(due, today)| due < today)
        };
        let line = |(note, _): &(Note, i64)| Line {
            owner: note.owner_id.map(|id| name(&self.people, id)).unwrap_or_default(),
            is_overdue: is_past(note),
            note: note.clone(),
        };
        self.notes.iter().map(line).collect()
    }
}

impl Notes {
    /// The notes of a project as a reader sees them.
    pub fn of(
        layout: &Layout,
        workspace_id: WorkspaceId,
        found: &Found,
        may_write: bool,
        meeting: Option<String>,
    ) -> Self {
        let is_active = |id: &&UserId| found.people.iter().any(|user| user.id == **id && user.active);
        let owners =
            found.owners.iter().filter(is_active).map(|id| (*id, name(&found.people, *id))).collect();
        let lines = found.lines(layout);
        let fields = Fields { kind: KINDS[1].to_owned(), ..Fields::default() };
        Self {
            layout: layout.clone(),
            workspace_id,
            lines,
            fields,
            owners,
            may_write,
            meeting,
            is_open: false,
        }
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty() && !self.may_write
    }
}

impl Fields {
    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
        Self {
            kind: text("kind"),
            text: text("text"),
            owner_id: text("owner_id"),
            due_date: text("due_date"),
        }
    }

    fn draft(&self) -> Result<Draft, Error> {
        let mut violations = Vec::new();
        let due_date = parsed("due_date", &self.due_date, &mut violations);
        let owner_id = parsed("owner_id", &self.owner_id, &mut violations);
        let draft = Draft {
            kind: Some(self.kind.clone()),
            text: Some(self.text.clone()),
            owner_id: Some(owner_id),
            due_date: Some(due_date),
            done_date: None,
        };
        let mut all = draft.violations(true);
        all.extend(violations);
        Error::check(all)?;
        Ok(draft)
    }
}

fn project(id: WorkspaceId) -> String {
    format!("/workspaces/{id}#notes-title")
}

/// The path of the meeting in which a form was sent, if it was.
fn meeting(form: &Params) -> Option<String> {
    form.text("meeting").filter(|path| path.starts_with("/meeting?")).map(std::borrow::Cow::into_owned)
}

/// `POST /workspaces/{id}/notes`
pub async fn create(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form }, workspace_id) = (submitted, WorkspaceId(id(&text)?));
    let (fields, caller, change) = (Fields::read(&form), signed_in.caller(), signed_in.change(&app));
    let (draft, meeting) = (fields.draft(), meeting(&form));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            require_health(conn, &caller, workspace_id, Access::Edit).await?;
            store::create(conn, &caller, &change, workspace_id, &draft?).await
        }),
    );
    let back = meeting.clone().unwrap_or_else(|| project(workspace_id));
    let Err(error) = work.await else { return Ok(see_other(&back)) };
    let (layout, caller) = (signed_in.layout(), signed_in.caller());
    let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
    let found = app.db.read(work!(|conn| Found::read(conn, &caller, workspace_id).await)).await?;
    let part = Notes { fields, is_open: true, ..Notes::of(&layout, workspace_id, &found, true, meeting) };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &Edit { layout, part, back, form_errors }))
}

/// `POST /notes/{id}/done`: done today, or with `undo` not done.
pub async fn done(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (SubmittedForm { signed_in, form }, id) = (submitted, id(&text)?);
    let (caller, change, reader) = (signed_in.caller(), signed_in.change(&app), &signed_in.reader);
    let today = reader.today().filter(|_| !form.has("undo"));
    let draft = Draft { done_date: Some(today), ..Draft::default() };
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::update(conn, &caller, &change, id, &draft).await),
    );
    let (note, _) = work.await?;
    Ok(see_other(&meeting(&form).unwrap_or_else(|| project(note.workspace_id))))
}

/// `GET /notes/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let (caller, id) = (signed_in.caller(), id(&text)?);
    let found = app.db.read(work!(|conn| store::require(conn, &caller, id, Access::Edit).await));
    let (note, layout) = (found.await?.0, signed_in.layout());
    let question = Confirm {
        title: layout.t("note-delete-title").into_owned(),
        text: layout.t("note-delete-text").into_owned(),
        action: Some(format!("/notes/{id}/delete")),
        button: "delete",
        back: &project(note.workspace_id),
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /notes/{id}/delete`
pub async fn delete(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&text)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::delete(conn, &caller, &change, id).await),
    );
    Ok(see_other(&project(work.await?.workspace_id)))
}
