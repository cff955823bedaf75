//! Saved views: the menu on the portfolio, and the pages on which they are kept.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::portfolio::view;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::Error;
use domain::ids::UserId;
use domain::users;
use domain::view_pins;
use domain::views::query::normal;
use domain::views::{Draft, NAME_LIMIT, View, store};
use domain::work;
use service::app::App;
use service::params::Params;

const LABELS: &Labels = &[("name", "views-name"), ("query", "views-filters"), ("is_default", "views-start")];

/// A view in a list.
struct Line {
    view: View,
    owner: String,
    is_current: bool,
    /// Whether it is the reader's start page.
    is_start: bool,
    may_write: bool,
    /// Whether the reader pinned it.
    is_pinned: bool,
}

/// The menu of saved views on the portfolio.
#[derive(Template)]
#[template(path = "views/menu.html")]
pub struct Saved {
    layout: Layout,
    /// Those that the reader pinned, in their order.
    pinned: Vec<Line>,
    /// The others.
    own: Vec<Line>,
    others: Vec<Line>,
    /// The query of the page, as a view keeps it.
    query: String,
    /// The name of the view that the page shows.
    current: Option<String>,
    /// The id of that view, and whether the reader pinned it.
    shown: Option<(i64, bool)>,
    /// Pages of the past offer nothing to write.
    may_save: bool,
}

#[derive(Template)]
#[template(path = "views/index.html")]
struct Index {
    layout: Layout,
    lines: Vec<Line>,
    form_errors: FormErrors,
}

/// The input of the form.
#[derive(Default)]
struct Input {
    name: String,
    query: String,
    shared: bool,
    is_default: bool,
}

#[derive(Template)]
#[template(path = "views/form.html")]
struct Edit {
    layout: Layout,
    id: Option<i64>,
    input: Input,
    /// Whether the view is the reader's own, so that it can be their start page.
    is_own: bool,
    form_errors: FormErrors,
    name_limit: usize,
}

/// The pinned views above the portfolio, as tabs.
#[derive(Template)]
#[template(path = "views/pinned.html")]
pub struct Pinned<'s> {
    layout: &'s Layout,
    lines: &'s [Line],
    query: &'s str,
    may_save: bool,
}

impl Saved {
    /// The tabs of the pinned views.
    pub fn tabs(&self) -> Pinned<'_> {
        Pinned { layout: &self.layout, lines: &self.pinned, query: &self.query, may_save: self.may_save }
    }

    /// The views that a reader of the portfolio sees.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn read(app: &App, signed_in: &SignedIn, view: &view::View) -> Result<Self, Error> {
        let (lines, pins) = lines(app, signed_in, Some(view)).await?;
        let current = lines.iter().find(|line| line.is_current);
        let (current, shown) =
            (current.map(|line| line.view.name.clone()), current.map(|line| (line.view.id, line.is_pinned)));
        let (mut pinned, lines) = lines.into_iter().partition::<Vec<_>, _>(|line| line.is_pinned);
        pinned.sort_by_key(|line| pins.iter().position(|id| *id == line.view.id));
        let (own, others) =
            lines.into_iter().partition::<Vec<_>, _>(|line| line.view.user_id == signed_in.user.id);
        Ok(Self {
            current,
            shown,
            pinned,
            own,
            others,
            query: query_of(view),
            may_save: signed_in.sees_health && signed_in.reader.as_of.is_none(),
            layout: signed_in.layout(),
        })
    }
}

impl Saved {
    /// The views of the menu under their headings.
    fn groups(&self) -> Vec<(&'static str, &[Line])> {
        let groups = [
            ("views-pinned", self.pinned.as_slice()),
            ("views-own", self.own.as_slice()),
            ("views-others", self.others.as_slice()),
        ];
        groups.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
    }
}

impl Line {
    /// The address of the portfolio with this view.
    fn path(&self) -> String {
        self.view.path()
    }

    /// What the button says that pins it, or takes the pin away.
    fn pin_label(&self, layout: &Layout) -> String {
        let key = if self.is_pinned { "views-unpin-named" } else { "views-pin-named" };
        layout.say(key, "name", self.view.name.as_str())
    }
}

impl Edit {
    const fn title(&self) -> &'static str {
        if self.id.is_some() { "views-edit" } else { "views-save" }
    }
}

impl Input {
    fn read(form: &Params) -> Self {
        Self {
            name: form.text("name").unwrap_or_default().trim().to_owned(),
            query: form.text("query").unwrap_or_default().into_owned(),
            shared: form.has("shared"),
            is_default: form.has("is_default"),
        }
    }

    fn draft(&self, is_new: bool, is_own: bool) -> Draft {
        Draft {
            name: Some(self.name.clone()),
            query: is_new.then(|| self.query.clone()),
            shared: Some(self.shared),
            is_default: is_own.then_some(self.is_default),
        }
    }
}

/// The query of a view of the portfolio, as a saved view keeps it; empty if it is too long to be kept.
fn query_of(view: &view::View) -> String {
    let address = view.address("/");
    normal(address.split_once('?').map_or("", |(_, query)| query)).unwrap_or_default()
}

