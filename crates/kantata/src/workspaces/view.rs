//! The presentation of workspaces with the records that their includes side-load.

use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::external_references::{ExternalReference, SubjectType};
use domain::participations;
use domain::participations::Participation;
use domain::status_reports;
use domain::status_reports::store::Brief;
use domain::workspaces::VisibleWorkspace;
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::tag::Validator;

use super::object::{WorkspaceAssociations, WorkspaceObject};
use crate::envelope::{Envelope, Object};
use crate::includes;
use crate::includes::SideLoad;
use crate::paging::Paging;
use crate::params::Params;
use crate::participations::ParticipationObject;
use crate::status_reports::StatusReportObject;
use crate::values::{Id, Ids};
use crate::view::View;

const INCLUDES: &[&str] = &[
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

/// The number of reports that are in memory at a time.
const BATCH: usize = 500;

/// The parts of a response that the parameters choose.
pub struct Shown {
    includes: Vec<&'static str>,
    /// The page of a list.
    pub paging: Paging,
    with_stage: bool,
    today: Time,
}

/// The records of other resources that the includes of a page need.
struct Related {
    participations: Vec<Participation>,
    reports: Vec<Brief>,
    references: Vec<ExternalReference>,
}

/// The same records by workspace.
struct ByWorkspace<'r> {
    participations: includes::Grouped<'r, Participation>,
    reports: includes::Grouped<'r, Brief>,
    references: includes::Grouped<'r, ExternalReference>,
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
    fn reports_of(&self, workspace_id: i64) -> impl Iterator<Item = &'r Brief> {
        self.reports.get(&workspace_id).into_iter().flatten().copied()
    }
}

impl Shown {
    /// Reads the parameters.
    ///
    /// # Errors
    /// Those of [`Paging::read`].
    pub fn read(params: &Params, app: &App) -> Result<Self> {
        Ok(Self {
            includes: params.includes(INCLUDES),
            paging: Paging::read(params)?,
            with_stage: params.asks_for_field("stage"),
            today: app.clock.now().day(),
        })
    }

    fn asks(&self, include: &str) -> bool {
        self.includes.contains(&include)
    }

    async fn related(&self, conn: &mut Conn, caller: &Caller, page: &[VisibleWorkspace]) -> Result<Related> {
        let ids = includes::list(page.iter().map(|seen| seen.workspace.id));
        let account_id = caller.account_id;
        let asks = |includes: &[&str]| includes.iter().any(|include| self.asks(include));
        let participations = async |conn: &mut Conn| {
            if !asks(&["participants", "participations", "current_user_participation"]) {
                return Ok(Vec::new());
            }
            let found =
                participations::store::of_workspaces(conn, account_id, &ids, includes::MAX_RECORDS + 1);
            includes::bounded("participations", found.await?)
        };
        let reports = async |conn: &mut Conn| {
            if !asks(&["status_reports", "current_status_report"]) {
                return Ok(Vec::new());
            }
            let healthy = page.iter().filter(|seen| seen.access.sees_health());
            let ids = includes::list(healthy.map(|seen| seen.workspace.id));
            let since = if self.asks("status_reports") { Time::MIN } else { self.today };
            let limit = includes::MAX_RECORDS + 1;
            let found = status_reports::store::of_workspaces(conn, account_id, &ids, since, limit).await?;
            includes::bounded("status_reports", found)
        };
        let references = async |conn: &mut Conn| {
            if !self.asks("external_references") {
                return Ok(Vec::new());
            }
            includes::references(conn, account_id, SubjectType::Workspace, &ids).await
        };
        let (participations, (reports, references)) =
            conn.join(participations, async |conn| conn.join(reports, references).await).await?;
        Ok(Related { participations, reports, references })
    }

    fn associations(
        &self,
        seen: &VisibleWorkspace,
        caller: &Caller,
        related: &ByWorkspace<'_>,
    ) -> WorkspaceAssociations {
        let id = seen.workspace.id;
        let parts = || related.participations.get(&id).into_iter().flatten().copied();
        let reports = || related.reports_of(id);
        let ids = |asked: &str, ids: Vec<i64>| -> Ids {
            self.asks(asked).then(|| ids.into_iter().map(Id).collect())
        };
        WorkspaceAssociations {
            primary_counterpart_id: self
                .asks("primary_counterpart")
                .then(|| seen.primary_counterpart_id.map(Id)),
            participant_ids: ids("participants", parts().map(|part| part.user_id).collect()),
            participation_ids: ids("participations", parts().map(|part| part.id).collect()),
            current_user_participation_id: self
                .asks("current_user_participation")
                .then(|| parts().find(|part| part.user_id == caller.user_id).map(|part| Id(part.id))),
            status_report_ids: ids("status_reports", reports().map(|report| report.id).collect()),
            current_status_report_id: self
                .asks("current_status_report")
                .then(|| self.current(reports()).map(|report| Id(report.id))),
            external_reference_ids: ids(
                "external_references",
                related.references.get(&id).into_iter().flatten().map(|one| one.id).collect(),
            ),
            workspace_group_ids: ids("workspace_groups", Vec::new()),
            custom_field_value_ids: ids("custom_field_values", Vec::new()),
        }
    }

