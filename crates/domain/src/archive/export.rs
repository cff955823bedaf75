//! Writing an archive.

use std::io::Write;

use serde::Serialize;

use super::HEADER;
use crate::error::Result;
use crate::kinds::kinds;
use crate::record::Archived;
use db::{Conn, Error};

/// The number of records in memory at once.
const CHUNK: i64 = 1000;

#[derive(Serialize)]
struct Tagged<'r, R> {
    kind: &'static str,
    #[serde(flatten)]
    record: &'r R,
}

/// Writes the whole store: kind after kind, so that a line refers only to lines above it, each kind by id.
///
/// # Errors
/// Those of the store and of the writer.
pub async fn export(conn: &mut Conn, out: &mut (impl Write + Send)) -> Result<()> {
    writeln!(out, "{HEADER}").map_err(|error| unwritable(&error))?;
    macro_rules! export_each {
        ($(
            archived { $module:ident::$type:ident $($columns:tt)* }
            $(unarchived { $($other:tt)* })*
        )*) => {
            $(all::<crate::$module::$type>(conn, out).await?;)*
        };
    }
    kinds!(export_each);
    out.flush().map_err(|error| unwritable(&error))
}

async fn all<R: Archived>(conn: &mut Conn, out: &mut (impl Write + Send)) -> Result<()> {
    let mut last = i64::MIN;
    loop {
        let records = R::after(conn, last, CHUNK).await?;
        let Some(end) = records.last() else { return Ok(()) };
        last = end.id().into();
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
