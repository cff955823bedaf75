//! The pages of the report templates of an account, for its administrators.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::Error;
use domain::report_templates::{
    Draft, HINT_LIMIT, MOST, MOST_SECTIONS, NAME_LIMIT, ReportTemplate, Section, store,
};
use domain::work;
use service::app::App;
use service::params::Params;

const LABELS: &Labels = &[("name", "templates-name"), ("sections", "templates-sections")];
/// The number of sections that a new template offers.
const FIRST_ROWS: usize = 4;

#[derive(Template)]
#[template(path = "report_templates/index.html")]
struct Index {
    layout: Layout,
    templates: Vec<ReportTemplate>,
    has_room: bool,
}

/// The input of the form; a section without a heading and a hint is an empty row.
struct Fields {
    name: String,
    is_default: bool,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "report_templates/form.html")]
struct Edit {
    layout: Layout,
    id: Option<i64>,
    fields: Fields,
    form_errors: FormErrors,
    name_limit: usize,
    hint_limit: usize,
    has_room: bool,
}

impl Edit {
    fn new(layout: Layout, id: Option<i64>, fields: Fields, form_errors: FormErrors) -> Self {
        let has_room = fields.sections.len() < MOST_SECTIONS;
        Self { layout, id, fields, form_errors, name_limit: NAME_LIMIT, hint_limit: HINT_LIMIT, has_room }
    }

    const fn title(&self) -> &'static str {
        if self.id.is_some() { "templates-edit" } else { "templates-new" }
    }
}

impl Fields {
    fn of(template: ReportTemplate) -> Self {
        Self { name: template.name, is_default: template.is_default, sections: template.sections }
    }

    /// As many rows as were shown, at most [`MOST_SECTIONS`].
    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        let names = (1..=MOST_SECTIONS).map(|row| (format!("heading_{row}"), format!("hint_{row}")));
        let rows = names.take_while(|(heading, hint)| form.has(heading) || form.has(hint));
        let section = |(heading, hint): (String, String)| Section {
            heading: text(&heading),
            hint: text(&hint).replace("\r\n", "\n"),
        };
        Self { name: text("name"), is_default: form.has("is_default"), sections: rows.map(section).collect() }
    }

    /// Whether the form asks for other rows; then they are as asked.
    fn rearrange(&mut self, form: &Params) -> bool {
        if let Some(row) = form.text("up").and_then(|row| row.parse::<usize>().ok()) {
            if (2..=self.sections.len()).contains(&row) {
                self.sections.swap(row - 2, row - 1);
            }
            return true;
        }
        if form.has("more") && self.sections.len() < MOST_SECTIONS {
            self.sections.push(Section::default());
        }
        form.has("more")
    }

    fn draft(&self) -> Draft {
        let is_filled = |section: &&Section| **section != Section::default();
        let sections = self.sections.iter().filter(is_filled).cloned().collect();
        Draft {
            name: Some(self.name.clone()),
            is_default: Some(self.is_default),
            sections: Some(Some(sections)),
        }
    }
}

/// `GET /report_templates`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let account_id = signed_in.account.id;
    let templates = app.db.read(work!(|conn| Ok(store::all(conn, account_id).await?))).await?;
    let index = Index { layout: signed_in.layout(), has_room: templates.len() < MOST, templates };
    Ok(page(StatusCode::OK, &index))
}

/// `GET /report_templates/new`
pub async fn blank(signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let sections = vec![Section::default(); FIRST_ROWS];
    let fields = Fields { name: String::new(), is_default: false, sections };
    Ok(page(StatusCode::OK, &Edit::new(signed_in.layout(), None, fields, FormErrors::default())))
}

/// `POST /report_templates`; with `more` or `up` nothing is written.
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    save(&app, submitted, None).await
}

/// `GET /report_templates/{id}`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let template = find(&app, &signed_in, id(&text)?).await?;
    let id = Some(template.id);
    let edit = Edit::new(signed_in.layout(), id, Fields::of(template), FormErrors::default());
    Ok(page(StatusCode::OK, &edit))
}

/// `POST /report_templates/{id}`; with `more` or `up` nothing is written.
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    save(&app, submitted, Some(id(&text)?)).await
}

/// `GET /report_templates/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let template = find(&app, &signed_in, id(&text)?).await?;
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.say("templates-delete-title", "name", template.name.as_str()),
        text: layout.t("templates-delete-text").into_owned(),
        action: Some(format!("/report_templates/{}/delete", template.id)),
        button: "delete",
        back: "/report_templates",
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /report_templates/{id}/delete`
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
    Ok(see_other("/report_templates"))
}

async fn find(app: &App, signed_in: &SignedIn, id: i64) -> Result<ReportTemplate, Error> {
    signed_in.caller().require_administrator()?;
    let account_id = signed_in.account.id;
    let work = app.db.read(work!(|conn| store::require(conn, account_id, id).await));
    Ok(work.await?.0)
}

/// Creates or changes a template.
async fn save(app: &App, submitted: SubmittedForm, id: Option<i64>) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, change) = (signed_in.caller(), signed_in.change(app));
    caller.require_administrator()?;
    let mut fields = Fields::read(&form);
    if fields.rearrange(&form) {
        let edit = Edit::new(signed_in.layout(), id, fields, FormErrors::default());
        return Ok(page(StatusCode::OK, &edit));
    }
    let draft = fields.draft();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            match id {
                Some(id) => store::update(conn, &caller, &change, id, &draft).await.map(drop),
                None => store::create(conn, &caller, &change, &draft).await.map(drop),
            }
        }),
    );
    match work.await {
        Ok(()) => Ok(see_other("/report_templates")),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let edit = Edit::new(signed_in.layout(), id, fields, form_errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &edit))
        }
    }
}
