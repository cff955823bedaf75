//! Verification of a store, as `statuary verify` does it.

use db::{Db, Location};
use domain::verify::{Summary, verify};
use domain::work;

/// Verifies a store. Returns the counts and the findings.
pub async fn verified(db: &Db) -> (Summary, Vec<String>) {
    let work = db.read(work!(|conn| {
        let mut found = Vec::new();
        let summary = verify(conn, &mut |finding| found.push(finding.to_owned())).await?;
        Ok((summary, found))
    }));
    work.await.expect("a check")
}

/// Asserts that the verification of a store finds nothing.
pub async fn is_whole(location: &Location) {
    let db = Db::open_existing(location).await.expect("a store");
    assert_eq!(verified(&db).await.1, Vec::<String>::new());
}
