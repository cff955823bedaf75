//! Sheets in and out: reports, status changes and work packages of an account as CSV or as a workbook of Excel.

use axum::extract::{FromRequest, FromRequestParts, Request as HttpRequest, State};
use axum::http::header;
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::problem::Kind as ProblemKind;
use super::{ApiResult, Error, Request, reply};
use domain::error::Error as Cause;
use domain::events::Source;
use domain::moving::Outcome;
use domain::moving::sheet::{Kind, Wrong};
use domain::work;
use service::app::App;
use service::body;
use service::files::in_turn;
use service::openapi::{Operation, Parameter, schema};
use service::sheet::export::{Form, file};
use service::sheet::import::{self, Ended};
use service::sheet::mapping::{Mapping, Unread, rows};
use service::sheet::read::OF_REQUESTS;
use service::sheet::workbook::XLSX;
use service::write;

const TAG: &str = "sheets";

/// The media type of CSV without its parameters.
const CSV_TYPE: &str = "text/csv";

/// The most wrong rows that an answer names.
const MOST_WRONG: usize = 1000;

/// The number of sheets that are received at a time, which bounds the memory for their bytes.
static RECEIVED: Semaphore = Semaphore::const_new(4);

const RECORDS: Parameter = Parameter::path(
    "records",
    || json!({ "type": "string", "enum": Kind::ALL.map(Kind::name) }),
    "What the rows are.",
);

/// What came of a sheet.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SheetImport")]
struct Imported {
    /// What the rows are.
    records: &'static str,
    /// Whether nothing was stored.
    dry_run: bool,
    /// The number of rows.
    rows: usize,
    /// The number of records that are new.
    new: u64,
    /// The number of records that came from a sheet before and changed.
    changed: u64,
    /// The number of records that are as they were.
    unchanged: u64,
}

/// The kind that the path names.
fn kind(request: &Request) -> Result<Kind, Cause> {
    Kind::named(request.name()).ok_or(Cause::NotFound)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "For administrators. All records of the account with the columns that an import reads: CSV with a byte order \
        mark, or a workbook of Excel. At most 20,000 records with 32 MiB of text; `statuary export --sheet` writes more. Files \
        are written one at a time.",
    parameters: &[
        RECORDS,
        Parameter::query(
            "format",
            || json!({ "type": "string", "enum": Form::ALL.map(|(name, _)| name), "default": Form::ALL[0].0 }),
            "The form of the file.",
        ),
    ],
    media: &[(CSV_TYPE, |_| json!({ "type": "string" })), (XLSX, |_| json!({}))],
    is_tagged: false,
    errors: &[403],
    ..Operation::new(TAG, "showSheet", "Show records as a sheet")
};

/// `GET /sheets/{records}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.caller.require_administrator()?;
    let kind = kind(&request)?;
    let form = request.query(&["format"])?.choice("format", &Form::ALL)?;
    match file(&app, request.caller.account_id, kind, form).await? {
        Ok(response) => Ok(response),
        Err(error) => {
            tracing::error!(%error, records = kind.name(), "a sheet cannot be written");
            Err(Error::new(ProblemKind::Internal))
        }
    }
}

