//! Archiving workspaces, and the list of archived ones.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::error_page::PageResult;
use super::form::{QueryParams, id};
use super::layout::Layout;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::Error;
use domain::ids::WorkspaceId;
use domain::order::Order;
use domain::participations::Access;
use domain::work;
use domain::workspaces::store::{Filter, SortBy};
use domain::workspaces::{Draft, VisibleWorkspace, store};
use service::app::App;

/// The number of workspaces on a page.
const LISTED: i64 = 100;

#[derive(Template)]
#[template(path = "workspaces/archived.html")]
struct Archived {
    layout: Layout,
    workspaces: Vec<VisibleWorkspace>,
    count: i64,
    number: i64,
}

impl Archived {
    fn has_more(&self) -> bool {
        self.number.saturating_mul(LISTED) < self.count
    }

    fn page(number: i64) -> String {
        format!("/workspaces/archived?page={number}")
    }

    fn may_write(visible: &VisibleWorkspace) -> bool {
        visible.access >= Access::Edit
    }
}

/// `GET /workspaces/archived`
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(query): QueryParams,
) -> PageResult {
    let number = query.text("page").and_then(|text| text.parse().ok()).unwrap_or(1);
    let number = number.clamp(1, i64::MAX / LISTED);
    let (caller, filter) = (signed_in.caller(), Filter { archived: true, active: false, ..Filter::active() });
    let work = app.db.read(work!(|conn| {
        let order = Order::ascending(SortBy::Title);
        store::list(conn, &caller, &filter, order, LISTED, (number - 1) * LISTED).await
    }));
    let (workspaces, count) = work.await?;
    Ok(page(StatusCode::OK, &Archived { layout: signed_in.layout(), workspaces, count, number }))
}

/// `POST /workspaces/{id}/archived`: archives a workspace, or brings it back.
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (id, signed_in) = (id::<WorkspaceId>(&text)?, submitted.signed_in);
    let archived = match submitted.form.text("archived").as_deref() {
        Some("true") => true,
        Some("false") => false,
        _ => return Err(Error::unreadable("`archived` is not an allowed value").into()),
    };
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let visible = store::require(conn, &caller, id, Access::Edit).await?;
            if visible.workspace.archived == archived {
                return Ok(());
            }
            let draft = Draft { archived: Some(archived), ..Draft::default() };
            store::update(conn, &caller, &change, id, &draft).await
        }),
    );
    work.await?;
    let done = if archived { "?done=archived" } else { "" };
    Ok(see_other(&format!("/workspaces/{id}{done}")))
}
