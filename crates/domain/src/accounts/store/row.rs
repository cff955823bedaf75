//! The row of an account as most writes need it, read once in the transaction that has its lock.

use crate::ids::AccountId;
use db::{Conn, Error};
use db::{bind, statements};

statements! {
    ROW = "select event_sequence, event_hash, sends_mail from accounts where id = :account_id";
}

/// What writes need of their account.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The account.
    pub account_id: AccountId,
    /// The number of its last event.
    pub event_sequence: i64,
    /// The hash of its last event.
    pub event_hash: [u8; 32],
    /// Whether mails are queued for its people.
    pub sends_mail: bool,
}

/// The row of the account whose lock the transaction holds.
pub async fn locked(conn: &mut Conn, account_id: AccountId) -> db::Result<Row> {
    if let Some(row) = conn.remembered::<Row>().filter(|row| row.account_id == account_id) {
        return Ok(*row);
    }
    let query = bind![ROW; account_id];
    let row = conn.first(&query, |row| {
        Ok(Row { account_id, event_sequence: row.get(0)?, event_hash: row.get(1)?, sends_mail: row.get(2)? })
    });
    let row = row.await?.ok_or_else(|| Error::Other(format!("account {account_id} is gone")))?;
    conn.remember(row);
    Ok(row)
}
