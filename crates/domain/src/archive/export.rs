//! Writing an archive.

use std::io::Write;

use serde::Serialize;

use super::HEADER;
use crate::accounts::Account;
use crate::auth::Token;
use crate::error::Result;
use crate::external_references::ExternalReference;
use crate::oauth::Application;
use crate::participations::Participation;
use crate::record::Record;
use crate::status_changes::StatusChange;
use crate::status_reports::StatusReport;
use crate::statuses::Status;
use crate::users::User;
use crate::workspaces::Workspace;
use db::{Conn, Error};

/// How many records are held at once.
const CHUNK: i64 = 1000;

#[derive(Serialize)]
struct Tagged<'r, R> {
    kind: &'static str,
    #[serde(flatten)]
    record: &'r R,
}

/// Writes the whole store: kind after kind, so that a line refers only to what stands above it, each by id.
///
/// # Errors
/// Those of the store and of the writer.
pub async fn export(conn: &mut Conn, out: &mut (impl Write + Send)) -> Result<()> {
    writeln!(out, "{HEADER}").map_err(|error| unwritable(&error))?;
    all::<Account>(conn, out).await?;
    all::<User>(conn, out).await?;
    all::<Application>(conn, out).await?;
    all::<Token>(conn, out).await?;
    all::<Status>(conn, out).await?;
    all::<Workspace>(conn, out).await?;
    all::<Participation>(conn, out).await?;
    all::<StatusReport>(conn, out).await?;
    all::<StatusChange>(conn, out).await?;
    all::<ExternalReference>(conn, out).await?;
    out.flush().map_err(|error| unwritable(&error))
}

async fn all<R: Record>(conn: &mut Conn, out: &mut (impl Write + Send)) -> Result<()> {
    let mut last = i64::MIN;
    loop {
        let records = R::after(conn, last, CHUNK).await?;
        let Some(end) = records.last() else { return Ok(()) };
        last = end.id();
        for record in &records {
            let line = serde_json::to_string(&Tagged { kind: R::KIND, record });
            let line = line.expect("a record is made of texts, numbers and lists");
            writeln!(out, "{line}").map_err(|error| unwritable(&error))?;
        }
    }
}

fn unwritable(error: &std::io::Error) -> crate::error::Error {
    Error::Unavailable(format!("the archive cannot be written: {error}")).into()
}
