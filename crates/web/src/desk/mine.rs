//! The reports that a person owes, one after the other.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State as Extracted;
use axum::http::{HeaderMap, StatusCode};

use super::{due, mark};
use crate::error_page::PageResult;
use crate::form::QueryParams;
use crate::layout::Layout;
use crate::response::page;
use crate::signed_in::SignedIn;
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::reporting_desk::store;
use domain::reporting_desk::{Row, owed_by};
use domain::users;
use domain::views;
use domain::work;
use service::app::App;
use service::params::Params;

/// The path of the page.
pub const PATH: &str = "/mine";
/// The maximum number of rows of the page.
const ROWS: usize = 200;

/// The position of a form among the reports that a person owes: the number of those that were written before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round(pub usize);

/// What a form of a round shows and where it leads.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The round.
    pub round: Round,
    /// The number of reports that are owed now, this one included.
    pub left: usize,
    /// The form after this one, without publishing.
    pub skip: Option<WorkspaceId>,
}

struct Line {
    row: Row,
    mark: String,
    due: String,
}

#[derive(Template)]
#[template(path = "desk/mine.html")]
struct Mine {
    layout: Layout,
    lines: Vec<Line>,
    /// The number of all reports that are owed.
    count: usize,
    /// The number of reports that were just written.
    done: usize,
}

impl Round {
    /// The round of a form or of a query; none if the report is written on its own.
    pub fn read(params: &Params) -> Option<Self> {
        params.text("mine")?.parse().ok().filter(|done| *done < 1_000_000).map(Self)
    }

    /// The form of a workspace in this round.
    pub fn form(self, id: WorkspaceId) -> String {
        format!("/workspaces/{id}/reports/new?mine={}", self.0)
    }
}

/// What a form of a round shows of it.
pub struct Position {
    /// The number of reports that were written before.
    pub done: usize,
    /// "7 of 12"
    pub words: String,
    /// The path of the next form, without publishing.
    pub skip: Option<String>,
}

impl Position {
    /// The position of a form.
    pub fn of(layout: &Layout, progress: &Progress) -> Self {
        let Progress { round, left, skip } = progress;
        let values = [("number", (round.0 + 1).into()), ("count", (round.0 + left).into())];
        Self {
            done: round.0,
            words: layout.reader.language.say("mine-progress", values),
            skip: skip.map(|id| round.form(id)),
        }
    }
}

/// The form that follows the one of a workspace: the next of those in order, or else the first.
fn after(rows: &[Row], id: WorkspaceId) -> Option<WorkspaceId> {
    let place = rows.iter().position(|row| row.id == id);
    let (before, later) = place.map_or((rows, &rows[..0]), |place| (&rows[..place], &rows[place + 1..]));
    later.iter().chain(before).next().map(|row| row.id)
}

/// The progress of a round at the form of a workspace.
pub async fn progress(
    conn: &mut Conn,
    caller: &Caller,
    round: Round,
    id: WorkspaceId,
    now: Time,
) -> Result<Progress> {
    let rows = owed_by(store::read(conn, caller, now).await?, caller.user_id);
    let is_owed = rows.iter().any(|row| row.id == id);
    Ok(Progress { round, left: rows.len() + usize::from(!is_owed), skip: after(&rows, id) })
}

/// Where a round goes on after a report about a workspace was written; the progress is that before it.
pub fn next(progress: &Progress) -> String {
    let done = Round(progress.round.0 + 1);
    progress.skip.map_or_else(|| format!("{PATH}?done={}", done.0), |id| done.form(id))
}

/// `GET /mine`
pub async fn show(
    Extracted(app): Extracted<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    let (caller, now) = (signed_in.caller(), signed_in.reader.now);
    let rows = app.db.read(work!(|conn| store::read(conn, &caller, now).await)).await?;
    let rows = owed_by(rows, signed_in.user.id);
    let layout = signed_in.layout();
    let count = rows.len();
    let line = |row: Row| Line { mark: mark(&layout, row.state), due: due(&layout, &row), row };
    let lines = rows.into_iter().take(ROWS).map(line).collect();
    let done = params.text("done").and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(page(StatusCode::OK, &Mine { layout, lines, count, done }))
}

/// Whether a browser says that it is one of a phone.
fn is_phone(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match text("sec-ch-ua-mobile") {
        "?1" => true,
        "?0" => false,
        _ => text("user-agent").contains("Mobi"),
    }
}

/// The page after signing in, without another one to return to: on a phone, the reports that the person owes, if any; else
/// the saved view that they chose as their start page, or the portfolio.
pub async fn landing(
    app: &App,
    (account_id, user_id): (AccountId, UserId),
    headers: &HeaderMap,
) -> Cow<'static, str> {
    let (now, is_phone) = (app.clock.now(), is_phone(headers));
    let work = app.db.read(work!(|conn| {
        let caller = Caller::with_session(&users::store::find(conn, account_id, user_id).await?);
        if is_phone && !owed_by(store::read(conn, &caller, now).await?, user_id).is_empty() {
            return Ok(Cow::Borrowed(PATH));
        }
        let start = views::store::start(conn, &caller).await?;
        Ok(start.map_or(Cow::Borrowed("/"), |view| Cow::Owned(view.path())))
    }));
    work.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the start page of a person cannot be read");
        Cow::Borrowed("/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_says_so() {
        let is = |name: &'static str, value: &'static str| {
            is_phone(
                &[(name.parse().expect("a name"), value.parse().expect("a value"))].into_iter().collect(),
            )
        };
        assert!(is("sec-ch-ua-mobile", "?1") && !is("sec-ch-ua-mobile", "?0"));
        assert!(is("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"));
        assert!(is("user-agent", "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"));
        assert!(!is("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
        assert!(!is_phone(&HeaderMap::new()));
    }
}
