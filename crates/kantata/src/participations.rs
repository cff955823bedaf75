//! Participations in the Kantata surface (docs/contracts/kantata.md#participations).

use super::envelope::Object;
use super::external_references::object::ExternalReferenceObject;
use super::includes::SideLoad;
use super::openapi as doc;
use super::openapi::listed;
use super::resource::{Presentation, Resource, list_operation, operation};
use super::users::UserObject;
use super::values::{Id, Ids, Seconds};
use super::workspaces::object::WorkspaceObject;
use super::{ApiResult, Paging, Params, Request, includes, request};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Problem, Result};
use domain::ids::{UserId, WorkspaceId};
use domain::order::Order;
use domain::participations::store::{Filter, SortBy};
use domain::participations::{Access, Draft, NewParticipation, Participation, Permission, Side, store};
use domain::workspaces;

use domain::work;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;
use service::write::Write;

const KEY: &str = "participations";
const ROOT: &str = "participation";
const SORTS: &[(&str, SortBy)] = &[("updated_at", SortBy::UpdatedAt), ("user_name", SortBy::UserName)];

/// The membership of a person in a workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Participation")]
pub struct ParticipationObject {
    role: &'static str,
    show_as_read_only: bool,
    can_invite: bool,
    created_at: Seconds,
    updated_at: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_level: Option<&'static str>,
    user_id: Id,
    workspace_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_reference_ids: Ids,
    id: Id,
}

impl Object for ParticipationObject {
    const KEY: &'static str = KEY;
}

impl ParticipationObject {
    /// The wire object of a participation; its level only if `optional_fields` names it. Participations have no references.
    pub fn of(part: &Participation, with_level: bool, with_references: bool) -> Self {
        Self {
            role: role(part.side),
            show_as_read_only: part.permission == Permission::View,
            can_invite: part.permission == Permission::Admin,
            created_at: Seconds(part.created_at),
            updated_at: Seconds(part.updated_at),
            access_level: with_level.then(|| part.permission.level()),
            user_id: Id::of(part.user_id),
            workspace_id: Id::of(part.workspace_id),
            external_reference_ids: with_references.then(Vec::new),
            id: Id(part.id),
        }
    }
}

/// The role on a side.
pub const fn role(side: Side) -> &'static str {
    match side {
        Side::Provider => "maven",
        Side::Client => "buyer",
    }
}

const INCLUDE: Parameter =
    doc::include("Any of `user`, `workspace`, `external_references`, separated by commas.");
const OPTIONAL: Parameter = doc::texts("optional_fields", "`access_level`.");

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: listed![
        Parameter::query("workspace_id", doc::filled_text, "The workspace; required.").required(),
        doc::number("by_user", "Only participations of this user."),
        doc::texts("by_user_full_name", "Only participations of users with this full name."),
        doc::flag("mavens_only", "Only participations on the provider side."),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        doc::texts(
            "order",
            "`updated_at` or `user_name`, followed by `:asc` or `:desc`; the default is `updated_at:desc`."
        ),
        INCLUDE,
        OPTIONAL,
    ],
    ..list_operation::<Participation>("listParticipations", "List the participations of a workspace")
};

/// `GET /participations`
pub async fn index(request: Request) -> ApiResult {
    let params = &request.params;
    let workspace_id = params.number("workspace_id").map(WorkspaceId);
    let filter = Filter {
        workspace_id: workspace_id.unwrap_or_default(),
        created: params.range("created")?,
        updated: params.range("updated")?,
        only: params.only()?,
        users: params.ids("by_user")?,
        full_names: params.texts("by_user_full_name")?,
        providers_only: params.switch("mavens_only") == Some(true),
    };
    let order = params.order(SORTS, Order::descending(SortBy::UpdatedAt));
    // 400 takes precedence over 422 (docs/contracts/kantata.md#order-of-checks).
    Paging::read(params)?;
    let Some(workspace_id) = workspace_id else { return Ok(crate::error::required("workspace_id")) };
    request
        .list(work!(|conn, caller, view| {
            if workspaces::store::access(conn, caller, workspace_id).await? == Access::None {
                return Ok((Vec::new(), 0));
            }
            let (limit, offset) = (view.paging.limit, view.paging.offset);
            store::list(conn, caller.account_id, &filter, order, limit, offset).await
        }))
        .await
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    ..operation::<Participation>("showParticipation", "Show a participation")
};

/// `GET /participations/{id}`
pub async fn show(request: Request) -> ApiResult {
    request.show(work!(|conn, caller, id| Ok(find(conn, caller, id).await?.0))).await
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| {
        let members = [
            ("workspace_id", doc::reference()),
            ("user_id", doc::reference()),
            ("role", doc::one_of(&domain::participations::ROLES)),
            ("access_level", level()),
        ];
        doc::one_or_many(ROOT, KEY, &schema::object(&["workspace_id", "user_id", "role"], &members))
    }),
    ..operation::<Participation>("createParticipations", "Create participations")
};

