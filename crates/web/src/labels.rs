//! The tags of a project and its values of own fields: a part of its page, and the page that changes them.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use url::form_urlencoded::Serializer;

use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels as FieldLabels};
use super::layout::Layout;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::fields;
use domain::fields::Field;
use domain::ids::WorkspaceId;
use domain::labels::{Draft, Labels, VALUE_LIMIT, store};
use domain::participations::Access;
use domain::work;
use domain::workspaces::store::require_health;
use service::app::App;
use service::params::Params;

const LABELS: &FieldLabels = &[("tags", "labels-tags"), ("fields", "fields-title")];

/// The labels of a project on its page.
#[derive(Template)]
#[template(path = "labels/part.html")]
pub struct Part {
    layout: Layout,
    workspace_id: WorkspaceId,
    /// Each tag with the address of the portfolio with that tag.
    tags: Vec<(String, String)>,
    /// The name of each field that has a value, the value, and the address of the portfolio with it.
    values: Vec<(String, String, String)>,
    may_write: bool,
}

/// The own fields of the account, and the labels of a workspace with their version.
#[derive(Clone, Debug)]
pub struct Found {
    fields: Vec<Field>,
    labels: Labels,
    version: i64,
}

/// A field in the form.
struct Line {
    field: Field,
    value: String,
    /// The choices, with the present value if it is no longer one of them.
    choices: Vec<String>,
}

#[derive(Template)]
#[template(path = "labels/form.html")]
struct Edit {
    layout: Layout,
    workspace_id: WorkspaceId,
    title: String,
    version: i64,
    tags: String,
    known: Vec<String>,
    lines: Vec<Line>,
    value_limit: usize,
    has_changed: bool,
    form_errors: FormErrors,
}

/// Reads the labels of a workspace.
///
/// # Errors
/// Those of the store.
pub async fn read(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> Result<Found> {
    let fields = fields::store::all(conn, caller.account_id).await?;
    let (labels, version) = store::find(conn, caller.account_id, id).await?;
    Ok(Found { fields, labels, version })
}

fn address(layout: &Layout, name: &str, value: &str) -> String {
    let query = Serializer::new(String::new()).append_pair(name, value).finish();
    format!("{}/?{query}", layout.root())
}

impl Part {
    /// The labels of a project as a reader sees them.
    pub fn of(layout: &Layout, workspace_id: WorkspaceId, found: &Found, may_write: bool) -> Self {
        let tag = |tag: &String| (tag.clone(), address(layout, "tag", tag));
        let value = |field: &Field| {
            let value = found.labels.value(field.id).to_owned();
            let address = address(layout, &format!("field_{}", field.id), &value);
            (!value.is_empty()).then(|| (field.name.clone(), value, address))
        };
        Self {
            layout: layout.clone(),
            workspace_id,
            tags: found.labels.tags.iter().map(tag).collect(),
            values: found.fields.iter().filter_map(value).collect(),
            may_write,
        }
    }

    /// Whether nothing is shown.
    pub const fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.values.is_empty() && !self.may_write
    }
}

/// The labels of a form; tags are separated by commas.
fn draft(form: &Params, fields: &[Field]) -> Draft {
    let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
    let tags = text("tags");
    let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned);
    let values = fields.iter().map(|field| (field.id.to_string(), text(&format!("field_{}", field.id))));
    Draft { tags: tags.collect(), fields: values.collect() }
}

/// `GET /workspaces/{id}/labels`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    form(&app, signed_in, WorkspaceId(id(&text)?), StatusCode::OK, None, FormErrors::default()).await
}

/// The form, with the labels of the store or those that were sent.
async fn form(
    app: &App,
    signed_in: SignedIn,
    id: WorkspaceId,
    status: StatusCode,
    sent: Option<Params>,
    form_errors: FormErrors,
) -> PageResult {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let visible = require_health(conn, &caller, id, Access::Edit).await?;
        let found = read(conn, &caller, id).await?;
        Ok((visible, found, store::tags(conn, &caller).await?))
    }));
    let (visible, Found { fields, labels, version }, known) = work.await?;
    let sent = sent.map(|form| draft(&form, &fields));
    let tags = sent.as_ref().map_or(&labels.tags, |draft| &draft.tags).join(", ");
    let line = |field: Field| {
        let before = labels.value(field.id).to_owned();
        let sent = sent.as_ref().and_then(|draft| draft.fields.get(&field.id.to_string()).cloned());
        let mut choices = field.choices.clone();
        if !field.choices.is_empty() && !before.is_empty() && !choices.contains(&before) {
            choices.push(before.clone());
        }
        Line { value: sent.unwrap_or(before), choices, field }
    };
    let edit = Edit {
        layout: signed_in.layout(),
        workspace_id: id,
        title: visible.workspace.title,
        version,
        tags,
        known,
        lines: fields.into_iter().map(line).collect(),
        value_limit: VALUE_LIMIT,
        has_changed: status == StatusCode::CONFLICT,
        form_errors,
    };
    Ok(page(status, &edit))
}

/// `POST /workspaces/{id}/labels`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form: sent }, id) = (submitted, WorkspaceId(id(&text)?));
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let version = sent.text("version").and_then(|version| version.parse::<i64>().ok());
    let input = sent.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            require_health(conn, &caller, id, Access::Edit).await?;
            let found = read(conn, &caller, id).await?;
            if version != Some(found.version) {
                return Err(Error::Changed);
            }
            let draft = draft(&input, &found.fields);
            store::put(conn, &caller, &change, id, &draft).await.map(drop)
        }),
    );
    let (status, form_errors) = match work.await {
        Ok(()) => return Ok(see_other(&format!("/workspaces/{id}#labels-title"))),
        Err(Error::Changed) => (StatusCode::CONFLICT, FormErrors::default()),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            (StatusCode::UNPROCESSABLE_ENTITY, form_errors)
        }
    };
    form(&app, signed_in, id, status, Some(sent), form_errors).await
}