/// The views that the reader sees, and the ids of those that they pinned.
async fn lines(
    app: &App,
    signed_in: &SignedIn,
    view: Option<&view::View>,
) -> Result<(Vec<Line>, Vec<i64>), Error> {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let views = store::list(conn, &caller).await?;
        let owners: Vec<UserId> = views.iter().map(|(view, _)| view.user_id).collect();
        let owners = users::store::of_account(conn, caller.account_id, &owners.into()).await?;
        Ok((views, owners, view_pins::store::of_caller(conn, &caller).await?))
    }));
    let (views, owners, pins) = work.await?;
    let query = view.map(query_of);
    let caller = signed_in.caller();
    let line = |(view, _): (View, i64)| {
        let owner = owners.iter().find(|user| user.id == view.user_id);
        Line {
            owner: owner.map(|user| user.full_name.clone()).unwrap_or_default(),
            is_current: query.as_ref() == Some(&view.query) && !view.query.is_empty(),
            is_start: view.is_default && view.user_id == caller.user_id,
            may_write: store::check_access(&caller, &view).is_ok(),
            is_pinned: pins.contains(&view.id),
            view,
        }
    };
    let lines = views.into_iter().map(line).collect();
    Ok((lines, pins))
}

/// `GET /views`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    index(&app, &signed_in, StatusCode::OK, FormErrors::default()).await
}

async fn index(app: &App, signed_in: &SignedIn, status: StatusCode, form_errors: FormErrors) -> PageResult {
    let (lines, _) = lines(app, signed_in, None).await?;
    Ok(page(status, &Index { layout: signed_in.layout(), lines, form_errors }))
}

/// `POST /views/{id}/pin`: pins a view, or with `undo` takes the pin away. It leads back to the view, or with `list` to the
/// list.
pub async fn pin(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (SubmittedForm { signed_in, form }, id) = (submitted, id(&text)?);
    let (caller, change, is_pinned) = (signed_in.caller(), signed_in.change(&app), !form.has("undo"));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            view_pins::store::set(conn, &caller, &change, id, is_pinned).await?;
            Ok(store::require(conn, &caller, id).await?.0)
        }),
    );
    match work.await {
        Ok(view) if !form.has("list") => Ok(see_other(&view.path())),
        Ok(_) => Ok(see_other("/views")),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            index(&app, &signed_in, StatusCode::UNPROCESSABLE_ENTITY, form_errors).await
        }
    }
}

/// `GET /views/new?QUERY`: the form that saves a view of the portfolio.
pub async fn blank(signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    if !signed_in.sees_health {
        return Err(Error::Forbidden.into());
    }
    let query = normal(&query.unwrap_or_default()).unwrap_or_default();
    let input = Input { query, ..Input::default() };
    Ok(edit_page(&signed_in, StatusCode::OK, (None, true), input, FormErrors::default()))
}

/// `POST /views`
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    save(&app, submitted, None).await
}

/// `GET /views/{id}`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let view = find(&app, &signed_in, id(&text)?).await?;
    let place = (Some(view.id), view.user_id == signed_in.user.id);
    let View { name, query, shared, is_default, .. } = view;
    let input = Input { name, query, shared, is_default };
    Ok(edit_page(&signed_in, StatusCode::OK, place, input, FormErrors::default()))
}

/// `POST /views/{id}`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let view = find(&app, &submitted.signed_in, id(&text)?).await?;
    save(&app, submitted, Some(view)).await
}

/// `GET /views/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let view = find(&app, &signed_in, id(&text)?).await?;
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.say("views-delete-title", "name", view.name.as_str()),
        text: layout.t(if view.shared { "views-delete-shared" } else { "views-delete-own" }).into_owned(),
        action: Some(format!("/views/{}/delete", view.id)),
        button: "delete",
        back: "/views",
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /views/{id}/delete`
pub async fn delete(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&text)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::delete(conn, &caller, &change, id).await),
    );
    work.await?;
    Ok(see_other("/views"))
}

/// A view that the person may change.
async fn find(app: &App, signed_in: &SignedIn, id: i64) -> Result<View, Error> {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let (view, _) = store::require(conn, &caller, id).await?;
        store::check_access(&caller, &view)?;
        Ok(view)
    }));
    work.await
}

fn edit_page(
    signed_in: &SignedIn,
    status: StatusCode,
    (id, is_own): (Option<i64>, bool),
    input: Input,
    form_errors: FormErrors,
) -> axum::response::Response {
    let layout = signed_in.layout();
    page(status, &Edit { layout, id, input, is_own, form_errors, name_limit: NAME_LIMIT })
}

/// Creates or changes a view, and opens it.
async fn save(app: &App, submitted: SubmittedForm, before: Option<View>) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, change, input) = (signed_in.caller(), signed_in.change(app), Input::read(&form));
    let is_own = before.as_ref().is_none_or(|view| view.user_id == signed_in.user.id);
    let id = before.as_ref().map(|view| view.id);
    let draft = input.draft(id.is_none(), is_own);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            match id {
                Some(id) => Ok(store::update(conn, &caller, &change, id, &draft).await?.0),
                None => store::create(conn, &caller, &change, &draft).await,
            }
        }),
    );
    match work.await {
        Ok(view) if id.is_none() => Ok(see_other(&view.path())),
        Ok(_) => Ok(see_other("/views")),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(edit_page(&signed_in, status, (id, is_own), input, form_errors))
        }
    }
}
