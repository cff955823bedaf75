//! The forms of work packages, which check a write without making it.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::input::Input;
use super::schemas::{Purpose, schema_with_values, writable};
use super::{ChangedPackage, ID, NewPackage, Target, id_of, prepare_change, prepare_new};
use crate::error::first_by_attribute;
use crate::hal;
use crate::hal::Link;
use crate::markdown::Formattable;
use crate::projects::lookup;
use crate::request::OptionalBody;
use crate::types::{priority_link, type_link};
use crate::users::link as user_link;
use crate::{ApiResult, Error, Request};
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::ids::{UserId, WorkPackageId};
use domain::statuses::Status;
use domain::users::User;
use domain::work;
use domain::work_packages::WorkPackage;
use domain::work_packages::constants::{priority_of, type_of};
use domain::work_packages::progress::Mode;
use domain::work_packages::rules::is_frozen;
use domain::work_packages::store::read;
use domain::workspaces::VisibleWorkspace;
use domain::{statuses, users};
use service::app::App;
use service::openapi::{Operation, schema};

const FORM: Operation = Operation {
    description: "Nothing is written. `validationErrors` has the errors by attribute; the link `commit` is present if there are none.",
    body: Some(|_| schema::object(&[], &writable())),
    answer: Some(|_| {
        let object = || json!({ "type": "object" });
        let members = [("payload", object()), ("schema", object()), ("validationErrors", object())];
        let embedded = schema::object(&["payload", "schema", "validationErrors"], &members);
        let members = [("_type", json!({ "const": "Form" })), ("_embedded", embedded), ("_links", object())];
        schema::object(&["_type", "_embedded", "_links"], &members)
    }),
    ..Operation::new(super::TAG, "", "")
};

/// OpenAPI description of [`create`].
pub const CREATE: Operation =
    Operation { id: "createWorkPackageForm", summary: "Validate a new work package", ..FORM };

/// `POST /api/v3/work_packages/form`
pub async fn create(State(app): State<App>, body: OptionalBody) -> ApiResult {
    new(app, body, Target::Body).await
}

/// OpenAPI description of [`create_in_project`].
pub const CREATE_IN_PROJECT: Operation = Operation {
    id: "createWorkPackageFormInProject",
    summary: "Validate a new work package of a project",
    parameters: &[lookup::ID],
    ..FORM
};

/// `POST /api/v3/projects/{id or identifier}/work_packages/form`
pub async fn create_in_project(State(app): State<App>, body: OptionalBody) -> ApiResult {
    let target = Target::Path(body.request.segment.clone());
    new(app, body, target).await
}

