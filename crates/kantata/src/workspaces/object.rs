//! The wire object of a workspace.

use schemars::JsonSchema;
use serde::Serialize;

use crate::envelope::Object;
use crate::values::{Id, Ids, Seconds};
use base::clock::Date;
use domain::auth::Caller;
use domain::participations::{Access, Permission};
use domain::status_keys;
use domain::workspaces::{AccessLevel, VisibleWorkspace};

/// A project.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Workspace")]
pub struct WorkspaceObject<'o> {
    title: &'o str,
    account_id: i64,
    archived: bool,
    description: Option<&'o str>,
    start_date: Option<Date>,
    due_date: Option<Date>,
    created_at: Seconds,
    updated_at: Seconds,
    access_level: &'static str,
    consultant_role_name: &'static str,
    client_role_name: &'static str,
    budgeted: bool,
    percentage_complete: i64,
    currency: &'static str,
    currency_symbol: &'static str,
    currency_base_unit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatusObject>,
    permissions: Permissions,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    creator_id: Id,
    primary_maven_id: Option<Id>,
    #[serde(flatten)]
    associations: WorkspaceAssociations,
    id: Id,
}

/// The status key of a workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceStatus")]
struct StatusObject {
    color: &'static str,
    key: i64,
    message: &'static str,
}

/// The permissions of the caller in a workspace.
#[derive(Serialize, JsonSchema)]
struct Permissions {
    can_edit: bool,
    can_post: bool,
    can_join: bool,
    can_invite: bool,
    is_participant: bool,
    team_lead: bool,
    user_is_client: bool,
    restricted: bool,
    can_see_financials: bool,
    is_guest_on_project: bool,
    access_level: Option<&'static str>,
}

/// The associations of a workspace; each only if it is included.
#[derive(Default, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct WorkspaceAssociations {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_counterpart_id: Option<Option<Id>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant_ids: Ids,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participation_ids: Ids,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_user_participation_id: Option<Option<Id>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_report_ids: Ids,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_status_report_id: Option<Option<Id>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference_ids: Ids,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_group_ids: Ids,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_field_value_ids: Ids,
}

impl Object for WorkspaceObject<'_> {
    const KEY: &'static str = "workspaces";
}

impl<'o> WorkspaceObject<'o> {
    /// The wire object of a workspace; without `status` if the caller may not see its health. Statuary stores no names of
    /// roles, budget, progress, currency and stage; these members have the values of a new project of the vendor.
    pub fn of(
        visible: &'o VisibleWorkspace,
        caller: &Caller,
        with_stage: bool,
        associations: WorkspaceAssociations,
    ) -> Self {
        let workspace = &visible.workspace;
        let status = status_keys::find(workspace.status_key).filter(|_| visible.access.sees_health());
        Self {
            title: &workspace.title,
            account_id: workspace.account_id.0,
            archived: workspace.archived,
            description: workspace.description.as_deref(),
            start_date: workspace.start_date,
            due_date: workspace.due_date,
            created_at: Seconds(workspace.created_at),
            updated_at: Seconds(workspace.updated_at),
            access_level: AccessLevel::name(workspace.access_level),
            consultant_role_name: "Consultants",
            client_role_name: "Clients",
            budgeted: false,
            percentage_complete: 0,
            currency: "USD",
            currency_symbol: "$",
            currency_base_unit: 100,
            status: status.map(|row| StatusObject {
                color: row.color.name(),
                key: row.key,
                message: row.message,
            }),
            permissions: Permissions {
                can_edit: visible.access >= Access::Edit,
                can_post: visible.takes_part,
                can_join: false,
                can_invite: visible.access >= Access::Admin,
                is_participant: visible.takes_part,
                team_lead: visible.primary_maven_id == Some(caller.user_id),
                user_is_client: visible.access == Access::Client,
                restricted: false,
                can_see_financials: false,
                is_guest_on_project: false,
                access_level: match visible.access {
                    Access::Admin => Some(Permission::Admin.level()),
                    Access::Edit => Some(Permission::Edit.level()),
                    Access::View => Some(Permission::View.level()),
                    Access::Client | Access::None => None,
                },
            },
            stage: with_stage.then_some("project"),
            creator_id: Id::of(workspace.creator_id),
            primary_maven_id: visible.primary_maven_id.map(Id::of),
            associations,
            id: Id::of(workspace.id),
        }
    }
}
