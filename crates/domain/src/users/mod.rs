//! Users: the people of an account. The surfaces, the pages and the command line call this module.

pub mod access;
pub mod archive;
pub mod hash_queue;
pub mod mailbox;
pub mod password;
pub mod store;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::error::{Problem, Violation};
use crate::ids::{AccountId, UserId};
use base::clock::Time;

/// A person of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Unique in the store.
    pub id: UserId,
    /// The account that the person belongs to.
    pub account_id: AccountId,
    /// First and last name.
    pub full_name: String,
    /// Unique in the account, ignoring case.
    pub email_address: String,
    /// The job title.
    pub headline: Option<String>,
    /// The address of a picture.
    pub photo_path: Option<String>,
    /// Whether the person may do everything in the account.
    #[serde(default)]
    pub administrator: bool,
    /// When the person was added, if known.
    pub created_at: Option<Time>,
    /// The argon2id hash of the password, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// Whether the person may sign in and use tokens.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub active: bool,
    /// The chosen language of pages and mails, one of [`LANGUAGES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The chosen time zone, by its IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

const fn yes() -> bool {
    true
}

/// The codes of the languages.
pub const LANGUAGES: [&str; 3] = ["en", "de", "he"];

/// The time zone with an IANA name.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok().filter(|zone| !zone.is_unknown())
}

/// The longest name and the longest headline of a person, in characters.
pub const TEXT_LIMIT: usize = 255;

/// Changes to a person by an administrator or by the person; `None` keeps the value.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// First and last name.
    pub full_name: Option<String>,
    /// The job title; the inner `None` removes it.
    pub headline: Option<Option<String>>,
    /// Whether the person may do everything in the account.
    pub administrator: Option<bool>,
    /// Whether the person may sign in and use tokens.
    pub active: Option<bool>,
    /// The language; the inner `None` leaves it to the browser.
    pub language: Option<Option<String>>,
    /// The time zone; the inner `None` leaves it to the browser.
    pub time_zone: Option<Option<String>>,
}

impl Changes {
    /// The person after the changes.
    pub fn apply(&self, user: &User) -> User {
        User {
            full_name: self
                .full_name
                .as_deref()
                .map_or_else(|| user.full_name.clone(), |name| name.trim().into()),
            headline: self.headline.clone().unwrap_or_else(|| user.headline.clone()),
            administrator: self.administrator.unwrap_or(user.administrator),
            active: self.active.unwrap_or(user.active),
            language: self.language.clone().unwrap_or_else(|| user.language.clone()),
            time_zone: self.time_zone.clone().unwrap_or_else(|| user.time_zone.clone()),
            ..user.clone()
        }
    }

    /// The violations, apart from the rule about the last administrator, which [`access::change`] checks.
    pub fn violations(&self) -> Vec<Violation> {
        let name = self.full_name.iter().filter_map(|name| text_violation("full_name", name, true));
        let headline =
            self.headline.iter().flatten().filter_map(|text| text_violation("headline", text, false));
        let language = self.language.iter().flatten().filter(|code| !LANGUAGES.contains(&code.as_str()));
        let language = language.map(|_| Violation::new("language", Problem::NotIncluded));
        let zone = self.time_zone.iter().flatten().filter(|name| time_zone(name).is_none());
        let zone = zone.map(|_| Violation::new("time_zone", Problem::NotIncluded));
        name.chain(headline).chain(language).chain(zone).collect()
    }
}

/// The violation of a text of a person.
fn text_violation(field: &'static str, text: &str, required: bool) -> Option<Violation> {
    if required && text.trim().is_empty() {
        Some(Violation::new(field, Problem::Blank))
    } else if text.chars().count() > TEXT_LIMIT {
        Some(Violation::new(field, Problem::TooLong(TEXT_LIMIT)))
    } else {
        None
    }
}

/// A person to be added.
#[derive(Clone, Debug)]
pub struct NewUser<'n> {
    /// First and last name.
    pub full_name: &'n str,
    /// Unique in the account, ignoring case.
    pub email_address: &'n str,
    /// The job title.
    pub headline: Option<&'n str>,
    /// Whether the person may do everything in the account.
    pub administrator: bool,
    /// See [`password::hash`].
    pub password_hash: Option<String>,
}

impl NewUser<'_> {
    /// The violations; the store checks that the address is unique.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        violations.extend(text_violation("full_name", self.full_name, true));
        violations.extend(self.headline.and_then(|text| text_violation("headline", text, false)));
        if !is_email_address(self.email_address) {
            violations.push(Violation::new("email_address", Problem::Malformed));
        }
        violations
    }
}

/// The name of the person with an id, from a list sorted by id; empty if the list does not have the person.
pub fn name_among(people: &[User], id: UserId) -> String {
    let place = people.binary_search_by_key(&id, |user| user.id);
    place.map(|place| people[place].full_name.clone()).unwrap_or_default()
}

/// The key by which e-mail addresses are compared.
pub fn email_key(email_address: &str) -> String {
    email_address.trim().to_lowercase()
}

/// Whether a text can be an e-mail address: text on both sides of one `@`, and no white space.
pub fn is_email_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.contains(char::is_whitespace)
}
