//! The page of the participants of a workspace: readable for participants, editable for its administrators.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::id;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::{Error, Problem, Result};
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::order::Order;
use domain::participations::store::{Filter, SortBy};
use domain::participations::{Access, Draft, Participation, Permission, Side, store};
use domain::span::Span;
use domain::users;
use domain::users::User;
use domain::work;
use domain::workspaces;
use domain::workspaces::Workspace;
use service::app::App;
use service::params::Params;

/// The maximum number of participants to show, and of people to suggest.
const PEOPLE: i64 = 500;

const LABELS: &Labels =
    &[("email", "people-email"), ("role", "people-side"), ("access_level", "people-permission")];

/// An option: value, message, and whether it is selected.
type Choice = (&'static str, &'static str, bool);

#[derive(Template)]
#[template(path = "participations/index.html")]
struct Index {
    layout: Layout,
    workspace: Workspace,
    may_write: bool,
    sees_access: bool,
    own: UserId,
    people: Vec<(Participation, User)>,
    others: Vec<User>,
    email: String,
    draft: Draft,
    form_errors: FormErrors,
}

impl Index {
    fn chosen(&self, side: bool) -> Vec<Choice> {
        let draft = &self.draft;
        if side {
            sides(draft.role.as_deref().unwrap_or("maven"))
        } else {
            permissions(draft.access_level.as_deref().unwrap_or(Permission::Edit.level()))
        }
    }
}

fn sides(own: &str) -> Vec<Choice> {
    let choices = [("maven", "people-provider"), ("client", "people-client")];
    choices.map(|(role, key)| (role, key, role == own)).into()
}

fn permissions(own: &str) -> Vec<Choice> {
    let choices = [
        (Permission::View, "people-view"),
        (Permission::Edit, "people-edit"),
        (Permission::Admin, "people-admin"),
    ];
    choices.map(|(permission, key)| (permission.level(), key, permission.level() == own)).into()
}

/// A participation as forms and lists show it.
pub trait ShownParticipation {
    /// The message for the person's permission.
    fn key(&self) -> &'static str;
    /// The sides, with the person's one selected.
    fn sides(&self) -> Vec<Choice>;
    /// The permissions, with the person's one selected.
    fn permissions(&self) -> Vec<Choice>;
}

impl ShownParticipation for Participation {
    fn key(&self) -> &'static str {
        match self.permission {
            Permission::View => "people-view",
            Permission::Edit => "people-edit",
            Permission::Admin => "people-admin",
        }
    }

    fn sides(&self) -> Vec<Choice> {
        sides(if self.side == Side::Client { "client" } else { "maven" })
    }

    fn permissions(&self) -> Vec<Choice> {
        permissions(self.permission.level())
    }
}

/// `GET /workspaces/{id}/people`
pub async fn show(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let input = (String::new(), Draft::default(), FormErrors::default());
    list(&app, signed_in, id(&text)?, StatusCode::OK, input).await
}

async fn list(
    app: &App,
    signed_in: SignedIn,
    workspace_id: WorkspaceId,
    status: StatusCode,
    (email, draft, form_errors): (String, Draft, FormErrors),
) -> PageResult {
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let visible = workspaces::store::require(conn, &caller, workspace_id, Access::Client).await?;
        let people = people(conn, caller.account_id, workspace_id).await?;
        let may_write = visible.access >= Access::Admin;
        let mut others = Vec::new();
        if may_write {
            (others, _) = users::store::seen(conn, &caller, None, PEOPLE, 0).await?;
            others.retain(|other| other.active && people.iter().all(|(_, user)| user.id != other.id));
        }
        // What colleagues may do is not for the client side.
        let sees_access = visible.access >= Access::View;
        Ok((visible.workspace, (may_write, sees_access), people, others))
    }));
    let (workspace, (may_write, sees_access), people, others) = work.await?;
    let (layout, own) = (signed_in.layout(), signed_in.user.id);
    Ok(page(
        status,
        &Index { layout, workspace, may_write, sees_access, own, people, others, email, draft, form_errors },
    ))
}

/// The participants, by name.
async fn people(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
) -> Result<Vec<(Participation, User)>> {
    let filter = Filter {
        workspace_id,
        created: Span::ALWAYS,
        updated: Span::ALWAYS,
        only: None,
        users: None,
        full_names: None,
        providers_only: false,
    };
    let (parts, _) =
        store::list(conn, account_id, &filter, Order::ascending(SortBy::UserName), PEOPLE, 0).await?;
    let ids: Vec<UserId> = parts.iter().map(|part| part.user_id).collect();
    let users = users::store::of_account(conn, account_id, &ids.into()).await?;
    let user = |part: &Participation| {
        let place = users.binary_search_by_key(&part.user_id, |user| user.id).ok()?;
        Some(users[place].clone())
    };
    Ok(parts.into_iter().filter_map(|part| user(&part).map(|user| (part, user))).collect())
}

