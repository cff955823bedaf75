//! Workspaces as projects in the OpenProject surface (contract, sections a.3, a.4 and d).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::dates;
use super::store::Projects;
use super::{AccessLevel, Draft, ProjectStatus, Seen, store};
use crate::app::App;
use crate::auth::Caller;
use crate::clock::Time;
use crate::db::{Conn, Result};
use crate::error::Error as Cause;
use crate::http::params::without_nul;
use crate::http::tag::Validator;
use crate::openapi::{Operation, Parameter, schema};
use crate::openproject::error::Property;
use crate::openproject::hal::{self, Link};
use crate::openproject::markdown::{Formattable, off_thread};
use crate::openproject::objects::ProjectTexts;
use crate::openproject::openapi as doc;
use crate::openproject::paging::{self, Page, PageObject};
use crate::openproject::{Answer, Body, Error, Request, objects, select};
use crate::participations::Right;
use schemars::SchemaGenerator;

const TAG: &str = "Projects";
/// From how many bytes of texts on a list is put together on another thread.
const LONG: usize = 64 * 1024;
const ID: Parameter = Parameter::path("id", doc::id_or_identifier, "The id, or the identifier.");

/// What clients are told of [`project_status`].
pub const PROJECT_STATUS: Operation = Operation {
    parameters: &[Parameter::path("code", code, "The project status.")],
    answer: Some(schema::of::<objects::ProjectStatusObject>),
    ..Operation::new("Project statuses", "showProjectStatus", "Show a project status")
};

/// `GET /api/v3/project_statuses/{code}`
pub async fn project_status(request: Request) -> Answer {
    let status = ProjectStatus::of_code(&request.segment).ok_or(Cause::NotFound)?;
    Ok(hal::answer(StatusCode::OK, &objects::project_status(&request.root, status)))
}

/// What clients are told of [`index`].
pub const INDEX: Operation = Operation {
    parameters: &[
        Parameter::query("offset", doc::page_number, "The number of the page, from 1."),
        Parameter::query("pageSize", doc::page_size, "How many a page holds; -1 asks for as many as may be."),
        Parameter::query("filters", filters, "What to narrow the list to; all apply.").as_json(),
        Parameter::query("sortBy", orders, "Attributes with their directions; ties go by id.").as_json(),
        Parameter::query("select", select, "The members to show, with commas between them."),
    ],
    answer: Some(|generator| {
        let page = schema::of::<PageObject<objects::ProjectObject<'_>>>(generator);
        json!({ "anyOf": [page, { "type": "object", "description": "What `select` chose." }] })
    }),
    ..Operation::new(TAG, "listProjects", "List projects")
};

/// `GET /api/v3/projects`
pub async fn index(State(app): State<App>, request: Request) -> Answer {
    let page = Page::read(&request.query)?;
    let projects = projects(&request, app.clock.now())?;
    let caller = request.caller.clone();
    let found = app.db.read(move |conn| {
        Box::pin(async move { store::projects(conn, &caller, &projects, page.size, page.start()).await })
    });
    let (seen, total) = found.await?;
    let mut projects = Vec::with_capacity(seen.len());
    let mut length = 0;
    for mut one in seen {
        let texts = ProjectTexts::take(&mut one.workspace).await;
        length += texts.size();
        projects.push((one, texts));
    }
    let kept: Vec<String> = ["filters", "sortBy", "select"]
        .iter()
        .filter_map(|name| Some((name, request.query.filled(name)?)))
        .map(|(name, value)| format!("{name}={}&", utf8_percent_encode(&value, NON_ALPHANUMERIC)))
        .collect();
    let root = request.root;
    let query = request.query;
    let answer = move || {
        let elements = projects
            .iter()
            .map(|(one, texts)| objects::project(&root, one, texts, one.right >= Right::Edit, false))
            .collect();
        let collection = page.collection(&root, "/projects", &kept.concat(), total, elements);
        Ok(match select::apply(&query, &collection)? {
            Some(shown) => hal::answer(StatusCode::OK, &shown),
            None => hal::answer(StatusCode::OK, &collection),
        })
    };
    if length <= LONG { answer() } else { off_thread(answer).await }
}

