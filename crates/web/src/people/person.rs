//! The page of a person, for administrators of the account: access, invitation, projects, handing them over.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::confirm::Confirm;
use crate::error_page::PageResult;
use crate::factors::ShownFactor;
use crate::form::id;
use crate::form_errors::{FormErrors, Labels};
use crate::layout::Layout;
use crate::lead_picker;
use crate::openid;
use crate::openid::ShownIdentity;
use crate::participations::ShownParticipation;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use base::clock::Time;
use base::rng::random_bytes;
use db::Scope;
use domain::error::{Error, Problem};
use domain::factors;
use domain::ids::{UserId, WorkspaceId};
use domain::invitations;
use domain::invitations::Invitation;
use domain::participations;
use domain::participations::{Participation, Side};
use domain::table;
use domain::users::mailbox::Mailbox;
use domain::users::{Changes, User, access, store};
use domain::work;
use domain::workspaces;
use domain::workspaces::Workspace;
use domain::workspaces::store::HandedOver;
use service::app::App;
use service::origin::base_url;

const LABELS: &Labels = &[("lead_id", "people-hand-over-to")];

#[derive(Template)]
#[template(path = "users/show.html")]
struct Show {
    layout: Layout,
    user: User,
    last_used: Option<Time>,
    /// The participations, with the titles of their workspaces.
    parts: Vec<(Participation, String)>,
    suggested: Vec<String>,
    to: String,
    handed_over: Option<HandedOver>,
    form_errors: FormErrors,
    identities: Vec<ShownIdentity>,
    factors: Vec<ShownFactor>,
    /// Whether it is the reader, who has a page for their own factors.
    is_reader: bool,
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
    /// Whether a mail with the link is on its way.
    is_mailed: bool,
}

/// Returns `Ok` for administrators.
///
/// # Errors
/// [`Error::Forbidden`]
pub fn require_administrator(signed_in: &SignedIn) -> Result<(), Error> {
    if signed_in.user.administrator { Ok(()) } else { Err(Error::Forbidden) }
}

/// `GET /people/{id}`
pub async fn show(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    require_administrator(&signed_in)?;
    let input = (String::new(), None, FormErrors::default());
    shown(&app, &signed_in, id(&text)?, StatusCode::OK, input).await
}

async fn shown(
    app: &App,
    signed_in: &SignedIn,
    id: UserId,
    status: StatusCode,
    (to, handed_over, form_errors): (String, Option<HandedOver>, FormErrors),
) -> PageResult {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let account_id = caller.account_id;
        let user = store::find(conn, account_id, id).await?;
        let last_used = store::last_uses(conn, account_id, &[id].into()).await?.pop().map(|(_, at)| at);
        let parts = participations::store::of_users(conn, account_id, &[id].into()).await?;
        let ids: db::List<WorkspaceId> = parts.iter().map(|part| part.workspace_id).collect();
        let own: Vec<Workspace> = table::of_account(conn, account_id, &ids).await?;
        let titled = |part: Participation| {
            let own = own.iter().find(|one| one.id == part.workspace_id)?;
            Some((part, own.title.clone()))
        };
        let mut parts: Vec<_> = parts.into_iter().filter_map(titled).collect();
        parts.sort_by_cached_key(|(_, title)| title.to_lowercase());
        let mut suggested = lead_picker::suggested(conn, &caller, None).await?;
        suggested.retain(|one| *one != lead_picker::text_of(&user));
        let factors = factors::store::of_user(conn, account_id, id).await?;
        Ok((user, last_used, parts, suggested, factors))
    }));
    let (user, last_used, parts, suggested, factors) = work.await?;
    let layout = signed_in.layout();
    let identities = openid::of_person(app, signed_in, id).await?;
    let show = Show {
        layout,
        user,
        last_used,
        parts,
        suggested,
        to,
        handed_over,
        form_errors,
        identities,
        factors: factors.into_iter().map(Into::into).collect(),
        is_reader: id == signed_in.user.id,
    };
    Ok(page(status, &show))
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
    Ok(show_link(&submitted.signed_in, base_url(&app.settings, &headers) + &path, &work.await?, false))
}

/// The page with the link of a person. `is_mailed` says whether a mail with it is on its way.
pub fn show_link(
    signed_in: &SignedIn,
    link: String,
    (user, invitation): &(User, Invitation),
    is_mailed: bool,
) -> Response {
    let (layout, expires_at) = (signed_in.layout(), invitation.expires_at);
    let title = if user.password_hash.is_none() { "people-invited-title" } else { "people-reset-title" };
    page(StatusCode::OK, &Invited { layout, title, name: &user.full_name, link, expires_at, is_mailed })
}

/// `POST /people/{id}`: deactivates or activates a person, or gives or takes the rights of an administrator.
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    require_administrator(&submitted.signed_in)?;
    let (id, change) = (id::<UserId>(&text)?, submitted.signed_in.change(&app));
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
    let back = format!("/people/{id}");
    match work.await {
        Ok(_) => Ok(see_other(&back)),
        Err(Error::Invalid(_)) => {
            let layout = submitted.signed_in.layout();
            let (title, text) = (layout.t("people-last-title").into(), layout.t("people-last-text").into());
            let confirm = Confirm { layout, title, text, action: None, button: "back", back: &back };
            Ok(confirm.page(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /people/{id}/hand_over`: another person leads the projects of this one.
pub async fn hand_over(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (id, signed_in) = (id::<UserId>(&text)?, submitted.signed_in);
    require_administrator(&signed_in)?;
    let to = submitted.form.text("to").unwrap_or_default().trim().to_owned();
    let (caller, change, named) = (signed_in.caller(), signed_in.change(&app), to.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            store::find(conn, caller.account_id, id).await?;
            let to = store::named(conn, caller.account_id, &Mailbox::read(&named)).await?;
            let to = to.ok_or_else(|| Error::invalid("lead_id", Problem::Missing))?;
            workspaces::store::hand_over(conn, &caller, &change, id, to.id).await
        }),
    );
    match work.await {
        Ok(done) => {
            shown(&app, &signed_in, id, StatusCode::OK, (String::new(), Some(done), FormErrors::default()))
                .await
        }
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            shown(&app, &signed_in, id, StatusCode::UNPROCESSABLE_ENTITY, (to, None, form_errors)).await
        }
    }
}
