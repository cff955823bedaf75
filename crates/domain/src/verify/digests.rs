//! Digests of records' texts.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The digest of a record's text: members in the order of their names, and a member that is null as one that is absent,
/// so that what an earlier version wrote is still the same when records get a further member.
pub fn digest(text: &str) -> [u8; 32] {
    match members(text) {
        Some(members) => Sha256::digest(serde_json::json!(members).to_string()).into(),
        None => Sha256::digest(text).into(),
    }
}

/// The members that two texts of a record do not share.
pub fn differing(one: &str, other: &str) -> Vec<String> {
    let (one, other) = (members(one).unwrap_or_default(), members(other).unwrap_or_default());
    let mut names: Vec<String> = one.keys().chain(other.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names.retain(|name| one.get(name) != other.get(name));
    names
}

fn members(text: &str) -> Option<BTreeMap<String, Value>> {
    let mut members: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
    members.retain(|_, value| !value.is_null());
    Some(members)
}
