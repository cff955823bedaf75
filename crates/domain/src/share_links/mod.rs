//! Share links: addresses with which people without a login read chosen workspaces, and nothing beyond what the link names.

pub mod archive;
pub mod store;
pub mod view;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::named::named;
use base::clock::Time;

/// The maximum number of workspaces of a link.
pub const MOST_WORKSPACES: usize = 200;
/// The maximum number of weeks that a link shows.
pub const MOST_WEEKS: i64 = 104;
/// The number of weeks that a link shows if nothing else is chosen.
pub const WEEKS: i64 = 12;
/// The maximum length of a password, in characters.
pub const PASSWORD_LIMIT: usize = 200;
/// The maximum number of links of an account.
pub const MOST: i64 = 10_000;

/// The problem of an empty or a too long list of workspaces.
pub const WRONG_NUMBER: Problem = Problem::Sentence("has 1 to 200 different workspaces");
/// The problem of an end that is over.
pub const OVER: Problem = Problem::Sentence("is not in the future");
/// The problem of one link too many.
pub const TOO_MANY: Problem = Problem::Sentence("An account has at most 10000 share links");

/// What a link shows besides the titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SharedPart")]
pub enum Part {
    /// The colour of the last report, its time, and the colours of the weeks.
    Health,
    /// The colours of the categories of the last report.
    Details,
    /// The text of the last report, and with `details` the texts of its categories.
    Descriptions,
    /// The status.
    Status,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareLink {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspaces.
    pub account_id: AccountId,
    /// The workspaces, in their order; at least one.
    pub workspace_ids: Vec<WorkspaceId>,
    /// The number of weeks.
    pub weeks: i64,
    /// What it shows, each part once.
    #[serde(rename = "with")]
    pub parts: Vec<Part>,
    /// When it ends by itself.
    #[serde(default)]
    pub expires_at: Option<Time>,
    /// The hash of its password, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The SHA-256 of its secret, in hex.
    pub sha256: String,
    /// The person who made it.
    pub creator_id: UserId,
    /// When it was made.
    pub created_at: Time,
}

/// A link in a request.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required.
    pub workspace_ids: Option<Vec<WorkspaceId>>,
    /// [`WEEKS`] if absent.
    pub weeks: Option<i64>,
    /// The names of parts; the health if absent.
    pub parts: Option<Vec<String>>,
    /// None for a link that does not end by itself.
    pub expires_at: Option<Time>,
    /// Its password, if it has one.
    pub password: Option<String>,
}

named!(Part {
    Health = "health",
    Details = "details",
    Descriptions = "descriptions",
    Status = "status",
});

impl ShareLink {
    /// Whether it shows a part.
    pub fn shows(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}

impl Draft {
    /// The violations that do not depend on the store, in the order of the fields.
    pub fn violations(&self, now: Time) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut add = |field, problem| violations.push(Violation::new(field, problem));
        match &self.workspace_ids {
            None => add("workspace_ids", Problem::Blank),
            Some(ids) => {
                let mut different = ids.clone();
                different.sort_unstable();
                different.dedup();
                if ids.is_empty() || ids.len() > MOST_WORKSPACES || different.len() < ids.len() {
                    add("workspace_ids", WRONG_NUMBER);
                }
            }
        }
        if self.weeks.is_some_and(|weeks| !(1..=MOST_WEEKS).contains(&weeks)) {
            add("weeks", Problem::OutOfRange(1, MOST_WEEKS));
        }
        if self.parts.iter().flatten().any(|name| Part::named(name).is_none()) {
            add("with", Problem::NotIncluded);
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            add("expires_at", OVER);
        }
        match &self.password {
            Some(password) if password.trim().is_empty() => add("password", Problem::Blank),
            Some(password) if password.chars().count() > PASSWORD_LIMIT => {
                add("password", Problem::TooLong(PASSWORD_LIMIT));
            }
            _ => {}
        }
        violations
    }

    /// The parts, in their order, each once.
    pub fn chosen(&self) -> Vec<Part> {
        let Some(names) = &self.parts else { return vec![Part::Health] };
        Part::ALL.into_iter().filter(|part| names.iter().any(|name| name == part.name())).collect()
    }
}

/// The path of the link with a secret.
pub fn path(secret: &str) -> String {
    format!("/s/{secret}")
}

/// The path of the badge of the link with a secret.
pub fn badge(secret: &str) -> String {
    format!("/badge/{secret}.svg")
}

/// The secret of a new link: half of 32 random bytes, so that addresses stay short.
pub fn secret(random: [u8; 32]) -> String {
    hex::encode(&random[..16])
}
