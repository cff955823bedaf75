//! The steering pack of a view or of a programme, as PDF and as a workbook.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::view::{STANDINGS, View};
use super::{filters, rows};
use crate::error_page::PageResult;
use crate::error_page::{internal_error, message_to};
use crate::form::{QueryParams, id};
use crate::portfolio as page;
use crate::programmes;
use crate::signed_in::SignedIn;
use domain::error::Error;
use domain::ids::WorkspaceId;
use domain::portfolio::overview::{Overview, Page};
use domain::portfolio::query::GroupBy;
use domain::programmes::health::Part;
use domain::steering::{MOST_PROJECTS, Week, store};
use domain::versions::past::Past;
use domain::work;
use pack::Form;
use pack::of::Reader;
use service::app::App;
use service::files::{Refused, attachment, in_turn};
use service::params::Params;

/// The rows of a view; one more than a pack can have.
const WHOLE: Page = Page { first: 0, size: MOST_PROJECTS + 1, with_reasons: false, overdue_at: None };

/// What a pack is about: some projects, with what they were selected by.
struct Selected {
    ids: Vec<WorkspaceId>,
    filters: Vec<String>,
}

/// `GET /portfolio/pack.pdf`
pub async fn pdf(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    file(&app, signed_in, &params, Form::Pdf, None).await
}

/// `GET /portfolio/pack.xlsx`
pub async fn xlsx(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    file(&app, signed_in, &params, Form::Xlsx, None).await
}

/// `GET /programmes/{id}/pack.pdf`
pub async fn programme_pdf(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(text): Path<String>,
    QueryParams(params): QueryParams,
) -> PageResult {
    file(&app, signed_in, &params, Form::Pdf, Some(id(&text)?)).await
}

/// `GET /programmes/{id}/pack.xlsx`
pub async fn programme_xlsx(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(text): Path<String>,
    QueryParams(params): QueryParams,
) -> PageResult {
    file(&app, signed_in, &params, Form::Xlsx, Some(id(&text)?)).await
}

/// The pack of a view, or of a programme.
async fn file(
    app: &App,
    mut signed_in: SignedIn,
    params: &Params,
    form: Form,
    programme: Option<i64>,
) -> PageResult {
    if !form.is_available() {
        return Err(Error::NotFound.into());
    }
    let past = signed_in.reader.travel(params);
    let view = View::read(params);
    // A project with several tags is in several groups of the page, and in one row of the pack.
    let group = view.group.filter(|group| *group != GroupBy::Tag);
    let view = View { as_of: signed_in.reader.as_of, group, ..view };
    let layout = signed_in.layout();
    let language = layout.reader.language;
    let palette = layout.reader.palette;
    let read = async {
        let (week, filters) = read(app, &signed_in, (&view, past), programme).await?;
        Ok((week, Reader { language, zone: signed_in.reader.zone.clone(), palette, filters }))
    };
    let write = move |(week, reader): (Week, Reader)| form.write(&pack::of::pack(&week, &reader));
    match in_turn(read, write).await {
        Ok(Ok(bytes)) => Ok(attachment(bytes, form.media_type(), form.file_name())),
        Ok(Err(error)) => {
            tracing::error!(%error, name = form.file_name(), "the steering pack cannot be written");
            Ok(internal_error())
        }
        Err(Refused::TooLarge) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(message_to(layout, status, "pack-large-title", "pack-large-text"))
        }
        Err(Refused::Other(error)) => Err(error.into()),
    }
}

/// Reads a pack, and what its projects were selected by.
async fn read(
    app: &App,
    signed_in: &SignedIn,
    (view, past): (&View, Option<Past>),
    programme: Option<i64>,
) -> Result<(Week, Vec<String>), Refused> {
    let (weeks, reader) = (view.weeks(&signed_in.reader), &signed_in.reader);
    let Selected { ids, filters } = match programme {
        Some(id) => of_programme(app, signed_in, id, past).await?,
        None => of_view(app, signed_in, (view, past)).await?,
    };
    if ids.len() > MOST_PROJECTS {
        return Err(Refused::TooLarge);
    }
    let (caller, moment) = (signed_in.caller(), (reader.now, past));
    let week = app.db.read(work!(|conn| store::read(conn, &caller, &ids, &weeks, moment).await)).await?;
    Ok((week, filters))
}

async fn of_view(
    app: &App,
    signed_in: &SignedIn,
    (view, past): (&View, Option<Past>),
) -> Result<Selected, Error> {
    let overview = page::read(app, signed_in, (view, past), view.weeks(&signed_in.reader), WHOLE).await?;
    let ids = overview.page().map(|(row, _)| row.id).collect();
    Ok(Selected { ids, filters: filters_of(signed_in, view, &overview) })
}

/// The filters of a view in words.
fn filters_of(signed_in: &SignedIn, view: &View, overview: &Overview) -> Vec<String> {
    let layout = signed_in.layout();
    let mut said = Vec::new();
    if !view.words.is_empty() {
        said.push(format!("{}: {}", layout.t("portfolio-search-label"), view.words));
    }
    let standings = STANDINGS.iter().filter(|(standing, _)| view.standings.contains(standing));
    let standings: Vec<String> = standings.map(|(standing, _)| rows::standing(&layout, *standing)).collect();
    if !standings.is_empty() {
        said.push(format!("{}: {}", layout.t("portfolio-health-label"), standings.join(", ")));
    }
    let taken = filters::taken(&layout, view, &overview.query.fields, &overview.rows);
    said.extend(taken.into_iter().map(|(words, _)| words));
    said
}

/// The projects of a programme that are not archived.
async fn of_programme(
    app: &App,
    signed_in: &SignedIn,
    id: i64,
    past: Option<Past>,
) -> Result<Selected, Error> {
    let found = programmes::find(app, signed_in, id, past).await?;
    let projects = found.health.projects.iter().filter(|project| project.part != Part::Archived);
    Ok(Selected { ids: projects.map(|project| project.id).collect(), filters: vec![found.programme.name] })
}
