//! Pinned views: the saved views that a person keeps in sight on the portfolio, their own and those that others share.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::ids::{AccountId, UserId};
use base::clock::Time;

/// The maximum number of pinned views of a person.
pub const MOST: usize = 8;

/// The problem of one pinned view too many.
pub const TOO_MANY: Problem = Problem::Sentence("A person pins at most 8 views");

/// The pinned views of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewPins {
    /// Unique in the store.
    pub id: i64,
    /// The account of the person.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The person, who has one of these at most.
    pub user_id: UserId,
    /// The views in their order, each once; some may be deleted, or no longer shared.
    pub views: Vec<i64>,
    /// When a view was pinned first.
    pub created_at: Time,
    /// When they last changed.
    pub updated_at: Time,
}
