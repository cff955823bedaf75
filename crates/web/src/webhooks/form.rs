//! The form of a webhook: adding one, which shows its secret once, and changing it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::{find, format_name};
use crate::error_page::PageResult;
use crate::form::id;
use crate::form_errors::{FormErrors, Labels};
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use base::rng::random_bytes;
use db::{List, Scope};
use domain::error::Error;
use domain::ids::WorkspaceId;
use domain::share_links::store::shareable;
use domain::webhooks::{Draft, Format, TEXT_LIMIT, WebhookEndpoint, signature, store};
use domain::work;
use domain::workspaces;
use service::app::App;
use service::params::Params;
use service::webhooks as addresses;

const LABELS: &Labels = &[
    ("url", "webhooks-url"),
    ("description", "webhooks-description"),
    ("format", "webhooks-format"),
    ("types", "webhooks-types"),
    ("workspace_ids", "webhooks-projects"),
];

/// The number of projects to choose from; Statuary's own API takes any.
const PROJECTS: i64 = 500;

/// The types that have a field of their own, with the messages of their labels.
const USUAL: [(&str, &str); 5] = [
    ("status_report.*", "webhooks-type-reports"),
    ("workspace_status_change.*", "webhooks-type-moves"),
    ("comment.*", "webhooks-type-comments"),
    ("milestone.*", "webhooks-type-milestones"),
    ("workspace.*", "webhooks-type-projects"),
];

/// The input of the form.
#[derive(Default)]
pub struct Fields {
    url: String,
    description: String,
    format: String,
    types: Vec<String>,
    chosen: Vec<WorkspaceId>,
}

impl Fields {
    fn of(endpoint: &WebhookEndpoint) -> Self {
        Self {
            url: endpoint.shown_url().into_owned(),
            description: endpoint.description.clone().unwrap_or_default(),
            format: endpoint.format.name().to_owned(),
            types: endpoint.types.clone().unwrap_or_default(),
            chosen: endpoint.workspace_ids.clone().unwrap_or_default(),
        }
    }

    /// Projects that are chosen and not offered stay chosen.
    fn read(form: &Params, offered: &[(WorkspaceId, String)], before: Option<&WebhookEndpoint>) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        let own = USUAL.iter().enumerate();
        let mut types: Vec<String> = own
            .filter(|(place, _)| form.has(&format!("type_{place}")))
            .map(|(_, (name, _))| (*name).to_owned())
            .collect();
        types.extend(
            text("types").split([' ', ',', '\n', '\r']).filter(|one| !one.is_empty()).map(str::to_owned),
        );
        let is_offered = |id: &WorkspaceId| offered.iter().any(|(own, _)| own == id);
        let kept = before.and_then(|endpoint| endpoint.workspace_ids.clone()).unwrap_or_default();
        let chosen = offered.iter().map(|(id, _)| *id).filter(|id| form.has(&format!("project_{id}")));
        Self {
            url: text("url"),
            description: text("description"),
            format: text("format"),
            types,
            chosen: chosen.chain(kept.into_iter().filter(|id| !is_offered(id))).collect(),
        }
    }

    fn draft(&self) -> Draft {
        let some = |list: &Vec<_>| (!list.is_empty()).then(|| list.clone());
        Draft {
            url: Some(self.url.clone()),
            description: Some(Some(self.description.clone())),
            types: Some((!self.types.is_empty()).then(|| self.types.clone())),
            workspace_ids: Some(some(&self.chosen)),
            format: Some(self.format.clone()),
            enabled: None,
        }
    }
}

#[derive(Template)]
#[template(path = "webhooks/form.html")]
struct Edit {
    layout: Layout,
    id: Option<i64>,
    projects: Vec<(WorkspaceId, String)>,
    fields: Fields,
    form_errors: FormErrors,
    limit: usize,
}

impl Edit {
    const fn title(&self) -> &'static str {
        if self.id.is_some() { "webhooks-edit" } else { "webhooks-new" }
    }

    fn action(&self) -> String {
        self.id.map_or_else(|| "/webhooks".to_owned(), |id| format!("/webhooks/{id}"))
    }

    /// The formats: the name, what people call it, and whether it is chosen.
    fn formats(&self) -> Vec<(&'static str, &'static str, bool)> {
        let all = Format::ALL.into_iter();
        all.map(|one| (one.name(), format_name(one), one.name() == self.fields.format)).collect()
    }

    /// The usual types: the message, and whether it is chosen.
    fn usual(&self) -> [(&'static str, bool); 5] {
        USUAL.map(|(name, label)| (label, self.fields.types.iter().any(|own| own == name)))
    }

    /// The other types.
    fn others(&self) -> String {
        let is_usual = |name: &str| USUAL.iter().any(|(own, _)| *own == name);
        let others = self.fields.types.iter().filter(|name| !is_usual(name));
        others.map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn is_chosen(&self, id: &WorkspaceId) -> bool {
        self.fields.chosen.contains(id)
    }
}

/// The page that shows a secret once.
#[derive(Template)]
#[template(path = "webhooks/secret.html")]
struct Made<'s> {
    layout: Layout,
    id: i64,
    secret: &'s str,
    is_new: bool,
}

