//! The people of another server.

use std::collections::HashSet;

use serde_json::Value;

use super::read::{id, member, text};
use domain::ids::{AccountId, UserId};
use domain::users::{TEXT_LIMIT, User, is_email_address};

/// The id of the person who stands for those whom a record does not name.
const UNKNOWN: i64 = 0;

/// The people who came so far.
pub struct People {
    /// A name of the server that can be a part of an address.
    host: String,
    activates: bool,
    known: HashSet<i64>,
}

impl People {
    /// None yet. `activates`: whether people with an e-mail address may sign in.
    pub fn new(source: &str, activates: bool) -> Self {
        let letters = source.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
        Self { host: letters.collect(), activates, known: HashSet::new() }
    }

    /// Whether a person came already.
    pub fn knows(&self, id: i64) -> bool {
        self.known.contains(&id)
    }

    /// A person of the server; `None` if the person came already.
    pub fn user(&mut self, id: i64, name: Option<String>, about: &Value, email: &str) -> Option<User> {
        if !self.known.insert(id) {
            return None;
        }
        let given =
            text(about, email).map(|text| text.trim().to_owned()).filter(|text| is_email_address(text));
        let limited = |text: String| text.chars().take(TEXT_LIMIT).collect();
        Some(User {
            id: UserId(id),
            account_id: AccountId(0),
            full_name: limited(name.unwrap_or_else(|| format!("Person {id}"))),
            active: self.activates && given.is_some(),
            email_address: given.unwrap_or_else(|| format!("{id}@{}.invalid", self.host)),
            headline: text(about, "headline").map(limited),
            photo_path: None,
            administrator: false,
            created_at: None,
            password_hash: None,
            language: None,
            time_zone: None,
        })
    }

    /// The person who stands for those whom a record does not name; `None` if it came already.
    pub fn unknown(&mut self) -> Option<User> {
        self.user(UNKNOWN, Some("Unknown person".into()), &Value::Null, "")
    }
}

/// The id of the person whom a member names, or that of the unknown one.
pub fn person(object: &Value, name: &str) -> UserId {
    UserId(id(member(object, name)).unwrap_or(UNKNOWN))
}
