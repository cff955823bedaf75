//! The form of a report, new or edited, beside the last report.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::card::Card;
use super::form_fields::{Choice, Fields, choices, fields};
use super::form_input::{FormInput, Target};
use super::hints::Hints;
use crate::desk::mine;
use crate::desk::mine::{Position, Progress, Round};
use crate::form::QueryParams;
use base::rng::random_bytes;
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::{Error, Result, Violation};
use domain::ids::ReportId;
use domain::milestones;
use domain::milestones::Milestone;
use domain::participations::Access;
use domain::report_templates;
use domain::report_templates::ReportTemplate;
use domain::status_reports::hints::store::{Context, context};
use domain::status_reports::hints::{Content, Hint, OPEN};
use domain::status_reports::{StatusReport, store};
use domain::table;
use domain::users::User;
use domain::workspaces::Workspace;
use domain::{timeline, workspaces};
use service::app::App;

use crate::error_page::{Failure, PageResult};
use crate::layout::Layout;
use crate::milestones::Milestones;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use crate::work_packages::evidence;
use crate::work_packages::evidence::{Moment, Work};
use domain::work;

/// The records that the form shows.
struct Before {
    workspace: Workspace,
    /// The report that is edited.
    own: Option<StatusReport>,
    /// The previous report and its author.
    last: Option<(StatusReport, String)>,
    context: Context,
    milestones: Vec<(Milestone, i64)>,
    /// The templates for a new report.
    templates: Vec<ReportTemplate>,
    work: Option<evidence::Found>,
    /// Where the form stands among the reports that the caller owes, if it is one of a round.
    progress: Option<Progress>,
}

#[derive(Template)]
#[template(path = "status_reports/form.html")]
struct Page {
    layout: Layout,
    workspace: Workspace,
    own: Option<ReportId>,
    input: FormInput,
    choices: Vec<Choice>,
    fields: Vec<Fields>,
    last: Option<Card>,
    work: Option<Work>,
    position: Option<Position>,
    milestones: Milestones,
    templates: Vec<ReportTemplate>,
    preview: Option<Card>,
    hints: Hints,
    /// Each field with an error, and its message.
    wrong: Vec<(&'static str, &'static str)>,
    /// A message about a conflict.
    notice: Option<&'static str>,
    draft: String,
    is_fresh: bool,
    /// Whether sections were inserted.
    is_filled: bool,
}

/// The feedback on a submitted form.
#[derive(Default)]
struct Feedback {
    wrong: Vec<(&'static str, &'static str)>,
    notice: Option<&'static str>,
    preview: Option<Card>,
    is_filled: bool,
}

/// `GET /workspaces/{id}/reports/new`; `template` chooses a report template, and nothing none.
pub async fn new(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    QueryParams(query): QueryParams,
) -> PageResult {
    let (target, round) = (Target::New(crate::form::id(&id)?), Round::read(&query));
    begin(&app, &signed_in, (target, round), query.text("template").as_deref()).await
}

/// `GET /status_reports/{id}/edit`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(id): Path<String>) -> PageResult {
    begin(&app, &signed_in, (Target::Edit(crate::form::id(&id)?), None), None).await
}

/// `POST /workspaces/{id}/reports`; with `preview` nothing is written.
pub async fn create(State(app): State<App>, Path(id): Path<String>, submitted: SubmittedForm) -> PageResult {
    send(&app, &submitted, Target::New(crate::form::id(&id)?)).await
}

/// `POST /status_reports/{id}`; with `preview` nothing is written.
pub async fn update(State(app): State<App>, Path(id): Path<String>, submitted: SubmittedForm) -> PageResult {
    send(&app, &submitted, Target::Edit(crate::form::id(&id)?)).await
}

async fn begin(
    app: &App,
    signed_in: &SignedIn,
    (target, round): (Target, Option<Round>),
    template: Option<&str>,
) -> PageResult {
    let before = find(app, signed_in, (target, round)).await?;
    let input = match (&before.own, &before.last) {
        (Some(own), _) => FormInput::of(own),
        (None, Some((last, _))) => {
            // Categories are copied from the last report; health and text must be written anew.
            FormInput { color: String::new(), description: String::new(), ..FormInput::of(last) }
        }
        (None, None) => FormInput::default(),
    };
    let mut input = FormInput { key: hex::encode(random_bytes()), ..input };
    input.begin(template, &before.templates)?;
    Ok(shown(app, signed_in, before, (target, input), Feedback::default(), StatusCode::OK))
}

