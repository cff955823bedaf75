//! Adding records as an import does, with ids that the store draws.

use super::import::Import;
use crate::error::Result;
use crate::events::Change;
use crate::record::{Archived, Found, Needs};
use db::Conn;

/// The records that others refer to.
pub async fn find(conn: &mut Conn, change: &Change, needs: &Needs) -> Result<Found> {
    Import::new(conn, change.clone()).find(needs).await
}

/// Inserts settled records, whose ids do not matter, and returns them with their ids. As in an import, nobody is told.
///
/// # Errors
/// [`crate::error::Error::Store`], with a constraint if a record conflicts with another.
pub async fn add<R: Archived>(conn: &mut Conn, change: &Change, records: Vec<R>) -> Result<Vec<R>> {
    let mut new = Vec::with_capacity(records.len());
    for record in records {
        let id = record.insert(conn).await?;
        new.push(record.with_id(id));
    }
    R::imported(conn, &new).await?;
    let mut import = Import::new(conn, change.clone());
    import.added(&new).await?;
    import.count().await?;
    Ok(new)
}
