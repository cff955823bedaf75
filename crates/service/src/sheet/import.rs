//! Storing the rows of a sheet: all of them in one transaction, or nothing. The command line, the native surface and the pages
//! call this.

use db::{Conn, WorkError};
use domain::error::{Error, StoreError};
use domain::events::Change;
use domain::moving::sheet::{self, Kind, Row, Wrong};
use domain::moving::{Outcome, Route, Vendor};

/// Why nothing was stored.
#[derive(Debug)]
pub enum Ended {
    /// The store failed, or the request was refused.
    Failed(Error),
    /// Rows are wrong.
    Wrong(Vec<Wrong>),
    /// It was a dry run: this would come.
    DryRun(Outcome),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl WorkError for Ended {
    fn db_error(&self) -> Option<&StoreError> {
        match self {
            Self::Failed(error) => error.db_error(),
            Self::Wrong(_) | Self::DryRun(_) => None,
        }
    }
}

/// Stores the rows, unless it is a dry run.
///
/// # Errors
/// Why nothing was stored; wrong rows are in their order.
pub async fn store(
    conn: &mut Conn,
    change: &Change,
    kind: Kind,
    rows: &[Row],
    is_dry: bool,
) -> Result<Outcome, Ended> {
    let route = Route { change: change.clone(), source: sheet::SOURCE.to_owned(), vendor: Vendor::Sheet };
    match sheet::store(conn, &route, kind, rows).await? {
        Ok(outcome) if is_dry => Err(Ended::DryRun(outcome)),
        Ok(outcome) => Ok(outcome),
        Err(mut wrong) => {
            wrong.sort();
            Err(Ended::Wrong(wrong))
        }
    }
}
