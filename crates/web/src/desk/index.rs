//! The page of the desk: who owes which report, and requests for them.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State as Extracted;
use axum::http::StatusCode;

use super::{due, look, mark};
use crate::error_page::PageResult;
use crate::form::QueryParams;
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::Error;
use domain::ids::{UserId, WorkspaceId};
use domain::participations::Access;
use domain::report_drafts;
use domain::report_requests;
use domain::reporting_desk::store;
use domain::reporting_desk::{Row, Share, State};
use domain::work;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use service::app::App;
use service::params::{Params, scalar};

/// The number of rows of a page, and the maximum number of requests of one form.
const ROWS: usize = 100;
/// The highest number of drafts that the page counts.
const DRAFTS: i64 = 999;

/// The filters of the page.
#[derive(Clone, Debug, Default)]
struct View {
    state: Option<State>,
    owner: Option<UserId>,
    words: String,
    number: usize,
}

struct Line {
    row: Row,
    mark: String,
    due: String,
    /// The number of reports in time, and of the periods that have ended.
    share: Option<Share>,
    may_write: bool,
    may_ask: bool,
}

/// A link to the workspaces in a state.
struct Chip {
    state: Option<State>,
    href: String,
    count: usize,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "desk/index.html")]
struct Desk {
    layout: Layout,
    view: View,
    chips: Vec<Chip>,
    owners: Vec<(UserId, String)>,
    lines: Vec<Line>,
    is_last: bool,
    has_any: bool,
    /// The number of requests that were just sent, and of those that were open already.
    asked: Option<(usize, usize)>,
    may_ask: bool,
    is_administrator: bool,
    /// The number of drafts by agents that wait for the reader.
    drafts: i64,
}

impl Chip {
    fn sign(&self) -> &'static str {
        self.state.map_or("", |state| look(state).2)
    }
}

impl View {
    fn read(params: &Params) -> Self {
        let text = |name: &str| params.text(name).unwrap_or_default().trim().to_owned();
        Self {
            state: State::named(&text("state")),
            owner: text("owner").parse().ok(),
            words: text("q"),
            number: text("page").parse().unwrap_or(1).max(1),
        }
    }

    /// The path of the page with these filters.
    fn address(&self, state: Option<State>, number: usize) -> String {
        let words = utf8_percent_encode(&self.words, NON_ALPHANUMERIC).to_string();
        let parts = [
            ("state", state.map(|state| state.name().to_owned())),
            ("owner", self.owner.map(|id| id.to_string())),
            ("q", Some(words).filter(|words| !words.is_empty())),
            ("page", (number > 1).then(|| number.to_string())),
        ];
        let parts: Vec<_> =
            parts.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
        if parts.is_empty() { "/desk".into() } else { format!("/desk?{}", parts.join("&")) }
    }

    fn passes(&self, row: &Row) -> bool {
        self.owner.is_none_or(|id| row.owner.as_ref().is_some_and(|(owner, _)| *owner == id))
            && row.title.to_lowercase().contains(&self.words.to_lowercase())
    }
}

impl Desk {
    fn word(&self, chip: &Chip) -> String {
        let key = chip.state.map_or("desk-all", |state| look(state).0);
        self.layout.t(key).into_owned()
    }

    fn page(&self, number: usize) -> String {
        self.view.address(self.view.state, number)
    }

    fn has_more(&self) -> bool {
        !self.is_last
    }

    fn is_owner(&self, id: UserId) -> bool {
        self.view.owner == Some(id)
    }

    fn told(&self) -> Option<String> {
        let (asked, open) = self.asked?;
        let values = [("asked", asked.into()), ("open", open.into())];
        Some(self.layout.reader.language.say("desk-asked", values))
    }

    /// The reports in time, in words.
    fn in_time(&self, share: &Share) -> String {
        let values = [("number", share.on_time.into()), ("count", share.of.into())];
        self.layout.reader.language.say("desk-in-time", values)
    }

    fn request(&self, line: &Line) -> Option<String> {
        let (request, by) = line.row.request.as_ref()?;
        let values =
            [("name", by.as_str().into()), ("age", self.layout.reader.age(request.created_at).into())];
        Some(self.layout.reader.language.say("desk-requested", values))
    }
}

