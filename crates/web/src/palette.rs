//! The search palette: pages, workspaces whose title has the typed words, and reports whose text has them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::error_page::PageResult;
use super::form::QueryParams;
use super::layout::Layout;
use super::response::page;
use super::signed_in::SignedIn;
use base::clock::Date;
use domain::ids::{ReportId, WorkspaceId};
use domain::order::Order;
use domain::programmes;
use domain::status_reports::store::words;
use domain::views;
use domain::work;
use domain::workspaces::store;
use domain::workspaces::store::{Filter, SortBy};
use service::app::App;

/// The maximum number of workspaces.
const WORKSPACES: i64 = 8;

/// The maximum number of reports.
const REPORTS: i64 = 8;

/// The maximum number of saved views, and of programmes.
const NAMED: usize = 5;

/// The shortest text that is searched in reports, in characters: fewer are in most of them.
const SHORTEST: usize = 2;

/// The number of characters of a report around the first word that was found.
const AROUND: usize = 40;

/// A report: its id, and its workspace with the day and the words around the first one that was found.
type Report = (ReportId, String, String);

/// Not everybody may see these pages.
const CADENCE: &str = "cadence-account-title";
const CALENDAR: &str = "calendar-title";
const CHANGES: &str = "changes-title";
const DESK: &str = "desk-title";
const MINE: &str = "mine-title";
const PEOPLE: &str = "people-title";
const SETTINGS: &str = "settings-title";
const FIELDS: &str = "fields-title";
const PROGRAMMES: &str = "programmes-title";
const VIEWS: &str = "views-title";
const STATUSES: &str = "statuses-title";
const NEW: &str = "project-new";
const IMPORT: &str = "import-title";

/// Path, message and shortcut of each page.
const PAGES: [(&str, &str, &str); 18] = [
    ("/", "portfolio-title", "g p"),
    ("/programmes", PROGRAMMES, "g r"),
    ("/changes", CHANGES, "g c"),
    ("/desk", DESK, "g d"),
    ("/mine", MINE, "g m"),
    ("/statuses", STATUSES, "g s"),
    ("/tokens", "tokens-title", "g t"),
    ("/account", "account-title", ""),
    ("/applications", "applications-title", ""),
    ("/people", PEOPLE, ""),
    ("/settings", SETTINGS, ""),
    ("/fields", FIELDS, ""),
    ("/views", VIEWS, ""),
    ("/cadence", CADENCE, ""),
    ("/calendar", CALENDAR, ""),
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
    /// The saved views, with their paths.
    views: Vec<(i64, String, String)>,
    programmes: Vec<(i64, String)>,
    reports: Vec<Report>,
    /// The pages of the people of workspaces, with their labels.
    people: Vec<(WorkspaceId, String)>,
}

