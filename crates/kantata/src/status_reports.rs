//! Status reports in the Kantata surface (docs/contracts/kantata.md#status-reports).

use super::envelope::Object;
use super::external_references::draft::{nested_draft, nested_schema};
use super::external_references::object::ExternalReferenceObject;
use super::includes::SideLoad;
use super::openapi as doc;
use super::openapi::listed;
use super::resource::{Presentation, Resource, list_operation, operation};
use super::users::UserObject;
use super::values::{Id, Ids, Seconds};
use super::workspaces::object::WorkspaceObject;
use super::{ApiResult, Params, Request, includes, params};
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::external_references::SubjectType;
use domain::ids::{ReportId, WorkspaceId};
use domain::participations::Access;
use domain::status_reports::store::{Filter, ReferenceFilter};
use domain::status_reports::{Category, Color, Detail, Draft, DraftDetail, StatusReport, store};

use domain::work;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;
use service::write::Write;

const KEY: &str = "status_reports";
const ROOT: &str = "status_report";

/// A dated snapshot of a workspace's health.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusReport")]
pub struct StatusReportObject<'o> {
    color: Color,
    description: &'o str,
    details: &'o [Detail],
    created_at: Seconds,
    updated_at: Seconds,
    workspace_id: Id,
    creator_id: Id,
    updater_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_reference_ids: Ids,
    id: Id,
}

impl Object for StatusReportObject<'_> {
    const KEY: &'static str = KEY;
}

impl<'o> StatusReportObject<'o> {
    /// The wire object of a report; the ids of its references only if they are included.
    pub fn of(report: &'o StatusReport, external_reference_ids: Ids) -> Self {
        Self {
            color: report.color,
            description: &report.description,
            details: &report.details,
            created_at: Seconds(report.created_at),
            updated_at: Seconds(report.updated_at),
            workspace_id: Id::of(report.workspace_id),
            creator_id: Id::of(report.creator_id),
            updater_id: report.updater_id.map(Id::of),
            external_reference_ids,
            id: Id::of(report.id),
        }
    }
}

const INCLUDE: Parameter =
    doc::include("Any of `creator`, `updater`, `workspace`, `external_references`, separated by commas.");

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "Sorted by id.",
    parameters: listed![
        doc::number("workspace_id", "Only reports of this workspace."),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        doc::texts(
            "external_reference_service_name",
            "Only reports with an external reference to this service."
        ),
        doc::texts(
            "external_reference_service_model",
            "Only reports with an external reference to this kind of record."
        ),
        doc::texts(
            "external_reference_service_model_ref",
            "Only reports with an external reference to this record."
        ),
        doc::texts(
            "external_reference_service_model_refs",
            "Only reports with an external reference to one of these records, separated by commas."
        ),
        doc::texts("external_reference_status", "`pending`, `successful` or `failed`."),
        doc::texts("external_reference_external_status", "The status in the other system."),
        doc::texts("external_reference_external_message", "The message from the other system."),
        doc::flag(
            "has_external_references",
            "Only reports that have external references, or only reports that have none."
        ),
        doc::texts(
            "without_external_reference_service_name",
            "Only reports without an external reference to this service."
        ),
        INCLUDE,
    ],
    ..list_operation::<StatusReport>("listStatusReports", "List status reports")
};

/// `GET /status_reports`
pub async fn index(request: Request) -> ApiResult {
    let filter = filter(&request.params)?;
    request
        .list(work!(|conn, caller, view| {
            store::list(conn, caller, &filter, view.paging.limit, view.paging.offset).await
        }))
        .await
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE],
    ..operation::<StatusReport>("showStatusReport", "Show a status report")
};

/// `GET /status_reports/{id}`
pub async fn show(request: Request) -> ApiResult {
    request
        .show(work!(|conn, caller, id| store::require(conn, caller, ReportId(id), Access::View).await))
        .await
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[INCLUDE],
    body: Some(|generator| {
        let mut members = writable(generator);
        members.insert(0, ("workspace_id", doc::reference()));
        doc::root(ROOT, schema::object(&["workspace_id", "color", "description"], &members))
    }),
    ..operation::<StatusReport>("createStatusReport", "Create a status report")
};

/// `POST /status_reports`
pub async fn create(request: Request) -> ApiResult {
    let draft = draft(&request.params.root(ROOT)?);
    request
        .create(work!(|conn, caller, write| {
            let report = store::create(conn, caller, &write.change, &draft).await?;
            Ok(vec![report])
        }))
        .await
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "`details` replaces the whole set. `external_reference` replaces the reference to the same service, if there is one.",
    parameters: &[INCLUDE],
    body: Some(|generator| doc::root(ROOT, schema::object(&[], &writable(generator)))),
    ..operation::<StatusReport>("replaceStatusReport", "Update a status report")
};

