//! Milestones: a part of the pages of a project and of its reports, and the page that changes one.

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
use db::Scope;
use domain::error::{Error, Violation};
use domain::ids::WorkspaceId;
use domain::milestones::{Draft, Milestone, NAME_LIMIT, store};
use domain::participations::Access;
use domain::work;
use service::app::App;
use service::params::Params;

const LABELS: &Labels =
    &[("name", "milestone-name"), ("due_date", "milestone-due"), ("done_date", "milestone-done")];

/// The milestones of a project.
#[derive(Template)]
#[template(path = "milestones/part.html")]
pub struct Milestones {
    layout: Layout,
    workspace_id: WorkspaceId,
    lines: Vec<Line>,
    may_write: bool,
    limit: usize,
}

struct Line {
    milestone: Milestone,
    /// Its due date, with the first one and the number of days if it moved.
    due: String,
    is_overdue: bool,
}

/// The input of the form.
#[derive(Default)]
struct Fields {
    name: String,
    due_date: String,
    done_date: String,
}

#[derive(Template)]
#[template(path = "milestones/form.html")]
struct Edit {
    layout: Layout,
    workspace_id: WorkspaceId,
    id: Option<i64>,
    fields: Fields,
    form_errors: FormErrors,
    limit: usize,
}

impl Milestones {
    /// The milestones of a project as a reader sees them.
    pub fn of(
        layout: &Layout,
        workspace_id: WorkspaceId,
        found: Vec<(Milestone, i64)>,
        may_write: bool,
    ) -> Self {
        let today = layout.reader.today();
        let then = |milestone: Milestone| match layout.reader.as_of {
            None => Some(milestone),
            Some(day) => milestone.at(layout.reader.now, day),
        };
        let line = |milestone: Milestone| Line {
            due: due(layout, &milestone),
            is_overdue: today.is_some_and(|today| milestone.is_overdue(today)),
            milestone,
        };
        let mut found: Vec<_> = found.into_iter().filter_map(|(milestone, _)| then(milestone)).collect();
        found.sort_by_key(|milestone| (milestone.due_date, milestone.id));
        let lines = found.into_iter().map(line).collect();
        Self { layout: layout.clone(), workspace_id, lines, may_write, limit: NAME_LIMIT }
    }

    /// Whether nothing is shown.
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty() && !self.may_write
    }
}

impl Edit {
    const fn title(&self) -> &'static str {
        if self.id.is_some() { "milestone-edit" } else { "milestone-add" }
    }
}

fn due(layout: &Layout, milestone: &Milestone) -> String {
    let day = layout.reader.date(milestone.due_date);
    let Some(slip) = milestone.slip() else { return day };
    let days = if slip.days > 0 { format!("+{}", slip.days) } else { format!("−{}", -slip.days) };
    let values = [("from", layout.reader.date(slip.from).into()), ("to", day.into()), ("days", days.into())];
    layout.reader.language.say("milestone-slip", values)
}

impl Fields {
    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        Self { name: text("name"), due_date: text("due_date"), done_date: text("done_date") }
    }

    fn of(milestone: &Milestone) -> Self {
        Self {
            name: milestone.name.clone(),
            due_date: milestone.due_date.to_string(),
            done_date: milestone.done_date.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    fn draft(&self) -> Result<Draft, Error> {
        let mut violations = Vec::new();
        let draft = Draft {
            name: Some(self.name.clone()),
            due_date: Some(parsed("due_date", &self.due_date, &mut violations)),
            done_date: Some(parsed("done_date", &self.done_date, &mut violations)),
        };
        let is_known = |other: &Violation| violations.iter().any(|one| one.field == other.field);
        let more: Vec<_> = draft.violations(true).into_iter().filter(|one| !is_known(one)).collect();
        violations.extend(more);
        Error::check(violations)?;
        Ok(draft)
    }
}

fn project(id: WorkspaceId) -> String {
    format!("/workspaces/{id}#milestones-title")
}

/// `POST /workspaces/{id}/milestones`
pub async fn create(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form }, workspace_id) = (submitted, WorkspaceId(id(&text)?));
    let (fields, caller, change) = (Fields::read(&form), signed_in.caller(), signed_in.change(&app));
    let draft = fields.draft();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            domain::workspaces::store::require_health(conn, &caller, workspace_id, Access::Edit).await?;
            store::create(conn, &caller, &change, workspace_id, &draft?).await
        }),
    );
    match work.await {
        Ok(_) => Ok(see_other(&project(workspace_id))),
        Err(error) => refused(&signed_in, error, (workspace_id, None), fields),
    }
}

/// `GET /milestones/{id}`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let milestone = find(&app, &signed_in, id(&text)?).await?;
    let form = Edit {
        layout: signed_in.layout(),
        workspace_id: milestone.workspace_id,
        id: Some(milestone.id),
        fields: Fields::of(&milestone),
        form_errors: FormErrors::default(),
        limit: NAME_LIMIT,
    };
    Ok(page(StatusCode::OK, &form))
}

/// `POST /milestones/{id}`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form }, id) = (submitted, id(&text)?);
    let (fields, caller, change) = (Fields::read(&form), signed_in.caller(), signed_in.change(&app));
    let draft = fields.draft();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::update(conn, &caller, &change, id, &draft?).await),
    );
    match work.await {
        Ok((milestone, _)) => Ok(see_other(&project(milestone.workspace_id))),
        Err(error) => {
            let workspace_id = find(&app, &signed_in, id).await?.workspace_id;
            refused(&signed_in, error, (workspace_id, Some(id)), fields)
        }
    }
}

/// `POST /milestones/{id}/done`: reached today, or with `undo` not reached.
pub async fn done(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (SubmittedForm { signed_in, form }, id) = (submitted, id(&text)?);
    let (caller, change, reader) = (signed_in.caller(), signed_in.change(&app), &signed_in.reader);
    let today = reader.today().filter(|_| !form.has("undo"));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::set_done(conn, &caller, &change, id, today).await),
    );
    Ok(see_other(&project(work.await?.workspace_id)))
}

/// `GET /milestones/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let milestone = find(&app, &signed_in, id(&text)?).await?;
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.say("milestone-delete-title", "name", milestone.name.as_str()),
        text: layout.t("milestone-delete-text").into_owned(),
        action: Some(format!("/milestones/{}/delete", milestone.id)),
        button: "delete",
        back: &project(milestone.workspace_id),
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /milestones/{id}/delete`
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

async fn find(app: &App, signed_in: &SignedIn, id: i64) -> Result<Milestone, Error> {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| store::require(conn, &caller, id, Access::Edit).await));
    Ok(work.await?.0)
}

fn refused(
    signed_in: &SignedIn,
    error: Error,
    (workspace_id, id): (WorkspaceId, Option<i64>),
    fields: Fields,
) -> PageResult {
    let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
    let form = Edit { layout: signed_in.layout(), workspace_id, id, fields, form_errors, limit: NAME_LIMIT };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &form))
}
