//! Hints at reports in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::body::check;
use super::openapi as doc;
use super::status_reports::{WRITABLE, draft, writable};
use super::{ApiResult, Body, Request};
use domain::ids::{ReportId, WorkspaceId};
use domain::participations::Access;
use domain::status_reports::hints::{Content, Hint, HintObject, store};
use domain::work;
use domain::workspaces::store::require_health;
use service::app::App;
use service::openapi::{Operation, schema};

const TAG: &str = "status_reports";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Hints")]
struct List {
    hints: Vec<HintObject>,
}

impl List {
    fn of(hints: &[Hint]) -> Self {
        Self { hints: hints.iter().map(Hint::object).collect() }
    }
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "What the report leaves open: a colour without a reason, colours that contradict each other, words that \
        are repeated, a due day that is past.",
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "showStatusReportHints", "Show the hints at a status report")
};

/// `GET /status_reports/{id}/hints`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (ReportId(request.id()?), request.caller);
    let hints = app.db.read(work!(|conn| store::of_report(conn, &caller, id).await)).await?;
    Ok(crate::json(&List::of(&hints)))
}

/// OpenAPI description of [`preview`].
pub const PREVIEW: Operation = Operation {
    description: "The hints at a report that is not written yet. Nothing is written.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<List>),
    errors: &[403],
    ..Operation::new(TAG, "previewStatusReportHints", "Show the hints at an unwritten status report")
};

/// `POST /workspaces/{id}/status_report_hints`
pub async fn preview(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members)?;
    let (types, caller, now) = (members.violations, body.request.caller.clone(), app.clock.now());
    let hints = app.db.read(work!(|conn| {
        let workspace = require_health(conn, &caller, id, Access::Edit).await?.workspace;
        check(types, draft.violations(false))?;
        Ok(store::context(conn, workspace, None).await?.hints(&Content::of(&draft), now))
    }));
    Ok(crate::json(&List::of(&hints.await?)))
}
