//! The objects as Kantata spells them: members in the vendor's order, ids as texts, whole-second times
//! (docs/contracts/kantata.md#values, and the section of each resource).

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use base::clock::{Date, Time};
use domain::auth::Caller;
use domain::external_references::{ExternalReference, SubjectType, SyncStatus};
use domain::participations::{Access, Participation, Permission, Side};
use domain::status_changes::StatusChange;
use domain::status_keys;
use domain::status_keys::StatusKey;
use domain::status_reports::{Color, Detail, StatusReport};
use domain::users::User;
use domain::workspaces::{AccessLevel, VisibleWorkspace};

/// An id on the wire: a decimal text.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub i64);

/// Ids on the wire.
pub type Ids = Option<Vec<Id>>;

/// An instant on the wire: UTC, whole seconds.
#[derive(Clone, Copy)]
pub struct Seconds(pub Time);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(itoa::Buffer::new().format(self.0))
    }
}

impl JsonSchema for Id {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+$" })
    }
}

impl JsonSchema for Seconds {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "description": "UTC, whole seconds." })
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.second())
    }
}

/// A dated snapshot of a workspace's health.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusReport")]
pub struct StatusReportObject<'o> {
    color: Color,
    description: &'o str,
    details: &'o [Detail],
    created_at: Seconds,
    updated_at: Seconds,
    workspace_id: Id,
    creator_id: Id,
    updater_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_reference_ids: Ids,
    id: Id,
}

/// A status report; the ids of its references only where they are included.
pub fn status_report(report: &StatusReport, external_reference_ids: Ids) -> impl Serialize {
    StatusReportObject {
        color: report.color,
        description: &report.description,
        details: &report.details,
        created_at: Seconds(report.created_at),
        updated_at: Seconds(report.updated_at),
        workspace_id: Id(report.workspace_id),
        creator_id: Id(report.creator_id),
        updater_id: report.updater_id.map(Id),
        external_reference_ids,
        id: Id(report.id),
    }
}

/// A move of a workspace from one status key to another.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceStatusChange")]
pub struct StatusChangeObject {
    from_status_key: Option<Id>,
    from_message: Option<&'static str>,
    from_color: Option<&'static str>,
    to_status_key: Id,
    to_message: Option<&'static str>,
    to_color: Option<&'static str>,
    created_at: Seconds,
    updated_at: Seconds,
    workspace_id: Id,
    user_id: Id,
    id: Id,
}

/// A status change; its keys are texts here (docs/contracts/kantata.md#status-keys-in-two-types).
pub fn status_change(change: &StatusChange) -> impl Serialize {
    let from = change.from_status_key.and_then(status_keys::find);
    let to = status_keys::find(change.to_status_key);
    let color = |row: Option<StatusKey>| row.map(|row| row.color.name());
    StatusChangeObject {
        from_status_key: change.from_status_key.map(Id),
        from_message: from.map(|row| row.message),
        from_color: color(from),
        to_status_key: Id(change.to_status_key),
        to_message: to.map(|row| row.message),
        to_color: color(to),
        created_at: Seconds(change.created_at),
        updated_at: Seconds(change.created_at),
        workspace_id: Id(change.workspace_id),
        user_id: Id(change.user_id),
        id: Id(change.id),
    }
}

/// A person of the account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub struct UserObject<'o> {
    full_name: &'o str,
    photo_path: Option<&'o str>,
    email_address: &'o str,
    headline: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    own: Option<Own>,
    account_id: Id,
    id: Id,
}

/// What only the caller sees; Statuary has no plans.
#[derive(Serialize, JsonSchema)]
struct Own {
    account_permission: &'static str,
    plan_type: Option<&'static str>,
}

/// A user.
pub fn user(user: &User) -> impl Serialize {
    user_object(user, None)
}

/// The caller, who also learns what the account allows (docs/contracts/kantata.md#users).
pub fn me(user: &User) -> impl Serialize {
    let permission = if user.administrator { "Account Administrator" } else { "Collaborator" };
    user_object(user, Some(Own { account_permission: permission, plan_type: None }))
}

fn user_object(user: &User, own: Option<Own>) -> UserObject<'_> {
    UserObject {
        full_name: &user.full_name,
        photo_path: user.photo_path.as_deref(),
        email_address: &user.email_address,
        headline: user.headline.as_deref(),
        own,
        account_id: Id(user.account_id),
        id: Id(user.id),
    }
}

