//! The pages of the statuses: readable for everybody who can view work packages, and editable for administrators.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::confirm::Confirm;
use super::contrast;
use super::contrast::{Level, PAPERS};
use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::messages::Language;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::Error;
use domain::status_keys;
use domain::status_keys::StatusKey;
use domain::statuses::{Draft, NAME_LIMIT, Status, store};
use domain::work;
use domain::work_packages::store::of_status;
use service::app::App;
use service::params::Params;
use service::recalculation;

const LABELS: &Labels = &[
    ("name", "statuses-name"),
    ("color", "statuses-color"),
    ("default_done_ratio", "statuses-done"),
    ("is_readonly", "statuses-readonly"),
];

/// A colour on the background of a theme.
struct Shade {
    theme: &'static str,
    paper: String,
    ratio: String,
    level: Level,
}

/// A row of the list.
struct Line {
    status: Status,
    color: String,
    shades: Vec<Shade>,
}

impl Line {
    fn flags(&self) -> Vec<&'static str> {
        let status = &self.status;
        let flags = [
            (status.is_default, "statuses-default"),
            (status.is_closed, "statuses-closed"),
            (status.is_readonly, "statuses-readonly"),
            (status.excluded_from_totals, "statuses-excluded"),
        ];
        flags.into_iter().filter_map(|(is_set, key)| is_set.then_some(key)).collect()
    }
}

#[derive(Template)]
#[template(path = "statuses/index.html")]
struct Index {
    layout: Layout,
    may_write: bool,
    lines: Vec<Line>,
    /// The keys in use, with their names.
    keys: Vec<(StatusKey, String, status_keys::store::Use)>,
}

impl Index {
    /// The message that a script announces after a move; the script fills in the values.
    fn moved(&self) -> String {
        let values = [("name", "{name}".into()), ("place", "{place}".into()), ("count", "{count}".into())];
        self.layout.reader.language.say("statuses-moved", values)
    }
}

/// The input of the form.
#[derive(Default)]
struct Fields {
    name: String,
    color: String,
    ratio: String,
    is_closed: bool,
    is_default: bool,
    is_readonly: bool,
    excluded_from_totals: bool,
}

#[derive(Template)]
#[template(path = "statuses/form.html")]
struct Edit {
    layout: Layout,
    id: Option<i64>,
    fields: Fields,
    shades: Vec<Shade>,
    form_errors: FormErrors,
    limit: usize,
}

impl Edit {
    fn new(layout: Layout, id: Option<i64>, fields: Fields, form_errors: FormErrors) -> Self {
        let color = domain::statuses::color(&fields.color);
        let shades = shades(color.as_deref(), layout.reader.language);
        Self { layout, id, fields, shades, form_errors, limit: NAME_LIMIT }
    }

    fn flags(&self) -> [(&'static str, &'static str, &'static str, bool); 4] {
        let fields = &self.fields;
        [
            ("is_closed", "statuses-closed", "statuses-closed-help", fields.is_closed),
            ("is_default", "statuses-default", "statuses-default-help", fields.is_default),
            ("is_readonly", "statuses-readonly", "statuses-readonly-help", fields.is_readonly),
            (
                "excluded_from_totals",
                "statuses-excluded",
                "statuses-excluded-help",
                fields.excluded_from_totals,
            ),
        ]
    }
}

#[derive(Template)]
#[template(path = "statuses/delete.html")]
struct Delete {
    layout: Layout,
    title: String,
    id: i64,
    /// The number of work packages in it.
    count: i64,
    others: Vec<Status>,
    form_errors: FormErrors,
}

impl Delete {
    fn used(&self) -> String {
        self.layout.say("statuses-delete-used", "count", self.count)
    }
}

impl Fields {
    fn of(status: &Status) -> Self {
        Self {
            name: status.name.clone(),
            color: status.color.clone().unwrap_or_default(),
            ratio: status.default_done_ratio.to_string(),
            is_closed: status.is_closed,
            is_default: status.is_default,
            is_readonly: status.is_readonly,
            excluded_from_totals: status.excluded_from_totals,
        }
    }

