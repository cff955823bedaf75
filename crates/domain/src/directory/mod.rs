//! The directory of an organization that provisions people and groups (SCIM): what it calls the people of an account, and its
//! groups with their members. The surface `scim` calls this module; `docs/how-to/provision-people.md`.

pub mod store;

use serde::Serialize;

use crate::error::{Problem, Violation};
use crate::ids::{AccountId, UserId};
use crate::users::{User, is_email_address};
use base::clock::Time;

/// The maximum number of groups of an account.
pub const MOST_GROUPS: i64 = 1_000;
/// The maximum number of members of a group.
pub const MOST_MEMBERS: usize = 10_000;
/// The maximum length of a name or an id of the directory, in characters.
pub const NAME_LIMIT: usize = 255;
/// The rule about the number of groups.
pub const TOO_MANY_GROUPS: Problem = Problem::Sentence("an account has at most 1000 groups");
/// The rule about the number of members.
pub const TOO_MANY_MEMBERS: Problem = Problem::Sentence("a group has at most 10000 members");

/// What the directory calls a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// The name with which the person signs in at the directory; unique in the account, ignoring case.
    pub user_name: String,
    /// The id of the person in the directory.
    pub external_id: Option<String>,
    /// The first name, if the directory has told it by itself.
    pub given_name: Option<String>,
    /// The last name, if the directory has told it by itself.
    pub family_name: Option<String>,
    /// When the directory first named the person.
    pub created_at: Time,
    /// When the directory last changed the person.
    pub updated_at: Time,
}

/// A group of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// Unique in the account, ignoring case.
    pub display_name: String,
    /// The id of the group in the directory.
    pub external_id: Option<String>,
    /// When it was created.
    pub created_at: Time,
    /// When its name, its id or its members last changed.
    pub updated_at: Time,
}

/// That a person is in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// The group.
    pub group_id: i64,
    /// The person.
    pub user_id: UserId,
    /// Since when.
    pub created_at: Time,
}

/// A person as the directory describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name with which the person signs in at the directory.
    pub user_name: String,
    /// The id of the person in the directory.
    pub external_id: Option<String>,
    /// The e-mail address.
    pub email_address: String,
    /// First and last name.
    pub full_name: String,
    /// The first name, if the directory has told it by itself.
    pub given_name: Option<String>,
    /// The last name, if the directory has told it by itself.
    pub family_name: Option<String>,
    /// The job title.
    pub headline: Option<String>,
    /// Whether the person may sign in.
    pub active: bool,
}

/// A group as the directory describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupDraft {
    /// Its name.
    pub display_name: String,
    /// Its id in the directory.
    pub external_id: Option<String>,
    /// Its members.
    pub members: Vec<UserId>,
}

/// The end of the address of a person of whom the directory tells none; the domain does not exist (RFC 2606).
const NO_ADDRESS: &str = "@directory.invalid";

/// The address of a person of whom the directory tells none: mail to it goes nowhere.
pub fn without_address(user_name: &str) -> String {
    let letters = user_name.trim().chars();
    let name: String = letters
        .map(|letter| if letter.is_alphanumeric() || "._-".contains(letter) { letter } else { '-' })
        .collect();
    name + NO_ADDRESS
}

/// Whether the directory has told an address of a person.
pub fn has_address(user: &User) -> bool {
    !user.email_address.ends_with(NO_ADDRESS)
}

/// The key by which names of the directory are compared.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn text_violations(field: &'static str, text: &str) -> Option<Violation> {
    if text.trim().is_empty() {
        Some(Violation::new(field, Problem::Blank))
    } else if text.chars().count() > NAME_LIMIT {
        Some(Violation::new(field, Problem::TooLong(NAME_LIMIT)))
    } else {
        None
    }
}

impl Person {
    /// The violations; the store checks that the names are unique.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        violations.extend(text_violations("userName", &self.user_name));
        violations.extend(self.external_id.as_deref().and_then(|id| text_violations("externalId", id)));
        let parts = [("givenName", &self.given_name), ("familyName", &self.family_name)];
        violations.extend(parts.iter().filter_map(|(field, name)| text_violations(field, name.as_deref()?)));
        if !is_email_address(&self.email_address) {
            violations.push(Violation::new("emails", Problem::Malformed));
        }
        violations
    }
}

impl GroupDraft {
    /// The violations; the store checks that the name is unique and that the members exist.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        violations.extend(text_violations("displayName", &self.display_name));
        violations.extend(self.external_id.as_deref().and_then(|id| text_violations("externalId", id)));
        if self.members.len() > MOST_MEMBERS {
            violations.push(Violation::new("members", TOO_MANY_MEMBERS));
        }
        violations
    }
}
