//! Records of an account as a file. The command line writes one itself; the native surface and the pages send one.

use axum::response::Response;

use super::workbook::{self, XLSX};
use super::{CSV, plain};
use crate::app::App;
use crate::files::{attachment, in_turn};
use domain::error::Error;
use domain::ids::AccountId;
use domain::moving::lists::{self, Most};
use domain::moving::sheet::Kind;
use domain::work;

/// The bounds of a file that a request gets.
const MOST: Most = Most { rows: 20_000, bytes: 32 << 20 };

/// The forms of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the endings of file names")]
pub enum Form {
    Csv,
    Xlsx,
}

impl Form {
    /// Every form with the ending of its file names.
    pub const ALL: [(&str, Self); 2] = [("csv", Self::Csv), ("xlsx", Self::Xlsx)];

    /// The form with an ending.
    pub fn named(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(own, _)| *own == ending).map(|(_, form)| form)
    }

    /// Writes rows below the names of the columns of their kind.
    ///
    /// # Errors
    /// If there are more rows than a sheet can have.
    pub fn write(self, kind: Kind, rows: &[Vec<String>]) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Csv => Ok(plain(kind.columns(), rows)?),
            Self::Xlsx => Ok(workbook::write(kind.name(), kind.columns(), rows)?),
        }
    }
}

/// The records of an account as a file; the inner error is one of the writer.
///
/// # Errors
/// [`Error::TooMuch`]
pub async fn file(
    app: &App,
    account_id: AccountId,
    kind: Kind,
    form: Form,
) -> Result<anyhow::Result<Response>, Error> {
    let read = app.db.read(work!(|conn| lists::rows(conn, account_id, kind, MOST).await));
    let written = in_turn(read, move |rows: Vec<Vec<String>>| form.write(kind, &rows)).await?;
    let (media_type, ending) = match form {
        Form::Csv => (CSV, "csv"),
        Form::Xlsx => (XLSX, "xlsx"),
    };
    Ok(written.map(|bytes| attachment(bytes, media_type, &format!("{}.{ending}", kind.name()))))
}
