//! The export of all that the store knows of a person, as one JSON document.
//! `docs/how-to/erase-a-person.md`

pub mod store;

/// The name of the file for a person.
pub fn file_name(id: crate::ids::UserId) -> String {
    format!("statuary-person-{id}.json")
}
