//! The archive: the whole store as one JSON object a line (version 1, `docs/reference/archive.md`).

pub mod export;
pub mod import;
pub mod record;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::auth::Token;
use crate::external_references::ExternalReference;
use crate::oauth::Application;
use crate::participations::Participation;
use crate::status_changes::StatusChange;
use crate::status_reports::StatusReport;
use crate::statuses::Status;
use crate::users::User;
use crate::workspaces::Workspace;

/// The first line.
pub const HEADER: &str = r#"{"kind":"statuary_archive","version":1}"#;

/// A line after the first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as the kinds")]
pub enum Line {
    Account(Account),
    User(User),
    Application(Application),
    Token(Token),
    Status(Status),
    Workspace(Workspace),
    Participation(Participation),
    StatusReport(StatusReport),
    WorkspaceStatusChange(StatusChange),
    ExternalReference(ExternalReference),
}
