//! What a transaction knows of an account that it has locked, on either engine.

use crate::{Result, Row};

/// What writes need of their account.
#[derive(Clone, Copy, Debug)]
pub struct LockedAccount {
    /// The account.
    pub id: i64,
    /// The number of its last event.
    pub event_sequence: i64,
    /// The hash of its last event.
    pub event_hash: [u8; 32],
    /// Whether mails are queued for its people.
    pub sends_mail: bool,
}

impl LockedAccount {
    /// The columns that [`LockedAccount::read`] reads.
    pub const COLUMNS: &str = "id, event_sequence, event_hash, sends_mail";

    /// Reads a row with the columns of [`LockedAccount::COLUMNS`].
    ///
    /// # Errors
    /// If a column has another type.
    pub fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            event_sequence: row.get(1)?,
            event_hash: row.get(2)?,
            sends_mail: row.get(3)?,
        })
    }
}