fn draft(form: &Params) -> Draft {
    let text = |name: &str| form.text(name).map(String::from);
    Draft { user_id: None, role: text("role"), access_level: text("access_level") }
}

/// `POST /workspaces/{id}/people`: adds a person of the account, by e-mail address.
pub async fn create(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (workspace_id, signed_in) = (id(&text)?, submitted.signed_in);
    let email = submitted.form.text("email").unwrap_or_default().trim().to_owned();
    let (input, requested) = (draft(&submitted.form), email.clone());
    let (caller, change, mut draft) = (signed_in.caller(), signed_in.change(&app), input.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            workspaces::store::require(conn, &caller, workspace_id, Access::Admin).await?;
            let found = users::store::by_email(conn, &requested, Some(caller.account_id)).await?.pop();
            draft.user_id = match found {
                Some(user) => Some(user.id),
                None if requested.is_empty() => None,
                None => return Err(Error::invalid("email", Problem::Missing)),
            };
            let part = store::check(conn, caller.account_id, workspace_id, &draft, &[]).await?;
            store::insert(conn, &change, part).await
        }),
    );
    match work.await.map_err(named_by_email) {
        Ok(_) => Ok(see_other(&format!("/workspaces/{workspace_id}/people"))),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            list(&app, signed_in, workspace_id, status, (email, input, form_errors)).await
        }
    }
}

/// The form has the field `email` instead of `user_id`.
fn named_by_email(error: Error) -> Error {
    let Error::Invalid(mut violations) = error else { return error };
    for violation in violations.iter_mut().filter(|violation| violation.field == "user_id") {
        violation.field = "email";
    }
    Error::Invalid(violations)
}

/// `POST /workspaces/{id}/people/{part}`: changes the side or the permission.
pub async fn update(
    State(app): State<App>,
    Path(ids): Path<(String, String)>,
    submitted: SubmittedForm,
) -> PageResult {
    let ((workspace_id, id), signed_in) = ((id(&ids.0)?, id(&ids.1)?), submitted.signed_in);
    let (caller, change, draft) = (signed_in.caller(), signed_in.change(&app), draft(&submitted.form));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let (before, _) = find(conn, &caller, workspace_id, id).await?;
            store::update(conn, &change, &before, &draft).await
        }),
    );
    match work.await {
        Ok(_) => Ok(see_other(&format!("/workspaces/{workspace_id}/people#p{id}"))),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let input = (String::new(), Draft::default(), form_errors);
            list(&app, signed_in, workspace_id, StatusCode::UNPROCESSABLE_ENTITY, input).await
        }
    }
}

/// `GET /workspaces/{id}/people/{part}/remove`: asks for confirmation.
pub async fn ask(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(ids): Path<(String, String)>,
) -> PageResult {
    let (workspace_id, id) = (id(&ids.0)?, id(&ids.1)?);
    let caller = signed_in.caller();
    let work = app.db.read(work!(|conn| {
        let (part, title) = find(conn, &caller, workspace_id, id).await?;
        Ok((users::store::find(conn, caller.account_id, part.user_id).await?, title))
    }));
    let ((user, title), layout) = (work.await?, signed_in.layout());
    let values = [("name", user.full_name.into()), ("workspace", title.into())];
    let confirm = Confirm {
        title: layout.reader.language.say("people-remove-title", values),
        text: layout.t("people-remove-text").into_owned(),
        action: Some(format!("/workspaces/{workspace_id}/people/{id}/remove")),
        button: "people-remove",
        back: &format!("/workspaces/{workspace_id}/people"),
        layout,
    };
    Ok(confirm.page(StatusCode::OK))
}

/// `POST /workspaces/{id}/people/{part}/remove`
pub async fn remove(
    State(app): State<App>,
    Path(ids): Path<(String, String)>,
    submitted: SubmittedForm,
) -> PageResult {
    let ((workspace_id, id), signed_in) = ((id(&ids.0)?, id(&ids.1)?), submitted.signed_in);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let (part, _) = find(conn, &caller, workspace_id, id).await?;
            store::delete(conn, &change, &part).await?;
            Ok(workspaces::store::access(conn, &caller, workspace_id).await?)
        }),
    );
    // People who removed themselves may no longer see the workspace.
    let is_seen = work.await? != Access::None;
    let people = format!("/workspaces/{workspace_id}/people");
    Ok(see_other(if is_seen { &people } else { "/" }))
}

/// A participation that the caller may change, and the title of its workspace.
async fn find(
    conn: &mut Conn,
    caller: &Caller,
    workspace_id: WorkspaceId,
    id: i64,
) -> Result<(Participation, String)> {
    let visible = workspaces::store::require(conn, caller, workspace_id, Access::Admin).await?;
    let part = store::find(conn, caller.account_id, id).await?;
    let part = part.filter(|part| part.workspace_id == workspace_id).ok_or(Error::NotFound)?;
    Ok((part, visible.workspace.title))
}