/// What clients are told of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[ID],
    answer: Some(answer),
    ..Operation::new(TAG, "showProject", "Show a project")
};

/// `GET /api/v3/projects/{id or identifier}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let Request { caller, segment, root, .. } = request;
    let found = app.db.read(move |conn| Box::pin(async move { find(conn, &caller, &segment).await }));
    let seen = found.await?;
    render(seen.workspace.description.as_deref(), seen.workspace.status_explanation.as_deref()).await;
    Ok(single(&root, StatusCode::OK, &seen))
}

/// What clients are told of [`create`].
pub const CREATE: Operation = Operation {
    body: Some(|_| schema::object(&["name"], &writable())),
    status: 201,
    answer: Some(answer),
    ..Operation::new(TAG, "createProject", "Make a project")
};

/// `POST /api/v3/projects`
pub async fn create(State(app): State<App>, body: Body) -> Answer {
    let draft = draft(&body.request.root, &body.members);
    if let Ok(draft) = &draft {
        let [description, explanation] = [&draft.description, &draft.status_explanation]
            .map(|text| text.as_ref().and_then(Option::as_deref));
        render(description, explanation).await;
    }
    let write = body.request.write(&app);
    let (caller, root) = (body.request.caller, body.request.root);
    let work = write.run(
        &app,
        move |conn, write| {
            Box::pin(async move {
                let change = &write.change;
                store::require_maker(conn, &caller).await?;
                let draft = match draft {
                    Ok(draft) => draft,
                    Err(error) => return Ok(Err(error)),
                };
                let new = draft.make(caller.account_id, caller.user_id, change.at)?;
                let id = store::create(conn, change, &draft, new).await?;
                Ok(Ok(store::find(conn, &caller, id).await?.ok_or(Cause::NotFound)?))
            })
        },
        move |made| Ok(single(&root, StatusCode::CREATED, &made?)),
    );
    work.await
}

/// What clients are told of [`update`].
pub const UPDATE: Operation = Operation {
    parameters: &[ID],
    body: Some(|_| schema::object(&[], &writable())),
    answer: Some(answer),
    ..Operation::new(TAG, "updateProject", "Change a project, its status among it")
};

/// `PATCH /api/v3/projects/{id or identifier}`
pub async fn update(State(app): State<App>, body: Body) -> Answer {
    let draft = draft(&body.request.root, &body.members);
    if let Ok(draft) = &draft {
        let [description, explanation] = [&draft.description, &draft.status_explanation]
            .map(|text| text.as_ref().and_then(Option::as_deref));
        render(description, explanation).await;
    }
    let write = body.request.write(&app);
    let Request { caller, segment, root, .. } = body.request;
    let work = write.run(
        &app,
        move |conn, write| {
            Box::pin(async move {
                let seen = find(conn, &caller, &segment).await?;
                seen.right.require(Right::Edit)?;
                write.check(&seen.workspace)?;
                let draft = match draft {
                    Ok(draft) => draft,
                    Err(error) => return Ok(Err(error)),
                };
                let id = seen.workspace.id;
                store::update(conn, &caller, &write.change, id, &draft).await?;
                Ok(Ok(store::find(conn, &caller, id).await?.ok_or(Cause::NotFound)?))
            })
        },
        move |changed| Ok(single(&root, StatusCode::OK, &changed?)),
    );
    work.await
}

/// What clients are told of [`schema()`].
pub const SCHEMA: Operation = Operation {
    answer: Some(|_| schema::object(&["_type", "_links"], &[("_type", json!({ "const": "Schema" }))])),
    ..Operation::new(TAG, "showProjectSchema", "Show what a project is made of")
};

/// `GET /api/v3/projects/schema`
pub async fn schema(request: Request) -> Answer {
    let writable = !request.caller.is_anonymous();
    Ok(hal::answer(StatusCode::OK, &schema_of(&request.root, writable)))
}

