//! Objects that several answers of this surface have.

use schemars::JsonSchema;
use serde::Serialize;

use domain::status_keys;
use domain::status_keys::StatusKey;
use domain::users::User;

/// Somebody, in passing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Person {
    pub id: i64,
    pub full_name: String,
}

/// A status key with its words.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Status {
    pub key: i64,
    pub message: &'static str,
    pub color: &'static str,
}

/// Somebody of a list of users, which is sorted by id.
pub fn person(users: &[User], id: i64) -> Option<Person> {
    let user = &users[users.binary_search_by_key(&id, |user| user.id).ok()?];
    Some(Person { id, full_name: user.full_name.clone() })
}

/// The status of a row of the table.
pub const fn status(row: StatusKey) -> Status {
    Status { key: row.key, message: row.message, color: row.color.name() }
}

/// The status of a key.
pub fn status_of(key: i64) -> Option<Status> {
    status_keys::find(key).map(status)
}
