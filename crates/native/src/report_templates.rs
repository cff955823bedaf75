//! Report templates in the native surface.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{Members, check};
use super::openapi as doc;
use super::problem::Kind;
use super::{ApiResult, Body, Error, Request};
use base::clock::Time;
use domain::report_templates::{
    Draft, HINT_LIMIT, MOST_SECTIONS, NAME_LIMIT, ReportTemplate, Section, store,
};
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "report_templates";
const WRITABLE: &[&str] = &["name", "is_default", "sections"];
const PARTS: &[&str] = &["heading", "hint"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportTemplates")]
struct List {
    report_templates: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportTemplate")]
struct Object {
    id: i64,
    name: String,
    /// Whether new reports on the pages begin with it.
    is_default: bool,
    sections: Vec<Part>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

/// A section.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportTemplateSection")]
struct Part {
    heading: String,
    hint: Option<String>,
}

fn object((template, version): (ReportTemplate, i64)) -> Object {
    let part = |section: Section| Part {
        heading: section.heading,
        hint: Some(section.hint).filter(|hint| !hint.is_empty()),
    };
    Object {
        id: template.id,
        name: template.name,
        is_default: template.is_default,
        sections: template.sections.into_iter().map(part).collect(),
        created_at: template.created_at,
        updated_at: template.updated_at,
        version,
    }
}

fn shown(found: (ReportTemplate, i64)) -> Response {
    let state = Validator::of(&found.0);
    crate::record(&object(found), Some(&state))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "In the order of their creation. An account has at most 20, so that there is no next page.",
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listReportTemplates", "List the report templates")
};

/// `GET /report_templates`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let id = request.caller.account_id;
    let found = app.db.read(work!(|conn| Ok(store::list(conn, id).await?))).await?;
    let report_templates = found.into_iter().map(object).collect();
    Ok(crate::json(&List { report_templates, next_cursor: None }))
}

fn writable() -> Vec<(&'static str, Value)> {
    let line = || doc::filled_within(NAME_LIMIT);
    let mut hint = doc::nullable_text();
    hint["maxLength"] = HINT_LIMIT.into();
    let section = doc::closed(&["heading"], &[("heading", line()), ("hint", hint)]);
    let sections = json!({ "type": "array", "items": section, "minItems": 1, "maxItems": MOST_SECTIONS });
    vec![("name", line()), ("is_default", json!({ "type": "boolean" })), ("sections", sections)]
}

fn draft(members: &mut Members<'_>) -> Result<Draft, Error> {
    let sections = members.value("sections").map(sections).transpose()?;
    Ok(Draft { name: members.text("name"), is_default: members.flag("is_default"), sections })
}

/// The sections; `None` if the value is no list of objects of texts.
fn sections(value: &Value) -> Result<Option<Vec<Section>>, Error> {
    let Value::Array(items) = value else { return Ok(None) };
    let mut error = Error::new(Kind::UnknownMember);
    for (index, item) in items.iter().enumerate() {
        let names = item.as_object().into_iter().flat_map(|item| item.keys());
        for name in names.filter(|name| !PARTS.contains(&name.as_str())) {
            let detail = format!("is not known here; known: {}", PARTS.join(", "));
            error = error.at_path(&["sections", &index.to_string(), name], detail);
        }
    }
    if error.has_locations() { Err(error) } else { Ok(items.iter().map(section).collect()) }
}

fn section(item: &Value) -> Option<Section> {
    let item = item.as_object()?;
    let text = |name| match item.get(name) {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => None,
    };
    Some(Section { heading: text("heading")?, hint: text("hint")? })
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators. A new default takes the place of the one that was.",
    body: Some(|_| doc::closed(&["name", "sections"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createReportTemplate", "Add a report template")
};

/// `POST /report_templates`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members)?;
    let (types, caller) = (members.violations, body.request.caller.clone());
    check(types, draft.violations(true))?;
    let list = Request::address("/report_templates");
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| store::create(conn, &caller, &write.change, &draft).await),
        move |created: ReportTemplate| {
            let id = created.id;
            crate::created(shown((created, 1)), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showReportTemplate", "Show a report template")
};

/// `GET /report_templates/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, account_id) = (request.id()?, request.caller.account_id);
    let found = app.db.read(work!(|conn| store::require(conn, account_id, id).await));
    Ok(shown(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. `sections` replaces all of them. Reports do not change.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateReportTemplate", "Change a report template")
};

/// `PATCH /report_templates/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members)?;
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let (before, _) = store::require(conn, caller.account_id, id).await?;
            caller.require_administrator()?;
            write.check(&before)?;
            check(types, draft.violations(false))?;
            store::update(conn, &caller, &write.change, id, &draft).await
        }),
        shown,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For administrators. Reports that began with the template stay as they are.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteReportTemplate", "Delete a report template")
};

/// `DELETE /report_templates/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            let (before, _) = store::require(conn, caller.account_id, id).await?;
            caller.require_administrator()?;
            write.check(&before)?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        no_content,
    );
    Ok(work.await?)
}
