//! Rules for the texts of all resources.

use serde_json::{Map, Value};

use super::error::{Error, Unreadable};

/// Returns `Ok` if no text of an object contains a NUL, which PostgreSQL cannot store.
///
/// # Errors
/// [`Error::Unreadable`]
pub fn without_nul(members: &Map<String, Value>) -> Result<(), Error> {
    if hold_nul(members) {
        return Err(Error::Unreadable(Unreadable::NullByte));
    }
    Ok(())
}

fn hold_nul(members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, value)| name.contains('\0') || holds_nul(value))
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => hold_nul(members),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
