//! Statuses in the native surface: the states of work packages, which the `OpenProject` surface has, too.

use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::openapi as doc;
use super::{ApiResult, Request, cursor};
use domain::error::Error;
use domain::statuses::{Status, store};
use domain::work;
use domain::workspaces::store::may_view_work_packages;
use service::app::App;
use service::openapi::Operation;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageStatuses")]
struct List {
    statuses: Vec<Object>,
    next_cursor: Option<String>,
}

/// A state that a work package can be in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageStatus")]
struct Object {
    id: i64,
    name: String,
    is_closed: bool,
    color: Option<String>,
    is_default: bool,
    is_readonly: bool,
    excluded_from_totals: bool,
    default_done_ratio: i64,
    position: i64,
}

/// The position of a status in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    position: i64,
    id: i64,
}

impl Place {
    const fn of(status: &Status) -> Self {
        Self { position: status.position, id: status.id }
    }
}

fn object(status: Status) -> Object {
    Object {
        id: status.id,
        name: status.name,
        is_closed: status.is_closed,
        color: status.color,
        is_default: status.is_default,
        is_readonly: status.is_readonly,
        excluded_from_totals: status.excluded_from_totals,
        default_done_ratio: status.default_done_ratio,
        position: status.position,
    }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The statuses of work packages, by position. Administrators see them, and people who take part in a workspace.",
    parameters: &[doc::AS_OF, doc::KNOWN_AT, doc::LIMIT, doc::CURSOR],
    answer: Some(doc::seen::<List>),
    errors: &[403],
    ..Operation::new("statuses", "listStatuses", "List statuses of work packages")
};

/// `GET /statuses`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["as_of", "known_at", "limit", "cursor"])?;
    let (page, past) = (query.page::<Place>()?, query.past(app.clock.now())?);
    let (caller, after, limit) = (request.caller.clone(), page.after, page.limit);
    let found = app.db.read(work!(|conn| {
        if !may_view_work_packages(conn, &caller).await? {
            return Err(Error::Forbidden);
        }
        Ok(match past {
            None => store::list(conn, caller.account_id).await?,
            Some(past) => store::list_in_past(conn, caller.account_id, past).await?,
        })
    }));
    let mut statuses = found.await?;
    statuses.retain(|status| after.is_none_or(|after| Place::of(status) > after));
    let next_cursor = cursor::cut(&mut statuses, limit, |last| cursor::write(&Place::of(last)));
    let list = List { statuses: statuses.into_iter().map(object).collect(), next_cursor };
    let mut response = crate::seen(&list, past);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}
