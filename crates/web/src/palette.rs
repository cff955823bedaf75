//! The search palette: pages, and workspaces whose title has the typed words.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use super::error_page::PageResult;
use super::layout::Layout;
use super::response::page;
use super::signed_in::SignedIn;
use domain::ids::WorkspaceId;
use domain::order::Order;
use domain::workspaces::store;
use domain::workspaces::store::{Filter, SortBy};
use service::app::App;
use service::form;
use service::params::Params;

/// The maximum number of workspaces.
const WORKSPACES: i64 = 8;

/// This page is only for administrators.
const PEOPLE: &str = "people-title";

/// Path, message and shortcut of each page.
const PAGES: [(&str, &str, &str); 5] = [
    ("/", "portfolio-title", "g p"),
    ("/statuses", "statuses-title", "g s"),
    ("/tokens", "tokens-title", "g t"),
    ("/applications", "applications-title", ""),
    ("/people", PEOPLE, ""),
];

#[derive(Template)]
#[template(path = "web/palette.html")]
struct Palette {
    layout: Layout,
    pages: Vec<(&'static str, &'static str, &'static str)>,
    workspaces: Vec<(WorkspaceId, String)>,
}

/// `GET /palette?q=`: the list of results, for htmx.
pub async fn show(State(app): State<App>, signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    let query = Params::new(form::decode(query.unwrap_or_default().as_bytes())?)?;
    let words = query.filled("q").map(|words| words.trim().to_owned());
    let (layout, caller) = (signed_in.layout(), signed_in.caller());
    let folded = words.as_deref().unwrap_or_default().to_lowercase();
    let is_asked = |key: &str| {
        layout.t(key).to_lowercase().contains(&folded) && (key != PEOPLE || signed_in.user.administrator)
    };
    let pages = PAGES.into_iter().filter(|(_, key, _)| is_asked(key)).collect();
    let filter = Filter { matching: words, ..Filter::active() };
    let found = app.db.read(move |conn| {
        Box::pin(async move {
            store::list(conn, &caller, &filter, Order::ascending(SortBy::Title), WORKSPACES, 0).await
        })
    });
    let (found, _) = found.await?;
    let workspaces =
        found.into_iter().map(|visible| (visible.workspace.id, visible.workspace.title)).collect();
    Ok(page(StatusCode::OK, &Palette { layout, pages, workspaces }))
}
