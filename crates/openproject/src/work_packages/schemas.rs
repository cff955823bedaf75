//! The schemas of work packages: `docs/contracts/openproject-work-packages.md#forms-and-schemas`.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::hal::{Collection, Link};
use crate::openapi as doc;
use crate::statuses::StatusObject;
use crate::types::{PriorityObject, TypeObject, priority_link, type_link};
use crate::{ApiResult, Error, Request, hal};
use db::Conn;
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::ids::WorkspaceId;
use domain::participations::Access;
use domain::statuses::Status;
use domain::work;
use domain::work_packages::constants::{PRIORITIES, TYPES, type_of};
use domain::work_packages::progress::Mode;
use domain::workspaces;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};

/// The tag of the operations.
pub const TAG: &str = "Work packages";

/// The maximum number of schemas in one response.
const MOST: usize = 1000;

/// When a member can be written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writable {
    Always,
    Never,
    OnCreation,
    InWorkMode,
}

/// A member of the schema: its name, type, label, whether it is required, and when it can be written.
type Row = (&'static str, &'static str, &'static str, bool, Writable);

const ROWS: [Row; 29] = {
    use Writable::{Always, InWorkMode, Never, OnCreation};
    [
        ("lockVersion", "Integer", "Lock version", true, Never),
        ("id", "Integer", "ID", true, Never),
        ("subject", "String", "Subject", true, Always),
        ("description", "Formattable", "Description", false, Always),
        ("duration", "Duration", "Duration", false, Never),
        ("scheduleManually", "Boolean", "Manual scheduling", false, Always),
        ("ignoreNonWorkingDays", "Boolean", "Ignore non working days", false, Never),
        ("startDate", "Date", "Start date", false, Always),
        ("dueDate", "Date", "Finish date", false, Always),
        ("date", "Date", "Date", false, Always),
        ("derivedStartDate", "Date", "Derived start date", false, Never),
        ("derivedDueDate", "Date", "Derived finish date", false, Never),
        ("estimatedTime", "Duration", "Work", false, Always),
        ("derivedEstimatedTime", "Duration", "Total work", false, Never),
        ("remainingTime", "Duration", "Remaining work", false, InWorkMode),
        ("derivedRemainingTime", "Duration", "Total remaining work", false, Never),
        ("percentageDone", "Integer", "% Complete", false, InWorkMode),
        ("derivedPercentageDone", "Integer", "Total % complete", false, Never),
        ("readonly", "Boolean", "Read only", false, Never),
        ("createdAt", "DateTime", "Created on", true, Never),
        ("updatedAt", "DateTime", "Updated on", true, Never),
        ("author", "User", "Author", true, Never),
        ("project", "Project", "Project", true, OnCreation),
        ("parent", "WorkPackage", "Parent", false, Always),
        ("assignee", "User", "Assignee", false, Always),
        ("responsible", "User", "Accountable", false, Always),
        ("type", "Type", "Type", true, Always),
        ("priority", "Priority", "Priority", true, Always),
        ("status", "Status", "Status", true, Always),
    ]
};

/// The members that a milestone has not, and the one that others have not.
const SPANS: [&str; 5] = ["startDate", "dueDate", "duration", "derivedStartDate", "derivedDueDate"];
const LINKS: [&str; 8] =
    ["author", "project", "parent", "assignee", "responsible", "type", "priority", "status"];
const DEFAULTS: [&str; 3] = ["scheduleManually", "status", "priority"];

/// For whom and for what a schema is.
#[derive(Clone, Copy)]
pub struct Purpose<'p> {
    /// The public path.
    pub root: &'p str,
    /// The project and the type; `None` as long as they are unknown.
    pub of: Option<(WorkspaceId, i64)>,
    /// How % Complete is found.
    pub mode: Mode,
    /// Whether the caller may write there.
    pub may_write: bool,
    /// Whether the status freezes everything but itself.
    pub is_frozen: bool,
    /// Whether it is for a new work package.
    pub is_new: bool,
}

