//! Acknowledgements: who has read a status report.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ReportId, UserId};
use base::clock::Time;

/// A person's word that they have read a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Unique in the store.
    pub id: i64,
    /// The account of the report.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The report, which may be deleted.
    pub status_report_id: ReportId,
    /// The person.
    pub user_id: UserId,
    /// When.
    pub created_at: Time,
}
