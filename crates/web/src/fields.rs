//! The pages of the own fields of an account, for its administrators.

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
use domain::fields::{Draft, Field, Kind, LAST_POSITION, MOST, NAME_LIMIT, store};
use domain::work;
use service::app::App;
use service::params::Params;

const LABELS: &Labels = &[
    ("name", "fields-name"),
    ("type", "fields-type"),
    ("choices", "fields-choices"),
    ("position", "fields-position"),
];

#[derive(Template)]
#[template(path = "fields/index.html")]
struct Index {
    layout: Layout,
    fields: Vec<Field>,
    has_room: bool,
}

/// The input of the form; the choices are lines.
#[derive(Default)]
struct Input {
    name: String,
    kind: String,
    choices: String,
    position: String,
}

#[derive(Template)]
#[template(path = "fields/form.html")]
struct Edit {
    layout: Layout,
    id: Option<i64>,
    input: Input,
    form_errors: FormErrors,
    name_limit: usize,
    last_position: i64,
}

impl Edit {
    const fn new(layout: Layout, id: Option<i64>, input: Input, form_errors: FormErrors) -> Self {
        Self { layout, id, input, form_errors, name_limit: NAME_LIMIT, last_position: LAST_POSITION }
    }

    const fn title(&self) -> &'static str {
        if self.id.is_some() { "fields-edit" } else { "fields-new" }
    }

    /// The types with their messages, and whether each is chosen.
    fn kinds(&self) -> [(&'static str, &'static str, bool); 2] {
        Kind::ALL.map(|kind| (kind.name(), kind_label(kind), kind.name() == self.input.kind))
    }
}

impl Input {
    fn of(field: Field) -> Self {
        Self {
            name: field.name,
            kind: field.kind.name().to_owned(),
            choices: field.choices.join("\n"),
            position: field.position.to_string(),
        }
    }

    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
        Self { name: text("name"), kind: text("type"), choices: text("choices"), position: text("position") }
    }

    fn draft(&self) -> Result<Draft, Vec<Violation>> {
        let mut violations = Vec::new();
        let position = parsed("position", &self.position, &mut violations);
        let choices = self.choices.lines().map(str::trim).filter(|line| !line.is_empty());
        let draft = Draft {
            name: Some(self.name.clone()),
            kind: Some(self.kind.clone()),
            choices: Some(choices.map(str::to_owned).collect()),
            position,
        };
        if violations.is_empty() { Ok(draft) } else { Err(violations) }
    }
}

const fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "fields-type-text",
        Kind::Choice => "fields-type-choice",
    }
}

/// `GET /fields`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let account_id = signed_in.account.id;
    let fields = app.db.read(work!(|conn| Ok(store::all(conn, account_id).await?))).await?;
    let index = Index { layout: signed_in.layout(), has_room: fields.len() < MOST, fields };
    Ok(page(StatusCode::OK, &index))
}

/// `GET /fields/new`
pub async fn blank(signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let input = Input { kind: Kind::default().name().to_owned(), ..Input::default() };
    Ok(page(StatusCode::OK, &Edit::new(signed_in.layout(), None, input, FormErrors::default())))
}

/// `POST /fields`
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    save(&app, submitted, None).await
}

/// `GET /fields/{id}`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let field = find(&app, &signed_in, id(&text)?).await?;
    let id = Some(field.id);
    let edit = Edit::new(signed_in.layout(), id, Input::of(field), FormErrors::default());
    Ok(page(StatusCode::OK, &edit))
}

/// `POST /fields/{id}`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    save(&app, submitted, Some(id(&text)?)).await
}

/// `GET /fields/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let field = find(&app, &signed_in, id(&text)?).await?;
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.say("fields-delete-title", "name", field.name.as_str()),
        text: layout.t("fields-delete-text").into_owned(),
        action: Some(format!("/fields/{}/delete", field.id)),
        button: "delete",
        back: "/fields",
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /fields/{id}/delete`
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
    work.await?;
    Ok(see_other("/fields"))
}

async fn find(app: &App, signed_in: &SignedIn, id: i64) -> Result<Field, Error> {
    let caller = signed_in.caller();
    caller.require_administrator()?;
    let work = app.db.read(work!(|conn| store::require(conn, &caller, id).await));
    Ok(work.await?.0)
}

/// Creates or changes a field.
async fn save(app: &App, submitted: SubmittedForm, id: Option<i64>) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, change) = (signed_in.caller(), signed_in.change(app));
    caller.require_administrator()?;
    let input = Input::read(&form);
    let draft = input.draft();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let draft = draft.map_err(Error::Invalid)?;
            match id {
                Some(id) => store::update(conn, &caller, &change, id, &draft).await.map(drop),
                None => store::create(conn, &caller, &change, &draft).await.map(drop),
            }
        }),
    );
    match work.await {
        Ok(()) => Ok(see_other("/fields")),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let edit = Edit::new(signed_in.layout(), id, input, form_errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &edit))
        }
    }
}
