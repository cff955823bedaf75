//! The one question that the clock has for the log.

use crate::error::Result;
use base::clock::Time;
use db::Conn;
use db::statements;

statements! {
    LATEST = "select max(at) from events";
}

/// The latest instant that the log of any account has.
pub async fn latest_event(conn: &mut Conn) -> Result<Option<Time>> {
    Ok(conn.first(LATEST, &[], |row| row.get::<Option<i64>>(0)).await?.flatten().map(Time))
}
