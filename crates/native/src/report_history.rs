//! The history of a report in the native surface: deleting it, restoring it, and its versions.

use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::Bodiless;
use super::openapi as doc;
use super::status_reports::{ReportObject, Shown, find, object, people_of, written};
use super::users::{Person, person};
use super::{ApiResult, Request, cursor};
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::{ReportId, UserId};
use domain::participations::Access;
use domain::report_history::{Change, ReportVersion, changed};
use domain::status_reports::store::history;
use domain::status_reports::{ReportState, store};
use domain::users;
use domain::versions::past::Past;

use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies;

const TAG: &str = "status_reports";

/// The number of versions without `limit`: all of them, but for reports that are written very often.
const ALL: i64 = 1000;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusReportVersions")]
struct List {
    versions: Vec<VersionObject>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusReportVersion")]
struct VersionObject {
    version: i64,
    kind: Change,
    at: Time,
    by: Option<Person>,
    surface: String,
    changed: Vec<&'static str>,
    status_report: ReportObject,
}

/// The position of a version, for cursors.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    version: i64,
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "Requires write access to the workspace. The report can be restored.",
    status: 204,
    errors: &[403],
    is_tagged: false,
    ..Operation::new(TAG, "deleteStatusReport", "Delete a status report")
};

/// `DELETE /status_reports/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (ReportId(request.id()?), request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, &caller, id, Access::Edit).await?)?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        replies::no_content,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`restore`].
pub const RESTORE: Operation = Operation {
    description: "Requires write access to the workspace. The report keeps its id. Restoring it sets `updated_at` \
        and `updater`.",
    answer: Some(schema::of::<ReportObject>),
    errors: &[403, 408, 409, 413, 415, 422],
    ..Operation::new(TAG, "restoreStatusReport", "Restore a deleted status report")
};

/// `POST /status_reports/{id}/restore`
pub async fn restore(State(app): State<App>, Bodiless(request): Bodiless) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (ReportId(request.id()?), request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            if write.is_conditional() {
                write.check(&find(conn, &caller, id, true, None).await?.report)?;
            }
            let report = store::restore(conn, &caller, &write.change, id).await?;
            written(conn, &caller, report).await
        }),
        |Shown { object, state }| crate::record(&object, Some(&state)),
    );
    Ok(work.await?)
}

/// OpenAPI description of [`versions`].
pub const VERSIONS: Operation = Operation {
    description: "All versions of a report, also of a deleted one, the newest first. `changed` has those of `color`, \
        `description` and `details` that differ from the version before. `limit` and `cursor` divide the list.",
    parameters: &[doc::AS_OF, doc::KNOWN_AT, doc::LIMIT, doc::CURSOR],
    answer: Some(doc::seen::<List>),
    ..Operation::new(TAG, "listStatusReportVersions", "List the versions of a status report")
};

/// `GET /status_reports/{id}/versions`
pub async fn versions(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["as_of", "known_at", "limit", "cursor"])?;
    let (page, past) = (query.page::<Place>()?, query.past(app.clock.now())?);
    let limit = if query.text("limit")?.is_some() { page.limit } else { ALL };
    let (id, caller) = (ReportId(request.id()?), request.caller.clone());
    let before = page.after.map_or(i64::MAX, |place| place.version);
    let list = app.db.read(work!(|conn| read(conn, &caller, id, past, (before, limit)).await)).await?;
    let mut response = crate::seen(&list, past);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

async fn read(
    conn: &mut Conn,
    caller: &Caller,
    id: ReportId,
    past: Option<Past>,
    (before, limit): (i64, i64),
) -> Result<List> {
    find(conn, caller, id, true, past).await?;
    // One more, because each is compared with the one before it.
    let found = history::of_report(conn, caller.account_id, id, past, (before, limit + 1)).await?;
    let people = found.iter().flat_map(|one| people_of(&one.report).chain(one.user_id));
    let people: Vec<UserId> = people.collect();
    let people = users::store::of_account(conn, caller.account_id, &people.into()).await?;
    let shown = found.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
    let versions = (0..shown).map(|index| {
        let (one, earlier) = (&found[index], found.get(index + 1));
        VersionObject {
            version: one.version,
            kind: one.change,
            at: one.at,
            by: one.user_id.and_then(|id| person(&people, id)),
            surface: one.surface.clone(),
            changed: earlier.map_or_else(Vec::new, |earlier| changed(&earlier.report, &one.report)),
            status_report: object(&state(one), &people),
        }
    });
    let versions = versions.collect();
    let last = found[..shown].last().filter(|_| found.len() > shown);
    Ok(List { versions, next_cursor: last.map(|last| cursor::write(&Place { version: last.version })) })
}

/// The report as it was with a version.
fn state(version: &ReportVersion) -> ReportState {
    let deleted_at = Some(version.at).filter(|_| version.change == Change::Deleted);
    ReportState { report: version.report.clone(), version: version.version, deleted_at }
}
