//! Writing a report, new or once more, beside the one before it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::card::{Card, HealthMark, category};
use super::form_input::{FormInput, Target};
use base::clock::Time;
use base::rng::random_bytes;
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::{Error, Result, Violation};
use domain::idempotency::Key;
use domain::participations::Access;
use domain::status_reports::{Category, Color, StatusReport, store};
use domain::users;
use domain::users::name_among;
use domain::workspaces::Workspace;
use domain::{timeline, workspaces};
use service::app::App;
use service::write::Write;

use crate::error_page::{Failure, PageResult};
use crate::health::Health;
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use domain::work;

/// What is read before it is written.
struct Before {
    workspace: Workspace,
    /// The report that is written once more.
    own: Option<StatusReport>,
    /// The one before it, and its author.
    last: Option<(StatusReport, String)>,
}

/// A colour to choose.
struct Choice {
    id: String,
    value: &'static str,
    health: HealthMark,
    is_own: bool,
    was_last: bool,
}

/// The fields of a category.
struct Fields {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
    words: String,
    last: Option<HealthMark>,
}

#[derive(Template)]
#[template(path = "status_reports/form.html")]
struct Page {
    layout: Layout,
    workspace: Workspace,
    own: Option<i64>,
    typed: FormInput,
    choices: Vec<Choice>,
    fields: Vec<Fields>,
    last: Option<Card>,
    preview: Option<Card>,
    /// What is wrong: the field, and the message for it.
    wrong: Vec<(&'static str, &'static str)>,
    /// What happened to the report in the meantime.
    notice: Option<&'static str>,
    draft: String,
    is_fresh: bool,
}

/// What is to be said beside the fields.
#[derive(Default)]
struct Said {
    wrong: Vec<(&'static str, &'static str)>,
    notice: Option<&'static str>,
    preview: Option<Card>,
}

/// `GET /workspaces/{id}/reports/new`
pub async fn new(State(app): State<App>, signed_in: SignedIn, Path(id): Path<String>) -> PageResult {
    begin(&app, &signed_in, Target::New(crate::form::id(&id)?)).await
}

/// `GET /status_reports/{id}/edit`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(id): Path<String>) -> PageResult {
    begin(&app, &signed_in, Target::Edit(crate::form::id(&id)?)).await
}

/// `POST /workspaces/{id}/reports`; with `preview` nothing is written.
pub async fn create(State(app): State<App>, Path(id): Path<String>, submitted: SubmittedForm) -> PageResult {
    send(&app, &submitted, Target::New(crate::form::id(&id)?)).await
}

/// `POST /status_reports/{id}`; with `preview` nothing is written.
pub async fn update(State(app): State<App>, Path(id): Path<String>, submitted: SubmittedForm) -> PageResult {
    send(&app, &submitted, Target::Edit(crate::form::id(&id)?)).await
}

async fn begin(app: &App, signed_in: &SignedIn, target: Target) -> PageResult {
    let before = look(app, signed_in, target).await?;
    let typed = match (&before.own, &before.last) {
        (Some(own), _) => FormInput::of(own),
        (None, Some((last, _))) => {
            // What is unchanged need not be written again; how it is as a whole is to be thought about.
            FormInput { color: String::new(), description: String::new(), ..FormInput::of(last) }
        }
        (None, None) => FormInput::default(),
    };
    let typed = FormInput { key: hex::encode(random_bytes()), ..typed };
    Ok(shown(signed_in, before, typed, Said::default(), StatusCode::OK))
}

