//! The archive: the whole store as one JSON object a line (version 1, `docs/reference/archive.md`).

pub mod export;
pub mod import;

use serde::{Deserialize, Serialize};

use super::accounts::Account;
use super::auth::Token;
use super::external_references::ExternalReference;
use super::oauth::Application;
use super::participations::Participation;
use super::status_changes::StatusChange;
use super::status_reports::StatusReport;
use super::statuses::Status;
use super::users::User;
use super::workspaces::Workspace;

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
