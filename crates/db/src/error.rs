//! Errors of the engines, by what the caller can do about them.

use std::error::Error as _;

use rusqlite::ErrorCode;
use tokio_postgres::error::SqlState;

/// The result of a database operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of an engine. Its text is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be reached or written at the moment. The same request may succeed later.
    #[error("store unavailable: {0}")]
    Unavailable(String),
    /// The given location has no usable store. The text says what it has instead.
    #[error("{0}")]
    Unusable(String),
    /// A constraint of the schema was violated.
    #[error("constraint: {text}")]
    Constraint {
        /// The message of the engine.
        text: String,
        /// The index of the row, if the statement ran for several.
        row: Option<usize>,
    },
    /// Any other error: a defect of this program.
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
                // The caller no longer waits, or too many large reads run.
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
        // 25006 read-only transaction, 25P03 and 25P04 transaction timeouts, 28 and 3D refused connections,
        // 40 transaction conflicts, 53 resources, 55 object state and locks, 57 operator, 58 system.
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
    pub(crate) const UNAVAILABLE: &str = "unavailable";
    pub(crate) const CONSTRAINT: &str = "constraint";
    pub(crate) const OTHER: &str = "other";

    /// The error of a column with a value that its type does not have.
    pub fn unknown(what: &str) -> Self {
        Self::Other(format!("an unknown {what}"))
    }

    /// The label of the metric that counts errors.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => Self::UNAVAILABLE,
            Self::Constraint { .. } => Self::CONSTRAINT,
            Self::Unusable(_) | Self::Other(_) => Self::OTHER,
        }
    }

    /// Adds the index of the row to a violated constraint.
    pub(crate) fn with_row(self, row: usize) -> Self {
        match self {
            Self::Constraint { text, .. } => Self::Constraint { text, row: Some(row) },
            other => other,
        }
    }
}

/// The error type of a unit of work, which can also contain an [`Error`].
pub trait WorkError: From<Error> + Send + 'static {
    /// The database error, if this is one.
    fn db_error(&self) -> Option<&Error>;
}

impl WorkError for Error {
    fn db_error(&self) -> Option<&Error> {
        Some(self)
    }
}
