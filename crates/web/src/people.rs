//! The page of the people of an account, for its administrators.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::participations::ShownParticipation;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use base::clock::Time;
use base::rng::random_bytes;
use db::{Conn, Scope};
use domain::error::{Error, Result};
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::invitations;
use domain::invitations::Invitation;
use domain::participations;
use domain::participations::{Participation, Side};
use domain::table;
use domain::users::{Changes, NewUser, User, access, store};
use domain::work;
use domain::workspaces::Workspace;
use service::app::App;
use service::form;
use service::origin::base_url;
use service::params::Params;

/// The number of people on a page.
const PEOPLE: i64 = 100;

/// The number of a person's workspaces to show; the others are collapsed.
const SHOWN: usize = 4;

const LABELS: &Labels = &[("full_name", "people-name"), ("email_address", "people-email")];

/// A person with their participations, each with the title of its workspace.
struct Line {
    user: User,
    parts: Vec<(Participation, String)>,
}

impl Line {
    fn first(&self) -> &[(Participation, String)] {
        &self.parts[..self.parts.len().min(SHOWN)]
    }

    fn rest(&self) -> &[(Participation, String)] {
        self.parts.get(SHOWN..).unwrap_or_default()
    }
}

/// The input of the form.
#[derive(Default)]
struct Fields {
    name: String,
    email: String,
    administrator: bool,
}

#[derive(Template)]
#[template(path = "users/index.html")]
struct Index {
    layout: Layout,
    lines: Vec<Line>,
    count: i64,
    number: i64,
    fields: Fields,
    form_errors: FormErrors,
}

/// The link with which a person sets a first or a new password, shown once.
#[derive(Template)]
#[template(path = "users/invited.html")]
struct Invited<'i> {
    layout: Layout,
    title: &'static str,
    name: &'i str,
    link: String,
    expires_at: Time,
}

impl Index {
    fn has_more(&self) -> bool {
        self.number.saturating_mul(PEOPLE) < self.count
    }
}

fn require_administrator(signed_in: &SignedIn) -> Result<()> {
    if signed_in.user.administrator { Ok(()) } else { Err(Error::Forbidden) }
}

/// `GET /people`
pub async fn show(State(app): State<App>, signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    require_administrator(&signed_in)?;
    let query = Params::new(form::decode(query.unwrap_or_default().as_bytes())?)?;
    let number = query.text("page").and_then(|text| text.parse().ok()).unwrap_or(1);
    let number = number.clamp(1, i64::MAX / PEOPLE);
    list(&app, signed_in, StatusCode::OK, number, Fields::default(), FormErrors::default()).await
}

/// `POST /people`: the response shows the link with which the person chooses a password.
pub async fn create(State(app): State<App>, headers: HeaderMap, submitted: SubmittedForm) -> PageResult {
    let signed_in = submitted.signed_in;
    require_administrator(&signed_in)?;
    let text = |name: &str| submitted.form.text(name).unwrap_or_default().trim().to_owned();
    let fields = Fields {
        name: text("full_name"),
        email: text("email_address"),
        administrator: submitted.form.has("administrator"),
    };
    let (change, name, email) = (signed_in.change(&app), fields.name.clone(), fields.email.clone());
    let (administrator, secret) = (fields.administrator, hex::encode(random_bytes()));
    let path = invitations::path(&secret);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let (full_name, email_address) = (name.as_str(), email.as_str());
            let new =
                NewUser { full_name, email_address, headline: None, administrator, password_hash: None };
            invitations::store::add_person(conn, &change, &new, &secret).await
        }),
    );
    match work.await {
        Ok(invited) => Ok(show_link(&signed_in, base_url(&app.settings, &headers) + &path, &invited)),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            list(&app, signed_in, StatusCode::UNPROCESSABLE_ENTITY, 1, fields, form_errors).await
        }
    }
}

