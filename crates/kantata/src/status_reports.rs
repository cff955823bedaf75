//! Status reports in the Kantata surface (docs/contracts/kantata.md#status-reports).

use axum::extract::State;
use axum::http::StatusCode;

use super::envelope::Object;
use super::external_references::draft::{nested_draft, nested_schema};
use super::external_references::object::ExternalReferenceObject;
use super::includes::SideLoad;
use super::openapi as doc;
use super::openapi::listed;
use super::users::UserObject;
use super::values::{Id, Ids, Seconds};
use super::view::View;
use super::workspaces::object::WorkspaceObject;
use super::{Answer, Envelope, Paging, Params, Request, Tagged, includes, params};
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::external_references::SubjectType;
use domain::participations::Access;
use domain::status_reports::store::{Filter, ReferenceFilter};
use domain::status_reports::{Category, Color, Detail, Draft, DraftDetail, StatusReport, store};

use domain::work;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::openapi::{Operation, Parameter, schema};
use service::replies;
use service::response_cache::cacheable;
use service::tag::Validator;
use service::write::Write;

const KEY: &str = "status_reports";
const ROOT: &str = "status_report";
const INCLUDES: &[&str] = &["creator", "updater", "workspace", "external_references"];

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
            workspace_id: Id(report.workspace_id),
            creator_id: Id(report.creator_id),
            updater_id: report.updater_id.map(Id),
            external_reference_ids,
            id: Id(report.id),
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
    answer: Some(answer),
    is_tagged: false,
    ..Operation::new(KEY, "listStatusReports", "List status reports")
};

/// `GET /status_reports`
pub async fn index(State(app): State<App>, request: Request) -> Answer {
    let filter = filter(&request.params)?;
    let (view, caller) = (Shown::read(&request.params)?, request.caller);
    let body = app.db.read(work!(|conn| {
        let paging = view.paging;
        let (page, count) = store::list(conn, &caller, &filter, paging.limit, paging.offset).await?;
        view.present(conn, &caller, &page, count).await
    }));
    Ok(cacheable(crate::json(StatusCode::OK, body.await?)))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE],
    answer: Some(answer),
    ..Operation::new(KEY, "showStatusReport", "Show a status report")
};

/// `GET /status_reports/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let (view, id, caller) = (Shown::read(&request.params)?, request.id()?, request.caller);
    // Without includes, one statement reads the report.
    let shown = if view.includes.is_empty() {
        app.db.query_one_shot(work!(|conn| view.find(conn, &caller, id).await)).await
    } else {
        app.db.read(work!(|conn| view.find(conn, &caller, id).await)).await
    };
    Ok(cacheable(crate::tagged(shown?)))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[INCLUDE],
    body: Some(|generator| {
        let mut members = writable(generator);
        members.insert(0, ("workspace_id", doc::reference()));
        doc::root(ROOT, schema::object(&["workspace_id", "color", "description"], &members))
    }),
    answer: Some(answer),
    ..Operation::new(KEY, "createStatusReport", "Create a status report")
};

/// `POST /status_reports`
pub async fn create(State(app): State<App>, request: Request) -> Answer {
    let draft = draft(&request.params.root(ROOT)?);
    let write = request.write(&app);
    let (view, caller) = (Shown::read(&request.params)?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let report = store::create(conn, &caller, &write.change, &draft).await?;
            view.show(conn, &caller, &[report]).await
        }),
        crate::tagged,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "`details` replaces the whole set. `external_reference` replaces the reference to the same service, if there is one.",
    parameters: &[INCLUDE],
    body: Some(|generator| doc::root(ROOT, schema::object(&[], &writable(generator)))),
    answer: Some(answer),
    ..Operation::new(KEY, "replaceStatusReport", "Update a status report")
};

/// `PUT` and `PATCH /status_reports/{id}`
pub async fn update(State(app): State<App>, request: Request) -> Answer {
    let draft = draft(&request.params.root(ROOT)?);
    let write = request.write(&app);
    let (view, id, caller) = (Shown::read(&request.params)?, request.id()?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            expect(conn, &caller, write, id).await?;
            let report = store::update(conn, &caller, &write.change, id, &draft).await?;
            view.show(conn, &caller, &[report]).await
        }),
        crate::tagged,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation =
    Operation { status: 204, ..Operation::new(KEY, "deleteStatusReport", "Delete a status report") };

/// `DELETE /status_reports/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> Answer {
    let write = request.write(&app);
    let (id, caller) = (request.id()?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            expect(conn, &caller, write, id).await?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        replies::no_content,
    );
    Ok(work.await?)
}

/// Returns `Ok` if the report has the state that the request expects.
async fn expect(conn: &mut Conn, caller: &Caller, write: &Write, id: i64) -> Result<()> {
    if write.is_conditional() {
        write.check(&store::require(conn, caller, id, Access::Edit).await?)?;
    }
    Ok(())
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    doc::envelope(
        generator,
        doc::by_id::<StatusReportObject<'_>>,
        &[
            doc::by_id::<UserObject<'_>>,
            doc::by_id::<WorkspaceObject<'_>>,
            doc::by_id::<ExternalReferenceObject<'_>>,
        ],
    )
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

/// The parts of a response that the parameters choose.
struct Shown {
    includes: Vec<&'static str>,
    paging: Paging,
}

impl Shown {
    fn read(params: &Params) -> Result<Self> {
        Ok(Self { includes: params.includes(INCLUDES), paging: Paging::read(params)? })
    }

    async fn find(&self, conn: &mut Conn, caller: &Caller, id: i64) -> Result<Tagged> {
        let report = store::require(conn, caller, id, Access::View).await?;
        self.show(conn, caller, &[report]).await
    }
}

impl View for Shown {
    type Record = StatusReport;

    fn state(report: &StatusReport) -> Option<Validator> {
        Some(Validator::of(report))
    }

    async fn present(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[StatusReport],
        count: i64,
    ) -> Result<BodyBuffer> {
        let side_load = |include: &&str| match *include {
            "creator" => SideLoad::Users(page.iter().map(|report| report.creator_id).collect()),
            "updater" => SideLoad::Users(page.iter().filter_map(|report| report.updater_id).collect()),
            "workspace" => SideLoad::Workspaces(page.iter().map(|report| report.workspace_id).collect()),
            _ => {
                let ids = page.iter().map(|report| report.id).collect();
                SideLoad::References(SubjectType::StatusReport, ids)
            }
        };
        let side_loads = self.includes.iter().map(side_load).collect();
        let found = includes::find(conn, caller, side_loads).await?;
        let mut envelope = Envelope::new(KEY);
        let with_references = self.includes.contains(&"external_references");
        let references = includes::grouped(&found.references, |reference| reference.subject_id);
        for report in page {
            let own = references.get(&report.id).into_iter().flatten();
            let own = with_references.then(|| own.map(|one| Id(one.id)).collect());
            envelope.push(report.id, &StatusReportObject::of(report, own));
        }
        found.add_to(&mut envelope, caller);
        Ok(envelope.finish(count, self.paging))
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
        workspace_id: root.number("workspace_id"),
        color: root.attribute("color"),
        description: root.attribute("description"),
        details: details(root),
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