async fn new(app: App, body: OptionalBody, target: Target) -> ApiResult {
    let change = body.request.write(&app).change;
    let mode = app.settings.openproject_progress;
    let Request { caller, root, .. } = body.request;
    let members = body.members;
    let checked = app.db.read(work!(|conn| -> Error {
        let input = Input::new(&root, &members);
        let NewPackage { visible, prepared } =
            prepare_new(conn, &change, &caller, &target, &input, mode).await?;
        let list = match (&target, &visible) {
            (Target::Path(_), Some(visible)) => format!("/projects/{}/work_packages", visible.workspace.id),
            _ => "/work_packages".to_owned(),
        };
        let people = visible.as_ref().map(|visible| format!("/projects/{}", visible.workspace.id));
        let statuses = statuses::store::list(conn, caller.account_id).await?;
        let kind = input.draft(prepared.after.type_id)?.type_id.flatten();
        let is_typed = visible.is_some() || kind.is_some_and(|id| type_of(id).is_some());
        let purpose = Purpose {
            root: &root,
            of: visible.as_ref().map(|visible| (visible.workspace.id, prepared.after.type_id)),
            mode,
            may_write: true,
            is_frozen: false,
            is_new: true,
        };
        let schema =
            schema_with_values(purpose, &statuses, people.as_deref(), "/work_packages/available_projects");
        let names = Names::of(conn, &caller, &prepared.after, statuses).await?;
        let mut payload = payload(&root, &prepared.after, visible.as_ref(), &names, mode);
        if !is_typed {
            payload["_links"]["type"] = json!(Link::nothing());
        }
        Ok(form(&root, &list, &list, "post", &payload, &schema, &errors(prepared.refusal)?))
    }));
    Ok(hal::answer(StatusCode::OK, &checked.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    id: "updateWorkPackageForm",
    summary: "Validate changes of a work package",
    parameters: &[ID],
    errors: &[409],
    ..FORM
};

/// `POST /api/v3/work_packages/{id}/form`
pub async fn update(State(app): State<App>, body: OptionalBody) -> ApiResult {
    let id = id_of(&body.request)?;
    let mode = app.settings.openproject_progress;
    let Request { caller, root, .. } = body.request;
    let members = body.members;
    let checked = app.db.read(work!(|conn| -> Error {
        let input = Input::new(&root, &members);
        let needs_version = !members.is_empty();
        let ChangedPackage { visible, prepared } =
            prepare_change(conn, &caller, id, &input, needs_version, mode).await?;
        let path = format!("/work_packages/{id}");
        let statuses = statuses::store::list(conn, caller.account_id).await?;
        let purpose = Purpose {
            root: &root,
            of: Some((visible.workspace.id, prepared.after.type_id)),
            mode,
            may_write: true,
            is_frozen: is_frozen(&prepared.before, &prepared.after, &statuses),
            is_new: false,
        };
        let projects = format!("{path}/available_projects");
        let schema = schema_with_values(purpose, &statuses, Some(&path), &projects);
        let names = Names::of(conn, &caller, &prepared.after, statuses).await?;
        let payload = payload(&root, &prepared.after, None, &names, mode);
        Ok(form(&root, &path, &path, "patch", &payload, &schema, &errors(prepared.refusal)?))
    }));
    Ok(hal::answer(StatusCode::OK, &checked.await?))
}

/// The validation errors by attribute.
fn errors(refusal: Option<Cause>) -> Result<Map<String, Value>, Error> {
    match refusal {
        None => Ok(Map::new()),
        Some(Cause::Invalid(violations)) => Ok(first_by_attribute(&violations)),
        Some(other) => Err(other.into()),
    }
}

fn form(
    root: &str,
    path: &str,
    target: &str,
    method: &'static str,
    payload: &Value,
    schema: &Value,
    errors: &Map<String, Value>,
) -> Value {
    let itself = || Link::to(root, format!("{path}/form")).with_method("post");
    let mut links = json!({ "self": itself(), "validate": itself() });
    if errors.is_empty() {
        links["commit"] = json!(Link::to(root, target).with_method(method));
    }
    json!({
        "_type": "Form",
        "_embedded": { "payload": payload, "schema": schema, "validationErrors": errors },
        "_links": links,
    })
}

/// The records that a payload names.
struct Names {
    statuses: Vec<Status>,
    users: Vec<User>,
    parent: Option<WorkPackage>,
}

impl Names {
    async fn of(
        conn: &mut Conn,
        caller: &Caller,
        package: &WorkPackage,
        statuses: Vec<Status>,
    ) -> Result<Self, Error> {
        let people: List<UserId> =
            [package.assignee_id, package.responsible_id].into_iter().flatten().collect();
        let users = users::store::of_account(conn, caller.account_id, &people).await?;
        let parent = match package.parent_id {
            Some(id) => read::find(conn, caller, id).await?.map(|(parent, _)| parent),
            None => None,
        };
        Ok(Self { statuses, users, parent })
    }
}

/// The members that can be sent unchanged to the target of `commit`.
fn payload(
    root: &str,
    package: &WorkPackage,
    project: Option<&VisibleWorkspace>,
    names: &Names,
    mode: Mode,
) -> Value {
    let is_new = package.id == WorkPackageId(0);
    let day = |day: Option<base::clock::Date>| day.map(|day| day.to_string());
    let mut payload = json!({
        "lockVersion": package.lock_version,
        "subject": package.subject,
        "description": Formattable::markdown(package.description.clone()),
        "scheduleManually": true,
    });
    if package.is_milestone() {
        payload["date"] = json!(day(package.due_date));
    } else {
        payload["startDate"] = json!(day(package.start_date));
        payload["dueDate"] = json!(day(package.due_date));
    }
    payload["estimatedTime"] = json!(package.work.map(|hours| hours.to_string()));
    if mode == Mode::Work {
        payload["remainingTime"] = json!(package.remaining.map(|hours| hours.to_string()));
        payload["percentageDone"] = json!(package.percent);
    }
    let person = |id: Option<UserId>| {
        let user = id.and_then(|id| names.users.iter().find(|user| user.id == id));
        user.map_or(Link::nothing(), |user| user_link(root, user))
    };
    let status = names.statuses.iter().find(|status| status.id == package.status_id);
    let mut links = json!({
        "type": type_of(package.type_id).map_or(Link::nothing(), |one| type_link(root, one)),
        "priority": priority_of(package.priority_id).map_or(Link::nothing(), |one| priority_link(root, one)),
    });
    if is_new {
        links["project"] = json!(project.map_or(Link::nothing(), |visible| {
            Link::to(root, format!("/projects/{}", visible.workspace.id)).titled(&visible.workspace.title)
        }));
    }
    let others = [
        (
            "status",
            status.map_or(Link::nothing(), |status| {
                Link::to(root, format!("/statuses/{}", status.id)).titled(&status.name)
            }),
        ),
        ("assignee", person(package.assignee_id)),
        ("responsible", person(package.responsible_id)),
        (
            "parent",
            names.parent.as_ref().map_or(Link::nothing(), |parent| {
                Link::to(root, format!("/work_packages/{}", parent.id)).titled(&parent.subject)
            }),
        ),
        ("category", Link::nothing()),
        ("version", Link::nothing()),
    ];
    for (name, link) in others {
        links[name] = json!(link);
    }
    payload["_links"] = links;
    payload
}
