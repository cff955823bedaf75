//! Notifications: what people are told, in their inbox, and which kinds of it they want by e-mail.

pub mod archive;
pub mod reminders;
pub mod store;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, UserId};
use crate::named::named;
use base::clock::Time;

/// A kind of notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NotificationKind")]
pub enum Kind {
    /// A report will be due.
    ReportDue,
    /// A report is overdue.
    ReportOverdue,
    /// Somebody asked for a report.
    ReportRequested,
    /// A report was published.
    ReportPublished,
    /// The health is worse than in the report before.
    HealthWorsened,
    /// Somebody commented on a report.
    Comment,
    /// A comment mentions the person.
    Mention,
    /// What changed in a week; by e-mail alone.
    WeeklyDigest,
}

named!(Kind {
    ReportDue = "report_due",
    ReportOverdue = "report_overdue",
    ReportRequested = "report_requested",
    ReportPublished = "report_published",
    HealthWorsened = "health_worsened",
    Comment = "comment",
    Mention = "mention",
    WeeklyDigest = "weekly_digest",
});

impl Kind {
    /// Whether it comes by e-mail to people who never chose.
    pub fn is_mailed_by_default(self) -> bool {
        self != Self::ReportPublished
    }

    /// How a choice about it is written in the store, by which statements find it.
    pub fn chosen(self, is_mailed: bool) -> String {
        format!("\"{}\":{is_mailed}", self.name())
    }
}

/// What a person chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationSettings {
    /// Unique in the store.
    pub id: i64,
    /// The account of the person.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// Which kinds come by e-mail, of those that were chosen.
    pub email: BTreeMap<Kind, bool>,
    /// When it last changed.
    pub updated_at: Time,
}

impl NotificationSettings {
    /// What holds for a person who never chose.
    pub const fn blank(account_id: AccountId, user_id: UserId) -> Self {
        Self { id: 0, account_id, user_id, email: BTreeMap::new(), updated_at: Time(0) }
    }

    /// Whether a kind comes by e-mail.
    pub fn is_mailed(&self, kind: Kind) -> bool {
        self.email.get(&kind).copied().unwrap_or(kind.is_mailed_by_default())
    }
}