/// A record of another system that a report or a workspace belongs to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ExternalReference")]
pub struct ExternalReferenceObject<'o> {
    service_name: &'o str,
    service_model: &'o str,
    service_model_ref: &'o str,
    status: Option<SyncStatus>,
    external_link: Option<&'o str>,
    external_message: Option<&'o str>,
    external_status: Option<&'o str>,
    locked: bool,
    last_synced_at: Option<Seconds>,
    subject_id: i64,
    subject_type: SubjectType,
    created_at: Seconds,
    updated_at: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_ref: Option<SubjectRef>,
    id: Id,
}

/// A subject among the side-loads.
#[derive(Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct SubjectRef {
    pub key: &'static str,
    pub id: Id,
}

/// The top-level member in which subjects of a type stand.
pub const fn subject_key(kind: SubjectType) -> &'static str {
    match kind {
        SubjectType::StatusReport => "status_reports",
        SubjectType::Workspace => "workspaces",
    }
}

/// An external reference; where its subject is included, with a pointer to it.
pub fn external_reference(reference: &ExternalReference, subject_included: bool) -> impl Serialize {
    let subject = SubjectRef { key: subject_key(reference.subject_type), id: Id(reference.subject_id) };
    ExternalReferenceObject {
        service_name: &reference.service_name,
        service_model: &reference.service_model,
        service_model_ref: &reference.service_model_ref,
        status: reference.status,
        external_link: reference.external_link.as_deref(),
        external_message: reference.external_message.as_deref(),
        external_status: reference.external_status.as_deref(),
        locked: reference.locked,
        last_synced_at: reference.last_synced_at.map(Seconds),
        subject_id: reference.subject_id,
        subject_type: reference.subject_type,
        created_at: Seconds(reference.created_at),
        updated_at: Seconds(reference.updated_at),
        subject_ref: subject_included.then_some(subject),
        id: Id(reference.id),
    }
}

/// A person's part in a workspace.
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

/// A participation; its level only where `optional_fields` asks for it. Participations have no references.
pub fn participation(part: &Participation, with_level: bool, with_references: bool) -> impl Serialize {
    ParticipationObject {
        role: role(part.side),
        show_as_read_only: part.permission == Permission::View,
        can_invite: part.permission == Permission::Admin,
        created_at: Seconds(part.created_at),
        updated_at: Seconds(part.updated_at),
        access_level: with_level.then(|| part.permission.level()),
        user_id: Id(part.user_id),
        workspace_id: Id(part.workspace_id),
        external_reference_ids: with_references.then(Vec::new),
        id: Id(part.id),
    }
}

/// The name of a side.
pub const fn role(side: Side) -> &'static str {
    match side {
        Side::Provider => "maven",
        Side::Client => "buyer",
    }
}

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

/// The row of the table of status keys that a workspace is at.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceStatus")]
struct StatusObject {
    color: &'static str,
    key: i64,
    message: &'static str,
}

/// What the caller may do in a workspace.
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

/// The associations of a workspace; each is there only where it is included.
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

/// A workspace: without `status` for those who may not see it. Roles' names, budget, progress, currency and stage
/// are nothing that Statuary keeps; they are what a new project of the vendor has.
pub fn workspace(
    seen: &VisibleWorkspace,
    caller: &Caller,
    with_stage: bool,
    associations: WorkspaceAssociations,
) -> impl Serialize {
    let workspace = &seen.workspace;
    let status = status_keys::find(workspace.status_key).filter(|_| seen.access.sees_health());
    WorkspaceObject {
        title: &workspace.title,
        account_id: workspace.account_id,
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
            can_edit: seen.access >= Access::Edit,
            can_post: seen.takes_part,
            can_join: false,
            can_invite: seen.access >= Access::Admin,
            is_participant: seen.takes_part,
            team_lead: seen.primary_maven_id == Some(caller.user_id),
            user_is_client: seen.access == Access::Client,
            restricted: false,
            can_see_financials: false,
            is_guest_on_project: false,
            access_level: match seen.access {
                Access::Admin => Some(Permission::Admin.level()),
                Access::Edit => Some(Permission::Edit.level()),
                Access::View => Some(Permission::View.level()),
                Access::Client | Access::None => None,
            },
        },
        stage: with_stage.then_some("project"),
        creator_id: Id(workspace.creator_id),
        primary_maven_id: seen.primary_maven_id.map(Id),
        associations,
        id: Id(workspace.id),
    }
}
