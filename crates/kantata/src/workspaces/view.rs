//! The presentation of workspaces with the records that their includes side-load.

use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::external_references::{ExternalReference, SubjectType};
use domain::ids::{ReportId, WorkspaceId};
use domain::participations;
use domain::participations::Participation;
use domain::status_reports;
use domain::status_reports::StatusReport;
use domain::status_reports::store::Brief;
use domain::table;
use domain::workspaces::VisibleWorkspace;
use service::tag::Validator;

use super::object::{WorkspaceAssociations, WorkspaceObject};
use crate::envelope::{Envelope, Object};
use crate::external_references::object::ExternalReferenceObject;
use crate::includes;
use crate::includes::SideLoad;
use crate::openapi as doc;
use crate::participations::ParticipationObject;
use crate::resource::{Presentation, Resource, View};
use crate::status_reports::StatusReportObject;
use crate::users::UserObject;
use crate::values::{Id, Ids};

/// The number of reports that are in memory at a time.
const BATCH: usize = 500;

/// The records of other resources that the includes of a page need.
struct Related {
    participations: Vec<Participation>,
    reports: Vec<Brief>,
    references: Vec<ExternalReference>,
}

/// The same records by workspace.
struct ByWorkspace<'r> {
    participations: includes::Grouped<'r, WorkspaceId, Participation>,
    reports: includes::Grouped<'r, WorkspaceId, Brief>,
    references: includes::Grouped<'r, i64, ExternalReference>,
}

impl Related {
    fn by_workspace(&self) -> ByWorkspace<'_> {
        ByWorkspace {
            participations: includes::grouped(&self.participations, |part| part.workspace_id),
            reports: includes::grouped(&self.reports, |report| report.workspace_id),
            references: includes::grouped(&self.references, |reference| reference.subject_id),
        }
    }
}

impl<'r> ByWorkspace<'r> {
    fn reports_of(&self, workspace_id: WorkspaceId) -> impl Iterator<Item = &'r Brief> {
        self.reports.get(&workspace_id).into_iter().flatten().copied()
    }
}

async fn related(page: &[VisibleWorkspace], out: &mut Presentation<'_>) -> Result<Related> {
    let (view, account_id) = (out.view, out.caller.account_id);
    let ids = includes::list(page.iter().map(|visible| visible.workspace.id));
    let asks = |includes: &[&str]| includes.iter().any(|include| view.includes(include));
    let participations = async |conn: &mut Conn| {
        if !asks(&["participants", "participations", "current_user_participation"]) {
            return Ok(Vec::new());
        }
        let found = participations::store::of_workspaces(conn, account_id, &ids, includes::MAX_RECORDS + 1);
        includes::bounded("participations", found.await?)
    };
    let reports = async |conn: &mut Conn| {
        if !asks(&["status_reports", "current_status_report"]) {
            return Ok(Vec::new());
        }
        let healthy = page.iter().filter(|visible| visible.access.sees_health());
        let ids = includes::list(healthy.map(|visible| visible.workspace.id));
        let since = if view.includes("status_reports") { Time::MIN } else { view.now.day() };
        let limit = includes::MAX_RECORDS + 1;
        let found = status_reports::store::of_workspaces(conn, account_id, &ids, since, limit).await?;
        includes::bounded("status_reports", found)
    };
    let references = async |conn: &mut Conn| {
        if !view.includes("external_references") {
            return Ok(Vec::new());
        }
        let ids = ids.iter().map(|id| id.0).collect();
        includes::references(conn, account_id, SubjectType::Workspace, &ids).await
    };
    let (participations, (reports, references)) =
        out.conn.join(participations, async |conn| conn.join(reports, references).await).await?;
    Ok(Related { participations, reports, references })
}

/// The ids of the included records of a workspace.
fn associations(
    visible: &VisibleWorkspace,
    caller: &Caller,
    view: &View,
    related: &ByWorkspace<'_>,
) -> WorkspaceAssociations {
    let id = visible.workspace.id;
    let parts = || related.participations.get(&id).into_iter().flatten().copied();
    let reports = || related.reports_of(id);
    let ids = |requested: &str, ids: Vec<Id>| -> Ids { view.includes(requested).then_some(ids) };
    WorkspaceAssociations {
        primary_counterpart_id: view
            .includes("primary_counterpart")
            .then(|| visible.primary_counterpart_id.map(Id::of)),
        participant_ids: ids("participants", parts().map(|part| Id::of(part.user_id)).collect()),
        participation_ids: ids("participations", parts().map(|part| Id(part.id)).collect()),
        current_user_participation_id: view
            .includes("current_user_participation")
            .then(|| parts().find(|part| part.user_id == caller.user_id).map(|part| Id(part.id))),
        status_report_ids: ids("status_reports", reports().map(|report| Id::of(report.id)).collect()),
        current_status_report_id: view
            .includes("current_status_report")
            .then(|| current(reports(), view.now).map(|report| Id::of(report.id))),
        external_reference_ids: ids(
            "external_references",
            related.references.get(&id.0).into_iter().flatten().map(|one| Id(one.id)).collect(),
        ),
        workspace_group_ids: ids("workspace_groups", Vec::new()),
        custom_field_value_ids: ids("custom_field_values", Vec::new()),
    }
}

