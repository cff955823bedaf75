//! The activities of a work package: an entry for each write, and the comments.
//! `docs/contracts/openproject-work-packages.md#activities`.

use serde::{Deserialize, Serialize};

use super::attribute::Attribute;
use crate::ids::{AccountId, UserId, WorkPackageId, WorkspaceId};
use base::clock::Time;

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Unique in the store.
    pub id: i64,
    /// The account of the work package; not part of the archive.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace of the work package.
    pub workspace_id: WorkspaceId,
    /// The work package.
    pub work_package_id: WorkPackageId,
    /// 1, 2, 3, ... of each work package; 1 is its creation.
    pub version: i64,
    /// The person who wrote; `None` for the switch of the mode of progress.
    pub user_id: Option<UserId>,
    /// Markdown; `None` without a comment.
    pub comment: Option<String>,
    /// What changed, with the names of that time.
    pub details: Vec<Detail>,
    /// When it was written.
    pub created_at: Time,
    /// When its comment was last written.
    pub updated_at: Time,
}

/// A changed attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// The label of the attribute.
    pub label: String,
    /// The value before; `None` if it had none. The values of the description are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The value after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl Detail {
    /// A changed attribute with its values.
    pub fn new(attribute: Attribute, from: Option<String>, to: Option<String>) -> Self {
        Self { label: attribute.label().to_owned(), from, to }
    }

    /// The sentence about the change, from its label and values as `dress` shows them.
    pub fn sentence(&self, dress: impl Fn(&str) -> String) -> String {
        let Self { label, from, to } = self;
        if label == Attribute::Description.label() {
            let verb = match (from, to) {
                (None, _) => "set",
                (_, None) => "deleted",
                _ => "changed",
            };
            return format!("{} {verb}", dress(label));
        }
        let label = dress(label);
        match (from.as_deref().map(&dress), to.as_deref().map(&dress)) {
            (Some(from), Some(to)) => format!("{label} changed from {from} to {to}"),
            (None, Some(to)) => format!("{label} set to {to}"),
            (from, None) => format!("{label} deleted ({})", from.unwrap_or_default()),
        }
    }
}