    /// Browsers do not send unticked checkboxes.
    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        Self {
            name: text("name"),
            color: text("color"),
            ratio: text("default_done_ratio"),
            is_closed: form.has("is_closed"),
            is_default: form.has("is_default"),
            is_readonly: form.has("is_readonly"),
            excluded_from_totals: form.has("excluded_from_totals"),
        }
    }

    fn draft(&self) -> Draft {
        let ratio = if self.ratio.is_empty() { "0" } else { &self.ratio };
        Draft {
            name: Some(self.name.clone()),
            is_closed: Some(self.is_closed),
            color: Some((!self.color.is_empty()).then(|| self.color.clone())),
            is_default: Some(self.is_default),
            is_readonly: Some(self.is_readonly),
            excluded_from_totals: Some(self.excluded_from_totals),
            // Not a number: -1, which validation refuses.
            default_done_ratio: Some(ratio.parse().unwrap_or(-1)),
            position: None,
        }
    }
}

/// The contrast of a colour on each background.
fn shades(color: Option<&str>, language: Language) -> Vec<Shade> {
    let Some(rgb) = color.and_then(contrast::rgb) else { return Vec::new() };
    let shade = |(theme, paper)| {
        let ratio = contrast::ratio(rgb, paper);
        // Truncated, so that no insufficient ratio is rounded up to a sufficient one.
        let tenths = format!("{:.1}", (ratio * 10.0).floor() / 10.0);
        let point = language.t("decimal-point");
        let paper = format!("#{}", hex::encode(paper));
        Shade { theme, paper, ratio: tenths.replace('.', &point), level: Level::of(ratio) }
    };
    PAPERS.into_iter().map(shade).collect()
}

fn require_administrator(signed_in: &SignedIn) -> Result<(), Error> {
    if signed_in.user.administrator { Ok(()) } else { Err(Error::Forbidden) }
}

/// `GET /statuses`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    if !signed_in.sees_statuses {
        return Err(Error::Forbidden.into());
    }
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let uses = status_keys::store::in_use(conn, &caller).await?;
        Ok((store::list(conn, caller.account_id).await?, uses))
    }));
    let (statuses, uses) = work.await?;
    let language = signed_in.reader.language;
    let line = |status: Status| Line {
        shades: shades(status.color.as_deref(), language),
        color: status.color.clone().unwrap_or_default(),
        status,
    };
    let index = Index {
        layout: signed_in.layout(),
        may_write: signed_in.user.administrator,
        lines: statuses.into_iter().map(line).collect(),
        keys: uses
            .into_iter()
            .filter_map(|one| Some((status_keys::find(one.key)?, language.status(one.key)?, one)))
            .collect(),
    };
    Ok(page(StatusCode::OK, &index))
}

/// `GET /statuses/new`
pub async fn blank(signed_in: SignedIn) -> PageResult {
    require_administrator(&signed_in)?;
    let fields = Fields { ratio: "0".into(), ..Fields::default() };
    Ok(page(StatusCode::OK, &Edit::new(signed_in.layout(), None, fields, FormErrors::default())))
}

/// `POST /statuses`
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    save(&app, submitted, None).await
}

/// `GET /statuses/{id}`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    require_administrator(&signed_in)?;
    let status = find(&app, &signed_in, id(&text)?).await?;
    let edit = Edit::new(signed_in.layout(), Some(status.id), Fields::of(&status), FormErrors::default());
    Ok(page(StatusCode::OK, &edit))
}

/// `POST /statuses/{id}`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    save(&app, submitted, Some(id(&text)?)).await
}

/// `POST /statuses/{id}/place`: moves a status in the list.
pub async fn arrange(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    require_administrator(&submitted.signed_in)?;
    let (id, change) = (id(&text)?, submitted.signed_in.change(&app));
    let place = submitted.form.text("place").and_then(|place| place.parse().ok());
    let place: i64 = place.ok_or_else(|| Error::unreadable("The place is not a number."))?;
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::arrange(conn, &change, id, place).await),
    );
    work.await?;
    Ok(see_other(&format!("/statuses#s{id}")))
}