/// `PUT` and `PATCH /status_reports/{id}`
pub async fn update(request: Request) -> ApiResult {
    let draft = draft(&request.params.root(ROOT)?);
    request
        .update(work!(|conn, caller, write, id| {
            expect(conn, caller, write, id).await?;
            store::update(conn, caller, &write.change, ReportId(id), &draft).await
        }))
        .await
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation =
    Operation { status: 204, ..Operation::new(KEY, "deleteStatusReport", "Delete a status report") };

/// `DELETE /status_reports/{id}`
pub async fn delete(request: Request) -> ApiResult {
    request
        .delete(work!(|conn, caller, write, id| {
            expect(conn, caller, write, id).await?;
            store::delete(conn, caller, &write.change, ReportId(id)).await
        }))
        .await
}

/// Returns `Ok` if the report has the state that the request expects.
async fn expect(conn: &mut Conn, caller: &Caller, write: &Write, id: i64) -> Result<()> {
    if write.is_conditional() {
        write.check(&store::require(conn, caller, ReportId(id), Access::Edit).await?)?;
    }
    Ok(())
}

fn writable(generator: &mut SchemaGenerator) -> Vec<(&'static str, Value)> {
    let detail = schema::object(
        &["category", "color"],
        &[
            ("category", schema::of::<Category>(generator)),
            ("color", schema::of::<Color>(generator)),
            ("description", schema::anything()),
        ],
    );
    let item = json!({ "anyOf": [detail, { "enum": [null, ""] }] });
    let once = |category: Category| {
        let category = json!({ "const": category });
        let same =
            json!({ "type": "object", "required": ["category"], "properties": { "category": category } });
        json!({ "contains": same, "minContains": 0, "maxContains": 1 })
    };
    let list = json!({ "type": "array", "items": item, "allOf": Category::ALL.map(once) });
    vec![
        ("color", schema::of::<Color>(generator)),
        ("description", doc::filled()),
        (
            "details",
            json!({
                "description": "Each category at most once; null leaves the details unchanged.",
                "anyOf": [{ "type": "null" }, list],
            }),
        ),
        ("external_reference", nested_schema(false)),
    ]
}

impl Resource for StatusReport {
    const KEY: &'static str = KEY;
    const MEMBERS: &'static [doc::Member] = &[
        doc::by_id::<StatusReportObject<'_>>,
        doc::by_id::<UserObject<'_>>,
        doc::by_id::<WorkspaceObject<'_>>,
        doc::by_id::<ExternalReferenceObject<'_>>,
    ];
    const IS_CACHEABLE: bool = true;
    const INCLUDES: &'static [&'static str] = &["creator", "updater", "workspace", "external_references"];
    const ONE_STATEMENT: bool = true;

    fn state(&self) -> Option<Validator> {
        Some(Validator::of(self))
    }

    async fn present(page: &[Self], out: &mut Presentation<'_>) -> Result<()> {
        let side_load = |include: &'static str| match include {
            "creator" => SideLoad::Users(page.iter().map(|report| report.creator_id).collect()),
            "updater" => SideLoad::Users(page.iter().filter_map(|report| report.updater_id).collect()),
            "workspace" => SideLoad::Workspaces(page.iter().map(|report| report.workspace_id).collect()),
            _ => {
                let ids = page.iter().map(|report| report.id.0).collect();
                SideLoad::References(SubjectType::StatusReport, ids)
            }
        };
        let found = includes::find_all(out, side_load).await?;
        let with_references = out.view.includes("external_references");
        let references = includes::grouped(&found.references, |reference| reference.subject_id);
        for report in page {
            let own = references.get(&report.id.0).into_iter().flatten();
            let own = with_references.then(|| own.map(|one| Id(one.id)).collect());
            out.envelope.push(report.id, &StatusReportObject::of(report, own));
        }
        found.add_to(out);
        Ok(())
    }
}

fn filter(params: &Params) -> Result<Filter> {
    Ok(Filter {
        workspaces: params.ids("workspace_id")?,
        created: params.range("created")?,
        updated: params.range("updated")?,
        only: params.only()?,
        reference: ReferenceFilter {
            service_name: params.texts("external_reference_service_name")?,
            service_model: params.texts("external_reference_service_model")?,
            service_model_ref: params.texts("external_reference_service_model_ref")?,
            service_model_refs: params.comma_list("external_reference_service_model_refs")?,
            external_status: params.texts("external_reference_external_status")?,
            external_message: params.texts("external_reference_external_message")?,
            status: params.texts("external_reference_status")?,
        },
        has_references: params.switch("has_external_references"),
        without_service: params.texts("without_external_reference_service_name")?,
    })
}

fn draft(root: &Params) -> Draft {
    Draft {
        workspace_id: root.number("workspace_id").map(WorkspaceId),
        color: root.attribute("color"),
        description: root.attribute("description"),
        details: details(root),
        checks_hints: false,
        external_reference: nested_draft(root, false),
    }
}

/// Null leaves the details unchanged. Null and blank items are ignored: forms send them for an empty list.
fn details(root: &Params) -> Option<Option<Vec<DraftDetail>>> {
    let items = match root.value("details")? {
        Value::Null => return None,
        Value::Array(items) => items,
        _ => return Some(None),
    };
    let items = items.iter().filter(|item| !item.is_null() && item.as_str() != Some(""));
    Some(items.map(|item| params::of_value(item).map(|item| detail(&item))).collect())
}

fn detail(item: &Params) -> DraftDetail {
    DraftDetail {
        category: item.attribute("category"),
        color: item.attribute("color"),
        description: item.optional("description").flatten(),
    }
}