/// `GET /desk`, with `state`, `owner`, `q` and `page`
pub async fn show(
    Extracted(app): Extracted<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    let view = View::read(&params);
    let (caller, now) = (signed_in.caller(), signed_in.reader.now);
    let own = caller.clone();
    let read = app.db.read(work!(|conn| {
        let drafts = report_drafts::store::count(conn, &own, DRAFTS).await?;
        Ok((store::read(conn, &own, now).await?, drafts))
    }));
    let (rows, drafts) = read.await?;
    let mut owners: Vec<(UserId, String)> = rows.iter().filter_map(|row| row.owner.clone()).collect();
    owners.sort_by_cached_key(|(id, name)| (name.to_lowercase(), *id));
    owners.dedup();
    let has_any = !rows.is_empty();
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| view.passes(row)).collect();
    let chip = |state: Option<State>| Chip {
        state,
        href: view.address(state, 1),
        count: rows.iter().filter(|row| state.is_none_or(|state| row.state == state)).count(),
        is_current: view.state == state,
    };
    let order = [State::Overdue, State::Due, State::UpToDate, State::Paused, State::Exempt];
    let chips = std::iter::once(None).chain(order.map(Some)).map(chip).collect();
    rows.retain(|row| view.state.is_none_or(|state| row.state == state));
    let (first, count) = ((view.number - 1).saturating_mul(ROWS), rows.len());
    let layout = signed_in.layout();
    let rows: Vec<Row> = rows.into_iter().skip(first).take(ROWS).collect();
    let (rows, mut shares) = app
        .db
        .read(work!(|conn| {
            let shares = store::shares(conn, &caller, &rows, now).await?;
            Ok((rows, shares))
        }))
        .await?;
    let line = |row: Row| Line {
        share: shares.remove(&row.id),
        mark: mark(&layout, row.state),
        due: due(&layout, &row),
        may_write: row.access >= Access::Edit && !row.archived,
        may_ask: row.access >= Access::Edit && !row.archived && row.request.is_none(),
        row,
    };
    let lines: Vec<Line> = rows.into_iter().map(line).collect();
    let number = |name: &str| params.text(name).and_then(|text| text.parse().ok());
    let desk = Desk {
        may_ask: lines.iter().any(|line| line.may_ask),
        is_last: first.saturating_add(ROWS) >= count,
        asked: number("asked").zip(number("open")),
        is_administrator: signed_in.user.administrator,
        drafts,
        layout,
        view,
        chips,
        owners,
        lines,
        has_any,
    };
    Ok(page(StatusCode::OK, &desk))
}

/// The workspaces of a form: those with a tick, or the one whose button was pressed.
fn asked_for(form: &Params) -> Vec<WorkspaceId> {
    let texts = match (form.text("one"), form.value("workspace")) {
        (Some(one), _) => vec![one.into_owned()],
        (None, Some(Value::Array(all))) => {
            all.iter().filter_map(|value| scalar(value).map(Cow::into_owned)).collect()
        }
        (None, _) => form.text("workspace").into_iter().map(Cow::into_owned).collect(),
    };
    let mut ids: Vec<WorkspaceId> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// `POST /desk/requests`: asks for a report about each of some workspaces, unless a request is open.
pub async fn ask(Extracted(app): Extracted<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let ids = asked_for(&form);
    if ids.len() > ROWS {
        return Err(Error::TooMuch(format!("a form asks for at most {ROWS} reports")).into());
    }
    let message = form
        .text("message")
        .map(|text| text.chars().take(report_requests::MESSAGE_LIMIT).collect::<String>());
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let (mut asked, mut open) = (0, 0);
            for id in ids {
                match report_requests::store::create(conn, &caller, &change, id, message.as_deref()).await {
                    Ok(_) => asked += 1,
                    Err(Error::AlreadyRequested) => open += 1,
                    Err(error) => return Err(error),
                }
            }
            Ok((asked, open))
        }),
    );
    let (asked, open): (usize, usize) = work.await?;
    let view = View::read(&form);
    let back = view.address(view.state, view.number);
    let mark = if back.contains('?') { '&' } else { '?' };
    Ok(see_other(&format!("{back}{mark}asked={asked}&open={open}")))
}
