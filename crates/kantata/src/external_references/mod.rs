//! External references in the Kantata surface (docs/contracts/kantata.md#external-references).

pub mod draft;
pub mod object;

use self::draft::{ROOT, draft, members};
use self::object::ExternalReferenceObject;
use crate::includes::SideLoad;
use crate::openapi as doc;
use crate::openapi::listed;
use crate::resource::{Presentation, Resource, list_operation, operation};
use crate::status_reports::StatusReportObject;
use crate::workspaces::object::WorkspaceObject;
use crate::{ApiResult, Paging, Params, Request, includes};
use domain::error::{Error, Problem, Result, Violation};
use domain::external_references::store::{Filter, SortBy};
use domain::external_references::{ExternalReference, Subject, SubjectType, store};
use domain::ids::{ReportId, WorkspaceId};
use domain::order::Order;
use domain::participations::Access;
use domain::status_reports::StatusReport;
use domain::subjects;
use domain::table;

use domain::work;
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;

const KEY: &str = "external_references";
const SORTS: &[(&str, SortBy)] =
    &[("last_synced_at", SortBy::LastSyncedAt), ("created_at", SortBy::CreatedAt)];

const INCLUDE: Parameter = doc::include("`subject`.");

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: listed![
        Parameter::query("subject_type", doc::filled_text, "`StatusReport` or `Workspace`.").required(),
        doc::number("subject_id", "Only references of this subject."),
        doc::texts("service_name", "Only references to this service."),
        doc::texts("service_model", "Only references to this kind of record."),
        doc::texts("service_model_ref", "Only references to this record."),
        doc::texts("status", "`pending`, `successful` or `failed`."),
        doc::texts("external_status", "The status in the other system."),
        doc::texts("external_message", "The message from the other system."),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        Parameter::query(
            "last_synced_after",
            doc::instant,
            "Only references that were last synchronised after this time."
        ),
        Parameter::query(
            "last_synced_before",
            doc::instant,
            "Only references that were last synchronised before this time."
        ),
        doc::texts(
            "order",
            "`last_synced_at` or `created_at`, followed by `:asc` or `:desc`; the default is `last_synced_at:desc`."
        ),
        INCLUDE,
    ],
    ..list_operation::<ExternalReference>("listExternalReferences", "List external references")
};

/// `GET /external_references`
pub async fn index(request: Request) -> ApiResult {
    let params = &request.params;
    let subject_type = params.texts("subject_type")?;
    let last_synced = params.range("last_synced")?;
    let is_bounded =
        ["last_synced_after", "last_synced_before"].iter().any(|name| params.filled(name).is_some());
    let is_asked = subject_type.is_some();
    let filter = Filter {
        subject_type: subject_type.unwrap_or_else(|| [].into()),
        subject_id: params.ids("subject_id")?,
        service_name: params.texts("service_name")?,
        service_model: params.texts("service_model")?,
        service_model_ref: params.texts("service_model_ref")?,
        status: params.texts("status")?,
        external_status: params.texts("external_status")?,
        external_message: params.texts("external_message")?,
        created: params.range("created")?,
        updated: params.range("updated")?,
        last_synced: is_bounded.then_some(last_synced),
        only: params.only()?,
    };
    let order = params.order(SORTS, Order::descending(SortBy::LastSyncedAt));
    // 400 takes precedence over 422 (docs/contracts/kantata.md#order-of-checks).
    Paging::read(params)?;
    if !is_asked {
        return Ok(crate::error::required("subject_type"));
    }
    request
        .list(work!(|conn, caller, view| {
            store::list(conn, caller, &filter, order, view.paging.limit, view.paging.offset).await
        }))
        .await
}

/// OpenAPI description of [`create_or_update`].
pub const CREATE_OR_UPDATE: Operation = Operation {
    description: "A subject has at most one reference to a service; a second one replaces the first.",
    parameters: &[INCLUDE],
    body: Some(|generator| {
        let mut members = members(true);
        members.push(("subject_type", schema::of::<SubjectType>(generator)));
        members.push(("subject_id", doc::reference()));
        let required = ["subject_type", "subject_id", "service_name", "service_model", "service_model_ref"];
        doc::root(ROOT, schema::object(&required, &members))
    }),
    ..operation::<ExternalReference>(
        "createOrUpdateExternalReference",
        "Create or update an external reference",
    )
};