/// The page that shows the secret of an endpoint.
pub fn secret_page(layout: Layout, id: i64, secret: &str, is_new: bool) -> axum::response::Response {
    page(StatusCode::OK, &Made { layout, id, secret, is_new })
}

/// `GET /webhooks/new`
pub async fn blank(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let projects = projects(&app, &signed_in).await?;
    let fields = Fields { format: Format::default().name().to_owned(), ..Fields::default() };
    Ok(form(signed_in.layout(), StatusCode::OK, None, (projects, fields), FormErrors::default()))
}

/// `GET /webhooks/{id}/edit`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let found = find(&app, &signed_in, id(&text)?).await?;
    let fields = Fields::of(&found.endpoint);
    let (id, projects) = (Some(found.endpoint.id), projects(&app, &signed_in).await?);
    Ok(form(signed_in.layout(), StatusCode::OK, id, (projects, fields), FormErrors::default()))
}

fn form(
    layout: Layout,
    status: StatusCode,
    id: Option<i64>,
    (projects, fields): (Vec<(WorkspaceId, String)>, Fields),
    form_errors: FormErrors,
) -> axum::response::Response {
    page(status, &Edit { layout, id, projects, fields, form_errors, limit: TEXT_LIMIT })
}

/// The projects to choose from, by title.
async fn projects(app: &App, signed_in: &SignedIn) -> Result<Vec<(WorkspaceId, String)>, Error> {
    let caller = signed_in.caller();
    let read = app.db.read(work!(|conn| {
        let ids = shareable(conn, &caller, PROJECTS).await?;
        let list: List<WorkspaceId> = ids.iter().copied().collect();
        Ok((ids, workspaces::store::with_ids_seen(conn, &caller, &list).await?))
    }));
    let (ids, seen) = read.await?;
    let titles: HashMap<WorkspaceId, String> =
        seen.into_iter().map(|one| (one.workspace.id, one.workspace.title)).collect();
    Ok(ids.into_iter().filter_map(|id| Some((id, titles.get(&id)?.clone()))).collect())
}

/// `POST /webhooks`: the response is the only one that shows the secret.
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form: input } = submitted;
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    caller.require_administrator()?;
    let projects = projects(&app, &signed_in).await?;
    let fields = Fields::read(&input, &projects, None);
    let (draft, secret) = (fields.draft(), signature::secret(random_bytes()));
    let own = secret.clone();
    let made = match Error::check(violations(&app, &draft, true).await) {
        Ok(()) => {
            let scope = Scope::Account(change.account_id.0);
            app.db.write(scope, work!(|conn| store::create(conn, &caller, &change, &draft, &own).await)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(found) => Ok(secret_page(signed_in.layout(), found.endpoint.id, &secret, true)),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(form(signed_in.layout(), status, None, (projects, fields), form_errors))
        }
    }
}

/// `POST /webhooks/{id}`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let SubmittedForm { signed_in, form: input } = submitted;
    let (id, caller, change) = (id(&text)?, signed_in.caller(), signed_in.change(&app));
    let found = find(&app, &signed_in, id).await?;
    let projects = projects(&app, &signed_in).await?;
    let fields = Fields::read(&input, &projects, Some(&found.endpoint));
    let draft = fields.draft();
    let done = match Error::check(violations(&app, &draft, false).await) {
        Ok(()) => {
            let scope = Scope::Account(change.account_id.0);
            app.db.write(scope, work!(|conn| store::update(conn, &caller, &change, id, &draft).await)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            app.webhooks.notify_one();
            Ok(see_other(&format!("/webhooks/{id}?done=saved")))
        }
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(form(signed_in.layout(), status, Some(id), (projects, fields), form_errors))
        }
    }
}

/// The violations, also those that only a look at the network finds.
async fn violations(app: &App, draft: &Draft, is_new: bool) -> Vec<domain::error::Violation> {
    let mut violations = draft.violations(is_new);
    violations.extend(addresses::violation(&app.settings, draft.url.as_deref()).await);
    violations
}
