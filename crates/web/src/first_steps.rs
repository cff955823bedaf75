//! The first steps in an account: a project, a colleague, a report.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::error_page::PageResult;
use super::layout::Layout;
use super::lead_picker;
use super::response::page;
use super::signed_in::SignedIn;
use base::clock::Time;
use base::rng::random_bytes;
use db::List;
use domain::ids::WorkspaceId;
use domain::order::Order;
use domain::participations::Access;
use domain::portfolio;
use domain::users;
use domain::work;
use domain::workspaces::store;
use domain::workspaces::store::{Filter, SortBy};
use service::app::App;

/// The number of the newest workspaces among which a report is looked for.
const LATEST: i64 = 100;

#[derive(Template)]
#[template(path = "setup/start.html")]
struct Start {
    layout: Layout,
    suggested: Vec<String>,
    key: String,
    /// The number of workspaces that the person sees.
    workspaces: i64,
    /// The newest one to which the person may write.
    newest: Option<(WorkspaceId, String)>,
    /// The number of other people whom the person sees.
    colleagues: i64,
    has_report: bool,
}

impl Start {
    fn is_administrator(&self) -> bool {
        self.layout.signed_in.as_ref().is_some_and(|signed_in| signed_in.administrator)
    }
}

/// `GET /start`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        store::require_maker(conn, &caller).await?;
        let order = Order::descending(SortBy::CreatedAt);
        let (found, workspaces) = store::list(conn, &caller, &Filter::active(), order, LATEST, 0).await?;
        let ids: List<WorkspaceId> = found.iter().map(|visible| visible.workspace.id).collect();
        let reports = portfolio::store::last(conn, caller.account_id, &ids, Time::MAX, None).await?;
        let (_, people) = users::store::seen(conn, &caller, None, 1, 0).await?;
        let suggested = lead_picker::suggested(conn, &caller, None).await?;
        let newest = found.into_iter().find(|visible| visible.access >= Access::Edit);
        let newest = newest.map(|visible| (visible.workspace.id, visible.workspace.title));
        Ok((workspaces, newest, people, !reports.is_empty(), suggested))
    }));
    let (workspaces, newest, people, has_report, suggested) = work.await?;
    let start = Start {
        layout: signed_in.layout(),
        suggested,
        key: hex::encode(random_bytes()),
        workspaces,
        newest,
        colleagues: people - 1,
        has_report,
    };
    Ok(page(StatusCode::OK, &start))
}
