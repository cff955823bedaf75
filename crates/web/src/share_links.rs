//! The page of share links: making them, their views, and ending them.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use super::confirm::Confirm;
use super::error_page::{Failure, PageResult};
use super::form::{QueryParams, id, parsed};
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::reader::Reader;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use base::clock::{Date, Time};
use base::rng::random_bytes;
use db::{List, Scope};
use domain::auth::Caller;
use domain::error::{Error, Problem, Violation};
use domain::events::Change;
use domain::ids::WorkspaceId;
use domain::share_links::store::Found;
use domain::share_links::{Draft, MOST_WEEKS, PASSWORD_LIMIT, Part, WEEKS, badge, path, secret, store};
use domain::users::{hash_queue as queue, password};
use domain::work;
use domain::workspaces;
use service::app::App;
use service::origin::base_url;
use service::params::Params;

const LABELS: &Labels = &[
    ("workspace_ids", "share-projects"),
    ("weeks", "share-weeks"),
    ("with", "share-with"),
    ("expires_at", "share-last-day"),
    ("password", "share-password"),
];

/// The number of links on the page.
const SHOWN: i64 = 100;
/// The number of projects to choose from; Statuary's own API shares any.
const PROJECTS: i64 = 500;
/// The number of titles of a link that are shown.
const TITLES: usize = 3;

#[derive(Template)]
#[template(path = "share_links/index.html")]
struct Index {
    layout: Layout,
    lines: Vec<Line>,
    projects: Vec<(WorkspaceId, String)>,
    fields: Fields,
    form_errors: FormErrors,
}

/// A link.
struct Line {
    found: Found,
    titles: Vec<String>,
    /// The number of projects after those.
    more: usize,
    has_ended: bool,
}

#[derive(Template)]
#[template(path = "share_links/made.html")]
struct Made {
    layout: Layout,
    url: String,
    /// The path of the badge, and Markdown that shows it; none with a password, because the badge of such a link shows no data.
    badge: Option<(String, String)>,
}

/// The input of the form.
#[derive(Default)]
struct Fields {
    chosen: Vec<WorkspaceId>,
    weeks: String,
    parts: Vec<&'static str>,
    last_day: String,
    password: String,
}

impl Fields {
    /// A blank form, with a project that is chosen already.
    fn blank(project: Option<WorkspaceId>) -> Self {
        Self {
            chosen: project.into_iter().collect(),
            weeks: WEEKS.to_string(),
            parts: vec![Part::Health.name(), Part::Status.name()],
            ..Self::default()
        }
    }

    fn read(form: &Params, projects: &[(WorkspaceId, String)]) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        let ids = projects.iter().map(|(id, _)| *id);
        Self {
            chosen: ids.filter(|id| form.has(&format!("project_{id}"))).collect(),
            weeks: text("weeks"),
            parts: Part::ALL
                .map(Part::name)
                .into_iter()
                .filter(|name| form.has(&format!("with_{name}")))
                .collect(),
            last_day: text("expires_at"),
            password: form.text("password").unwrap_or_default().into_owned(),
        }
    }

    fn draft(&self, reader: &Reader) -> (Draft, Vec<Violation>) {
        let mut violations = Vec::new();
        let weeks = parsed("weeks", &self.weeks, &mut violations);
        let day: Option<Date> = parsed("expires_at", &self.last_day, &mut violations);
        let end = day.and_then(|day| reader.start_of(day.civil().tomorrow().ok()?));
        let draft = Draft {
            workspace_ids: Some(self.chosen.clone()),
            weeks,
            parts: Some(self.parts.iter().map(|name| (*name).to_owned()).collect()),
            expires_at: end,
            password: Some(self.password.clone()).filter(|text| !text.is_empty()),
        };
        (draft, violations)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn is_chosen(&self, id: &WorkspaceId) -> bool {
        self.chosen.contains(id)
    }
}

impl Index {
    /// The parts to choose from: the name, the message, and whether it is chosen.
    fn parts(&self) -> [(&'static str, &'static str, bool); 4] {
        Part::ALL.map(|part| (part.name(), part_label(&part), self.fields.parts.contains(&part.name())))
    }

    fn limits() -> (i64, usize) {
        (MOST_WEEKS, PASSWORD_LIMIT)
    }

    /// The last day before an end, so that an end at midnight shows the day that ends then.
    fn last_day(&self, end: Time) -> String {
        self.layout.reader.day(end.plus_seconds(-1))
    }
}

/// The message of a part.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
const fn part_label(part: &Part) -> &'static str {
    match part {
        Part::Health => "share-part-health",
        Part::Details => "share-part-details",
        Part::Descriptions => "share-part-descriptions",
        Part::Status => "share-part-status",
    }
}

