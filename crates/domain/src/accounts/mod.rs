//! Accounts: the tenants. Nothing crosses one.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Unique in the store.
    pub id: i64,
    /// What people call it.
    pub name: String,
}

/// The name of the account that is made when one is needed and there is none.
pub const DEFAULT_NAME: &str = "Default";
