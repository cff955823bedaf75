//! The export of all that the store knows of a person, as one JSON document.
//! `docs/how-to/erase-a-person.md`

pub mod store;

/// The largest export that is kept in memory, in bytes. The command writes a larger one.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The name of the file for a person.
pub fn file_name(id: crate::ids::UserId) -> String {
    format!("statuary-person-{id}.json")
}