/// The schema, without allowed values.
pub fn schema_of(purpose: Purpose<'_>) -> Value {
    let is_milestone = purpose.of.and_then(|(_, id)| type_of(id)).is_some_and(|one| one.is_milestone);
    let mut object = json!({ "_type": "Schema", "_attributeGroups": [], "_dependencies": [] });
    for (name, kind, label, required, writable) in ROWS {
        if (is_milestone && SPANS.contains(&name)) || (!is_milestone && name == "date") {
            continue;
        }
        let is_writable = purpose.may_write
            && (!purpose.is_frozen || name == "status")
            && match writable {
                Writable::Always => true,
                Writable::Never => false,
                Writable::OnCreation => purpose.is_new,
                Writable::InWorkMode => purpose.mode == Mode::Work,
            };
        let mut member = json!({
            "type": kind,
            "name": label,
            "required": required,
            "hasDefault": DEFAULTS.contains(&name),
            "writable": is_writable,
            "options": {},
        });
        if name == "subject" {
            member["minLength"] = 1.into();
            member["maxLength"] = 255.into();
        }
        if LINKS.contains(&name) {
            member["location"] = "_links".into();
        }
        object[name] = member;
    }
    if let Some((project, kind)) = purpose.of {
        let link = Link::to(purpose.root, format!("/work_packages/schemas/{project}-{kind}"));
        object["_links"] = json!({ "self": link });
    }
    object
}

/// The schema of a form: with the allowed values. `people` and `projects` are the paths of their lists.
pub fn schema_with_values(
    purpose: Purpose<'_>,
    statuses: &[Status],
    people: Option<&str>,
    projects: &str,
) -> Value {
    let root = purpose.root;
    let mut object = schema_of(purpose);
    let mut allow = |name: &str, values: Vec<Value>, links: Vec<Link>| {
        object[name]["_embedded"] = json!({ "allowedValues": values });
        object[name]["_links"] = json!({ "allowedValues": links });
    };
    allow(
        "type",
        TYPES.iter().map(|one| json!(TypeObject::of(root, one))).collect(),
        TYPES.iter().map(|one| type_link(root, one)).collect(),
    );
    allow(
        "status",
        statuses.iter().map(|one| json!(StatusObject::of(root, one))).collect(),
        statuses
            .iter()
            .map(|one| Link::to(root, format!("/statuses/{}", one.id)).titled(&one.name))
            .collect(),
    );
    allow(
        "priority",
        PRIORITIES.iter().map(|one| json!(PriorityObject::of(root, one))).collect(),
        PRIORITIES.iter().map(|one| priority_link(root, one)).collect(),
    );
    let to = |path: String| json!({ "allowedValues": Link::to(root, path) });
    if let Some(people) = people {
        object["assignee"]["_links"] = to(format!("{people}/available_assignees"));
        object["responsible"]["_links"] = to(format!("{people}/available_responsibles"));
    }
    object["project"]["_links"] = to(projects.to_owned());
    object
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[Parameter::path("id", pair, "The id of a project and that of a type.")],
    answer: Some(|_| schema::object(&["_type"], &[("_type", json!({ "const": "Schema" }))])),
    ..Operation::new(TAG, "showWorkPackageSchema", "Show the schema of a project's work packages")
};

fn pair() -> Value {
    json!({ "type": "string", "pattern": "^[0-9]+-[0-9]+$" })
}

/// `GET /api/v3/work_packages/schemas/{project}-{type}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let Request { caller, segment, root, .. } = request;
    let mode = app.settings.openproject_progress;
    let found = app.db.read(work!(|conn| -> Error {
        Ok(one(conn, &caller, &root, &segment, mode).await?.ok_or(Cause::NotFound)?)
    }));
    Ok(hal::answer(StatusCode::OK, &found.await?))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: &[Parameter::query("filters", filters, "The pairs of project and type.")
        .required()
        .as_json()],
    answer: Some(|_| schema::object(&["_type"], &[("_type", json!({ "const": "Collection" }))])),
    ..Operation::new(TAG, "listWorkPackageSchemas", "List schemas of work packages")
};

