//! Import of workspaces: pasted rows or a CSV file, a preview that says which rows fail, and the import of the others.

mod rows;

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::error_page::PageResult;
use super::form_errors::words;
use super::layout::Layout;
use super::response::page;
use super::signed_in::{SignedIn, SubmittedForm};
use super::workspace_form::LABELS;
use base::rng::random_bytes;
use domain::error::{Error, Violation};
use domain::work;
use domain::workspaces::import::{Checked, MOST};
use domain::workspaces::{import, store};
use service::app::App;
use service::params;
use service::params::Params;

/// The number of good rows that the preview shows.
const SHOWN: usize = 10;

/// A row that is not imported.
struct Failed {
    number: u64,
    title: String,
    reasons: Vec<(String, String)>,
}

/// What became of the rows.
#[derive(Default)]
struct Outcome {
    /// Title, lead and last day of the first good rows.
    good: Vec<[String; 3]>,
    count: usize,
    failed: Vec<Failed>,
}

#[derive(Template)]
#[template(path = "workspaces/import.html")]
struct Import {
    layout: Layout,
    rows: String,
    key: String,
    /// The preview.
    outcome: Option<Outcome>,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "workspaces/imported.html")]
struct Imported {
    layout: Layout,
    outcome: Outcome,
}

impl Outcome {
    fn of(layout: &Layout, rows: Vec<Checked>) -> Self {
        let mut outcome = Self::default();
        for Checked { row, draft } in rows {
            match draft {
                Ok(_) => {
                    outcome.count += 1;
                    if outcome.good.len() < SHOWN {
                        outcome.good.push([row.title, row.lead, row.due]);
                    }
                }
                Err(violations) => {
                    let reasons = violations.iter().map(|violation| reason(layout, violation)).collect();
                    outcome.failed.push(Failed { number: row.number, title: row.title, reasons });
                }
            }
        }
        outcome
    }
}

/// The label of a field, and what is wrong with it.
fn reason(layout: &Layout, violation: &Violation) -> (String, String) {
    let label = LABELS.iter().find(|(field, _)| *field == violation.field).map_or("", |(_, label)| *label);
    let problem = match violation.field {
        "lead_id" => layout.t("import-no-lead").into_owned(),
        "due_date" => layout.t("import-no-day").into_owned(),
        _ => words(&violation.problem, layout.reader.language),
    };
    (layout.t(label).into_owned(), problem)
}

fn shown(
    layout: Layout,
    status: StatusCode,
    rows: String,
    outcome: Option<Outcome>,
    wrong: Option<String>,
) -> Response {
    page(status, &Import { layout, rows, key: hex::encode(random_bytes()), outcome, wrong })
}

/// `GET /workspaces/import`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    let caller = signed_in.caller();
    app.db.read(work!(|conn| store::require_maker(conn, &caller).await)).await?;
    Ok(shown(signed_in.layout(), StatusCode::OK, String::new(), None, None))
}

/// The text of the form: that of its file, if there is one. `None` if the file has no text.
fn text(form: &Params) -> Option<String> {
    let file = form.value("file").and_then(params::of_value);
    match file {
        Some(file) => file.text("text").map(Cow::into_owned),
        None => Some(form.text("rows").unwrap_or_default().into_owned()),
    }
}

/// `POST /workspaces/import`: the preview, or with `step=import` the import.
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, layout) = (signed_in.caller(), signed_in.layout());
    let refused = |rows: String, wrong: String| {
        Ok(shown(signed_in.layout(), StatusCode::UNPROCESSABLE_ENTITY, rows, None, Some(wrong)))
    };
    let Some(text) = text(&form) else {
        app.db.read(work!(|conn| store::require_maker(conn, &caller).await)).await?;
        return refused(String::new(), layout.t("import-no-text").into_owned());
    };
    let read = match rows::read(&text) {
        Ok(rows) if !rows.is_empty() => rows,
        read => {
            app.db.read(work!(|conn| store::require_maker(conn, &caller).await)).await?;
            let wrong = match read {
                Ok(_) => layout.t("import-nothing").into_owned(),
                Err(_) => layout.say("import-too-many", "count", MOST),
            };
            return refused(text, wrong);
        }
    };
    if form.text("step").as_deref() != Some("import") {
        let checked = app.db.read(work!(|conn| {
            store::require_maker(conn, &caller).await?;
            import::check(conn, caller.account_id, read).await
        }));
        let outcome = Outcome::of(&layout, checked.await?);
        return Ok(shown(layout, StatusCode::OK, text, Some(outcome), None));
    }
    let key = form.text("key").unwrap_or_default();
    let write = signed_in.write_once(&app, &key, Sha256::digest(&text).into())?;
    let done = write.run(
        &app,
        work!(|conn, write| import::run(conn, &caller, &write.change, read).await),
        move |checked| {
            let outcome = Outcome::of(&layout, checked);
            page(StatusCode::OK, &Imported { layout, outcome })
        },
    );
    match done.await {
        Err(Error::KeyReused) => {
            let layout = signed_in.layout();
            let wrong = Some(layout.t("import-again").into_owned());
            Ok(shown(layout, StatusCode::CONFLICT, text, None, wrong))
        }
        done => Ok(done?),
    }
}
