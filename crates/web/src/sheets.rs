//! Sheets in and out, for administrators: a CSV file or a workbook, a preview that says what would come or which rows are
//! wrong, the import of all rows or none, and the same records as files.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::error_page::{PageResult, internal_error, message_to};
use super::layout::Layout;
use super::response::page;
use super::signed_in::{SignedIn, SubmittedFile, SubmittedForm};
use db::Scope;
use domain::error::Error;
use domain::moving::Count;
use domain::moving::reason::{Reason, Wanted};
use domain::moving::sheet::{Kind, Wrong};
use domain::work;
use service::app::App;
use service::files::in_turn;
use service::params;
use service::params::Params;
use service::sheet::export::{self, Form};
use service::sheet::import::{self, Ended};
use service::sheet::mapping::{Mapping, Unread, rows};
use service::sheet::read::OF_REQUESTS;

/// The most wrong rows that the page shows.
const SHOWN: usize = 100;

/// What a form says.
#[derive(Default)]
struct Sent {
    kind: Option<Kind>,
    mapping: String,
    /// The bytes of the file in Base64.
    file: String,
    /// The name of the file.
    called: String,
}

/// A wrong row: its number, and its reasons, each with the name of a column, what is wrong, and the text of the cell.
struct WrongRow {
    number: u64,
    reasons: Vec<(String, String, String)>,
}

/// What became of a file.
enum Came {
    /// Nothing was sent.
    Nothing,
    /// This would come.
    Preview(Count),
    /// This came.
    Stored(Count),
    /// Rows are wrong.
    Wrong(Vec<WrongRow>, usize),
    /// The file or the mapping cannot be used: why, and a detail in English.
    Unread(String, String),
}

#[derive(Template)]
#[template(path = "sheets/index.html")]
struct Sheets {
    layout: Layout,
    sent: Sent,
    came: Came,
}

impl Sheets {
    const KINDS: [(Kind, &str); 3] = [
        (Kind::Reports, "sheets-reports"),
        (Kind::StatusChanges, "sheets-status-changes"),
        (Kind::WorkPackages, "sheets-work-packages"),
    ];

    /// The number of records that came or would come.
    const fn count(&self) -> Option<Count> {
        match self.came {
            Came::Preview(count) | Came::Stored(count) => Some(count),
            _ => None,
        }
    }

    const fn is_preview(&self) -> bool {
        matches!(self.came, Came::Preview(_))
    }

    fn answer(self) -> Response {
        let status = match self.came {
            Came::Wrong(..) | Came::Unread(..) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::OK,
        };
        page(status, &self)
    }
}

/// `GET /sheets`
pub async fn show(signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let layout = signed_in.layout();
    Ok(Sheets { layout, sent: Sent::default(), came: Came::Nothing }.answer())
}

impl Sent {
    fn of(form: &Params) -> Self {
        let file = form.value("file").and_then(params::of_value);
        let of_file = |name: &str| file.as_ref().and_then(|file| Some(file.text(name)?.into_owned()));
        let of_form = |name: &str| form.text(name).unwrap_or_default().into_owned();
        Self {
            kind: form.text("records").and_then(|name| Kind::named(&name)),
            mapping: of_form("mapping"),
            file: of_file("base64").unwrap_or_else(|| of_form("sheet")),
            called: of_file("filename").unwrap_or_else(|| of_form("called")),
        }
    }

    fn mapping(&self) -> Result<Mapping, String> {
        Mapping::of_toml(&self.mapping)
    }
}

/// `POST /sheets`: the preview, or with `step=import` the import.
pub async fn create(State(app): State<App>, SubmittedFile(submitted): SubmittedFile) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    signed_in.caller().require_administrator()?;
    let (layout, sent) = (signed_in.layout(), Sent::of(&form));
    let is_dry = form.text("step").as_deref() != Some("import");
    let came = came(&app, &signed_in, &sent, is_dry).await?;
    Ok(Sheets { layout, sent, came }.answer())
}