/// `POST /participations`: one, or up to 100 under the plural root.
pub async fn create(request: Request) -> ApiResult {
    let drafts = request::one_or_many(&request.params, ROOT, KEY)?;
    request
        .create(work!(|conn, caller, write| {
            // All are checked before the first insert, because PostgreSQL does not roll back sequences.
            let mut new: Vec<NewParticipation> = Vec::new();
            for (index, root) in drafts.roots() {
                let checked = async {
                    let workspace_id = root
                        .number("workspace_id")
                        .map(WorkspaceId)
                        .ok_or_else(|| Error::invalid("workspace_id", Problem::Blank))?;
                    workspaces::store::require(conn, caller, workspace_id, Access::Admin).await?;
                    store::check(conn, caller.account_id, workspace_id, &draft(root), &new).await
                };
                let participation = checked.await.map_err(|error| request::at(index, error))?;
                new.push(participation);
            }
            let mut created = Vec::new();
            for participation in new {
                created.push(store::insert(conn, &write.change, participation).await?);
            }
            Ok(created)
        }))
        .await
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| {
        let members = [("role", doc::one_of(&domain::participations::ROLES)), ("access_level", level())];
        doc::root(ROOT, schema::object(&[], &members))
    }),
    ..operation::<Participation>("replaceParticipation", "Update a participation")
};

/// `PUT` and `PATCH /participations/{id}`
pub async fn update(request: Request) -> ApiResult {
    let draft = draft(&request.params.root(ROOT)?);
    request
        .update(work!(|conn, caller, write, id| {
            let before = find_to_write(conn, caller, write, id).await?;
            store::update(conn, &write.change, &before, &draft).await
        }))
        .await
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation =
    Operation { status: 204, ..Operation::new(KEY, "deleteParticipation", "Delete a participation") };

/// `DELETE /participations/{id}`
pub async fn delete(request: Request) -> ApiResult {
    request
        .delete(work!(|conn, caller, write, id| {
            let participation = find_to_write(conn, caller, write, id).await?;
            store::delete(conn, &write.change, &participation).await
        }))
        .await
}

/// The participation, if the caller sees its workspace, with the access of the caller there.
async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> Result<(Participation, Access)> {
    let part = store::find(conn, caller.account_id, id).await?.ok_or(Error::NotFound)?;
    match workspaces::store::access(conn, caller, part.workspace_id).await? {
        Access::None => Err(Error::NotFound),
        access => Ok((part, access)),
    }
}

/// The participation, if the caller may write it and it has the state that the request expects.
async fn find_to_write(conn: &mut Conn, caller: &Caller, write: &Write, id: i64) -> Result<Participation> {
    let (participation, access) = find(conn, caller, id).await?;
    access.require(Access::Admin)?;
    write.check(&participation)?;
    Ok(participation)
}

fn draft(root: &Params) -> Draft {
    Draft {
        user_id: root.number("user_id").map(UserId),
        role: root.attribute("role"),
        access_level: root.attribute("access_level"),
    }
}

fn level() -> Value {
    json!({ "type": "string", "pattern": "^(admin|(edit|view)_[^\\u0000]*)$" })
}

impl Resource for Participation {
    const KEY: &'static str = KEY;
    const MEMBERS: &'static [doc::Member] = &[
        doc::by_id::<ParticipationObject>,
        doc::by_id::<UserObject<'_>>,
        doc::by_id::<WorkspaceObject<'_>>,
        doc::by_id::<ExternalReferenceObject<'_>>,
    ];
    const INCLUDES: &'static [&'static str] = &["user", "workspace", "external_references"];
    const OPTIONAL_FIELDS: &'static [&'static str] = &["access_level"];

    fn state(&self) -> Option<Validator> {
        Some(Validator::of(self))
    }

    async fn present(page: &[Self], out: &mut Presentation<'_>) -> Result<()> {
        let (with_level, with_references) =
            (out.view.has_field("access_level"), out.view.includes("external_references"));
        for part in page {
            out.envelope.push(part.id, &ParticipationObject::of(part, with_level, with_references));
        }
        let side_load = |include: &'static str| match include {
            "user" => SideLoad::Users(page.iter().map(|part| part.user_id).collect()),
            "workspace" => SideLoad::Workspaces(page.iter().map(|part| part.workspace_id).collect()),
            empty => SideLoad::Empty(empty),
        };
        let found = includes::find_all(out, side_load).await?;
        found.add_to(out);
        Ok(())
    }
}
