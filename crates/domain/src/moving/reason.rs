//! Why a row of a sheet cannot be stored: with its parts, so that pages say it in the language of the reader.

use std::fmt::{Display, Formatter, Result};

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The cell of a column is needed and empty.
    Empty(String),
    /// The text in a column is not what the column has.
    Unreadable(String, Wanted, String),
    /// No workspace has this id or title.
    NoWorkspace(String),
    /// Several workspaces have this title.
    SeveralWorkspaces(String),
    /// The text in a column names nobody, or several people.
    NoPerson(String, String),
    /// A category has a text and no color.
    NoColor(String),
    /// It is the same record as the row with this number.
    Same(u64),
    /// A work package is its own parent.
    OwnParent,
    /// The parent of a work package is no row of the sheet.
    NoParent,
    /// A percentage is not from 0 to 100.
    NotPercent,
    /// A rule of the record, in English.
    Other(String),
}

/// What a cell should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named as the values")]
pub enum Wanted {
    Number,
    Color,
    Time,
    Day,
    Hours,
    Name,
}

impl Wanted {
    const fn words(self) -> &'static str {
        match self {
            Self::Number => "a whole number",
            Self::Color => "green, yellow or red",
            Self::Time => "a time",
            Self::Day => "a day",
            Self::Hours => "a number of hours",
            Self::Name => "a known name",
        }
    }
}

impl Display for Reason {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Empty(column) => write!(out, "`{column}` is empty"),
            Self::Unreadable(column, wanted, text) => {
                write!(out, "`{column}` is not {}: {text}", wanted.words())
            }
            Self::NoWorkspace(text) => write!(out, "there is no workspace {text}"),
            Self::SeveralWorkspaces(title) => {
                write!(out, "several workspaces are called {title}: `workspace_id` names one")
            }
            Self::NoPerson(column, text) => {
                write!(out, "`{column}`: the account has nobody, or several people, called {text}")
            }
            Self::NoColor(category) => write!(out, "`{category}_text` has no color in `{category}`"),
            Self::Same(row) => write!(out, "it is the same record as row {row}"),
            Self::OwnParent => write!(out, "it is its own parent"),
            Self::NoParent => write!(out, "`parent_id` is the `id` of no row"),
            Self::NotPercent => write!(out, "`percent` is not from 0 to 100"),
            Self::Other(reason) => write!(out, "{reason}"),
        }
    }
}