async fn came(app: &App, signed_in: &SignedIn, sent: &Sent, is_dry: bool) -> Result<Came, Error> {
    let layout = signed_in.layout();
    let unread = |key: &str, detail: String| Ok(Came::Unread(layout.t(key).into_owned(), detail));
    let Some(kind) = sent.kind else { return unread("sheets-no-records", String::new()) };
    let bytes = BASE64_STANDARD.decode(&sent.file).unwrap_or_default();
    if bytes.is_empty() {
        return unread("sheets-no-file", String::new());
    }
    if bytes.len() > OF_REQUESTS.bytes {
        return unread("sheets-large", String::new());
    }
    let mapping = match sent.mapping() {
        Ok(mapping) => mapping,
        Err(reason) => return unread("sheets-bad-mapping", reason),
    };
    let read = in_turn(async { Ok::<_, Error>(()) }, move |()| Ok(rows(&bytes, kind, &mapping, OF_REQUESTS)));
    let rows = match read.await? {
        Ok(Ok(rows)) => rows,
        Ok(Err(Unread::Mapping(reason))) => return unread("sheets-bad-mapping", reason),
        Ok(Err(Unread::File(reason))) => return unread("sheets-bad-file", reason),
        Err(error) => {
            tracing::warn!(%error, "a sheet cannot be taken apart");
            return unread("sheets-bad-file", String::new());
        }
    };
    let change = signed_in.change(app);
    let stored = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| -> Ended { import::store(conn, &change, kind, &rows, is_dry).await }),
    );
    match stored.await {
        Ok(outcome) => Ok(Came::Stored(outcome.total())),
        Err(Ended::DryRun(outcome)) => Ok(Came::Preview(outcome.total())),
        Err(Ended::Failed(error)) => Err(error),
        Err(Ended::Wrong(wrong)) => {
            let row = |one: &Wrong| WrongRow {
                number: one.number,
                reasons: one.reasons.iter().map(|reason| said(&layout, reason)).collect(),
            };
            Ok(Came::Wrong(wrong.iter().take(SHOWN).map(row).collect(), wrong.len()))
        }
    }
}

/// The column, what is wrong with it, and the text of its cell.
fn said(layout: &Layout, reason: &Reason) -> (String, String, String) {
    let with = |column: &str, key: &str, text: &str| {
        (column.to_owned(), layout.t(key).into_owned(), text.to_owned())
    };
    match reason {
        Reason::Empty(column) => with(column, "sheets-empty", ""),
        Reason::Unreadable(column, wanted, text) => with(column, message(*wanted), text),
        Reason::NoWorkspace(text) => with("workspace", "sheets-no-project", text),
        Reason::SeveralWorkspaces(text) => with("workspace", "sheets-several-projects", text),
        Reason::NoPerson(column, text) => with(column, "sheets-no-person", text),
        Reason::NoColor(category) => with(category, "sheets-color-missing", ""),
        Reason::Same(row) => (String::new(), layout.say("sheets-same", "number", *row), String::new()),
        Reason::OwnParent => with("parent_id", "sheets-own-parent", ""),
        Reason::NoParent => with("parent_id", "sheets-no-parent", ""),
        Reason::NotPercent => with("percent", "sheets-percent", ""),
        Reason::Other(reason) => with("", "sheets-other", reason),
    }
}

const fn message(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Number => "sheets-number",
        Wanted::Color => "sheets-color",
        Wanted::Time => "sheets-time",
        Wanted::Day => "sheets-day",
        Wanted::Hours => "sheets-hours",
        Wanted::Name => "sheets-name",
    }
}

/// `GET /sheets/{file}`: such as `reports.csv`.
pub async fn download(State(app): State<App>, signed_in: SignedIn, Path(file): Path<String>) -> PageResult {
    signed_in.caller().require_administrator()?;
    let (name, ending) = file.split_once('.').ok_or(Error::NotFound)?;
    let kind = Kind::named(name).ok_or(Error::NotFound)?;
    let form = Form::named(ending).ok_or(Error::NotFound)?;
    match export::file(&app, signed_in.account.id, kind, form).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => {
            tracing::error!(%error, records = kind.name(), "a sheet cannot be written");
            Ok(internal_error())
        }
        Err(Error::TooMuch(_)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(message_to(signed_in.layout(), status, "sheets-much-title", "sheets-much-text"))
        }
        Err(error) => Err(error.into()),
    }
}
