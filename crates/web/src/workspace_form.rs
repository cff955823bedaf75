//! The form of a workspace: a new one, and changes to one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::error_page::PageResult;
use super::form::{id, parsed};
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::lead_picker;
use super::lead_picker::Invited;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use base::clock::{Date, Time};
use base::rng::random_bytes;
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::{Error, Result, Violation};
use domain::events::Change;
use domain::ids::WorkspaceId;
use domain::invitations;
use domain::participations::Access;
use domain::users;
use domain::work;
use domain::workspaces::{AccessLevel, Draft, VisibleWorkspace, store};
use service::app::App;
use service::origin::base_url;
use service::params::Params;

/// The fields with the messages of their labels.
pub const LABELS: &Labels = &[
    ("title", "project-name"),
    ("lead_id", "portfolio-lead"),
    ("start_date", "workspace-start"),
    ("due_date", "workspace-due"),
    ("description", "project-description"),
    ("access_level", "project-access"),
];

/// Levels of access with their messages.
const LEVELS: [(AccessLevel, &str); 3] = [
    (AccessLevel::Invitation, "project-access-invitation"),
    (AccessLevel::Open, "project-access-open"),
    (AccessLevel::Admins, "project-access-admins"),
];

/// The input of the form, without white space around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Fields {
    title: String,
    lead: String,
    start_date: String,
    due_date: String,
    description: String,
    access_level: String,
}

/// The form of an existing workspace.
struct Existing {
    id: WorkspaceId,
    /// The title in the store.
    title: String,
    /// The version that the form shows.
    version: i64,
    /// Whether the reader sees the health of the workspace.
    sees_health: bool,
}

#[derive(Template)]
#[template(path = "workspaces/form.html")]
struct FormPage {
    layout: Layout,
    existing: Option<Existing>,
    fields: Fields,
    suggested: Vec<String>,
    may_invite: bool,
    /// The idempotency key of a form that creates: it creates one workspace, however often it is submitted.
    key: String,
    /// Whether the workspace changed since the form was shown, or the form created one already.
    has_changed: bool,
    form_errors: FormErrors,
}

/// What the response to a form with an unknown lead shows once.
#[derive(Template)]
#[template(path = "workspaces/invited.html")]
struct LeadInvited<'i> {
    layout: Layout,
    id: WorkspaceId,
    title: &'i str,
    name: &'i str,
    link: String,
    expires_at: Time,
}

impl FormPage {
    fn levels(&self) -> [(&'static str, &'static str, bool); 3] {
        LEVELS.map(|(level, key)| (level.name(), key, level.name() == self.fields.access_level))
    }
}

impl Fields {
    async fn of(conn: &mut Conn, visible: &VisibleWorkspace) -> Result<Self> {
        let workspace = &visible.workspace;
        let lead = match visible.primary_maven_id {
            Some(lead) => users::store::of_account(conn, workspace.account_id, &[lead].into()).await?.pop(),
            None => None,
        };
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let text = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        Ok(Self {
            title: text(&workspace.title),
            lead: lead.as_ref().map(lead_picker::text_of).unwrap_or_default(),
            start_date: day(workspace.start_date),
            due_date: day(workspace.due_date),
            description: text(workspace.description.as_deref().unwrap_or_default()),
            access_level: workspace.access_level.name().to_owned(),
        })
    }

    fn read(form: &Params) -> Self {
        // Browsers send line breaks as CRLF.
        let text = |name: &str| form.text(name).unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
        Self {
            title: text("title"),
            lead: text("lead"),
            start_date: text("start_date"),
            due_date: text("due_date"),
            description: text("description"),
            access_level: text("access_level"),
        }
    }

    /// The fields that differ from those before, without the lead, and the dates that are none.
    fn draft(&self, before: &Self) -> (Draft, Vec<Violation>) {
        let mut violations = Vec::new();
        let mut day = |field: &'static str, now: &str, before: &str| {
            (now != before).then(|| parsed(field, now, &mut violations))
        };
        let start_date = day("start_date", &self.start_date, &before.start_date);
        let due_date = day("due_date", &self.due_date, &before.due_date);
        let text = |now: &str, before: &str| (now != before).then(|| now.to_owned());
        let description = text(&self.description, &before.description);
        let draft = Draft {
            title: text(&self.title, &before.title),
            description: description.map(|text| Some(text).filter(|text| !text.is_empty())),
            start_date,
            due_date,
            access_level: text(&self.access_level, &before.access_level).filter(|level| !level.is_empty()),
            ..Draft::default()
        };
        (draft, violations)
    }
}

/// Reads the lead of the form into the draft, and adds its violations to those of the fields.
async fn check(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    (draft, mut violations): (&mut Draft, Vec<Violation>),
    lead: Option<&str>,
    is_new: bool,
) -> Result<Option<Invited>> {
    violations.extend(draft.violations(is_new));
    let invited = match lead {
        None => None,
        Some(text) => match lead_picker::read(conn, caller, change, text).await {
            Ok((id, invited)) => {
                draft.lead_id = Some(id);
                invited
            }
            Err(Error::Invalid(more)) => {
                violations.extend(more);
                None
            }
            Err(error) => return Err(error),
        },
    };
    Error::check(violations)?;
    Ok(invited)
}