/// `POST /external_references/create_or_update`
pub async fn create_or_update(request: Request) -> ApiResult {
    let root = request.params.root(ROOT)?;
    let (subject, draft) = (subject(&root), draft(&root, true));
    request
        .create(work!(|conn, caller, write| {
            let (subject, mut violations) = match subject {
                Ok(subject) => (subject, Vec::new()),
                Err(mut violations) => {
                    violations.extend(draft.violations());
                    return Err(Error::Invalid(violations));
                }
            };
            let workspace_id = subjects::require(conn, caller, subject, Access::Edit).await?;
            violations.extend(draft.violations());
            Error::check(violations)?;
            let reference = store::upsert(conn, &write.change, subject, workspace_id, &draft).await?;
            Ok(vec![reference])
        }))
        .await
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    status: 204,
    ..Operation::new(KEY, "deleteExternalReference", "Delete an external reference")
};

/// `DELETE /external_references/{id}`
pub async fn delete(request: Request) -> ApiResult {
    request
        .delete(work!(|conn, caller, write, id| {
            let reference = subjects::require_reference(conn, caller, id, Access::Edit).await?;
            write.check(&reference)?;
            store::delete(conn, &write.change, &reference).await
        }))
        .await
}

fn subject(root: &Params) -> std::result::Result<Subject, Vec<Violation>> {
    let kind = root.filled("subject_type");
    let known = kind.as_deref().and_then(SubjectType::named);
    let id = root.number("subject_id");
    if let (Some(kind), Some(id)) = (known, id) {
        return Ok(Subject::new(kind, id));
    }
    let mut violations = Vec::new();
    if known.is_none() {
        let problem = if kind.is_none() { Problem::Blank } else { Problem::NotIncluded };
        violations.push(Violation::new("subject_type", problem));
    }
    if id.is_none() {
        violations.push(Violation::new("subject_id", Problem::Blank));
    }
    Err(violations)
}

impl Resource for ExternalReference {
    const KEY: &'static str = KEY;
    const MEMBERS: &'static [doc::Member] = &[
        doc::by_id::<ExternalReferenceObject<'_>>,
        doc::by_id::<StatusReportObject<'_>>,
        doc::by_id::<WorkspaceObject<'_>>,
    ];
    const INCLUDES: &'static [&'static str] = &["subject"];

    fn state(&self) -> Option<Validator> {
        Some(Validator::of(self))
    }

    async fn present(page: &[Self], out: &mut Presentation<'_>) -> Result<()> {
        let with_subject = out.view.includes("subject");
        for reference in page {
            out.envelope.push(reference.id, &ExternalReferenceObject::of(reference, with_subject));
        }
        if with_subject {
            add_subjects(page, out).await?;
        }
        Ok(())
    }
}

/// Side-loads the subjects; a type without a subject gets no member (docs/contracts/kantata.md#includes).
async fn add_subjects(page: &[ExternalReference], out: &mut Presentation<'_>) -> Result<()> {
    let ids = |kind| {
        let of_kind = page.iter().filter(move |reference| reference.subject_type == kind);
        of_kind.map(|reference| reference.subject_id).collect::<Vec<_>>()
    };
    let reports = ids(SubjectType::StatusReport);
    if !reports.is_empty() {
        let list = includes::list(reports.into_iter().map(ReportId));
        for report in table::of_account::<StatusReport>(out.conn, out.caller.account_id, &list).await? {
            out.envelope.add(report.id, &StatusReportObject::of(&report, None));
        }
    }
    let workspaces = ids(SubjectType::Workspace);
    if !workspaces.is_empty() {
        includes::add(out, SideLoad::Workspaces(workspaces.into_iter().map(WorkspaceId).collect())).await?;
    }
    Ok(())
}
