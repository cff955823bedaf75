use std::error::Error as _;

use rusqlite::ErrorCode;
use tokio_postgres::error::SqlState;

/// What an engine says when it cannot do what it was asked; the text is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be reached or cannot write just now; the same request may work later.
    #[error("store unavailable: {0}")]
    Unavailable(String),
    /// The place that was named has no store that can be used; the text says what is there.
    #[error("{0}")]
    Unusable(String),
    /// A rule of the schema was broken.
    #[error("constraint: {text}")]
    Constraint {
        /// What the engine says.
        text: String,
        /// Which row of several.
        row: Option<usize>,
    },
    /// Anything else: a defect of ours.
    #[error("store: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => Self::Constraint { text, row: None },
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::OutOfMemory
                // Nobody waits for it any more, or too many large reads are under way.
                | ErrorCode::OperationInterrupted,
            ) => Self::Unavailable(text),
            _ => Self::Other(text),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
        // Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html: 08 connection, 23 integrity,
        // 25006 read-only transaction, 25P03 and 25P04 a transaction that took too long, 28 and 3D what the server refuses
        // a connection for, 40 a transaction that another one was in the way of, 53 resources, 55 object state and locks,
        // 57 operator, 58 system.
        match error.code().map(SqlState::code) {
            None => Self::Unavailable(text),
            Some(code) if code.starts_with("23") => Self::Constraint { text, row: None },
            Some(code) if ["25006", "25P03", "25P04"].contains(&code) => Self::Unavailable(text),
            Some(code) if ["08", "28", "3D", "40", "53", "55", "57", "58"].contains(&&code[..2]) => {
                Self::Unavailable(text)
            }
            Some(_) => Self::Other(text),
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl Error {
    pub(super) const UNAVAILABLE: &str = "unavailable";
    pub(super) const CONSTRAINT: &str = "constraint";
    pub(super) const OTHER: &str = "other";

    /// What is counted together.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => Self::UNAVAILABLE,
            Self::Constraint { .. } => Self::CONSTRAINT,
            Self::Unusable(_) | Self::Other(_) => Self::OTHER,
        }
    }

    /// The same, of one row of several.
    pub(super) fn at(self, row: usize) -> Self {
        match self {
            Self::Constraint { text, .. } => Self::Constraint { text, row: Some(row) },
            other => other,
        }
    }
}

/// The error of a unit of work: the caller's own type, which also carries what the store says.
pub trait Failure: From<Error> + Send + 'static {
    /// The store's error, if it is one.
    fn of_store(&self) -> Option<&Error>;
}

impl Failure for Error {
    fn of_store(&self) -> Option<&Error> {
        Some(self)
    }
}