fn filters() -> Value {
    let pairs = json!({ "type": "array", "items": { "type": "string" } });
    let filter =
        schema::object(&["operator", "values"], &[("operator", json!({ "const": "=" })), ("values", pairs)]);
    json!({ "type": "array", "items": schema::object(&["id"], &[("id", filter)]), "minItems": 1, "maxItems": 1 })
}

/// `GET /api/v3/work_packages/schemas?filters=`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let wrong = || Error::InvalidQuery(vec!["The query parameter 'filters' is missing or malformed.".into()]);
    let Request { caller, query, root, .. } = request;
    let text = query.filled("filters").ok_or_else(wrong)?.into_owned();
    let pairs = pairs_of(&text).ok_or_else(wrong)?;
    let mode = app.settings.openproject_progress;
    let path = root.clone();
    let found = app.db.read(work!(|conn| -> Error {
        let mut found = Vec::new();
        for pair in &pairs {
            found.extend(one(conn, &caller, &root, pair, mode).await?);
        }
        Ok(found)
    }));
    let encoded = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC);
    let link = Link::to(&path, format!("/work_packages/schemas?filters={encoded}"));
    Ok(hal::answer(StatusCode::OK, &Collection::new(link, found.await?)))
}

/// The pairs in the only filter of a list of schemas.
fn pairs_of(text: &str) -> Option<Vec<String>> {
    let filters: Vec<Value> = serde_json::from_str(text).ok()?;
    let [filter] = filters.as_slice() else { return None };
    let values = filter.get("id").filter(|id| id["operator"] == "=")?["values"].as_array()?;
    let pairs: Option<Vec<String>> = values.iter().map(|one| one.as_str().map(str::to_owned)).collect();
    let mut pairs = pairs.filter(|pairs| pairs.len() <= MOST)?;
    pairs.dedup();
    Some(pairs)
}

async fn one(
    conn: &mut Conn,
    caller: &Caller,
    root: &str,
    pair: &str,
    mode: Mode,
) -> Result<Option<Value>, Error> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number > 0);
    let Some((project, kind)) = pair.split_once('-').and_then(|(a, b)| Some((number(a)?, number(b)?))) else {
        return Ok(None);
    };
    if type_of(kind).is_none() {
        return Ok(None);
    }
    let id = WorkspaceId(project);
    let seen = workspaces::store::find(conn, caller, id).await?;
    let Some(visible) = seen.filter(|visible| !visible.workspace.archived) else { return Ok(None) };
    let may_write = visible.access >= Access::Edit;
    let purpose = Purpose { root, of: Some((id, kind)), mode, may_write, is_frozen: false, is_new: true };
    Ok(Some(schema_of(purpose)))
}

/// The members that a write reads.
pub fn writable() -> Vec<(&'static str, Value)> {
    let nullable = |schema: Value| json!({ "anyOf": [schema, { "type": "null" }] });
    let date = || nullable(json!({ "type": "string", "format": "date" }));
    let hours = || nullable(json!({ "type": "string", "pattern": "^P(T[0-9]{1,4}H|[0-9]{1,3}D)$" }));
    let link = |kind: &str| {
        let href = json!({ "type": ["string", "null"], "pattern": format!("^/api/v3/{kind}/[0-9]{{1,9}}$") });
        schema::object(&["href"], &[("href", href)])
    };
    let links = schema::object(
        &[],
        &[
            ("type", link("types")),
            ("status", link("statuses")),
            ("priority", link("priorities")),
            ("project", link("projects")),
            ("assignee", link("users")),
            ("responsible", link("users")),
            ("parent", link("work_packages")),
        ],
    );
    vec![
        ("lockVersion", json!({ "type": "integer", "format": "int64" })),
        ("subject", doc::filled()),
        ("description", doc::formattable()),
        ("scheduleManually", json!({ "const": true })),
        ("startDate", date()),
        ("dueDate", date()),
        ("date", date()),
        ("estimatedTime", hours()),
        ("remainingTime", hours()),
        ("percentageDone", json!({ "type": ["integer", "null"], "minimum": 0, "maximum": 100 })),
        ("_links", nullable(links)),
    ]
}