/// `GET /statuses/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    require_administrator(&signed_in)?;
    let (status, others) = find_to_delete(&app, &signed_in, id(&text)?).await?;
    Ok(question(signed_in.layout(), &status, others, FormErrors::default(), StatusCode::OK))
}

/// `POST /statuses/{id}/delete`: a status in use needs another one, to which its work packages move.
pub async fn delete(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let signed_in = submitted.signed_in;
    require_administrator(&signed_in)?;
    let status = find(&app, &signed_in, id(&text)?).await?;
    let (id, change) = (status.id, signed_in.change(&app));
    let replacement = submitted.form.text("replacement_id").and_then(|id| id.parse().ok());
    let mode = app.settings.openproject_progress;
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| of_status::delete(conn, &change, id, replacement, mode).await),
    );
    match work.await {
        Ok(()) => Ok(see_other("/statuses")),
        Err(error) => {
            let labels = &[("replacement_id", "statuses-replacement")];
            let form_errors = FormErrors::of(error, labels, signed_in.reader.language)?;
            let (status, others) = find_to_delete(&app, &signed_in, id).await?;
            let code = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(question(signed_in.layout(), &status, others, form_errors, code))
        }
    }
}

/// Asks whether a status should be deleted, and where its work packages should go.
fn question(
    layout: Layout,
    status: &Status,
    used: Option<(i64, Vec<Status>)>,
    form_errors: FormErrors,
    code: StatusCode,
) -> Response {
    let title = layout.say("statuses-delete-title", "name", status.name.as_str());
    if let Some((count, others)) = used {
        return page(code, &Delete { title, id: status.id, count, others, form_errors, layout });
    }
    let text = if status.is_default { "statuses-delete-default" } else { "statuses-delete-text" };
    let confirm = Confirm {
        title,
        text: layout.t(text).into_owned(),
        action: (!status.is_default).then(|| format!("/statuses/{}/delete", status.id)),
        button: "delete",
        back: "/statuses",
        layout,
    };
    confirm.page(code)
}

async fn find(app: &App, signed_in: &SignedIn, id: i64) -> Result<Status, Error> {
    let account_id = signed_in.account.id;
    let work = app.db.read(move |conn| Box::pin(store::find(conn, account_id, id)));
    work.await?.ok_or(Error::NotFound)
}

/// A status; if work packages are in it and it can be deleted, their number and the statuses to which they can move.
async fn find_to_delete(
    app: &App,
    signed_in: &SignedIn,
    id: i64,
) -> Result<(Status, Option<(i64, Vec<Status>)>), Error> {
    let status = find(app, signed_in, id).await?;
    let account_id = signed_in.account.id;
    let found = app.db.read(work!(|conn| {
        let count = of_status::counts(conn, account_id).await?.get(&id).copied();
        Ok((count, store::list(conn, account_id).await?))
    }));
    let (count, mut others) = found.await?;
    others.retain(|other| other.id != id);
    let used = count.filter(|_| !status.is_default).map(|count| (count, others));
    Ok((status, used))
}

/// Creates or changes a status.
async fn save(app: &App, submitted: SubmittedForm, id: Option<i64>) -> PageResult {
    let signed_in = submitted.signed_in;
    require_administrator(&signed_in)?;
    let (fields, change) = (Fields::read(&submitted.form), signed_in.change(app));
    let (draft, mode) = (fields.draft(), app.settings.openproject_progress);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            match id {
                Some(id) => of_status::update(conn, &change, id, &draft, mode).await,
                None => store::create(conn, &change, &draft).await,
            }
        }),
    );
    match work.await {
        Ok(status) => {
            recalculation::finish(app, signed_in.account.id).await;
            Ok(see_other(&format!("/statuses#s{}", status.id)))
        }
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let edit = Edit::new(signed_in.layout(), id, fields, form_errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &edit))
        }
    }
}