    /// The latest report created today (docs/contracts/kantata.md#the-current-status-report).
    fn current<'r>(&self, reports: impl Iterator<Item = &'r Brief>) -> Option<&'r Brief> {
        let today = reports.filter(|report| report.created_at >= self.today);
        today.max_by_key(|report| (report.created_at, report.id))
    }

    async fn side_load(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[VisibleWorkspace],
        (related, joined): (&Related, &ByWorkspace<'_>),
        include: &'static str,
        envelope: &mut Envelope,
    ) -> Result<()> {
        let user_ids = match include {
            "creator" => page.iter().map(|seen| seen.workspace.creator_id).collect(),
            "primary_maven" => page.iter().filter_map(|seen| seen.primary_maven_id).collect(),
            "primary_counterpart" => page.iter().filter_map(|seen| seen.primary_counterpart_id).collect(),
            "participants" => related.participations.iter().map(|part| part.user_id).collect(),
            "participations" => {
                add_participations(envelope, related.participations.iter());
                return Ok(());
            }
            "current_user_participation" => {
                let own = related.participations.iter().filter(|part| part.user_id == caller.user_id);
                add_participations(envelope, own);
                return Ok(());
            }
            "status_reports" => {
                let ids: Vec<i64> = related.reports.iter().map(|report| report.id).collect();
                return add_reports(conn, caller.account_id, envelope, &ids).await;
            }
            "current_status_report" => {
                let of = |seen: &VisibleWorkspace| self.current(joined.reports_of(seen.workspace.id));
                let ids: Vec<i64> = page.iter().filter_map(of).map(|report| report.id).collect();
                return add_reports(conn, caller.account_id, envelope, &ids).await;
            }
            "external_references" => {
                includes::add_references(envelope, &related.references);
                return Ok(());
            }
            empty => {
                envelope.open_member(empty);
                return Ok(());
            }
        };
        includes::add(conn, caller, envelope, SideLoad::Users(user_ids)).await
    }
}

impl View for Shown {
    type Record = VisibleWorkspace;

    fn state(seen: &VisibleWorkspace) -> Option<Validator> {
        seen.whole().map(Validator::of)
    }

    async fn present(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[VisibleWorkspace],
        count: i64,
    ) -> Result<BodyBuffer> {
        let related = self.related(conn, caller, page).await?;
        let joined = related.by_workspace();
        let mut envelope = Envelope::new(WorkspaceObject::KEY);
        for seen in page {
            let associations = self.associations(seen, caller, &joined);
            let object = WorkspaceObject::of(seen, caller, self.with_stage, associations);
            envelope.push(seen.workspace.id, &object);
        }
        for include in &self.includes {
            self.side_load(conn, caller, page, (&related, &joined), include, &mut envelope).await?;
        }
        Ok(envelope.finish(count, self.paging))
    }
}

fn add_participations<'p>(envelope: &mut Envelope, parts: impl Iterator<Item = &'p Participation>) {
    envelope.open::<ParticipationObject>();
    for part in parts {
        envelope.add(part.id, &ParticipationObject::of(part, false, false));
    }
}

/// Side-loads reports in the order of their ids. There may be [`includes::MAX_RECORDS`] of them, so they are read in batches.
async fn add_reports(conn: &mut Conn, account_id: i64, envelope: &mut Envelope, ids: &[i64]) -> Result<()> {
    envelope.open::<StatusReportObject<'_>>();
    for ids in ids.chunks(BATCH) {
        let list = includes::list(ids.iter().copied());
        let found = status_reports::store::of_account(conn, account_id, &list).await?;
        for id in ids {
            if let Ok(index) = found.binary_search_by_key(id, |report| report.id) {
                envelope.add(*id, &StatusReportObject::of(&found[index], None));
            }
        }
    }
    Ok(())
}