/// `POST /people/{id}/invitation`: a new link, which replaces the previous one.
pub async fn invite(
    State(app): State<App>,
    headers: HeaderMap,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    require_administrator(&submitted.signed_in)?;
    let (id, change, secret) = (id(&text)?, submitted.signed_in.change(&app), hex::encode(random_bytes()));
    let path = invitations::path(&secret);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let user = store::find(conn, change.account_id, id).await?;
            if !user.active {
                return Err(Error::NotFound);
            }
            let invitation = invitations::store::create(conn, &change, user.id, &secret).await?;
            Ok((user, invitation))
        }),
    );
    Ok(show_link(&submitted.signed_in, base_url(&app.settings, &headers) + &path, &work.await?))
}

/// `POST /people/{id}`: deactivates or activates a person, or gives or takes the rights of an administrator.
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    require_administrator(&submitted.signed_in)?;
    let (id, change) = (id(&text)?, submitted.signed_in.change(&app));
    let changes = match submitted.form.text("change").as_deref() {
        Some("deactivate") => Changes { active: Some(false), ..Changes::default() },
        Some("activate") => Changes { active: Some(true), ..Changes::default() },
        Some("promote") => Changes { administrator: Some(true), ..Changes::default() },
        Some("demote") => Changes { administrator: Some(false), ..Changes::default() },
        _ => return Err(Error::unreadable("`change` is not an allowed value").into()),
    };
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let before = store::find(conn, change.account_id, id).await?;
            access::change(conn, &change, &before, &changes).await
        }),
    );
    match work.await {
        Ok(_) => Ok(see_other("/people")),
        Err(Error::Invalid(_)) => {
            let layout = submitted.signed_in.layout();
            let (title, text) = (layout.t("people-last-title").into(), layout.t("people-last-text").into());
            let confirm = Confirm { layout, title, text, action: None, button: "back", back: "/people" };
            Ok(confirm.page(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

fn show_link(signed_in: &SignedIn, link: String, (user, invitation): &(User, Invitation)) -> Response {
    let (layout, expires_at) = (signed_in.layout(), invitation.expires_at);
    let title = if user.password_hash.is_none() { "people-invited-title" } else { "people-reset-title" };
    page(StatusCode::OK, &Invited { layout, title, name: &user.full_name, link, expires_at })
}

async fn list(
    app: &App,
    signed_in: SignedIn,
    status: StatusCode,
    number: i64,
    fields: Fields,
    form_errors: FormErrors,
) -> PageResult {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let (users, count) = store::seen(conn, &caller, None, PEOPLE, (number - 1) * PEOPLE).await?;
        let lines = lines(conn, caller.account_id, users).await?;
        Ok((lines, count))
    }));
    let (lines, count) = work.await?;
    Ok(page(status, &Index { layout: signed_in.layout(), lines, count, number, fields, form_errors }))
}

/// The people with their participations, sorted by the titles of the workspaces.
async fn lines(conn: &mut Conn, account_id: AccountId, users: Vec<User>) -> Result<Vec<Line>> {
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let parts = participations::store::of_users(conn, account_id, &ids.into()).await?;
    let ids: Vec<WorkspaceId> = parts.iter().map(|part| part.workspace_id).collect();
    let workspaces: Vec<Workspace> = table::of_account(conn, account_id, &ids.into()).await?;
    let titles: BTreeMap<WorkspaceId, String> =
        workspaces.into_iter().map(|one| (one.id, one.title)).collect();
    let mut of: BTreeMap<UserId, Vec<(Participation, String)>> = BTreeMap::new();
    for part in parts {
        let title = titles.get(&part.workspace_id).cloned().unwrap_or_default();
        of.entry(part.user_id).or_default().push((part, title));
    }
    let line = |user: User| {
        let mut parts = of.remove(&user.id).unwrap_or_default();
        parts.sort_by(|(_, one), (_, other)| one.cmp(other));
        Line { user, parts }
    };
    Ok(users.into_iter().map(line).collect())
}
