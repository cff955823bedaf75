//! The wire object of a status report.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::users::{Person, person};
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::ids::{AccountId, ReportId, UserId};
use domain::status_reports::{Color, Detail, ReportState, StatusReport, store};
use domain::users::User;
use domain::versions::past::Past;
use domain::{acknowledgements, comments, users};
use service::tag::Validator;

/// A report.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusReport")]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct ReportObject {
    pub id: i64,
    pub workspace_id: i64,
    pub color: Color,
    pub description: String,
    pub details: Vec<Detail>,
    pub author: Option<Person>,
    pub updater: Option<Person>,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
    pub version: i64,
    /// The number of comments. Reads in the past and versions do not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<i64>,
    /// The people who acknowledged the report, by time. Reads in the past and versions do not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<Vec<Person>>,
}

/// A report with the state that a condition compares.
pub struct Shown {
    /// The report.
    pub object: ReportObject,
    /// Its state.
    pub state: Validator,
}

/// The people of a report.
pub fn people_of(report: &StatusReport) -> impl Iterator<Item = UserId> {
    [Some(report.creator_id), report.updater_id].into_iter().flatten()
}

/// The object of a report; `people` are sorted by id and include its author and its updater.
pub fn object(state: &ReportState, people: &[User]) -> ReportObject {
    let report = &state.report;
    ReportObject {
        id: report.id.0,
        workspace_id: report.workspace_id.0,
        color: report.color,
        description: report.description.clone(),
        details: report.details.clone(),
        author: person(people, report.creator_id),
        updater: report.updater_id.and_then(|id| person(people, id)),
        created_at: report.created_at,
        updated_at: report.updated_at,
        deleted_at: state.deleted_at,
        version: state.version,
        comments: None,
        acknowledged_by: None,
    }
}

/// The comments and acknowledgements of reports, as they are now.
struct Words {
    comments: HashMap<ReportId, i64>,
    acknowledgements: Vec<(ReportId, UserId)>,
}

impl Words {
    async fn of(conn: &mut Conn, account_id: AccountId, states: &[ReportState]) -> Result<Self> {
        let ids = states.iter().map(|state| state.report.id).collect();
        let comments = comments::store::counts(conn, account_id, &ids).await?.into_iter().collect();
        let acknowledgements = acknowledgements::store::of_reports(conn, account_id, &ids).await?;
        Ok(Self { comments, acknowledgements })
    }

    fn people(&self) -> impl Iterator<Item = UserId> {
        self.acknowledgements.iter().map(|(_, user)| *user)
    }

    fn fill(&self, object: &mut ReportObject, people: &[User]) {
        let id = ReportId(object.id);
        let own = self.acknowledgements.iter().filter(|(report, _)| *report == id);
        object.comments = Some(self.comments.get(&id).copied().unwrap_or_default());
        object.acknowledged_by = Some(own.filter_map(|(_, user)| person(people, *user)).collect());
    }
}

/// The objects of some reports; those of a read in the past lack what is not kept over time.
pub async fn objects(
    conn: &mut Conn,
    account_id: AccountId,
    states: &[ReportState],
    past: Option<Past>,
) -> Result<Vec<ReportObject>> {
    let words = match past {
        None => Some(Words::of(conn, account_id, states).await?),
        Some(_) => None,
    };
    let people = states.iter().flat_map(|state| people_of(&state.report));
    let people: Vec<UserId> = people.chain(words.iter().flat_map(Words::people)).collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let full = |state| {
        let mut object = object(state, &people);
        if let Some(words) = &words {
            words.fill(&mut object, &people);
        }
        object
    };
    Ok(states.iter().map(full).collect())
}

/// A report of the caller's account.
pub async fn shown(
    conn: &mut Conn,
    caller: &Caller,
    state: ReportState,
    past: Option<Past>,
) -> Result<Shown> {
    let validator = Validator::of(&state.report);
    let object = objects(conn, caller.account_id, &[state], past).await?.pop();
    Ok(Shown { object: object.ok_or(Error::NotFound)?, state: validator })
}

/// A report that was written a moment ago.
pub async fn written(conn: &mut Conn, caller: &Caller, report: StatusReport) -> Result<Shown> {
    let version = store::version(conn, caller.account_id, report.id).await?;
    shown(conn, caller, ReportState { report, version, deleted_at: None }, None).await
}
