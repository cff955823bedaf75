//! The versions of a work package in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAG;
use super::object::{Loaded, WorkPackageObject};
use crate::openapi as doc;
use crate::users::Person;
use crate::{ApiResult, Request, cursor};
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::WorkPackageId;
use domain::versions::past::Past;
use domain::work;
use domain::work_packages::WorkPackage;
use domain::work_packages::changes::changed;
use domain::work_packages::store::history;
use service::app::App;
use service::openapi::Operation;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageVersions")]
struct List {
    versions: Vec<VersionObject>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageVersion")]
struct VersionObject {
    version: i64,
    kind: String,
    at: Time,
    by: Option<Person>,
    surface: String,
    changed: Vec<&'static str>,
    work_package: WorkPackageObject,
}

/// The position of a version, for cursors.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    version: i64,
}

/// OpenAPI description of [`versions`].
pub const VERSIONS: Operation = Operation {
    description: "The newest first. `changed` has the members that differ from the version before; a comment changes \
        `updated_at` alone, and has no member there. The names of statuses are those of now, or of the point in the past, and \
        `totals` is null.",
    parameters: &[doc::AS_OF, doc::KNOWN_AT, doc::LIMIT, doc::CURSOR],
    answer: Some(doc::seen::<List>),
    ..Operation::new(TAG, "listWorkPackageVersions", "List the versions of a work package")
};

/// `GET /work_packages/{id}/versions`
pub async fn versions(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["as_of", "known_at", "limit", "cursor"])?;
    let (page, past) = (query.page::<Place>()?, query.past(app.clock.now())?);
    let (id, caller, limit) = (WorkPackageId(request.id()?), request.caller.clone(), page.limit);
    let before = page.after.map_or(i64::MAX, |place| place.version);
    let list =
        app.db.read(work!(|conn| read_versions(conn, &caller, id, past, (before, limit)).await)).await?;
    let mut response = crate::seen(&list, past);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

async fn read_versions(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkPackageId,
    past: Option<Past>,
    (before, limit): (i64, i64),
) -> Result<List> {
    super::require_then(conn, caller, id, past).await?;
    // One more, because each is compared with the one before it.
    let mut found = history::of_package(conn, caller.account_id, id, past, (before, limit + 1)).await?;
    let packages: Vec<WorkPackage> = found.iter().map(|one| one.package.clone()).collect();
    let writers = found.iter().filter_map(|one| one.user_id);
    let loaded = Loaded::of(conn, caller.account_id, &packages, writers, past).await?;
    let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&Place { version: last.number }));
    let versions = found.iter().enumerate().map(|(index, one)| VersionObject {
        version: one.number,
        kind: one.kind.clone(),
        at: one.at,
        by: loaded.person(one.user_id),
        surface: one.surface.clone(),
        changed: packages.get(index + 1).map_or_else(Vec::new, |earlier| names(earlier, &one.package)),
        work_package: loaded.object(&one.package, one.number, false),
    });
    Ok(List { versions: versions.collect(), next_cursor })
}

/// The members that differ.
fn names(before: &WorkPackage, after: &WorkPackage) -> Vec<&'static str> {
    let mut names: Vec<_> = changed(before, after).into_iter().map(super::input::member).collect();
    names.dedup();
    names
}
