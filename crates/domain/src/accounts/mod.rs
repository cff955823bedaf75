//! Accounts: the tenants. No record refers to one of another account.

pub mod archive;
pub mod store;

use crate::ids::AccountId;
use serde::{Deserialize, Serialize};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Unique in the store.
    pub id: AccountId,
    /// The name.
    pub name: String,
    /// Whether reports with hints are refused on the pages and in Statuary's own API.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocks_hints: bool,
    /// Whether people who sign in with a password need a second factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requires_factor: bool,
}

/// The name of the account that is created when the first one is needed.
pub const DEFAULT_NAME: &str = "Default";