/// What a project is made of.
pub(super) fn schema_of(root: &str, writable: bool) -> Value {
    let member = |kind: &str, name: &str, required: bool, has_default: bool, writable: bool| {
        json!({
            "type": kind,
            "name": name,
            "required": required,
            "hasDefault": has_default,
            "writable": writable,
        })
    };
    let allowed: Vec<Link> =
        ProjectStatus::LISTED.into_iter().map(|status| objects::project_status_link(root, status)).collect();
    let mut status = member("ProjectStatus", "Status", false, false, writable);
    status["location"] = json!("_links");
    status["_links"] = json!({ "allowedValues": allowed });
    json!({
        "_type": "Schema",
        "_dependencies": [],
        "id": member("Integer", "ID", true, false, false),
        "identifier": member("String", "Identifier", true, true, false),
        "name": member("String", "Name", true, false, writable),
        "active": member("Boolean", "Active", true, true, writable),
        "public": member("Boolean", "Public", true, true, writable),
        "description": member("Formattable", "Description", false, false, writable),
        "status": status,
        "statusExplanation": member("Formattable", "Status description", false, false, writable),
        "createdAt": member("DateTime", "Created on", true, false, false),
        "updatedAt": member("DateTime", "Updated on", true, false, false),
        "_links": { "self": Link::to(root, "/projects/schema") },
    })
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    schema::of::<objects::ProjectObject<'_>>(generator)
}

fn code() -> Value {
    json!({ "enum": ProjectStatus::LISTED.map(ProjectStatus::code) })
}

fn filters() -> Value {
    let filter = |operators: &[&str], values: Value| {
        let members = [("operator", json!({ "enum": operators })), ("values", values)];
        schema::object(&["operator", "values"], &members)
    };
    let texts = || json!({ "type": "array", "items": schema::text(), "minItems": 1 });
    let flag =
        || filter(&["=", "!"], json!({ "type": "array", "items": { "enum": ["t", "f"] }, "minItems": 1 }));
    let code = || filter(&["=", "!", "*", "!*"], texts());
    let date =
        || filter(dates::OPERATORS, json!({ "type": "array", "items": { "type": ["string", "integer"] } }));
    json!({ "type": "array", "items": {
        "type": "object",
        "properties": {
            "active": flag(),
            "created_at": date(),
            "latest_activity_at": date(),
            "public": flag(),
            "id": filter(&["=", "!"], texts()),
            "project_status_code": code(),
            "status": code(),
            "name_and_identifier": filter(&["=", "~", "**"], texts()),
            "typeahead": filter(&["~", "**"], texts()),
        },
        "additionalProperties": false,
    } })
}

fn orders() -> Value {
    let pair = json!([{ "enum": SORTS.map(|(name, _)| name) }, { "enum": ["asc", "desc"] }]);
    json!({ "type": "array", "items": { "type": "array", "prefixItems": pair, "items": false, "minItems": 2 } })
}

fn select() -> Value {
    let member = format!("({})", select::SUPPORTED.replace('*', "\\*").replace(", ", "|"));
    json!({ "type": "string", "pattern": format!("^({member}(,{member})*)?$"), "examples": ["total,elements/name"] })
}

pub(super) fn writable() -> Vec<(&'static str, Value)> {
    let hrefs = ProjectStatus::LISTED.map(|status| format!("/api/v3/project_statuses/{}", status.code()));
    let href = json!({ "anyOf": [{ "enum": hrefs }, { "type": "null" }] });
    let status = schema::object(&["href"], &[("href", href)]);
    vec![
        ("name", doc::filled()),
        ("active", json!({ "type": "boolean" })),
        ("public", json!({ "type": "boolean" })),
        ("description", doc::formattable()),
        ("statusExplanation", doc::formattable()),
        ("_links", json!({ "anyOf": [{ "type": "null" }, schema::object(&[], &[("status", status)])] })),
    ]
}

fn single(root: &str, status: StatusCode, seen: &Seen) -> Response {
    let (state, texts) = (seen.whole().map(Validator::of), ProjectTexts::of(&seen.workspace));
    hal::record(
        status,
        &objects::project(root, seen, &texts, seen.right >= Right::Edit, true),
        state.as_ref(),
    )
}

/// Has long texts rendered on another thread, and kept, before [`single`] shows them.
pub(super) async fn render(description: Option<&str>, status_explanation: Option<&str>) {
    Formattable::prepare(description).await;
    Formattable::prepare(status_explanation).await;
}

