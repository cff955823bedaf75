//! Participations: the members of a workspace, their sides, and the access that follows from them.

pub mod archive;
pub mod store;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{Error, Problem, Violation};
use crate::ids::{AccountId, UserId, WorkspaceId};
use base::clock::Time;

/// A person's part in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participation {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspace and of the person.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The person.
    pub user_id: UserId,
    /// The side that delivers, or the side for which it delivers.
    pub side: Side,
    /// What the person may do there; means nothing on the client side.
    pub permission: Permission,
    /// When the person joined; not part of the archive, which takes the workspace's.
    #[serde(skip, default = "unknown")]
    pub created_at: Time,
    /// When side or permission last changed; not part of the archive.
    #[serde(skip, default = "unknown")]
    pub updated_at: Time,
}

const fn unknown() -> Time {
    Time(0)
}

/// The two sides of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Those who deliver.
    Provider,
    /// Those for whom it is delivered: they see the workspace and nothing of its health.
    Client,
}

/// What a participant of the provider side may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Read.
    View,
    /// Read and write.
    Edit,
    /// Read, write, and manage participations.
    Admin,
}

/// The numbers of a user's participations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the sides, and the permissions of the provider's")]
pub struct Parts {
    pub client: i64,
    pub view: i64,
    pub edit: i64,
    pub admin: i64,
}

/// What a caller may do in a workspace; each level includes the ones before it
/// (docs/contracts/kantata.md#who-may-do-what).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// The caller does not see the workspace.
    None,
    /// Sees the workspace without its health.
    Client,
    /// Reads status, reports and changes.
    View,
    /// Writes them.
    Edit,
    /// Manages participations.
    Admin,
}

impl Side {
    /// The name in the store and in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Client => "client",
        }
    }

    /// The side of a name of [`Side::name`].
    pub fn named(name: &str) -> Option<Self> {
        [Self::Provider, Self::Client].into_iter().find(|side| side.name() == name)
    }
}

impl Permission {
    /// The name in the store and in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::Admin => "admin",
        }
    }

    /// The name of the access level in requests, answers and forms.
    pub const fn level(self) -> &'static str {
        match self {
            Self::View => "view_tasks",
            Self::Edit => "edit_tasks",
            Self::Admin => "admin",
        }
    }

    /// The permission of a name of [`Permission::name`].
    pub fn named(name: &str) -> Option<Self> {
        [Self::View, Self::Edit, Self::Admin].into_iter().find(|permission| permission.name() == name)
    }
}

/// A participation in a workspace that exists; `None` if the user does not participate.
pub type Part = Option<(Side, Permission)>;

impl Access {
    /// The access of an administrator of the account, or of a participant.
    pub const fn of(administrator: bool, part: Option<(Side, Permission)>) -> Self {
        match (administrator, part) {
            (true, _) | (false, Some((Side::Provider, Permission::Admin))) => Self::Admin,
            (false, Some((Side::Provider, Permission::Edit))) => Self::Edit,
            (false, Some((Side::Provider, Permission::View))) => Self::View,
            (false, Some((Side::Client, _))) => Self::Client,
            (false, None) => Self::None,
        }
    }

    /// Returns `Ok` if the caller has at least the `needed` access.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller does not see the workspace, else [`Error::Forbidden`].
    pub fn require(self, needed: Self) -> Result<(), Error> {
        match self {
            Self::None => Err(Error::NotFound),
            access if access < needed => Err(Error::Forbidden),
            _ => Ok(()),
        }
    }

    /// Whether the caller sees the status of the workspace, its reports and its changes.
    pub fn sees_health(self) -> bool {
        self >= Self::View
    }
}

/// A participation in a request, before its names are checked.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The person, for a new one.
    pub user_id: Option<UserId>,
    /// `maven` or `consultant`, `buyer` or `client`.
    pub role: Option<String>,
    /// `view_*`, `edit_*` or `admin`.
    pub access_level: Option<String>,
}

/// A participation that can be added.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named as in the participation")]
pub struct NewParticipation {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub side: Side,
    pub permission: Permission,
}

impl Draft {
    /// The side and permission that it asks for.
    pub fn read(&self, violations: &mut Vec<Violation>) -> (Option<Side>, Option<Permission>) {
        let side = self.role.as_deref().and_then(side_of_role);
        if self.role.as_deref().is_some_and(|role| !role.is_empty()) && side.is_none() {
            violations.push(Violation::new("role", Problem::NotIncluded));
        }
        let permission = self.access_level.as_deref().and_then(permission_of_level);
        if self.access_level.is_some() && permission.is_none() {
            violations.push(Violation::new("access_level", Problem::NotIncluded));
        }
        (side, permission)
    }
}

/// The names of roles: two of the provider side, two of the client side.
pub const ROLES: [&str; 4] = ["maven", "consultant", "buyer", "client"];

/// The side of a role's name.
pub fn side_of_role(role: &str) -> Option<Side> {
    match ROLES.iter().position(|known| *known == role)? {
        0 | 1 => Some(Side::Provider),
        _ => Some(Side::Client),
    }
}

fn permission_of_level(level: &str) -> Option<Permission> {
    match level {
        "admin" => Some(Permission::Admin),
        _ if level.starts_with("edit_") => Some(Permission::Edit),
        _ if level.starts_with("view_") => Some(Permission::View),
        _ => None,
    }
}
