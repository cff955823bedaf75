//! The steering pack in the native surface.

use axum::extract::State;
use jiff::tz::TimeZone;
use serde_json::json;

use super::openapi as doc;
use super::portfolio::{
    DEFAULT_WEEKS, INCLUDE_ARCHIVED, MAX_WEEKS, ORDER, ORDERS, SEARCH, STATUS_KEY, TAG, filter,
};
use super::problem::Kind;
use super::request::FIELD;
use super::{ApiResult, Error, Request};
use domain::ids::WorkspaceId;
use domain::portfolio::store;
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::programmes::health::Part;
use domain::steering::{MOST_PROJECTS, Week};
use domain::{programmes, steering, users};
use messages::Language;
use pack::Form;
use pack::of::Reader;

use domain::work;
use service::app::App;
use service::files::{Refused, attachment, in_turn};
use service::openapi::{Operation, Parameter};

const PARAMETERS: &[&str] = &[
    "format",
    "weeks",
    "status_key",
    "search",
    "tag",
    FIELD,
    "include_archived",
    "programme_id",
    "order",
    "language",
    "as_of",
    "known_at",
];

/// The forms, the usual one first.
const FORMS: [(&str, Form); 2] = [("pdf", Form::Pdf), ("xlsx", Form::Xlsx)];

/// The languages; the usual one is that of the person.
const LANGUAGES: [(&str, Option<Language>); 4] = [
    ("own", None),
    ("en", Some(Language::English)),
    ("de", Some(Language::German)),
    ("he", Some(Language::Hebrew)),
];

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "The workspaces of the portfolio as a file for a steering committee: an A4 document in PDF that screen readers \
        can read (PDF/UA-1), or a workbook in XLSX. It has a heatmap, what changed in the last of the weeks, the words of the \
        last reports that are red, and the reports that are owed, which packs of the past leave out. At most 200 workspaces; \
        files are written one at a time. A server that was built without the writer of PDF answers `format=pdf` with 400.",
    parameters: &[
        Parameter::query(
            "format",
            || json!({ "type": "string", "enum": FORMS.map(|(name, _)| name), "default": FORMS[0].0 }),
            "The form of the file.",
        ),
        Parameter::query(
            "weeks",
            || json!({ "type": "integer", "minimum": 1, "maximum": MAX_WEEKS, "default": DEFAULT_WEEKS }),
            "The number of weeks; the last one is the present week, or that of `as_of`.",
        ),
        STATUS_KEY,
        SEARCH,
        TAG,
        INCLUDE_ARCHIVED,
        Parameter::query(
            "programme_id",
            || json!({ "type": "integer", "minimum": 1 }),
            "Only workspaces of this programme.",
        ),
        ORDER,
        Parameter::query(
            "language",
            || json!({ "type": "string", "enum": LANGUAGES.map(|(name, _)| name), "default": LANGUAGES[0].0 }),
            "The language of headings; `own` is that of the person, or else English.",
        ),
        doc::AS_OF,
        doc::KNOWN_AT,
    ],
    media: &[(pack::PDF, |_| json!({})), (pack::XLSX, |_| json!({}))],
    is_tagged: false,
    errors: &[404],
    ..Operation::new("portfolio", "showSteeringPack", "Show the portfolio as a steering pack")
};

/// `GET /portfolio/pack`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let form = query.choice("format", &FORMS)?;
    if !form.is_available() {
        return Err(Error::parameter(
            "format",
            "must be xlsx: this server was built without the writer of PDF",
        ));
    }
    let filter = filter(&query, false, app.clock.now())?;
    let past = filter.past;
    let now = past.map_or_else(|| app.clock.now(), |past| past.as_of);
    let count = query.number("weeks", 1, MAX_WEEKS)?.unwrap_or(DEFAULT_WEEKS);
    let weeks = Weeks::until(TimeZone::UTC, weeks::number_of(&TimeZone::UTC, now), count);
    let sort = query.choice("order", &ORDERS)?;
    let programme = query.number("programme_id", 1, i64::MAX)?;
    let language = query.choice("language", &LANGUAGES)?;
    let caller = request.caller.clone();
    let read = async {
        let work = app.db.read(work!(|conn| {
            let most = i64::try_from(MOST_PROJECTS).unwrap_or(i64::MAX) + 1;
            // A programme has at most as many projects as are read of it.
            let limit = if programme.is_some() { i64::MAX } else { most };
            let places = store::page(conn, &caller, &filter, sort, None, limit).await?;
            let mut ids: Vec<WorkspaceId> = places.iter().map(|place| place.id).collect();
            let mut filters = Vec::new();
            if let Some(id) = programme {
                let found = programmes::store::require(conn, &caller, id, &weeks, past).await?;
                let own = found.health.projects.into_iter().filter(|one| one.part != Part::Archived);
                let own: Vec<WorkspaceId> = own.map(|project| project.id).collect();
                ids.retain(|id| own.contains(id));
                filters.push(found.programme.name);
            }
            if ids.len() > MOST_PROJECTS {
                return Ok(None);
            }
            let person = users::store::of_account(conn, caller.account_id, &[caller.user_id].into()).await?;
            let own = person.first().and_then(|user| Language::tagged(user.language.as_deref()?));
            let week = steering::store::read(conn, &caller, &ids, &weeks, (now, past)).await?;
            let language = language.or(own).unwrap_or_default();
            Ok(Some((week, Reader { language, zone: TimeZone::UTC, palette: "default", filters })))
        }));
        work.await?.ok_or(Refused::TooLarge)
    };
    let write = move |(week, reader): (Week, Reader)| form.write(&pack::of::pack(&week, &reader));
    match in_turn(read, write).await {
        Ok(Ok(bytes)) => Ok(attachment(bytes, form.media_type(), form.file_name())),
        Ok(Err(error)) => {
            tracing::error!(%error, name = form.file_name(), "the steering pack cannot be written");
            Err(Error::new(Kind::Internal))
        }
        Err(Refused::TooLarge) => {
            let detail =
                format!("A steering pack has at most {MOST_PROJECTS} workspaces; narrow the filters.");
            Err(Error::new(Kind::InvalidParameter).with_detail(detail))
        }
        Err(Refused::Other(error)) => Err(error.into()),
    }
}