/// The project of an id, or of an identifier, which ends with the id. Only administrators see archived ones.
pub(super) async fn find(conn: &mut Conn, caller: &Caller, segment: &str) -> Result<Seen> {
    let digits = segment.rsplit('-').next().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let id = digits.and_then(|digits| digits.parse().ok()).ok_or(Cause::NotFound)?;
    let seen = store::find(conn, caller, id).await?.ok_or(Cause::NotFound)?;
    let is_named = Some(segment) == digits || segment == objects::identifier(&seen);
    if is_named && (caller.administrator || !seen.workspace.archived) {
        Ok(seen)
    } else {
        Err(Cause::NotFound)
    }
}

/// Members that are not known are ignored, as are `format` and `html` of a text and all but `href` of a link.
pub(super) fn draft(root: &str, members: &Map<String, Value>) -> std::result::Result<Draft, Error> {
    let mut wrong = Vec::new();
    let mut flag = |name: &'static str| match members.get(name) {
        None => None,
        Some(Value::Bool(flag)) => Some(*flag),
        Some(_) => {
            wrong.push(Property::format(name, "a boolean"));
            None
        }
    };
    let (active, public) = (flag("active"), flag("public"));
    let title = match members.get("name") {
        None => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(Value::Null) => Some(String::new()),
        Some(_) => {
            wrong.push(Property::format("name", "a text"));
            None
        }
    };
    let mut text = |name: &'static str| match members.get(name) {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::Object(formattable)) => match formattable.get("raw") {
            Some(Value::String(raw)) => Some(Some(raw.clone())),
            Some(Value::Null) => Some(None),
            None => None,
            Some(_) => {
                wrong.push(Property::format(name, "a formattable text"));
                None
            }
        },
        Some(_) => {
            wrong.push(Property::format(name, "a formattable text"));
            None
        }
    };
    let (description, explanation) = (text("description"), text("statusExplanation"));
    let links = members.get("_links").unwrap_or(&Value::Null);
    if !links.is_null() && !links.is_object() {
        wrong.push(Property::format("_links", "an object"));
    }
    let status = match links.get("status") {
        None => None,
        Some(link) => match project_status_of(root, link) {
            Ok(status) => Some(status),
            Err(property) => {
                wrong.push(property);
                None
            }
        },
    };
    if !wrong.is_empty() {
        return Err(Error::Properties(wrong));
    }
    Ok(Draft {
        title,
        description,
        archived: active.map(|active| !active),
        access_level: public
            .map(|public| if public { AccessLevel::Open } else { AccessLevel::Invitation }.name().to_owned()),
        project_status: status,
        status_explanation: explanation,
        ..Draft::default()
    })
}

fn project_status_of(root: &str, link: &Value) -> std::result::Result<Option<ProjectStatus>, Property> {
    let href = match link.get("href") {
        Some(Value::Null) => return Ok(None),
        Some(Value::String(href)) => href,
        _ => return Err(Property::format("status", "a link")),
    };
    let path = href.strip_prefix(root).unwrap_or(href);
    let Some(code) = path.strip_prefix("/api/v3/project_statuses/") else {
        let message = format!(
            "For property 'status' a link like '{root}/api/v3/project_statuses/:id' is expected, but got '{href}'."
        );
        return Err(Property { kind: "ResourceTypeMismatch", attribute: "status", message });
    };
    ProjectStatus::of_code(code).map(Some).ok_or_else(|| Property {
        kind: "PropertyConstraintViolation",
        attribute: "status",
        message: "Status is not set to one of the allowed values.".into(),
    })
}