async fn send(app: &App, SubmittedForm { signed_in, form }: &SubmittedForm, target: Target) -> PageResult {
    let mut typed = FormInput::read(form);
    let error = if form.has("preview") {
        let before = look(app, signed_in, target).await?;
        let draft = typed.draft(target);
        let made = match &before.own {
            Some(own) => Error::check(draft.violations(false)).map(|()| draft.apply(own)),
            None => draft.make(signed_in.account.id, signed_in.user.id, app.clock.now()),
        };
        match made {
            Ok(report) => {
                let last = before.last.as_ref().map(|(last, _)| last);
                let preview = Some(Card::beside(&signed_in.layout(), &report, last));
                let said = Said { preview, ..Said::default() };
                return Ok(shown(signed_in, before, typed, said, StatusCode::OK));
            }
            Err(error) => error,
        }
    } else {
        let written = match target {
            Target::New(_) => write_new(app, signed_in, target, &typed).await,
            Target::Edit(id) => write_again(app, signed_in, id, &typed).await,
        };
        match written {
            Ok(response) => return Ok(response),
            Err(error) => error,
        }
    };
    let (said, status) = match error {
        Error::Invalid(violations) => {
            (Said { wrong: wrong(&violations), ..Said::default() }, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Error::KeyReused => {
            typed.key = hex::encode(random_bytes());
            (Said { notice: Some("write-again"), ..Said::default() }, StatusCode::CONFLICT)
        }
        Error::Changed => (Said { notice: Some("write-changed"), ..Said::default() }, StatusCode::CONFLICT),
        error => return Err(error.into()),
    };
    let before = look(app, signed_in, target).await?;
    if let Some(own) = before.own.as_ref().filter(|_| status == StatusCode::CONFLICT) {
        typed.state = own.updated_at.to_string();
    }
    Ok(shown(signed_in, before, typed, said, status))
}

/// Writes a report, once for each form that was shown.
async fn write_new(
    app: &App,
    signed_in: &SignedIn,
    target: Target,
    typed: &FormInput,
) -> std::result::Result<Response, Error> {
    let (caller, draft) = (signed_in.caller(), typed.draft(target));
    // Sessions have no token of their own, so that the person is part of the name.
    let name = format!("page {} {}", caller.user_id, typed.key);
    let key = Key::new(caller.token_id, name.as_bytes(), typed.digest(target))?;
    let write = Write { change: signed_in.change(app), expected: None, key: Some(key) };
    let work = write.run(
        app,
        work!(|conn, write| store::create(conn, &caller, &write.change, &draft).await),
        |report| Ok::<_, Error>(see_other(&format!("/status_reports/{}", report.id))),
    );
    work.await
}

/// Changes a report, if it is what the form began with.
async fn write_again(
    app: &App,
    signed_in: &SignedIn,
    id: i64,
    typed: &FormInput,
) -> std::result::Result<Response, Error> {
    let (caller, change) = (signed_in.caller(), signed_in.change(app));
    let (draft, state) = (typed.draft(Target::Edit(id)), typed.state.clone());
    let work = app.db.write(
        Scope::Account(change.account_id),
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

async fn look(app: &App, signed_in: &SignedIn, target: Target) -> std::result::Result<Before, Failure> {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| read(conn, &caller, target).await));
    Ok(work.await?)
}

async fn read(conn: &mut Conn, caller: &Caller, target: Target) -> Result<Before> {
    let account_id = caller.account_id;
    let own = match target {
        Target::New(_) => None,
        Target::Edit(id) => Some(store::require(conn, caller, id, Access::Edit).await?),
    };
    let id = match target {
        Target::New(id) => id,
        Target::Edit(_) => own.as_ref().map_or(0, |own| own.workspace_id),
    };
    let workspace = workspaces::store::require(conn, caller, id, Access::Edit).await?.workspace;
    let place = own.as_ref().map(timeline::store::Place::from);
    let last = timeline::store::marks(conn, account_id, id, Time::MAX, place, 1).await?.pop();
    let last = match last {
        Some((last, _)) => {
            let author = json!([last.creator_id]).to_string();
            let people = users::store::of_account(conn, account_id, &author).await?;
            let author = name_among(&people, last.creator_id);
            Some((last, author))
        }
        None => None,
    };
    Ok(Before { workspace, own, last })
}

fn shown(signed_in: &SignedIn, before: Before, typed: FormInput, said: Said, status: StatusCode) -> Response {
    let layout = signed_in.layout();
    let last = before.last.as_ref().map(|(last, _)| last);
    let subject = before
        .own
        .as_ref()
        .map_or_else(|| format!("workspace-{}", before.workspace.id), |own| format!("report-{}", own.id));
    let Said { wrong, notice, preview } = said;
    let form = Page {
        choices: choices(&layout, "color", &typed.color, last.map(|last| last.color), false),
        fields: fields(&layout, &typed, last),
        is_fresh: wrong.is_empty() && notice.is_none() && preview.is_none(),
        last: before.last.as_ref().map(|(last, author)| Card::of(&layout, last, author)),
        own: before.own.map(|own| own.id),
        draft: format!("draft {} {subject}", signed_in.user.id),
        workspace: before.workspace,
        typed,
        preview,
        wrong,
        notice,
        layout,
    };
    page(status, &form)
}

fn fields(layout: &Layout, typed: &FormInput, last: Option<&StatusReport>) -> Vec<Fields> {
    let of = |(own, (color, words)): (Category, &(String, String))| {
        let detail = last.and_then(|last| last.details.iter().find(|detail| detail.category == own));
        let was = detail.map(|detail| detail.color);
        Fields {
            name: own.name(),
            label: category(layout, own),
            choices: choices(layout, own.name(), color, was, true),
            words: words.clone(),
            last: was.map(|color| HealthMark::of(layout, Some(color))),
        }
    };
    Category::ALL.into_iter().zip(&typed.details).map(of).collect()
}

fn choices(layout: &Layout, name: &str, own: &str, last: Option<Color>, has_none: bool) -> Vec<Choice> {
    let none = has_none.then_some(None);
    let choice = |color: Option<Color>| {
        let value = color.map_or("", Color::name);
        let mut health = HealthMark::of(layout, color);
        if color.is_none() {
            health.word = layout.t("write-no-category").into_owned();
        }
        Choice {
            id: format!("{name}-{}", Health(color).name()),
            value,
            health,
            is_own: value == own && (has_none || color.is_some()),
            was_last: color.is_some() && color == last,
        }
    };
    Color::ALL.into_iter().map(Some).chain(none).map(choice).collect()
}

/// The fields that are wrong, each once, with what is wrong with them.
fn wrong(violations: &[Violation]) -> Vec<(&'static str, &'static str)> {
    let mut wrong: Vec<_> = violations
        .iter()
        .map(|form_errors| match form_errors.field {
            "color" => ("color-green", "write-color-missing"),
            "description" => ("description", "write-text-missing"),
            _ => ("Scope-green", "write-category-wrong"),
        })
        .collect();
    wrong.dedup();
    wrong
}

impl Page {
    fn action(&self) -> String {
        self.own.map_or_else(
            || format!("/workspaces/{}/reports", self.workspace.id),
            |id| format!("/status_reports/{id}"),
        )
    }

    fn back(&self) -> String {
        self.own.map_or_else(
            || format!("/workspaces/{}", self.workspace.id),
            |id| format!("/status_reports/{id}"),
        )
    }

    fn title(&self) -> &'static str {
        if self.own.is_some() { "write-edit-title" } else { "write-title" }
    }

    fn is_wrong(&self, field: &str) -> Option<&'static str> {
        self.wrong.iter().find(|(own, _)| own == &field).map(|(_, key)| *key)
    }
}
