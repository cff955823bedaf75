//! Links that end mails of a kind without a login (RFC 8058). They name account, person and kind, and are signed with the key of the
//! account.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::ids::{AccountId, UserId};
use crate::notifications::Kind;

/// What a link ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The account.
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// The kind.
    pub kind: Kind,
}

impl Subscription {
    /// The last part of the path of its link.
    pub fn sign(self, key: &[u8]) -> String {
        let signature = self.mac(key).finalize().into_bytes();
        format!("{}.{}.{}.{}", self.account_id, self.user_id, self.kind.name(), hex::encode(signature))
    }

    /// What a link says it ends; [`Subscription::is_signed`] says whether that is true.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let account_id = AccountId(parts.next()?.parse().ok()?);
        let user_id = UserId(parts.next()?.parse().ok()?);
        Some(Self { account_id, user_id, kind: Kind::named(parts.next()?)? })
    }

    /// Whether a link is signed with a key.
    pub fn is_signed(self, text: &str, key: &[u8]) -> bool {
        let signature = text.rsplit('.').next().and_then(|hex| hex::decode(hex).ok());
        signature.is_some_and(|signature| self.mac(key).verify_slice(&signature).is_ok())
            && text == self.sign(key)
    }

    fn mac(self, key: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        let Self { account_id, user_id, kind } = self;
        mac.update(format!("unsubscribe {account_id} {user_id} {}", kind.name()).as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_of_one_person_and_one_kind() {
        let one = Subscription { account_id: AccountId(415), user_id: UserId(2545), kind: Kind::Comment };
        let link = one.sign(b"key");
        assert_eq!(Subscription::read(&link), Some(one));
        assert!(one.is_signed(&link, b"key"));
        assert!(!one.is_signed(&link, b"another key"));
        for other in [
            link.replace("comment", "mention"),
            link.replace("2545", "2546"),
            link.replace("415", "416"),
            link.to_uppercase(),
            format!("{link}0"),
            link[..link.len() - 1].to_owned(),
        ] {
            let read = Subscription::read(&other);
            assert!(!read.is_some_and(|read| read.is_signed(&other, b"key")), "{other}");
        }
        for other in ["", "415", "415.2545", "a.b.comment.00", "415.2545.sms.00"] {
            assert_eq!(Subscription::read(other), None, "{other}");
        }
    }
}