/// `GET /palette?q=&workspace=`: the list of results, for htmx. `workspace` is that of the page, whose people are offered.
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(query): QueryParams,
) -> PageResult {
    let words = query.filled("q").map(|words| words.trim().to_owned());
    let own = query.filled("workspace").and_then(|id| id.parse().ok()).map(WorkspaceId);
    let (layout, caller) = (signed_in.layout(), signed_in.caller());
    let folded = words.as_deref().unwrap_or_default().to_lowercase();
    let is_asked = |key: &str| {
        let may_see = match key {
            CADENCE | CALENDAR | FIELDS | PEOPLE | SETTINGS => signed_in.user.administrator,
            CHANGES | DESK | MINE | PROGRAMMES | VIEWS => signed_in.sees_health,
            STATUSES => signed_in.sees_statuses,
            NEW | IMPORT => signed_in.creates_workspaces,
            _ => true,
        };
        may_see && layout.t(key).to_lowercase().contains(&folded)
    };
    let pages = PAGES.into_iter().filter(|(_, key, _)| is_asked(key)).collect();
    let text = words.clone();
    let filter = Filter { matching: words, ..Filter::active() };
    let found = app.db.read(work!(|conn| {
        let order = Order::ascending(SortBy::Title);
        let (found, _) = store::list(conn, &caller, &filter, order, WORKSPACES, 0).await?;
        let own = match own {
            Some(id) => store::find(conn, &caller, id).await?,
            None => None,
        };
        let searched = text.as_deref().filter(|text| text.chars().count() >= SHORTEST);
        let reports = match searched {
            Some(text) => words::search(conn, &caller, text, REPORTS).await?,
            None => Vec::new(),
        };
        let (mut views, mut programmes) = (Vec::new(), Vec::new());
        // They are offered to those who type a part of their names.
        if text.is_some() {
            views = views::store::list(conn, &caller).await?;
            programmes = programmes::store::names(conn, &caller).await?;
        }
        Ok((found, own, reports, views, programmes))
    }));
    let (found, own, reports, views, programmes) = found.await?;
    let first = folded.split(|letter: char| !letter.is_alphanumeric()).find(|word| !word.is_empty());
    let report = |found: words::Found| {
        let day = layout.reader.zoned(found.created_at).date();
        let day = Date::from_civil(day).map(|day| layout.reader.date(day)).unwrap_or_default();
        (found.id, format!("{} · {day}", found.title), excerpt(&found.texts, first.unwrap_or_default()))
    };
    let reports = reports.into_iter().map(report).collect();
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
    let views = views.into_iter().filter(|(view, _)| has_words(&view.name)).take(NAMED);
    let views = views.map(|(view, _)| (view.id, view.path(), view.name)).collect();
    let programmes = programmes.into_iter().filter(|(_, name)| has_words(name)).take(NAMED).collect();
    Ok(page(
        StatusCode::OK,
        &Palette { layout, words, pages, workspaces, views, programmes, reports, people },
    ))
}

/// The words around the first one that begins with a word in lower case, in one line; or the beginning of the first text.
fn excerpt(texts: &[String], word: &str) -> String {
    let begins = |one: &&str| {
        let mut parts = one.split(|letter: char| !letter.is_alphanumeric());
        parts.any(|part| part.to_lowercase().starts_with(word))
    };
    let place = |text: &String| Some((text.clone(), text.split_whitespace().position(|one| begins(&one))?));
    let first = || texts.first().map(|text| (text.clone(), 0));
    texts.iter().find_map(place).or_else(first).map(|(text, place)| around(&text, place)).unwrap_or_default()
}

/// The words of a text around the one at a place.
fn around(text: &str, place: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let length = |words: &[&str]| words.iter().map(|word| word.chars().count() + 1).sum::<usize>();
    let place = place.min(words.len());
    let start = (0..=place).find(|start| length(&words[*start..place]) <= AROUND).unwrap_or(place);
    let end = (place..=words.len()).rev().find(|end| length(&words[place..*end]) <= 2 * AROUND);
    let end = end.unwrap_or(place).max((place + 1).min(words.len()));
    let cut: String = words[start..end].join(" ").chars().take(4 * AROUND).collect();
    let (before, after) = (if start > 0 { "… " } else { "" }, if end < words.len() { " …" } else { "" });
    format!("{before}{cut}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_around_the_first_word_that_was_found() {
        let around = |text: &str, word| excerpt(&[String::new(), text.into()], word);
        let long =
            &format!("{} the client's Acceptance is late {}", "before ".repeat(30), "after ".repeat(30));
        let found = around(long, "accept");
        assert!(
            found.starts_with("… before") && found.contains("client's Acceptance is late after"),
            "{found}"
        );
        assert!(found.ends_with("after …") && found.chars().count() < 4 * AROUND, "{found}");
        assert_eq!(around("Short\n and done.", "short"), "Short and done.");
        assert_eq!(around("", "x"), "");
        assert_eq!(excerpt(&["nothing of it".into()], "x"), "nothing of it");
        assert_eq!(excerpt(&[], "x"), "");
        assert!(around(&"x".repeat(9000), "x").chars().count() <= 4 * AROUND);
    }
}