/// `filters` and `sortBy`, as far as they touch what is kept.
fn projects(request: &Request, now: Time) -> std::result::Result<Projects, Error> {
    let mut wrong = Vec::new();
    let mut projects = Projects::default();
    if let Some(text) = request.query.filled("filters") {
        match serde_json::from_str::<Vec<Map<String, Value>>>(&text) {
            Ok(filters) => {
                for filter in &filters {
                    without_nul(filter)?;
                }
                for (name, filter) in filters.iter().flatten() {
                    if let Err(reason) = narrow(&mut projects, now, name, filter) {
                        wrong.push(reason);
                    }
                }
            }
            Err(_) => return Err(Error::BadParameter("filters is invalid".into())),
        }
    }
    if let Some(text) = request.query.filled("sortBy") {
        let Ok(orders) = serde_json::from_str::<Vec<(String, String)>>(&text) else {
            return Err(Error::BadParameter("sortBy is invalid".into()));
        };
        for (index, (name, direction)) in orders.iter().enumerate() {
            match sort_of(name, direction) {
                // Ties go by id, whatever comes after the first.
                Some(sort) if index == 0 => projects.sort = sort,
                Some(_) => {}
                None => wrong.push(format!("Sorting by {name} {direction} is not supported.")),
            }
        }
    }
    if wrong.is_empty() { Ok(projects) } else { Err(Error::InvalidQuery(wrong)) }
}

/// What projects can be sorted by, and the sort of the store.
const SORTS: [(&str, i64); 8] = [
    ("id", 0),
    ("name", 1),
    ("typeahead", 1),
    ("created_at", 2),
    ("createdAt", 2),
    ("updated_at", 3),
    ("updatedAt", 3),
    ("latest_activity_at", 3),
];

fn sort_of(name: &str, direction: &str) -> Option<i64> {
    let (_, sort) = SORTS.into_iter().find(|(known, _)| *known == name)?;
    match direction {
        "asc" => Some(sort),
        "desc" => Some(-1 - sort),
        _ => None,
    }
}

fn narrow(projects: &mut Projects, now: Time, name: &str, filter: &Value) -> std::result::Result<(), String> {
    let operator = filter["operator"].as_str().unwrap_or_default();
    let most = usize::try_from(paging::LIMIT).unwrap_or_default();
    if filter["values"].as_array().is_some_and(|values| values.len() > most) {
        return Err(format!("The filter {name} has more than {most} values."));
    }
    let values: Vec<String> = match &filter["values"] {
        Value::Array(values) => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            values.iter().map(text).collect()
        }
        _ => Vec::new(),
    };
    let list = || Value::from(values.clone()).to_string();
    let flag = || match (operator, values.first().map(String::as_str)) {
        ("=", Some("t" | "true")) | ("!", Some("f" | "false")) => Some(true),
        ("=", Some("f" | "false")) | ("!", Some("t" | "true")) => Some(false),
        _ => None,
    };
    let unsupported_text = || format!("The filter {name} with the operator {operator} is not supported.");
    match (name, operator) {
        ("active", "=" | "!") => match flag() {
            Some(active) => projects.active = Some(active),
            None => return Err("The filter active needs the value t or f.".into()),
        },
        ("public", "=" | "!") => match flag() {
            Some(public) => projects.public = Some(public),
            None => return Err("The filter public needs the value t or f.".into()),
        },
        ("id", "=") => projects.ids = Some(list()),
        ("id", "!") => projects.not_ids = Some(list()),
        ("project_status_code" | "status", "=") => projects.statuses = Some(list()),
        ("project_status_code" | "status", "!") => projects.not_statuses = Some(list()),
        ("project_status_code" | "status", "*") => projects.has_status = Some(true),
        ("project_status_code" | "status", "!*") => projects.has_status = Some(false),
        ("name_and_identifier" | "typeahead", "~" | "**") => projects.contains = values.first().cloned(),
        ("name_and_identifier", "=") => projects.named = values.first().cloned(),
        ("created_at" | "latest_activity_at", _) => {
            let span = dates::span(now, operator, &values).ok_or_else(unsupported_text)?;
            let span = span.map_err(|reason| format!("The filter {name} {reason}"))?;
            let kept = if name == "created_at" { &mut projects.created } else { &mut projects.updated };
            let (from, to) = kept.unwrap_or((Time::MIN, Time::MAX));
            *kept = Some((from.max(span.0), to.min(span.1)));
            return Ok(());
        }
        _ => return Err(unsupported_text()),
    }
    if values.is_empty() && !matches!(operator, "*" | "!*") {
        return Err(format!("The filter {name} needs a value."));
    }
    Ok(())
}