async fn send(app: &App, SubmittedForm { signed_in, form }: &SubmittedForm, target: Target) -> PageResult {
    let mut input = FormInput::read(form);
    let round = Round::read(form);
    if form.has("hints") {
        // For a script, while the report is written.
        let before = find(app, signed_in, (target, round)).await?;
        let hints = hints(app, &before, &input, target);
        return Ok(page(StatusCode::OK, &Hints::of(&signed_in.layout(), &hints)));
    }
    if form.has("insert") {
        let before = find(app, signed_in, (target, round)).await?;
        input.insert(&before.templates);
        let feedback = Feedback { is_filled: true, ..Feedback::default() };
        return Ok(shown(app, signed_in, before, (target, input), feedback, StatusCode::OK));
    }
    let error = if form.has("preview") {
        let before = find(app, signed_in, (target, round)).await?;
        let draft = input.published(&before.templates).draft(target);
        let made = match &before.own {
            Some(own) => Error::check(draft.violations(false)).map(|()| draft.apply(own)),
            None => draft.make(signed_in.account.id, signed_in.user.id, app.clock.now()),
        };
        match made {
            Ok(report) => {
                let last = before.last.as_ref().map(|(last, _)| last);
                let preview = Some(Card::beside(&signed_in.layout(), &report, last));
                let feedback = Feedback { preview, ..Feedback::default() };
                return Ok(shown(app, signed_in, before, (target, input), feedback, StatusCode::OK));
            }
            Err(error) => error,
        }
    } else {
        let written = match target {
            Target::New(_) => {
                write_new(app, signed_in, (target, round.filter(|_| form.has("next"))), &input).await
            }
            Target::Edit(id) => write_edit(app, signed_in, id, &input).await,
        };
        match written {
            Ok(response) => return Ok(response),
            Err(error) => error,
        }
    };
    let (feedback, status) = match error {
        Error::Invalid(violations) if violations.iter().any(|violation| violation.problem == OPEN) => {
            let feedback = Feedback { notice: Some("hints-blocked"), ..Feedback::default() };
            (feedback, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Error::Invalid(violations) => {
            (Feedback { wrong: wrong(&violations), ..Feedback::default() }, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Error::KeyReused => {
            input.key = hex::encode(random_bytes());
            (Feedback { notice: Some("write-again"), ..Feedback::default() }, StatusCode::CONFLICT)
        }
        Error::Changed => {
            (Feedback { notice: Some("write-changed"), ..Feedback::default() }, StatusCode::CONFLICT)
        }
        error => return Err(error.into()),
    };
    let before = find(app, signed_in, (target, round)).await?;
    if let Some(own) = before.own.as_ref().filter(|_| status == StatusCode::CONFLICT) {
        input.state = own.updated_at.to_string();
    }
    Ok(shown(app, signed_in, before, (target, input), feedback, status))
}

/// Creates a report, once per form. Within a round, the next form follows.
async fn write_new(
    app: &App,
    signed_in: &SignedIn,
    (target, round): (Target, Option<Round>),
    input: &FormInput,
) -> std::result::Result<Response, Error> {
    let (caller, input) = (signed_in.caller(), input.clone());
    let write = signed_in.write_once(app, &input.key, input.digest(target))?;
    let work = write.run(
        app,
        work!(|conn, write| {
            let templates = report_templates::store::all(conn, caller.account_id).await?;
            let draft = input.published(&templates).draft(target);
            let progress = match (round, draft.workspace_id) {
                (Some(round), Some(id)) => {
                    Some(mine::progress(conn, &caller, round, id, write.change.at).await?)
                }
                _ => None,
            };
            let report = store::create(conn, &caller, &write.change, &draft).await?;
            Ok(progress
                .map_or_else(|| format!("/status_reports/{}", report.id), |progress| mine::next(&progress)))
        }),
        |to: String| see_other(&to),
    );
    work.await
}

/// Changes a report, unless it changed since the form was shown.
async fn write_edit(
    app: &App,
    signed_in: &SignedIn,
    id: ReportId,
    input: &FormInput,
) -> std::result::Result<Response, Error> {
    let (caller, change) = (signed_in.caller(), signed_in.change(app));
    let (draft, state) = (input.draft(Target::Edit(id)), input.state.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let now = store::require(conn, &caller, id, Access::Edit).await?;
            if now.updated_at.to_string() != state {
                return Err(Error::Changed);
            }
            store::update(conn, &caller, &change, id, &draft).await
        }),
    );
    work.await?;
    Ok(see_other(&format!("/status_reports/{id}")))
}

async fn find(
    app: &App,
    signed_in: &SignedIn,
    (target, round): (Target, Option<Round>),
) -> std::result::Result<Before, Failure> {
    let (caller, moment, now) =
        (signed_in.caller(), evidence::moment(&signed_in.reader), signed_in.reader.now);
    let work = app.db.read(work!(|conn| {
        let mut before = read(conn, &caller, target, moment).await?;
        if let (Some(round), Target::New(id)) = (round, target) {
            before.progress = Some(mine::progress(conn, &caller, round, id, now).await?);
        }
        Ok(before)
    }));
    Ok(work.await?)
}

async fn read(conn: &mut Conn, caller: &Caller, target: Target, moment: Moment) -> Result<Before> {
    let account_id = caller.account_id;
    let own = match target {
        Target::New(_) => None,
        Target::Edit(id) => Some(store::require(conn, caller, id, Access::Edit).await?),
    };
    let id = match target {
        Target::New(id) => id,
        Target::Edit(_) => own.as_ref().map(|own| own.workspace_id).unwrap_or_default(),
    };
    let workspace = workspaces::store::require(conn, caller, id, Access::Edit).await?.workspace;
    let place = own.as_ref().map(timeline::store::Place::from);
    let context = context(conn, workspace.clone(), place).await?;
    let last = match context.before.first().cloned() {
        Some(last) => {
            let author: Option<User> = table::find(conn, account_id, last.creator_id).await?;
            let author = author.map(|author| author.full_name).unwrap_or_default();
            Some((last, author))
        }
        None => None,
    };
    let milestones = milestones::store::list(conn, account_id, id).await?;
    let templates = match target {
        Target::New(_) => report_templates::store::all(conn, account_id).await?,
        Target::Edit(_) => Vec::new(),
    };
    // An edited report is of its own day, and the figures are those of now.
    let moment = moment.filter(|_| own.is_none());
    let work = evidence::read(conn, &workspace, moment).await?;
    Ok(Before { workspace, own, last, context, milestones, templates, work, progress: None })
}

/// The hints at the input, as far as it is complete.
fn hints(app: &App, before: &Before, input: &FormInput, target: Target) -> Vec<Hint> {
    let at = before.own.as_ref().map_or_else(|| app.clock.now(), |own| own.created_at);
    before.context.hints(&Content::of(&input.published(&before.templates).draft(target)), at)
}

fn shown(
    app: &App,
    signed_in: &SignedIn,
    before: Before,
    (target, input): (Target, FormInput),
    feedback: Feedback,
    status: StatusCode,
) -> Response {
    let layout = signed_in.layout();
    let last = before.last.as_ref().map(|(last, _)| last);
    let subject = before
        .own
        .as_ref()
        .map_or_else(|| format!("workspace-{}", before.workspace.id), |own| format!("report-{}", own.id));
    let Feedback { wrong, notice, preview, is_filled } = feedback;
    let form = Page {
        milestones: Milestones::of(&layout, before.workspace.id, before.milestones.clone(), false),
        hints: Hints::of(&layout, &hints(app, &before, &input, target)),
        choices: choices(&layout, "color", &input.color, last.map(|last| last.color), false),
        fields: fields(&layout, &input, last),
        is_fresh: wrong.is_empty() && notice.is_none() && preview.is_none() && !is_filled,
        is_filled,
        last: before.last.as_ref().map(|(last, author)| Card::of(&layout, last, author)),
        work: Work::of(&layout, &before.workspace, before.work.as_ref(), false),
        own: before.own.map(|own| own.id),
        position: before.progress.map(|progress| Position::of(&layout, &progress)),
        draft: format!("draft {} {subject}", signed_in.user.id),
        workspace: before.workspace,
        templates: before.templates,
        input,
        preview,
        wrong,
        notice,
        layout,
    };
    page(status, &form)
}

/// The fields with errors, each once, with their messages.
fn wrong(violations: &[Violation]) -> Vec<(&'static str, &'static str)> {
    let mut wrong: Vec<_> = violations
        .iter()
        .map(|violation| match violation.field {
            "color" => ("color-green", "write-color-missing"),
            "description" => ("description", "write-text-missing"),
            _ => ("Scope-green", "write-category-wrong"),
        })
        .collect();
    wrong.dedup();
    wrong
}

impl Page {
    /// The height of the text, in lines.
    fn rows(&self) -> usize {
        (self.input.description.lines().count() + 2).clamp(6, 24)
    }

    fn action(&self) -> String {
        self.own.map_or_else(
            || format!("/workspaces/{}/reports", self.workspace.id),
            |id| format!("/status_reports/{id}"),
        )
    }

    fn back(&self) -> String {
        self.own.map_or_else(
            || match self.position {
                Some(_) => mine::PATH.into(),
                None => format!("/workspaces/{}", self.workspace.id),
            },
            |id| format!("/status_reports/{id}"),
        )
    }

    /// One of two messages: for a new report, and for an edit.
    fn of_kind(&self, new: &'static str, edit: &'static str) -> &'static str {
        if self.own.is_some() { edit } else { new }
    }

    fn is_wrong(&self, field: &str) -> Option<&'static str> {
        self.wrong.iter().find(|(own, _)| own == &field).map(|(_, key)| *key)
    }
}