/// A sheet that an administrator sends.
pub struct Upload {
    request: Request,
    kind: Kind,
    bytes: Bytes,
    permit: SemaphorePermit<'static>,
}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    /// Checks the caller and the path before anything of the body is read.
    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (mut parts, sent) = request.into_parts();
        let mut request = Request::from_request_parts(&mut parts, app).await?;
        request.caller.require_administrator()?;
        let kind = kind(&request)?;
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = body::media_type(content_type.unwrap_or_default());
        if ![CSV_TYPE, XLSX].iter().any(|known| media_type.eq_ignore_ascii_case(known)) {
            let detail = format!("The body is `{media_type}`; send `{CSV_TYPE}` or `{XLSX}`.");
            return Err(Error::new(ProblemKind::UnsupportedMediaType).with_detail(detail));
        }
        // The semaphore is never closed.
        let permit = RECEIVED.acquire().await.map_err(|_| Error::new(ProblemKind::Unavailable))?;
        let bytes = body::read_within(&parts.headers, sent, OF_REQUESTS.bytes).await?;
        request.key = write::key(&request.caller, Source::Native, &parts, &bytes)?;
        Ok(Self { request, kind, bytes, permit })
    }
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators. Stores the rows of a sheet, all of them or none: workspaces and people must be there, \
        authors and times stay, and nobody is told. A row is known by workspace, author and time, a status change also by its \
        new status, a work package also by its subject, so that a repetition changes only the rows whose other cells changed. If \
        rows are wrong, the answer is 422, and each error has the number of its `row`, as a spreadsheet shows it. At most 4 MiB \
        and 5,000 rows; `statuary import --sheet` reads more.",
    parameters: &[
        RECORDS,
        Parameter::query(
            "dry_run",
            super::openapi::flag,
            "Whether to check the sheet and count what would come, and to store nothing.",
        ),
        Parameter::query("mapping", mapping_schema, "Which columns and values of the sheet stand for which.")
            .as_json(),
    ],
    uploads: &[
        (CSV_TYPE, |_| json!({ "type": "string" })),
        (XLSX, |_| json!({ "type": "string", "format": "binary" })),
    ],
    answer: Some(schema::of::<Imported>),
    errors: &[403],
    ..Operation::new(TAG, "importSheet", "Import the rows of a sheet")
};

fn mapping_schema() -> serde_json::Value {
    let texts = |about: &str| json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": about });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "sheet": { "type": ["string", "null"], "description": "The sheet of a workbook; without it, the first." },
            "columns": texts("The names of columns in the sheet, by our names."),
            "values": {
                "type": "object",
                "additionalProperties": texts("Our values, by those of the sheet."),
                "description": "The values of columns, by our names of the columns.",
            },
            "defaults": texts("The values of empty or absent cells, by our names of the columns."),
        },
    })
}

/// `POST /sheets/{records}`
pub async fn create(State(app): State<App>, upload: Upload) -> ApiResult {
    let Upload { request, kind, bytes, permit } = upload;
    let query = request.query(&["dry_run", "mapping"])?;
    let is_dry = query.flag("dry_run")?;
    let mapping = match query.text("mapping")? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| Error::parameter("mapping", format!("is not a mapping: {error}")))?,
        None => Mapping::default(),
    };
    let read = in_turn(async { Ok(bytes) }, move |bytes| Ok(rows(&bytes, kind, &mapping, OF_REQUESTS)));
    let unread = |reason: &str| {
        Error::new(ProblemKind::Unreadable).with_detail(format!("The sheet cannot be read: {reason}."))
    };
    let rows = match read.await.map_err(|error: Cause| Error::from(error))? {
        Ok(Ok(rows)) => rows,
        Ok(Err(Unread::Mapping(reason))) => return Err(Error::parameter("mapping", reason)),
        Ok(Err(Unread::File(reason))) => return Err(unread(&reason)),
        Err(error) => {
            tracing::warn!(%error, "a sheet cannot be taken apart");
            return Err(unread("it is broken"));
        }
    };
    drop(permit);
    let count = rows.len();
    let answer = move |outcome: &Outcome, dry_run| {
        let total = outcome.total();
        let (new, changed, unchanged) = (total.new, total.changed, total.unchanged);
        reply::json(&Imported { records: kind.name(), dry_run, rows: count, new, changed, unchanged })
    };
    let stored = request.write(&app).run(
        &app,
        work!(|conn, write| -> Ended { import::store(conn, &write.change, kind, &rows, is_dry).await }),
        move |outcome| answer(&outcome, false),
    );
    match stored.await {
        Ok(response) => Ok(response),
        Err(Ended::DryRun(outcome)) => Ok(answer(&outcome, true)),
        Err(Ended::Wrong(wrong)) => Err(refused(&wrong)),
        Err(Ended::Failed(error)) => Err(error.into()),
    }
}

/// The problem of wrong rows.
fn refused(wrong: &[Wrong]) -> Error {
    let detail = format!("Nothing is stored, because rows are wrong: {}.", wrong.len());
    let error = Error::new(ProblemKind::Invalid).with_detail(detail);
    let named = wrong.iter().take(MOST_WRONG);
    named.fold(error, |error, one| error.at_row(one.number, one.reason()))
}