/// `GET /workspaces/new`
pub async fn new(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    let fields = Fields { access_level: AccessLevel::default().name().into(), ..Fields::default() };
    form(&app, signed_in, StatusCode::OK, None, Some(fields), FormErrors::default()).await
}

/// `GET /workspaces/{id}/edit`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    form(&app, signed_in, StatusCode::OK, Some(id(&text)?), None, FormErrors::default()).await
}

/// The form of a new workspace or of an existing one, with the fields of the request or of the store.
async fn form(
    app: &App,
    signed_in: SignedIn,
    status: StatusCode,
    id: Option<WorkspaceId>,
    fields: Option<Fields>,
    form_errors: FormErrors,
) -> PageResult {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let visible = if let Some(id) = id {
            Some(store::require(conn, &caller, id, Access::Edit).await?)
        } else {
            store::require_maker(conn, &caller).await?;
            None
        };
        let fields = match (fields, &visible) {
            (None, Some(visible)) => Fields::of(conn, visible).await?,
            (fields, _) => fields.unwrap_or_default(),
        };
        let suggested = lead_picker::suggested(conn, &caller, visible.as_ref()).await?;
        Ok((visible, fields, suggested))
    }));
    let (visible, fields, suggested) = work.await?;
    let existing = visible.map(|visible| Existing {
        id: visible.workspace.id,
        sees_health: visible.access.sees_health(),
        title: visible.workspace.title,
        version: visible.version,
    });
    let form = FormPage {
        may_invite: signed_in.user.administrator,
        key: hex::encode(random_bytes()),
        has_changed: status == StatusCode::CONFLICT,
        layout: signed_in.layout(),
        existing,
        fields,
        suggested,
        form_errors,
    };
    Ok(page(status, &form))
}

/// `POST /workspaces`: a lead who is not in the account yet is invited; the response then shows the link.
pub async fn create(State(app): State<App>, headers: HeaderMap, submitted: SubmittedForm) -> PageResult {
    let signed_in = submitted.signed_in;
    let fields = Fields::read(&submitted.form);
    let (caller, input) = (signed_in.caller(), fields.clone());
    let key = submitted.form.text("key").unwrap_or_default();
    let write = signed_in.write_once(&app, &key, Sha256::digest(format!("{fields:?}")).into())?;
    let (layout, base, title) = (signed_in.layout(), base_url(&app.settings, &headers), fields.title.clone());
    let work = write.run(
        &app,
        work!(|conn, write| {
            store::require_maker(conn, &caller).await?;
            let (mut draft, violations) = input.draft(&Fields::default());
            let lead = Some(input.lead.as_str()).filter(|lead| !lead.is_empty());
            let invited = check(conn, &caller, &write.change, (&mut draft, violations), lead, true).await?;
            let new = draft.make(caller.account_id, caller.user_id, write.change.at)?;
            Ok((store::create(conn, &write.change, &draft, new).await?, invited))
        }),
        move |(id, invited)| done(layout, &base, id, &title, invited),
    );
    let (status, form_errors) = match work.await {
        Ok(response) => return Ok(response),
        Err(Error::KeyReused) => (StatusCode::CONFLICT, FormErrors::default()),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            (StatusCode::UNPROCESSABLE_ENTITY, form_errors)
        }
    };
    form(&app, signed_in, status, None, Some(fields), form_errors).await
}

/// `POST /workspaces/{id}`: writes the fields that differ.
pub async fn update(
    State(app): State<App>,
    headers: HeaderMap,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (id, signed_in) = (id::<WorkspaceId>(&text)?, submitted.signed_in);
    let fields = Fields::read(&submitted.form);
    let version = submitted.form.text("version").and_then(|version| version.parse().ok());
    let (caller, change, input) = (signed_in.caller(), signed_in.change(&app), fields.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let visible = store::require(conn, &caller, id, Access::Edit).await?;
            if version != Some(visible.version) {
                return Err(Error::Changed);
            }
            let before = Fields::of(conn, &visible).await?;
            let mut input = input;
            if input.access_level.is_empty() {
                input.access_level.clone_from(&before.access_level);
            }
            let (mut draft, violations) = input.draft(&before);
            let lead = (input.lead != before.lead).then_some(input.lead.as_str());
            let is_same = input == before;
            let invited = check(conn, &caller, &change, (&mut draft, violations), lead, false).await?;
            if !is_same {
                store::update(conn, &caller, &change, id, &draft).await?;
            }
            Ok(invited)
        }),
    );
    let (status, form_errors) = match work.await {
        Ok(invited) => {
            let base = base_url(&app.settings, &headers);
            return Ok(done(signed_in.layout(), &base, id, &fields.title, invited));
        }
        Err(Error::Changed) => (StatusCode::CONFLICT, FormErrors::default()),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            (StatusCode::UNPROCESSABLE_ENTITY, form_errors)
        }
    };
    form(&app, signed_in, status, Some(id), Some(fields), form_errors).await
}

/// The page of the workspace, or first the link of a lead who was invited.
fn done(layout: Layout, base: &str, id: WorkspaceId, title: &str, invited: Option<Invited>) -> Response {
    let Some(Invited { user, invitation, secret }) = invited else {
        return see_other(&format!("/workspaces/{id}"));
    };
    let link = base.to_owned() + &invitations::path(&secret);
    let expires_at = invitation.expires_at;
    page(StatusCode::OK, &LeadInvited { layout, id, title, name: &user.full_name, link, expires_at })
}