/// `GET /share_links`
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(query): QueryParams,
) -> PageResult {
    let project = query.text("workspace_id").and_then(|text| text.parse().ok());
    list(&app, signed_in, StatusCode::OK, |_| Fields::blank(project), FormErrors::default()).await
}

async fn list(
    app: &App,
    signed_in: SignedIn,
    status: StatusCode,
    fields: impl FnOnce(&[(WorkspaceId, String)]) -> Fields + Send,
    form_errors: FormErrors,
) -> PageResult {
    let (caller, now) = (signed_in.caller(), app.clock.now());
    let read = app.db.read(work!(|conn| {
        let links = store::page(conn, &caller, i64::MAX, SHOWN).await?;
        let shareable = store::shareable(conn, &caller, PROJECTS).await?;
        let shown = links.iter().flat_map(|found| found.link.workspace_ids.iter().take(TITLES));
        let ids: List<WorkspaceId> = shareable.iter().chain(shown).copied().collect();
        let seen = workspaces::store::with_ids_seen(conn, &caller, &ids).await?;
        Ok((links, shareable, seen))
    }));
    let (links, shareable, seen) = read.await?;
    let titles: HashMap<WorkspaceId, String> =
        seen.into_iter().map(|one| (one.workspace.id, one.workspace.title)).collect();
    let title = |id: &WorkspaceId| titles.get(id).cloned();
    let projects: Vec<_> = shareable.iter().filter_map(|id| Some((*id, title(id)?))).collect();
    let line = |found: Found| Line {
        titles: found.link.workspace_ids.iter().take(TITLES).filter_map(title).collect(),
        more: found.link.workspace_ids.len().saturating_sub(TITLES),
        has_ended: found.link.expires_at.is_some_and(|end| end <= now),
        found,
    };
    let index = Index {
        layout: signed_in.layout(),
        lines: links.into_iter().map(line).collect(),
        fields: fields(&projects),
        projects,
        form_errors,
    };
    Ok(page(status, &index))
}

/// `POST /share_links`: the response is the only one that shows the link.
pub async fn create(State(app): State<App>, headers: HeaderMap, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let shareable = {
        let caller = caller.clone();
        app.db.read(work!(|conn| Ok(store::shareable(conn, &caller, PROJECTS).await?)))
    };
    let projects: Vec<_> = shareable.await?.into_iter().map(|id| (id, String::new())).collect();
    let fields = Fields::read(&form, &projects);
    let (draft, mut violations) = fields.draft(&signed_in.reader);
    if fields.chosen.is_empty() {
        violations.push(Violation::new("workspace_ids", Problem::Blank));
    } else {
        violations.extend(draft.violations(change.at));
    }
    let has_badge = draft.password.is_none();
    let made = match Error::check(violations) {
        Ok(()) => {
            let hash = hashed(&app, draft.password.clone()).await?;
            make(&app, caller, change, draft, hash).await
        }
        Err(error) => Err(error),
    };
    let secret = match made {
        Ok(secret) => secret,
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let fields = |_: &[(WorkspaceId, String)]| fields;
            return list(&app, signed_in, StatusCode::UNPROCESSABLE_ENTITY, fields, form_errors).await;
        }
    };
    let base = base_url(&app.settings, &headers);
    let (url, path) = (format!("{base}{}", path(&secret)), badge(&secret));
    let markdown = format!("[![Health]({base}{path})]({url})");
    let badge = has_badge.then_some((path, markdown));
    Ok(page(StatusCode::OK, &Made { layout: signed_in.layout(), url, badge }))
}

/// The hash of the password of a link, if it has one.
async fn hashed(app: &App, password: Option<String>) -> Result<Option<String>, Failure> {
    let Some(password) = password else { return Ok(None) };
    let turn = app.passwords.turn(queue::Client { is_known: true, address: None }).await?;
    Ok(Some(password::hash_in_turn(password, turn).await?))
}

/// Makes the link of a draft, and returns its secret.
async fn make(
    app: &App,
    caller: Caller,
    change: Change,
    draft: Draft,
    hash: Option<String>,
) -> Result<String, Error> {
    let secret = secret(random_bytes());
    let own = secret.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::create(conn, &caller, &change, &draft, (&own, hash)).await),
    );
    work.await.map(|_| secret)
}

/// `GET /share_links/{id}/end`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let (caller, id) = (signed_in.caller(), id(&text)?);
    app.db.read(work!(|conn| store::require(conn, &caller, id).await)).await?;
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.t("share-end-title").into_owned(),
        text: layout.t("share-end-text").into_owned(),
        action: Some(format!("/share_links/{id}/end")),
        button: "share-end",
        back: "/share_links",
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /share_links/{id}/end`
pub async fn end(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&text)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::delete(conn, &caller, &change, id).await),
    );
    work.await?;
    Ok(see_other("/share_links"))
}