/// The latest report created today (docs/contracts/kantata.md#the-current-status-report).
fn current<'r>(reports: impl Iterator<Item = &'r Brief>, now: Time) -> Option<&'r Brief> {
    let today = reports.filter(|report| report.created_at >= now.day());
    today.max_by_key(|report| (report.created_at, report.id))
}

/// Adds the records of one include to the envelope.
async fn side_load(
    include: &'static str,
    page: &[VisibleWorkspace],
    (related, joined): (&Related, &ByWorkspace<'_>),
    out: &mut Presentation<'_>,
) -> Result<()> {
    let (caller, now) = (out.caller, out.view.now);
    let user_ids = match include {
        "creator" => page.iter().map(|visible| visible.workspace.creator_id).collect(),
        "primary_maven" => page.iter().filter_map(|visible| visible.primary_maven_id).collect(),
        "primary_counterpart" => page.iter().filter_map(|visible| visible.primary_counterpart_id).collect(),
        "participants" => related.participations.iter().map(|part| part.user_id).collect(),
        "participations" => {
            add_participations(&mut out.envelope, related.participations.iter());
            return Ok(());
        }
        "current_user_participation" => {
            let own = related.participations.iter().filter(|part| part.user_id == caller.user_id);
            add_participations(&mut out.envelope, own);
            return Ok(());
        }
        "status_reports" => {
            let ids: Vec<ReportId> = related.reports.iter().map(|report| report.id).collect();
            return add_reports(&ids, out).await;
        }
        "current_status_report" => {
            let of = |visible: &VisibleWorkspace| current(joined.reports_of(visible.workspace.id), now);
            let ids: Vec<ReportId> = page.iter().filter_map(of).map(|report| report.id).collect();
            return add_reports(&ids, out).await;
        }
        "external_references" => {
            includes::add_references(&mut out.envelope, &related.references);
            return Ok(());
        }
        empty => {
            out.envelope.open_member(empty);
            return Ok(());
        }
    };
    includes::add(out, SideLoad::Users(user_ids)).await
}

impl Resource for VisibleWorkspace {
    const KEY: &'static str = WorkspaceObject::KEY;
    const MEMBERS: &'static [doc::Member] = &[
        doc::by_id::<WorkspaceObject<'_>>,
        doc::by_id::<UserObject<'_>>,
        doc::by_id::<ParticipationObject>,
        doc::by_id::<StatusReportObject<'_>>,
        doc::by_id::<ExternalReferenceObject<'_>>,
        |_| ("workspace_groups", doc::unknown_by_id()),
        |_| ("custom_field_values", doc::unknown_by_id()),
    ];
    const INCLUDES: &'static [&'static str] = &[
        "creator",
        "primary_maven",
        "primary_counterpart",
        "participants",
        "participations",
        "current_user_participation",
        "status_reports",
        "current_status_report",
        "external_references",
        "workspace_groups",
        "custom_field_values",
    ];
    const OPTIONAL_FIELDS: &'static [&'static str] = &["stage"];

    fn state(&self) -> Option<Validator> {
        self.whole().map(Validator::of)
    }

    async fn present(page: &[Self], out: &mut Presentation<'_>) -> Result<()> {
        let related = related(page, out).await?;
        let joined = related.by_workspace();
        let with_stage = out.view.has_field("stage");
        for visible in page {
            let associations = associations(visible, out.caller, out.view, &joined);
            let object = WorkspaceObject::of(visible, out.caller, with_stage, associations);
            out.envelope.push(visible.workspace.id, &object);
        }
        for include in &out.view.includes {
            side_load(include, page, (&related, &joined), out).await?;
        }
        Ok(())
    }
}

fn add_participations<'p>(envelope: &mut Envelope, parts: impl Iterator<Item = &'p Participation>) {
    envelope.open::<ParticipationObject>();
    for part in parts {
        envelope.add(part.id, &ParticipationObject::of(part, false, false));
    }
}

/// Side-loads reports in the order of their ids. There may be [`includes::MAX_RECORDS`] of them, so they are read in batches.
async fn add_reports(ids: &[ReportId], out: &mut Presentation<'_>) -> Result<()> {
    out.envelope.open::<StatusReportObject<'_>>();
    for ids in ids.chunks(BATCH) {
        let list = includes::list(ids.iter().copied());
        let found = table::of_account::<StatusReport>(out.conn, out.caller.account_id, &list).await?;
        for id in ids {
            if let Ok(index) = found.binary_search_by_key(id, |report| report.id) {
                out.envelope.add(*id, &StatusReportObject::of(&found[index], None));
            }
        }
    }
    Ok(())
}
