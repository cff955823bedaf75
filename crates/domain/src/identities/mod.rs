//! Identities: how a provider of `OpenID` Connect knows the people of an account. The pages and Statuary's own API call this
//! module.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, UserId};
use base::clock::Time;

/// A person, as a provider knows them. A person has at most one at each provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Unique in the store.
    pub id: i64,
    /// The account of the person.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// The issuer of the provider.
    pub issuer: String,
    /// The name of the person at the provider, which is never given to another.
    pub subject: String,
    /// When it was connected.
    pub created_at: Time,
}

/// A person whom a provider signed in.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The issuer of the provider.
    pub issuer: String,
    /// The name of the person at the provider.
    pub subject: String,
    /// The e-mail address, if the provider verified it.
    pub email_address: Option<String>,
    /// First and last name.
    pub full_name: Option<String>,
    /// Whether the provider says that the person is an administrator; `None`: it does not decide that.
    pub administrator: Option<bool>,
}

/// Who gets in without an identity.
#[derive(Clone, Copy, Debug)]
pub enum Admission<'a> {
    /// Nobody.
    Nobody,
    /// People of the account, by their verified e-mail address.
    People,
    /// And everybody with a verified e-mail address of a domain.
    Domain(&'a str),
}

/// Why a person whom the provider signed in does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody here is this person.
    Unknown,
    /// The provider has not verified an e-mail address.
    Unverified,
    /// People of several accounts have the e-mail address.
    Ambiguous,
    /// The person has another identity at the provider already, or the identity is of another person.
    Taken,
    /// The person is deactivated.
    Deactivated,
}

/// Where a person whom the provider signed in belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To this person.
    Person(AccountId, UserId),
    /// To this account, in which they are to be added.
    New(AccountId),
}

impl Claimed {
    /// Whether the verified e-mail address is one of a domain.
    fn is_of(&self, domain: &str) -> bool {
        let host = self.email_address.as_deref().and_then(|address| address.rsplit_once('@'));
        host.is_some_and(|(_, host)| host.trim().eq_ignore_ascii_case(domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_a_domain_and_not_of_one_below() {
        let claimed = |address: &str| Claimed {
            issuer: String::new(),
            subject: String::new(),
            email_address: Some(address.to_owned()),
            full_name: None,
            administrator: None,
        };
        for (address, is_of) in [
            ("ann@example.org", true),
            ("ann@Example.ORG", true),
            ("ann@a.example.org", false),
            ("ann@example.org.evil", false),
            ("ann@evilexample.org", false),
            ("example.org", false),
        ] {
            assert_eq!(claimed(address).is_of("example.org"), is_of, "{address}");
        }
    }
}
