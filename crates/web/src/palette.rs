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
use domain::work;
use domain::workspaces::store;
use domain::workspaces::store::{Filter, SortBy};
use service::app::App;
use service::form;
use service::params::Params;

/// The maximum number of workspaces.
const WORKSPACES: i64 = 8;

/// Not everybody may see these pages.
const PEOPLE: &str = "people-title";
const SETTINGS: &str = "settings-title";
const STATUSES: &str = "statuses-title";
const NEW: &str = "project-new";
const IMPORT: &str = "import-title";

/// Path, message and shortcut of each page.
const PAGES: [(&str, &str, &str); 10] = [
    ("/", "portfolio-title", "g p"),
    ("/statuses", STATUSES, "g s"),
    ("/tokens", "tokens-title", "g t"),
    ("/account", "account-title", ""),
    ("/applications", "applications-title", ""),
    ("/people", PEOPLE, ""),
    ("/settings", SETTINGS, ""),
    ("/workspaces/new", NEW, "c"),
    ("/workspaces/import", IMPORT, ""),
    ("/workspaces/archived", "archived-title", ""),
];

#[derive(Template)]
#[template(path = "web/palette.html")]
struct Palette {
    layout: Layout,
    /// The text of the request, by which a script recognises the results of the present text.
    words: String,
    pages: Vec<(&'static str, &'static str, &'static str)>,
    workspaces: Vec<(WorkspaceId, String)>,
    /// The pages of the people of workspaces, with their labels.
    people: Vec<(WorkspaceId, String)>,
}

/// `GET /palette?q=&workspace=`: the list of results, for htmx. `workspace` is that of the page, whose people are offered.
pub async fn show(State(app): State<App>, signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    let query = Params::new(form::decode(query.unwrap_or_default().as_bytes())?)?;
    let words = query.filled("q").map(|words| words.trim().to_owned());
    let own = query.filled("workspace").and_then(|id| id.parse().ok()).map(WorkspaceId);
    let (layout, caller) = (signed_in.layout(), signed_in.caller());
    let folded = words.as_deref().unwrap_or_default().to_lowercase();
    let is_asked = |key: &str| {
        let may_see = match key {
            PEOPLE | SETTINGS => signed_in.user.administrator,
            STATUSES => signed_in.sees_statuses,
            NEW | IMPORT => signed_in.creates_workspaces,
            _ => true,
        };
        may_see && layout.t(key).to_lowercase().contains(&folded)
    };
    let pages = PAGES.into_iter().filter(|(_, key, _)| is_asked(key)).collect();
    let filter = Filter { matching: words, ..Filter::active() };
    let found = app.db.read(work!(|conn| {
        let order = Order::ascending(SortBy::Title);
        let (found, _) = store::list(conn, &caller, &filter, order, WORKSPACES, 0).await?;
        let own = match own {
            Some(id) => store::find(conn, &caller, id).await?,
            None => None,
        };
        Ok((found, own))
    }));
    let (found, own) = found.await?;
    let workspaces: Vec<_> =
        found.into_iter().map(|visible| (visible.workspace.id, visible.workspace.title)).collect();
    let label =
        |(id, title): &(WorkspaceId, String)| (*id, layout.say("find-people", "title", title.as_str()));
    let own = own.map(|visible| label(&(visible.workspace.id, visible.workspace.title)));
    let has_words = |text: &str| folded.split_whitespace().all(|word| text.to_lowercase().contains(word));
    let mut people: Vec<_> = own.into_iter().filter(|(_, text)| has_words(text)).collect();
    if let [only] = workspaces.as_slice()
        && !folded.is_empty()
        && people.iter().all(|(id, _)| *id != only.0)
    {
        people.push(label(only));
    }
    let words = query.text("q").unwrap_or_default().into_owned();
    Ok(page(StatusCode::OK, &Palette { layout, words, pages, workspaces, people }))
}
